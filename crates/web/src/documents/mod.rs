//! Documents under seal: shown as the product draws them, handed out as OFD and PDF, checked when somebody
//! brings one.

mod check;
mod download;
mod findings;
mod layouts;
mod show;

pub(crate) use check::check;
pub(crate) use download::{file, ofd, pdf, receipt, withdrawal};
pub(crate) use findings::{FindingRow, SignatureView, UncheckedRow, signature_views};
pub(crate) use layouts::{list as layouts, preview as layout};
pub(crate) use show::{DocumentRow, rows, show};
