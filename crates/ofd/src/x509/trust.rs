//! Whether a certificate could be relied upon at one instant.

use super::extensions::KEY_CERT_SIGN;
use super::{Certificate, Crl};
use crate::Time;
use crate::asn1::oid;
use crate::sm2::Memory;

/// More authorities than this between signer and anchor do not occur.
const LONGEST_PATH: usize = 8;
/// Links tried for one certificate: a bound on the work that cross-certified foreign names can ask of us.
const MOST_LINKS: usize = 64;

/// Whom we trust, what helps to reach them, and what was taken back.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    pub anchors: Vec<Certificate>,
    pub intermediates: Vec<Certificate>,
    pub crls: Vec<Crl>,
}

/// What the certificate is to be relied upon for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signing documents and seals.
    Sign,
    /// Signing time stamps (RFC 3161: the extended usage must say so).
    TimeStamp,
}

/// Why not. The first reason on the path that came nearest to an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Untrusted {
    NoPath,
    BadSignature,
    NotCa,
    PathTooLong,
    WrongUsage,
    CriticalExtension,
    NotYetValid,
    Expired,
    Revoked,
}

impl Untrusted {
    /// Stable name for records and interfaces.
    pub fn name(self) -> &'static str {
        match self {
            Untrusted::NoPath => "NO_PATH",
            Untrusted::BadSignature => "BAD_SIGNATURE",
            Untrusted::NotCa => "NOT_CA",
            Untrusted::PathTooLong => "PATH_TOO_LONG",
            Untrusted::WrongUsage => "WRONG_USAGE",
            Untrusted::CriticalExtension => "CRITICAL_EXTENSION",
            Untrusted::NotYetValid => "NOT_YET_VALID",
            Untrusted::Expired => "EXPIRED",
            Untrusted::Revoked => "REVOKED",
        }
    }
}

impl std::fmt::Display for Untrusted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// What the lists tell of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocations {
    /// A list of its issuer that is not out of date; or the certificate is an anchor, which nobody revokes.
    Known,
    /// No list of its issuer.
    NoList,
    /// The latest list of its issuer was good until then.
    Outdated(Time),
}

impl Trust {
    /// Whether the certificate could be relied upon for signing at this instant: every certificate of some path
    /// to an anchor was valid and not yet revoked then. Revocations after that instant do not count.
    pub fn check(&self, certificate: &Certificate, at: Time) -> Result<(), Untrusted> {
        self.check_for(certificate, Purpose::Sign, at, None)
    }

    /// As [`Trust::check`], for a purpose, remembering which signatures were found good.
    pub fn check_for(
        &self,
        certificate: &Certificate,
        purpose: Purpose,
        at: Time,
        memory: Option<&Memory>,
    ) -> Result<(), Untrusted> {
        usage(certificate, purpose)?;
        let mut walk = Walk { trust: self, at, memory, links: MOST_LINKS };
        walk.up(certificate, 0)
    }
}

impl Trust {
    /// Whether a list that is good now tells of this certificate. One that says not until when it is good is so
    /// for its own instant.
    pub fn revocations(&self, certificate: &Certificate, now: Time, memory: Option<&Memory>) -> Revocations {
        if self.anchors.contains(certificate) {
            return Revocations::Known;
        }
        let issuers = self.anchors.iter().chain(&self.intermediates);
        let issuers: Vec<&Certificate> = issuers
            .filter(|issuer| names(issuer, certificate))
            .filter(|issuer| certificate.signed_by(issuer.public_key(), memory))
            .collect();
        let by_issuer = |list: &&Crl| issuers.iter().any(|issuer| list.signed_by(issuer, memory));
        let until = |list: &Crl| list.next_update().unwrap_or(list.this_update());
        match self.crls.iter().filter(by_issuer).map(until).max() {
            None => Revocations::NoList,
            Some(until) if until < now => Revocations::Outdated(until),
            Some(_) => Revocations::Known,
        }
    }
}

fn usage(certificate: &Certificate, purpose: Purpose) -> Result<(), Untrusted> {
    let extended = certificate.extensions.extended_usage.as_deref();
    let fits = match purpose {
        Purpose::Sign => certificate.may_sign(),
        Purpose::TimeStamp => {
            let stamps = |list: &[String]| list.iter().any(|usage| usage == oid::TIME_STAMPING);
            certificate.may_sign() && extended.is_some_and(stamps)
        }
    };
    if fits { Ok(()) } else { Err(Untrusted::WrongUsage) }
}

struct Walk<'a> {
    trust: &'a Trust,
    at: Time,
    memory: Option<&'a Memory>,
    links: usize,
}

impl Walk<'_> {
    /// `above`: how many authorities stand between this certificate and the one asked about, itself included.
    fn up(&mut self, certificate: &Certificate, above: usize) -> Result<(), Untrusted> {
        self.period(certificate)?;
        if certificate.extensions.unknown_critical.is_some() {
            return Err(Untrusted::CriticalExtension);
        }
        if self.trust.anchors.contains(certificate) {
            return Ok(());
        }
        if above >= LONGEST_PATH {
            return Err(Untrusted::PathTooLong);
        }
        let trust = self.trust;
        let mut nearest = Untrusted::NoPath;
        for issuer in trust.anchors.iter().chain(&trust.intermediates) {
            if !names(issuer, certificate) {
                continue;
            }
            if self.links == 0 {
                return Err(nearest);
            }
            self.links -= 1;
            match self.link(certificate, issuer, above) {
                Ok(()) => return Ok(()),
                Err(reason) => nearest = nearest.max(reason),
            }
        }
        Err(nearest)
    }

    fn link(
        &mut self,
        certificate: &Certificate,
        issuer: &Certificate,
        above: usize,
    ) -> Result<(), Untrusted> {
        if !issuer.is_ca() {
            return Err(Untrusted::NotCa);
        }
        if !issuer.usage_has(KEY_CERT_SIGN) {
            return Err(Untrusted::WrongUsage);
        }
        if issuer.extensions.path_length.is_some_and(|most| above as u64 > most) {
            return Err(Untrusted::PathTooLong);
        }
        if !certificate.signed_by(issuer.public_key(), self.memory) {
            return Err(Untrusted::BadSignature);
        }
        if self.revoked(certificate, issuer) {
            return Err(Untrusted::Revoked);
        }
        self.up(issuer, above + 1)
    }

    fn period(&self, certificate: &Certificate) -> Result<(), Untrusted> {
        if self.at < certificate.not_before() {
            Err(Untrusted::NotYetValid)
        } else if self.at > certificate.not_after() {
            Err(Untrusted::Expired)
        } else {
            Ok(())
        }
    }

    fn revoked(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        self.trust.crls.iter().any(|list| {
            list.revocation(certificate.serial()).is_some_and(|entry| entry.at <= self.at)
                && list.signed_by(issuer, self.memory)
        })
    }
}

/// Whether the certificate names this one as its issuer. A self-issued certificate is not its own path.
fn names(issuer: &Certificate, certificate: &Certificate) -> bool {
    let (own, wanted) = (&issuer.extensions.subject_key_id, &certificate.extensions.authority_key_id);
    let same_key = own.is_none() || wanted.is_none() || own == wanted;
    issuer.subject() == certificate.issuer() && same_key && issuer != certificate
}
