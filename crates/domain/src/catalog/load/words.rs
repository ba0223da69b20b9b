//! The dictionary files: departments, cities, halls, elements, kinds, certificate types, life events, synonyms, and what is done elsewhere.

use super::document::Document;
use super::faults::Faults;
use super::{LoadError, Sources};
use crate::catalog::{
    CertificateType, City, Department, Dictionary, Element, Elsewhere, Halls, LifeEvent, MaterialKind,
    Synonym,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// One file of rows.
pub(super) struct Sheet<'a, T> {
    pub document: Document<'a>,
    pub rows: Vec<T>,
}

pub(super) struct Words<'a> {
    pub departments: Sheet<'a, Department>,
    pub elements: Sheet<'a, Element>,
    pub kinds: Sheet<'a, MaterialKind>,
    pub certificates: Sheet<'a, CertificateType>,
    pub life_events: Sheet<'a, LifeEvent>,
    pub cities: Sheet<'a, City>,
    pub synonyms: Sheet<'a, Synonym>,
    pub elsewhere: Sheet<'a, Elsewhere>,
    /// The hall rows, and the default beside them.
    pub halls: (Document<'a>, Halls),
    /// The same rows, found by key.
    pub dictionary: Dictionary,
}

/// A file as it is written: `[[<word>]]` rows and nothing else.
macro_rules! file {
    ($file:ident, $rows:ident: $row:ty) => {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $file {
            $rows: Vec<$row>,
        }

        impl From<$file> for Vec<$row> {
            fn from(file: $file) -> Self {
                file.$rows
            }
        }
    };
}

file!(DepartmentFile, department: Department);
file!(CityFile, city: City);
file!(ElementFile, element: Element);
file!(KindFile, kind: MaterialKind);
file!(CertificateFile, certificate: CertificateType);
file!(LifeEventFile, life_event: LifeEvent);
file!(SynonymFile, synonym: Synonym);
file!(ElsewhereFile, elsewhere: Elsewhere);

/// Nothing when a file is missing or cannot be read; `faults` says why.
pub(super) fn read<'a>(sources: &'a Sources, faults: &mut Faults) -> Option<Words<'a>> {
    // Each file is read whatever the others say, so that all broken files are named at once.
    let departments = sheet::<DepartmentFile, _>(sources, "departments.toml", faults);
    let cities = sheet::<CityFile, _>(sources, "cities.toml", faults);
    let halls = open::<Halls>(sources, "halls.toml", faults);
    let elements = sheet::<ElementFile, Element>(sources, "elements.toml", faults);
    let kinds = sheet::<KindFile, MaterialKind>(sources, "kinds.toml", faults);
    let certificates = sheet::<CertificateFile, CertificateType>(sources, "certificates.toml", faults);
    let life_events = sheet::<LifeEventFile, _>(sources, "life_events.toml", faults);
    let synonyms = sheet::<SynonymFile, _>(sources, "synonyms.toml", faults);
    let elsewhere = sheet::<ElsewhereFile, _>(sources, "elsewhere.toml", faults);
    let (elements, kinds, certificates) = (elements?, kinds?, certificates?);
    let (cities, halls, synonyms, elsewhere) = (cities?, halls?, synonyms?, elsewhere?);
    let dictionary = Dictionary {
        elements: by_key(&elements.rows, |row| &row.key),
        kinds: by_key(&kinds.rows, |row| &row.key),
        certificate_types: by_key(&certificates.rows, |row| &row.key),
        synonyms: synonyms.rows.clone(),
        elsewhere: elsewhere.rows.clone(),
        cities: cities.rows.clone(),
        halls: halls.1.clone(),
    };
    Some(Words {
        departments: departments?,
        life_events: life_events?,
        elements,
        kinds,
        certificates,
        cities,
        synonyms,
        elsewhere,
        halls,
        dictionary,
    })
}

fn by_key<T: Clone>(rows: &[T], key: impl Fn(&T) -> &String) -> HashMap<String, T> {
    rows.iter().map(|row| (key(row).clone(), row.clone())).collect()
}

pub(super) fn open<'a, T: DeserializeOwned>(
    sources: &'a Sources,
    path: &str,
    faults: &mut Faults,
) -> Option<(Document<'a>, T)> {
    let read: Result<_, LoadError> = sources.file(path).and_then(|(file, text)| Document::read(file, text));
    read.map_err(|error| faults.errors.push(error)).ok()
}

fn sheet<'a, F: DeserializeOwned + Into<Vec<T>>, T>(
    sources: &'a Sources,
    path: &str,
    faults: &mut Faults,
) -> Option<Sheet<'a, T>> {
    let (document, file) = open::<F>(sources, path, faults)?;
    Some(Sheet { document, rows: file.into() })
}

impl Words<'_> {
    pub fn department(&self, key: &str) -> Option<(usize, &Department)> {
        self.departments.rows.iter().enumerate().find(|(_, department)| department.key == key)
    }

    pub fn into_parts(self) -> (Dictionary, Vec<Department>, Vec<LifeEvent>) {
        (self.dictionary, self.departments.rows, self.life_events.rows)
    }
}

pub(super) fn in_force(division: &str) -> bool {
    norms::divisions().iter().any(|known| known.code == division)
}
