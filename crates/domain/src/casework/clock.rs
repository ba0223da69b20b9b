//! The clock: a pure function of calendar and case. Due day, light, and a sentence that explains it.
//!
//! Statutory and promised clocks are kept apart; the promised one is monitored (优化营商环境条例 art. 36).
//! Called with the events up to a past day and that day, it says what it said then.

use super::case::{ACCEPTANCE_DAYS, Case, Pause};
use super::event::TimeNeeded;
use super::state::State;
use norms::codes::LimitUnit;
use norms::{Calendar, Day, Due, Limit};

/// What the clock shows on one day.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Clock {
    /// What is due: the body's answer, the applicant's supplement, or the decision.
    pub awaited: Awaited,
    /// The day at whose end it is due; none when nothing is awaited.
    pub due: Option<Day>,
    /// The last lawful day for the decision; the promised one is never later.
    pub statutory_due: Option<Day>,
    /// From this day on the light warns.
    pub warn: Option<Day>,
    pub light: Light,
    /// Some day of the count lies in a year without a published holiday plan.
    pub provisional: bool,
    pub sentence: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Awaited {
    Acceptance,
    Supplement,
    Decision,
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "light", content = "days", rename_all = "snake_case")]
pub enum Light {
    Normal,
    /// A fifth of the limit or one day is left.
    Warning,
    DueToday,
    /// Working days past the due day.
    Overdue(u32),
    Paused,
    /// Ended in time.
    OnTime,
    /// Ended this many working days late.
    Late(u32),
}

impl Light {
    pub fn name(self) -> String {
        match self {
            Light::Normal => "正常".into(),
            Light::Warning => "临期".into(),
            Light::DueToday => "今日到期".into(),
            Light::Overdue(days) => format!("超期{days}天"),
            Light::Paused => "暂停".into(),
            Light::OnTime => "按时办结".into(),
            Light::Late(days) => format!("超期{days}天办结"),
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Light::Normal => "normal",
            Light::Warning => "warning",
            Light::DueToday => "due-today",
            Light::Overdue(_) => "overdue",
            Light::Paused => "paused",
            Light::OnTime => "on-time",
            Light::Late(_) => "late",
        }
    }
}

impl Clock {
    pub fn of(case: &Case, calendar: &Calendar, today: Day) -> Clock {
        match case.state {
            State::Submitted => acceptance(case, calendar, today),
            State::SupplementNoticed => supplement(case, calendar, today),
            _ if case.accepted_on.is_some() => decision(case, calendar, today),
            _ => Clock {
                awaited: Awaited::Nothing,
                due: None,
                statutory_due: None,
                warn: None,
                light: Light::OnTime,
                provisional: false,
                sentence: format!("办件已结束：{}。", case.state.name()),
            },
        }
    }
}

/// Working days that counted against the promise so far: from acceptance to the decision or today, without
/// the days of special procedures. None before acceptance.
pub fn days_used(case: &Case, calendar: &Calendar, today: Day) -> Option<u32> {
    let start = case.accepted_on?;
    let until = case.ended_on.unwrap_or(today);
    let paused = pauses(case, start, until)
        .into_iter()
        .map(|(from, through)| calendar.working_between(from.plus(-1), through));
    Some(calendar.working_between(start, until).saturating_sub(paused.sum()))
}

/// The pauses as spans of days that do not touch: two of one day take it away once, and none takes away the day of
/// acceptance, which does not count anyway.
fn pauses(case: &Case, start: Day, until: Day) -> Vec<(Day, Day)> {
    let span = |pause: &Pause| (pause.from.max(start.plus(1)), pause.through.unwrap_or(until).min(until));
    let mut spans: Vec<(Day, Day)> =
        case.pauses.iter().map(span).filter(|(from, through)| from <= through).collect();
    spans.sort_unstable();
    let mut apart: Vec<(Day, Day)> = Vec::with_capacity(spans.len());
    for (from, through) in spans {
        match apart.last_mut() {
            Some(last) if from <= last.1.plus(1) => last.1 = last.1.max(through),
            _ => apart.push((from, through)),
        }
    }
    apart
}

fn acceptance(case: &Case, calendar: &Calendar, today: Day) -> Clock {
    let due = calendar.add_working(case.received_on, ACCEPTANCE_DAYS);
    let warn = warning_day(calendar, case.received_on, due.day, ACCEPTANCE_DAYS);
    let sentence = format!(
        "{}收到，受理部门应在{ACCEPTANCE_DAYS}个工作日内（{}前）答复；超过期限没有答复，就从收到之日起视为受理。",
        case.received_on.chinese(),
        due.day.chinese()
    );
    Clock {
        awaited: Awaited::Acceptance,
        due: Some(due.day),
        statutory_due: None,
        warn: Some(warn),
        light: running_light(calendar, warn, due.day, today),
        provisional: due.provisional,
        sentence,
    }
}

