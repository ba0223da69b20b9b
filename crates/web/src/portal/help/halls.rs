//! `/halls`: where to go, from the places and hours of the items handled there.

use crate::page::Page;
use crate::portal::divisions::city_of;
use crate::portal::lines::{Link, guide_address};
use crate::portal::{Params, address};
use crate::session::{PageResult, Visit};
use askama::Template;
use domain::catalog::{Catalogue, DivisionRow, Item};
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "portal/halls.html")]
pub(in crate::portal) struct HallsPage {
    pub page: Page,
    /// Empty while no city is chosen.
    pub city: String,
    pub cities: Vec<Link>,
    /// Those of the visitor's own division, open.
    pub own: Vec<DivisionHalls>,
    /// The others of the city.
    pub others: Vec<DivisionHalls>,
}

pub(in crate::portal) struct DivisionHalls {
    pub code: String,
    pub name: String,
    pub href: String,
    pub halls: Vec<HallRow>,
}

pub(in crate::portal) struct HallRow {
    pub name: String,
    pub place: String,
    pub hours: String,
    pub phones: Vec<String>,
    pub items: usize,
    /// Named when the place handles only a few.
    pub names: Vec<Link>,
}

/// Places with fewer items say which.
const FEW: usize = 4;

pub(crate) async fn halls(visit: Visit, params: Params) -> PageResult {
    visit.show(&halls_page(&visit, &params))
}

fn halls_page(visit: &Visit, params: &Params) -> HallsPage {
    let catalogue = &visit.cx.catalogue;
    let city = [params.get("city"), &visit.division].into_iter().find_map(|code| city_of(catalogue, code));
    let elsewhere = |row: &&DivisionRow| row.level == "city" && city.is_none_or(|city| city.code != row.code);
    let cities = catalogue.divisions.values().filter(elsewhere);
    let divisions = city.map(|city| divisions(catalogue, city)).unwrap_or_default();
    // The visitor's own division is open; in another city, that of the city itself.
    let chosen = divisions.iter().find(|one| one.code == visit.division).or(divisions.first());
    let chosen = chosen.map(|one| one.code.clone()).unwrap_or_default();
    let (own, others) = divisions.into_iter().partition(|one| one.code == chosen);
    HallsPage {
        page: visit.page("大厅地址和时间").under(&[]),
        cities: cities.map(|row| Link::new(&row.name, address("/halls", &[("city", &row.code)]))).collect(),
        own,
        others,
        city: city.map(|city| city.name.clone()).unwrap_or_default(),
    }
}

/// The city itself, then its counties and zones, those without a place left out.
fn divisions(catalogue: &Catalogue, city: &DivisionRow) -> Vec<DivisionHalls> {
    let mut places: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in catalogue.items() {
        places.entry(&item.division).or_default().push(item);
    }
    let rows = std::iter::once(city).chain(catalogue.children(&city.code));
    let halls = |row: &DivisionRow| DivisionHalls {
        code: row.code.clone(),
        name: row.name.clone(),
        href: address("/items", &[("side", "all"), ("division", &row.code)]),
        halls: places.get(row.code.as_str()).map(|items| rows_of(items)).unwrap_or_default(),
    };
    rows.map(halls).filter(|division| !division.halls.is_empty()).collect()
}

/// One row for each place and its hours, the busiest first.
fn rows_of(items: &[&Item]) -> Vec<HallRow> {
    let mut halls: BTreeMap<(&str, &str), Vec<&Item>> = BTreeMap::new();
    for item in items {
        halls.entry((&item.place, &item.hours)).or_default().push(item);
    }
    let mut rows: Vec<HallRow> =
        halls.into_iter().map(|((place, hours), items)| row(place, hours, items)).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.items));
    rows
}

fn row(place: &str, hours: &str, mut items: Vec<&Item>) -> HallRow {
    items.sort_by(|a, b| a.base.slug.cmp(&b.base.slug));
    let mut phones: Vec<&str> =
        items.iter().map(|item| item.phone.as_str()).filter(|p| !p.is_empty()).collect();
    phones.sort_unstable();
    phones.dedup();
    let link = |item: &&Item| Link::new(&item.base.name, guide_address(&item.base.slug, &item.division));
    // 地址，名称: the name leads, for it is what people look for.
    let (address, name) = place.rsplit_once('，').unwrap_or(("", place));
    HallRow {
        name: name.to_owned(),
        place: address.to_owned(),
        hours: hours.to_owned(),
        phones: phones.into_iter().map(str::to_owned).collect(),
        items: items.len(),
        names: if items.len() < FEW { items.iter().map(link).collect() } else { Vec::new() },
    }
}
