//! One event and its canonical bytes.

use crate::Cx;
use base::{Error, Id, Millis, Result};
use db::Tx;
use serde::Serialize;

/// A row of the journal.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Event {
    pub id: Id,
    pub at: Millis,
    /// `account:<id>` or `system`.
    pub actor: String,
    /// The name the actor had then: posts and names change, history does not.
    pub actor_name: String,
    /// `organisation:<id>`, or empty.
    pub on_behalf_of: String,
    /// County division the subject belongs to, or empty.
    pub area: String,
    /// `case`, `account`, `item`, `certificate` …
    pub subject_kind: String,
    pub subject_id: Id,
    /// One of [`super::KINDS`]: `<module>.<past participle>`, for example `casework.accepted`.
    pub kind: String,
    /// JSON of the module that wrote it.
    pub detail: String,
}

/// What a verb says; the rest of the event is known from its context.
pub struct NewEvent<'a, D: Serialize = serde_json::Value> {
    pub subject_kind: &'static str,
    pub subject_id: Id,
    pub area: &'a str,
    pub kind: &'a str,
    /// Becomes the JSON of the event.
    pub detail: &'a D,
}

/// Writes the event in the transaction of its verb and gives its id.
pub async fn append<D: Serialize>(tx: &mut Tx<'_>, cx: &Cx, new: NewEvent<'_, D>) -> Result<Id> {
    debug_assert!(super::words(new.kind).is_some(), "the journal has no words for {}", new.kind);
    let event = Event {
        id: cx.id(),
        at: cx.now,
        actor: cx.actor.journal_name(),
        actor_name: cx.actor.journal_actor_name(),
        on_behalf_of: cx.actor.on_behalf_of(),
        area: new.area.to_owned(),
        subject_kind: new.subject_kind.to_owned(),
        subject_id: new.subject_id,
        kind: new.kind.to_owned(),
        detail: serde_json::to_string(new.detail).map_err(|e| Error::Bug(e.into()))?,
    };
    super::store::insert(tx, &event).await?;
    Ok(event.id)
}

impl Event {
    /// SM3 over every column, each preceded by its length, so that no text can slide from one column
    /// into the next without changing the digest.
    pub fn digest(&self) -> [u8; 32] {
        let (id, at, subject) = (self.id.0.to_string(), self.at.to_string(), self.subject_id.0.to_string());
        let columns = [
            id.as_str(),
            &at,
            &self.actor,
            &self.actor_name,
            &self.on_behalf_of,
            &self.area,
            &self.subject_kind,
            &subject,
            &self.kind,
            &self.detail,
        ];
        let mut bytes = Vec::with_capacity(256 + self.detail.len());
        for column in columns {
            bytes.extend_from_slice(&(column.len() as u64).to_be_bytes());
            bytes.extend_from_slice(column.as_bytes());
        }
        base::crypt::sm3(&bytes)
    }

    pub fn detail_json(&self) -> Result<serde_json::Value> {
        serde_json::from_str(&self.detail).map_err(|e| base::Error::Bug(e.into()))
    }
}
