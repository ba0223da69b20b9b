//! What a verification found: every finding, never only the first.

use crate::ses::Seal;
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

    /// What there is to ask of a signature without a seal (GB/T 35275). The other steps are about a seal.
    pub const WITHOUT_SEAL: [Code; 6] = [
        Code::BadFormat,
        Code::SignInvalid,
        Code::SignerUntrusted,
        Code::RevocationUnknown,
        Code::SignXmlChanged,
        Code::ContentChanged,
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
    /// Which file, certificate or reason. No sentence: a stable word (`MISSING`, `TWICE`, `NO_PATH` …) and what it
    /// is about, or a fault as it is shown; the interface words it.
    pub detail: String,
}

impl Finding {
    pub fn new(code: Code, detail: impl Into<String>) -> Finding {
        Finding { code, detail: detail.into() }
    }
}

impl Finding {
    /// Whether the lists of revoked certificates tell of this signer, who is trusted otherwise.
    pub(crate) fn about_revocations(signer: &Certificate, context: &Context<'_>) -> Option<String> {
        match context.trust.revocations(signer, context.now, context.memory) {
            Revocations::Known => None,
            Revocations::NoList => Some("NO_LIST".to_owned()),
            Revocations::Outdated(since) => Some(format!("LIST_UNTIL {}", since.beijing())),
        }
    }
}

/// Step 1: bytes that are no seal signature.
impl From<Fault> for Finding {
    fn from(fault: Fault) -> Finding {
        Finding::new(Code::BadFormat, fault.to_string())
    }
}

/// How one step of the norm stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Holds,
    /// A finding that spoils nothing.
    Warned,
    Fails,
    /// Nobody could look: what the step needs is missing, or an earlier step left nothing to look at.
    NotChecked,
}

/// Steps that were really taken. A check says nothing about the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Steps(u16);

impl Steps {
    pub fn add(&mut self, code: Code) {
        self.0 |= 1 << code as u16;
    }

    pub fn contains(self, code: Code) -> bool {
        self.0 & 1 << code as u16 != 0
    }

    /// How this step stands, with all that was found.
    pub fn mark(self, code: Code, findings: &[Finding]) -> Mark {
        match findings.iter().any(|finding| finding.code == code) {
            true if code.severity() == Severity::Warning => Mark::Warned,
            true => Mark::Fails,
            false if self.contains(code) => Mark::Holds,
            false => Mark::NotChecked,
        }
    }
}

/// All findings about one signature, and the steps that led to them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    findings: Vec<Finding>,
    done: Steps,
}

impl Report {
    /// Takes a step: a finding, or none when it holds.
    pub fn take(&mut self, code: Code, detail: Option<String>) {
        self.done.add(code);
        self.add(detail.map(|detail| Finding::new(code, detail)));
    }

    /// Findings keep the norm's order; those of one code keep theirs. A step with a finding was taken.
    pub fn add(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            self.done.add(finding.code);
            self.findings.push(finding);
        }
        self.findings.sort_by_key(|finding| finding.code);
    }

    /// Adds what another check of the same signature found.
    pub fn join(&mut self, other: Report) {
        self.done.0 |= other.done.0;
        self.add(other.findings);
    }

    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub fn done(&self) -> Steps {
        self.done
    }

    pub fn mark(&self, code: Code) -> Mark {
        self.done.mark(code, &self.findings)
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
    /// What the register says of a seal at the time of the signature. By its bytes, not by its number alone:
    /// another authority may have given the same one.
    pub seal_status: &'a dyn Fn(&Seal, Time) -> SealStatus,
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
        let mut warned = Report::default();
        warned.add([finding(Code::PathDiffers, "")]);
        assert!(warned.ok() && Report::default().ok());
        let mut report = Report::default();
        report.add([
            finding(Code::TimeInvalid, ""),
            finding(Code::ContentChanged, "b"),
            finding(Code::ContentChanged, "a"),
            finding(Code::BadVersion, ""),
        ]);
        let order: Vec<_> = report.findings().iter().map(|f| (f.code.step(), f.detail.as_str())).collect();
        assert_eq!(order, [(2, ""), (11, "b"), (11, "a"), (13, "")]);
        assert!(!report.ok());
    }

    #[test]
    fn a_step_nobody_took_is_not_said_to_hold() {
        let mut report = Report::default();
        report.take(Code::SealForged, None);
        report.take(Code::SealExpired, Some("2025".to_owned()));
        report.take(Code::PathDiffers, Some("/x".to_owned()));
        let marks = [Code::SealForged, Code::SealExpired, Code::PathDiffers, Code::SignInvalid];
        let marks = marks.map(|code| report.mark(code));
        assert_eq!(marks, [Mark::Holds, Mark::Fails, Mark::Warned, Mark::NotChecked]);
        let mut other = Report::default();
        other.take(Code::SignInvalid, None);
        report.join(other);
        assert_eq!(report.mark(Code::SignInvalid), Mark::Holds);
        assert_eq!(report.mark(Code::SealForged), Mark::Holds);
    }
}
