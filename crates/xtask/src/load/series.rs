//! Figures of several rounds, and the table they end in.

use std::fmt::Write;

/// One measure, once per round.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series(pub Vec<f64>);

impl Series {
    pub fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        match sorted.len() {
            0 => f64::NAN,
            odd if odd % 2 == 1 => sorted[odd / 2],
            even => f64::midpoint(sorted[even / 2 - 1], sorted[even / 2]),
        }
    }

    /// Round by round: a ratio of medians would mix rounds in which the machine was differently busy.
    pub fn over(&self, reference: &Series) -> Series {
        Series(self.0.iter().zip(&reference.0).map(|(value, by)| value / by).collect())
    }

    fn range(&self) -> String {
        let least = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        format!("{}–{}", figure(least), figure(most))
    }
}

/// Three digits that mean something.
fn figure(value: f64) -> String {
    match value.abs() {
        big if big >= 100.0 => {
            let whole = format!("{value:.0}");
            let mut text = String::new();
            for (at, digit) in whole.chars().enumerate() {
                if at > 0 && digit.is_ascii_digit() && (whole.len() - at).is_multiple_of(3) {
                    text.push(',');
                }
                text.push(digit);
            }
            text
        }
        middle if middle >= 10.0 => format!("{value:.1}"),
        small if small >= 0.1 || small == 0.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

/// A table for docs/performance.md, filled while measuring.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<String>,
}

impl Report {
    pub fn row(&mut self, measure: &str, unit: &str, series: &Series, goal: &str) {
        if series.0.is_empty() {
            return;
        }
        let row =
            format!("| {measure} | {} | {} | {unit} | {goal} |", figure(series.median()), series.range());
        eprintln!("  {row}");
        self.rows.push(row);
    }

    pub fn markdown(&self) -> String {
        let mut text = String::from("| measure | median | range | unit | goal |\n|---|---:|---|---|---|\n");
        for row in &self.rows {
            let _ = writeln!(text, "{row}");
        }
        text
    }
}

/// The value below which this share of them lies.
pub fn share(sorted: &[u32], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).map_or(f64::NAN, |value| f64::from(*value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert_eq!(Series(vec![3.0, 1.0, 2.0]).median(), 2.0);
        assert_eq!(Series(vec![4.0, 1.0, 2.0, 3.0]).median(), 2.5);
        assert!(Series::default().median().is_nan());
    }

    #[test]
    fn figures_are_short() {
        let texts: Vec<_> =
            [1_234_567.0, 21_200.4, 999.6, 42.25, 3.146, 0.0712].iter().map(|v| figure(*v)).collect();
        assert_eq!(texts, ["1,234,567", "21,200", "1,000", "42.2", "3.15", "0.0712"]);
    }

    #[test]
    fn shares_of_few_values_are_values() {
        assert_eq!(share(&[1, 2, 3, 4], 0.99), 4.0);
        assert_eq!(share(&[7], 0.5), 7.0);
        assert!(share(&[], 0.5).is_nan());
    }

    #[test]
    fn a_ratio_is_made_round_by_round() {
        let ratio = Series(vec![10.0, 40.0]).over(&Series(vec![5.0, 10.0]));
        assert_eq!(ratio, Series(vec![2.0, 4.0]));
    }
}
