//! Stories of review steps, on both engines: ticked checks, officers on site, acts done twice.

use super::*;
use crate::identity::{Actor, PostKind};
use crate::testing::{FOOD, REGISTRATION, Town, passing, story};
use base::{Error, Refusal};

async fn view(town: &Town, actor: &Actor, case: CaseId) -> CaseView {
    let cx = town.cx(actor);
    town.world.db.read(async |tx| show_case(tx, &cx, case).await).await.unwrap()
}

/// A licence applied for on paper, accepted.
async fn accepted(town: &Town, key: &str) -> CaseId {
    let mut submission = town.submission(FOOD, key);
    submission.materials.push(GivenMaterial { key: "licence".into(), way: Way::Paper });
    let case = submit(&town.cx(&town.citizen), submission).await.unwrap().case;
    let cx = town.cx(&town.market(PostKind::Clerk));
    town.world.db.write(async |tx| accept(tx, &cx, case, None).await).await.unwrap();
    case
}

fn faults(refused: base::Result<State>) -> Vec<Refusal> {
    match refused {
        Err(Error::Refused(faults)) => faults,
        other => panic!("not refused: {other:?}"),
    }
}

fn fields(faults: &[Refusal]) -> Vec<(&'static str, &str)> {
    faults.iter().map(|fault| (fault.code, fault.field.as_deref().unwrap_or_default())).collect()
}

#[tokio::test]
async fn only_the_checks_of_the_step_are_ticked_and_everything_wrong_is_said_at_once() {
    story(async |town| {
        let case = accepted(&town, "checked-case").await;
        let cx = town.cx(&town.market(PostKind::Reviewer));
        let try_it = async |opinion: Opinion| {
            town.world.db.write(async |tx| review(tx, &cx, case, opinion, None).await).await
        };
        let item = view(&town, &town.market(PostKind::Reviewer), case).await.item;
        let own = item.base.steps.iter().find(|step| step.key == "review").unwrap().checks.clone();
        let invented = Opinion {
            passed: None,
            words: " ".into(),
            checked: vec![own[0].clone(), "随便写的".into()],
            ..passing("review")
        };
        let faults = faults(try_it(invented).await);
        assert_eq!(
            fields(&faults),
            [
                ("casework.choice_needed", "passed"),
                ("casework.reason_needed", "reason"),
                ("casework.unknown_check", "checked"),
            ]
        );
        assert!(faults[2].message.contains("随便写的"));
        try_it(Opinion { checked: own.clone(), ..passing("review") }).await.expect("its own checks");
        let seen = view(&town, &town.market(PostKind::Reviewer), case).await.case;
        assert_eq!(
            seen.steps.iter().find(|step| step.key == "review").unwrap().done.as_ref().unwrap().checked,
            own
        );
    })
    .await;
}

#[tokio::test]
async fn two_officers_go_to_the_place_and_are_named() {
    story(async |town| {
        let case = accepted(&town, "inspected-case").await;
        let reviewer = town.market(PostKind::Reviewer);
        let cx = town.cx(&reviewer);
        let try_it = async |step: &str, officers: &[&str]| {
            let officers = officers.iter().map(|name| (*name).to_owned()).collect();
            let opinion = Opinion { officers, ..passing(step) };
            town.world.db.write(async |tx| review(tx, &cx, case, opinion, None).await).await
        };
        let long = "长".repeat(51);
        let hidden = faults(try_it("inspect", &["演示·甲", "演示·\u{202e}乙"]).await);
        assert_eq!(fields(&hidden), [("form.characters", "officers")]);
        for officers in [&[][..], &["演示·甲"], &["演示·甲", " 演示·甲 "], &["演示·甲", &long]]
        {
            let faults = faults(try_it("inspect", officers).await);
            assert_eq!(fields(&faults), [("casework.officers", "officers")], "{officers:?}");
            assert!(faults[0].norm.unwrap().contains("第三十四条"));
        }
        let faults = faults(try_it("review", &["演示·甲", "演示·乙"]).await);
        assert_eq!(fields(&faults), [("casework.officers", "officers")], "nobody goes anywhere there");
        try_it("inspect", &["演示·甲", " 演示·乙 ", "演示·甲"]).await.expect("two officers");
        let seen = view(&town, &reviewer, case).await;
        let done = seen.case.steps.iter().find_map(|step| step.done.as_ref()).unwrap();
        assert_eq!(done.officers, ["演示·甲", "演示·乙"]);
        let events: Vec<Event> = seen.timeline.into_iter().map(|entry| entry.event).collect();
        assert_eq!(Case::replay(&events), Some(seen.case), "the journal knows them too");
    })
    .await;
}

#[tokio::test]
async fn whoever_presses_twice_is_not_told_of_a_stranger() {
    story(async |town| {
        let case = town.submit(&town.citizen, REGISTRATION, "pressed-twice").await.case;
        let db = &town.world.db;
        let (clerk, other) = (town.market(PostKind::Clerk), town.market(PostKind::Clerk));
        let (one, two) = (town.cx(&clerk), town.cx(&other));
        db.write(async |tx| accept(tx, &one, case, Some(1)).await).await.unwrap();
        let again = db.write(async |tx| accept(tx, &one, case, Some(1)).await).await.unwrap_err();
        assert_eq!(again.code(), OWN_ACT);
        let late = db.write(async |tx| accept(tx, &two, case, Some(1)).await).await;
        assert!(matches!(late, Err(Error::Conflict)), "for her it was somebody else");
        let applicant = town.cx(&town.citizen);
        let late = db.write(async |tx| withdraw(tx, &applicant, case, String::new(), Some(1)).await).await;
        assert!(matches!(late, Err(Error::Conflict)));
        let seen = Some(view(&town, &town.citizen, case).await.version);
        db.write(async |tx| withdraw(tx, &applicant, case, String::new(), seen).await).await.unwrap();
        let again = db.write(async |tx| withdraw(tx, &applicant, case, String::new(), seen).await).await;
        assert_eq!(again.unwrap_err().code(), OWN_ACT);
    })
    .await;
}

#[tokio::test]
async fn a_rejection_names_both_of_its_faults() {
    story(async |town| {
        let case = town.submit(&town.citizen, REGISTRATION, "rejected-badly").await.case;
        let cx = town.cx(&town.market(PostKind::Clerk));
        let refused = town.world.db.write(async |tx| reject(tx, &cx, case, "", " ".into(), None).await);
        let faults = faults(refused.await);
        assert_eq!(
            fields(&faults),
            [("casework.rejection_kind", "kind"), ("casework.reason_needed", "reason")]
        );
    })
    .await;
}

#[tokio::test]
async fn what_the_guide_does_not_ask_is_refused_by_name() {
    story(async |town| {
        let cx = town.cx(&town.citizen);
        let mut submission = town.submission(REGISTRATION, "strange-keys");
        submission.materials.push(GivenMaterial { key: "zzz".into(), way: Way::Paper });
        submission.answers.insert("hack.field".into(), vec!["1".into()]);
        let missing =
            town.item(REGISTRATION).offer().fields().find(|field| field.required).unwrap().element.clone();
        submission.answers.remove(&missing);
        let Err(Error::Refused(faults)) = submit(&cx, submission).await else { panic!("refused") };
        let named: Vec<_> = faults.iter().filter_map(|fault| fault.field.as_deref()).collect();
        assert_eq!(named, [missing.as_str(), "hack.field", "material.zzz"]);
    })
    .await;
}
