//! Beginning an import, and looking at how far it is.

use super::sheet::{Row, read};
use super::work::JOB;
use super::{WrongRow, columns, store};
use crate::Cx;
use crate::catalog::CertificateType;
use crate::identity::{Action, PostKind, Thing, authorize};
use crate::journal::{self, NewEvent};
use crate::legible::is_unprintable;
use base::{Error, Id, Millis, Result};
use db::Tx;
use serde_json::json;

/// One sheet on its way into the library.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Import {
    pub id: Id,
    /// Credit code of the body whose certificates they are.
    pub body: String,
    pub type_key: String,
    pub file_name: String,
    /// SM3 of the file.
    pub file_digest: String,
    pub by_name: String,
    #[serde(skip)]
    pub account: Id,
    pub total: i64,
    /// Rows looked at so far.
    pub done: i64,
    pub imported: i64,
    /// In the library already.
    pub repeated: i64,
    pub wrong: i64,
    pub created_at: Millis,
    /// 0 while rows are left.
    pub ended_at: Millis,
}

impl Import {
    pub fn is_over(&self) -> bool {
        self.ended_at > 0
    }
}

pub struct NewImport<'a> {
    pub body: &'a str,
    pub type_key: &'a str,
    pub file_name: &'a str,
    pub content: Vec<u8>,
}

/// The types a body gives out: the results of the items it handles.
pub fn types_of_body<'a>(cx: &'a Cx, body: &str) -> Vec<&'a CertificateType> {
    let given = |kind: &&CertificateType| {
        cx.catalogue.items().any(|item| {
            item.body.credit_code == body
                && item.base.result_certificate.as_deref() == Some(kind.key.as_str())
        })
    };
    let mut types: Vec<&CertificateType> = cx.catalogue.certificate_types().filter(given).collect();
    types.sort_by(|a, b| a.key.cmp(&b.key));
    types
}

fn may(cx: &Cx, body: &str) -> Result<()> {
    cx.actor.require_account()?;
    let thing = Thing { body: Some(body), ..Thing::NOTHING };
    authorize(&cx.actor, Action::CertificateManage, thing.at(PostKind::Approver))
}

/// Reads the sheet and leaves its rows to the job. The file is refused as a whole or taken as a whole.
pub async fn begin_import(cx: &Cx, new: NewImport<'_>) -> Result<Import> {
    may(cx, new.body)?;
    let kind = types_of_body(cx, new.body).into_iter().find(|kind| kind.key == new.type_key);
    let kind = kind.ok_or_else(|| Error::refused_at("stock.type", "type", "请选择本单位发放的证照类型"))?;
    let columns = columns(kind);
    let content = new.content;
    let reading = tokio::task::spawn_blocking(move || {
        let rows = read(&content, &columns)?;
        Ok::<_, Error>((rows, base::crypt::hex(&base::crypt::sm3(&content))))
    });
    let (rows, file_digest) = reading.await.map_err(|e| Error::Bug(e.into()))??;
    let import = Import {
        id: cx.id(),
        body: new.body.to_owned(),
        type_key: kind.key.clone(),
        file_name: new.file_name.chars().filter(|c| !is_unprintable(*c)).take(100).collect(),
        file_digest,
        by_name: cx.actor.display_name().to_owned(),
        account: cx.actor.require_account()?,
        total: rows.len() as i64,
        done: 0,
        imported: 0,
        repeated: 0,
        wrong: 0,
        created_at: cx.now,
        ended_at: 0,
    };
    cx.db().write(async |tx| enter_rows(tx, cx, &import, &rows).await).await?;
    Ok(import)
}

async fn enter_rows(tx: &mut Tx<'_>, cx: &Cx, import: &Import, rows: &[Row]) -> Result<()> {
    store::insert_import(tx, import).await?;
    for row in rows {
        store::insert_row(tx, cx, import.id, row.number, &row.cells).await?;
    }
    db::jobs::enqueue(tx, cx.id(), JOB, &import.id.to_string(), cx.now).await?;
    let detail = json!({ "type": import.type_key, "rows": import.total, "file": import.file_digest });
    say(tx, cx, import, "certs.stock_received", &detail).await
}

pub(super) async fn say(
    tx: &mut Tx<'_>,
    cx: &Cx,
    import: &Import,
    kind: &str,
    detail: &serde_json::Value,
) -> Result<()> {
    let area = cx.catalogue.body(&import.body).map(|body| body.division.clone()).unwrap_or_default();
    let event = NewEvent { subject_kind: "stock_import", subject_id: import.id, area: &area, kind, detail };
    journal::append(tx, cx, event).await.map(drop)
}

/// The imports of a body, newest first.
pub async fn imports(tx: &mut Tx<'_>, cx: &Cx, body: &str) -> Result<Vec<Import>> {
    may(cx, body)?;
    store::imports(tx, body).await
}

/// One import with its wrong rows, the first `most` of them.
pub async fn find_import(tx: &mut Tx<'_>, cx: &Cx, id: Id, most: u32) -> Result<(Import, Vec<WrongRow>)> {
    cx.actor.require_account()?;
    let import = store::import(tx, id).await?.ok_or(Error::NotFound)?;
    may(cx, &import.body)?;
    let wrong = store::wrong_rows(tx, cx, id, most).await?;
    Ok((import, wrong))
}
