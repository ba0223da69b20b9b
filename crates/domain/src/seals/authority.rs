//! The certificate authority of this installation: root → seal authority → seal maker, and one certificate
//! for each seal (GB/T 20518). Founded on purpose: by `yiwang seals init-ca`, or with a demonstration.

use super::keys::{KeyPurpose, KeyRef};
use super::store;
use super::vault::{ServiceSigner, bug};
use crate::Cx;
use crate::identity::Actor;
use base::crypt::{hex, sm3, unhex};
use base::{Error, Millis, Refusal, Result, Rng};
use db::Tx;
use norms::Day;
use ofd::Time;
use ofd::x509::{Certificate, Crl, Name, NewCertificate, NewCrl, Revocation, Trust};
use serde_json::json;

const ROOT_YEARS: i32 = 30;
const AUTHORITY_YEARS: i32 = 20;
/// A list is good for so long; a job renews it every week.
const LIST_FOR: Millis = 30 * 24 * 3600 * 1000;
const LIST_EVERY: Millis = 7 * 24 * 3600 * 1000;

/// Who signs certificates, and who signs seals.
pub(super) struct Authority {
    pub issuer: ServiceSigner,
    pub maker: ServiceSigner,
}

pub async fn has_authority(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(!store::authorities(tx).await?.is_empty())
}

/// The authority, or a refusal that says what an operator must do.
pub(super) async fn authority(tx: &mut Tx<'_>, cx: &Cx) -> Result<Authority> {
    find(tx, cx).await?.ok_or_else(|| {
        let message = "本系统还没有签发印章证书的机构，请运维人员先运行 yiwang seals init-ca，再制作印章";
        Refusal::new("seals.no_authority", message).into()
    })
}

pub(super) async fn find(tx: &mut Tx<'_>, cx: &Cx) -> Result<Option<Authority>> {
    let (mut issuer, mut maker) = (None, None);
    for row in store::authorities(tx).await? {
        let signer = cx.world().seals.signer(&row.certificate, row.key)?;
        match row.role.as_str() {
            "seal_authority" => issuer = Some(signer),
            "maker" => maker = Some(signer),
            _ => {}
        }
    }
    Ok(issuer.zip(maker).map(|(issuer, maker)| Authority { issuer, maker }))
}

/// Founds the authority under this name (一网演示 → 一网演示根证书 …). Once: `seals.authority_exists`.
pub async fn found_authority(tx: &mut Tx<'_>, cx: &Cx, name: &str) -> Result<()> {
    if cx.actor != Actor::System {
        return Err(Error::Denied);
    }
    let name = name.trim();
    if !(2..=30).contains(&name.chars().count()) {
        return Err(Error::refused_at("seals.authority_name", "name", "机构名称应为 2 到 30 个字"));
    }
    if has_authority(tx).await? {
        return Err(Error::refused("seals.authority_exists", "本系统已经有签发印章证书的机构"));
    }
    let root_name = authority_name(name, "根证书")?;
    let root_key = key(tx, cx, KeyPurpose::Root, "root").await?;
    let root = New { key: &root_key, subject: &root_name, years: ROOT_YEARS, ca: true, path_length: Some(1) };
    let root = certify(cx, &root, &root_name, &root_key)?;
    enter(tx, cx, KeyPurpose::Root, &root_key, &root).await?;

    let issuer_name = authority_name(name, "印章证书机构")?;
    let issuer_key = key(tx, cx, KeyPurpose::SealAuthority, "seal authority").await?;
    let issuer = New {
        key: &issuer_key,
        subject: &issuer_name,
        years: AUTHORITY_YEARS,
        ca: true,
        path_length: Some(0),
    };
    let issuer = certify(cx, &issuer, &root_name, &root_key)?;
    enter(tx, cx, KeyPurpose::SealAuthority, &issuer_key, &issuer).await?;

    let maker_name = authority_name(name, "印章制作")?;
    let maker_key = key(tx, cx, KeyPurpose::Maker, "maker").await?;
    let maker =
        New { key: &maker_key, subject: &maker_name, years: AUTHORITY_YEARS, ca: false, path_length: None };
    let maker = certify(cx, &maker, &issuer_name, &issuer_key)?;
    enter(tx, cx, KeyPurpose::Maker, &maker_key, &maker).await?;
    publish_revocations(tx, cx).await
}

