//! What a verification found: every finding, never only the first.

use crate::x509::{Certificate, Revocations, Trust};
use crate::{Fault, Time};

pub use crate::sm2::Memory;

/// What can be wrong, in the order in which the norm asks (standards.md §5.3, after GB/T 38540).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    BadFormat,
    BadVersion,
    SealForged,
    MakerUntrusted,
    SealExpired,
    SealRevoked,
    SignInvalid,
    SignerNotInSeal,
    SignerUntrusted,
    /// A part of step 9: nobody can tell whether the signer's certificate was revoked. The norm names the list
    /// and not what to do without one, so this is for people to know and changes no verdict.
    RevocationUnknown,
    SignXmlChanged,
    ContentChanged,
    PathDiffers,
    TimeInvalid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; the document stays valid.
    Warning,
    Error,
}

impl Code {
    pub const ALL: [Code; 14] = [
        Code::BadFormat,
        Code::BadVersion,
        Code::SealForged,
        Code::MakerUntrusted,
        Code::SealExpired,
        Code::SealRevoked,
        Code::SignInvalid,
        Code::SignerNotInSeal,
        Code::SignerUntrusted,
        Code::RevocationUnknown,
        Code::SignXmlChanged,
        Code::ContentChanged,
        Code::PathDiffers,
        Code::TimeInvalid,
    ];

    /// 1 to 13; two belong to step 9.
    pub fn step(self) -> u8 {
        let place = self as u8 + 1;
        if self < Code::RevocationUnknown { place } else { place - 1 }
    }

    /// Stable name for records and interfaces.
    pub fn name(self) -> &'static str {
        match self {
            Code::BadFormat => "BAD_FORMAT",
            Code::BadVersion => "BAD_VERSION",
            Code::SealForged => "SEAL_FORGED",
            Code::MakerUntrusted => "MAKER_UNTRUSTED",
            Code::SealExpired => "SEAL_EXPIRED",
            Code::SealRevoked => "SEAL_REVOKED",
            Code::SignInvalid => "SIGN_INVALID",
            Code::SignerNotInSeal => "SIGNER_NOT_IN_SEAL",
            Code::SignerUntrusted => "SIGNER_UNTRUSTED",
            Code::RevocationUnknown => "REVOCATION_UNKNOWN",
            Code::SignXmlChanged => "SIGN_XML_CHANGED",
            Code::ContentChanged => "CONTENT_CHANGED",
            Code::PathDiffers => "PATH_DIFFERS",
            Code::TimeInvalid => "TIME_INVALID",
        }
    }

    pub fn severity(self) -> Severity {
        match self {
            Code::PathDiffers | Code::RevocationUnknown => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub code: Code,
    /// Which file, certificate or reason, for people. No sentence: the interface words it.
    pub detail: String,
}

impl Finding {
    pub fn new(code: Code, detail: impl Into<String>) -> Finding {
        Finding { code, detail: detail.into() }
    }
}

impl Finding {
    /// Whether the lists of revoked certificates tell of this signer, who is trusted otherwise.
    pub(crate) fn about_revocations(signer: &Certificate, context: &Context<'_>) -> Option<Finding> {
        let detail = match context.trust.revocations(signer, context.now, context.memory) {
            Revocations::Known => return None,
            Revocations::NoList => "NO_LIST".to_owned(),
            Revocations::Outdated(since) => format!("LIST_UNTIL {}", since.beijing()),
        };
        Some(Finding::new(Code::RevocationUnknown, detail))
    }
}

/// Step 1: bytes that are no seal signature.
impl From<Fault> for Finding {
    fn from(fault: Fault) -> Finding {
        Finding::new(Code::BadFormat, fault.to_string())
    }
}

/// All findings about one signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// Puts findings into the norm's order; those of one code keep theirs.
    pub fn new(mut findings: Vec<Finding>) -> Report {
        findings.sort_by_key(|finding| finding.code);
        Report { findings }
    }

    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Nothing worse than a warning.
    pub fn ok(&self) -> bool {
        self.findings.iter().all(|finding| finding.code.severity() == Severity::Warning)
    }
}

/// What the register of seals says about a seal at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealStatus {
    Valid,
    Suspended,
    Revoked,
    /// Not a seal of this register: its maker's certificate and its validity must do.
    Unknown,
}

impl SealStatus {
    pub fn name(self) -> &'static str {
        match self {
            SealStatus::Valid => "VALID",
            SealStatus::Suspended => "SUSPENDED",
            SealStatus::Revoked => "REVOKED",
            SealStatus::Unknown => "UNKNOWN",
        }
    }
}

/// What a verification needs to know besides the document.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub trust: &'a Trust,
    pub now: Time,
    /// The signature is being made: the seal must be valid now, not only when it was used.
    pub making: bool,
    /// By esID, at the time of the signature.
    pub seal_status: &'a dyn Fn(&str, Time) -> SealStatus,
    /// Signatures of seals and certificates already found good.
    pub memory: Option<&'a Memory>,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("now", &self.now)
            .field("making", &self.making)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_in_the_order_of_the_norm_and_two_are_warnings() {
        let steps: Vec<u8> = Code::ALL.iter().map(|code| code.step()).collect();
        assert_eq!(steps, [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 10, 11, 12, 13]);
        assert!(Code::ALL.is_sorted());
        let warnings: Vec<&str> = Code::ALL
            .iter()
            .filter(|code| code.severity() == Severity::Warning)
            .map(|code| code.name())
            .collect();
        assert_eq!(warnings, ["REVOCATION_UNKNOWN", "PATH_DIFFERS"]);
        assert_eq!(Code::PathDiffers.step(), 12);
    }

    #[test]
    fn a_report_sorts_and_tolerates_warnings_only() {
        let finding = |code, detail: &str| Finding::new(code, detail);
        let warned = Report::new(vec![finding(Code::PathDiffers, "")]);
        assert!(warned.ok() && Report::default().ok());
        let report = Report::new(vec![
            finding(Code::TimeInvalid, ""),
            finding(Code::ContentChanged, "b"),
            finding(Code::ContentChanged, "a"),
            finding(Code::BadVersion, ""),
        ]);
        let order: Vec<_> = report.findings().iter().map(|f| (f.code.step(), f.detail.as_str())).collect();
        assert_eq!(order, [(2, ""), (11, "b"), (11, "a"), (13, "")]);
        assert!(!report.ok());
    }
}
