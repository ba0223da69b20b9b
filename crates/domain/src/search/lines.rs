//! Many short texts in one piece of memory.

use base::{Error, Result};

/// Texts by number, one after the other and a line each: finding one takes no detour, and thousands of them no
/// allocation each.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
    /// Where each line ends, its line feed not counted.
    ends: Vec<u32>,
}

impl Lines {
    /// Adds a text, which has no line feed, and gives its number.
    pub fn push(&mut self, line: &str) -> Result<u32> {
        self.text.push_str(line);
        self.ends.push(number(self.text.len())?);
        self.text.push('\n');
        number(self.ends.len() - 1)
    }

    pub fn get(&self, line: u32) -> &str {
        let end = self.ends[line as usize] as usize;
        &self.text[self.start(line) as usize..end]
    }

    /// Byte at which a line begins.
    pub fn start(&self, line: u32) -> u32 {
        line.checked_sub(1).map_or(0, |before| self.ends[before as usize] + 1)
    }

    pub fn numbers(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }
}

pub(super) fn number(count: usize) -> Result<u32> {
    u32::try_from(count).map_err(|e| Error::Bug(e.into()))
}

/// Places in lines, in the order of what stands from there on: a word in a dictionary, with what it leads to.
#[derive(Default)]
pub(super) struct Beginnings(Vec<Beginning>);

struct Beginning {
    from: u32,
    leads_to: u32,
}

impl Beginnings {
    pub fn of(places: impl Iterator<Item = (u32, u32)>, lines: &Lines) -> Beginnings {
        let mut order: Vec<Beginning> = places.map(|(from, leads_to)| Beginning { from, leads_to }).collect();
        // Whatever follows the line does not matter; it only makes equal lines stand in some order.
        order.sort_unstable_by(|a, b| lines.after(a.from).cmp(lines.after(b.from)));
        order.shrink_to_fit();
        Beginnings(order)
    }

    /// What the places lead to from which `lines` go on like this.
    pub fn with(&self, start: &str, lines: &Lines) -> impl Iterator<Item = u32> {
        let start = start.as_bytes();
        let first = self.0.partition_point(|place| lines.after(place.from) < start);
        let after = &self.0[first..];
        let number = after.partition_point(|place| lines.after(place.from).starts_with(start));
        after[..number].iter().map(|place| place.leads_to)
    }
}

impl Lines {
    fn after(&self, byte: u32) -> &[u8] {
        &self.text.as_bytes()[byte as usize..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_found_by_number() {
        let mut lines = Lines::default();
        for (number, text) in ["食品", "", "abc"].into_iter().enumerate() {
            assert_eq!(lines.push(text).unwrap() as usize, number);
        }
        assert_eq!(lines.numbers().map(|line| lines.get(line)).collect::<Vec<_>>(), ["食品", "", "abc"]);
        assert_eq!(lines.start(2), 8);
    }

    proptest! {
        #[test]
        fn beginnings_are_those_of_a_scan(texts in prop::collection::vec("[ab食]{0,4}", 0..12), start in "[ab食]{0,3}") {
            let mut lines = Lines::default();
            for text in &texts {
                lines.push(text).unwrap();
            }
            let places = lines.numbers().map(|line| (lines.start(line), line));
            let mut found: Vec<u32> = Beginnings::of(places, &lines).with(&start, &lines).collect();
            found.sort_unstable();
            let scanned: Vec<u32> = lines.numbers().filter(|line| lines.get(*line).starts_with(&start)).collect();
            prop_assert_eq!(found, scanned);
        }
    }
}
