//! 加注件: a file that repeats a certificate and says on every page for what and until when it may be used,
//! under the seal of the body that issued the certificate (standards §4).

use super::grant::MOST_DAYS;
use super::log::{Because, Way, note};
use super::{known_well_enough, purpose_of, store};
use crate::Cx;
use crate::certs::metadata::{Annotation, annotation};
use crate::certs::{Certificate, file};
use crate::documents::{self, Kind, NewDocument, Receiver};
use crate::identity::Party;
use crate::journal::{self, NewEvent};
use base::{Error, Id, Millis, Result};
use db::Tx;
use norms::Day;
use ofd::layout::Values;
use serde_json::json;

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AnnotatedCopy {
    pub id: Id,
    pub certificate: Id,
    /// 1 for the first of its certificate; 0 for one recorded before copies were files.
    pub serial: i64,
    /// Who had it made: the holder or who acts for it, or the body that fetched it.
    pub maker: String,
    pub purpose: String,
    /// Whom it is given to; empty when nobody is named.
    pub receiver: String,
    pub valid_until: Day,
    pub made_at: Millis,
    /// The file, when whoever asks may read it.
    pub document: Option<Id>,
}

pub struct NewCopy<'a> {
    pub identifier: &'a str,
    pub purpose: &'a str,
    /// Name of whom it is given to; may be empty.
    pub receiver: &'a str,
    pub valid_until: Day,
}

/// Longest name of whom a copy is given to, in characters.
const MOST_RECEIVER: usize = 100;

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

    pub fn is_over(&self, today: Day) -> bool {
        today > self.valid_until
    }
}

/// Makes an annotated copy of one of one's own certificates.
pub async fn annotate(tx: &mut Tx<'_>, cx: &Cx, new: NewCopy<'_>) -> Result<(Certificate, AnnotatedCopy)> {
    let certificate = crate::certs::show(tx, cx, new.identifier).await?;
    known_well_enough(cx)?;
    certificate.must_count(cx.today())?;
    let purpose = purpose_of(new.purpose)?;
    let receiver = new.receiver.trim();
    if receiver.chars().count() > MOST_RECEIVER {
        let message = format!("提供给谁，最多 {MOST_RECEIVER} 字");
        return Err(Error::refused_at("certs.copy_receiver", "receiver", message));
    }
    crate::legible::line("receiver", receiver)?;
    let wanted = Wanted {
        purpose,
        receiver,
        reader: None,
        valid_until: term_of(cx, new.valid_until)?,
        maker: cx.actor.display_name(),
        owner: cx.actor.party(),
    };
    let made = make(tx, cx, &certificate, &wanted).await;
    let copy = made.map_err(|error| match error.code() {
        "seals.none_in_force" => {
            let message = format!(
                "{}现在没有可以用于加注件的印章，暂时不能制作，请联系发证机关",
                certificate.issuer_name
            );
            Error::refused("seals.none_in_force", message)
        }
        _ => error,
    })?;
    note(tx, cx, &certificate, Way::Copy, Because { app: "加注件", purpose, ..Because::default() }).await?;
    Ok((certificate, copy))
}

/// The last day a copy may have.
pub(super) fn term_of(cx: &Cx, valid_until: Day) -> Result<Day> {
    if valid_until < cx.today() || valid_until > cx.today().plus(MOST_DAYS) {
        let message = format!("有效期要从今天起，最长 {MOST_DAYS} 天");
        return Err(Error::refused_at("certs.copy_term", "valid_until_on", message));
    }
    Ok(valid_until)
}

/// A copy somebody has been found entitled to.
pub(super) struct Wanted<'a> {
    pub purpose: &'a str,
    pub receiver: &'a str,
    /// Credit code of the body that may fetch it while its term lasts.
    pub reader: Option<&'a str>,
    pub valid_until: Day,
    pub maker: &'a str,
    /// None for the holder as the file of the certificate knows it.
    pub owner: Option<Party>,
}

