//! The directory of tables around a TrueType or OpenType font.

use crate::{Fault, Result};

pub(super) type Table = ([u8; 4], Vec<u8>);

/// The kind of outlines and the tables of a single font (not a collection).
pub(super) fn read(file: &[u8]) -> Result<([u8; 4], Vec<Table>)> {
    let kind = array(file, 0)?;
    let count = usize::from(u16::from_be_bytes(array(file, 4)?));
    let tables = (0..count).map(|position| {
        let at = 12 + position * 16;
        let (begin, length) = (number(file, at + 8)?, number(file, at + 12)?);
        let end = begin.checked_add(length).ok_or_else(|| damaged(at))?;
        let bytes = file.get(begin..end).ok_or_else(|| damaged(at))?;
        Ok((array(file, at)?, bytes.to_vec()))
    });
    Ok((kind, tables.collect::<Result<Vec<_>>>()?))
}

/// A font of these tables, in the order of their tags, with all checksums.
pub(super) fn write(kind: [u8; 4], mut tables: Vec<Table>) -> Result<Vec<u8>> {
    tables.sort();
    let count = u16::try_from(tables.len()).ok().filter(|count| *count > 0).ok_or_else(|| damaged(4))?;
    let power = count.ilog2() as u16;
    let range = 16u16 << power;
    let mut out = kind.to_vec();
    for value in [count, range, power, count * 16 - range] {
        out.extend(value.to_be_bytes());
    }
    let mut offset = 12 + tables.len() * 16;
    let mut adjustment = None;
    for (tag, bytes) in &mut tables {
        if tag == b"head" {
            bytes.get_mut(8..12).ok_or_else(|| damaged(8))?.fill(0);
            adjustment = Some(offset + 8);
        }
        out.extend(*tag);
        for value in [checksum(bytes), offset as u32, bytes.len() as u32] {
            out.extend(value.to_be_bytes());
        }
        offset += bytes.len().next_multiple_of(4);
    }
    for (_, bytes) in &tables {
        out.extend(bytes);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    if let Some(at) = adjustment {
        let whole = 0xB1B0_AFBA_u32.wrapping_sub(checksum(&out));
        out[at..at + 4].copy_from_slice(&whole.to_be_bytes());
    }
    Ok(out)
}

/// The sum of the big-endian words, zeros after the end.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0, |sum, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

fn number(file: &[u8], at: usize) -> Result<usize> {
    Ok(u32::from_be_bytes(array(file, at)?) as usize)
}

fn array<const N: usize>(file: &[u8], at: usize) -> Result<[u8; N]> {
    file.get(at..at + N).and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| damaged(at))
}

fn damaged(at: usize) -> Fault {
    Fault::new("font.format", format!("byte {at}"))
}
