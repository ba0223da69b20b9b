//! Checking a file somebody brings: its seals, the register, and whether it was made here.

use super::annotation::Annotation;
use super::document::Document;
use super::store;
use crate::Cx;
use crate::seals::{self, Register};
use base::crypt::{hex, sm3};
use base::{Error, Result};
use db::Tx;
use ofd::package::Package;
use ofd::verdict::{Code, Context, Finding};
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
    let seals = ofd::verify::es_ids(&package, &limits);
    let register = Register::read(tx, seals.iter().map(String::as_str)).await?;
    let trust = seals::trust(tx).await?;
    let verification = {
        let status = |es_id: &str, at: Time| register.status(es_id, at);
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
    let message =
        format!("这不是能验证的 OFD 文件（{}），请选择原始文件，不要用截图或另存的文件", fault.reason);
    Error::refused_at("documents.not_ofd", "file", message)
}

/// What a check of the norm means: when it holds, and when it does not.
pub fn words(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::BadFormat => ("签章格式正确", "签章的格式不对"),
        Code::BadVersion => ("印章版本正确", "不认识的印章版本"),
        Code::SealForged => ("印章由制章机构制作", "印章是伪造的，或者被改动过"),
        Code::MakerUntrusted => ("制章机构可信", "制章机构的证书不受信任"),
        Code::SealExpired => ("盖章时印章在有效期内", "盖章时印章不在有效期内"),
        Code::SealRevoked => ("印章没有被停用或撤销", "盖章时印章已经停用或撤销"),
        Code::SignInvalid => ("签名有效", "签名无效"),
        Code::SignerNotInSeal => ("签章人是印章的主人", "签章人的证书不在印章里"),
        Code::SignerUntrusted => ("签章人证书可信", "签章人的证书不受信任"),
        Code::RevocationUnknown => {
            ("有最新的证书吊销列表可查", "没有签发机构的证书吊销列表，查不到签章人证书是否已被吊销")
        }
        Code::SignXmlChanged => ("签章说明没有改动", "签章说明盖章以后被改动"),
        Code::ContentChanged => ("文件内容没有改动", "文件内容盖章以后被改动"),
        Code::PathDiffers => ("签章位置一致", "签章记录的位置和文件里的不同"),
        Code::TimeInvalid => ("时间戳有效（或没有使用）", "时间戳无效"),
    }
}

/// A finding for people: what does not hold, and where.
pub fn sentence(finding: &Finding) -> String {
    let (_, words) = words(finding.code);
    let detail = finding.detail.as_str();
    match finding.code {
        Code::RevocationUnknown => match detail.strip_prefix("LIST_UNTIL ") {
            Some(until) => format!("证书吊销列表已于 {until} 过期，查不到签章人证书此后是否被吊销"),
            None => words.to_owned(),
        },
        _ if detail.is_empty() => words.to_owned(),
        _ => format!("{words}：{detail}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_told_in_sentences() {
        let told = |code, detail: &str| sentence(&Finding::new(code, detail));
        assert_eq!(told(Code::SignInvalid, ""), "签名无效");
        assert_eq!(told(Code::SealRevoked, "REVOKED"), "盖章时印章已经停用或撤销：REVOKED");
        let old = told(Code::RevocationUnknown, "LIST_UNTIL 2026-09-24 09:59:59");
        assert_eq!(old, "证书吊销列表已于 2026-09-24 09:59:59 过期，查不到签章人证书此后是否被吊销");
        assert!(told(Code::RevocationUnknown, "NO_LIST").starts_with("没有签发机构的证书吊销列表"));
    }
}
