//! A show code to be typed, for a camera that fails: eight characters in place of the QR code.
//!
//! It stands for one code and lives, works once and dies with it. It is kept as a keyed hash with the code sealed
//! beside it; who guesses has a minute, a limit on attempts, and one chance in 8·10¹¹ for each code alive.

use super::showing::{self, Shown};
use super::store;
use crate::Cx;
use base::{Error, Millis, Result};
use db::Tx;

/// Characters of a code.
pub const CODE_LENGTH: usize = 8;

const PURPOSE: &str = "certificate show code";

/// Makes the code to be typed for a token that has just been made.
pub(super) async fn keep(tx: &mut Tx<'_>, cx: &Cx, token: &str, ends_at: Millis) -> Result<String> {
    for _ in 0..3 {
        let mut random = [0; CODE_LENGTH];
        cx.rng().fill(&mut random);
        let code = norms::query_code(random);
        if store::keep_code(tx, cx, &hash(cx, &code), token, ends_at).await? {
            return Ok(code);
        }
    }
    Err(Error::bug("three show codes in a row were taken"))
}

fn hash(cx: &Cx, code: &str) -> String {
    cx.keys().token_hash(PURPOSE, code)
}

/// What was typed, as it was made: case, blanks and strokes do not matter.
fn plain(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect()
}

/// Scans the code somebody typed, as [`super::scan`] does with one from a camera.
pub async fn scan_typed(tx: &mut Tx<'_>, cx: &Cx, code: &str) -> Result<Shown> {
    // First who asks: nobody learns which codes are alive without being known.
    showing::must_be_known(&cx.actor)?;
    let code = plain(code);
    let wrong = |message: &str| Error::refused_at("certs.show_unknown", "code", message);
    if code.chars().count() != CODE_LENGTH {
        return Err(wrong(&format!("请输入对方页面上的 {CODE_LENGTH} 位亮证码")));
    }
    let token = store::take_code(tx, cx, &hash(cx, &code)).await?;
    let token = token.ok_or_else(|| wrong("亮证码不对，或者已经过期、用过。请核对，或请对方换一个新码"))?;
    showing::scan(tx, cx, &token).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        assert_eq!(plain(" k7m2-qxpd "), "K7M2QXPD");
        assert_eq!(plain("K7M2 QXPD"), "K7M2QXPD");
    }
}