fn authority_name(name: &str, what: &str) -> Result<Name> {
    Name::new(&[("C", "CN"), ("O", name), ("CN", &format!("{name}{what}"))]).map_err(bug)
}

/// Makes a key and stores its row.
pub(super) async fn key(tx: &mut Tx<'_>, cx: &Cx, purpose: KeyPurpose, label: &str) -> Result<KeyRef> {
    let key = cx.world().seals.keys().generate(cx.id(), purpose, label)?;
    store::insert_key(tx, &key, purpose, label, cx.now).await?;
    let detail = json!({ "purpose": purpose.word(), "label": label, "public_key": hex(&key.public_key) });
    super::say_key(tx, cx, key.id, "seals.key_made", &detail).await?;
    Ok(key)
}

pub(super) struct New<'a> {
    pub key: &'a KeyRef,
    pub subject: &'a Name,
    pub years: i32,
    pub ca: bool,
    pub path_length: Option<u8>,
}

pub(super) fn certify(cx: &Cx, new: &New<'_>, issuer: &Name, issuer_key: &KeyRef) -> Result<Certificate> {
    let keys = cx.world().seals.keys();
    let today = cx.today();
    let certificate = NewCertificate {
        serial: &serial(cx.rng()),
        subject: new.subject,
        issuer,
        public_key: &keys.public_key(new.key)?,
        issuer_key: &keys.public_key(issuer_key)?,
        not_before: start_of(today),
        not_after: Time(start_of(today.plus_months(12 * new.years)).0 - 1),
        ca: new.ca,
        path_length: new.path_length,
    };
    ofd::x509::issue(&certificate, &signing(cx, issuer_key)).map_err(bug)
}

/// Signing with a key of the service, as crate ofd asks for it.
fn signing<'a>(cx: &'a Cx, key: &'a KeyRef) -> impl Fn(&[u8]) -> ofd::Result<ofd::sm2::Signature> + 'a {
    move |message| {
        let signed = cx.world().seals.keys().sign(key, message);
        signed.map_err(|error| ofd::Fault::new("key.sign", error.to_string()))
    }
}

pub(super) fn start_of(day: Day) -> Time {
    seconds(day.start_millis_shanghai())
}

pub(super) fn seconds(at: Millis) -> Time {
    Time(at.div_euclid(1000))
}

/// 16 random bytes, positive and never shorter: nobody can foresee the next one.
fn serial(rng: &dyn Rng) -> [u8; 16] {
    let mut serial = [0; 16];
    rng.fill(&mut serial);
    serial[0] = (serial[0] & 0x3f) | 0x40;
    serial
}

pub(super) async fn enter(
    tx: &mut Tx<'_>,
    cx: &Cx,
    purpose: KeyPurpose,
    key: &KeyRef,
    certificate: &Certificate,
) -> Result<()> {
    if !store::insert_authority(tx, cx.id(), purpose.word(), key.id, certificate.der(), cx.now).await? {
        return Err(Error::Conflict);
    }
    let detail = json!({
        "role": purpose.word(), "subject": certificate.subject().to_string(),
        "serial": hex(certificate.serial()),
    });
    super::say_key(tx, cx, key.id, "seals.authority_founded", &detail).await
}

/// The certificate of a seal: CN is credit code and name of the body, and its number stands beside it, as in
/// the seals of the state systems.
pub(super) fn certify_seal(
    cx: &Cx,
    authority: &Authority,
    seal: &super::Seal,
    es_id: &str,
    key: &KeyRef,
    term: (Millis, Millis),
) -> Result<Certificate> {
    let common_name = format!("{}{}", seal.body, seal.body_name);
    let subject =
        Name::new(&[("C", "CN"), ("O", &seal.body_name), ("SERIALNUMBER", es_id), ("CN", &common_name)])
            .map_err(bug)?;
    let issuer = &authority.issuer.certificate;
    let not_after = Time(seconds(term.1).0 - 1);
    if not_after > issuer.not_after() || not_after > authority.maker.certificate.not_after() {
        let message = "印章的有效期超过了证书机构的有效期，请缩短有效期重新申请";
        return Err(Error::refused("seals.authority_expires", message));
    }
    let certificate = NewCertificate {
        serial: &serial(cx.rng()),
        subject: &subject,
        issuer: issuer.subject(),
        public_key: &cx.world().seals.keys().public_key(key)?,
        issuer_key: issuer.public_key(),
        not_before: seconds(term.0),
        not_after,
        ca: false,
        path_length: None,
    };
    ofd::x509::issue(&certificate, &signing(cx, &authority.issuer.key)).map_err(bug)
}

