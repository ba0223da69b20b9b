//! Hot pure parts: what runs for each row of a list, each page, each submission.

use base::crypt::Keys;
use base::{Id, SeededRng};
use divan::{Bencher, black_box};
use norms::{Calendar, CitizenNumber, CreditCode, Day, Limit};
use yiwang_domain::casework::{Case, Clock, Command, Filed, Moment, State, light_of_row};
use yiwang_domain::catalog::Processing;

fn main() {
    divan::main();
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn accepted_case() -> Case {
    let filed = Filed {
        at: 0,
        received_on: day("2026-09-24"),
        processing: Processing::Promise,
        promised: Limit::working_days(20),
        statutory: Some(Limit::working_days(45)),
        steps: vec![],
        owed: vec![],
    };
    let mut case = Case::filed(&filed);
    let moment = Moment { today: day("2026-09-24"), calendar: Calendar::state_council() };
    for event in case.handle(Command::Accept, moment).expect("accepted") {
        case.apply(&event);
    }
    case
}

#[divan::bench]
fn clock_of_a_case(bencher: Bencher) {
    let case = accepted_case();
    bencher.bench(|| Clock::of(black_box(&case), Calendar::state_council(), day("2026-10-12")));
}

#[divan::bench]
fn light_of_a_list_row() -> String {
    let (due, warn, today) = (Some(day("2026-10-30")), Some(day("2026-10-26")), day("2026-10-12"));
    light_of_row(Calendar::state_council(), black_box(State::Review), due, warn, today).name()
}

#[divan::bench]
fn decision_of_a_case(bencher: Bencher) {
    let case = accepted_case();
    let moment = Moment { today: day("2026-10-12"), calendar: Calendar::state_council() };
    bencher.bench(|| {
        let command = Command::Decide { granted: true, reason: "符合条件".into(), by: Id(1) };
        black_box(&case).handle(command, moment)
    });
}

#[divan::bench]
fn twenty_working_days() -> Day {
    Calendar::state_council().add_working(black_box(day("2026-01-26")), 20).day
}

#[divan::bench]
fn citizen_number() -> bool {
    CitizenNumber::parse(black_box("320102199001011232"), day("2026-10-12")).is_ok()
}

#[divan::bench]
fn credit_code() -> bool {
    CreditCode::parse(black_box("11330105002500287C")).is_ok()
}

#[divan::bench(args = [20, 1000])]
fn seal_a_column(bencher: Bencher, bytes: usize) {
    let (keys, rng, clear) = (Keys::derive(&[7; 32]), SeededRng::new(1), vec![b'x'; bytes]);
    bencher.bench(|| keys.seal(&rng, "casework_case.answers", black_box(&clear)));
}

#[divan::bench(args = [20, 1000])]
fn open_a_column(bencher: Bencher, bytes: usize) {
    let (keys, rng) = (Keys::derive(&[7; 32]), SeededRng::new(1));
    let sealed = keys.seal(&rng, "casework_case.answers", &vec![b'x'; bytes]);
    bencher.bench(|| keys.open("casework_case.answers", black_box(&sealed)));
}
