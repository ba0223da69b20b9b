//! Reading a ZIP of which every byte has one meaning.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::inflate::Unpacker;
use super::path;
use crate::{Fault, Limits, Result};

const LOCAL: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_SIZE: usize = 22;

const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;
const WITH_DESCRIPTOR: u16 = 1 << 3;
const UTF8: u16 = 1 << 11;

/// An entry of the central directory.
struct Entry {
    name: String,
    raw_name: Range<usize>,
    flags: u16,
    method: u16,
    crc: u32,
    packed: usize,
    size: usize,
    offset: usize,
}

pub(super) fn unzip(bytes: &[u8], limits: &Limits) -> Result<BTreeMap<String, Vec<u8>>> {
    if bytes.len() > limits.package_bytes {
        return Err(Fault::new("zip.size", bytes.len().to_string()));
    }
    let (count, directory) = end(bytes)?;
    if count > limits.files {
        return Err(Fault::new("zip.files", count.to_string()));
    }
    let mut entries = central(bytes, count, &directory, limits)?;
    entries.sort_by_key(|entry| entry.offset);

    let mut files = BTreeMap::new();
    let mut unpacker = Unpacker::new();
    let mut at = 0;
    for entry in entries {
        if entry.offset != at {
            let reason = match (at, entry.offset > at) {
                (0, _) => "zip.prefix",
                (_, true) => "zip.gap",
                (_, false) => "zip.overlap",
            };
            return Err(Fault::new(reason, entry.name));
        }
        let data = local(bytes, &entry, directory.start)?;
        at = descriptor(bytes, &entry, data.end, directory.start)?;
        if entry.name.ends_with('/') {
            continue;
        }
        let deflated = entry.method == 8;
        let unpacked = unpacker.unpack(&bytes[data], deflated, entry.size, entry.crc, &entry.name)?;
        files.insert(entry.name, unpacked);
    }
    if at != directory.start {
        return Err(Fault::new("zip.gap", "before the directory"));
    }
    Ok(files)
}

/// Number of entries and place of the central directory. The last end record counts, and its comment must
/// reach the last byte: with anything behind it, other readers look for another end.
fn end(bytes: &[u8]) -> Result<(usize, Range<usize>)> {
    let from = bytes.len().saturating_sub(END_SIZE + usize::from(u16::MAX));
    let last = bytes[from..].windows(4).rposition(|window| window == END.to_le_bytes());
    let at = from + last.ok_or_else(|| Fault::new("zip.format", "no end of the directory"))?;
    let record = bytes.get(at..at + END_SIZE).ok_or_else(|| Fault::new("zip.format", "end cut off"))?;
    let field = |i: usize| u16::from_le_bytes([record[i], record[i + 1]]);
    let wide = |i: usize| u32::from(field(i)) | u32::from(field(i + 2)) << 16;
    if field(8) == u16::MAX || wide(12) == u32::MAX || wide(16) == u32::MAX {
        return Err(Fault::new("zip.zip64", "end of the directory"));
    }
    if field(4) != 0 || field(6) != 0 || field(8) != field(10) {
        return Err(Fault::new("zip.disks", "end of the directory"));
    }
    if at + END_SIZE + usize::from(field(20)) != bytes.len() {
        return Err(Fault::new("zip.trailing", format!("behind {at}")));
    }
    let (start, length) = (wide(16) as usize, wide(12) as usize);
    match start.checked_add(length) {
        Some(stop) if stop == at => Ok((usize::from(field(8)), start..at)),
        Some(stop) if stop < at => Err(Fault::new("zip.prefix", format!("{} bytes", at - stop))),
        _ => Err(Fault::new("zip.format", "directory beyond the end")),
    }
}

fn central(bytes: &[u8], count: usize, place: &Range<usize>, limits: &Limits) -> Result<Vec<Entry>> {
    let mut cursor = Cursor { bytes: &bytes[..place.end], at: place.start };
    let mut entries = Vec::with_capacity(count);
    let mut names = HashSet::with_capacity(count);
    let mut total = 0usize;
    for _ in 0..count {
        let entry = entry(&mut cursor)?;
        if !names.insert(path::folded(entry.name.trim_end_matches('/'))) {
            return Err(Fault::new("zip.duplicate", entry.name));
        }
        total = total.saturating_add(entry.size);
        within(&entry, total, limits)?;
        entries.push(entry);
    }
    if cursor.at != place.end {
        return Err(Fault::new("zip.gap", "in the directory"));
    }
    Ok(entries)
}

/// What `Limits` allow, before anything is unpacked.
fn within(entry: &Entry, total: usize, limits: &Limits) -> Result<()> {
    let reason = if entry.size > limits.file_bytes {
        "zip.file_size"
    } else if total > limits.total_bytes {
        "zip.total_size"
    } else if packs_too_well(entry.size, entry.packed, limits) {
        "zip.ratio"
    } else {
        return Ok(());
    };
    Err(Fault::new(reason, entry.name.as_str()))
}

/// As a bomb does. Small files of spaces pack very well and harm nobody.
pub(super) fn packs_too_well(size: usize, packed: usize, limits: &Limits) -> bool {
    const EXEMPT: usize = 1 << 20;
    size > EXEMPT && size / limits.ratio.max(1) > packed
}

