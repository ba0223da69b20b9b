//! What checks of files find, in sentences: steps of the norm, findings, and bytes that cannot be read.

use ofd::Fault;
use ofd::verdict::{Code, Finding};

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

/// A step nobody could take, for people: what stays open, and why where that is known.
pub fn not_checked(code: Code) -> String {
    match code {
        Code::SealRevoked => "印章是否已经停用或撤销：这里没有它的登记，查不到".to_owned(),
        Code::RevocationUnknown => "签章人证书是否已被吊销：证书不受信任，没有再查".to_owned(),
        _ => format!("{}：缺少需要的内容，没有检查", words(code).0),
    }
}

/// A finding for people: what does not hold, and where.
pub fn sentence(finding: &Finding) -> String {
    let (_, words) = words(finding.code);
    let (reason, about) = finding.detail.split_once(' ').unwrap_or((&finding.detail, ""));
    match (finding.code, reason) {
        (_, "") | (Code::RevocationUnknown, "NO_LIST") => words.to_owned(),
        (Code::RevocationUnknown, _) => {
            format!("证书吊销列表已于 {about} 过期，查不到签章人证书此后是否被吊销")
        }
        // What is not one of our words is a name, a number or a period, and stands as it is.
        _ => format!("{words}：{}", detail(reason, about).unwrap_or_else(|| finding.detail.clone())),
    }
}

/// The stable words of crate ofd, and faults as they are shown (`der.size: 12`).
fn detail(reason: &str, about: &str) -> Option<String> {
    if let Some(reason) = reason.strip_suffix(':').filter(|reason| reason.contains('.')) {
        return Some(said(reason, about));
    }
    Some(match reason {
        "MISSING" => format!("缺少文件 {about}"),
        "CHANGED" => about.to_owned(),
        "TWICE" => format!("{about} 出现两次"),
        "ABSENT" => format!("没有 {about}"),
        "ROOT" => format!("签章说明以 {about} 开头"),
        "NO_VALUE" => "没有签章值文件".to_owned(),
        "LISTED_TWICE" => "签章列表里重复列出".to_owned(),
        "NOT_LISTED" => format!("签章列表里没有 {about}"),
        "NOT_PLAIN" => format!("引用的文件名 {about} 不规范"),
        "NO_REFERENCES" => "没有写明保护哪些文件".to_owned(),
        "DIGEST" => format!("摘要算法“{about}”不是 SM3"),
        "OTHER_BYTES" => "时间戳盖的是别的内容".to_owned(),
        "CONTENT_TYPE" => format!("签名的内容类型 {about} 不是文件"),
        "SEAL_HEADER" => format!("印章的头部标识“{about}”不是 ES"),
        "SEAL_VERSION" => format!("印章版本 {about}"),
        "SIGNATURE_VERSION" => format!("签章版本 {about}"),
        "SUSPENDED" => "已经停用".to_owned(),
        "REVOKED" => "已经撤销".to_owned(),
        other => return told_reason(other).map(str::to_owned),
    })
}

/// Why a certificate is not trusted, by the stable word of crate ofd.
pub fn told_reason(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "NO_CERTIFICATE" => "签名里没有签名人的证书",
        "NO_PATH" => "从这张证书找不到通向可信根证书的路径",
        "BAD_SIGNATURE" => "证书上的签名无效",
        "NOT_CA" => "签发它的证书不是证书机构的证书",
        "PATH_TOO_LONG" => "证书的路径太长",
        "WRONG_USAGE" => "证书不能用于签名",
        "CRITICAL_EXTENSION" => "证书有不认识的关键扩展",
        "NOT_YET_VALID" => "证书当时还没有生效",
        "EXPIRED" => "证书当时已经过期",
        "REVOKED" => "证书已被吊销",
        _ => return None,
    })
}

/// A fault for people: what is wrong with the bytes, and where.
pub fn told(fault: &Fault) -> String {
    said(fault.reason, &fault.place)
}

