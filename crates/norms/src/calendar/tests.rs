use super::*;
use proptest::prelude::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn cn() -> &'static Calendar {
    Calendar::state_council()
}

fn due(start: &str, n: u32) -> String {
    let due = cn().add_working(day(start), n);
    assert!(!due.provisional);
    due.day.to_string()
}

fn year_total(year: i32) -> u32 {
    cn().working_between(Day::new(year - 1, 12, 31).unwrap(), Day::new(year, 12, 31).unwrap())
}

#[test]
fn the_vectors_of_the_standard() {
    for (start, n, expected) in [
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
    ] {
        assert_eq!(due(start, n), expected, "{start} + {n}");
    }
}

#[test]
fn published_totals_2020_2025_2026() {
    assert_eq!((year_total(2020), year_total(2025), year_total(2026)), (249, 248, 248));
}

#[test]
fn published_months_of_2026() {
    let months: Vec<u32> = (1..=12)
        .map(|month| {
            let first = Day::new(2026, month, 1).unwrap();
            cn().working_between(first.plus(-1), first.plus_months(1).plus(-1))
        })
        .collect();
    assert_eq!(months, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]);
}

#[test]
fn recomputed_totals_of_the_other_years_are_not_published_figures() {
    let totals = [2019, 2021, 2022, 2023, 2024].map(year_total);
    assert_eq!(totals, [250, 250, 249, 249, 251]);
}

#[test]
fn plans_name_only_weekend_days_as_make_up_days() {
    for row in cn().rows() {
        assert!(row.kind == DayKind::Off || row.day.weekday().is_weekend(), "{}", row.day);
        assert!(!row.name.is_empty());
    }
    assert!((2019..=2026).all(|year| cn().has_plan(year)));
    assert!(!cn().has_plan(2018) && !cn().has_plan(2027));
}

#[test]
fn a_suspension_moves_the_due_day() {
    let start = day("2026-04-27");
    assert_eq!(cn().add_working(start, 10).day, day("2026-05-13"));
    let pause = (day("2026-05-08"), day("2026-05-15"));
    assert_eq!(cn().working_between(pause.0.plus(-1), pause.1), 7);
    assert_eq!(cn().add_working_excluding(start, 10, &[pause]).day, day("2026-05-22"));
    let overlapping = [pause, (day("2026-05-11"), day("2026-05-12"))];
    assert_eq!(cn().add_working_excluding(start, 10, &overlapping).day, day("2026-05-22"));
    let turned_round = [(day("2026-05-15"), day("2026-05-08"))];
    assert_eq!(cn().add_working_excluding(start, 10, &turned_round).day, day("2026-05-13"));
}

#[test]
fn zero_days_end_today_or_on_the_next_working_day() {
    assert_eq!(due("2026-09-24", 0), "2026-09-24");
    assert_eq!(due("2026-10-01", 0), "2026-10-08");
}

#[test]
fn a_year_without_a_plan_makes_the_day_provisional() {
    let across = cn().add_working(day("2026-12-30"), 5);
    assert_eq!((across.day, across.provisional), (day("2027-01-07"), true));
    assert!(!cn().add_working(day("2026-12-30"), 1).provisional);
    assert!(!cn().add_working(day("2018-12-31"), 1).provisional, "the start day is not counted");
    for off in
        ["2027-01-01", "2027-05-01", "2027-05-02", "2027-10-01", "2027-10-02", "2027-10-03", "2027-01-02"]
    {
        assert!(!cn().is_working(day(off)), "{off}");
    }
    for worked in ["2027-05-03", "2027-10-04", "2028-01-26"] {
        assert!(cn().is_working(day(worked)), "{worked}");
    }
}

#[test]
fn other_units_end_on_a_working_day() {
    let end = |start: &str, amount, unit| cn().add_limit(day(start), &Limit::new(amount, unit)).day;
    assert_eq!(end("2026-09-24", 5, LimitUnit::WorkingDay), day("2026-10-09"));
    assert_eq!(end("2026-09-22", 10, LimitUnit::NaturalDay), day("2026-10-08"));
    assert_eq!(end("2026-09-01", 10, LimitUnit::NaturalDay), day("2026-09-11"));
    assert_eq!(end("2026-01-31", 1, LimitUnit::Month), day("2026-02-28"));
    assert_eq!(end("2026-08-31", 1, LimitUnit::Month), day("2026-09-30"));
    assert_eq!(end("2025-10-01", 1, LimitUnit::Year), day("2026-10-08"));
    assert_eq!(end("2026-09-21", 2, LimitUnit::Hour), day("2026-09-22"));
    assert_eq!(end("2026-09-21", 9, LimitUnit::Hour), day("2026-09-23"));
    assert_eq!(end("2026-10-02", 0, LimitUnit::Month), day("2026-10-08"));
    assert!(cn().add_limit(day("2026-12-01"), &Limit::new(1, LimitUnit::Year)).provisional);
    assert_eq!(end("2026-12-01", u32::MAX, LimitUnit::Year), Day::MAX);
}

