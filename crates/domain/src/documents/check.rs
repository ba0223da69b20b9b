//! Checking a file somebody brings: its seals, the register, and whether it was made here.

use super::annotation::Annotation;
use super::document::Document;
use super::store;
use super::words::told;
use crate::Cx;
use crate::seals::{self, Register};
use base::crypt::{hex, sm3};
use base::{Error, Result};
use db::Tx;
use ofd::package::Package;
use ofd::ses::Seal;
use ofd::verdict::Context;
use ofd::verify::{Verification, verify_package};
use ofd::{Limits, Time};

/// Larger files are no documents of ours, and checking one must not hold anybody up.
const MOST_BYTES: usize = 20 << 20;

pub struct CheckedFile {
    pub verification: Verification,
    /// Made here, byte for byte.
    pub known: Option<Document>,
    /// 证照标识 (custom data ZZBS), when it says that it is a certificate.
    pub identifier: Option<String>,
    /// When it says that it is an annotated copy.
    pub annotation: Option<Annotation>,
}

impl CheckedFile {
    /// Sealed, and every check of every seal holds.
    pub fn intact(&self) -> bool {
        !self.verification.signatures.is_empty() && self.verification.ok()
    }
}

/// What a public check may ask of us.
pub(super) fn limits() -> Limits {
    Limits {
        package_bytes: MOST_BYTES,
        file_bytes: 32 << 20,
        total_bytes: 64 << 20,
        pages: 500,
        ..Limits::default()
    }
}

/// Every finding about a file, with the register of this installation and the authorities it trusts.
/// `documents.not_ofd` when it is no OFD at all.
pub async fn check_file(tx: &mut Tx<'_>, cx: &Cx, bytes: &[u8]) -> Result<CheckedFile> {
    let limits = limits();
    let package = Package::open(bytes, &limits).map_err(|fault| not_ofd(&fault))?;
    let document = ofd::read::read(&package, &limits).map_err(|fault| not_ofd(&fault))?;
    let register = Register::read(tx, &ofd::verify::seals(&package, &limits)).await?;
    let trust = seals::trust(tx).await?;
    let verification = {
        let status = |seal: &Seal, at: Time| register.status(seal, at);
        let context = Context {
            trust: &trust,
            now: Time(cx.now / 1000),
            making: false,
            seal_status: &status,
            memory: Some(cx.world().seals.memory()),
        };
        verify_package(&package, &limits, &context).map_err(|fault| not_ofd(&fault))?
    };
    let custom = |name: &str| document.info.custom.iter().find(|(key, _)| key == name);
    Ok(CheckedFile {
        verification,
        known: store::by_digest(tx, &hex(&sm3(bytes))).await?,
        identifier: custom("ZZBS").map(|(_, value)| value.clone()),
        annotation: Annotation::read(&document.info.custom),
    })
}

fn not_ofd(fault: &ofd::Fault) -> Error {
    let message = format!("{}。请选择单位发给您的原始 OFD 文件再验证", told(fault));
    Error::refused_at("documents.not_ofd", "file", message)
}
