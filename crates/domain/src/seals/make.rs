//! Making an approved seal: picture, key pair, certificate, and the structure signed by the maker
//! (GB/T 38540, version 4).

use super::authority::{authority, certify_seal, key, seconds};
use super::draw::{Look, draw};
use super::keys::KeyPurpose;
use super::kind::State;
use super::say;
use super::seal::Seal;
use super::store::{self, Made};
use super::vault::bug;
use crate::Cx;
use crate::identity::Actor;
use base::crypt::hex;
use base::{Error, Id, Result};
use db::Tx;
use norms::SealNumber;
use ofd::ses::{self, CertList, Picture};
use serde_json::json;

/// The identity of this maker in every seal.
const VENDOR: &str = "YIWANG";

/// Makes one approved seal; `false` when it no longer waits. The picture is drawn before the transaction.
/// `seals.no_authority` where no authority was founded.
pub async fn make(cx: &Cx, id: Id) -> Result<bool> {
    let cx = &cx.as_system();
    let read = cx.db().read(async |tx| {
        authority(tx, cx).await?;
        store::seal(tx, id).await
    });
    let seal = read.await?.ok_or(Error::NotFound)?;
    if seal.state != State::Approved {
        return Ok(false);
    }
    let drawn = draw(&cx.world().fonts, vec![Look::of(&seal)]).await?;
    let drawn = drawn.first().ok_or_else(|| Error::bug("nothing was drawn"))?;
    match cx.db().write(async |tx| make_in(tx, cx, &seal, drawn).await).await {
        Ok(()) => Ok(true),
        // Another process made it meanwhile.
        Err(Error::Conflict) => Ok(false),
        Err(other) => Err(other),
    }
}

/// For a job: makes what was approved and is not made yet, for example because the process died between.
/// How many were made; one that cannot be made does not stop the others.
pub async fn make_waiting(cx: &Cx, most: i64) -> Result<usize> {
    let waiting = cx.db().read(async |tx| store::waiting(tx, most).await).await?;
    let mut made = 0;
    for id in waiting {
        match make(cx, id).await {
            Ok(true) => made += 1,
            Ok(false) => {}
            Err(error) => tracing::error!(seal = %id, %error, "an approved seal was not made"),
        }
    }
    Ok(made)
}

/// The making itself, in a transaction of the caller.
pub(super) async fn make_in(tx: &mut Tx<'_>, cx: &Cx, seal: &Seal, drawn: &Picture) -> Result<()> {
    if cx.actor != Actor::System {
        return Err(Error::Denied);
    }
    seal.must_be(&[State::Approved])?;
    seal.must_last(cx.now)?;
    let authority = authority(tx, cx).await?;
    let serial = store::next_serial(tx, &seal.division).await?;
    let es_id = SealNumber::make(&seal.division, serial).map_err(|e| Error::Bug(e.into()))?;
    let key = key(tx, cx, KeyPurpose::Seal, &seal.name()).await?;
    // A seal approved late does not begin before its day of making.
    let valid_from_at = seal.valid_from_at.max(cx.today().start_millis_shanghai());
    let term = (valid_from_at, seal.valid_until_at);
    let certificate = certify_seal(cx, &authority, seal, es_id.as_str(), &key, term)?;
    let new = ses::NewSeal {
        vid: VENDOR,
        es_id: es_id.as_str(),
        kind: seal.category.number(),
        name: &seal.name(),
        cert_list: &CertList::Certificates(vec![certificate.der().to_vec()]),
        created: seconds(cx.now),
        valid_start: seconds(term.0),
        valid_end: ofd::Time(seconds(term.1).0 - 1),
        picture: drawn,
    };
    let der = ses::make_seal(&new, &authority.maker).map_err(bug)?;
    let serial = hex(certificate.serial());
    let made = Made {
        es_id: es_id.as_str(),
        key: key.id,
        certificate: certificate.der(),
        serial: &serial,
        der: &der,
        height_mm: drawn.height,
        valid_from_at,
        now: cx.now,
    };
    store::save_made(tx, seal, &made).await?;
    let detail = json!({
        "es_id": es_id.as_str(), "key": key.id, "serial": serial, "issuer_key": authority.issuer.key.id,
        "maker_key": authority.maker.key.id, "digest": hex(&base::crypt::sm3(&der)),
    });
    say(tx, cx, seal, "seals.made", &detail).await
}
