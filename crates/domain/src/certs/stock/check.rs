//! One row against the rules of its columns. Pure.

use super::column::{OF_HOLDER, STATUS};
use super::{Column, Fault};
use crate::catalog::CertificateType;
use crate::certs::Datum;
use norms::{CitizenNumber, CreditCode, Day, LicenceId, LicenceStatus, upgrade_15};

/// What a right row says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checked {
    /// As it stood in the old system; none when the row had none.
    pub identifier: Option<LicenceId>,
    pub number: String,
    pub holder_name: String,
    pub holder_code: String,
    pub issued_on: Day,
    pub valid_from: Day,
    pub valid_until: Option<Day>,
    pub status: LicenceStatus,
    pub data: Vec<Datum>,
}

/// Characters a text may have, by column.
const MOST: [(&str, usize); 2] = [("number", 128), ("holder_name", 256)];
const MOST_FIELD: usize = 2_000;

/// How a certificate of the stock may stand.
const STATUSES: [LicenceStatus; 6] = [
    LicenceStatus::Valid,
    LicenceStatus::Suspended,
    LicenceStatus::Withdrawn,
    LicenceStatus::Cancelled,
    LicenceStatus::Expired,
    LicenceStatus::Revoked,
];

/// The certificate a row describes, or everything that is wrong with it.
pub(super) fn check(
    kind: &CertificateType,
    columns: &[Column],
    cells: &[String],
    today: Day,
) -> Result<Checked, Vec<Fault>> {
    let mut sheet = Reading { columns, cells, faults: Vec::new() };
    sheet.shape();
    let identifier = sheet.identifier();
    let holder_code = sheet.holder_code(kind, today);
    let issued_on = sheet.day("issued_on");
    let valid_from = sheet.day("valid_from");
    let valid_until = sheet.day("valid_until");
    let status = sheet.status();
    if issued_on.is_some_and(|day| day > today) {
        sheet.fault("issued_on", "不能晚于今天");
    }
    let from = valid_from.or(issued_on);
    if let (Some(from), Some(until)) = (from, valid_until)
        && until < from
    {
        sheet.fault("valid_until", "不能早于有效期起");
    }
    match (sheet.faults.is_empty(), issued_on, from, holder_code, status) {
        (true, Some(issued_on), Some(valid_from), Some(holder_code), Some(status)) => Ok(Checked {
            identifier,
            number: sheet.cell("number").to_owned(),
            holder_name: sheet.cell("holder_name").to_owned(),
            data: data(kind, &sheet, &holder_code),
            holder_code,
            issued_on,
            valid_from,
            valid_until,
            status,
        }),
        _ => Err(sheet.faults),
    }
}

/// The fields in the order of the type; name and code come from the holder.
fn data(kind: &CertificateType, sheet: &Reading<'_>, holder_code: &str) -> Vec<Datum> {
    let value = |key: &str| match key {
        "name" => sheet.cell("holder_name").to_owned(),
        "credit_code" => holder_code.to_owned(),
        key => sheet.cell(&format!("field.{key}")).to_owned(),
    };
    debug_assert!(OF_HOLDER.iter().all(|key| !value(key).is_empty()));
    let datum = |field: &crate::catalog::CertificateField| Datum {
        key: field.key.clone(),
        label: field.label.clone(),
        value: value(&field.key),
    };
    kind.fields.iter().map(datum).filter(|datum| !datum.value.is_empty()).collect()
}

struct Reading<'a> {
    columns: &'a [Column],
    cells: &'a [String],
    faults: Vec<Fault>,
}

