//! Documents for those who may read them: the one it is about, and the body that gave it.

use super::document::{Document, DocumentId};
use super::store;
use crate::Cx;
use crate::identity::{Action, Actor, Thing, authorize};
use base::{Error, Id, Result};
use db::Tx;

/// The row of a document, for those who may read it.
pub async fn find(tx: &mut Tx<'_>, cx: &Cx, id: DocumentId) -> Result<Document> {
    let missing = || if cx.actor == Actor::Visitor { Error::Unauthenticated } else { Error::NotFound };
    let document = store::document(tx, id).await?.ok_or_else(missing)?;
    let (owner, body) = (document.owner, document.body_that_reads(cx.today()));
    let thing = Thing { owner, body, ..Thing::NOTHING };
    authorize(&cx.actor, Action::DocumentRead, thing)?;
    Ok(document)
}

/// A document with its file. Pages and programs ask [`crate::casework::open_document`], which knows what it is about.
pub async fn open(tx: &mut Tx<'_>, cx: &Cx, id: DocumentId) -> Result<(Document, Vec<u8>)> {
    let document = find(tx, cx, id).await?;
    let content = content(tx, cx, &document).await?;
    Ok((document, content))
}

/// The file of a document whose reader has been authorized.
pub async fn content(tx: &mut Tx<'_>, cx: &Cx, document: &Document) -> Result<Vec<u8>> {
    let gone = || Error::bug(format!("document {} has no content", document.id));
    let content = store::content(tx, cx, document.id).await?.ok_or_else(gone)?;
    if base::crypt::hex(&base::crypt::sm3(&content)) != document.digest {
        return Err(Error::bug(format!("document {} is damaged", document.id)));
    }
    Ok(content)
}

/// The documents of a case, first made first, for whoever has been allowed to read the case.
pub async fn of_case(tx: &mut Tx<'_>, case: Id) -> Result<Vec<Document>> {
    store::of_case(tx, case).await
}

/// The documents about a certificate or another thing, for whoever has been allowed to read it.
pub async fn of_subject(tx: &mut Tx<'_>, kind: &str, id: Id) -> Result<Vec<Document>> {
    store::of_subject(tx, kind, id).await
}
