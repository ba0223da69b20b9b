//! One row against the rules of its columns. Pure.

use super::column::STATUS;
use super::{Column, Fault};
use crate::catalog::{Catalogue, CertificateType};
use crate::certs::Datum;
use crate::certs::field::{self, day_of};
use crate::legible;
use norms::{CitizenNumber, CreditCode, Day, LicenceId, LicenceStatus, upgrade_15};

/// What the rows of a sheet are measured by.
pub(super) struct Rules<'a> {
    pub catalogue: &'a Catalogue,
    pub kind: &'a CertificateType,
    /// Credit code of the body whose stock it is.
    pub body: &'a str,
    pub columns: &'a [Column],
    pub today: Day,
}

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
pub(super) fn check(rules: &Rules<'_>, cells: &[String]) -> Result<Checked, Vec<Fault>> {
    let Rules { kind, columns, today, .. } = *rules;
    let mut sheet = Reading { columns, cells, faults: Vec::new() };
    sheet.shape();
    let identifier = sheet.identifier(rules);
    let holder_code = sheet.holder_code(kind, today);
    let issued_on = sheet.day("issued_on");
    let valid_from = sheet.day("valid_from");
    let valid_until = sheet.day("valid_until");
    let status = sheet.status();
    let data = sheet.data(rules, holder_code.as_deref().unwrap_or_default());
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
            data,
            holder_code,
            issued_on,
            valid_from,
            valid_until,
            status,
        }),
        _ => Err(sheet.faults),
    }
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
            } else if MOST.iter().any(|(key, _)| *key == column.key)
                && let Err(refusal) = legible::line(&column.key, self.cell(&column.key))
            {
                self.fault(&column.key, refusal.message);
            }
        }
    }

    /// The fields in the order of the type; name and code come from the holder.
    fn data(&mut self, rules: &Rules<'_>, holder_code: &str) -> Vec<Datum> {
        let mut data = Vec::new();
        for field in &rules.kind.fields {
            let column = format!("fields.{}", field.key);
            let value = match field.key.as_str() {
                "name" => self.cell("holder_name").to_owned(),
                "credit_code" => holder_code.to_owned(),
                _ => match self.cell(&column) {
                    "" => String::new(),
                    cell => {
                        field::kept(rules.catalogue, field, cell, rules.today).unwrap_or_else(|refusal| {
                            self.fault(&column, refusal.message);
                            String::new()
                        })
                    }
                },
            };
            if !value.is_empty() {
                data.push(Datum { key: field.key.clone(), label: field.label.clone(), value });
            }
        }
        data
    }

    /// Identifiers of other systems are kept as they are, whatever their check character (standards §1.6). Those
    /// made in the name of a body that is here are that body's alone: whoever held one of the next in its series
    /// would stand in the way of its decisions.
    fn identifier(&mut self, rules: &Rules<'_>) -> Option<LicenceId> {
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
        let read = read.ok()?;
        let Rules { catalogue, kind, body, .. } = *rules;
        match catalogue.body(read.issuer()) {
            Some(other) if other.credit_code != body => {
                let message = format!("这个标识属于{}，只能由该单位导入；请核对", other.name);
                self.fault("identifier", message);
                None
            }
            Some(_) if read.type_code() != kind.code => {
                let message = format!(
                    "标识里的证照类型代码不是“{}”的（{}），请核对；没有标识请留空，由系统生成",
                    kind.name, kind.code
                );
                self.fault("identifier", message);
                None
            }
            _ => Some(read),
        }
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
