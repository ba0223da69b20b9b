//! What a template is filled with.

use crate::layout::picture_size;
use crate::model::Image;
use crate::{Fault, Result};
use std::collections::BTreeMap;

/// A row of a list value: field name and text.
pub type Row = BTreeMap<String, String>;

/// Texts, lists and pictures by field name, and custom data of the file. Texts are cleaned as they come in:
/// line ends become `\n`, tabs a space, and characters that steer rather than show (controls, direction
/// marks) are dropped; so are white space at both ends of a line, and empty lines at both ends of the text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values {
    texts: BTreeMap<String, String>,
    lists: BTreeMap<String, Vec<Row>>,
    pictures: BTreeMap<String, Picture>,
    custom: Vec<(String, String)>,
}

/// A picture and its pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    pub image: Image,
    pub width: u32,
    pub height: u32,
}

impl Values {
    pub fn new() -> Values {
        Values::default()
    }

    pub fn set(&mut self, name: &str, text: &str) -> &mut Values {
        self.texts.insert(name.to_owned(), clean(text));
        self
    }

    pub fn list<N: Into<String>, T: AsRef<str>>(
        &mut self,
        name: &str,
        rows: impl IntoIterator<Item = Vec<(N, T)>>,
    ) -> &mut Values {
        let row = |row: Vec<(N, T)>| {
            row.into_iter().map(|(name, text)| (name.into(), clean(text.as_ref()))).collect::<Row>()
        };
        self.lists.insert(name.to_owned(), rows.into_iter().map(row).collect());
        self
    }

    /// PNG, JPEG or BMP; `picture.size` when the pixels cannot be counted.
    pub fn picture(&mut self, name: &str, image: Image) -> Result<&mut Values> {
        let size = picture_size::of(&image).ok_or_else(|| Fault::new("picture.size", name))?;
        self.pictures.insert(name.to_owned(), Picture { image, width: size.0, height: size.1 });
        Ok(self)
    }

    /// Takes a text, list or picture away.
    pub fn remove(&mut self, name: &str) -> &mut Values {
        self.texts.remove(name);
        self.lists.remove(name);
        self.pictures.remove(name);
        self
    }

    /// Custom data of the file beside that of the template.
    pub fn custom(&mut self, key: &str, value: &str) -> &mut Values {
        self.custom.push((key.to_owned(), clean(value)));
        self
    }

    pub(crate) fn custom_data(&self) -> &[(String, String)] {
        &self.custom
    }

    pub(crate) fn rows(&self, name: &str) -> Result<&[Row]> {
        self.lists.get(name).map(Vec::as_slice).ok_or_else(|| missing(name))
    }

    pub(crate) fn text_len(&self, name: &str) -> usize {
        self.texts.get(name).map_or(0, String::len)
    }

    pub(crate) fn picture_of(&self, name: &str) -> Result<&Picture> {
        self.pictures.get(name).ok_or_else(|| missing(name))
    }

    /// Is there anything to show: a text that is not blank, a list with rows, a picture.
    pub fn has(&self, name: &str) -> bool {
        self.texts.get(name).is_some_and(|text| !text.trim().is_empty())
            || self.lists.get(name).is_some_and(|rows| !rows.is_empty())
            || self.pictures.contains_key(name)
    }
}

/// A condition of a template: the field has something to show (or has not, when `false`).
pub(crate) type When = Option<(bool, String)>;

impl Values {
    pub(crate) fn meet(&self, when: &When) -> bool {
        when.as_ref().is_none_or(|(shown, name)| self.has(name) == *shown)
    }
}

/// Where the places of a phrase get their texts: a row of a list first, then page numbers, then the values.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub values: &'a Values,
    pub row: Option<&'a Row>,
    /// What only the layout knows: `title`, `row`, `page`, `pages`.
    pub own: &'a [(&'static str, &'a str)],
}

impl<'a> Scope<'a> {
    pub fn new(values: &'a Values) -> Scope<'a> {
        Scope { values, row: None, own: &[] }
    }

    pub fn text(&self, name: &str) -> Result<&'a str> {
        let own = self.own.iter().find(|(own, _)| *own == name).map(|(_, text)| *text);
        let row = || self.row.and_then(|row| row.get(name)).map(String::as_str);
        let value = || self.values.texts.get(name).map(String::as_str);
        own.or_else(row).or_else(value).ok_or_else(|| missing(name))
    }
}

fn missing(name: &str) -> Fault {
    Fault::new("layout.field", format!("no value for field {name}"))
}

pub(crate) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let normal = !text.bytes().any(|byte| byte < 0x20) && !text.chars().any(steers);
    if normal && text.trim() == text {
        cleaned.push_str(text);
        return cleaned;
    }
    let whole =
        text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{b}', '\u{c}'], "\n");
    for (index, line) in whole.split('\n').enumerate() {
        if index > 0 {
            cleaned.push('\n');
        }
        let shown = line.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(|c| !steers(*c));
        cleaned.push_str(shown.collect::<String>().trim());
    }
    cleaned.trim().to_owned()
}

/// Controls, and the marks that turn or hide text without being seen: a file under seal shows what it says.
/// The joiner U+200D stays, as clusters need it; private use stays, as old systems keep rare names there.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_dropped_and_what_shows_is_kept() {
        assert_eq!(clean("甲\r\n乙\r丙\t丁\u{202e}戊\u{0}\u{7}"), "甲\n乙\n丙 丁戊");
        assert_eq!(clean("  南京　市 \n 一 "), "南京　市\n一");
        assert_eq!(clean("𠮷\u{e0100}野\u{e000}"), "𠮷\u{e0100}野\u{e000}");
        assert_eq!(clean("\u{feff}零\u{200b}宽"), "零宽");
    }

    #[test]
    fn a_blank_text_is_nothing_to_show() {
        let mut values = Values::new();
        values.set("blank", " \u{3000}").set("full", "有");
        assert!(!values.has("blank") && values.has("full") && !values.has("none"));
    }
}
