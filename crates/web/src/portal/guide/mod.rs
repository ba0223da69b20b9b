//! `/items/{slug}`: the guide of an item, as the body of one division offers it. The short version first,
//! the complete one in `details` of the same page.

mod full;
mod materials;
mod place;

use super::Params;
use super::lines::guide_address;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Path;
use base::Error;
use domain::catalog::{BaseItem, Catalogue, Item};
use full::Full;
use materials::MaterialList;
use norms::{Audience, Limit, LimitUnit};

/// The main part of the page.
#[derive(Template)]
#[template(path = "portal/guide.html")]
pub(super) struct Guide<'a> {
    pub csrf: String,
    pub item: &'a Item,
    /// With the differences of the claim applied.
    pub offer: &'a BaseItem,
    pub body: &'a str,
    pub place: String,
    /// The visitor's.
    pub own_place: String,
    /// The division was named in the address and is not the visitor's own.
    pub foreign: bool,
    pub materials: MaterialList<'a>,
    pub full: Full<'a>,
    /// (name, address).
    pub related: Vec<(&'a str, String)>,
}

/// Both limits in working days, for the bar.
struct Bar {
    promised: u32,
    statutory: u32,
}

impl Guide<'_> {
    fn href(&self) -> String {
        guide_address(&self.offer.slug, "")
    }

    fn promised(&self) -> String {
        crate::words::promised(self.item.promised())
    }

    fn statutory(&self) -> String {
        self.item.statutory().map_or_else(|| "法律没有规定期限".to_owned(), |limit| format!("法定 {limit}"))
    }

    fn visits(&self) -> &str {
        if self.offer.visits_reason.is_empty() { "全程网上办理" } else { &self.offer.visits_reason }
    }

    /// Only limits in the same unit can be drawn on one line.
    fn bar(&self) -> Option<Bar> {
        let days = |limit: Limit| (limit.unit == LimitUnit::WorkingDay).then_some(limit.amount);
        let (promised, statutory) = (days(self.item.promised())?, days(self.item.statutory()?)?);
        (promised > 0 && statutory > 0).then_some(Bar { promised, statutory })
    }

    fn audiences(&self) -> String {
        // 自然人 is the word of the norm; people call themselves 个人.
        let word = |audience: Audience| match audience {
            Audience::Person => "个人",
            other => other.name(),
        };
        let names: Vec<&str> = self.offer.audiences().into_iter().map(word).collect();
        names.join("、")
    }

    fn certificate(&self) -> bool {
        self.offer.result_certificate.is_some()
    }
}

pub(crate) async fn show(visit: Visit, Path(slug): Path<String>, params: Params) -> PageResult {
    let catalogue = &visit.cx.catalogue.clone();
    let base = catalogue.base_item(&slug).ok_or(Error::NotFound)?;
    let named = params.get("division");
    let division = if catalogue.division(named).is_some() { named } else { &visit.division };
    let address = guide_address(&base.slug, division);
    let page = |visit: &Visit| visit.page(&base.name).under(&[("全部事项", "/items?side=all")]);
    let Some(item) = catalogue.offer(&base.code, division) else {
        let main = async |_: &Visit| Ok(place::place(catalogue, base, division));
        return visit.show_shared_main(address, page, main).await;
    };
    let offer = item.offer();
    let main = async |visit: &Visit| {
        let materials = materials::list(visit, catalogue, &offer).await?;
        Ok(guide(visit, catalogue, item, &offer, materials, division))
    };
    // Whoever is logged in reads what she has to bring, and what not.
    if visit.cx.actor.person().is_some() {
        return visit.show_own_main(page(&visit), &main(&visit).await?);
    }
    visit.show_shared_main(address, page, main).await
}

fn guide<'a>(
    visit: &Visit,
    catalogue: &'a Catalogue,
    item: &'a Item,
    offer: &'a BaseItem,
    materials: MaterialList<'a>,
    division: &str,
) -> Guide<'a> {
    Guide {
        csrf: visit.form_token(),
        own_place: catalogue.full_name(&visit.division),
        body: &item.body.name,
        place: catalogue.full_name(division),
        foreign: division != visit.division,
        full: full::full(catalogue, item, offer),
        related: related(catalogue, offer),
        materials,
        item,
        offer,
    }
}

/// Items of the same moments of life, the most wanted first.
fn related<'a>(catalogue: &'a Catalogue, offer: &BaseItem) -> Vec<(&'a str, String)> {
    let shares = |item: &BaseItem| item.life_events.iter().any(|event| offer.life_events.contains(event));
    let items = catalogue.base_items.iter();
    let mut found: Vec<_> = items.filter(|item| item.slug != offer.slug && shares(item)).collect();
    found.sort_by_key(|item| item.by_heat());
    found.into_iter().take(4).map(|item| (item.name.as_str(), guide_address(&item.slug, ""))).collect()
}
