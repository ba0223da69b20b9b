//! What may stand in a text people write: nothing that its reader cannot see. Pure.
//!
//! Reasons, opinions and purposes go onto sealed documents and into the journal, where nothing is put right any
//! more: a character that turns the reading order makes a document say something else than was decided.

use base::Refusal;

/// Control characters, and the invisible ones that turn or hide what a clerk reads.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text of one line: a name, a title.
pub(crate) fn line(field: impl Into<String>, text: &str) -> Result<(), Refusal> {
    printable(field, text, |_| false)
}

/// A text that may have several lines.
pub(crate) fn paragraph(field: impl Into<String>, text: &str) -> Result<(), Refusal> {
    printable(field, text, |c| matches!(c, '\n' | '\r'))
}

fn printable(field: impl Into<String>, text: &str, allowed: fn(char) -> bool) -> Result<(), Refusal> {
    match text.chars().any(|c| is_unprintable(c) && !allowed(c)) {
        true => {
            let message = "里面有看不见或不能识别的字符，请删去后重新输入，不要从别处粘贴";
            Err(Refusal::at("form.characters", field, message))
        }
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_cannot_see_is_no_text() {
        for hidden in [
            '\0', '\t', '\u{1b}', '\u{7f}', '\u{61c}', '\u{200b}', '\u{200f}', '\u{202e}', '\u{2066}',
            '\u{feff}',
        ] {
            let refusal = paragraph("reason", &format!("不符{hidden}合")).unwrap_err();
            assert_eq!((refusal.code, refusal.field.as_deref()), ("form.characters", Some("reason")));
        }
        assert!(paragraph("reason", "第一行\r\n第二行，Ａ１🈶 (1)").is_ok());
        assert!(line("name", "演示·金陵小厨").is_ok() && line("name", "上\n下").is_err());
    }
}
