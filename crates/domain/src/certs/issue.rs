//! Issuing: the row, its identifier and its journal event, in the transaction of the decision.

use super::certificate::{Certificate, Datum};
use super::enter::{Entry, enter, say};
use super::file::make_file;
use super::operation::Operation;
use super::store;
use crate::Cx;
use crate::catalog::{Answers, Body, CertificateType};
use crate::identity::{self, Actor, Profile};
use base::{Error, Id, Result};
use db::Tx;
use norms::codes::LicenceStatus;
use norms::{CreditCode, Day, LicenceId};
use serde_json::json;

pub struct NewCertificate<'a> {
    pub certificate_type: &'a CertificateType,
    pub holder: &'a Profile,
    pub issuer: &'a Body,
    /// Answers of the case that the certificate is filled from.
    pub answers: &'a Answers,
    /// None only for stock (存量): certificates that were issued before this library existed.
    pub case: Option<Id>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Issued {
    pub identifier: String,
    pub number: String,
    pub type_name: String,
}

/// Issues a certificate. The caller has authorized the decision behind it.
pub async fn issue(tx: &mut Tx<'_>, cx: &Cx, new: NewCertificate<'_>) -> Result<Issued> {
    if new.case.is_none() && cx.actor != Actor::System {
        return Err(Error::refused("certs.case_needed", "没有办结的办件，不能签发证照"));
    }
    let kind = new.certificate_type;
    let (identifier, number) = next_identifier(tx, cx, kind, new.issuer).await?;
    let code = match new.certificate_type.fields.iter().any(|field| field.from == CREDIT_CODE)
        && !new.answers.contains_key(CREDIT_CODE)
    {
        true => Some(new_credit_code(tx, &new).await?),
        false => None,
    };
    let data = fill(&new, code, cx);
    let certificate = certificate_of(cx, &new, identifier.as_str(), number.clone(), data);
    let entry = Entry { act: "new", operation: Operation::New, reason: "", other_identifier: "" };
    enter(tx, cx, &certificate, entry).await?;
    let detail = json!({ "identifier": certificate.identifier, "type": kind.key, "case": new.case });
    say(tx, cx, &certificate, "certs.issued", &detail).await?;
    if new.case.is_some() {
        make_file(tx, cx, &certificate, Some(new.holder.party())).await?;
    }
    Ok(Issued { identifier: certificate.identifier, number, type_name: certificate.type_name })
}

fn certificate_of(
    cx: &Cx,
    new: &NewCertificate<'_>,
    identifier: &str,
    number: String,
    data: Vec<Datum>,
) -> Certificate {
    let (kind, today) = (new.certificate_type, cx.today());
    let own = |key: &str| data.iter().find(|datum| datum.key == key).map(|datum| datum.value.clone());
    let legal = kind.holder == "legal";
    // A newly founded firm is the holder of its licence, not the person who founded it.
    let holder_code =
        own("credit_code").filter(|_| legal).unwrap_or_else(|| new.holder.applicant_code().to_owned());
    Certificate {
        id: cx.id(),
        identifier: identifier.to_owned(),
        type_key: kind.key.clone(),
        type_code: kind.code.clone(),
        type_name: kind.name.clone(),
        number,
        holder_name: own("name").filter(|_| legal).unwrap_or_else(|| new.holder.applicant_name().to_owned()),
        holder_hash: new.holder.holder_index(cx),
        code_hash: identity::code_index(cx, &holder_code),
        holder_code,
        issuer: new.issuer.credit_code.clone(),
        issuer_name: new.issuer.name.clone(),
        area: new.issuer.division.clone(),
        status: LicenceStatus::Valid,
        status_text: String::new(),
        operation: Operation::New,
        valid_from: today,
        valid_until: last_day(kind, today),
        data,
        case: new.case,
        issued_at: cx.now,
        stock: false,
        supersedes: String::new(),
        superseded_by: String::new(),
        check_ok: true,
        version: 1,
    }
}

/// The last day of a term of n years is the day before its anniversary; none for long-term types.
pub(super) fn last_day(kind: &CertificateType, from: Day) -> Option<Day> {
    (kind.years > 0).then(|| from.plus_months(12 * kind.years as i32).plus(-1))
}

/// Numbers of a series in a row that stock has taken already: more than one body ever gave out in a year.
const MOST_TAKEN: u32 = 50_000;

