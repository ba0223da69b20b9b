//! How long a PostScript outline may take.
//!
//! A glyph of a CFF table is a program that calls other programs, ten deep: a few kilobytes of calls that draw
//! nothing keep a reader busy for ever, and the reader cannot be told to stop. The program is therefore walked
//! first, step by counted step, without drawing (Adobe Technical Notes 5176 and 5177).

use std::collections::BTreeMap;

/// Operators and numbers. The richest Chinese character takes a few thousand.
const MOST_STEPS: usize = 100_000;
const DEEPEST: u8 = 10;
const MOST_NUMBERS: usize = 48;

const PRIVATE: u16 = 18;
const CHAR_STRINGS: u16 = 17;
const LOCAL_PROGRAMS: u16 = 19;
const FONT_ARRAY: u16 = 0x0C24;
const FONT_SELECT: u16 = 0x0C25;

/// Whether the program of the glyph comes to an end soon. Also false for a program that is damaged, and for an
/// accent put together from two other glyphs, which only fonts older than OpenType have.
pub(super) fn ends(table: &[u8], glyph: u16) -> bool {
    walk(table, glyph).is_some()
}

fn walk(table: &[u8], glyph: u16) -> Option<()> {
    let (_names, at) = Index::read(table, usize::from(*table.get(2)?))?;
    let (tops, at) = Index::read(table, at)?;
    let (_strings, at) = Index::read(table, at)?;
    let (globals, _) = Index::read(table, at)?;
    let top = dictionary(tops.get(0)?)?;
    let glyphs = index_at(table, &top, CHAR_STRINGS)?;
    let locals = match (index_at(table, &top, FONT_ARRAY), top.get(&FONT_SELECT)) {
        (Some(fonts), Some(select)) => {
            let select = table.get(usize::try_from(*select.first()?).ok()?..)?;
            let font = dictionary(fonts.get(font_of(select, glyph)?)?)?;
            locals(table, &font)
        }
        _ => locals(table, &top),
    };
    let mut walk =
        Walk { globals, locals, stack: Vec::new(), stems: 0, width: false, ended: false, steps: MOST_STEPS };
    walk.run(glyphs.get(usize::from(glyph))?, 0)
}

fn locals<'a>(table: &'a [u8], font: &BTreeMap<u16, Vec<i32>>) -> Option<Index<'a>> {
    let [size, start] = font.get(&PRIVATE)?.as_slice() else { return None };
    let (size, start) = (usize::try_from(*size).ok()?, usize::try_from(*start).ok()?);
    let private = dictionary(table.get(start..start.checked_add(size)?)?)?;
    let offset = usize::try_from(*private.get(&LOCAL_PROGRAMS)?.first()?).ok()?;
    Some(Index::read(table, start.checked_add(offset)?)?.0)
}

fn index_at<'a>(table: &'a [u8], top: &BTreeMap<u16, Vec<i32>>, key: u16) -> Option<Index<'a>> {
    let at = usize::try_from(*top.get(&key)?.first()?).ok()?;
    Some(Index::read(table, at)?.0)
}

/// Which of the fonts of the table the glyph belongs to (FDSelect, formats 0 and 3).
fn font_of(select: &[u8], glyph: u16) -> Option<usize> {
    if *select.first()? == 0 {
        return select.get(1 + usize::from(glyph)).map(|font| usize::from(*font));
    }
    let count = usize::from(word(select, 1)?);
    let ranges = select.get(3..)?.chunks_exact(3).take(count);
    let covering = ranges.take_while(|range| word(range, 0).is_some_and(|first| first <= glyph)).last()?;
    Some(usize::from(covering[2]))
}

/// A list of byte strings.
#[derive(Clone, Copy)]
struct Index<'a> {
    count: usize,
    /// Bytes of an offset.
    width: usize,
    offsets: &'a [u8],
    data: &'a [u8],
}

impl<'a> Index<'a> {
    /// With the place where it ends.
    fn read(table: &'a [u8], at: usize) -> Option<(Index<'a>, usize)> {
        let count = usize::from(word(table, at)?);
        if count == 0 {
            return Some((Index { count, width: 1, offsets: &[], data: &[] }, at + 2));
        }
        let width = usize::from(*table.get(at + 2)?);
        if !(1..=4).contains(&width) {
            return None;
        }
        let start = at + 3 + (count + 1) * width;
        let offsets = table.get(at + 3..start)?;
        let index = Index { count, width, offsets, data: table.get(start..)? };
        Some((index, start + index.offset(count)?))
    }