fn entry(cursor: &mut Cursor) -> Result<Entry> {
    cursor.signature(CENTRAL)?;
    let made_by = cursor.u16()?;
    let _needed = cursor.u16()?;
    let (flags, method) = (cursor.u16()?, cursor.u16()?);
    let _changed_at = cursor.u32()?;
    let crc = cursor.u32()?;
    let (packed, size) = (cursor.u32()?, cursor.u32()?);
    let lengths = [cursor.u16()?, cursor.u16()?, cursor.u16()?].map(usize::from);
    let disk = cursor.u16()?;
    let _internal = cursor.u16()?;
    let external = cursor.u32()?;
    let offset = cursor.u32()?;
    let raw_name = cursor.take(lengths[0])?;
    let extra = cursor.take(lengths[1])?;
    cursor.take(lengths[2])?;

    let name = name(&cursor.bytes[raw_name.clone()], flags)?;
    let refuse = |reason| Err(Fault::new(reason, name.as_str()));
    if [packed, size, offset].contains(&u32::MAX) {
        return refuse("zip.zip64");
    }
    check_extra(&cursor.bytes[extra], &cursor.bytes[raw_name.clone()])?;
    if disk != 0 {
        return refuse("zip.disks");
    }
    if flags & ENCRYPTED != 0 {
        return refuse("zip.encrypted");
    }
    if !matches!(method, 0 | 8) {
        return refuse("zip.method");
    }
    if method == 0 && packed != size || name.ends_with('/') && size != 0 {
        return refuse("zip.mismatch");
    }
    const UNIX: u16 = 3;
    if made_by >> 8 == UNIX && external >> 16 & 0o170_000 == 0o120_000 {
        return refuse("zip.link");
    }
    let (packed, size, offset) = (packed as usize, size as usize, offset as usize);
    Ok(Entry { name, raw_name, flags, method, crc, packed, size, offset })
}

/// UTF-8, also where the flag is missing; older Chinese tools write GBK.
fn name(raw: &[u8], flags: u16) -> Result<String> {
    let text = match std::str::from_utf8(raw) {
        Ok(text) => text.to_owned(),
        Err(_) if flags & UTF8 != 0 => return Err(Fault::new("zip.name", "not UTF-8")),
        Err(_) => encoding_rs::GBK
            .decode_without_bom_handling_and_without_replacement(raw)
            .ok_or_else(|| Fault::new("zip.name", "neither UTF-8 nor GBK"))?
            .into_owned(),
    };
    path::check(text.strip_suffix('/').unwrap_or(&text))?;
    Ok(text)
}

/// Refuses sizes of ZIP64 and a second name of Info-ZIP in the extra fields.
fn check_extra(extra: &[u8], raw_name: &[u8]) -> Result<()> {
    let mut cursor = Cursor { bytes: extra, at: 0 };
    // Up to three bytes of padding are seen in the wild.
    while extra.len() - cursor.at >= 4 {
        let (id, length) = (cursor.u16()?, cursor.u16()?);
        let field = &extra[cursor.take(usize::from(length))?];
        match id {
            0x0001 => return Err(Fault::new("zip.zip64", String::from_utf8_lossy(raw_name))),
            0x7075 if field.get(5..) != Some(raw_name) => {
                return Err(Fault::new("zip.mismatch", "second name"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The place of the data behind the local header, which must say what the directory says.
fn local(bytes: &[u8], entry: &Entry, stop: usize) -> Result<Range<usize>> {
    let mut cursor = Cursor { bytes: &bytes[..stop], at: entry.offset };
    cursor.signature(LOCAL)?;
    let _needed = cursor.u16()?;
    let (flags, method) = (cursor.u16()?, cursor.u16()?);
    let _changed_at = cursor.u32()?;
    let sizes = (cursor.u32()?, cursor.u32()? as usize, cursor.u32()? as usize);
    let (name_length, extra_length) = (cursor.u16()?, cursor.u16()?);
    let raw_name = cursor.take(usize::from(name_length))?;
    let extra = cursor.take(usize::from(extra_length))?;
    let same_sizes =
        sizes == (entry.crc, entry.packed, entry.size) || flags & WITH_DESCRIPTOR != 0 && sizes == (0, 0, 0);
    let same_name = bytes[raw_name.clone()] == bytes[entry.raw_name.clone()];
    if flags != entry.flags || method != entry.method || !same_sizes || !same_name {
        return Err(Fault::new("zip.mismatch", entry.name.as_str()));
    }
    check_extra(&bytes[extra], &bytes[raw_name])?;
    cursor.take(entry.packed)
}

/// The end of the entry, behind its data descriptor (with or without signature) if it has one.
fn descriptor(bytes: &[u8], entry: &Entry, at: usize, stop: usize) -> Result<usize> {
    if entry.flags & WITH_DESCRIPTOR == 0 {
        return Ok(at);
    }
    let said = [entry.crc, entry.packed as u32, entry.size as u32];
    let plain: Vec<u8> = said.iter().flat_map(|value| value.to_le_bytes()).collect();
    let rest = &bytes[at..stop];
    let signed = rest.strip_prefix(&DESCRIPTOR.to_le_bytes()[..]);
    match signed {
        Some(rest) if rest.starts_with(&plain) => Ok(at + 16),
        _ if rest.starts_with(&plain) => Ok(at + 12),
        _ => Err(Fault::new("zip.mismatch", entry.name.as_str())),
    }
}

/// Little-endian fields, never beyond the end.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn take(&mut self, length: usize) -> Result<Range<usize>> {
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| Fault::new("zip.format", format!("cut off at {}", self.at)))?;
        let place = self.at..end;
        self.at = end;
        Ok(place)
    }

    fn u16(&mut self) -> Result<u16> {
        let place = self.take(2)?;
        Ok(u16::from_le_bytes([self.bytes[place.start], self.bytes[place.start + 1]]))
    }

    fn u32(&mut self) -> Result<u32> {
        Ok(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    fn signature(&mut self, expected: u32) -> Result<()> {
        let at = self.at;
        if self.u32()? == expected {
            Ok(())
        } else {
            Err(Fault::new("zip.format", format!("header at {at}")))
        }
    }
}
