//! The files of an archive as they are written and read again.

use crate::journal::Event;
use base::{Id, Millis};
use ofd::Limits;
use serde::{Deserialize, Serialize};

pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const SIGNATURE: &str = "manifest.p7s";
pub(super) const CASE: &str = "case.json";
pub(super) const EVENTS: &str = "events.json";
pub(super) const PROOF: &str = "proof.json";
/// What the applicant handed in, under this folder and stored without packing: nobody knows how such files pack.
pub(super) const FILES: &str = "files/";
/// Certificates that stood in for materials.
pub(super) const MATERIALS: &str = "materials/";

/// What an archive may ask of whoever checks it. Nothing larger is ever packed.
pub const LIMITS: Limits = Limits {
    // Names and directory beside the content.
    package_bytes: (256 + 16) << 20,
    files: 4_096,
    file_bytes: 64 << 20,
    total_bytes: 256 << 20,
    ratio: 200,
    depth: 64,
    pages: 2_000,
    objects: 500_000,
    pixels: 64_000_000,
};

/// What `manifest.json` calls the format.
pub(super) const FORMAT: &str = "yiwang evidence 1";

/// `manifest.json`: every other file but its own signature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub format: String,
    pub case_number: String,
    pub exported_at: Millis,
    pub exported_by: String,
    /// Subject of the platform's certificate: the manifest and the heads of the chain must be signed by it.
    pub platform: String,
    pub files: Vec<Listed>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Listed {
    pub path: String,
    pub bytes: usize,
    /// SM3, lower-case hexadecimal.
    pub sm3: String,
}

/// One row of the journal, column by column, so that its digest can be computed again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct EventRow {
    pub id: i64,
    pub at: Millis,
    pub actor: String,
    pub actor_name: String,
    pub on_behalf_of: String,
    pub area: String,
    pub subject_kind: String,
    pub subject_id: i64,
    pub kind: String,
    /// JSON as it was written: its bytes count.
    pub detail: String,
}

impl EventRow {
    pub fn of(event: &Event) -> EventRow {
        EventRow {
            id: event.id.0,
            at: event.at,
            actor: event.actor.clone(),
            actor_name: event.actor_name.clone(),
            on_behalf_of: event.on_behalf_of.clone(),
            area: event.area.clone(),
            subject_kind: event.subject_kind.clone(),
            subject_id: event.subject_id.0,
            kind: event.kind.clone(),
            detail: event.detail.clone(),
        }
    }

    pub fn event(&self) -> Event {
        Event {
            id: Id(self.id),
            at: self.at,
            actor: self.actor.clone(),
            actor_name: self.actor_name.clone(),
            on_behalf_of: self.on_behalf_of.clone(),
            area: self.area.clone(),
            subject_kind: self.subject_kind.clone(),
            subject_id: Id(self.subject_id),
            kind: self.kind.clone(),
            detail: self.detail.clone(),
        }
    }
}

/// One batch of the journal's chain with everything its hash covers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct BatchRow {
    pub number: i64,
    pub previous: String,
    pub hash: String,
    /// Hexadecimal: for each event its id (8 bytes) and its digest (32 bytes).
    pub manifest: String,
    pub sealed_at: Millis,
    /// Absent while the batch waits for its signature.
    pub signature: Option<HeadSignature>,
}

/// SM2 over the text of the batch's hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct HeadSignature {
    pub signed_at: Millis,
    /// DER of the signer's certificate, hexadecimal.
    pub certificate: String,
    /// DER of the signature, hexadecimal.
    pub value: String,
}