    fn offset(&self, number: usize) -> Option<usize> {
        let bytes = self.offsets.get(number * self.width..(number + 1) * self.width)?;
        bytes.iter().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte)).checked_sub(1)
    }

    fn get(&self, number: usize) -> Option<&'a [u8]> {
        if number >= self.count {
            return None;
        }
        self.data.get(self.offset(number)?..self.offset(number + 1)?)
    }
}

/// Numbers by operator; those of two bytes as `0x0C00 + second`.
fn dictionary(bytes: &[u8]) -> Option<BTreeMap<u16, Vec<i32>>> {
    let (mut found, mut numbers, mut at) = (BTreeMap::new(), Vec::new(), 0);
    while let Some(byte) = bytes.get(at).copied() {
        at += 1;
        match byte {
            12 => {
                found.insert(0x0C00 + u16::from(*bytes.get(at)?), std::mem::take(&mut numbers));
                at += 1;
            }
            0..=21 => {
                found.insert(u16::from(byte), std::mem::take(&mut numbers));
            }
            29 => {
                numbers.push(i32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
                at += 4;
            }
            // A real number: half bytes up to a last one of ones. None of those that count here is one.
            30 => {
                let end = bytes.get(at..)?.iter().position(|two| two & 0x0F == 0x0F || two >> 4 == 0x0F)?;
                numbers.push(0);
                at += end + 1;
            }
            _ => numbers.push(number(byte, bytes, &mut at)?),
        }
    }
    Some(found)
}

/// The forms of whole numbers that dictionaries and programs share.
fn number(byte: u8, bytes: &[u8], at: &mut usize) -> Option<i32> {
    let more = i32::from(*bytes.get(*at).unwrap_or(&0));
    let first = i32::from(byte);
    let (value, length) = match byte {
        28 => (i32::from(word(bytes, *at)? as i16), 2),
        32..=246 => (first - 139, 0),
        247..=250 => ((first - 247) * 256 + more + 108, 1),
        251..=254 => (-(first - 251) * 256 - more - 108, 1),
        _ => return None,
    };
    *at += length;
    Some(value)
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

struct Walk<'a> {
    globals: Index<'a>,
    locals: Option<Index<'a>>,
    stack: Vec<i32>,
    /// Hints so far: they say how long the masks are that follow.
    stems: usize,
    /// Whether the width, an odd number before the first operator, was taken.
    width: bool,
    ended: bool,
    steps: usize,
}

impl Walk<'_> {
    fn run(&mut self, program: &[u8], depth: u8) -> Option<()> {
        let mut at = 0;
        while let Some(byte) = program.get(at).copied() {
            at += 1;
            self.steps = self.steps.checked_sub(1)?;
            match byte {
                0 | 2 | 9 | 13 | 15..=17 => return None,
                1 | 3 | 18 | 23 => self.hints(!self.width),
                19 | 20 => {
                    self.hints(true);
                    at += self.stems.div_ceil(8);
                }
                10 | 29 => {
                    self.call(byte == 10, depth)?;
                    if self.ended {
                        return (at == program.len()).then_some(());
                    }
                }
                11 => return Some(()),
                12 => {
                    at += 1;
                    self.stack.clear();
                }
                14 => {
                    self.ended = true;
                    return (self.stack.len() < 4).then_some(());
                }
                4 | 21 | 22 => {
                    self.width |= self.stack.len() == if byte == 21 { 3 } else { 2 };
                    self.stack.clear();
                }
                255 => {
                    self.stack.push(i32::from(word(program, at)? as i16));
                    at += 4;
                }
                28 | 32..=254 => self.stack.push(number(byte, program, &mut at)?),
                _ => self.stack.clear(),
            }
            if self.stack.len() > MOST_NUMBERS {
                return None;
            }
        }
        Some(())
    }

    fn hints(&mut self, width: bool) {
        let odd = self.stack.len() % 2 == 1;
        self.width |= odd && width;
        self.stems += self.stack.len() / 2;
        self.stack.clear();
    }

    fn call(&mut self, local: bool, depth: u8) -> Option<()> {
        let programs = if local { self.locals? } else { self.globals };
        let bias = match programs.count {
            0..=1239 => 107,
            1240..=33899 => 1131,
            _ => 32768,
        };
        let number = usize::try_from(self.stack.pop()?.checked_add(bias)?).ok()?;
        if depth == DEEPEST {
            return None;
        }
        self.run(programs.get(number)?, depth + 1)
    }
}
