//! 加注件: a copy that says for what and until when it may be used. Its file, when it has one, carries the
//! pairs of [`crate::certs::annotation`].

use super::grant::MOST_DAYS;
use super::log::{Because, Way, note};
use super::showing::must_count;
use super::{known_well_enough, purpose_of, store};
use crate::Cx;
use crate::certs::Certificate;
use crate::certs::metadata::{Annotation, annotation};
use crate::journal::{self, NewEvent};
use base::{Error, Id, Millis, Result};
use db::Tx;
use norms::Day;
use serde_json::json;

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AnnotatedCopy {
    pub id: Id,
    pub certificate: Id,
    /// Who had it made: the holder, or who acts for it.
    pub maker: String,
    pub purpose: String,
    pub valid_until: Day,
    pub made_at: Millis,
}

pub struct NewCopy<'a> {
    pub identifier: &'a str,
    pub purpose: &'a str,
    pub valid_until: Day,
}

impl AnnotatedCopy {
    /// The `JZ…` pairs of its file.
    pub fn metadata(&self) -> Vec<(String, String)> {
        annotation(&Annotation {
            made_at: self.made_at,
            maker: &self.maker,
            purpose: &self.purpose,
            valid_until: self.valid_until,
        })
    }
}

/// Records an annotated copy of one of one's own certificates.
pub async fn annotate(tx: &mut Tx<'_>, cx: &Cx, new: NewCopy<'_>) -> Result<(Certificate, AnnotatedCopy)> {
    let certificate = crate::certs::show(tx, cx, new.identifier).await?;
    known_well_enough(cx)?;
    must_count(&certificate, cx.today())?;
    let purpose = purpose_of(new.purpose)?;
    if new.valid_until < cx.today() || new.valid_until > cx.today().plus(MOST_DAYS) {
        let message = format!("有效期要从今天起，最长 {MOST_DAYS} 天");
        return Err(Error::refused_at("certs.copy_term", "valid_until", message));
    }
    let copy = AnnotatedCopy {
        id: cx.id(),
        certificate: certificate.id,
        maker: cx.actor.display_name().to_owned(),
        purpose: purpose.to_owned(),
        valid_until: new.valid_until,
        made_at: cx.now,
    };
    store::insert_copy(tx, cx, &copy).await?;
    let because = Because { app: "加注件", purpose, ..Because::default() };
    note(tx, cx, &certificate, Way::Copy, because).await?;
    let detail = json!({ "copy": copy.id, "identifier": certificate.identifier, "until": copy.valid_until.to_string() });
    let event = NewEvent {
        subject_kind: "certificate",
        subject_id: certificate.id,
        area: &certificate.area,
        kind: "certs.copied",
        detail: &detail,
    };
    journal::append(tx, cx, event).await?;
    Ok((certificate, copy))
}

/// The annotated copies of one of one's own certificates, newest first.
pub async fn copies(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<(Certificate, Vec<AnnotatedCopy>)> {
    let certificate = crate::certs::show(tx, cx, identifier).await?;
    let copies = store::copies(tx, cx, certificate.id).await?;
    Ok((certificate, copies))
}
