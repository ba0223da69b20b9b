//! The job: rows become certificates, some in each transaction. Doing it again after a crash goes on where
//! the last transaction ended.

use super::check::{Checked, Rules, check};
use super::import::{Import, say};
use super::{Fault, columns, store};
use crate::Cx;
use crate::catalog::{Body, CertificateType};
use crate::certs::Certificate;
use crate::certs::enter::{Entry, enter};
use crate::certs::issue::next_identifier;
use crate::certs::operation::Operation;
use crate::certs::store as library;
use crate::identity;
use base::{Error, Id, Result};
use db::Tx;
use serde_json::json;

/// Kind of the job; its payload is the identifier of the import.
pub const JOB: &str = "certs.stock_import";

/// Rows of one transaction: short enough to let others write in between.
const BATCH: u32 = 50;

/// What became of a row.
enum Outcome {
    Imported,
    Repeated,
    Wrong(Vec<Fault>),
}

/// Works an import off.
pub async fn work_import(cx: &Cx, id: Id) -> Result<()> {
    while cx.db().write(async |tx| one_batch(tx, cx, id).await).await? {}
    Ok(())
}

/// Whether rows may be left.
async fn one_batch(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<bool> {
    let mut import = store::import(tx, id).await?.ok_or_else(|| Error::bug("an import is gone"))?;
    if import.is_over() {
        return Ok(false);
    }
    let gone = || Error::bug(format!("type or body of import {id} is gone"));
    let kind = cx.catalogue.certificate_type(&import.type_key).ok_or_else(gone)?;
    let body = cx.catalogue.body(&import.body).ok_or_else(gone)?.clone();
    let rows = store::waiting_rows(tx, cx, id, BATCH).await?;
    let columns = columns(kind);
    let rules = Rules {
        catalogue: &cx.catalogue,
        kind,
        body: &body.credit_code,
        columns: &columns,
        today: cx.today(),
    };
    for (number, cells) in &rows {
        let outcome = match check(&rules, cells) {
            Ok(checked) => enter_row(tx, cx, kind, &body, &import, checked).await?,
            Err(faults) => Outcome::Wrong(faults),
        };
        import.done += 1;
        match outcome {
            Outcome::Imported => import.imported += 1,
            Outcome::Repeated => import.repeated += 1,
            Outcome::Wrong(_) => import.wrong += 1,
        }
        match outcome {
            Outcome::Wrong(faults) => store::row_wrong(tx, id, *number, &faults).await?,
            // What it said is in the library now: a second copy of personal data serves nobody.
            Outcome::Imported | Outcome::Repeated => store::row_done(tx, cx, id, *number).await?,
        }
    }
    if import.done >= import.total || rows.is_empty() {
        import.ended_at = cx.now.max(1);
        let detail =
            json!({ "imported": import.imported, "repeated": import.repeated, "wrong": import.wrong });
        say(tx, cx, &import, "certs.stock_imported", &detail).await?;
    }
    store::save_import(tx, &import).await?;
    Ok(!import.is_over())
}

async fn enter_row(
    tx: &mut Tx<'_>,
    cx: &Cx,
    kind: &CertificateType,
    body: &Body,
    import: &Import,
    row: Checked,
) -> Result<Outcome> {
    let holder = identity::code_index(cx, &row.holder_code);
    if store::is_held(tx, &holder, &kind.key, &row.number).await? {
        return Ok(Outcome::Repeated);
    }
    let identifier = match &row.identifier {
        Some(identifier) => identifier.clone(),
        None => next_identifier(tx, cx, kind, body).await?.0,
    };
    if library::by_identifier(tx, cx, identifier.as_str()).await?.is_some() {
        let message = "这个证照标识已经属于另一张证照".to_owned();
        return Ok(Outcome::Wrong(vec![Fault { column: 0, message }]));
    }
    let certificate = Certificate {
        id: cx.id(),
        check_ok: identifier.check_ok(),
        identifier: identifier.as_str().to_owned(),
        type_key: kind.key.clone(),
        type_code: kind.code.clone(),
        type_name: kind.name.clone(),
        number: row.number,
        holder_name: row.holder_name,
        holder_code: row.holder_code,
        code_hash: holder.clone(),
        holder_hash: holder,
        issuer: body.credit_code.clone(),
        issuer_name: body.name.clone(),
        area: body.division.clone(),
        status: row.status,
        status_text: String::new(),
        operation: Operation::New,
        valid_from: row.valid_from,
        valid_until: row.valid_until,
        data: row.data,
        case: None,
        // Issued on its day, not on the day of the import.
        issued_at: row.issued_on.start_millis_shanghai(),
        stock: true,
        supersedes: String::new(),
        superseded_by: String::new(),
        version: 1,
    };
    let reason = format!("存量数字化：{}（{}）", import.file_name, import.by_name);
    let entry = Entry { act: "stock", operation: Operation::New, reason: &reason, other_identifier: "" };
    enter(tx, cx, &certificate, entry).await?;
    Ok(Outcome::Imported)
}
