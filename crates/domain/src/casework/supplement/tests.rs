//! Stories of answers that are corrected, on both engines.

use super::super::*;
use crate::catalog::Answers;
use crate::documents;
use crate::identity::{Actor, PostKind};
use crate::journal;
use crate::testing::{DAY, FOOD, REGISTRATION, Town, story};
use base::{Error, Page, Result};
use db::params;

const MACHINE: &str = "food.machine";
const PLACES: &str = "food.machine_places";
const ADDRESS: &str = "place.address";

fn answers(of: &[(&str, &str)]) -> Answers {
    of.iter().map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()])).collect()
}

/// The citizen's case with these answers, everything else on paper; `without` come by themselves.
async fn filed(town: &Town, slug: &str, key: &str, said: &[(&str, &str)], without: &[&str]) -> CaseId {
    let mut submission = town.submission(slug, key);
    submission.answers.extend(answers(said));
    submission.materials.push(GivenMaterial { key: "licence".into(), way: Way::Paper });
    submission.materials.retain(|given| {
        !without.contains(&given.key.as_str()) && town.item(slug).base.material(&given.key).is_some()
    });
    submit(&town.cx(&town.citizen), submission).await.expect("a case").case
}

async fn view(town: &Town, actor: &Actor, case: CaseId) -> CaseView {
    let cx = town.cx(actor);
    town.world.db.read(async |tx| show_case(tx, &cx, case).await).await.unwrap()
}

async fn ask(town: &Town, case: CaseId, missing: &str, fields: &[&str]) -> Result<State> {
    let cx = town.cx(&town.market(PostKind::Clerk));
    let notice = SupplementNotice {
        missing: vec![missing.to_owned()],
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        due_on: cx.today().plus(20).to_string(),
    };
    town.world.db.write(async |tx| notice_supplement(tx, &cx, case, notice, None).await).await
}

async fn hand(town: &Town, case: CaseId, brought: HandedIn) -> Result<State> {
    let cx = town.cx(&town.citizen);
    town.world.db.write(async |tx| hand_in(tx, &cx, case, brought, None).await).await
}

async fn correct(town: &Town, case: CaseId, said: &[(&str, &str)]) -> Result<State> {
    hand(town, case, HandedIn { answers: answers(said), ..Default::default() }).await
}

/// Code, field and words of each fault.
fn faults(outcome: Result<State>) -> Vec<(&'static str, String, String)> {
    let Err(Error::Refused(refusals)) = outcome else { panic!("refused: {outcome:?}") };
    refusals.into_iter().map(|r| (r.code, r.field.unwrap_or_default(), r.message)).collect()
}

fn fault(outcome: Result<State>) -> (&'static str, String) {
    let (code, field, _) = faults(outcome).remove(0);
    (code, field)
}

#[tokio::test]
async fn an_answer_the_notice_names_is_corrected_and_what_it_was_is_kept() {
    story(async |town| {
        let case = filed(&town, FOOD, "corrected", &[(MACHINE, "否")], &[]).await;
        let strange = faults(ask(&town, case, "地址与租赁合同不一致", &[ADDRESS, PLACES, "zzz"]).await);
        let codes: Vec<_> = strange.iter().map(|(code, field, _)| (*code, field.as_str())).collect();
        assert_eq!(
            codes,
            [("casework.field_not_asked", "fields"); 2],
            "one it did not ask, one it does not know"
        );
        assert_eq!(fault(ask(&town, case, " ", &[ADDRESS]).await).0, "casework.nothing_missing");
        ask(&town, case, "地址与租赁合同不一致", &[ADDRESS]).await.unwrap();
        let told = view(&town, &town.citizen, case).await;
        let lines = &told.case.supplement.as_ref().unwrap().missing;
        assert_eq!(lines[..], ["地址与租赁合同不一致", "更正“经营场所地址”"]);
        let cx = town.cx(&town.citizen);
        let paper = told.documents.iter().find(|paper| paper.kind == documents::Kind::Supplement).unwrap();
        let opened = town.world.db.read(async |tx| documents::open(tx, &cx, paper.id).await).await.unwrap();
        assert!(documents::text(&opened.1).unwrap().contains("更正“经营场所地址”"));

        town.clock.advance(3 * DAY);
        for (said, code, field) in [
            (vec![("trade.name", "别的名字")], "casework.answer_not_asked", "trade.name"),
            (vec![(MACHINE, "是")], "casework.answer_not_asked", MACHINE),
            (vec![(ADDRESS, " ")], "form.required", ADDRESS),
            (vec![(ADDRESS, "演示内容")], "casework.nothing_handed_in", ADDRESS),
            (vec![], "casework.nothing_handed_in", ADDRESS),
        ] {
            assert_eq!(fault(correct(&town, case, &said).await), (code, field.to_owned()), "{said:?}");
        }
        let before = view(&town, &town.citizen, case).await;
        assert_eq!((before.answers, before.case.state), (told.answers.clone(), State::SupplementNoticed));
        assert_eq!(correct(&town, case, &[(ADDRESS, " 新街口8号 ")]).await.unwrap(), State::Submitted);

        let seen = view(&town, &town.market(PostKind::Clerk), case).await;
        assert_eq!(seen.answers[ADDRESS], ["新街口8号"]);
        assert_eq!(seen.earlier_answers, Some(told.answers), "all of them, as they were");
        let supplement = seen.case.supplement.clone().unwrap();
        assert_eq!(supplement.answer.corrected, [ADDRESS]);
        assert_eq!(supplement.handed_in_on.unwrap(), town.cx(&Actor::System).today());
        let events: Vec<Event> = seen.timeline.into_iter().map(|entry| entry.event).collect();
        assert_eq!(Case::replay(&events), Some(seen.case), "replaying the journal gives the row");
    })
    .await;
}

