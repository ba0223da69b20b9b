//! A time limit as a guide states it, and the compression of promised against statutory limits.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::codes::LimitUnit;

/// An amount of a unit; amount 0 in any unit is 即办, done at once and shown as 当场办结.
///
/// `==` compares what is written: 7 natural days and 5 working days differ there, but are equal under [`Limit::compare`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limit {
    pub amount: u32,
    pub unit: LimitUnit,
}

/// An hour is 1/8, a natural day 5/7 of a working day; 1/56 measures all units without rounding.
const PARTS_PER_WORKING_DAY: u64 = 56;

impl Limit {
    pub const INSTANT: Limit = Limit { amount: 0, unit: LimitUnit::WorkingDay };

    pub const fn new(amount: u32, unit: LimitUnit) -> Limit {
        Limit { amount, unit }
    }

    pub const fn working_days(amount: u32) -> Limit {
        Limit { amount, unit: LimitUnit::WorkingDay }
    }

    pub const fn is_instant(self) -> bool {
        self.amount == 0
    }

    /// Working days for statistics: natural ÷ 7 × 5, month 21, year 252, hour 1/8. A real deadline comes from
    /// [`crate::Calendar::add_limit`], never from this.
    pub fn working_days_equivalent(self) -> f64 {
        self.parts() as f64 / PARTS_PER_WORKING_DAY as f64
    }

    /// Orders by the working-day equivalent, exactly.
    pub fn compare(self, other: Limit) -> Ordering {
        self.parts().cmp(&other.parts())
    }

    fn parts(self) -> u64 {
        let per_unit = match self.unit {
            LimitUnit::Hour => PARTS_PER_WORKING_DAY / 8,
            LimitUnit::NaturalDay => PARTS_PER_WORKING_DAY / 7 * 5,
            LimitUnit::WorkingDay => PARTS_PER_WORKING_DAY,
            LimitUnit::Month => PARTS_PER_WORKING_DAY * 21,
            LimitUnit::Year => PARTS_PER_WORKING_DAY * 252,
        };
        u64::from(self.amount) * per_unit
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = self.amount;
        match self.unit {
            _ if self.is_instant() => f.write_str("当场办结"),
            LimitUnit::Year => write!(f, "{amount} 年"),
            LimitUnit::Hour => write!(f, "{amount} 小时"),
            unit => write!(f, "{amount} 个{}", unit.name()),
        }
    }
}

/// 承诺时限压缩比 over a set of items, with what it was computed from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compression {
    /// 1 − Σ promised ÷ Σ statutory; negative when promises are longer than the law.
    pub ratio: f64,
    /// The mean of the single ratios, published beside the first one under its own label.
    pub mean_ratio: f64,
    /// In working days.
    pub statutory_sum: f64,
    /// In working days.
    pub promised_sum: f64,
    pub items: usize,
}

/// The ratio over (statutory, promised) pairs. Pairs whose statutory limit is 0 are left out, since nothing can be
/// shorter; None when no pair is left, shown as "—".
pub fn compression(pairs: &[(Limit, Limit)]) -> Option<Compression> {
    let counted: Vec<(f64, f64)> = pairs
        .iter()
        .filter(|(statutory, _)| !statutory.is_instant())
        .map(|(statutory, promised)| {
            (statutory.working_days_equivalent(), promised.working_days_equivalent())
        })
        .collect();
    if counted.is_empty() {
        return None;
    }
    let statutory_sum: f64 = counted.iter().map(|(statutory, _)| statutory).sum();
    let promised_sum: f64 = counted.iter().map(|(_, promised)| promised).sum();
    let single_ratios: f64 = counted.iter().map(|(statutory, promised)| 1.0 - promised / statutory).sum();
    Some(Compression {
        ratio: 1.0 - promised_sum / statutory_sum,
        mean_ratio: single_ratios / counted.len() as f64,
        statutory_sum,
        promised_sum,
        items: counted.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use LimitUnit::*;

    #[test]
    fn shown_in_chinese() {
        assert_eq!(Limit::working_days(5).to_string(), "5 个工作日");
        assert_eq!(Limit::new(15, NaturalDay).to_string(), "15 个自然日");
        assert_eq!(Limit::new(3, Month).to_string(), "3 个月");
        assert_eq!(Limit::new(1, Year).to_string(), "1 年");
        assert_eq!(Limit::new(2, Hour).to_string(), "2 小时");
        assert_eq!(Limit::new(0, Month).to_string(), "当场办结");
    }

    #[test]
    fn units_convert_as_the_indicator_says() {
        assert_eq!(Limit::new(7, NaturalDay).working_days_equivalent(), 5.0);
        assert_eq!(Limit::new(2, Month).working_days_equivalent(), 42.0);
        assert_eq!(Limit::new(1, Year).working_days_equivalent(), 252.0);
        assert_eq!(Limit::new(4, Hour).working_days_equivalent(), 0.5);
        assert_eq!(Limit::INSTANT.working_days_equivalent(), 0.0);
        assert_eq!(Limit::new(7, NaturalDay).compare(Limit::working_days(5)), Ordering::Equal);
        assert_eq!(Limit::new(20, NaturalDay).compare(Limit::working_days(15)), Ordering::Less);
        assert_eq!(Limit::new(1, Month).compare(Limit::working_days(20)), Ordering::Greater);
        assert_eq!(Limit::new(u32::MAX, Year).compare(Limit::INSTANT), Ordering::Greater);
    }

    #[test]
    fn the_published_example_of_compression() {
        let days = Limit::working_days;
        let result = compression(&[(days(20), days(8)), (days(10), days(0)), (days(5), days(5))]).unwrap();
        assert_eq!(format!("{:.1}", result.ratio * 100.0), "62.9");
        assert_eq!(format!("{:.1}", result.mean_ratio * 100.0), "53.3");
        assert_eq!((result.statutory_sum, result.promised_sum, result.items), (35.0, 13.0, 3));
    }

    #[test]
    fn nothing_is_divided_by_zero() {
        assert_eq!(compression(&[]), None);
        assert_eq!(compression(&[(Limit::INSTANT, Limit::INSTANT)]), None);
        let with_instant =
            [(Limit::INSTANT, Limit::INSTANT), (Limit::working_days(10), Limit::working_days(5))];
        assert_eq!(compression(&with_instant).map(|c| (c.ratio, c.items)), Some((0.5, 1)));
    }
}