/// An identifier and a number of the issuer's series of this year. What came in with its stock is passed over.
pub(super) async fn next_identifier(
    tx: &mut Tx<'_>,
    cx: &Cx,
    kind: &CertificateType,
    issuer: &Body,
) -> Result<(LicenceId, String)> {
    let year = cx.today().year();
    for _ in 0..MOST_TAKEN {
        let serial = store::next_serial(tx, &issuer.credit_code, year).await?;
        let text = format!("{}{year}{serial:07}", issuer.division);
        let identifier =
            LicenceId::make(&kind.code, &issuer.credit_code, &text, 1).map_err(|e| Error::Bug(e.into()))?;
        if !store::is_taken(tx, identifier.as_str()).await? {
            return Ok((identifier, licence_number(&kind.number, &issuer.division, year, serial)));
        }
    }
    Err(Error::bug(format!("the series of {} is taken for {MOST_TAKEN} numbers", issuer.credit_code)))
}

const CREDIT_CODE: &str = "trade.credit_code";
const FOUNDED: &str = "trade.founded";

/// Elements that the issuing body makes when nobody answered them.
pub(super) const MADE_BY_ISSUER: [&str; 2] = [CREDIT_CODE, FOUNDED];

/// Fields from the answers; what only the issuing body can give is made here.
fn fill(new: &NewCertificate<'_>, credit_code: Option<String>, cx: &Cx) -> Vec<Datum> {
    let mut data = Vec::new();
    for field in &new.certificate_type.fields {
        let answered = new.answers.get(&field.from).map(|values| values.join("、"));
        let value = match (answered, field.from.as_str()) {
            (Some(answered), _) => Some(answered),
            (None, CREDIT_CODE) => credit_code.clone(),
            (None, FOUNDED) => Some(cx.today().to_string()),
            (None, _) => None,
        };
        // A licence does not print a row for what does not exist: an individual business has no capital.
        if let Some(value) = value {
            data.push(Datum { key: field.key.clone(), label: field.label.clone(), value });
        }
    }
    data
}

/// The credit code of a newly registered market entity: registrar 9, category 1 (enterprise) or 2
/// (individual business), its division and an organisation code from the division's own series, which no year begins
/// anew: a code is given once.
async fn new_credit_code(tx: &mut Tx<'_>, new: &NewCertificate<'_>) -> Result<String> {
    let serial = store::next_code_serial(tx, &new.issuer.division).await?;
    let individual =
        new.answers.get("trade.kind").is_some_and(|kind| kind.iter().any(|k| k.contains("个体")));
    let category = if individual { '2' } else { '1' };
    let organisation = format!("MA{}", alphabet31(serial, 6));
    let code = CreditCode::make('9', category, &new.issuer.division, &organisation)
        .map_err(|e| Error::Bug(e.into()))?;
    Ok(code.as_str().to_owned())
}

/// Digits of the credit code's alphabet without the letters it forbids.
fn alphabet31(number: i64, width: usize) -> String {
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut digits = Vec::new();
    let mut rest = usize::try_from(number).unwrap_or(0);
    while rest > 0 || digits.len() < width {
        digits.push(ALPHABET[rest % ALPHABET.len()] as char);
        rest /= ALPHABET.len();
    }
    digits.iter().rev().collect()
}

/// Fills `{division}`, `{year}` and `{serial}` or `{serial:06}` of a number pattern.
fn licence_number(pattern: &str, division: &str, year: i32, serial: i64) -> String {
    let mut number = pattern.replace("{division}", division).replace("{year}", &year.to_string());
    for width in 1..=9usize {
        number = number.replace(&format!("{{serial:0{width}}}"), &format!("{serial:0width$}"));
    }
    number.replace("{serial}", &serial.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_filled_from_its_pattern() {
        assert_eq!(licence_number("{division}{year}{serial:06}", "320102", 2026, 17), "3201022026000017");
        assert_eq!(licence_number("JY2{serial}", "320102", 2026, 17), "JY217");
    }

    #[test]
    fn credit_code_digits_avoid_forbidden_letters() {
        assert_eq!(alphabet31(0, 6), "000000");
        assert_eq!(alphabet31(31, 6), "000010");
        assert!((0..5000).all(|n| !alphabet31(n, 6).contains(['I', 'O', 'S', 'V', 'Z'])));
    }
}
