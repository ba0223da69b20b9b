//! One TOML file with the line of everything in it.

use super::LoadError;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file that is well-formed TOML.
pub(super) struct Document<'a> {
    pub file: &'a str,
    text: &'a str,
    root: Spanned<DeTable<'a>>,
}

impl<'a> Document<'a> {
    /// Reads the file as a `T`; the first thing that does not fit is the error.
    pub fn read<T: DeserializeOwned>(file: &'a str, text: &'a str) -> Result<(Document<'a>, T), LoadError> {
        let syntax = |error: toml::de::Error| describe(file, text, &error);
        let root = DeTable::parse(text).map_err(syntax)?;
        let value = toml::from_str(text).map_err(syntax)?;
        Ok((Document { file, text, root }, value))
    }

    /// The line of what `path` leads to: keys and indexes with slashes between, as `material/2/when/field`.
    /// A part that is not there gives the line of what would hold it.
    pub fn line(&self, path: &str) -> usize {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let Some(first) = parts.next() else { return 1 };
        let Some((key, mut value)) = find(self.root.get_ref(), first) else { return 1 };
        let mut at = key.start;
        for part in parts {
            let next = match value.get_ref() {
                DeValue::Table(table) => find(table, part).map(|(key, value)| (key.start, value)),
                DeValue::Array(array) => {
                    let element = part.parse::<usize>().ok().and_then(|index| array.get(index));
                    element.map(|value| (value.span().start, value))
                }
                _ => None,
            };
            let Some(found) = next else { break };
            (at, value) = found;
        }
        line_of(self.text, at)
    }
}

type Found<'t, 'a> = (std::ops::Range<usize>, &'t Spanned<DeValue<'a>>);

fn find<'t, 'a>(table: &'t DeTable<'a>, key: &str) -> Option<Found<'t, 'a>> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(name, value)| (name.span(), value))
}

/// Counted from 1.
fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// The parser's message in Chinese, where it is one that editors of the files meet.
fn describe(file: &str, text: &str, error: &toml::de::Error) -> LoadError {
    let said = error.message();
    let quoted = said.split('`').nth(1).unwrap_or_default();
    let (rule, message) = if said.starts_with("unknown field") {
        ("unknown_field", format!("不认识的字段“{quoted}”"))
    } else if said.starts_with("missing field") {
        ("missing_field", format!("缺少字段“{quoted}”"))
    } else if said.starts_with("unknown variant") {
        let allowed: Vec<&str> = said.split('`').skip(3).step_by(2).collect();
        ("unknown_word", format!("“{quoted}”不在可选范围：{}", allowed.join("、")))
    } else if said.starts_with("invalid type") {
        ("wrong_type", format!("值的类型不对：{said}"))
    } else if said.starts_with("duplicate key") {
        ("duplicate_key", format!("同一处写了两次：{said}"))
    } else if said.is_ascii() {
        ("syntax", format!("不是正确的 TOML：{said}"))
    } else {
        ("value", said.to_owned())
    };
    let at = error.span().map_or(0, |span| span.start);
    LoadError { file: file.to_owned(), line: line_of(text, at), rule: rule.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read through the parser")]
    struct Sheet {
        name: String,
        #[serde(default)]
        row: Vec<Row>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read through the parser")]
    struct Row {
        key: String,
        #[serde(default)]
        words: Vec<String>,
        #[serde(default)]
        limit: Option<toml::Table>,
    }

    const TEXT: &str = "# 说明\nname = \"表\"\n\n[[row]]\nkey = \"a\"\nwords = [\n  \"甲\",\n  \"乙\",\n]\n\n[[row]]\n\
                        key = \"b\"\nlimit = { days = 3 }\n";

    #[test]
    fn every_place_has_its_line() {
        let (document, _) = Document::read::<Sheet>("a.toml", TEXT).unwrap();
        for (path, line) in [
            ("", 1),
            ("name", 2),
            ("row/0", 4),
            ("row/0/key", 5),
            ("row/0/words/1", 8),
            ("row/1", 11),
            ("row/1/words", 11),
            ("row/1/limit/days", 13),
            ("absent/1", 1),
        ] {
            assert_eq!(document.line(path), line, "{path}");
        }
    }

    #[test]
    fn what_does_not_fit_is_said_in_chinese_with_its_line() {
        let wrong =
            |text: &str| Document::read::<Sheet>("a.toml", text).err().map(|e| (e.line, e.rule, e.message));
        for (text, line, rule, words) in [
            ("name = \"表\"\nnme = 1\n", 2, "unknown_field", "nme"),
            ("name = \"表\"\n[[row]]\nwords = []\n", 2, "missing_field", "key"),
            ("name = \"表\"\n[[row]]\nkey = 3\n", 3, "wrong_type", "类型"),
            ("name = \"表\nrow = []\n", 1, "syntax", "TOML"),
            ("name = \"表\"\nname = \"表\"\n", 2, "duplicate_key", "两次"),
        ] {
            let (at, found, message) = wrong(text).unwrap();
            assert_eq!((at, found.as_str()), (line, rule), "{text}: {message}");
            assert!(message.contains(words), "{message}");
        }
    }
}
