//! The columns of a type's sheet.

use crate::catalog::CertificateType;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// `identifier`, `number` … or `field.` and the key of a field of the type.
    pub key: String,
    /// What stands in the first row.
    pub label: String,
    pub required: bool,
}

/// Fields of a type that the columns of every type already hold.
pub(super) const OF_HOLDER: [&str; 2] = ["name", "credit_code"];

/// How a certificate stands; sheets from before this column was there have none.
pub(super) const STATUS: &str = "status";

/// The columns of a type: eight that all have, then its own fields.
pub fn columns(kind: &CertificateType) -> Vec<Column> {
    let fixed = [
        ("identifier", "证照标识", false),
        ("number", "证照编号", true),
        ("holder_name", "持证人名称", true),
        ("holder_code", if kind.holder == "legal" { "统一社会信用代码" } else { "公民身份号码" }, true),
        ("issued_on", "颁发日期", true),
        ("valid_from", "有效期起", false),
        ("valid_until", "有效期止", false),
        (STATUS, "状态", false),
    ];
    let own = kind.fields.iter().filter(|field| !OF_HOLDER.contains(&field.key.as_str()));
    let column = |key: String, label: &str, required| Column { key, label: label.to_owned(), required };
    fixed
        .into_iter()
        .map(|(key, label, required)| column(key.to_owned(), label, required))
        .chain(own.map(|field| column(format!("fields.{}", field.key), &field.label, false)))
        .collect()
}
