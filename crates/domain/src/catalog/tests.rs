//! Stories of the catalogue on both engines, and every mistake the loader must find.

mod conditions;
mod fixture;
mod form;
mod lattice;
mod load;
mod seed;

use super::{Catalogue, Parsed, Sources, parse_sources};
use crate::fonts::Fonts;
use crate::identity::Actor;
use crate::seals::Vault;
use crate::search::SearchIndex;
use crate::{Cx, World};
use arc_swap::ArcSwap;
use base::crypt::Keys;
use base::{FixedClock, IdMaker, Millis, SeededRng};
use db::Db;
use std::path::Path;
use std::sync::Arc;

/// 2026-09-24 10:00 in Shanghai.
const MORNING: Millis = 1_790_215_200_000;

fn sources() -> Sources {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data"));
    Sources::from_dir(folder).expect("data/ can be read")
}

fn parsed() -> Parsed {
    parse_sources(&sources()).unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("data/ has mistakes:\n{}", lines.join("\n"));
    })
}

/// The product itself acting on this database at an instant.
fn system(db: Db, at: Millis) -> Cx {
    let world = World {
        db,
        clock: Arc::new(FixedClock::at(at)),
        rng: Arc::new(SeededRng::new(7)),
        ids: IdMaker::new(1),
        keys: Keys::derive(&[7; 32]),
        catalogue: ArcSwap::from_pointee(Catalogue::default()),
        search: ArcSwap::from_pointee(SearchIndex::empty().expect("an empty index can be built")),
        layouts: Default::default(),
        serials: Default::default(),
        public_url: String::new(),
        seals: Vault::software(Keys::derive(&[7; 32]), Arc::new(SeededRng::new(8))),
        fonts: Fonts::found(),
    };
    Arc::new(world).cx(Actor::System)
}

impl Catalogue {
    /// What `data/` says.
    pub(crate) fn of_data() -> Catalogue {
        Catalogue::of_parsed(parsed())
    }
}
