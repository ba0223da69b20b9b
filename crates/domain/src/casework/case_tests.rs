//! The state machine: what the law says, and properties over all sequences of commands.

use super::*;
use crate::casework::{Clock, OwedState};
use proptest::prelude::*;

pub(in crate::casework) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(in crate::casework) fn filed(received_on: Day, promised: u32, steps: Vec<ReviewStep>) -> Filed {
    Filed {
        at: received_on.start_millis_shanghai(),
        received_on,
        processing: if promised == 0 { Processing::Instant } else { Processing::Promise },
        promised: Limit::working_days(promised),
        statutory: Some(Limit::working_days(promised.max(20))),
        steps,
        owed: vec![],
    }
}

pub(in crate::casework) fn step(key: &str, order: u32) -> ReviewStep {
    ReviewStep { key: key.into(), name: key.into(), order, post: PostKind::Reviewer, done: None }
}

fn moment(today: Day) -> Moment<'static> {
    Moment { today, calendar: Calendar::state_council() }
}

fn run(case: &mut Case, command: Command, today: Day) -> Result<Vec<Event>, Refusal> {
    let events = case.handle(command, moment(today))?;
    events.iter().for_each(|event| case.apply(event));
    Ok(events)
}

pub(in crate::casework) fn accepted_case(on: &str, promised: u32) -> Case {
    let mut case = Case::filed(&filed(day(on), promised, vec![step("review", 1)]));
    run(&mut case, Command::Accept, day(on)).unwrap();
    case
}

fn finish(step: &str, by: i64) -> Command {
    Command::FinishStep {
        step: step.into(),
        passed: true,
        opinion: "符合条件".into(),
        checked: vec![],
        officers: vec![],
        by: Id(by),
        by_name: "演示".into(),
    }
}

fn decide(granted: bool, by: i64) -> Command {
    Command::Decide { granted, reason: "理由".into(), by: Id(by) }
}

#[test]
fn the_day_a_special_procedure_begins_does_not_count_in_its_term() {
    for (begun, working_days, through) in [
        ("2026-11-02", 1, "2026-11-03"),
        ("2026-11-02", 5, "2026-11-09"),
        // Friday, Saturday and the day before a holiday.
        ("2026-11-06", 1, "2026-11-09"),
        ("2026-11-07", 1, "2026-11-09"),
        ("2026-09-30", 2, "2026-10-09"),
    ] {
        let needed = time_needed(working_days, moment(day(begun))).unwrap();
        assert_eq!(needed.through, day(through), "{working_days} from {begun}");
    }
}

