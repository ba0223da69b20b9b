//! Pinyin of names and keywords, in full and by initials.

use super::text::{Run, is_han, normal, runs, words};
use pinyin::ToPinyin;

/// Syllables that are written together at most: nobody types more without looking at suggestions.
const LONGEST: usize = 8;

/// Pinyin of a text without blanks: `shipinjingying`. Letters and digits stand for themselves.
pub(super) fn full(text: &str) -> String {
    syllables(text).concat()
}

/// `spjy`
pub(super) fn initials(text: &str) -> String {
    syllables(text).iter().filter_map(|syllable| syllable.chars().next()).collect()
}

/// A text in Latin letters, as it is typed.
#[derive(Default)]
pub(super) struct Spelled {
    /// `shipinjingying`
    pub full: String,
    /// `spjy`
    pub initials: String,
    /// Where each Chinese word begins in both.
    pub words: Vec<(usize, usize)>,
}

pub(super) fn spelled(text: &str) -> Spelled {
    let normal = normal(text, usize::MAX);
    let mut spelled = Spelled::default();
    for run in runs(&normal) {
        match run {
            Run::Other(word) => spelled.add(word),
            Run::Han(han) => {
                for word in words(han) {
                    spelled.words.push((spelled.full.len(), spelled.initials.len()));
                    spelled.add(word);
                }
            }
        }
    }
    spelled
}

impl Spelled {
    fn add(&mut self, text: &str) {
        for syllable in syllables(text) {
            self.initials.extend(syllable.chars().next());
            self.full.push_str(&syllable);
        }
    }
}

fn syllables(text: &str) -> Vec<String> {
    let readable = |c: char| match c.to_pinyin() {
        Some(pinyin) => Some(pinyin.plain().replace('ü', "v")),
        None => (c.is_alphanumeric() && !is_han(c)).then(|| c.to_lowercase().collect()),
    };
    text.chars().filter_map(readable).collect()
}

/// Everything a text can be found by in pinyin: from the start of each word, one to eight syllables, in full
/// and by initials.
pub(super) fn index_words(text: &str) -> Vec<String> {
    let normal = normal(text, usize::MAX);
    let mut found = Vec::new();
    for run in runs(&normal) {
        let Run::Han(han) = run else { continue };
        let all: Vec<String> = syllables(han);
        // A character without a reading would shift the boundaries: such a stretch is found by characters only.
        if all.len() != han.chars().count() {
            continue;
        }
        let mut start = 0;
        for word in words(han) {
            for end in start + 1..=all.len().min(start + LONGEST) {
                found.push(all[start..end].concat());
                if end - start > 1 {
                    found.push(all[start..end].iter().filter_map(|s| s.chars().next()).collect());
                }
            }
            start += word.chars().count();
        }
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pinyin_in_full_and_by_initials() {
        assert_eq!(full("食品经营许可"), "shipinjingyingxuke");
        assert_eq!(initials("食品经营许可"), "spjyxk");
        let spelled = super::spelled("食品 经营B2许可");
        assert_eq!((&*spelled.full, &*spelled.initials), ("shipinjingyingb2xuke", "spjyb2xk"));
        assert_eq!(spelled.words, [(0, 0), (6, 2), (16, 6)]);
        let found = index_words("食品经营许可");
        for key in ["shipin", "shipinjingying", "spjyxk", "jingying", "xk"] {
            assert!(found.iter().any(|word| word == key), "{key} in {found:?}");
        }
        assert!(!found.iter().any(|word| word == "pinjing"));
    }
}
