//! Rust text without a parser: which bytes are code, which are strings, where functions and tests are.
//!
//! Good enough for rules about length and use; it knows comments, strings, raw strings and characters,
//! and nothing of types. Both views have the length and the line breaks of the text.

use std::ops::Range;

pub struct Source {
    /// Comments and the contents of strings are blank.
    pub code: String,
    /// Everything is blank except the contents of strings; their quotes are kept in neither view.
    pub strings: Vec<Literal>,
    line_starts: Vec<usize>,
    tests: Vec<Range<usize>>,
}

pub struct Literal {
    pub at: usize,
    pub text: String,
}

pub struct Function<'a> {
    pub name: &'a str,
    pub line: usize,
    pub lines: usize,
}

impl Source {
    pub fn new(text: &str) -> Source {
        let (code, strings) = split(text);
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(breaks).collect();
        let tests = tests(&code);
        Source { code, strings, line_starts, tests }
    }

    pub fn line(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at)
    }

    pub fn in_test(&self, at: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&at))
    }

    /// How many lines stand outside `#[cfg(test)]`.
    pub fn lines_without_tests(&self) -> usize {
        let all = self.line(self.code.len().saturating_sub(1));
        let of_tests =
            |range: &Range<usize>| self.line(range.end.saturating_sub(1)) + 1 - self.line(range.start);
        all - self.tests.iter().map(of_tests).sum::<usize>()
    }

    /// Functions with a body, outside tests.
    pub fn functions(&self) -> Vec<Function<'_>> {
        let mut found = Vec::new();
        for at in words(&self.code, "fn") {
            let rest = &self.code[at + 2..];
            let name = rest.trim_start();
            let name = &name[..name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len())];
            if name.is_empty() || self.in_test(at) {
                continue;
            }
            let Some(body) = body(&self.code, at) else { continue };
            let (line, last) = (self.line(at), self.line(body.end - 1));
            found.push(Function { name, line, lines: last + 1 - line });
        }
        found
    }
}

/// Where a word stands alone.
pub fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        !part(code[..*at].chars().next_back()) && !part(code[at + word.len()..].chars().next())
    })
}

/// The braces that belong to the item at `at`; none when a semicolon ends it first.
fn body(code: &str, at: usize) -> Option<Range<usize>> {
    let mut depth = 0_i32;
    for (offset, byte) in code[at..].bytes().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b';' if depth == 0 => return None,
            b'{' if depth == 0 => return Some(at + offset..closing(code, at + offset)),
            _ => {}
        }
    }
    None
}

fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0_i32;
    for (offset, byte) in code[open..].bytes().enumerate() {
        depth += match byte {
            b'{' => 1,
            b'}' => -1,
            _ => 0,
        };
        if depth == 0 {
            return open + offset + 1;
        }
    }
    code.len()
}

fn tests(code: &str) -> Vec<Range<usize>> {
    let marks = code.match_indices("#[cfg(test)]").map(|(at, mark)| (at, at + mark.len()));
    marks.filter_map(|(at, after)| body(code, after).map(|body| at..body.end)).collect()
}

/// Code with comments and strings blanked, and the strings.
fn split(text: &str) -> (String, Vec<Literal>) {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut strings = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let (end, content) = token(text, at);
        if let Some(content) = content {
            let kept = text.get(content.clone()).filter(|_| bytes[at] != b'/' && bytes[at] != b'\'');
            strings.extend(kept.map(|text| Literal { at: content.start, text: text.to_owned() }));
            for byte in &mut code[content] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
        }
        at = end.max(at + 1);
    }
    (String::from_utf8(code).unwrap_or_default(), strings)
}

/// The end of what begins here, and which part of it is no code.
fn token(text: &str, at: usize) -> (usize, Option<Range<usize>>) {
    let rest = &text[at..];
    let before = text[..at].chars().next_back();
    let word_before = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        let end = at + rest.find('\n').unwrap_or(rest.len());
        return (end, Some(at..end));
    }
    if rest.starts_with("/*") {
        let end = at + block_comment(rest);
        return (end, Some(at..end));
    }
    if let Some(content) = rest.strip_prefix('"') {
        let end = at + 1 + quoted(content, '"');
        return (end + 1, Some(at + 1..end));
    }
    if rest.starts_with('\'') {
        return character(rest).map_or((at + 1, None), |length| (at + length, Some(at + 1..at + length - 1)));
    }
    if let Some((open, hashes)) = raw_string(rest).filter(|_| !word_before) {
        let close = format!("\"{}", "#".repeat(hashes));
        let end = rest[open..].find(&close).map_or(text.len(), |found| at + open + found);
        return ((end + close.len()).min(text.len()), Some(at + open..end));
    }
    (at + rest.chars().next().map_or(1, char::len_utf8), None)
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    let bytes = text.as_bytes();
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// How far it is to the closing quote.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at,
            _ => {}
        }
    }
    text.len()
}

/// Length of a character with its quotes; a lifetime has none.
fn character(text: &str) -> Option<usize> {
    let mut rest = text[1..].chars();
    let first = rest.next()?;
    if first == '\\' {
        return Some(2 + quoted(&text[1..], '\'')).filter(|length| *length <= 14);
    }
    (rest.next() == Some('\'')).then(|| 2 + first.len_utf8())
}

/// Where the content of a raw string begins, and its number of hashes.
fn raw_string(text: &str) -> Option<(usize, usize)> {
    let prefix = ["br", "cr", "r"].into_iter().find(|prefix| text.starts_with(prefix))?;
    let hashes = text[prefix.len()..].bytes().take_while(|byte| *byte == b'#').count();
    let open = prefix.len() + hashes;
    text[open..].starts_with('"').then_some((open + 1, hashes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_no_code() {
        let text = "let a = \"fn x() {\"; // fn y() {\n/* { /* } */ */ let b = r#\"a\"b\"#; let c = '\\'';\nlet d: &'a str = 'x';";
        let source = Source::new(text);
        assert_eq!(source.code.len(), text.len());
        assert!(!source.code.contains("fn") && !source.code.contains('{'), "{}", source.code);
        assert!(
            source.code.contains("let b") && source.code.contains("let c") && source.code.contains("&'a str")
        );
        let strings: Vec<_> = source.strings.iter().map(|literal| literal.text.as_str()).collect();
        assert_eq!(strings, ["fn x() {", "a\"b"]);
    }

    #[test]
    fn functions_have_their_lines() {
        let text =
            "fn one(a: [u8; 2]) -> u8 {\n  2\n}\n\ntrait T { fn none(&self); }\nconst F: fn(u8) = |_| {};\n";
        let source = Source::new(text);
        let found: Vec<_> = source.functions().iter().map(|f| (f.name.to_owned(), f.line, f.lines)).collect();
        assert_eq!(found, [("one".to_owned(), 1, 3)]);
    }

    #[test]
    fn tests_do_not_count() {
        let text = "fn one() {}\n#[cfg(test)]\nmod tests {\n  fn two() {\n  }\n}\n";
        let source = Source::new(text);
        assert_eq!(source.lines_without_tests(), 1);
        assert_eq!(source.functions().len(), 1);
    }

    #[test]
    fn a_test_module_in_its_own_file_hides_nothing() {
        let source = Source::new("#[cfg(test)]\nmod tests;\nfn one() {}\n");
        assert_eq!(source.functions().len(), 1);
        assert_eq!(source.lines_without_tests(), 3);
    }
}