#[test]
fn the_main_road() {
    let today = day("2026-09-24");
    let mut case = Case::filed(&filed(today, 5, vec![step("a", 1), step("b", 1), step("c", 2)]));
    assert_eq!(case.queue(), Some(PostKind::Clerk));
    run(&mut case, Command::Accept, today).unwrap();
    assert_eq!(case.open_steps().map(|s| s.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let early = run(&mut case, finish("c", 1), today).unwrap_err();
    assert_eq!((early.code, early.message.contains("还没有轮到")), ("casework.step_not_open", true));
    run(&mut case, finish("b", 1), today).unwrap();
    run(&mut case, finish("a", 1), today).unwrap();
    run(&mut case, finish("c", 1), today).unwrap();
    assert_eq!((case.state, case.queue()), (State::Decision, Some(PostKind::Approver)));
    assert_eq!(run(&mut case, decide(true, 1), today).unwrap_err().code, "casework.same_person");
    run(&mut case, decide(true, 2), today).unwrap();
    run(&mut case, Command::Close, today).unwrap();
    run(&mut case, Command::Deliver { way: "online".into() }, today).unwrap();
    assert_eq!((case.state, case.outcome), (State::Delivered, Some(Outcome::Granted)));
}

#[test]
fn an_instant_item_is_granted_in_one_act() {
    let today = day("2026-09-24");
    let mut case = Case::filed(&filed(today, 0, vec![]));
    let kinds: Vec<_> = run(&mut case, decide(true, 1), today).unwrap().iter().map(Event::kind).collect();
    assert_eq!(kinds, ["casework.accepted", "casework.review_finished", "casework.granted"]);
}

#[test]
fn a_promised_item_is_not_decided_before_review() {
    let today = day("2026-09-24");
    let mut case = Case::filed(&filed(today, 5, vec![step("review", 1)]));
    assert_eq!(run(&mut case, decide(true, 1), today).unwrap_err().code, "casework.wrong_state");
}

#[test]
fn only_one_supplement_notice() {
    let today = day("2026-09-24");
    let mut case = Case::filed(&filed(today, 5, vec![]));
    let notice = || Command::NoticeSupplement {
        missing: vec!["平面图".into()],
        fields: vec![],
        due: day("2026-10-15"),
    };
    run(&mut case, notice(), today).unwrap();
    let answer = SupplementAnswer::default();
    let handed_in = Command::HandIn { at: 0, received_on: day("2026-09-28"), answer };
    run(&mut case, handed_in, day("2026-09-28")).unwrap();
    let refusal = run(&mut case, notice(), day("2026-09-28")).unwrap_err();
    assert_eq!(refusal.code, "casework.second_supplement");
    assert!(refusal.norm.unwrap().contains("第三十二条"));
}

#[test]
fn silence_accepts_from_the_day_of_receipt_and_not_a_day_early() {
    let received = day("2026-09-24");
    let mut case = Case::filed(&filed(received, 5, vec![step("review", 1)]));
    let early = run(&mut case, Command::AcceptBySilence, day("2026-10-09")).unwrap_err();
    assert_eq!(early.code, "casework.not_silent");
    run(&mut case, Command::AcceptBySilence, day("2026-10-10")).unwrap();
    assert_eq!((case.accepted_on, case.accepted_by_silence), (Some(received), true));
}

/// Received, clicked, accepted on: within the five working days the click counts, afterwards the receipt.
#[test]
fn an_acceptance_after_the_term_counts_from_the_day_of_receipt() {
    let vectors = [
        ("2026-09-24", "2026-09-24", "2026-09-24", false),
        ("2026-09-24", "2026-10-09", "2026-10-09", false),
        ("2026-09-24", "2026-10-10", "2026-09-24", true),
        ("2026-09-24", "2026-12-01", "2026-09-24", true),
        ("2026-02-12", "2026-02-26", "2026-02-26", false),
        ("2026-02-12", "2026-02-27", "2026-02-12", true),
        ("2026-04-25", "2026-04-24", "2026-04-25", false),
    ];
    for (received, clicked, accepted, silent) in vectors {
        let mut case = Case::filed(&filed(day(received), 5, vec![step("review", 1)]));
        run(&mut case, Command::Accept, day(clicked)).unwrap();
        assert_eq!((case.accepted_on, case.accepted_by_silence), (Some(day(accepted)), silent), "{clicked}");
        let clock = Clock::of(&case, Calendar::state_council(), day(clicked));
        assert_eq!(clock.due, Some(Calendar::state_council().add_working(day(accepted), 5).day));
    }
}

#[test]
fn after_the_term_nothing_is_asked_for_and_nothing_rejected() {
    let received = day("2026-09-24");
    let late = [
        Command::NoticeSupplement {
            missing: vec!["平面图".into()], fields: vec![], due: day("2026-10-30")
        },
        Command::NotAccept { reason: "不符合".into() },
        Command::SayNotNeeded { reason: "不需要".into() },
        Command::SayWrongBody { right_body: "住建局".into() },
    ];
    for command in late {
        let case = Case::filed(&filed(received, 5, vec![step("review", 1)]));
        assert!(case.handle(command.clone(), moment(day("2026-10-09"))).is_ok(), "the last day is a day");
        let refusal = case.handle(command, moment(day("2026-10-10"))).unwrap_err();
        assert_eq!(refusal.code, "casework.counts_as_accepted");
        assert!(refusal.norm.unwrap().contains("第三十二条"));
    }
    let mut instant = Case::filed(&filed(received, 0, vec![]));
    run(&mut instant, decide(true, 1), day("2026-10-12")).unwrap();
    assert_eq!(instant.accepted_on, Some(received), "decided late in one act");
}

#[test]
fn a_grant_against_an_opinion_says_why() {
    let today = day("2026-09-24");
    let mut case = Case::filed(&filed(today, 5, vec![step("a", 1)]));
    run(&mut case, Command::Accept, today).unwrap();
    let Command::FinishStep { step, opinion, checked, officers, by, by_name, .. } = finish("a", 1) else {
        unreachable!("a step")
    };
    let against = Command::FinishStep { step, passed: false, opinion, checked, officers, by, by_name };
    run(&mut case, against, today).unwrap();
    let grant = |reason: &str| Command::Decide { granted: true, reason: reason.into(), by: Id(2) };
    let refusal = run(&mut case, grant(" "), today).unwrap_err();
    assert_eq!((refusal.code, refusal.field.as_deref()), ("casework.reason_needed", Some("reason")));
    assert!(refusal.message.contains("不通过"), "{}", refusal.message);
    run(&mut case, grant("复核后符合条件"), today).unwrap();
}

#[test]
fn a_refusal_says_why() {
    let today = day("2026-09-24");
    let mut case = Case::filed(&filed(today, 0, vec![]));
    let refusal = run(&mut case, Command::Decide { granted: false, reason: "  ".into(), by: Id(1) }, today)
        .unwrap_err();
    assert_eq!((refusal.code, refusal.field.as_deref()), ("casework.reason_needed", Some("reason")));
    assert!(refusal.norm.unwrap().contains("第三十八条"));
}

#[test]
fn no_document_and_no_journal_says_what_nobody_sees() {
    let today = day("2026-09-24");
    let new = Case::filed(&filed(today, 5, vec![step("a", 1)]));
    let mut accepted = new.clone();
    run(&mut accepted, Command::Accept, today).unwrap();
    let mut reviewed = accepted.clone();
    run(&mut reviewed, finish("a", 1), today).unwrap();
    let said = |text: &str| {
        let text = || text.to_owned();
        let decide = |granted| Command::Decide { granted, reason: text(), by: Id(2) };
        let procedure = "专家评审".to_owned();
        let Command::FinishStep { step, passed, checked, officers, by, by_name, .. } = finish("a", 1) else {
            unreachable!("a step")
        };
        [
            (
                &new,
                Command::NoticeSupplement {
                    missing: vec!["平面图".into(), text()],
                    fields: Vec::new(),
                    due: today.plus(20),
                },
            ),
            (&new, Command::NotAccept { reason: text() }),
            (&new, Command::SayNotNeeded { reason: text() }),
            (&new, Command::SayWrongBody { right_body: text() }),
            (&new, Command::Withdraw { reason: text() }),
            (&accepted, Command::Suspend { procedure, reason: text(), working_days: 5 }),
            (&accepted, Command::Extend { working_days: 5, reason: text() }),
            (
                &accepted,
                Command::FinishStep { step, passed, opinion: text(), checked, officers, by, by_name },
            ),
            (&reviewed, decide(true)),
            (&reviewed, decide(false)),
        ]
    };
    for hidden in ["不符\u{202e}合", "不\0符合"] {
        for (case, command) in said(hidden) {
            let field = match command {
                Command::NoticeSupplement { .. } => "missing",
                _ => "reason",
            };
            let refusal = case.handle(command.clone(), moment(today)).unwrap_err();
            assert_eq!(
                (refusal.code, refusal.field.as_deref()),
                ("form.characters", Some(field)),
                "{command:?}"
            );
        }
    }
    for (case, command) in said("第一行\n第二行") {
        let one_line = matches!(command, Command::NoticeSupplement { .. } | Command::SayWrongBody { .. });
        assert_eq!(case.handle(command.clone(), moment(today)).is_err(), one_line, "{command:?}");
    }
}

fn any_command() -> impl Strategy<Value = Command> {
    let reason = prop_oneof![Just(String::new()), Just("理由".to_owned())];
    prop_oneof![
        Just(Command::Accept),
        Just(Command::AcceptBySilence),
        (0..40i32).prop_map(|d| Command::NoticeSupplement {
            missing: vec!["材料".into()],
            fields: vec!["place.address".into()],
            due: day("2026-01-05").plus(d)
        }),
        (0..40i32, any::<bool>()).prop_map(|(d, on_paper)| Command::HandIn {
            at: day("2026-01-05").plus(d).start_millis_shanghai(),
            received_on: day("2026-01-05").plus(d),
            answer: SupplementAnswer {
                corrected: vec!["place.address".into()],
                brought: vec!["layout".into()],
                on_paper,
            },
        }),
        Just(Command::LapseSupplement),
        Just(Command::HandInOwed { material: "later".into() }),
        Just(Command::ConfirmOwed { material: "later".into(), by: Id(1), by_name: "演示".into() }),
        reason.clone().prop_map(|reason| Command::ReturnOwed { material: "later".into(), reason }),
        Just(Command::LapseOwed),
        reason.clone().prop_map(|reason| Command::NotAccept { reason }),
        reason.clone().prop_map(|reason| Command::SayNotNeeded { reason }),
        reason.clone().prop_map(|right_body| Command::SayWrongBody { right_body }),
        (prop_oneof![Just("a"), Just("b"), Just("c"), Just("?")], 1..4i64)
            .prop_map(|(key, by)| finish(key, by)),
        (0..12u32, reason.clone()).prop_map(|(working_days, reason)| Command::Suspend {
            procedure: "专家评审".into(),
            reason,
            working_days
        }),
        Just(Command::Resume),
        (0..12u32, reason.clone())
            .prop_map(|(working_days, reason)| Command::Extend { working_days, reason }),
        (any::<bool>(), 1..4i64).prop_map(|(granted, by)| decide(granted, by)),
        Just(Command::Close),
        Just(Command::Deliver { way: "online".into() }),
        reason.prop_map(|reason| Command::Withdraw { reason }),
    ]
}

proptest! {
    /// No sequence of commands leaves the table, replaying the events gives the case, and neither due
    /// day ever moves back after acceptance.
    #[test]
    fn whatever_is_asked_the_case_stays_lawful(
        promised in 0..30u32,
        with_steps in any::<bool>(),
        with_owed in any::<bool>(),
        commands in prop::collection::vec((any_command(), 0..4i32), 1..40),
    ) {
        let mut today = day("2026-01-05");
        let steps = if with_steps { vec![step("a", 1), step("b", 1), step("c", 2)] } else { vec![] };
        let owed = if with_owed { vec!["later".to_owned()] } else { vec![] };
        let first = Event::Submitted(Filed { owed, ..filed(today, promised, steps) });
        let mut log = vec![first.clone()];
        let mut case = Case::replay([&first]).unwrap();
        let mut dues: Option<(Day, Day)> = None;
        for (command, days) in commands {
            today = today.plus(days);
            let term = Calendar::state_council().add_working(case.received_on, ACCEPTANCE_DAYS).day;
            let silent = case.state == State::Submitted && today > term;
            let Ok(events) = case.handle(command, moment(today)) else { continue };
            for event in &events {
                use Event::*;
                let answers = matches!(
                    event, SupplementNoticed { .. } | NotAccepted { .. } | NotNeeded { .. } | WrongBody { .. }
                );
                prop_assert!(!(silent && answers), "answered after the term: {event:?}");
                if let Accepted { on, by_silence } = event {
                    prop_assert_eq!(*by_silence, silent);
                    prop_assert!(*on <= term, "accepted on {on}, after the term of {term}");
                    prop_assert!(!silent || *on == case.received_on);
                }
            }
            for event in events {
                let before = case.state;
                case.apply(&event);
                let moved = before != case.state;
                prop_assert!(!moved || before.next().contains(&case.state), "{before:?} → {:?}", case.state);
                log.push(event);
            }
            let open = case.owed.iter().any(|owed| owed.state != OwedState::Confirmed);
            prop_assert!(case.decision.is_none() || !open, "decided with something owed");
            let clock = Clock::of(&case, Calendar::state_council(), today);
            if let (Some(_), Some(due), Some(statutory)) = (case.accepted_on, clock.due, clock.statutory_due) {
                let (earlier, earlier_statutory) = dues.unwrap_or((due, statutory));
                prop_assert!(due >= earlier && statutory >= earlier_statutory, "a clock ran backwards");
                prop_assert!(due <= statutory || promised > 20, "promised later than statutory");
                dues = Some((due, statutory));
            }
        }
        prop_assert_eq!(Case::replay(&log), Some(case));
    }
}

#[test]
fn of_a_sentence_about_the_right_body_the_document_takes_its_name() {
    for (written, named) in [
        ("应向南京市市场监督管理局提出。", "南京市市场监督管理局"),
        ("请向住建局提出申请", "住建局"),
        ("向税务局申请。", "税务局"),
        ("南京市应急管理局", "南京市应急管理局"),
        ("应急管理局", "应急管理局"),
        ("请示办", "请示办"),
    ] {
        assert_eq!(super::body_named(written), named, "{written}");
    }
}
