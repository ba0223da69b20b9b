//! The guide before its place is known: the visitor chose a province or city, and counties handle the item.

use crate::portal::divisions::city_of;
use crate::portal::lines::{Link, guide_address};
use askama::Template;
use domain::catalog::{BaseItem, Catalogue, DivisionRow};

#[derive(Template)]
#[template(path = "portal/guide_place.html")]
pub(in crate::portal) struct Place {
    /// Of the guide, wherever it will be.
    pub href: String,
    pub name: String,
    pub summary: String,
    /// The place asked about.
    pub asked: String,
    pub cities: Vec<CityPlaces>,
}

/// Those of one city who offer the item.
pub(in crate::portal) struct CityPlaces {
    pub name: String,
    pub places: Vec<Link>,
}

pub(super) fn place(catalogue: &Catalogue, base: &BaseItem, division: &str) -> Place {
    Place {
        href: guide_address(&base.slug, ""),
        name: base.name.clone(),
        summary: base.summary.clone(),
        asked: catalogue.full_name(division),
        cities: cities(catalogue, base, division),
    }
}

/// Claimants by city: those of the visitor's city alone when there are any.
fn cities(catalogue: &Catalogue, base: &BaseItem, division: &str) -> Vec<CityPlaces> {
    let claimants: Vec<_> = catalogue.claimants(&base.code).collect();
    let of = |city: &DivisionRow| CityPlaces {
        name: city.name.clone(),
        places: claimants.iter().filter(|row| row.parent == city.code).map(|row| link(base, row)).collect(),
    };
    let own = city_of(catalogue, division).map(of).filter(|city| !city.places.is_empty());
    match own {
        Some(own) => vec![own],
        None => {
            let all = catalogue.divisions.values().filter(|row| row.level == "city").map(of);
            all.filter(|city| !city.places.is_empty()).collect()
        }
    }
}

fn link(base: &BaseItem, row: &DivisionRow) -> Link {
    Link::new(&row.name, guide_address(&base.slug, &row.code)).with_note(if row.statutory {
        ""
    } else {
        "功能区"
    })
}
