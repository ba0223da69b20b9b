//! 亮证: a code that lives less than a minute, works once, and dies with the holder's session.
//!
//! The code is no row: it says the certificate, the account, its end and a nonce, under HMAC-SM3 over these
//! and the holder's session. Only the nonces of scanned codes are kept, until no code with them can live, and
//! what is typed in place of it ([`super::typed`]).

use super::log::{Because, Way, note};
use super::{known_well_enough, store, typed};
use crate::Cx;
use crate::certs::store as library;
use crate::certs::{Certificate, Datum};
use crate::identity::{self, Action, Actor, SessionToken, Thing, authorize};
use base::crypt::equal_in_constant_time;
use base::{Error, Id, Millis, Result};
use db::Tx;
use norms::Day;
use norms::codes::LicenceStatus;

/// A minute is the most the norm allows; the page asks for a new code well before this is over.
pub const SHOWN_FOR: Millis = 45_000;

/// Assurance level of a person who may scan: known by name.
const SCANNER_LEVEL: u8 = 2;

/// Named by no case, bound to no program: the product's own page.
const APP: &str = "亮证";

/// A code to be drawn as QR.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ShowCode {
    pub token: String,
    /// To be typed where a camera fails.
    pub code: String,
    pub ends_at: Millis,
}

/// What the one who scanned sees: staff with business fields, anybody else what the public check says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Shown {
    pub identifier: String,
    pub type_name: String,
    pub number: String,
    /// In full for staff; persons masked for others.
    pub holder_name: String,
    /// For staff; persons masked.
    pub holder_code: Option<String>,
    pub issuer_name: String,
    pub status: LicenceStatus,
    pub superseded_by: String,
    pub valid_from: Day,
    pub valid_until: Option<Day>,
    /// For staff alone.
    pub data: Vec<Datum>,
    pub scanned_at: Millis,
}

/// A new code for one of one's own certificates, alive as long as the session of `token` is.
pub async fn show_code(tx: &mut Tx<'_>, cx: &Cx, identifier: &str, token: &SessionToken) -> Result<ShowCode> {
    let certificate = crate::certs::show(tx, cx, identifier).await?;
    known_well_enough(cx)?;
    // What is no longer in force cannot be shown as if it were.
    certificate.must_count(cx.today())?;
    let account = cx.actor.require_account()?;
    let mut nonce = [0; 8];
    cx.rng().fill(&mut nonce);
    let code = Code {
        certificate: certificate.id,
        account,
        ends_at: cx.now + SHOWN_FOR,
        nonce: base::crypt::hex(&nonce),
    };
    let signed = code.signed(cx, &identity::session_mark(cx, token));
    let typed = typed::keep(tx, cx, &signed, code.ends_at).await?;
    Ok(ShowCode { token: signed, code: typed, ends_at: code.ends_at })
}

/// Scans a code: it must be alive, of a session that stands, and never scanned before.
pub async fn scan(tx: &mut Tx<'_>, cx: &Cx, token: &str) -> Result<Shown> {
    must_be_known(&cx.actor)?;
    let (code, mac) = Code::read(token).ok_or_else(unknown)?;
    let sessions = identity::standing_sessions(tx, cx, code.account).await?;
    let genuine = sessions
        .iter()
        .any(|session| equal_in_constant_time(code.mac(cx, session).as_bytes(), mac.as_bytes()));
    // An old code is told from a forged one only as long as it can be checked at all.
    if code.ends_at <= cx.now || code.ends_at > cx.now + SHOWN_FOR {
        return Err(expired());
    }
    if !genuine {
        return Err(unknown());
    }
    if !store::first_scan(tx, &code.nonce, code.ends_at, cx.now).await? {
        return Err(Error::refused("certs.show_used", "这个亮证码已经被扫过，请对方出示新的亮证码"));
    }
    let certificate = library::by_id(tx, cx, code.certificate).await?.ok_or_else(unknown)?;
    let body = cx.actor.staff().and_then(|staff| staff.posts.first()).map(|post| post.body.clone());
    let because = Because {
        body: body.as_deref().unwrap_or_default(),
        app: APP,
        purpose: "当面出示核验",
        ..Because::default()
    };
    note(tx, cx, &certificate, Way::Scan, because).await?;
    Ok(shown(cx, certificate))
}