#[test]
fn submissions_after_hours_count_from_the_next_working_day() {
    const HALF_PAST_FIVE: u32 = 17 * 60 + 30;
    let received = |text: &str, minute: i64, extra_millis: i64| {
        let millis = day(text).start_millis_shanghai() + minute * 60_000 + extra_millis;
        cn().received_day(millis, HALF_PAST_FIVE)
    };
    assert_eq!(received("2026-09-24", 9 * 60, 0), day("2026-09-24"));
    assert_eq!(received("2026-09-24", 17 * 60 + 30, 0), day("2026-09-24"));
    assert_eq!(received("2026-09-24", 17 * 60 + 30, 1), day("2026-09-28"));
    assert_eq!(received("2026-09-25", 10 * 60, 0), day("2026-09-28"));
    assert_eq!(received("2026-09-30", 23 * 60, 0), day("2026-10-08"));
    assert_eq!(received("2026-09-20", 10 * 60, 0), day("2026-09-20"), "a worked Sunday");
}

#[test]
fn plans_can_be_amended_and_broken_files_are_told() {
    let row = CalendarRow { day: day("2026-09-24"), kind: DayKind::Off, name: "台风停工".into() };
    let amended = cn().amended([row]);
    assert!(cn().is_working(day("2026-09-24")));
    assert!(!amended.is_working(day("2026-09-24")));
    assert_eq!(amended.add_working(day("2026-09-23"), 1).day, day("2026-09-28"));
    assert_eq!(
        Calendar::parse("date,kind,name\n2027-01-01,off,元旦\n2027-01-0,off,x\n"),
        Err(CalendarError { line: 3 })
    );
    assert_eq!(Calendar::parse("2027-01-01,free,元旦"), Err(CalendarError { line: 1 }));
    assert!(Calendar::parse("# none\n\n").unwrap().rows().next().is_none());
}

#[test]
fn the_last_day_of_the_range_ends_every_count() {
    assert_eq!(cn().add_working(Day::MAX.plus(-3), u32::MAX).day, Day::MAX);
    let closed =
        Calendar::from_rows([CalendarRow { day: Day::MAX, kind: DayKind::Off, name: String::new() }]);
    assert_eq!(closed.next_working(Day::MAX), Day::MAX);
}

fn some_day() -> impl Strategy<Value = Day> {
    (0i32..4500).prop_map(|n| Day::new(2018, 1, 1).unwrap().plus(n))
}

/// Across both edges of the years that are counted in advance.
fn any_day() -> impl Strategy<Value = Day> {
    let edge = |year: i32| (-400i32..400).prop_map(move |n| Day::new(year, 1, 1).unwrap().plus(n));
    prop_oneof![edge(2000), edge(2020), edge(2026), edge(2050)]
}

proptest! {
    #[test]
    fn the_running_count_is_the_plan_counted_day_by_day(start in any_day(), span in 0i32..500, n in 1u32..300) {
        let planned = |day: &Day| is_planned_working(&cn().exceptions, &cn().planned_years, *day);
        let days = (1..).map(|offset| start.plus(offset));
        let until = start.plus(span);
        let counted = days.clone().take_while(|day| *day <= until).filter(planned).count() as u32;
        prop_assert_eq!(cn().working_between(start, until), counted);
        prop_assert_eq!(cn().working_between(until, start), 0);
        prop_assert_eq!(Some(cn().add_working(start, n).day), days.filter(planned).nth(n as usize - 1));
        prop_assert_eq!(cn().is_working(start), planned(&start));
    }

    #[test]
    fn a_due_day_is_worked_and_counts_back(start in some_day(), n in 1u32..80) {
        let due = cn().add_working(start, n).day;
        prop_assert!(due > start && cn().is_working(due));
        prop_assert_eq!(cn().working_between(start, due), n);
        prop_assert_eq!(cn().working_between(start, due.plus(-1)), n - 1);
    }

    #[test]
    fn counting_is_monotone(start in some_day(), later in 0i32..40, n in 0u32..60) {
        prop_assert!(cn().add_working(start, n).day <= cn().add_working(start, n + 1).day);
        prop_assert!(cn().add_working(start, n).day <= cn().add_working(start.plus(later), n).day);
    }

    #[test]
    fn a_pause_costs_exactly_its_working_days(
        start in some_day(), n in 1u32..40, offset in 1i32..60, length in 0i32..30,
    ) {
        let pause = (start.plus(offset), start.plus(offset + length));
        let due = cn().add_working_excluding(start, n, &[pause]).day;
        let paused = cn().working_between(pause.0.plus(-1).max(start), pause.1.min(due));
        prop_assert!(due < pause.0 || due > pause.1);
        prop_assert_eq!(cn().working_between(start, due), n + paused);
    }

    #[test]
    fn every_unit_ends_on_a_working_day(start in some_day(), amount in 0u32..40, unit in 0usize..5) {
        let limit = Limit::new(amount, LimitUnit::ALL[unit]);
        let due = cn().add_limit(start, &limit).day;
        prop_assert!(due >= start && cn().is_working(due));
    }
}
