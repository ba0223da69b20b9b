//! The one place where a certificate enters the library, whichever verb made it: its row, the line of its
//! history, and nothing else. The file under seal of a certificate belongs to the same moment.

use super::certificate::Certificate;
use super::operation::Operation;
use super::store;
use crate::Cx;
use crate::journal::{self, NewEvent};
use base::{Error, Id, Millis, Result};
use db::Tx;
use norms::codes::LicenceStatus;
use serde_json::Value;

/// What the history says of the act that made or changed a certificate.
pub(super) struct Entry<'a> {
    /// `new`, `suspend`, `change` …
    pub act: &'a str,
    pub operation: Operation,
    pub reason: &'a str,
    /// The other identifier of a change, renewal or transfer; empty for none.
    pub other_identifier: &'a str,
}

/// One line of a certificate's history.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct HistoryLine {
    pub at: Millis,
    pub identifier: String,
    pub act: String,
    pub operation: Operation,
    /// After the act.
    pub status: LicenceStatus,
    pub other_identifier: String,
    pub reason: String,
    pub by_name: String,
    pub body: String,
}

impl HistoryLine {
    /// The act in Chinese.
    pub fn name(&self) -> &'static str {
        match self.act.as_str() {
            "new" => "签发",
            "stock" => "存量入库",
            "change" => "变更",
            "renew" => "延续",
            "transfer_in" => "转入",
            "superseded" => "被新版本替代",
            act => super::Act::from_word(act).map_or("其他", super::Act::name),
        }
    }
}

/// Inserts a certificate with the first line of its history; `Conflict` when it is there already.
pub(super) async fn enter(
    tx: &mut Tx<'_>,
    cx: &Cx,
    certificate: &Certificate,
    entry: Entry<'_>,
) -> Result<()> {
    if !store::insert(tx, cx, certificate).await? {
        return Err(Error::Conflict);
    }
    record(tx, cx, certificate, certificate.status, entry).await
}

/// Adds a line to the history of a certificate.
pub(super) async fn record(
    tx: &mut Tx<'_>,
    cx: &Cx,
    certificate: &Certificate,
    status: LicenceStatus,
    entry: Entry<'_>,
) -> Result<()> {
    let line = HistoryLine {
        at: cx.now,
        identifier: certificate.identifier.clone(),
        act: entry.act.to_owned(),
        operation: entry.operation,
        status,
        other_identifier: entry.other_identifier.to_owned(),
        reason: entry.reason.to_owned(),
        by_name: cx.actor.journal_actor_name(),
        body: certificate.issuer.clone(),
    };
    store::insert_operation(tx, cx.id(), certificate.id, &line).await
}

pub(super) async fn say(
    tx: &mut Tx<'_>,
    cx: &Cx,
    certificate: &Certificate,
    kind: &str,
    detail: &Value,
) -> Result<Id> {
    let event = NewEvent {
        subject_kind: "certificate",
        subject_id: certificate.id,
        area: &certificate.area,
        kind,
        detail,
    };
    journal::append(tx, cx, event).await
}