/// Makes the file and records it. The certificate's own file is made before it, when there is none.
pub(super) async fn make(
    tx: &mut Tx<'_>,
    cx: &Cx,
    certificate: &Certificate,
    wanted: &Wanted<'_>,
) -> Result<AnnotatedCopy> {
    let original = file::file_of(tx, cx, certificate).await?;
    let content = documents::content(tx, cx, &original).await?;
    let body = file::issuer(cx, certificate)?;
    let mut copy = AnnotatedCopy {
        id: cx.id(),
        certificate: certificate.id,
        serial: store::next_copy(tx, certificate.id).await?,
        maker: wanted.maker.to_owned(),
        purpose: one_line(wanted.purpose),
        receiver: one_line(wanted.receiver),
        valid_until: wanted.valid_until,
        made_at: cx.now,
        document: None,
    };
    let of = format!("{}之{}", certificate.number, copy.serial);
    let number = Kind::AnnotatedCopy.number(cx.today().year(), &of);
    let receiver = |body: &str| Receiver { body: body.to_owned(), until: wanted.valid_until };
    let new = NewDocument {
        kind: Kind::AnnotatedCopy,
        layout: Kind::AnnotatedCopy.word(),
        title: format!("{}加注件", certificate.type_name),
        values: values(&copy, &number),
        over: Some(&content),
        number,
        body: &body,
        owner: wanted.owner.or(original.owner),
        subject: ("certificate", certificate.id),
        sequence: copy.serial,
        // A copy is the holder's: whoever reads the case that gave the certificate need not know of it.
        case: None,
        area: &certificate.area,
        receiver: wanted.reader.map(receiver),
    };
    let document = documents::make(tx, cx, new).await?;
    copy.document = Some(document.id);
    store::insert_copy(tx, cx, &copy).await?;
    say(tx, cx, certificate, &copy, &document.number).await?;
    Ok(copy)
}

/// What stands on every page, and in the custom data besides what the certificate's own file says.
fn values(copy: &AnnotatedCopy, number: &str) -> Values {
    let mut values = Values::new();
    values
        .set("purpose", &copy.purpose)
        .set("receiver", &copy.receiver)
        .set("valid_until", &copy.valid_until.chinese())
        .set("copy_number", number);
    for (key, value) in &copy.metadata() {
        values.custom(key, value);
    }
    values
}

/// What was typed in several lines, as one.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control()).filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(" ")
}

/// The copy, or none when it cannot be sealed now: what it goes with must not wait for a seal.
pub(super) fn unless_unsealed(made: Result<AnnotatedCopy>) -> Result<Option<AnnotatedCopy>> {
    match made {
        Err(error) if matches!(error.code(), "seals.none_in_force" | "certs.issuer_unknown") => Ok(None),
        made => made.map(Some),
    }
}

async fn say(
    tx: &mut Tx<'_>,
    cx: &Cx,
    certificate: &Certificate,
    copy: &AnnotatedCopy,
    number: &str,
) -> Result<()> {
    let detail = json!({ "copy": copy.id, "identifier": certificate.identifier, "number": number,
        "document": copy.document, "until": copy.valid_until.to_string() });
    let event = NewEvent {
        subject_kind: "certificate",
        subject_id: certificate.id,
        area: &certificate.area,
        kind: "certs.copied",
        detail: &detail,
    };
    journal::append(tx, cx, event).await.map(drop)
}

/// The annotated copies of one of one's own certificates, newest first.
pub async fn copies(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<(Certificate, Vec<AnnotatedCopy>)> {
    let certificate = crate::certs::show(tx, cx, identifier).await?;
    let mut copies = store::copies(tx, cx, certificate.id).await?;
    let made = documents::of_subject(tx, "certificate", certificate.id).await?;
    // A firm and its founder may both hold it: each opens what was made for her.
    let own = |id: Id| made.iter().any(|document| document.id == id && document.owner == cx.actor.party());
    for copy in &mut copies {
        copy.document = copy.document.filter(|id| own(*id));
    }
    Ok((certificate, copies))
}
