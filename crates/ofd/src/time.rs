//! Instants as the norms write them.

use crate::{Fault, Result};

/// Seconds since 1970-01-01T00:00:00Z. Seals and signatures know no finer time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// Year, month, day, hour, minute, second.
pub type Fields = (i64, u32, u32, u32, u32, u32);

impl Time {
    /// From civil fields in UTC; refuses a day or an hour that does not exist.
    pub fn from_utc(fields: Fields) -> Result<Time> {
        let (year, month, day, hour, minute, second) = fields;
        let real = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        if !real {
            return Err(Fault::new("time.range", format!("{fields:?}")));
        }
        let of_day = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        Ok(Time(days_from_civil(year, month, day) * 86_400 + of_day))
    }

    pub fn to_utc(self) -> Fields {
        let (days, rest) = (self.0.div_euclid(86_400), self.0.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        (year, month, day, (rest / 3600) as u32, (rest / 60 % 60) as u32, (rest % 60) as u32)
    }

    /// `20260924020000Z`, the GeneralizedTime of DER.
    pub fn generalized(self) -> String {
        let (y, mo, d, h, mi, s) = self.to_utc();
        format!("{y:04}{mo:02}{d:02}{h:02}{mi:02}{s:02}Z")
    }

    /// `YYYY-MM-DD hh:mm:ss` in Beijing time, as people of the country read it.
    pub fn beijing(self) -> String {
        let (y, mo, d, h, mi, s) = Time(self.0 + 8 * 3600).to_utc();
        format!("{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}")
    }
}

fn days_in(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, counted from the first of March so that the
/// leap day comes last.
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let from_march = i64::from((month + 9) % 12);
    let day_of_year = (153 * from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * from_march + 2) / 5 + 1) as u32;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_the_norm_says() {
        let time = Time::from_utc((2026, 9, 24, 2, 0, 0)).unwrap();
        assert_eq!(time.0, 1_790_215_200);
        assert_eq!(time.generalized(), "20260924020000Z");
        assert_eq!(time.beijing(), "2026-09-24 10:00:00");
    }

    #[test]
    fn fields_and_seconds_agree_in_both_directions() {
        for day in (-800_000..800_000).step_by(997) {
            let time = Time(day * 86_400 + 12_345);
            if (1..=9999).contains(&time.to_utc().0) {
                assert_eq!(Time::from_utc(time.to_utc()), Ok(time));
            }
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        assert!(Time::from_utc((2026, 2, 29, 0, 0, 0)).is_err());
        assert!(Time::from_utc((2024, 2, 29, 0, 0, 0)).is_ok());
        assert!(Time::from_utc((2026, 13, 1, 0, 0, 0)).is_err());
        assert!(Time::from_utc((2026, 1, 1, 24, 0, 0)).is_err());
    }
}
