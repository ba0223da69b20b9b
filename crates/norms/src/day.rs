//! A calendar day as the law counts it: in China Standard Time, without a clock in it.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar from 1800-01-01 to 2200-12-31; the standards' own examples have people of 1880.
///
/// In documents and in serde `YYYY-MM-DD`, in exchange between offices `YYYYMMDD` ([`Day::basic`], GB/T 7408).
/// Arithmetic that would leave the range stops at its edge, so no stored date can break a deadline list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32); // days since 1970-01-01

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("日期应为 YYYY-MM-DD，且在 1800 至 2200 年之间")]
pub struct DayError;

const FIRST_YEAR: i32 = 1800;
const LAST_YEAR: i32 = 2200;
const MILLIS_PER_DAY: i64 = 86_400_000;
/// China has kept one offset without daylight saving since 1991.
const SHANGHAI_OFFSET_MILLIS: i64 = 8 * 3_600_000;
const DAYS_BEFORE_MONTH: [i32; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

impl Day {
    /// 1800-01-01.
    pub const MIN: Day = Day(days_before_year(FIRST_YEAR) - days_before_year(1970));
    /// 2200-12-31.
    pub const MAX: Day = Day(days_before_year(LAST_YEAR + 1) - days_before_year(1970) - 1);

    /// The day, if it exists in the calendar and lies in 1800..=2200.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Day> {
        let exists = (FIRST_YEAR..=LAST_YEAR).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        exists.then(|| {
            let in_year = days_before_month(year, month) + day as i32 - 1;
            Day(days_before_year(year) - days_before_year(1970) + in_year)
        })
    }

    pub fn year(self) -> i32 {
        self.civil().0
    }

    pub fn month(self) -> u32 {
        self.civil().1
    }

    pub fn day(self) -> u32 {
        self.civil().2
    }

    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        Weekday::ALL[(self.0 + 3).rem_euclid(7) as usize]
    }

    /// The day `days` later, or earlier when negative.
    pub fn plus(self, days: i32) -> Day {
        Day(self.0.saturating_add(days).clamp(Day::MIN.0, Day::MAX.0))
    }

    /// Calendar days from `other` to this day; negative when this day is earlier.
    pub fn days_since(self, other: Day) -> i32 {
        self.0 - other.0
    }

    /// The corresponding day `months` later, or that month's last day when there is none (民法典 art. 202).
    pub fn plus_months(self, months: i32) -> Day {
        let (year, month, day) = self.civil();
        let index = i64::from(year) * 12 + i64::from(month) - 1 + i64::from(months);
        let year =
            i32::try_from(index.div_euclid(12)).unwrap_or(if months < 0 { i32::MIN } else { i32::MAX });
        let month = index.rem_euclid(12) as u32 + 1;
        if year < FIRST_YEAR {
            return Day::MIN;
        }
        if year > LAST_YEAR {
            return Day::MAX;
        }
        Day::new(year, month, day.min(days_in_month(year, month))).expect("the day was cut to the month")
    }

    /// The legal day in Shanghai on which a UTC instant (milliseconds since 1970) falls.
    pub fn from_millis_shanghai(millis: i64) -> Day {
        let days = millis.saturating_add(SHANGHAI_OFFSET_MILLIS).div_euclid(MILLIS_PER_DAY);
        Day(days.clamp(i64::from(Day::MIN.0), i64::from(Day::MAX.0)) as i32)
    }

    /// The UTC instant (milliseconds since 1970) at which this day begins in Shanghai.
    pub fn start_millis_shanghai(self) -> i64 {
        i64::from(self.0) * MILLIS_PER_DAY - SHANGHAI_OFFSET_MILLIS
    }

    /// `YYYYMMDD`, the form of GB/T 39046 and of every number that contains a date.
    pub fn basic(self) -> String {
        let (year, month, day) = self.civil();
        format!("{year:04}{month:02}{day:02}")
    }

    /// A UTC instant (milliseconds since 1970) as `YYYYMMDDThhmmss` of Shanghai, the form of GB/T 39046 for
    /// date-times.
    pub fn basic_instant(millis: i64) -> String {
        let day = Day::from_millis_shanghai(millis);
        let seconds = (millis - day.start_millis_shanghai()) / 1000;
        format!("{}T{:02}{:02}{:02}", day.basic(), seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    /// Reads `YYYYMMDD`.
    pub fn parse_basic(text: &str) -> Result<Day, DayError> {
        if text.len() != 8 || !crate::text::all_digits(text) {
            return Err(DayError);
        }
        Day::from_parts(&text[..4], &text[4..6], &text[6..])
    }

    /// As people write it: `2026年9月24日`.
    pub fn chinese(self) -> String {
        let (year, month, day) = self.civil();
        format!("{year}年{month}月{day}日")
    }

    fn from_parts(year: &str, month: &str, day: &str) -> Result<Day, DayError> {
        let number = |text: &str| text.parse::<u32>().map_err(|_| DayError);
        Day::new(number(year)? as i32, number(month)?, number(day)?).ok_or(DayError)
    }

    fn civil(self) -> (i32, u32, u32) {
        // Counted from 1 March of the year 0, years end with their leap day, so that months and years follow from
        // divisions alone (Hinnant, chrono-Compatible Low-Level Date Algorithms, civil_from_days).
        let since_march = self.0 + days_before_year(1970) + 306;
        let (era, in_era) = (since_march.div_euclid(146_097), since_march.rem_euclid(146_097));
        let year_of_era = (in_era - in_era / 1_460 + in_era / 36_524 - in_era / 146_096) / 365;
        let in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * in_year + 2) / 153;
        let day = in_year - (153 * month + 2) / 5 + 1;
        let (month, new_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        (era * 400 + year_of_era + new_year, month as u32, day as u32)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        // Lists are full of days: digits in place take a fraction of the time of a format with widths.
        let digit = |number: u32| b'0' + (number % 10) as u8;
        let (year, dash) = (year.unsigned_abs(), b'-');
        let [y3, y2, y1, y0] = [year / 1000, year / 100, year / 10, year].map(digit);
        let [m1, m0, d1, d0] = [month / 10, month, day / 10, day].map(digit);
        let text = [y3, y2, y1, y0, dash, m1, m0, dash, d1, d0];
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Day, DayError> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes
                .iter()
                .enumerate()
                .all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
        if !shaped {
            return Err(DayError);
        }
        Day::from_parts(&text[..4], &text[5..7], &text[8..])
    }
}

crate::text::serde_as_text!(Day);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    pub fn is_weekend(self) -> bool {
        matches!(self, Weekday::Saturday | Weekday::Sunday)
    }

    pub fn name(self) -> &'static str {
        ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"][self as usize]
    }
}

