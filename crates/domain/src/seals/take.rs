//! Using a seal: taken in force and authorised, and logged once the digest is known, in one transaction.

use super::show::UseRow;
use super::vault::KeptSeal;
use super::{keeper, store};
use crate::Cx;
use crate::journal::{self, NewEvent};
use base::{Error, Id, Refusal, Result};
use db::Tx;
use serde_json::json;
use std::sync::Arc;

/// What a seal is wanted for.
#[derive(Debug, Clone)]
pub struct SealUse<'a> {
    /// Credit code.
    pub body: &'a str,
    /// Word of [`super::DOCUMENT_KINDS`].
    pub document_kind: &'a str,
    /// The document's own number.
    pub number: &'a str,
    pub case: Option<Id>,
    pub reason: &'a str,
}

/// A seal that may be used now, for one document.
pub struct SealInUse {
    id: Id,
    division: String,
    size_mm: (f64, f64),
    authorisation: Option<Id>,
    kept: Arc<KeptSeal>,
}

impl SealInUse {
    pub fn id(&self) -> Id {
        self.id
    }

    /// The SESeal.
    pub fn seal_der(&self) -> &[u8] {
        &self.kept.der
    }

    /// The name in the seal, as whoever verifies reads it.
    pub fn name(&self) -> &str {
        &self.kept.name
    }

    /// Width and height.
    pub fn size_mm(&self) -> (f64, f64) {
        self.size_mm
    }

    pub fn signer(&self) -> &dyn ofd::sm2::Signer {
        &self.kept.signer
    }
}

/// The newest seal in force of the body for that kind, its use authorised: by a standing authorisation, or
/// by its keeper acting herself with a second factor given just now; either way by somebody who still holds
/// the keeper's post. Otherwise refused with `seals.none_in_force`. Status and version are read in this
/// transaction, so that a revocation by another process counts at once; only what the version fixes is
/// remembered.
pub async fn take(tx: &mut Tx<'_>, cx: &Cx, wanted: &SealUse<'_>) -> Result<SealInUse> {
    let mut found = store::candidates(tx, wanted.body, wanted.document_kind, cx.now).await?;
    found.retain(|candidate| candidate.category.may_seal(wanted.document_kind));
    for candidate in &found {
        if let Some(word) = &candidate.word
            && word.kinds.split_whitespace().any(|kind| kind == wanted.document_kind)
            && keeper::still_stands(tx, wanted.body, word.account, word.created_at).await?
        {
            return open(tx, cx, candidate, Some(word.id)).await;
        }
    }
    if let (Some(account), Ok(())) = (cx.actor.account(), cx.actor.require_step_up(cx.now)) {
        for candidate in &found {
            if store::is_keeper(tx, candidate.id, account).await?
                && keeper::holds_post(tx, wanted.body, account).await?
            {
                return open(tx, cx, candidate, None).await;
            }
        }
    }
    match found.first() {
        None => Err(none_in_force(wanted)),
        Some(newest) => Err(keeper::unauthorised(tx, newest.id, wanted.document_kind).await?),
    }
}

fn none_in_force(wanted: &SealUse<'_>) -> Error {
    let kind = super::document_kind_name(wanted.document_kind);
    let message = format!("本单位没有可以用于“{kind}”的有效印章，请印章保管人先申请或者恢复印章");
    Refusal::new("seals.none_in_force", message).into()
}

async fn open(
    tx: &mut Tx<'_>,
    cx: &Cx,
    candidate: &store::Candidate,
    authorisation: Option<Id>,
) -> Result<SealInUse> {
    let vault = &cx.world().seals;
    let kept = match vault.kept(candidate.id, candidate.version) {
        Some(kept) => kept,
        None => {
            let bytes = store::made(tx, candidate.id).await?;
            let key = store::key_of_seal(tx, candidate.id).await?;
            let (Some((der, certificate)), Some(key)) = (bytes, key) else {
                return Err(Error::bug(format!("seal {} is in force without key or bytes", candidate.id)));
            };
            vault.keep(candidate.id, candidate.version, vault.read(der, &certificate, key)?)
        }
    };
    Ok(SealInUse {
        id: candidate.id,
        division: candidate.division.clone(),
        size_mm: (candidate.width_mm as f64, candidate.height_mm as f64),
        authorisation,
        kept,
    })
}

/// Logs a use: a row of the seal's log and an event, in the transaction that took the seal. `digest` is
/// the SM3 of the sealed file, hexadecimal.
pub async fn used(
    tx: &mut Tx<'_>,
    cx: &Cx,
    seal: &SealInUse,
    wanted: &SealUse<'_>,
    digest: &str,
) -> Result<()> {
    let row = UseRow {
        id: cx.id(),
        seal: seal.id,
        at: cx.now,
        account: cx.actor.account(),
        actor_name: cx.actor.journal_actor_name(),
        authorisation: seal.authorisation,
        document_kind: wanted.document_kind.to_owned(),
        number: wanted.number.to_owned(),
        digest: digest.to_owned(),
        case: wanted.case,
        reason: wanted.reason.to_owned(),
    };
    store::insert_use(tx, &row).await?;
    let detail = json!({
        "use": row.id, "key": seal.kept.signer.key.id, "authorisation": row.authorisation,
        "document_kind": row.document_kind, "number": row.number, "digest": row.digest,
        "case": row.case, "reason": row.reason,
    });
    let event = NewEvent {
        subject_kind: "seal",
        subject_id: seal.id,
        area: &seal.division,
        kind: "seals.used",
        detail: &detail,
    };
    journal::append(tx, cx, event).await.map(drop)
}
