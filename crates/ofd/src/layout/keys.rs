//! A table of a template, read key by key: what nobody asked for is refused with its line.

use crate::{Fault, Result};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where a template comes from and its text, to turn byte offsets into lines.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

impl Source<'_> {
    /// `acceptance.toml line 12, key align: …`
    pub fn fault(&self, at: usize, key: &str, message: &str) -> Fault {
        let line = self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        Fault::new("template.key", format!("{} line {line}, key {key}: {message}", self.file))
    }
}

pub struct Keys<'a> {
    pub source: Source<'a>,
    /// Offset of the table itself, for keys that are not there.
    pub at: usize,
    table: &'a DeTable<'a>,
    asked: Vec<&'static str>,
}

type Found<'a> = &'a Spanned<DeValue<'a>>;

impl<'a> Keys<'a> {
    pub fn new(source: Source<'a>, at: usize, table: &'a DeTable<'a>) -> Keys<'a> {
        Keys { source, at, table, asked: Vec::new() }
    }

    pub fn missing(&self, key: &str) -> Fault {
        self.source.fault(self.at, key, "is missing")
    }

    fn get(&mut self, key: &'static str) -> Option<Found<'a>> {
        self.asked.push(key);
        self.table.get(key)
    }

    pub fn text(&mut self, key: &'static str) -> Result<Option<&'a str>> {
        let source = self.source;
        let Some(value) = self.get(key) else { return Ok(None) };
        let text = value.get_ref().as_str();
        text.map(Some).ok_or_else(|| source.fault(value.span().start, key, "must be a text"))
    }

    pub fn needed_text(&mut self, key: &'static str) -> Result<&'a str> {
        self.text(key)?.ok_or_else(|| self.missing(key))
    }

    /// The text and where it stands, for what is parsed further.
    pub fn placed_text(&mut self, key: &'static str) -> Result<Option<(usize, &'a str)>> {
        let text = self.text(key)?;
        Ok(text.map(|text| (self.table.get(key).map_or(self.at, |value| value.span().start), text)))
    }

    pub fn number(&mut self, key: &'static str) -> Result<Option<f64>> {
        let source = self.source;
        let Some(value) = self.get(key) else { return Ok(None) };
        let number = number(value.get_ref());
        number.map(Some).ok_or_else(|| source.fault(value.span().start, key, "must be a number"))
    }

    /// A number within bounds; `otherwise` when the key is not there.
    pub fn number_in(&mut self, key: &'static str, least: f64, most: f64, otherwise: f64) -> Result<f64> {
        let Some(number) = self.number(key)? else { return Ok(otherwise) };
        if (least..=most).contains(&number) {
            return Ok(number);
        }
        Err(self.wrong(key, &format!("must be from {least} to {most}")))
    }

    pub fn numbers(&mut self, key: &'static str) -> Result<Option<Vec<f64>>> {
        let source = self.source;
        let Some(value) = self.get(key) else { return Ok(None) };
        let list = value
            .get_ref()
            .as_array()
            .and_then(|list| list.iter().map(|one| number(one.get_ref())).collect::<Option<Vec<f64>>>());
        list.map(Some).ok_or_else(|| source.fault(value.span().start, key, "must be a list of numbers"))
    }

    pub fn flag(&mut self, key: &'static str) -> Result<bool> {
        let source = self.source;
        let Some(value) = self.get(key) else { return Ok(false) };
        let flag = value.get_ref().as_bool();
        flag.ok_or_else(|| source.fault(value.span().start, key, "must be true or false"))
    }

    /// One of the listed words; the first when the key is not there. An empty word names that default only.
    pub fn choice<T: Copy>(&mut self, key: &'static str, of: &[(&str, T)]) -> Result<T> {
        let Some(word) = self.text(key)? else { return Ok(of[0].1) };
        let named = || of.iter().filter(|(name, _)| !name.is_empty());
        let found = named().find(|(name, _)| *name == word);
        let names: Vec<&str> = named().map(|(name, _)| *name).collect();
        found.map(|(_, value)| *value).ok_or_else(|| self.wrong(key, &format!("must be one of {names:?}")))
    }

    pub fn table(&mut self, key: &'static str) -> Result<Option<Keys<'a>>> {
        let source = self.source;
        let Some(value) = self.get(key) else { return Ok(None) };
        let refuse = || source.fault(value.span().start, key, "must be a table");
        let table = value.get_ref().as_table().ok_or_else(refuse)?;
        Ok(Some(Keys::new(source, value.span().start, table)))
    }

    pub fn tables(&mut self, key: &'static str) -> Result<Vec<Keys<'a>>> {
        let source = self.source;
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let refuse = || source.fault(value.span().start, key, "must be a list of tables");
        let list = value.get_ref().as_array().ok_or_else(refuse)?;
        let table = |one: Found<'a>| {
            let table = one.get_ref().as_table().ok_or_else(refuse)?;
            Ok(Keys::new(source, first_offset(table, one.span().start), table))
        };
        list.iter().map(table).collect()
    }

    /// A list of texts, each with its offset.
    pub fn texts(&mut self, key: &'static str) -> Result<Vec<(usize, &'a str)>> {
        let source = self.source;
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let text = |one: Found<'a>| Some((one.span().start, one.get_ref().as_str()?));
        let list =
            value.get_ref().as_array().and_then(|list| list.iter().map(text).collect::<Option<Vec<_>>>());
        list.ok_or_else(|| source.fault(value.span().start, key, "must be a list of texts"))
    }

    /// Key, offset and value of every entry of a free table, in the order of the file.
    pub fn entries(&mut self, key: &'static str) -> Result<Vec<(&'a str, Found<'a>)>> {
        let source = self.source;
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let refuse = || source.fault(value.span().start, key, "must be a table");
        Ok(in_order(value.get_ref().as_table().ok_or_else(refuse)?))
    }

    /// A refusal at a key that is there.
    pub fn wrong(&self, key: &str, message: &str) -> Fault {
        let at = self.table.get(key).map_or(self.at, |value| value.span().start);
        self.source.fault(at, key, message)
    }

    /// Refuses the first key nobody asked for.
    pub fn finish(self) -> Result<()> {
        let unknown = self.table.keys().filter(|key| !self.asked.iter().any(|asked| asked == key.get_ref()));
        match unknown.min_by_key(|key| key.span().start) {
            Some(key) => Err(self.source.fault(key.span().start, key.get_ref(), "is not known here")),
            None => Ok(()),
        }
    }
}

/// Entries of a table as they stand in the file.
pub fn in_order<'a>(table: &'a DeTable<'a>) -> Vec<(&'a str, Found<'a>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries.into_iter().map(|(key, value)| (key.get_ref().as_ref(), value)).collect()
}

fn first_offset(table: &DeTable<'_>, otherwise: usize) -> usize {
    table.keys().map(|key| key.span().start).min().unwrap_or(otherwise)
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    let digits = match value {
        DeValue::Integer(integer) => integer.as_str(),
        DeValue::Float(float) => float.as_str(),
        _ => return None,
    };
    digits.replace('_', "").parse::<f64>().ok().filter(|number| number.is_finite())
}