/// Issues the next revocation list, with every seal certificate ever revoked. Nothing without an authority.
pub async fn publish_revocations(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    let Some(authority) = find(tx, cx).await? else { return Ok(()) };
    let number = store::revocation_list(tx).await?.map_or(1, |(number, ..)| number + 1);
    let mut revoked = Vec::new();
    for (serial, since, exposed) in store::revoked(tx).await? {
        let serial = unhex(&serial).ok_or_else(|| Error::bug("the serial of a certificate"))?;
        // 1: key compromise, 5: cessation of operation (RFC 5280 §5.3.1).
        revoked.push((serial, Revocation { at: seconds(since), reason: if exposed { 1 } else { 5 } }));
    }
    let new = NewCrl {
        issuer: &authority.issuer.certificate,
        number: u64::try_from(number).map_err(|_| Error::bug("the number of a list"))?,
        this_update: seconds(cx.now),
        next_update: seconds(cx.now + LIST_FOR),
        revoked: &revoked,
    };
    let list = ofd::x509::issue_crl(&new, &signing(cx, &authority.issuer.key)).map_err(bug)?;
    match store::insert_revocation_list(tx, number, list.der(), cx.now).await? {
        true => Ok(()),
        false => Err(Error::Conflict),
    }
}

/// For a job: a new list before the old one grows stale. Whether one was made.
pub async fn refresh_revocations(tx: &mut Tx<'_>, cx: &Cx) -> Result<bool> {
    match store::revocation_list(tx).await? {
        Some((.., issued_at)) if issued_at + LIST_EVERY <= cx.now => {
            publish_revocations(tx, cx).await.map(|()| true)
        }
        _ => Ok(false),
    }
}

/// The latest revocation list, for whoever checks our seals elsewhere.
pub async fn revocation_list(tx: &mut Tx<'_>) -> Result<Vec<u8>> {
    store::revocation_list(tx).await?.map(|(_, der, _)| der).ok_or(Error::NotFound)
}

/// Which list is the latest: it grows with each revocation. For whoever keeps a copy.
pub async fn revocation_number(tx: &mut Tx<'_>) -> Result<Option<i64>> {
    store::revocation_number(tx).await
}

/// Whom this installation trusts: its own root and the anchors somebody entered; what leads to them; what
/// was revoked.
pub async fn trust(tx: &mut Tx<'_>) -> Result<Trust> {
    let mut trust = Trust::default();
    for row in store::authorities(tx).await? {
        let certificate = Certificate::parse(&row.certificate).map_err(bug)?;
        if row.role == KeyPurpose::Root.word() {
            trust.anchors.push(certificate);
        } else {
            trust.intermediates.push(certificate);
        }
    }
    for der in store::anchors(tx).await? {
        trust.anchors.push(Certificate::parse(&der).map_err(bug)?);
    }
    if let Some((_, der, _)) = store::revocation_list(tx).await? {
        trust.crls.push(Crl::parse(&der).map_err(bug)?);
    }
    Ok(trust)
}

/// Enters the certificate (DER) of a foreign authority whose seals are to be believed.
pub async fn trust_anchor(tx: &mut Tx<'_>, cx: &Cx, der: &[u8], note: &str) -> Result<String> {
    if cx.actor != Actor::System {
        return Err(Error::Denied);
    }
    let certificate = Certificate::parse(der).map_err(|fault| {
        Error::refused_at("seals.anchor", "file", format!("这不是可以读取的证书：{fault}"))
    })?;
    if !certificate.is_ca() {
        return Err(Error::refused_at("seals.anchor", "file", "这不是证书机构的证书"));
    }
    let (id, digest) = (cx.id(), hex(&sm3(der)));
    if !store::insert_anchor(tx, id, &digest, der, note.trim(), cx.now).await? {
        return Err(Error::refused("seals.anchor_known", "这个证书已经录入"));
    }
    let detail = json!({ "subject": certificate.subject().to_string(), "digest": digest });
    super::say_key(tx, cx, id, "seals.anchor_entered", &detail).await?;
    Ok(certificate.subject().to_string())
}
