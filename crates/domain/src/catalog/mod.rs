//! What government does for people, written once: base items, the claims of bodies, forms, materials.
//!
//! A **base item** is defined by the province: name, code, legal basis and type are the same at every
//! level (四级四同), the rest is inherited. A body **claims** it and so offers an **item**; a claim stores
//! only its differences, and only in fields the base item declares open. A **version** once published
//! never changes, and a case is pinned to the version it was filed under. **Elements** are the one
//! dictionary of data, **kinds** the one list of materials: forms and material lists of different items
//! can therefore be merged, prefilled and waived by computation.
//!
//! The whole catalogue is read into memory ([`Catalogue`]) and replaced as a whole when the journal says
//! that it changed. Absent on purpose: copies of base items, free-text materials, per-item code.

mod catalogue;
mod definition;
mod dictionary;
mod difference;
mod form;
mod item;
mod load;
mod publish;
mod read;
mod seed;
mod store;
mod stored;

pub use catalogue::{Body, Catalogue, DivisionRow, Theme};
pub use definition::{
    Assurance, BaseItem, Basis, Charge, ClaimLevel, Faq, Field, FormPage, LimitText, Material, Need,
    Processing, Step, When,
};
pub use dictionary::{
    Bound, CertificateField, CertificateType, City, Department, Dictionary, Element, ElementType, Elsewhere,
    Hall, Halls, LifeEvent, MaterialKind, SatisfiedBy, Side, Source, Synonym,
};
pub use difference::Differences;
pub use form::{Answers, check_answers, label_of, turn_page, visible_pages, wants};
pub(crate) use form::{check_value, takes};
pub use item::{Item, ItemVersion};
pub use load::{Claim, LoadError, Parsed, Sources, parse_sources};
pub use publish::publish_faults;
pub use read::{item_at_version, load_catalogue};
pub use seed::{SeedCounts, seed_catalog};

#[cfg(test)]
mod tests;
