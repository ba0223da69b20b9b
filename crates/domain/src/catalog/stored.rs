//! How the shared words lie in their table: one row for each element, kind and certificate type, one row for
//! each list whose order counts.

use super::{CertificateType, Department, Dictionary, Element, LifeEvent, MaterialKind};
use base::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// A row of `catalog_dictionary`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DictionaryRow {
    /// `element`, `kind`, `certificate` or `list`.
    pub kind: String,
    pub key: String,
    /// JSON.
    pub definition: String,
}

pub(super) fn write(
    dictionary: &Dictionary,
    departments: &[Department],
    life_events: &[LifeEvent],
) -> Result<Vec<DictionaryRow>> {
    let mut rows = Vec::new();
    let mut add = |kind: &str, key: &str, definition: String| {
        rows.push(DictionaryRow { kind: kind.to_owned(), key: key.to_owned(), definition });
    };
    for (key, element) in &dictionary.elements {
        add("element", key, json(element)?);
    }
    for (key, kind) in &dictionary.kinds {
        add("kind", key, json(kind)?);
    }
    for (key, certificate) in &dictionary.certificate_types {
        add("certificate", key, json(certificate)?);
    }
    add("list", "departments", json(departments)?);
    add("list", "life_events", json(life_events)?);
    add("list", "synonyms", json(&dictionary.synonyms)?);
    add("list", "elsewhere", json(&dictionary.elsewhere)?);
    add("list", "cities", json(&dictionary.cities)?);
    add("list", "halls", json(&dictionary.halls)?);
    rows.sort_by(|a, b| (&a.kind, &a.key).cmp(&(&b.kind, &b.key)));
    Ok(rows)
}

pub(super) fn read(rows: &[DictionaryRow]) -> Result<(Dictionary, Vec<Department>, Vec<LifeEvent>)> {
    let dictionary = Dictionary {
        elements: map::<Element>(rows, "element")?,
        kinds: map::<MaterialKind>(rows, "kind")?,
        certificate_types: map::<CertificateType>(rows, "certificate")?,
        synonyms: list(rows, "synonyms")?,
        elsewhere: list(rows, "elsewhere")?,
        cities: list(rows, "cities")?,
        halls: list(rows, "halls")?,
    };
    Ok((dictionary, list(rows, "departments")?, list(rows, "life_events")?))
}

fn map<T: DeserializeOwned>(rows: &[DictionaryRow], kind: &str) -> Result<HashMap<String, T>> {
    let of_kind = rows.iter().filter(|row| row.kind == kind);
    of_kind.map(|row| Ok((row.key.clone(), parse(&row.definition)?))).collect()
}

/// Empty when the installation has not been seeded yet.
fn list<T: DeserializeOwned + Default>(rows: &[DictionaryRow], key: &str) -> Result<T> {
    let found = rows.iter().find(|row| row.kind == "list" && row.key == key);
    found.map_or(Ok(T::default()), |row| parse(&row.definition))
}

pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Bug(e.into()))
}

pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::Bug(e.into()))
}
