//! From what people type and what guides say to words.

use jieba_rs::Jieba;
use std::sync::LazyLock;

/// Loading the dictionary takes a tenth of a second: once for the process.
static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Lower case, full-width letters and digits made narrow, everything that is neither letter nor digit made a
/// blank, at most `most` characters.
pub(super) fn normal(text: &str, most: usize) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(' '),
        other => other,
    };
    let kept = text.chars().take(most).map(narrow).map(|c| if c.is_alphanumeric() { c } else { ' ' });
    let lower: String = kept.flat_map(char::to_lowercase).collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A stretch of one script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Run<'a> {
    Han(&'a str),
    /// Latin letters, digits and whatever else is written with blanks between words.
    Other(&'a str),
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The stretches of a normal text, in order.
pub(super) fn runs(normal: &str) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    for word in normal.split_whitespace() {
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            let han = is_han(first);
            let end = rest.find(|c| is_han(c) != han).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            runs.push(if han { Run::Han(run) } else { Run::Other(run) });
            rest = after;
        }
    }
    runs
}

/// The words of a Han stretch, one after the other.
pub(super) fn words(han: &str) -> Vec<&str> {
    JIEBA.cut(han, false).into_iter().map(|token| token.word).collect()
}

/// Everything a text can be found by: its words, the words inside long words, and every pair of neighbouring
/// characters, because people cut words elsewhere than the dictionary does.
pub(super) fn index_words(text: &str) -> Vec<String> {
    let normal = normal(text, usize::MAX);
    let mut found = Vec::new();
    for run in runs(&normal) {
        match run {
            Run::Other(word) => found.push(word.to_owned()),
            Run::Han(han) => {
                found.extend(JIEBA.cut_for_search(han, false).into_iter().map(|token| token.word.to_owned()));
                found.extend(pairs(han).map(str::to_owned));
            }
        }
    }
    found
}

pub(super) fn characters(text: &str) -> Vec<String> {
    text.chars().filter(|c| is_han(*c)).map(String::from).collect()
}

fn pairs(han: &str) -> impl Iterator<Item = &str> {
    let starts: Vec<usize> = han.char_indices().map(|(at, _)| at).chain([han.len()]).collect();
    let ends = starts.clone().into_iter().skip(2);
    starts.into_iter().zip(ends).map(|(from, to)| &han[from..to])
}

/// The name of an item without what stands in brackets: 食品经营许可（新办） is asked for as 食品经营许可.
pub(super) fn without_brackets(title: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for c in title.chars() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    if kept.trim().is_empty() { title.to_owned() } else { kept }
}

/// Whether one single-character change leads from one to the other; neighbours that changed places are one.
pub(super) fn one_change(a: &str, b: &str) -> bool {
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum::<usize>();
    let (a, b) = (&a[same..], &b[same..]);
    let tail: usize =
        a.chars().rev().zip(b.chars().rev()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum();
    let mut a = a[..a.len() - tail].chars();
    let mut b = b[..b.len() - tail].chars();
    match ([a.next(), a.next(), a.next()], [b.next(), b.next(), b.next()]) {
        ([_, None, _], [Some(_), None, _]) | ([Some(_), None, _], [None, ..]) => true,
        ([Some(x), Some(y), None], [Some(v), Some(w), None]) => (x, y) == (w, v),
        _ => false,
    }
}

/// How many single-character changes lead from one to the other; neighbours that changed places are one.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (rows[i - 1][j - 1] + same).min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_normal() {
        assert_eq!(normal("  ＡＢＣ１２ 食品·经营\u{0}（新办）", 60), "abc12 食品 经营 新办");
        assert_eq!(normal("𠮷野家", 60), "𠮷野家");
        assert_eq!(normal("😀!?*:\"\\", 60), "");
        assert_eq!(normal(&"长".repeat(10_000), 60).chars().count(), 60);
    }

    #[test]
    fn runs_change_with_the_script() {
        assert_eq!(
            runs("食品abc 12许可"),
            [Run::Han("食品"), Run::Other("abc"), Run::Other("12"), Run::Han("许可")]
        );
        assert_eq!(runs(""), []);
    }

    #[test]
    fn long_names_are_found_by_their_parts() {
        let found = index_words("食品经营许可");
        for word in ["食品", "经营", "许可", "品经"] {
            assert!(found.iter().any(|w| w == word), "{word} in {found:?}");
        }
        assert_eq!(pairs("甲").count(), 0);
    }

    proptest::proptest! {
        #[test]
        fn one_change_is_a_distance_of_one(a in "[食品经]{0,5}", b in "[食品经]{0,5}") {
            proptest::prop_assert_eq!(one_change(&a, &b), distance(&a, &b) == 1, "{} {}", a, b);
        }
    }

    #[test]
    fn distances() {
        for (a, b, expected) in
            [("", "ab", 2), ("shipin", "shpin", 1), ("shipin", "shiipn", 1), ("失业", "失业", 0)]
        {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(one_change(a, b), expected == 1, "{a} {b}");
        }
        assert_eq!(without_brackets("食品经营许可（新办）"), "食品经营许可");
        assert_eq!(without_brackets("（新办）"), "（新办）");
    }
}
