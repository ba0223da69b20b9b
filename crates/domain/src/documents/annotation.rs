//! 加注件: what a copy says of itself, read from the custom data of its file (standards §4).

use norms::Day;

/// For what, until when and by whom a copy was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    pub purpose: String,
    /// Last day; none when the file names none that can be read.
    pub valid_until: Option<Day>,
    /// As written: `YYYYMMDDThhmmss` in files of ours.
    pub made_at: String,
    pub maker: String,
}

impl Annotation {
    /// None when the file is no annotated copy. Copies of other makers may write the day with a time behind
    /// it or with strokes in it.
    pub fn read(custom: &[(String, String)]) -> Option<Annotation> {
        let value = |name: &str| custom.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim());
        let (purpose, until) = (value("JZJZZSY"), value("JZJYXQJZSJ"));
        if purpose.is_none() && until.is_none() {
            return None;
        }
        Some(Annotation {
            purpose: purpose.unwrap_or_default().to_owned(),
            valid_until: until.and_then(day),
            made_at: value("JZJZZSJ").unwrap_or_default().to_owned(),
            maker: value("JZJZZZ").unwrap_or_default().to_owned(),
        })
    }

    /// Its term is over: it says itself that it may not be used any more.
    pub fn is_over(&self, today: Day) -> bool {
        self.valid_until.is_some_and(|last| today > last)
    }
}

fn day(text: &str) -> Option<Day> {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(8).collect();
    Day::parse_basic(&digits).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Option<Annotation> {
        let custom: Vec<_> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Annotation::read(&custom)
    }

    #[test]
    fn a_copy_is_told_from_a_certificate_and_holds_through_its_last_day() {
        assert_eq!(read(&[("ZZBS", "1.2.156.3005.2.X"), ("ZZYXQJZRQ", "20311008")]), None);
        for until in ["20261024", "2026-10-24", "20261024235959", "2026-10-24 23:59:59"] {
            let copy = read(&[("JZJZZSY", "投标"), ("JZJYXQJZSJ", until)]).unwrap();
            let last = Day::new(2026, 10, 24).unwrap();
            assert_eq!((copy.purpose.as_str(), copy.valid_until), ("投标", Some(last)), "{until}");
            assert!(!copy.is_over(last) && copy.is_over(last.plus(1)), "{until}");
        }
        let nameless = read(&[("JZJZZSY", "投标"), ("JZJYXQJZSJ", "长期")]).unwrap();
        assert!(nameless.valid_until.is_none() && !nameless.is_over(Day::MAX));
    }
}
