//! The working-day calendar: State Council holiday plans, and every way a legal limit is counted on them.
//!
//! The day a limit starts is never counted (民法典 art. 201): day 1 is the next one. A limit ends with its last day.

mod running;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::codes::LimitUnit;
use crate::day::Day;
use crate::limit::Limit;
use running::Running;

/// Holiday plans of some years. Years without a plan fall back to weekends and the fixed statutory days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    exceptions: BTreeMap<Day, CalendarRow>,
    planned_years: BTreeSet<i32>,
    /// Follows from the two above.
    running: Running,
}

/// One line of a plan: a day off, or a weekend day worked in exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarRow {
    pub day: Day,
    pub kind: DayKind,
    /// 春节, 国庆节 …
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayKind {
    Off,
    Work,
}

/// The last day of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    pub day: Day,
    /// A year on the way has no plan yet, so the day may still move.
    pub provisional: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("日历第 {line} 行有误，应为 日期,off 或 work,名称")]
pub struct CalendarError {
    pub line: usize,
}

static STATE_COUNCIL: LazyLock<Calendar> = LazyLock::new(|| {
    Calendar::parse(include_str!("../data/calendars.csv")).expect("the embedded calendar is tested")
});

impl Calendar {
    /// The embedded plans, 2019 to 2026.
    pub fn state_council() -> &'static Calendar {
        &STATE_COUNCIL
    }

    /// Every year that occurs in a row counts as planned; of two rows for one day the later wins.
    pub fn from_rows(rows: impl IntoIterator<Item = CalendarRow>) -> Calendar {
        let exceptions: BTreeMap<Day, CalendarRow> = rows.into_iter().map(|row| (row.day, row)).collect();
        let planned_years: BTreeSet<i32> = exceptions.keys().map(|day| day.year()).collect();
        let running = Running::of(|day| is_planned_working(&exceptions, &planned_years, day));
        Calendar { exceptions, planned_years, running }
    }

    /// This calendar with rows added or replaced, as when a plan is amended during the year. The caller keeps the
    /// old value and recomputes open deadlines.
    pub fn amended(&self, rows: impl IntoIterator<Item = CalendarRow>) -> Calendar {
        Calendar::from_rows(self.exceptions.values().cloned().chain(rows))
    }

    /// Reads `date,kind,name` lines; empty lines, `#` comments and the heading are skipped.
    pub fn parse(csv: &str) -> Result<Calendar, CalendarError> {
        let mut rows = Vec::new();
        for (index, line) in csv.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') || line.starts_with("date,") {
                continue;
            }
            rows.push(read_row(line).ok_or(CalendarError { line: index + 1 })?);
        }
        Ok(Calendar::from_rows(rows))
    }

    /// The plan's lines in order of days, for showing a year.
    pub fn rows(&self) -> impl Iterator<Item = &CalendarRow> {
        self.exceptions.values()
    }

    pub fn has_plan(&self, year: i32) -> bool {
        self.planned_years.contains(&year)
    }

    pub fn is_working(&self, day: Day) -> bool {
        self.running
            .is_working(day)
            .unwrap_or_else(|| is_planned_working(&self.exceptions, &self.planned_years, day))
    }

    /// The first working day after `day`.
    pub fn next_working(&self, day: Day) -> Day {
        self.working_from(day.plus(1))
    }

    /// `day` itself when it is worked, else the next working day (民法典 art. 203).
    pub fn working_from(&self, day: Day) -> Day {
        let mut day = day;
        while !self.is_working(day) && day < Day::MAX {
            day = day.plus(1);
        }
        day
    }

    /// The n-th working day after `start`; n = 0 is `start` itself or, when that is off, the next working day.
    pub fn add_working(&self, start: Day, n: u32) -> Due {
        self.add_working_excluding(start, n, &[])
    }

    /// Like [`Calendar::add_working`], but working days inside a pause do not count. Pauses include their first and
    /// last day, may overlap, and are ended ones: while a case is paused it has no due day.
    pub fn add_working_excluding(&self, start: Day, n: u32, pauses: &[(Day, Day)]) -> Due {
        if n == 0 {
            return self.due(start, self.working_from(start));
        }
        if pauses.is_empty()
            && let Some(day) = self.running.add(start, n)
        {
            return self.due(start, day);
        }
        let mut day = start;
        let mut left = n;
        while left > 0 && day < Day::MAX {
            day = self.next_working(day);
            let paused = pauses.iter().any(|(from, through)| (*from..=*through).contains(&day));
            left -= u32::from(!paused);
        }
        self.due(start, day)
    }

    /// Working days later than `after` and not later than `through`; 0 when there are none.
    pub fn working_between(&self, after: Day, through: Day) -> u32 {
        if let (Some(before), Some(all)) = (self.running.through(after), self.running.through(through)) {
            return all.saturating_sub(before);
        }
        let span = through.days_since(after).max(0);
        (1..=span).filter(|n| self.is_working(after.plus(*n))).count() as u32
    }

    /// The last day of a limit of any unit. Natural days, months and years end on a working day: if the last day is
    /// off, on the next one (arts. 202–203). Hours are rounded up to working days of eight; who promises hours
    /// watches the clock, not the calendar.
    pub fn add_limit(&self, start: Day, limit: &Limit) -> Due {
        let amount = i32::try_from(limit.amount).unwrap_or(i32::MAX);
        let last = match limit.unit {
            LimitUnit::WorkingDay => return self.add_working(start, limit.amount),
            LimitUnit::Hour => return self.add_working(start, limit.amount.div_ceil(8)),
            LimitUnit::NaturalDay => start.plus(amount),
            LimitUnit::Month => start.plus_months(amount),
            LimitUnit::Year => start.plus_months(amount.saturating_mul(12)),
        };
        self.due(start, self.working_from(last))
    }

    /// The day a submission counts as received by the authority: its own day, or the next working day when it came
    /// on a day off or after closing. `closes_at` is minutes after midnight, 17:30 being 1050. Keep both times.
    pub fn received_day(&self, millis: i64, closes_at: u32) -> Day {
        let day = Day::from_millis_shanghai(millis);
        let closing = day.start_millis_shanghai() + i64::from(closes_at) * 60_000;
        if millis > closing { self.next_working(day) } else { self.working_from(day) }
    }

    fn due(&self, start: Day, day: Day) -> Due {
        let first = start.plus(1).min(day).year();
        Due { day, provisional: (first..=day.year()).any(|year| !self.has_plan(year)) }
    }
}

/// What the plans say about one day, looked up in them.
fn is_planned_working(exceptions: &BTreeMap<Day, CalendarRow>, planned: &BTreeSet<i32>, day: Day) -> bool {
    match exceptions.get(&day) {
        Some(row) => row.kind == DayKind::Work,
        None if day.weekday().is_weekend() => false,
        None => planned.contains(&day.year()) || !is_fixed_holiday(day),
    }
}

/// 元旦, 劳动节 and 国庆节 have fixed dates; the lunar holidays of a year without a plan are unknown here.
fn is_fixed_holiday(day: Day) -> bool {
    match (day.month(), day.day()) {
        (1, 1) | (5, 1) | (10, 1..=3) => true,
        (5, 2) => day.year() >= 2025, // added by the 2024 revision of the holiday rules
        _ => false,
    }
}

fn read_row(line: &str) -> Option<CalendarRow> {
    let mut fields = line.trim().splitn(3, ',');
    let day = fields.next()?.parse().ok()?;
    let kind = match fields.next()? {
        "off" => DayKind::Off,
        "work" => DayKind::Work,
        _ => return None,
    };
    Some(CalendarRow { day, kind, name: fields.next().unwrap_or_default().to_string() })
}

#[cfg(test)]
mod tests;
