//! Choosing for whom one acts: oneself, or an organisation one represents or holds a mandate of.

use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit, own_path};
use crate::words;
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Id, Result};
use domain::identity::{self, Actor, Capacity, PersonActor};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "identity/capacity.html")]
struct CapacityPage {
    page: Page,
    own_name: String,
    acts_for_herself: bool,
    capacities: Vec<CapacityRow>,
    error: String,
    errors: Vec<(String, String)>,
    back: String,
}

struct CapacityRow {
    organisation: String,
    name: String,
    credit_code: String,
    representative: bool,
    until: String,
    /// Names of the items it covers; empty for all.
    items: String,
    chosen: bool,
}

#[derive(Deserialize)]
pub(crate) struct Back {
    #[serde(default, rename = "return")]
    back: String,
}

pub(crate) async fn show(visit: Visit, Query(query): Query<Back>) -> PageResult {
    let page = capacity_page(&visit, &query.back, "").await?;
    visit.show(&page)
}

pub(crate) async fn choose(form: Posted) -> PageResult {
    let visit = &form.visit;
    person(visit)?;
    let token = visit.token.as_ref().ok_or(Error::Unauthenticated)?;
    let outcome = match chosen(form.get("capacity")) {
        Some(organisation) => {
            visit.cx.db().write(async |tx| identity::act_for(tx, &visit.cx, token, organisation).await).await
        }
        None => Err(Error::refused_at("identity.capacity_needed", "capacity", "请选择您为谁办事")),
    };
    let message = match outcome {
        Ok(()) => return Ok(Redirect::to(next(form.get("return"))).into_response()),
        // The mandate ended between showing the page and sending it.
        Err(Error::NotFound) => "这份授权已经失效，请选择其他身份".to_owned(),
        Err(refused @ Error::Refused(_)) => refused.to_string(),
        Err(other) => return Err(other.into()),
    };
    let page = capacity_page(visit, form.get("return"), &message).await?;
    visit.show_again(&page)
}

/// Oneself, an organisation, or nothing at all.
fn chosen(value: &str) -> Option<Option<Id>> {
    match value {
        "self" => Some(None),
        other => other.parse().ok().map(Some),
    }
}

fn next(back: &str) -> &str {
    match own_path(back) {
        "/" => "/me",
        path => path,
    }
}

fn person(visit: &Visit) -> Result<&PersonActor> {
    match &visit.cx.actor {
        Actor::Person(person) => Ok(person),
        Actor::Visitor => Err(Error::Unauthenticated),
        _ => Err(Error::Denied),
    }
}

async fn capacity_page(visit: &Visit, back: &str, error: &str) -> Result<CapacityPage> {
    let person = person(visit)?;
    let capacities = visit.cx.db().read(async |tx| identity::capacities(tx, &visit.cx).await).await?;
    let acting_for = person.acting_for.as_ref().map(|acting| acting.organisation);
    let page = visit.page("您为谁办事？");
    Ok(CapacityPage {
        page: if error.is_empty() { page } else { page.failed() },
        own_name: person.name.clone(),
        acts_for_herself: acting_for.is_none(),
        capacities: capacities.into_iter().map(|capacity| row(visit, capacity, acting_for)).collect(),
        error: error.to_owned(),
        errors: if error.is_empty() { Vec::new() } else { vec![("capacity".into(), error.to_owned())] },
        back: own_path(back).to_owned(),
    })
}

fn row(visit: &Visit, capacity: Capacity, acting_for: Option<Id>) -> CapacityRow {
    CapacityRow {
        chosen: acting_for == Some(capacity.organisation),
        organisation: capacity.organisation.to_string(),
        items: item_names(visit, &capacity.items),
        name: capacity.name,
        credit_code: capacity.credit_code,
        representative: capacity.representative,
        until: capacity.valid_until.as_ref().map(words::day).unwrap_or_default(),
    }
}

/// Names of base items, for people.
pub(super) fn item_names(visit: &Visit, codes: &[String]) -> String {
    let name = |code: &String| {
        let item = visit.cx.catalogue.base_items.iter().find(|item| item.code == *code);
        item.map_or(code.clone(), |item| item.name.clone())
    };
    codes.iter().map(name).collect::<Vec<_>>().join("、")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_chosen_is_not_oneself() {
        assert_eq!(chosen("self"), Some(None));
        assert_eq!(chosen("7"), Some(Some(Id(7))));
        for none in ["", "0", "-1", "x"] {
            assert_eq!(chosen(none), None, "{none:?}");
        }
    }

    #[test]
    fn the_way_on_is_ones_own_space() {
        assert_eq!(next(""), "/me");
        assert_eq!(next("//evil.example"), "/me");
        assert_eq!(next("/apply/x"), "/apply/x");
    }
}
