//! Making a document: laid out, sealed, stored, in the transaction of the verb it belongs to.

use super::document::{Document, Kind, Receiver};
use super::{font, over, store};
use crate::Cx;
use crate::catalog::Body;
use crate::identity::Party;
use crate::journal::{self, NewEvent};
use crate::seals::{self, SealInUse, SealUse};
use base::crypt::{hex, sm3};
use base::{Error, Id, Result};
use db::Tx;
use norms::Day;
use ofd::layout::{Layout, SealPlace, Template, Values, lay_out};
use ofd::model::Rect;
use ofd::sign::{NewSealing, Stamp, across_pages};
use serde_json::json;
use std::borrow::Cow;

pub struct NewDocument<'a> {
    pub kind: Kind,
    /// Key of the layout; the kind's word unless the thing has a layout of its own.
    pub layout: &'a str,
    pub number: String,
    pub title: String,
    /// Besides these a layout may ask for `seal_name`, `sealed_by` and `sealed_at`: of the seal that is taken.
    pub values: Values,
    /// A sealed file whose pages it repeats, with the marks of the layout over them; none when the layout gives
    /// the pages itself.
    pub over: Option<&'a [u8]>,
    pub body: &'a Body,
    /// Whom it is about, and who may read it besides the body.
    pub owner: Option<Party>,
    /// `case` or `certificate`, and its id.
    pub subject: (&'static str, Id),
    pub sequence: i64,
    pub case: Option<Id>,
    pub area: &'a str,
    /// The body it is made for, besides its owner.
    pub receiver: Option<Receiver>,
}

/// Makes and stores a document under the body's seal. The caller has authorized the verb behind it.
/// `seals.none_in_force` when the body has no seal for this kind.
pub async fn make(tx: &mut Tx<'_>, cx: &Cx, mut new: NewDocument<'_>) -> Result<Document> {
    if !new.kind.is_handed_out() {
        return Err(Error::bug(format!("{}: a document no verb is known to make", new.kind.word())));
    }
    let layout = cx.world().layouts.load().get(new.layout)?.clone();
    let reason = format!("{}：{}", new.title, new.number);
    let wanted = SealUse {
        body: &new.body.credit_code,
        document_kind: new.kind.seal_kind(),
        number: &new.number,
        case: new.case,
        reason: &reason,
    };
    let seal = seals::take(tx, cx, &wanted).await?;
    new.values
        .set("seal_name", seal.name())
        .set("sealed_by", seal.signer().certificate().common_name())
        .set("sealed_at", &Day::basic_instant(cx.now));
    let content = file(cx, &new, &layout.template, &seal).map_err(|fault| broken(&new, &fault))?;
    let digest = hex(&sm3(&content));
    let document = Document {
        id: cx.id(),
        kind: new.kind,
        title: new.title,
        subject: (new.subject.0.to_owned(), new.subject.1),
        sequence: new.sequence,
        case: new.case,
        area: new.area.to_owned(),
        body: new.body.credit_code.clone(),
        owner: new.owner,
        layout_key: layout.key.clone(),
        layout_version: layout.version,
        seal: seal.id(),
        bytes: content.len() as i64,
        made_at: cx.now,
        number: new.number.clone(),
        digest,
        receiver: new.receiver,
    };
    store::insert(tx, cx, &document, &content).await?;
    seals::used(tx, cx, &seal, &wanted, &document.digest).await?;
    say(tx, cx, &document).await?;
    Ok(document)
}

fn broken(new: &NewDocument<'_>, fault: &ofd::Fault) -> Error {
    Error::bug(format!("{} {}: {fault}", new.kind.word(), new.number))
}

async fn say(tx: &mut Tx<'_>, cx: &Cx, document: &Document) -> Result<()> {
    let detail = json!({
        "kind": document.kind.word(),
        "number": document.number,
        "digest": document.digest,
        "seal": document.seal,
        "layout": document.layout_key,
        "layout_version": document.layout_version,
        "subject": format!("{}:{}", document.subject.0, document.subject.1),
    });
    let event = NewEvent {
        subject_kind: "document",
        subject_id: document.id,
        area: &document.area,
        kind: "documents.made",
        detail: &detail,
    };
    journal::append(tx, cx, event).await.map(|_| ())
}

/// The layout under the title of this document: one layout serves decisions of two names.
pub(super) fn titled<'t>(template: &'t Template, title: &str) -> Cow<'t, Template> {
    if template.title == title {
        return Cow::Borrowed(template);
    }
    let mut own = template.clone();
    title.clone_into(&mut own.title);
    Cow::Owned(own)
}

/// The bytes of the sealed file.
fn file(cx: &Cx, new: &NewDocument<'_>, template: &Template, seal: &SealInUse) -> ofd::Result<Vec<u8>> {
    let face = cx.world().fonts.for_documents();
    let template = titled(template, &new.title);
    let mut laid = match new.over {
        None => lay_out(&template, &new.values, &font::fonts(face))?,
        Some(sealed) => over::lay_over(sealed, &template, &new.values, face)?,
    };
    if new.over.is_none() {
        font::embed(&mut laid.document, face, 0)?;
    }
    let info = &mut laid.document.info;
    // 32 hexadecimal digits that no other document has: its number and its subject say which it is.
    info.id =
        hex(&sm3(format!("{}|{}|{}", new.number, new.subject.0, new.subject.1).as_bytes()))[..32].to_owned();
    info.title = new.title.clone();
    info.author = new.body.name.clone();
    info.created_on = cx.today().to_string();
    info.creator = "Yiwang".to_owned();
    let mut package = ofd::write::write(&laid.document)?;
    let sealing = NewSealing {
        seal: seal.seal_der(),
        stamps: &stamps(&laid, seal.size_mm()),
        time: ofd::Time(cx.now / 1000),
    };
    ofd::sign::seal(&mut package, &sealing, seal.signer())?;
    Ok(package.to_bytes())
}

/// A stamp of the seal's own size around the middle of each place, and its strips across the pages' edges.
fn stamps(laid: &Layout, (width, height): (f64, f64)) -> Vec<Stamp> {
    let around = |place: &SealPlace| {
        let boundary = Rect::new(place.x - width / 2.0, place.y - height / 2.0, width, height);
        Stamp { page: place.page, boundary, clip: None }
    };
    let mut stamps: Vec<Stamp> = laid.seals.iter().map(around).collect();
    if let Some(cross) = &laid.cross_page {
        let areas: Vec<Rect> = laid.document.pages.iter().map(|page| page.area).collect();
        stamps.extend(across_pages(&areas, width, height, cross.y));
    }
    stamps
}
