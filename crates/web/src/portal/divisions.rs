//! `/divisions`: choosing province, city, county, without a script and never by guessing.

use super::{Params, address};
use crate::page::Page;
use crate::session::{PageResult, Visit, own_path};
use askama::Template;
use domain::catalog::{Catalogue, DivisionRow};

#[derive(Template)]
#[template(path = "portal/divisions.html")]
pub(super) struct DivisionsPage {
    pub page: Page,
    pub back: String,
    pub province: Option<Choice>,
    pub cities: Vec<CityLink>,
    pub city: Option<CityPart>,
}

/// A division that can be chosen.
pub(super) struct Choice {
    pub code: String,
    pub name: String,
    /// 功能区: no division of GB/T 2260.
    pub zone: bool,
    pub on: bool,
}

pub(super) struct CityLink {
    pub name: String,
    pub href: String,
    /// Its counties are shown below.
    pub open: bool,
}

pub(super) struct CityPart {
    pub whole: Choice,
    pub counties: Vec<Choice>,
}

pub(crate) async fn show(visit: Visit, params: Params) -> PageResult {
    visit.show(&divisions_page(&visit, &params))
}

fn divisions_page(visit: &Visit, params: &Params) -> DivisionsPage {
    let catalogue = &visit.cx.catalogue;
    let back = own_path(params.get("return")).to_owned();
    let asked = [params.get("city"), &visit.division].into_iter().find_map(|code| city_of(catalogue, code));
    let province = catalogue.divisions.values().find(|row| row.level == "province");
    let cities = catalogue.divisions.values().filter(|row| row.level == "city");
    DivisionsPage {
        page: visit.page("切换区划").under(&[]),
        province: province.map(|row| choice(visit, row)),
        cities: cities
            .map(|row| CityLink {
                name: row.name.clone(),
                href: address("/divisions", &[("city", &row.code), ("return", &back)]),
                open: asked.is_some_and(|city| city.code == row.code),
            })
            .collect(),
        city: asked.map(|city| CityPart {
            whole: choice(visit, city),
            counties: catalogue.children(&city.code).map(|row| choice(visit, row)).collect(),
        }),
        back,
    }
}

fn choice(visit: &Visit, row: &DivisionRow) -> Choice {
    Choice {
        code: row.code.clone(),
        name: row.name.clone(),
        zone: !row.statutory,
        on: row.code == visit.division,
    }
}

/// The city a division is or lies in; the province lies in none.
pub(super) fn city_of<'a>(catalogue: &'a Catalogue, division: &str) -> Option<&'a DivisionRow> {
    let row = catalogue.division(division)?;
    match row.level.as_str() {
        "city" => Some(row),
        _ => catalogue.division(&row.parent).filter(|parent| parent.level == "city"),
    }
}