const fn days_before_year(year: i32) -> i32 {
    let past = year - 1;
    past * 365 + past / 4 - past / 100 + past / 400
}

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_before_month(year: i32, month: u32) -> i32 {
    DAYS_BEFORE_MONTH[month as usize - 1] + i32::from(month > 2 && is_leap(year))
}

fn days_in_month(year: i32, month: u32) -> u32 {
    let plain = DAYS_BEFORE_MONTH[month as usize] - DAYS_BEFORE_MONTH[month as usize - 1];
    (plain + i32::from(month == 2 && is_leap(year))) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn knows_which_days_exist() {
        for text in ["2000-02-29", "2024-02-29", "1900-01-01", "2200-12-31", "2026-09-24"] {
            assert_eq!(day(text).to_string(), text);
        }
        for text in
            ["1900-02-29", "2023-02-29", "2026-13-01", "2026-00-01", "2026-04-31", "1799-12-31", "2201-01-01"]
        {
            assert_eq!(text.parse::<Day>(), Err(DayError), "{text}");
        }
        for text in ["2026-9-24", "20260924", "2026/09/24", "+026-09-24", "２０２６-09-24", ""] {
            assert_eq!(text.parse::<Day>(), Err(DayError), "{text}");
        }
    }

    #[test]
    fn every_day_is_read_as_it_is_written() {
        let mut day = Day::MIN;
        while day < Day::MAX {
            assert_eq!(day.to_string().parse(), Ok(day));
            day = day.plus(1);
        }
    }

    #[test]
    fn weekdays_and_forms() {
        assert_eq!(day("1970-01-01").weekday(), Weekday::Thursday);
        assert_eq!(day("2026-09-24").weekday(), Weekday::Thursday);
        assert_eq!(day("2026-01-04").weekday().name(), "星期日");
        assert!(day("1900-01-06").weekday().is_weekend());
        assert_eq!(day("2026-09-04").basic(), "20260904");
        assert_eq!(day("2026-09-04").chinese(), "2026年9月4日");
        assert_eq!(Day::parse_basic("20260904"), Ok(day("2026-09-04")));
        assert!(Day::parse_basic("2026-904").is_err());
    }

    #[test]
    fn months_end_on_the_corresponding_day_or_the_last_one() {
        assert_eq!(day("2026-01-31").plus_months(1), day("2026-02-28"));
        assert_eq!(day("2024-01-31").plus_months(1), day("2024-02-29"));
        assert_eq!(day("2024-02-29").plus_months(12), day("2025-02-28"));
        assert_eq!(day("2026-03-15").plus_months(-15), day("2024-12-15"));
        assert_eq!(day("2026-03-15").plus_months(i32::MAX), Day::MAX);
        assert_eq!(day("2026-03-15").plus_months(i32::MIN), Day::MIN);
    }

    #[test]
    fn the_legal_day_changes_at_sixteen_hours_utc() {
        let midnight = day("2026-09-25").start_millis_shanghai();
        assert_eq!(midnight, 1_790_265_600_000);
        assert_eq!(Day::from_millis_shanghai(midnight), day("2026-09-25"));
        assert_eq!(Day::from_millis_shanghai(midnight - 1), day("2026-09-24"));
        assert_eq!(Day::basic_instant(midnight), "20260925T000000");
        assert_eq!(Day::basic_instant(midnight - 1), "20260924T235959");
        assert_eq!(Day::from_millis_shanghai(0), day("1970-01-01"));
        assert_eq!(Day::from_millis_shanghai(i64::MAX), Day::MAX);
    }

    #[test]
    fn travels_as_text() {
        assert_eq!(serde_json::to_string(&day("2026-09-24")).unwrap(), "\"2026-09-24\"");
        assert!(serde_json::from_str::<Day>("\"2026-02-30\"").is_err());
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let mut today = Day::MIN;
        let mut expected = (1800, 1, 1);
        while today < Day::MAX {
            assert_eq!((today.year(), today.month(), today.day()), expected);
            let (y, m, d) = expected;
            expected = if d < days_in_month(y, m) {
                (y, m, d + 1)
            } else if m < 12 {
                (y, m + 1, 1)
            } else {
                (y + 1, 1, 1)
            };
            today = today.plus(1);
        }
    }

    proptest! {
        #[test]
        fn text_and_difference_round_trip(a in -62_091i32..84_371, n in -3000i32..3000) {
            let start = Day::from_millis_shanghai(i64::from(a) * MILLIS_PER_DAY);
            prop_assert_eq!(day(&start.to_string()), start);
            prop_assert_eq!(Day::parse_basic(&start.basic()), Ok(start));
            let end = start.plus(n);
            prop_assert!(end == Day::MIN || end == Day::MAX || end.days_since(start) == n);
        }

        #[test]
        fn parsing_never_panics(text in "\\PC*") {
            let _ = text.parse::<Day>();
            let _ = Day::parse_basic(&text);
        }
    }
}
