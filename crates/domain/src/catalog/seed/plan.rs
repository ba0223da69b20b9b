//! What has to be written: the files compared with the rows.

use super::{SeedCounts, bodies};
use crate::catalog::store::{self, BaseRow, ItemRow};
use crate::catalog::stored::{self, DictionaryRow};
use crate::catalog::{BaseItem, Body, ClaimLevel, Differences, DivisionRow, Parsed};
use base::{Error, Result};
use db::Tx;
use norms::{Calendar, CalendarRow, CreditCode, Division, HandlingCode, ItemCode};
use std::collections::{HashMap, HashSet};

/// What is there.
pub(super) struct Stored {
    divisions: Vec<DivisionRow>,
    calendar_days: Vec<CalendarRow>,
    dictionary: Vec<DictionaryRow>,
    bodies: Vec<Body>,
    bases: Vec<BaseRow>,
    items: Vec<ItemRow>,
}

/// Rows to write.
pub(super) struct Plan {
    pub divisions: Vec<DivisionRow>,
    pub calendar_days: Vec<CalendarRow>,
    pub dictionary: Vec<DictionaryRow>,
    pub bodies: Vec<Body>,
    pub bases: Vec<BasePlan>,
}

/// One base item with its claims.
pub(super) struct BasePlan {
    pub item: BaseItem,
    /// The version that is current afterwards.
    pub version: i64,
    /// JSON, when that version is new.
    pub definition: Option<String>,
    pub items: Vec<ItemRow>,
    /// Codes of claims that are no longer made.
    pub cancelled: Vec<String>,
}

impl BasePlan {
    pub fn rows(&self) -> usize {
        usize::from(self.definition.is_some()) + self.items.len() + self.cancelled.len()
    }
}

impl Plan {
    pub fn rows(&self) -> usize {
        let words =
            self.divisions.len() + self.calendar_days.len() + self.dictionary.len() + self.bodies.len();
        words + self.bases.iter().map(BasePlan::rows).sum::<usize>()
    }

    pub fn counts(&self) -> SeedCounts {
        SeedCounts {
            divisions: self.divisions.len(),
            calendar_days: self.calendar_days.len(),
            dictionary: self.dictionary.len(),
            bodies: self.bodies.len(),
            base_items: self.bases.iter().filter(|base| base.definition.is_some()).count(),
            items: self.bases.iter().map(|base| base.items.len()).sum(),
            cancelled: self.bases.iter().map(|base| base.cancelled.len()).sum(),
        }
    }
}

pub(super) async fn stored(tx: &mut Tx<'_>) -> Result<Stored> {
    Ok(Stored {
        divisions: store::divisions(tx).await?,
        calendar_days: store::calendar_days(tx).await?,
        dictionary: store::dictionary(tx).await?,
        bodies: store::bodies(tx).await?,
        bases: store::newest_bases(tx).await?,
        items: store::newest_items(tx).await?,
    })
}

pub(super) fn make(parsed: &Parsed, stored: Stored) -> Result<Plan> {
    let dictionary = stored::write(&parsed.dictionary, &parsed.departments, &parsed.life_events)?;
    let bodies = bodies::make(&parsed.departments, &parsed.dictionary)?;
    let divisions: Vec<DivisionRow> = norms::divisions().iter().map(bodies::division_row).collect();
    let days: Vec<CalendarRow> = Calendar::state_council().rows().cloned().collect();
    let bases: HashMap<&str, &BaseRow> = stored.bases.iter().map(|row| (row.code.as_str(), row)).collect();
    let mut claims: HashMap<&str, Vec<&ItemRow>> = HashMap::new();
    for row in &stored.items {
        claims.entry(&row.base_code).or_default().push(row);
    }
    let mut plans = Vec::new();
    for item in &parsed.base_items {
        let claimed = claims.remove(item.code.as_str()).unwrap_or_default();
        let plan = plan_base(parsed, item, bases.get(item.code.as_str()).copied(), &claimed)?;
        plans.extend((plan.rows() > 0).then_some(plan));
    }
    Ok(Plan {
        divisions: missing(divisions, &stored.divisions),
        calendar_days: missing(days, &stored.calendar_days),
        dictionary: missing(dictionary, &stored.dictionary),
        bodies: missing(bodies, &stored.bodies),
        bases: plans,
    })
}

/// Those that are not there exactly so.
fn missing<T: PartialEq>(wanted: Vec<T>, there: &[T]) -> Vec<T> {
    wanted.into_iter().filter(|row| !there.contains(row)).collect()
}

fn plan_base(
    parsed: &Parsed,
    item: &BaseItem,
    stored: Option<&BaseRow>,
    claimed: &[&ItemRow],
) -> Result<BasePlan> {
    // Compared as what it means, not as text: a new program may write the same definition differently.
    let same =
        stored.is_some_and(|row| stored::parse::<BaseItem>(&row.definition).is_ok_and(|old| old == *item));
    let latest = stored.map_or(0, |row| row.version);
    let version = if same { latest } else { latest + 1 };
    let definition = if same { None } else { Some(stored::json(item)?) };
    let rows: HashMap<&str, &ItemRow> = claimed.iter().map(|row| (row.code.as_str(), *row)).collect();
    let mut items = Vec::new();
    let mut wanted = HashSet::new();
    for division in claimants(item.claim) {
        let row = claim(parsed, item, division, version)?;
        wanted.insert(row.code.clone());
        match rows.get(row.code.as_str()) {
            None => items.push(row),
            Some(old) if says_the_same(old, &row)? => {}
            Some(old) => items.push(ItemRow { version: old.version + 1, ..row }),
        }
    }
    let left = |row: &&&ItemRow| row.state == "published" && !wanted.contains(&row.code);
    let cancelled = claimed.iter().filter(left).map(|row| row.code.clone()).collect();
    Ok(BasePlan { item: item.clone(), version, definition, items, cancelled })
}

fn says_the_same(old: &ItemRow, new: &ItemRow) -> Result<bool> {
    let differences = stored::parse::<Differences>(&old.differences)?;
    let unchanged = differences == stored::parse::<Differences>(&new.differences)?;
    Ok(old.state == "published" && old.base_version == new.base_version && unchanged)
}

fn claimants(level: ClaimLevel) -> impl Iterator<Item = &'static Division> {
    norms::divisions().iter().filter(move |division| division.level == level.division_level())
}

/// The claim of one division as it is when nobody has claimed before.
fn claim(parsed: &Parsed, item: &BaseItem, division: &Division, base_version: i64) -> Result<ItemRow> {
    let own = parsed.claims.iter().find(|claim| claim.item == item.slug && claim.division == division.code);
    let differences = own.map(|claim| &claim.differences).cloned().unwrap_or_default();
    let body = bodies::credit_code(&item.department, division.code)?;
    Ok(ItemRow {
        code: handling_code(item, &body)?.to_string(),
        base_code: item.code.clone(),
        body: body.to_string(),
        division: division.code.to_owned(),
        state: "published".to_owned(),
        version: 1,
        base_version,
        differences: stored::json(&differences)?,
    })
}

fn handling_code(item: &BaseItem, body: &CreditCode) -> Result<HandlingCode> {
    let code = ItemCode::compose(body, item.claim.level(), &item.base_code()?);
    HandlingCode::compose(&code, 1).map_err(|e| Error::Bug(e.into()))
}
