//! What the desk sees of personal numbers: enough to tell persons apart, not enough to use them.

use domain::catalog::{Element, ElementType};
use norms::mask;

/// An answer with its personal numbers masked; names, addresses and everything else in full.
pub(crate) fn answer(element: &Element, text: &str) -> String {
    match element.element_type {
        ElementType::CitizenNumber => mask::citizen_number(text),
        ElementType::Phone => mask::phone(text),
        // Lists of shareholders, drivers or family members hold numbers among names.
        ElementType::Text | ElementType::Textarea if element.sensitive => numbers(text),
        _ => text.to_owned(),
    }
}

/// Citizen number or credit code: the second belongs to an organisation and is public.
pub(crate) fn applicant_code(code: &str) -> String {
    if norms::CreditCode::parse(code).is_ok() { code.to_owned() } else { mask::citizen_number(code) }
}

/// Digits that can be a telephone (11), an account or a citizen number, wherever they stand.
const SHORTEST: usize = 11;

fn numbers(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars() {
        // The check character of a citizen number ends its run.
        if c.is_ascii_digit() || (run.len() == 17 && matches!(c, 'X' | 'x')) {
            run.push(c);
            continue;
        }
        masked.push_str(&masked_run(&run));
        run.clear();
        masked.push(c);
    }
    masked + &masked_run(&run)
}

fn masked_run(run: &str) -> String {
    match run.len() {
        0..SHORTEST => run.to_owned(),
        SHORTEST => mask::phone(run),
        18 => mask::citizen_number(run),
        _ => mask::bank_card(run),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_masked_where_they_stand() {
        assert_eq!(
            numbers("演示·王 32010219900101123X，13812343210；出资200万元"),
            "演示·王 320***********123X，138****3210；出资200万元"
        );
        assert_eq!(numbers("6222020200112233445"), "****3445");
        assert_eq!(numbers("演示路1号"), "演示路1号");
    }

    #[test]
    fn an_organisation_has_nothing_to_hide() {
        assert_eq!(applicant_code("91320102MA0XX00151"), "91320102MA0XX00151");
        assert_eq!(applicant_code("32010219900101123X"), "320***********123X");
    }
}
