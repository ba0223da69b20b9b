//! `claims.toml`: what single divisions do differently, inside what the base item leaves open.

use super::document::Document;
use super::faults::Faults;
use super::words::{in_force, open};
use super::{Claim, Sources};
use crate::catalog::{BaseItem, ClaimLevel, Differences, LimitText};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimFile {
    #[serde(default)]
    claim: Vec<ClaimRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimRow {
    item: String,
    division: String,
    #[serde(default)]
    promised: Option<LimitText>,
    #[serde(default)]
    place: Option<String>,
    #[serde(default)]
    hours: Option<String>,
    #[serde(default)]
    phone: Option<String>,
    /// Keys of materials this body does not ask.
    #[serde(default)]
    without: Vec<String>,
}

pub(super) struct Claims<'a> {
    document: Document<'a>,
    rows: Vec<ClaimRow>,
}

pub(super) fn read<'a>(sources: &'a Sources, faults: &mut Faults) -> Option<Claims<'a>> {
    let (document, file) = open::<ClaimFile>(sources, "claims.toml", faults)?;
    Some(Claims { document, rows: file.claim })
}

impl Claims<'_> {
    pub fn check(self, items: &[(Document<'_>, BaseItem)], faults: &mut Faults) -> Vec<Claim> {
        let pairs: Vec<String> =
            self.rows.iter().map(|row| format!("{} {}", row.item, row.division)).collect();
        faults.duplicates(&self.document, pairs.iter().map(String::as_str), |index| format!("claim/{index}"));
        let mut claims = Vec::new();
        for (index, row) in self.rows.into_iter().enumerate() {
            let path = |field: &str| format!("claim/{index}/{field}");
            let item = items.iter().map(|(_, item)| item).find(|item| item.slug == row.item);
            let message = format!("没有事项“{}”", row.item);
            faults.unless(item.is_some(), &self.document, &path("item"), "unknown_item", message);
            let known = in_force(&row.division);
            let message = format!("没有区划“{}”", row.division);
            faults.unless(known, &self.document, &path("division"), "unknown_division", message);
            let Some(item) = item else { continue };
            let message = format!("这一级不认领“{}”", item.name);
            let fits = !known || claims_at(item.claim, &row.division);
            faults.unless(fits, &self.document, &path("division"), "claim_level", message);
            let claim = Claim::from(row);
            for fault in claim.differences.faults(item) {
                let field = match fault.field.as_deref() {
                    Some("materials") => "without",
                    Some(field) => field,
                    None => "",
                };
                faults.say(&self.document, &path(field), fault.code, fault.message);
            }
            claims.push(claim);
        }
        claims
    }
}

impl From<ClaimRow> for Claim {
    fn from(row: ClaimRow) -> Claim {
        let ClaimRow { item, division, promised, place, hours, phone, without } = row;
        let differences = Differences { promised, place, hours, phone, waived_materials: without };
        Claim { item, division, differences }
    }
}

fn claims_at(level: ClaimLevel, division: &str) -> bool {
    norms::find(division).is_some_and(|found| found.level == level.division_level())
}
