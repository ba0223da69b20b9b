//! Table `cmap`: from characters to glyphs (OpenType 1.9, formats 4 and 12).

use std::collections::BTreeMap;

/// Characters in a row whose glyphs stand in a row.
struct Range {
    first: u32,
    last: u32,
    glyph: u16,
}

/// Both formats: old readers know only the first, rare characters beyond U+FFFF stand only in the second.
pub(super) fn table(glyphs: &BTreeMap<char, u16>) -> Vec<u8> {
    let (short, long) = (format_4(glyphs), format_12(glyphs));
    let first = 4 + 4 * 8u32;
    let second = first + short.len() as u32;
    let mut out = Vec::new();
    words(&mut out, &[0, 4]);
    for (platform, encoding, offset) in [(0, 3, first), (0, 4, second), (3, 1, first), (3, 10, second)] {
        words(&mut out, &[platform, encoding]);
        out.extend(offset.to_be_bytes());
    }
    out.extend(short);
    out.extend(long);
    out
}

fn ranges(glyphs: impl Iterator<Item = (u32, u16)>) -> Vec<Range> {
    let mut out: Vec<Range> = Vec::new();
    for (code, glyph) in glyphs {
        match out.last_mut() {
            Some(last)
                if code == last.last + 1 && u32::from(glyph) == u32::from(last.glyph) + code - last.first =>
            {
                last.last = code;
            }
            _ => out.push(Range { first: code, last: code, glyph }),
        }
    }
    out
}

fn format_4(glyphs: &BTreeMap<char, u16>) -> Vec<u8> {
    let mut ranges = ranges(glyphs.iter().map(|(c, g)| (u32::from(*c), *g)).filter(|(c, _)| *c < 0xFFFF));
    // The table must end with a range that holds U+FFFF.
    ranges.push(Range { first: 0xFFFF, last: 0xFFFF, glyph: 0 });
    let count = ranges.len() as u16;
    let power = count.ilog2() as u16;
    let search = 2u16 << power;
    let mut out = Vec::new();
    words(&mut out, &[4, 16 + count * 8, 0, count * 2, search, power, count * 2 - search]);
    words(&mut out, &ranges.iter().map(|r| r.last as u16).collect::<Vec<_>>());
    words(&mut out, &[0]);
    words(&mut out, &ranges.iter().map(|r| r.first as u16).collect::<Vec<_>>());
    words(&mut out, &ranges.iter().map(|r| r.glyph.wrapping_sub(r.first as u16)).collect::<Vec<_>>());
    words(&mut out, &vec![0; ranges.len()]);
    out
}

fn format_12(glyphs: &BTreeMap<char, u16>) -> Vec<u8> {
    let ranges = ranges(glyphs.iter().map(|(c, g)| (u32::from(*c), *g)));
    let mut out = Vec::new();
    words(&mut out, &[12, 0]);
    for value in [16 + ranges.len() as u32 * 12, 0, ranges.len() as u32] {
        out.extend(value.to_be_bytes());
    }
    for range in &ranges {
        for value in [range.first, range.last, u32::from(range.glyph)] {
            out.extend(value.to_be_bytes());
        }
    }
    out
}

fn words(out: &mut Vec<u8>, values: &[u16]) {
    out.extend(values.iter().flat_map(|value| value.to_be_bytes()));
}
