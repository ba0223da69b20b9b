//! What a certificate says of itself elsewhere: the custom data of its file, and the row of the directory
//! that is reported upward (standards §4; GB/T 36902, 36903). Who sealed the file, when, and with which seal
//! (ZZQZR, ZZQZSJ, ZZQZMC) the layout writes: that is known once the seal has been taken ([`crate::documents`]).

use super::certificate::Certificate;
use super::operation::Operation;
use base::Millis;
use norms::Day;
use norms::codes::LicenceStatus;

/// Purpose and term of an annotated copy (加注件).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation<'a> {
    pub made_at: Millis,
    pub maker: &'a str,
    pub purpose: &'a str,
    pub valid_until: Day,
}

/// The custom data of a file made at an instant: keys are initials, business fields are prefixed `KZ_`. Days are
/// `YYYYMMDD`, instants `YYYYMMDDThhmmss` in Asia/Shanghai; what does not exist has no pair. ZZBFRQ is the day
/// the certificate was issued, CJSJ the time its file was made.
pub fn metadata(certificate: &Certificate, made_at: Millis) -> Vec<(String, String)> {
    let kind = certificate.holder_code_type();
    let mut pairs = vec![
        ("ZZMC", certificate.type_name.clone()),
        ("ZZLXDM", certificate.type_code.clone()),
        ("ZZBH", certificate.number.clone()),
        ("ZZBS", certificate.identifier.clone()),
        ("ZZBFJG", certificate.issuer_name.clone()),
        ("ZZBFJGDM", certificate.issuer.clone()),
        ("ZZBFRQ", Day::from_millis_shanghai(certificate.issued_at).basic()),
        ("CZZT", certificate.holder_name.clone()),
        ("CZZTDM", certificate.holder_code.clone()),
        ("CZZTDMLX", kind.name().to_owned()),
        ("CZZTDMLXDM", kind.code().to_owned()),
        ("ZZYXQQSRQ", certificate.valid_from.basic()),
    ];
    if let Some(until) = certificate.valid_until {
        pairs.push(("ZZYXQJZRQ", until.basic()));
    }
    pairs.push(("CJSJ", Day::basic_instant(made_at)));
    let own = pairs.into_iter().map(|(key, value)| (key.to_owned(), value));
    let business = certificate.data.iter().map(|datum| (format!("KZ_{}", datum.key), datum.value.clone()));
    own.chain(business).collect()
}

/// The pairs an annotated copy has besides.
pub fn annotation(annotation: &Annotation<'_>) -> Vec<(String, String)> {
    let pairs = [
        ("JZJZZSJ", Day::basic_instant(annotation.made_at)),
        ("JZJZZZ", annotation.maker.to_owned()),
        ("JZJZZSY", annotation.purpose.to_owned()),
        ("JZJYXQJZSJ", annotation.valid_until.basic()),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// One row of the directory that is reported upward; each text is cut to the width of its column.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DirectoryRow {
    pub certificate_source_id: String,
    pub certificate_name: String,
    /// The kind of result: 证照 types are named by their own name.
    pub certificate_type: String,
    pub certificate_type_code: String,
    pub certificate_number: String,
    pub certificate_holder: String,
    pub certificate_holder_code: String,
    /// 001, 111 …
    pub certificate_holder_type: String,
    pub issue_dept: String,
    pub issue_dept_code: String,
    /// `YYYYMMDD`.
    pub issue_date: String,
    pub certificate_area_code: String,
    pub valid_from: String,
    /// Empty for long-term certificates.
    pub valid_until: String,
    /// 001 …
    pub version: String,
    /// 01 … 99, as of the day of the report.
    pub status: String,
    /// Of the last act on it: 01 … 08.
    pub operation: String,
    /// The version or licence it came in place of; renewal, change and transfer must name it.
    pub supersedes: String,
    pub superseded_by: String,
}

pub fn directory_row(certificate: &Certificate, operation: Operation, today: Day) -> DirectoryRow {
    let version = norms::LicenceId::parse_imported(&certificate.identifier)
        .map_or_else(|_| "001".to_owned(), |id| format!("{:03}", id.version()));
    DirectoryRow {
        certificate_source_id: cut(&certificate.identifier, 128),
        certificate_name: cut(&certificate.type_name, 512),
        certificate_type: cut(&certificate.type_name, 256),
        certificate_type_code: cut(&certificate.type_code, 64),
        certificate_number: cut(&certificate.number, 128),
        certificate_holder: cut(&certificate.holder_name, 256),
        certificate_holder_code: cut(&certificate.holder_code, 256),
        certificate_holder_type: certificate.holder_code_type().code().to_owned(),
        issue_dept: cut(&certificate.issuer_name, 256),
        issue_dept_code: cut(&certificate.issuer, 32),
        issue_date: Day::from_millis_shanghai(certificate.issued_at).basic(),
        certificate_area_code: cut(&certificate.area, 32),
        valid_from: certificate.valid_from.basic(),
        valid_until: certificate.valid_until.map(Day::basic).unwrap_or_default(),
        version,
        status: status_code(certificate, today),
        operation: operation.code().to_owned(),
        supersedes: cut(&certificate.supersedes, 128),
        superseded_by: cut(&certificate.superseded_by, 128),
    }
}

fn status_code(certificate: &Certificate, today: Day) -> String {
    let status: LicenceStatus = certificate.status_on(today);
    status.code().to_owned()
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
