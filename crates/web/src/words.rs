//! How days and instants read on a page, and what is wrong with a file.

use base::{Error, Millis, Refusal};
use domain::casework::TimeNeeded;
use norms::Day;

/// How long it takes; what is done at once is done once the application is accepted, which may take its five days.
pub(crate) fn promised(limit: norms::Limit) -> String {
    if limit.is_instant() { "受理后当场办结".to_owned() } else { limit.to_string() }
}

/// 2026年10月9日.
pub(crate) fn day(day: &Day) -> String {
    day.chinese()
}

/// What stands in a certificate: a day reads as a day, whatever form it was stored in.
pub(crate) fn datum(value: &str) -> String {
    value.parse().map_or_else(|_| value.to_owned(), |date| day(&date))
}

/// 2026年10月9日 14:05, in Shanghai.
pub(crate) fn instant(at: &Millis) -> String {
    format!("{} {}", day(&Day::from_millis_shanghai(*at)), time(at))
}

/// 14:05, in Shanghai.
pub(crate) fn time(at: &Millis) -> String {
    let minutes = (at - Day::from_millis_shanghai(*at).start_millis_shanghai()) / 60_000;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What is wrong with a file, said of that file by its name.
pub(crate) fn about_file(name: &str, error: Error) -> Error {
    let named =
        |refusal: Refusal| Refusal { message: format!("“{name}”：{}", refusal.message), ..refusal };
    match error {
        Error::Refused(refusals) if !name.is_empty() => {
            Error::Refused(refusals.into_iter().map(named).collect())
        }
        other => other,
    }
}

/// How long a special procedure was said to need; nothing for those begun before it was asked for.
pub(crate) fn time_needed(needed: Option<&TimeNeeded>) -> String {
    let Some(needed) = needed else { return String::new() };
    format!("（预计需要{}个工作日，到{}结束）", needed.working_days, needed.through.chinese())
}