impl Reading<'_> {
    fn cell(&self, key: &str) -> &str {
        let at = self.columns.iter().position(|column| column.key == key);
        at.and_then(|at| self.cells.get(at)).map_or("", |cell| cell.trim())
    }

    fn fault(&mut self, key: &str, message: impl Into<String>) {
        let column = self.columns.iter().position(|column| column.key == key).unwrap_or(0);
        self.faults.push(Fault { column, message: message.into() });
    }

    /// What must be there, and how long it may be.
    fn shape(&mut self) {
        for column in self.columns {
            let length = self.cell(&column.key).chars().count();
            let most = MOST.iter().find(|(key, _)| *key == column.key).map_or(MOST_FIELD, |(_, most)| *most);
            if length == 0 && column.required {
                self.fault(&column.key, "不能为空");
            } else if length > most {
                self.fault(&column.key, format!("太长，最多 {most} 字"));
            }
        }
    }

    /// Identifiers of other systems are kept as they are, whatever their check character (standards §1.6).
    fn identifier(&mut self) -> Option<LicenceId> {
        let text = self.cell("identifier").to_ascii_uppercase();
        if text.is_empty() {
            return None;
        }
        let read = LicenceId::parse_imported(&text);
        if read.is_err() {
            self.fault(
                "identifier",
                "不是电子证照标识，应以 1.2.156.3005.2 开头；没有标识请留空，由系统生成",
            );
        }
        read.ok()
    }

    fn holder_code(&mut self, kind: &CertificateType, today: Day) -> Option<String> {
        let text = self.cell("holder_code").to_ascii_uppercase();
        if text.is_empty() {
            return None;
        }
        let read = if kind.holder == "legal" {
            CreditCode::parse(&text).map(|code| code.as_str().to_owned()).map_err(|error| error.to_string())
        } else {
            let number =
                if text.len() == 15 { upgrade_15(&text) } else { CitizenNumber::parse(&text, today) };
            number.map(|number| number.as_str().to_owned()).map_err(|error| error.to_string())
        };
        match read {
            Ok(code) => Some(code),
            // Excel turns long numbers into floating point and loses their last digits.
            Err(_) if text.contains("E+") || text.contains('E') && text.contains('.') => {
                self.fault("holder_code", "号码已被 Excel 改成科学记数，请把单元格设为“文本”后重新填写");
                None
            }
            Err(message) => {
                self.fault("holder_code", message);
                None
            }
        }
    }

    /// A code or word of standards §4; empty means valid. What moved to another body or is something else has no
    /// place among the stock of this one.
    fn status(&mut self) -> Option<LicenceStatus> {
        let text = self.cell(STATUS).to_owned();
        if text.is_empty() {
            return Some(LicenceStatus::Valid);
        }
        let found = STATUSES.into_iter().find(|status| status.code() == text || status.name() == text);
        if found.is_none() {
            let words = STATUSES.map(|status| format!("{} {}", status.code(), status.name())).join("、");
            self.fault(STATUS, format!("不认识这个状态，应是：{words}；有效的可以留空"));
        }
        found
    }

    fn day(&mut self, key: &str) -> Option<Day> {
        let text = self.cell(key).to_owned();
        if text.is_empty() || (key == "valid_until" && text == "长期") {
            return None;
        }
        let day = day_of(&text);
        if day.is_none() {
            self.fault(key, "不是日期，请写成 2026-01-05 的样子");
        }
        day
    }
}

/// `2026-01-05`, `2026/1/5`, `2026.1.5`, `20260105`, `2026年1月5日`.
fn day_of(text: &str) -> Option<Day> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Day::parse_basic(text).ok();
    }
    let parts: Vec<&str> =
        text.trim_end_matches('日').split(['-', '/', '.', '年', '月']).map(str::trim).collect();
    let [year, month, day] = parts[..] else { return None };
    Day::new(
        year.parse().ok().filter(|year| (1900..=9999).contains(year))?,
        month.parse().ok()?,
        day.parse().ok()?,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        for text in ["2026-01-05", "2026/1/5", "2026.1.5", "20260105", "2026年1月5日"] {
            assert_eq!(day_of(text), Day::new(2026, 1, 5), "{text}");
        }
        for text in ["2026-13-01", "2026-02-30", "昨天", "5/1", "26-1-5", "99999999", "2026-1-5-1"] {
            assert_eq!(day_of(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd_for_a_date(text in "\\PC{0,30}") {
            let _ = day_of(&text);
        }
    }
}