#[tokio::test]
async fn what_was_corrected_stands_in_the_clear_nowhere() {
    story(async |town| {
        let case = filed(&town, FOOD, "sealed-correction", &[(ADDRESS, "中山路1号")], &[]).await;
        ask(&town, case, "地址不对", &[ADDRESS]).await.unwrap();
        correct(&town, case, &[(ADDRESS, "新街口8号")]).await.unwrap();
        let events =
            town.world.db.read(async |tx| journal::of_subject(tx, "case", case).await).await.unwrap();
        let event = events.iter().find(|event| event.kind == "casework.supplement_handed_in").unwrap();
        assert!(event.detail.contains(ADDRESS), "which question, by name: {}", event.detail);
        let raw = town.world.db.read(async |tx| {
            let facts = tx
                .first("SELECT facts, answers FROM casework_case WHERE id = $1", &params![case], |row| {
                    Ok([row.text(0)?.into_bytes(), row.blob(1)?].concat())
                })
                .await?;
            let sql = "SELECT earlier_answers FROM casework_supplement WHERE case_id = $1";
            let earlier = tx.first(sql, &params![case], |row| row.blob(0)).await?;
            Ok([facts.unwrap(), earlier.unwrap()].concat())
        });
        let text = String::from_utf8_lossy(&raw.await.unwrap()).into_owned();
        let whole = events.iter().fold(text, |text, event| text + &event.detail);
        assert!(!whole.contains("新街口") && !whole.contains("中山路"));
    })
    .await;
}

