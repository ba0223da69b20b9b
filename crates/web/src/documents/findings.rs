//! What the check of a file found, in words.

use domain::certs::PublicView;
use domain::documents::{Annotation, CheckedFile};
use norms::Day;
use ofd::verdict::{Code, Mark, Severity};

pub(crate) struct SignatureView {
    pub seal: String,
    pub es_id: String,
    pub signer: String,
    pub time: String,
    /// Empty when every check that could be made holds.
    pub findings: Vec<FindingRow>,
    /// Steps nobody could take.
    pub unchecked: Vec<UncheckedRow>,
}

pub(crate) struct UncheckedRow {
    /// Stable code of the norm's step.
    pub code: &'static str,
    pub words: String,
}

pub(crate) struct FindingRow {
    /// Stable code of the norm's step.
    pub code: &'static str,
    pub words: String,
    pub warning: bool,
}

/// What an annotated copy says of itself.
pub(crate) struct AnnotationView {
    pub purpose: String,
    /// Empty when the file names no day.
    pub until: String,
    pub over: bool,
}

impl AnnotationView {
    pub(crate) fn of(note: &Annotation, today: Day) -> AnnotationView {
        AnnotationView {
            purpose: note.purpose.clone(),
            until: note.valid_until.map(Day::chinese).unwrap_or_default(),
            over: note.is_over(today),
        }
    }
}

/// How the certificate behind a file stands today: that its seal holds says nothing about it.
pub(crate) struct StandingView {
    pub name: String,
    pub counts: bool,
    pub words: &'static str,
    /// Empty when nothing came in its place.
    pub superseded_by: String,
}

impl StandingView {
    pub(crate) fn of(view: PublicView) -> StandingView {
        StandingView {
            counts: view.counts(),
            words: view.standing(),
            name: view.type_name,
            superseded_by: view.superseded_by,
        }
    }
}

/// One view for each signature of a checked file, in the order of the file.
pub(crate) fn signature_views(checked: &CheckedFile) -> Vec<SignatureView> {
    let view = |report: &ofd::verify::SignatureReport| SignatureView {
        seal: report.seal_name.clone(),
        es_id: report.es_id.clone(),
        signer: report.signer.clone(),
        time: report.time.map(ofd::Time::beijing).unwrap_or_default(),
        findings: report.findings.iter().map(row).collect(),
        unchecked: report.steps().filter(|(_, mark)| *mark == Mark::NotChecked).map(unchecked).collect(),
    };
    checked.verification.signatures.iter().map(view).collect()
}

fn unchecked((code, _): (Code, Mark)) -> UncheckedRow {
    UncheckedRow { code: code.name(), words: domain::documents::not_checked(code) }
}

fn row(finding: &ofd::verdict::Finding) -> FindingRow {
    FindingRow {
        code: finding.code.name(),
        words: domain::documents::sentence(finding),
        warning: finding.code.severity() == Severity::Warning,
    }
}