fn said(reason: &str, place: &str) -> String {
    let sentence = match reason {
        "ofd.entrance" => "这不是 OFD 文件：里面没有 OFD 的入口（OFD.xml）",
        "ofd.missing" | "read.missing" => return format!("文件不完整：缺少 {place}"),
        "ofd.signatures" => "签章列表的写法不对",
        "zip.format" => "这不是 OFD 文件，或者文件没有下载完整",
        "zip.checksum" | "zip.inflate" => return format!("文件已经损坏：{place} 解不开"),
        "zip.encrypted" => "文件被加密，打不开",
        "zip.size" | "zip.file_size" | "zip.total_size" | "zip.files" => "文件太大，超过了能验证的上限",
        "zip.ratio" => return format!("文件里的 {place} 压缩比过高，不能安全打开"),
        "zip.zip64" | "zip.disks" | "zip.method" => "文件的压缩方式不受支持",
        "zip.name" | "zip.link" => return format!("文件里有不规范的文件名 {place}"),
        "zip.duplicate" => return format!("文件里有重名的文件 {place}"),
        "zip.prefix" | "zip.trailing" | "zip.gap" | "zip.overlap" | "zip.mismatch" => {
            "文件的压缩包里夹带了别的内容，各家软件看到的可能不同"
        }
        "verify.kind" => "这不是 OFD 文件、印章、签章值或证据包",
        "evidence.missing" => return format!("证据包不完整：缺少 {place}"),
        "evidence.json" => return format!("证据包里的 {place} 读不出来"),
        "evidence.format" => return format!("不认识的证据包格式“{place}”"),
        "signed_data.certificate" | "signed_data.no_signer" => "签名里没有签名人的证书",
        "signed_data.digest" => "签名对应的是别的内容",
        "signed_data.signature" | "signer.mismatch" => "签名和内容不符",
        _ => return said_by_kind(reason, place),
    };
    sentence.to_owned()
}

/// The rest by the part of the file that was being read.
fn said_by_kind(reason: &str, place: &str) -> String {
    let what = match reason.split('.').next().unwrap_or_default() {
        "xml" => "文件里的 XML 写法不对",
        "der" => "数据的编码（DER）不对",
        "x509" => "证书的格式不对",
        "ses" => "印章或签章值的结构不对",
        "sm2" => "签名值或公钥的格式不对",
        "signed_data" => "签名消息的结构不对",
        "time" | "time_stamp" => "时间戳的格式不对",
        "read" => "文件的内容读不出来",
        _ => "文件读不出来",
    };
    if place.is_empty() { what.to_owned() } else { format!("{what}（{place}）") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_told_in_sentences() {
        let told = |code, detail: &str| sentence(&Finding::new(code, detail));
        assert_eq!(told(Code::SignInvalid, ""), "签名无效");
        assert_eq!(told(Code::SealRevoked, "REVOKED"), "盖章时印章已经停用或撤销：已经撤销");
        let old = told(Code::RevocationUnknown, "LIST_UNTIL 2026-09-24 09:59:59");
        assert_eq!(old, "证书吊销列表已于 2026-09-24 09:59:59 过期，查不到签章人证书此后是否被吊销");
        assert!(told(Code::RevocationUnknown, "NO_LIST").starts_with("没有签发机构的证书吊销列表"));
        let gone = told(Code::ContentChanged, "MISSING Doc_0/Pages/Page_0/Content.xml");
        assert_eq!(gone, "文件内容盖章以后被改动：缺少文件 Doc_0/Pages/Page_0/Content.xml");
        assert_eq!(told(Code::SealExpired, "2025 - 2026"), "盖章时印章不在有效期内：2025 - 2026");
        assert_eq!(told(Code::BadFormat, "der.size: 12"), "签章的格式不对：数据的编码（DER）不对（12）");
        let untrusted = told(Code::SignerUntrusted, "NO_PATH");
        assert!(untrusted.ends_with("找不到通向可信根证书的路径"), "{untrusted}");
    }

    #[test]
    fn every_step_has_a_sentence_for_not_being_taken() {
        for code in Code::ALL {
            assert!(not_checked(code).contains('：'), "{code}");
        }
    }

    #[test]
    fn whatever_cannot_be_read_is_told_in_chinese() {
        for (reason, place) in [
            ("ofd.entrance", "OFD.xml"),
            ("zip.format", "no end of the directory"),
            ("zip.trailing", "behind 12"),
            ("zip.ratio", "files/a.pdf"),
            ("evidence.missing", "events.json"),
            ("evidence.json", "events.json"),
            ("signed_data.signature", "somebody"),
            ("xml.depth", ""),
        ] {
            let sentence = told(&Fault::new(reason, place));
            assert!(!sentence.contains(reason), "{sentence}");
            assert!(sentence.chars().any(|c| ('一'..='龥').contains(&c)), "{sentence}");
            assert!(!sentence.contains("no end") && !sentence.contains("behind"), "{sentence}");
        }
    }
}
