//! Stories of materials that come after the acceptance, on both engines.

use super::*;
use crate::casework::{
    CaseView, DeskFilter, DueFilter, Queue, accept, accept_silent_cases, decide, desk, review, show_case,
    submit,
};
use crate::identity::{Actor, PostKind};
use crate::testing::{DAY, ELSEWHERE, FOOD, REGISTRATION, Town, story};
use base::{Error, Page};
use norms::Day;

/// The one material of the food licence that may come later.
const RULES: &str = "rules";

async fn view(town: &Town, actor: &Actor, case: CaseId) -> CaseView {
    let cx = town.cx(actor);
    town.world.db.read(async |tx| show_case(tx, &cx, case).await).await.unwrap()
}

/// The citizen's food licence, submitted without the rules.
async fn submitted(town: &Town, key: &str) -> CaseId {
    let registered = town.submit(&town.citizen, REGISTRATION, &format!("{key}-licence")).await.case;
    let cx = town.cx(&town.market(PostKind::Clerk));
    let granted = town
        .world
        .db
        .write(async |tx| decide(tx, &cx, registered, true, String::new(), None).await.map(drop));
    granted.await.unwrap();
    let mut submission = town.submission(FOOD, key);
    let rules = submission.materials.iter_mut().find(|material| material.key == RULES);
    rules.expect("the food licence has rules").way = Way::Later;
    submit(&town.cx(&town.citizen), submission).await.expect("accepted without the rules").case
}

async fn accepted(town: &Town, key: &str) -> CaseId {
    let case = submitted(town, key).await;
    let cx = town.cx(&town.market(PostKind::Clerk));
    town.world.db.write(async |tx| accept(tx, &cx, case, None).await).await.unwrap();
    case
}

async fn hand(town: &Town, actor: &Actor, case: CaseId, way: Way) -> Result<State> {
    let cx = town.cx(actor);
    let given = GivenMaterial { key: RULES.into(), way };
    town.world.db.write(async |tx| hand_in_owed(tx, &cx, case, given.clone(), None).await).await
}

async fn answer(town: &Town, actor: &Actor, case: CaseId, returned: Option<&str>) -> Result<State> {
    let cx = town.cx(actor);
    let answer = async |tx: &mut Tx<'_>| {
        answer_owed(tx, &cx, case, RULES.into(), returned.map(str::to_owned), None).await
    };
    town.world.db.write(answer).await
}

async fn review_all(town: &Town, case: CaseId) {
    let reviewer = town.cx(&town.market(PostKind::Reviewer));
    while let Some(step) =
        view(town, &town.citizen, case).await.case.open_steps().next().map(|step| step.key.clone())
    {
        let done = town
            .world
            .db
            .write(async |tx| review(tx, &reviewer, case, crate::testing::passing(&step), None).await);
        done.await.unwrap();
    }
}

/// The queues of its body where the case stands.
async fn queues_with(town: &Town, case: CaseId) -> Vec<Queue> {
    let cx = town.cx(&town.market(PostKind::Clerk));
    let body = view(town, &town.citizen, case).await.item.body.credit_code.clone();
    let mut found = Vec::new();
    for queue in Queue::ALL {
        let filter = DeskFilter {
            body: body.clone(),
            queue,
            item: String::new(),
            due: DueFilter::Any,
            order: queue.usual_order(),
            page: Page::of(None, None),
        };
        let rows = desk(&cx, &filter).await.unwrap().rows.rows;
        found.extend(rows.iter().any(|row| row.id == case).then_some(queue));
    }
    found
}

async fn try_decide(town: &Town, case: CaseId, granted: bool) -> Result<State> {
    let cx = town.cx(&town.market(PostKind::Approver));
    let reason = if granted { String::new() } else { "不符合条件".to_owned() };
    let decided = town
        .world
        .db
        .write(async |tx| decide(tx, &cx, case, granted, reason.clone(), None).await.map(|d| d.state));
    decided.await
}

