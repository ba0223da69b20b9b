//! The bodies of every division, made from the kinds of departments.

use crate::catalog::{Body, Department, Dictionary, DivisionRow};
use base::{Error, Result, crypt};
use norms::{CountyKind, CreditCode, Division, DivisionLevel};

/// The symbols an organisation code is made of (GB 32100).
const SYMBOLS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// One body for each department and division in force.
pub(super) fn make(departments: &[Department], dictionary: &Dictionary) -> Result<Vec<Body>> {
    let mut bodies = Vec::new();
    for department in departments {
        for division in norms::divisions() {
            bodies.push(body(department, division, dictionary)?);
        }
    }
    Ok(bodies)
}

fn body(department: &Department, division: &Division, dictionary: &Dictionary) -> Result<Body> {
    let area = dictionary.area_code(division.code);
    let name = match division.level {
        DivisionLevel::Province => department.province.clone(),
        DivisionLevel::City => department.city.replace("{name}", division.name),
        DivisionLevel::County => department.county.replace("{name}", &name_in_titles(division)),
    };
    Ok(Body {
        credit_code: credit_code(&department.key, division.code)?.to_string(),
        department: department.key.clone(),
        division: division.code.to_owned(),
        name,
        consult: department.consult.replace("{area}", area),
        complain: department.complain.replace("{area}", area),
        synthetic: true,
    })
}

/// Bureaus of city districts carry the city's name: 南京市鼓楼区 and 徐州市鼓楼区 are two. Counties, cities at
/// county level and zones stand for themselves.
fn name_in_titles(division: &Division) -> String {
    let city = division.parent.and_then(norms::find).map_or("", |parent| parent.name);
    match division.county_kind() {
        Some(CountyKind::District) => format!("{city}{}", division.name),
        _ => division.name.to_owned(),
    }
}

/// Stable for a department and a division, and never that of a real body's register: the organisation code
/// is drawn from a digest. Both check characters hold.
pub(super) fn credit_code(department: &str, division: &str) -> Result<CreditCode> {
    let digest =
        crypt::sm3_of(&[b"yiwang demonstration body", department.as_bytes(), b"/", division.as_bytes()]);
    let drawn = digest.iter().take(6).map(|byte| char::from(SYMBOLS[usize::from(*byte) % SYMBOLS.len()]));
    let organisation: String = "MB".chars().chain(drawn).collect();
    CreditCode::make('1', '1', division, &organisation).map_err(|e| Error::Bug(e.into()))
}

pub(super) fn division_row(division: &Division) -> DivisionRow {
    let level = match division.level {
        DivisionLevel::Province => "province",
        DivisionLevel::City => "city",
        DivisionLevel::County => "county",
    };
    DivisionRow {
        code: division.code.to_owned(),
        name: division.name.to_owned(),
        level: level.to_owned(),
        parent: division.parent.unwrap_or_default().to_owned(),
        statutory: division.statutory,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_stable_distinct_and_pass_both_checks() {
        let mut seen = HashSet::new();
        for department in ["market", "health", "police", "education", "water"] {
            for division in norms::divisions() {
                let code = credit_code(department, division.code).unwrap();
                assert_eq!(code, credit_code(department, division.code).unwrap());
                assert_eq!((code.registrar(), code.warning()), ('1', None));
                assert_eq!(code.division().as_str(), division.code);
                assert!(seen.insert(code));
            }
        }
    }

    #[test]
    fn bureaus_of_two_districts_with_one_name_are_told_apart() {
        let name = |code: &str| name_in_titles(norms::find(code).unwrap());
        assert_eq!(name("320106"), "南京市鼓楼区");
        assert_eq!(name("320302"), "徐州市鼓楼区");
        assert_eq!(name("320281"), "江阴市");
        assert_eq!(name("320576"), "苏州工业园区");
    }
}
