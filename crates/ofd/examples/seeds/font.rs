//! Two fonts of a few boxes: one with TrueType outlines, one of them made of others; one with PostScript
//! outlines that call a subroutine. Characters: A, B, 国.

const CODES: [u16; 3] = [0x41, 0x42, 0x56FD];

pub fn truetype() -> Vec<u8> {
    let mut glyf = Vec::new();
    let mut loca = vec![0u16];
    for glyph in [square(500), square(600), curve(), twice()] {
        glyf.extend(glyph);
        glyf.resize(glyf.len().next_multiple_of(2), 0);
        loca.push((glyf.len() / 2) as u16);
    }
    let loca = words(&loca);
    let mut tables = common();
    tables.extend([(*b"glyf", glyf), (*b"loca", loca)]);
    tables.push((*b"maxp", words(&[1, 0, 4, 8, 2, 8, 2, 1, 0, 0, 0, 0, 0, 0, 2, 1])));
    assemble(0x0001_0000, tables)
}

pub fn postscript() -> Vec<u8> {
    let mut tables = common();
    tables.push((*b"CFF ", cff()));
    tables.push((*b"maxp", words(&[0, 0x5000, 4])));
    assemble(0x4F54_544F, tables)
}

fn words(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

/// One contour of four corners.
fn square(side: u16) -> Vec<u8> {
    let mut glyph = words(&[1, 0, 0, side, side, 3, 0]);
    glyph.extend([0x01; 4]);
    let back = side.wrapping_neg();
    glyph.extend(words(&[0, side, 0, back]));
    glyph.extend(words(&[0, 0, side, 0]));
    glyph
}

/// One contour with points off the curve.
fn curve() -> Vec<u8> {
    let mut glyph = words(&[1, 0, 0, 400, 400, 3, 0]);
    glyph.extend([0x01, 0x00, 0x01, 0x00]);
    glyph.extend(words(&[0, 400, 0, 400u16.wrapping_neg()]));
    glyph.extend(words(&[0, 0, 400, 0]));
    glyph
}

/// Two glyphs side by side, the second at half its size.
fn twice() -> Vec<u8> {
    let mut glyph = words(&[0xFFFF, 0, 0, 1000, 600]);
    glyph.extend(words(&[0x0023, 1, 0, 0]));
    glyph.extend(words(&[0x000B, 2, 500, 0, 0x2000]));
    glyph
}

fn common() -> Vec<([u8; 4], Vec<u8>)> {
    let head = words(&[
        1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0, 1000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1000, 880, 0, 8, 2, 0, 0,
    ]);
    let hhea = words(&[1, 0, 880, 120u16.wrapping_neg(), 0, 1000, 0, 0, 1000, 1, 0, 0, 0, 0, 0, 0, 0, 4]);
    let hmtx = words(&[1000, 0, 600, 0, 500, 0, 1000, 0]);
    // Version 0; no word in it restricts embedding.
    let about = words(&[0; 39]);
    vec![(*b"OS/2", about), (*b"head", head), (*b"hhea", hhea), (*b"hmtx", hmtx), (*b"cmap", cmap())]
}

/// Format 4, a segment for each character, glyph 1 for the first.
fn cmap() -> Vec<u8> {
    let segments = CODES.len() as u16 + 1;
    let ends: Vec<u16> = CODES.iter().copied().chain([0xFFFF]).collect();
    let steps = CODES.iter().enumerate().map(|(at, code)| (at as u16 + 1).wrapping_sub(*code));
    let steps: Vec<u16> = steps.chain([1]).collect();
    let mut table = words(&[0, 1, 3, 1, 0, 12, 4, 16 + segments * 8, 0, segments * 2, 8, 2, 0]);
    table.extend(words(&ends));
    table.extend(words(&[0]));
    table.extend(words(&ends));
    table.extend(words(&steps));
    table.extend(words(&vec![0; usize::from(segments)]));
    table
}

fn cff() -> Vec<u8> {
    // 500 hlineto, 500 vlineto, -500 hlineto, return: the subroutine of number 0 − 107.
    let number = |value: i16| [[28].as_slice(), &value.to_be_bytes()].concat();
    let side = [number(500), vec![6], number(500), vec![7], number(-500), vec![6, 11]].concat();
    let call = vec![32, 29];
    let draw = [number(50), number(0), vec![21], call.clone(), vec![14]].concat();
    let twice =
        [number(0), number(0), vec![21], call.clone(), number(9), number(9), vec![21], call, vec![14]]
            .concat();
    let head = vec![1, 0, 4, 1];
    let start = [head, index(&[b"T".to_vec()])].concat();
    let globals = [index(&[]), index(&[side])].concat();
    // The dictionary names where the programs stand: its own length is known, 6 bytes in an index of 5.
    let at = (start.len() + 11 + globals.len()) as u32;
    let dictionary = [[29].as_slice(), &at.to_be_bytes(), &[17]].concat();
    let programs = index(&[vec![14], draw.clone(), twice, draw]);
    [start, index(&[dictionary]), globals, programs].concat()
}

fn index(items: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = words(&[items.len() as u16]);
    if items.is_empty() {
        return bytes;
    }
    bytes.push(1);
    let mut end = 1;
    bytes.push(end);
    for item in items {
        end += item.len() as u8;
        bytes.push(end);
    }
    bytes.extend(items.concat());
    bytes
}

fn assemble(kind: u32, mut tables: Vec<([u8; 4], Vec<u8>)>) -> Vec<u8> {
    tables.sort();
    let mut bytes = kind.to_be_bytes().to_vec();
    bytes.extend(words(&[tables.len() as u16, 0, 0, 0]));
    let mut at = 12 + 16 * tables.len();
    for (tag, table) in &tables {
        bytes.extend(tag);
        bytes.extend(0u32.to_be_bytes());
        bytes.extend((at as u32).to_be_bytes());
        bytes.extend((table.len() as u32).to_be_bytes());
        at = (at + table.len()).next_multiple_of(4);
    }
    for (_, table) in &tables {
        bytes.extend(table);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}