#[tokio::test]
async fn the_term_runs_with_the_acceptance_and_ends_before_the_promised_day() {
    story(async |town| {
        let case = submitted(&town, "owed-term").await;
        assert_eq!(view(&town, &town.citizen, case).await.case.owed_until, None, "nothing runs yet");
        let cx = town.cx(&town.market(PostKind::Clerk));
        town.world.db.write(async |tx| accept(tx, &cx, case, None).await).await.unwrap();
        let seen = view(&town, &town.citizen, case).await;
        let (until, due) = (seen.case.owed_until.expect("a term"), seen.clock.due.expect("a due day"));
        let calendar = &cx.catalogue.calendar;
        assert!(calendar.is_working(until), "{until}");
        assert_eq!(calendar.working_between(until, due), 1, "the last working day before {due}");
        assert_eq!(seen.case.owed[0].state, OwedState::Outstanding);
        let told: Vec<_> = seen.timeline.iter().map(|entry| entry.event.kind()).collect();
        assert!(told.contains(&"casework.materials_deferred"), "{told:?}");
        let papers = seen.documents.iter().any(|paper| paper.kind == crate::documents::Kind::Acceptance);
        assert!(papers, "the acceptance is a document");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_decided_before_all_is_in_and_confirmed() {
    story(async |town| {
        let case = accepted(&town, "owed-decision").await;
        review_all(&town, case).await;
        assert_eq!(queues_with(&town, case).await, [Queue::Waiting], "it is the applicant's turn");
        for granted in [true, false] {
            let early = try_decide(&town, case, granted).await.unwrap_err();
            assert_eq!(early.code(), "casework.materials_owed");
        }
        hand(&town, &town.citizen, case, Way::Paper).await.unwrap();
        assert_eq!(queues_with(&town, case).await, [Queue::Reviewer], "what came is examined");
        assert_eq!(try_decide(&town, case, true).await.unwrap_err().code(), "casework.materials_owed");
        answer(&town, &town.market(PostKind::Clerk), case, None).await.unwrap();
        assert_eq!(view(&town, &town.citizen, case).await.case.owed[0].state, OwedState::Confirmed);
        assert_eq!(queues_with(&town, case).await, [Queue::Approver]);
        try_decide(&town, case, true).await.expect("now it can be decided");
    })
    .await;
}

#[tokio::test]
async fn only_the_applicant_hands_in_and_only_the_desk_of_the_body_answers() {
    story(async |town| {
        let case = accepted(&town, "owed-rights").await;
        let clerk = town.market(PostKind::Clerk);
        for other in [&town.neighbour, &town.agent, &town.security] {
            assert!(matches!(hand(&town, other, case, Way::Paper).await, Err(Error::NotFound)));
        }
        assert!(matches!(hand(&town, &clerk, case, Way::Paper).await, Err(Error::NotFound | Error::Denied)));
        let forged = Way::file("a".repeat(64), "制度.pdf");
        let unknown = hand(&town, &town.citizen, case, forged).await.unwrap_err();
        assert_eq!(unknown.code(), "casework.file_unknown");
        let early = answer(&town, &clerk, case, None).await.unwrap_err();
        assert_eq!(early.code(), "casework.not_owed", "nothing was handed in");
        hand(&town, &town.citizen, case, Way::Paper).await.unwrap();
        assert_eq!(
            hand(&town, &town.citizen, case, Way::Paper).await.unwrap_err().code(),
            "casework.not_owed"
        );
        let foreign = town.staff("market", ELSEWHERE, PostKind::Clerk);
        for other in [&town.citizen, &foreign] {
            let refused = answer(&town, other, case, None).await;
            assert!(matches!(refused, Err(Error::NotFound | Error::Denied)), "{refused:?}");
        }
        let silent = answer(&town, &clerk, case, Some("  ")).await.unwrap_err();
        assert_eq!(silent.code(), "casework.reason_needed");
        answer(&town, &clerk, case, Some("缺少自查制度")).await.unwrap();
        let seen = view(&town, &town.citizen, case).await.case;
        assert_eq!(seen.owed[0].state, OwedState::Outstanding);
        assert_eq!(seen.owed[0].returned, "缺少自查制度");
        hand(&town, &town.citizen, case, Way::Paper).await.expect("handed in again");
    })
    .await;
}

#[tokio::test]
async fn what_does_not_come_in_time_counts_as_withdrawn_and_not_a_day_early() {
    story(async |town| {
        let case = accepted(&town, "owed-late").await;
        let in_time = accepted(&town, "owed-in-time").await;
        hand(&town, &town.citizen, in_time, Way::Paper).await.unwrap();
        let until = view(&town, &town.citizen, case).await.case.owed_until.unwrap();
        let cx = town.cx(&Actor::System);
        let days = i64::from(until.days_since(cx.today()));
        town.clock.advance(days * DAY);
        assert!(lapse_owed(&town.cx(&Actor::System)).await.unwrap().is_empty(), "the last day is a day");
        town.clock.advance(DAY);
        assert_eq!(lapse_owed(&town.cx(&Actor::System)).await.unwrap(), [case]);
        let ended = view(&town, &town.citizen, case).await;
        assert_eq!(ended.case.state, State::Withdrawn);
        assert!(ended.timeline.iter().any(|entry| entry.event.kind() == "casework.owed_lapsed"));
        assert!(lapse_owed(&town.cx(&Actor::System)).await.unwrap().is_empty(), "once");
        assert!(hand(&town, &town.citizen, case, Way::Paper).await.is_err());
        assert_eq!(view(&town, &town.citizen, in_time).await.case.state, State::Review);
    })
    .await;
}

#[tokio::test]
async fn a_return_and_a_silent_acceptance_leave_time_to_answer() {
    story(async |town| {
        let case = accepted(&town, "owed-return").await;
        let until = view(&town, &town.citizen, case).await.case.owed_until.unwrap();
        hand(&town, &town.citizen, case, Way::Paper).await.unwrap();
        let days = i64::from(until.days_since(town.cx(&Actor::System).today()));
        town.clock.advance(days * DAY);
        answer(&town, &town.market(PostKind::Clerk), case, Some("看不清")).await.unwrap();
        let cx = town.cx(&Actor::System);
        let longer = view(&town, &town.citizen, case).await.case.owed_until.unwrap();
        assert_eq!(cx.catalogue.calendar.working_between(cx.today(), longer), 2);

        let silent = submitted(&town, "owed-silent").await;
        town.clock.advance(20 * DAY);
        assert!(accept_silent_cases(&town.cx(&Actor::System)).await.unwrap().contains(&silent));
        let now: Day = town.cx(&Actor::System).today();
        let seen = view(&town, &town.citizen, silent).await.case;
        assert!(seen.accepted_on.unwrap() < now, "accepted from the day of receipt");
        assert!(seen.owed_until.unwrap() > now, "and still some days to bring what is owed");
    })
    .await;
}