#[tokio::test]
async fn a_corrected_answer_leads_to_the_questions_and_materials_that_hang_on_it() {
    story(async |town| {
        let case = filed(&town, FOOD, "leads-further", &[(MACHINE, "否")], &[]).await;
        assert!(view(&town, &town.citizen, case).await.materials.iter().all(|given| given.key != "machines"));
        ask(&town, case, "您有售货机", &[MACHINE]).await.unwrap();
        let question = fault(correct(&town, case, &[(MACHINE, "是")]).await);
        assert_eq!(question, ("form.required", PLACES.to_owned()), "asked because of the new answer");
        let both = [(MACHINE, "是"), (PLACES, "地铁站2台")];
        let (code, field, words) = faults(correct(&town, case, &both).await).remove(0);
        assert_eq!((code, field.as_str()), ("casework.material_missing", "material.machines"));
        assert!(words.contains("因为您的“是否用自动售货设备”是“是”"), "{words}");
        let paper = |key: &str| GivenMaterial { key: key.into(), way: Way::Paper };
        let bring = |materials| HandedIn { answers: answers(&both), materials, on_paper: false };
        let twice = fault(hand(&town, case, bring(vec![paper("machines"), paper("machines")])).await);
        assert_eq!(twice, ("casework.material_twice", "material.machines".to_owned()), "one would be lost");
        hand(&town, case, bring(vec![paper("machines")])).await.unwrap();
        let seen = view(&town, &town.citizen, case).await;
        assert_eq!(seen.answers[PLACES], ["地铁站2台"]);
        let answer = &seen.case.supplement.as_ref().unwrap().answer;
        assert_eq!(answer.corrected, [MACHINE, PLACES]);
        assert_eq!(answer.brought, ["machines"]);
        let order: Vec<&str> = seen.materials.iter().map(|given| given.key.as_str()).collect();
        let of_item: Vec<String> = seen.item.offer().materials.iter().map(|m| m.key.clone()).collect();
        assert!(order.contains(&"machines"));
        assert!(order.is_sorted_by_key(|key| of_item.iter().position(|other| other == key)), "{order:?}");

        // The other way round: what nobody asks any more is dropped, and kept as it was.
        let case = filed(&town, FOOD, "leads-back", &[(MACHINE, "是"), (PLACES, "车站")], &[]).await;
        ask(&town, case, "没有售货机", &[MACHINE]).await.unwrap();
        assert_eq!(
            fault(correct(&town, case, &[(PLACES, "别处")]).await),
            ("casework.answer_not_asked", PLACES.to_owned()),
            "it was asked before and is not named"
        );
        correct(&town, case, &[(MACHINE, "否")]).await.unwrap();
        let seen = view(&town, &town.citizen, case).await;
        assert!(!seen.answers.contains_key(PLACES));
        assert_eq!(seen.earlier_answers.unwrap()[PLACES], ["车站"]);
        assert_eq!(seen.case.supplement.unwrap().answer.corrected, [MACHINE, PLACES]);
    })
    .await;
}

#[tokio::test]
async fn an_account_proves_nobody_else_when_the_number_is_corrected() {
    story(async |town| {
        const NUMBER: &str = "trade.leader_number";
        let own = [("trade.leader", "演示·王小明"), (NUMBER, "320102199001019998")];
        let case = filed(&town, REGISTRATION, "somebody-else", &own, &["identity"]).await;
        let identity = async || {
            let seen = view(&town, &town.citizen, case).await;
            seen.materials.into_iter().find(|given| given.key == "identity").unwrap().way
        };
        assert_eq!(identity().await, Way::Account);
        ask(&town, case, "经营者号码不对", &[NUMBER]).await.unwrap();
        let other = [(NUMBER, "320102198802029980")];
        let missing = fault(correct(&town, case, &other).await);
        assert_eq!(missing, ("casework.material_missing", "material.identity".to_owned()));
        let brought = HandedIn { answers: answers(&other), on_paper: true, ..Default::default() };
        hand(&town, case, brought).await.unwrap();
        assert_eq!(identity().await, Way::Paper, "brought to the window");
    })
    .await;
}

#[tokio::test]
async fn a_case_that_came_back_is_marked_until_it_is_accepted() {
    story(async |town| {
        let returned = filed(&town, FOOD, "came-back", &[], &[]).await;
        let fresh = filed(&town, FOOD, "never-asked", &[], &[]).await;
        ask(&town, returned, "地址不对", &[ADDRESS]).await.unwrap();
        let clerk = town.cx(&town.market(PostKind::Clerk));
        let marked = async |queue: Queue, case: CaseId| {
            let body = town.item(FOOD).body.credit_code.clone();
            let (due, order, page) = (DueFilter::Any, DueOrder::EarliestFirst, Page::of(None, None));
            let filter = DeskFilter { body, queue, item: String::new(), due, order, page };
            let rows = desk(&clerk, &filter).await.unwrap().rows.rows;
            rows.into_iter().find(|row| row.id == case).map(|row| row.supplemented)
        };
        assert_eq!(marked(Queue::Waiting, returned).await, Some(false), "it has not come back yet");
        correct(&town, returned, &[(ADDRESS, "新街口8号")]).await.unwrap();
        assert_eq!(marked(Queue::Clerk, returned).await, Some(true));
        assert_eq!(marked(Queue::Clerk, fresh).await, Some(false));
        town.world.db.write(async |tx| accept(tx, &clerk, returned, None).await).await.unwrap();
        assert_eq!(marked(Queue::Reviewer, returned).await, Some(false));
    })
    .await;
}