pub(super) fn must_be_known(actor: &Actor) -> Result<()> {
    match actor {
        Actor::Visitor => Err(Error::Unauthenticated),
        Actor::Person(person) if person.assurance < SCANNER_LEVEL => {
            let message = "扫亮证码需要实名认证，请先完成实名核验";
            Err(Error::refused("identity.assurance_too_low", message))
        }
        Actor::Person(_) | Actor::Staff(_) => Ok(()),
        Actor::Administrator(_) | Actor::System => Err(Error::Denied),
    }
}

fn unknown() -> Error {
    Error::refused("certs.show_unknown", "这不是有效的亮证码，请对方重新出示")
}

fn expired() -> Error {
    Error::refused("certs.show_expired", "亮证码已过期（截图无效），请对方出示新的亮证码")
}

fn shown(cx: &Cx, certificate: Certificate) -> Shown {
    let staff = cx.actor.staff().is_some_and(|staff| {
        staff.posts.iter().any(|post| {
            let thing = Thing { body: Some(&post.body), ..Thing::NOTHING };
            authorize(&cx.actor, Action::CertificateUse, thing).is_ok()
        })
    });
    Shown {
        holder_name: if staff { certificate.holder_name.clone() } else { certificate.holder_masked() },
        holder_code: staff.then(|| certificate.holder_code_masked()),
        status: certificate.status_on(cx.today()),
        identifier: certificate.identifier,
        type_name: certificate.type_name,
        number: certificate.number,
        issuer_name: certificate.issuer_name,
        superseded_by: certificate.superseded_by,
        valid_from: certificate.valid_from,
        valid_until: certificate.valid_until,
        data: if staff { certificate.data } else { Vec::new() },
        scanned_at: cx.now,
    }
}

/// What a code says; numbers that mean nothing to anybody else.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Code {
    certificate: Id,
    account: Id,
    ends_at: Millis,
    /// 16 hexadecimal digits.
    nonce: String,
}

impl Code {
    fn text(&self) -> String {
        format!("{:x}-{:x}-{:x}-{}", self.certificate.0, self.account.0, self.ends_at, self.nonce)
    }

    /// 128 bits of HMAC-SM3 are plenty for a minute.
    fn mac(&self, cx: &Cx, session: &str) -> String {
        let mac = cx.keys().token_hash("certificate show", &format!("{}\n{session}", self.text()));
        mac[..32].to_owned()
    }

    fn signed(&self, cx: &Cx, session: &str) -> String {
        format!("{}-{}", self.text(), self.mac(cx, session))
    }

    fn read(token: &str) -> Option<(Code, String)> {
        let parts: Vec<&str> = token.trim().split('-').collect();
        let [certificate, account, ends_at, nonce, mac] = parts[..] else { return None };
        let number = |text: &str| i64::from_str_radix(text, 16).ok().filter(|number| *number > 0);
        let hexadecimal = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        if !hexadecimal(nonce, 16) || !hexadecimal(mac, 32) {
            return None;
        }
        let code = Code {
            certificate: Id(number(certificate)?),
            account: Id(number(account)?),
            ends_at: number(ends_at)?,
            nonce: nonce.to_owned(),
        };
        Some((code, mac.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn reading_never_panics_and_gives_back_what_was_written(
            a in 1i64.., b in 1i64.., c in 1i64.., nonce in "[0-9a-f]{16}", mac in "[0-9a-f]{32}", junk in "\\PC{0,120}",
        ) {
            let code = Code { certificate: Id(a), account: Id(b), ends_at: c, nonce };
            let token = format!("{}-{mac}", code.text());
            prop_assert_eq!(Code::read(&token), Some((code, mac)));
            let _ = Code::read(&junk);
        }
    }
}
