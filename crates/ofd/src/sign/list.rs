//! `Signatures.xml`: the list of signatures, open for further ones.

use crate::xml::{self, Writer};
use crate::{Limits, Result};

#[derive(Debug, Default)]
pub(super) struct List {
    rows: Vec<(String, String, String)>,
    highest: u32,
}

impl List {
    pub fn read(file: &[u8], limits: &Limits) -> Result<List> {
        let text = xml::text(file)?;
        let root = xml::parse(&text, limits)?;
        let mut list = List::default();
        for row in root.all("Signature") {
            let of = |name: &str| row.attribute(name).unwrap_or_default().to_owned();
            let kind = if of("Type").is_empty() { "Seal".to_owned() } else { of("Type") };
            list.highest = list.highest.max(number(&of("ID")));
            list.rows.push((of("ID"), kind, of("BaseLoc")));
        }
        list.highest = list.highest.max(root.value_of("MaxSignId").map_or(0, number));
        Ok(list)
    }

    /// A number space of its own (GB/T 33190 §18.1): `s001`, `s002` …
    pub fn add(&mut self, kind: &str, loc: &str) {
        self.highest += 1;
        self.rows.push((format!("s{:03}", self.highest), kind.to_owned(), loc.to_owned()));
    }

    pub fn write(&self) -> Result<Vec<u8>> {
        let mut xml = Writer::new("Signatures");
        xml.leaf("MaxSignId", &self.highest.to_string());
        for (id, kind, loc) in &self.rows {
            xml.open("Signature")
                .attribute("ID", id)
                .attribute("Type", kind)
                .attribute("BaseLoc", loc)
                .close();
        }
        xml.finish()
    }
}

/// `s007` and `7` are seven.
fn number(id: &str) -> u32 {
    id.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0)
}
