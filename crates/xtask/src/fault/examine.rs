//! The ledger against the tables: nothing lost, nothing doubled, nothing half there.

use super::ledger::Ledger;
use crate::rig::{Result, Rows};
use std::collections::BTreeMap;

/// Cases whose keys begin so were made by writers.
pub const PREFIX: &str = "fault-";

/// Compares, and fails with the first differences. Gives the number of cases.
pub async fn examine(rows: &Rows, ledger: &Ledger) -> Result<usize> {
    rows.integrity().await?;
    let mut faults = Vec::new();
    let cases = cases(rows, ledger, &mut faults).await?;
    parts(rows, &cases, &mut faults).await?;
    for (question, sql) in NONE_OF_THESE {
        match rows.number(sql).await? {
            0 => {}
            count => faults.push(format!("{count} {question}")),
        }
    }
    match faults.len() {
        0 => Ok(cases.len()),
        count => {
            faults.truncate(10);
            Err(format!("{count} faults in the tables, the first of them:\n  {}", faults.join("\n  ")))
        }
    }
}

/// Case ids by key.
async fn cases(rows: &Rows, ledger: &Ledger, faults: &mut Vec<String>) -> Result<BTreeMap<String, String>> {
    let sql = format!("SELECT idempotency, id, number FROM casework_case WHERE idempotency LIKE '{PREFIX}%'");
    let mut stored: BTreeMap<String, (String, String)> = BTreeMap::new();
    for mut row in rows.query(&sql).await? {
        let (number, id, key) = (row.pop(), row.pop(), row.pop());
        let (Some(number), Some(id), Some(key)) = (number, id, key) else { return Err("a short row".into()) };
        if stored.insert(key.clone(), (id, number)).is_some() {
            faults.push(format!("{key}: doubled"));
        }
    }
    let entries = ledger.entries();
    for (key, entry) in entries.iter() {
        let Some((receipt, _)) = &entry.acknowledged else { continue };
        match stored.get(key) {
            None => faults.push(format!("{key}: acknowledged as {}, and lost", receipt.number)),
            Some((id, number)) if (id, number) != (&receipt.case, &receipt.number) => {
                faults.push(format!("{key}: acknowledged as {}, stored as {number}", receipt.number));
            }
            Some(_) => {}
        }
    }
    for key in stored.keys().filter(|key| !entries.contains_key(*key)) {
        faults.push(format!("{key}: nobody sent it"));
    }
    Ok(stored.into_iter().map(|(key, (id, _))| (key, id)).collect())
}

/// Each case has exactly one event of its filing.
async fn parts(rows: &Rows, cases: &BTreeMap<String, String>, faults: &mut Vec<String>) -> Result<()> {
    let events = "SELECT subject_id, count(*) FROM journal_event WHERE kind = 'casework.submitted' GROUP BY subject_id";
    let counts: BTreeMap<String, String> = rows
        .query(events)
        .await?
        .into_iter()
        .filter_map(|row| Some((row.first()?.clone(), row.get(1)?.clone())))
        .collect();
    for (key, id) in cases {
        match counts.get(id).map_or("0", String::as_str) {
            "1" => {}
            count => faults.push(format!("{key}: half there, {count} events")),
        }
    }
    Ok(())
}

const NONE_OF_THESE: [(&str, &str); 3] = [
    (
        "events of cases that are not there",
        "SELECT count(*) FROM journal_event e LEFT JOIN casework_case c ON c.id = e.subject_id \
         WHERE e.kind = 'casework.submitted' AND c.id IS NULL",
    ),
    ("case numbers given twice", "SELECT count(*) - count(DISTINCT number) FROM casework_case"),
    ("tickets given twice", "SELECT count(*) - count(DISTINCT ticket) FROM casework_case"),
];
