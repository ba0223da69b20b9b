//! What the tests of several pages share.

use domain::catalog::{Catalogue, Sources, parse_sources};
use std::path::Path;
use std::sync::Arc;

/// The items of the demonstration province, offered by nobody.
pub(super) fn catalogue() -> Catalogue {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    let sources = Sources::from_dir(&folder).expect("the data folder");
    let parsed = parse_sources(&sources).expect("the data can be read");
    let mut catalogue = Catalogue::default();
    catalogue.departments = parsed.departments;
    catalogue.life_events = parsed.life_events;
    catalogue.base_items = parsed.base_items.into_iter().map(Arc::new).collect();
    catalogue
}
