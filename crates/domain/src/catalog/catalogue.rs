//! The whole catalogue in memory, ready to answer.

use super::{
    BaseItem, CertificateType, Department, Dictionary, Element, Elsewhere, Item, LifeEvent, MaterialKind,
    Synonym,
};
use norms::Calendar;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Read-only; built by [`super::load_catalogue`] and replaced as a whole.
pub struct Catalogue {
    /// The newest journal event this catalogue has seen.
    pub sequence: i64,
    pub calendar: Calendar,
    /// By code: the province, its cities, counties and functional zones.
    pub divisions: BTreeMap<String, DivisionRow>,
    pub departments: Vec<Department>,
    pub life_events: Vec<LifeEvent>,
    /// In order of slug, newest version each.
    pub base_items: Vec<Arc<BaseItem>>,
    pub(super) dictionary: Dictionary,
    pub(super) bodies: HashMap<String, Arc<Body>>,
    pub(super) items: HashMap<String, Arc<Item>>,
    /// Who offers a base item: by base code, then by division.
    pub(super) offers: HashMap<String, BTreeMap<String, Arc<Item>>>,
}

impl Default for Catalogue {
    /// Nothing on offer, and the State Council's calendar: what a new installation starts from.
    fn default() -> Self {
        Catalogue {
            sequence: 0,
            calendar: Calendar::state_council().clone(),
            divisions: BTreeMap::new(),
            departments: Vec::new(),
            life_events: Vec::new(),
            base_items: Vec::new(),
            dictionary: Dictionary::default(),
            bodies: HashMap::new(),
            items: HashMap::new(),
            offers: HashMap::new(),
        }
    }
}

#[cfg(any(test, feature = "testing"))]
impl Catalogue {
    /// What sources say, without claims and bodies: enough for whoever reads base items only.
    pub fn of_parsed(mut parsed: super::Parsed) -> Catalogue {
        parsed.base_items.sort_by(|a, b| a.slug.cmp(&b.slug));
        Catalogue {
            departments: parsed.departments,
            life_events: parsed.life_events,
            base_items: parsed.base_items.into_iter().map(Arc::new).collect(),
            dictionary: parsed.dictionary,
            ..Catalogue::default()
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DivisionRow {
    pub code: String,
    pub name: String,
    /// `province`, `city` or `county`.
    pub level: String,
    pub parent: String,
    /// False for functional zones, which are no divisions of GB/T 2260.
    pub statutory: bool,
}

/// An implementing body 实施主体.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    pub credit_code: String,
    pub department: String,
    pub division: String,
    pub name: String,
    pub consult: String,
    pub complain: String,
    pub synthetic: bool,
}

/// A way into the catalogue, with the number of items behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    pub code: &'static str,
    pub name: &'static str,
    pub items: usize,
}

impl Catalogue {
    pub fn element(&self, key: &str) -> Option<&Element> {
        self.dictionary.elements.get(key)
    }

    pub fn kind(&self, key: &str) -> Option<&MaterialKind> {
        self.dictionary.kinds.get(key)
    }

    pub fn certificate_type(&self, key: &str) -> Option<&CertificateType> {
        self.dictionary.certificate_types.get(key)
    }

    pub fn certificate_types(&self) -> impl Iterator<Item = &CertificateType> {
        self.dictionary.certificate_types.values()
    }

    /// Rows of words that mean the same; the first word is the one of the item names.
    pub fn synonyms(&self) -> &[Synonym] {
        &self.dictionary.synonyms
    }

    /// What people look for here and no item does.
    pub fn elsewhere(&self) -> &[Elsewhere] {
        &self.dictionary.elsewhere
    }

    pub fn body(&self, credit_code: &str) -> Option<&Arc<Body>> {
        self.bodies.get(credit_code)
    }

    pub fn bodies(&self) -> impl Iterator<Item = &Arc<Body>> {
        self.bodies.values()
    }

    pub fn department(&self, key: &str) -> Option<&Department> {
        self.departments.iter().find(|department| department.key == key)
    }

    /// An item by its handling-item code (33).
    pub fn item(&self, code: &str) -> Option<&Arc<Item>> {
        self.items.get(code)
    }

    pub fn items(&self) -> impl Iterator<Item = &Arc<Item>> {
        self.items.values()
    }

    /// What one body offers, in no order.
    pub fn items_of<'a>(&'a self, credit_code: &'a str) -> impl Iterator<Item = &'a Arc<Item>> {
        let division = self.body(credit_code).map_or("", |body| &body.division);
        let here = self.offers.values().filter_map(move |offers| offers.get(division));
        here.filter(move |item| item.body.credit_code == credit_code)
    }

    pub fn base_item(&self, slug: &str) -> Option<&Arc<BaseItem>> {
        let at = self.base_items.binary_search_by(|item| item.slug.as_str().cmp(slug)).ok()?;
        self.base_items.get(at)
    }

    /// The item that people of `division` use: of that division, or of the city or province above it.
    pub fn offer(&self, base_code: &str, division: &str) -> Option<&Arc<Item>> {
        let offers = self.offers.get(base_code)?;
        let mut place = division;
        loop {
            if let Some(item) = offers.get(place) {
                return Some(item);
            }
            place = self.divisions.get(place)?.parent.as_str();
        }
    }

    /// The divisions whose own body offers this base item, in order of code.
    pub fn claimants(&self, base_code: &str) -> impl Iterator<Item = &DivisionRow> {
        let offers = self.offers.get(base_code).into_iter().flat_map(BTreeMap::keys);
        offers.filter_map(|division| self.divisions.get(division))
    }

    pub fn division(&self, code: &str) -> Option<&DivisionRow> {
        self.divisions.get(code)
    }

    /// 南京市玄武区: the name with the city before it, as on an envelope.
    pub fn full_name(&self, division: &str) -> String {
        let Some(row) = self.divisions.get(division) else { return String::new() };
        match self.divisions.get(&row.parent) {
            Some(parent) if parent.level == "city" => format!("{}{}", parent.name, row.name),
            _ => row.name.clone(),
        }
    }

    /// Cities of the province, or counties and zones of a city, in order of code.
    pub fn children<'a>(&'a self, division: &'a str) -> impl Iterator<Item = &'a DivisionRow> {
        self.divisions.values().filter(move |row| row.parent == division)
    }

    /// Topics of one side with the number of base items, those with none left out.
    pub fn themes(&self, legal: bool) -> Vec<Theme> {
        let all: Vec<(&'static str, &'static str)> = match legal {
            true => norms::LegalTopic::ALL.iter().map(|topic| (topic.code(), topic.name())).collect(),
            false => norms::PersonTopic::ALL.iter().map(|topic| (topic.code(), topic.name())).collect(),
        };
        let counted = all.into_iter().map(|(code, name)| {
            let has = |item: &&Arc<BaseItem>| item.topics(legal).iter().any(|topic| topic == code);
            let items = self.base_items.iter().filter(has).count();
            Theme { code, name, items }
        });
        counted.filter(|theme| theme.items > 0).collect()
    }
}
