//! From rows to the catalogue in memory.

use super::store::{self, BaseRow, ItemRow};
use super::{BaseItem, Body, Catalogue, Differences, Item, ItemVersion, stored};
use crate::journal;
use base::{Error, Result};
use db::Tx;
use norms::{Calendar, Day, HandlingCode};
use std::collections::HashMap;
use std::sync::Arc;

/// Reads the whole catalogue as it stands on `today`: of each base item the newest version that is in effect,
/// of each claim the newest version on top of such a one.
pub async fn load_catalogue(tx: &mut Tx<'_>, today: Day) -> Result<Catalogue> {
    let sequence = journal::latest_id(tx).await?.0;
    let (dictionary, departments, life_events) = stored::read(&store::dictionary(tx).await?)?;
    let divisions = store::divisions(tx).await?;
    let days = store::calendar_days(tx).await?;
    let bodies = store::bodies(tx).await?;
    let mut catalogue = Catalogue {
        sequence,
        divisions: divisions.into_iter().map(|row| (row.code.clone(), row)).collect(),
        departments,
        life_events,
        dictionary,
        bodies: bodies.into_iter().map(|body| (body.credit_code.clone(), Arc::new(body))).collect(),
        ..Catalogue::default()
    };
    if !days.is_empty() {
        catalogue.calendar = Calendar::from_rows(days);
    }
    let bases = base_versions(store::bases_in_effect(tx, today).await?)?;
    let rows = store::items_in_effect(tx, today).await?;
    for row in rows {
        let base = bases.get(&(row.base_code.clone(), row.base_version)).ok_or_else(|| missing(&row))?;
        let item = Arc::new(assemble(&catalogue, row, base.clone())?);
        catalogue
            .offers
            .entry(item.base.code.clone())
            .or_default()
            .insert(item.division.clone(), item.clone());
        catalogue.items.insert(item.code.clone(), item);
    }
    catalogue.base_items = newest(bases);
    Ok(catalogue)
}

/// The item as a case was filed under it; nothing when there never was such a version.
pub async fn item_at_version(
    tx: &mut Tx<'_>,
    catalogue: &Catalogue,
    item_code: &str,
    version: ItemVersion,
) -> Result<Option<Arc<Item>>> {
    if let Some(current) = catalogue.item(item_code).filter(|item| item.version == version) {
        return Ok(Some(current.clone()));
    }
    let Some(row) = store::item_version(tx, item_code, version.item).await? else { return Ok(None) };
    if row.base_version != version.base {
        return Ok(None);
    }
    let Some(definition) = store::base_version(tx, &row.base_code, row.base_version).await? else {
        return Err(missing(&row));
    };
    let base = Arc::new(stored::parse::<BaseItem>(&definition)?);
    Ok(Some(Arc::new(assemble(catalogue, row, base)?)))
}

type Bases = HashMap<(String, i64), Arc<BaseItem>>;

fn base_versions(rows: Vec<BaseRow>) -> Result<Bases> {
    let mut bases = Bases::new();
    for row in rows {
        bases.insert((row.code, row.version), Arc::new(stored::parse(&row.definition)?));
    }
    Ok(bases)
}

fn newest(bases: Bases) -> Vec<Arc<BaseItem>> {
    let mut newest: HashMap<String, (i64, Arc<BaseItem>)> = HashMap::new();
    for ((code, version), base) in bases {
        let kept = newest.entry(code).or_insert_with(|| (version, base.clone()));
        if kept.0 < version {
            *kept = (version, base);
        }
    }
    let mut items: Vec<Arc<BaseItem>> = newest.into_values().map(|(_, base)| base).collect();
    items.sort_by(|a, b| a.slug.cmp(&b.slug));
    items
}

fn assemble(catalogue: &Catalogue, row: ItemRow, base: Arc<BaseItem>) -> Result<Item> {
    let body: Arc<Body> = catalogue.body(&row.body).ok_or_else(|| missing(&row))?.clone();
    let differences: Differences = stored::parse(&row.differences)?;
    let words = &catalogue.dictionary;
    let place = differences.place.clone();
    let hours = differences.hours.clone();
    Ok(Item {
        version: ItemVersion { item: row.version, base: row.base_version },
        place: place.unwrap_or_else(|| words.place(&row.division, &catalogue.full_name(&row.division))),
        hours: hours.unwrap_or_else(|| words.hours(&row.division).to_owned()),
        phone: differences.phone.clone().unwrap_or_else(|| body.consult.clone()),
        handling_code: HandlingCode::parse(&row.code).map_err(|e| Error::Bug(e.into()))?,
        code: row.code,
        division: row.division,
        offer: match differences == Differences::default() {
            true => base.clone(),
            false => Arc::new(differences.apply(&base)),
        },
        base,
        differences,
        body,
    })
}

fn missing(row: &ItemRow) -> Error {
    Error::bug(format!("item {} stands on a body or a base version that is not there", row.code))
}
