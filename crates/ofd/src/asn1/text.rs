//! Text and instants inside DER.

use crate::Time;

/// Text of any string kind. IA5 and Printable are read as UTF-8, because vendors put Chinese into them.
pub(super) fn read(tag: u8, body: &[u8]) -> Option<String> {
    match tag {
        // UTF8, Numeric, Printable, IA5, Visible, General
        0x0c | 0x12 | 0x13 | 0x16 | 0x1a | 0x1b => String::from_utf8(body.to_vec()).ok(),
        // Teletex: in practice UTF-8 or Latin-1
        0x14 => {
            String::from_utf8(body.to_vec()).ok().or_else(|| Some(body.iter().map(|b| *b as char).collect()))
        }
        // BMP
        0x1e if body.len().is_multiple_of(2) => {
            let units: Vec<u16> = body.as_chunks().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
            String::from_utf16(&units).ok()
        }
        _ => None,
    }
}

/// `YYMMDDhhmm[ss]` or `YYYYMMDDhh[mm[ss[.f…]]]`, then nothing, `Z` or `±hhmm`.
pub(crate) fn time(body: &[u8], two_digit_year: bool) -> Option<Time> {
    let text = std::str::from_utf8(body).ok().filter(|text| text.is_ascii())?;
    let zone_at = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at(zone_at);
    let (digits, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let year_digits = if two_digit_year { 2 } else { 4 };
    let long_enough = matches!(digits.len().checked_sub(year_digits), Some(6 | 8 | 10));
    if !long_enough || !digits.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| digits.get(from..to).map_or(Some(0), |d| d.parse::<u32>().ok());
    let year = i64::from(number(0, year_digits)?);
    let year = match two_digit_year {
        true if year < 50 => 2000 + year,
        true => 1900 + year,
        false => year,
    };
    let pair = |index: usize| number(year_digits + 2 * index, year_digits + 2 * index + 2);
    let local = Time::from_utc((year, pair(0)?, pair(1)?, pair(2)?, pair(3)?, pair(4)?)).ok()?;
    Some(Time(local.0 - offset(zone)?))
}

/// Seconds east of Greenwich.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    if zone.is_empty() {
        return Some(8 * 3600);
    }
    let (sign, digits) = zone.split_at(1);
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds = digits[..2].parse::<i64>().ok()? * 3600 + digits[2..].parse::<i64>().ok()? * 60;
    Some(if sign == "-" { -seconds } else { seconds })
}