fn supplement(case: &Case, calendar: &Calendar, today: Day) -> Clock {
    let due = case.supplement.as_ref().map_or(today, |supplement| supplement.due);
    let warn = due.plus(-1);
    Clock {
        awaited: Awaited::Supplement,
        due: Some(due),
        statutory_due: None,
        warn: Some(warn),
        light: running_light(calendar, warn, due, today),
        provisional: false,
        sentence: format!("请在{}前补齐材料。补正的时间不计入办理时限。", due.chinese()),
    }
}

fn decision(case: &Case, calendar: &Calendar, today: Day) -> Clock {
    let start = case.accepted_on.unwrap_or(case.received_on);
    let until = case.ended_on.unwrap_or(today);
    let pauses = pauses(case, start, until);
    let extra = case.extension.as_ref().map_or(0, |extension| extension.working_days);
    let promised = due(calendar, start, case.promised, extra, &pauses);
    let statutory = case.statutory.map(|limit| due(calendar, start, limit, extra, &pauses));
    let length = calendar.working_between(start, promised.day);
    let warn = warning_day(calendar, start, promised.day, length);
    let light = match (case.ended_on, case.state) {
        (Some(ended), _) if ended > promised.day => {
            Light::Late(late(calendar, promised.day, ended, &pauses).max(1))
        }
        (Some(_), _) => Light::OnTime,
        (None, State::Suspended) => Light::Paused,
        (None, _) if today > promised.day => Light::Overdue(late(calendar, promised.day, today, &pauses)),
        (None, _) => running_light(calendar, warn, promised.day, today),
    };
    Clock {
        awaited: if case.ended_on.is_some() { Awaited::Nothing } else { Awaited::Decision },
        due: Some(promised.day),
        statutory_due: statutory.map(|due| due.day),
        warn: Some(warn),
        light,
        provisional: promised.provisional || statutory.is_some_and(|due| due.provisional),
        sentence: explain(case, promised.day),
    }
}

/// Working days past the due day. A pause that began after it stops this count too.
fn late(calendar: &Calendar, due: Day, until: Day, pauses: &[(Day, Day)]) -> u32 {
    let paused = pauses.iter().filter(|(_, through)| *through > due);
    let paused =
        paused.map(|(from, through)| calendar.working_between((*from).max(due.plus(1)).plus(-1), *through));
    calendar.working_between(due, until).saturating_sub(paused.sum())
}

/// The day at whose end a limit from `start` runs out, without the days of the pauses (standards §3.4).
fn due(calendar: &Calendar, start: Day, limit: Limit, extra: u32, pauses: &[(Day, Day)]) -> Due {
    let plain = match limit.unit {
        LimitUnit::WorkingDay => return calendar.add_working_excluding(start, limit.amount + extra, pauses),
        _ => calendar.add_limit(start, &limit),
    };
    // Limits in natural days, months or years move by the length of the pauses, then past a holiday.
    let paused: i32 = pauses.iter().map(|(from, through)| (through.days_since(*from) + 1).max(0)).sum();
    let moved = Due { day: calendar.working_from(plain.day.plus(paused)), ..plain };
    if extra == 0 { moved } else { calendar.add_working(moved.day, extra) }
}

/// The promised day of a case accepted on `start`, as long as nothing stops or lengthens it.
pub(super) fn promised_due(calendar: &Calendar, start: Day, promised: Limit) -> Day {
    due(calendar, start, promised, 0, &[]).day
}

/// The first day with a fifth of the limit left, or one working day.
fn warning_day(calendar: &Calendar, start: Day, due: Day, length: u32) -> Day {
    let left = (length / 5).max(1);
    let mut day = due;
    let mut remaining = left;
    while remaining > 0 && day > start {
        day = day.plus(-1);
        if calendar.is_working(day) {
            remaining -= 1;
        }
    }
    day
}

pub(super) fn running_light(calendar: &Calendar, warn: Day, due: Day, today: Day) -> Light {
    match today {
        _ if today > due => Light::Overdue(calendar.working_between(due, today)),
        _ if today == due => Light::DueToday,
        _ if today >= warn => Light::Warning,
        _ => Light::Normal,
    }
}

/// The light of a list row, from the two days stored with it: no case need be read to colour a list.
pub fn light_of_row(
    calendar: &Calendar,
    state: State,
    due: Option<Day>,
    warn: Option<Day>,
    today: Day,
) -> Light {
    match (state, due, warn) {
        (State::Suspended, ..) => Light::Paused,
        (state, Some(due), Some(warn)) if !state.is_final() => running_light(calendar, warn, due, today),
        _ => Light::OnTime,
    }
}

fn explain(case: &Case, due: Day) -> String {
    let start = case.accepted_on.unwrap_or(case.received_on);
    let mut sentence = match case.promised.is_instant() {
        true => format!("{}受理，当场办结", start.chinese()),
        false => format!("{}受理，承诺 {}办结", start.chinese(), case.promised),
    };
    for pause in &case.pauses {
        sentence.push_str(&format!("；{}", explain_pause(pause, case.ended_on)));
    }
    if let Some(extension) = &case.extension {
        sentence.push_str(&format!("；经批准延长{}个工作日", extension.working_days));
    }
    match case.ended_on {
        Some(ended) if case.state == State::Withdrawn => {
            sentence.push_str(&format!("；{}撤回，办件结束。", ended.chinese()));
        }
        Some(ended) => sentence.push_str(&format!("；{}已作出决定。", ended.chinese())),
        None if case.state == State::Suspended => sentence.push_str("；恢复后接着计算。"),
        None => sentence.push_str(&format!("；应在{}前作出决定。", due.chinese())),
    }
    sentence
}

/// A pause that was still open when the case ended lasted until then.
fn explain_pause(pause: &Pause, ended: Option<Day>) -> String {
    match pause.through.or(ended) {
        Some(through) if through != pause.from => {
            format!("{}至{}{}，不计时", pause.from.chinese(), through.chinese(), pause.procedure)
        }
        Some(_) => format!("{}{}，不计时", pause.from.chinese(), pause.procedure),
        None => {
            let needed = |needed: TimeNeeded| format!("，预计到{}结束", needed.through.chinese());
            let expected = pause.needed.map(needed).unwrap_or_default();
            format!("{}起{}，暂停计时{expected}", pause.from.chinese(), pause.procedure)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::casework::case::tests::{accepted_case, day};

    fn clock(case: &Case, today: &str) -> Clock {
        Clock::of(case, Calendar::state_council(), day(today))
    }

    #[test]
    fn a_pause_after_the_due_day_makes_nothing_later() {
        let mut case = accepted_case("2026-04-27", 3);
        assert_eq!(clock(&case, "2026-05-08").due, Some(day("2026-04-30")));
        assert_eq!(clock(&case, "2026-05-08").light, Light::Overdue(3));
        case.pauses = vec![Pause {
            procedure: "检验".into(),
            reason: String::new(),
            from: day("2026-05-08"),
            through: Some(day("2026-05-15")),
            needed: None,
        }];
        // Only 6 and 7 May: the pause takes away its first and last day and the working Saturday between.
        assert_eq!(clock(&case, "2026-05-15").light, Light::Overdue(2));
        assert_eq!(clock(&case, "2026-05-18").light, Light::Overdue(3));
        case.ended_on = Some(day("2026-05-15"));
        assert_eq!(clock(&case, "2026-05-20").light, Light::Late(2));
    }

    #[test]
    fn who_withdrew_was_not_decided_about() {
        let mut case = accepted_case("2026-11-02", 10);
        let pause = Pause {
            procedure: "听证".into(),
            reason: String::new(),
            from: day("2026-11-04"),
            through: None,
            needed: None,
        };
        case.pauses = vec![pause];
        (case.state, case.ended_on) = (State::Withdrawn, Some(day("2026-11-05")));
        let told = clock(&case, "2026-11-30").sentence;
        assert!(
            told.ends_with("2026年11月4日至2026年11月5日听证，不计时；2026年11月5日撤回，办件结束。"),
            "{told}"
        );
    }

    #[test]
    fn a_lawful_day_in_a_year_without_a_plan_is_provisional() {
        let mut case = accepted_case("2026-11-30", 5);
        assert!(!clock(&case, "2026-11-30").provisional);
        case.statutory = Some(Limit::new(60, LimitUnit::WorkingDay));
        let shown = clock(&case, "2026-11-30");
        assert!(shown.statutory_due.unwrap() > day("2027-01-01") && shown.provisional);
    }

    #[test]
    fn a_day_is_taken_away_once_however_often_the_clock_stopped_on_it() {
        let pause = |from: &str, through: &str| Pause {
            procedure: "检测".into(),
            reason: String::new(),
            from: day(from),
            through: Some(day(through)),
            needed: None,
        };
        let mut case = accepted_case("2026-11-02", 10);
        let used = |case: &Case, today: &str| days_used(case, Calendar::state_council(), day(today));
        assert_eq!(used(&case, "2026-11-05"), Some(3));
        case.pauses = vec![pause("2026-11-03", "2026-11-03")];
        let (once, due) = (used(&case, "2026-11-05"), clock(&case, "2026-11-05").due);
        assert_eq!(once, Some(2));
        case.pauses.push(pause("2026-11-03", "2026-11-03"));
        assert_eq!((used(&case, "2026-11-05"), clock(&case, "2026-11-05").due), (once, due));
        case.promised = Limit::new(30, LimitUnit::NaturalDay);
        let twice = clock(&case, "2026-11-05").due;
        case.pauses.pop();
        assert_eq!(clock(&case, "2026-11-05").due, twice, "natural days move once too");
        // The day of acceptance does not count, so stopping on it takes nothing away.
        case.pauses = vec![pause("2026-11-02", "2026-11-02")];
        assert_eq!(
            (used(&case, "2026-11-05"), clock(&case, "2026-11-05").due),
            (Some(3), {
                case.pauses.clear();
                clock(&case, "2026-11-05").due
            })
        );
    }

    /// All vectors of standards §3.4: accepted, limit, due.
    #[test]
    fn the_due_days_of_the_norm() {
        let vectors = [
            ("2026-09-24", 5, "2026-10-09"),
            ("2026-02-12", 5, "2026-02-26"),
            ("2026-02-06", 20, "2026-03-12"),
            ("2026-01-26", 20, "2026-02-28"),
            ("2026-01-26", 30, "2026-03-13"),
            ("2026-01-02", 1, "2026-01-04"),
            ("2026-09-18", 1, "2026-09-20"),
            ("2026-09-30", 1, "2026-10-08"),
            ("2026-02-13", 1, "2026-02-14"),
            ("2026-02-14", 1, "2026-02-24"),
            ("2026-04-29", 3, "2026-05-07"),
            ("2025-09-26", 5, "2025-10-10"),
            ("2025-04-25", 3, "2025-04-29"),
            ("2020-01-17", 5, "2020-01-23"),
        ];
        for (accepted, days, due) in vectors {
            let case = accepted_case(accepted, days);
            assert_eq!(clock(&case, accepted).due, Some(day(due)), "{accepted} +{days}");
        }
    }

    #[test]
    fn a_suspension_stops_both_clocks_and_says_so() {
        let mut case = accepted_case("2026-04-27", 10);
        assert_eq!(clock(&case, "2026-04-27").due, Some(day("2026-05-13")));
        let statutory = clock(&case, "2026-04-27").statutory_due.unwrap();
        case.pauses.push(Pause {
            procedure: "专家评审".into(),
            reason: "工艺复杂".into(),
            from: day("2026-05-08"),
            through: Some(day("2026-05-15")),
            needed: None,
        });
        let after = clock(&case, "2026-05-16");
        assert_eq!(after.due, Some(day("2026-05-22")));
        assert!(after.statutory_due.unwrap() > statutory);
        assert_eq!(
            after.sentence,
            "2026年4月27日受理，承诺 10 个工作日办结；2026年5月8日至2026年5月15日专家评审，不计时；应在2026年5月22日前作出决定。"
        );
    }

    #[test]
    fn days_of_a_special_procedure_are_not_used() {
        let mut case = accepted_case("2026-04-27", 10);
        let used = |case: &Case, today: &str| days_used(case, Calendar::state_council(), day(today));
        assert_eq!(used(&case, "2026-04-27"), Some(0));
        assert_eq!(used(&case, "2026-05-13"), Some(10));
        case.pauses.push(Pause {
            procedure: "专家评审".into(),
            reason: "工艺复杂".into(),
            from: day("2026-05-08"),
            through: None,
            needed: None,
        });
        let before = used(&case, "2026-05-07");
        assert_eq!(used(&case, "2026-05-13"), before);
        case.accepted_on = None;
        assert_eq!(used(&case, "2026-05-13"), None);
    }

    #[test]
    fn the_light_turns_from_normal_to_overdue() {
        let case = accepted_case("2026-09-24", 5);
        let lights = [
            ("2026-09-24", Light::Normal),
            ("2026-09-30", Light::Normal),
            ("2026-10-08", Light::Warning),
            ("2026-10-09", Light::DueToday),
            ("2026-10-10", Light::Overdue(1)),
            ("2026-10-12", Light::Overdue(2)),
        ];
        for (today, light) in lights {
            assert_eq!(clock(&case, today).light, light, "{today}");
        }
    }

    #[test]
    fn a_row_shows_the_light_of_its_case() {
        let case = accepted_case("2026-09-24", 5);
        for offset in 0..30 {
            let today = day("2026-09-24").plus(offset);
            let clock = Clock::of(&case, Calendar::state_council(), today);
            let row = light_of_row(Calendar::state_council(), case.state, clock.due, clock.warn, today);
            assert_eq!(row, clock.light, "{today}");
        }
    }
}
