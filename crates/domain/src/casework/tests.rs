//! Stories of cases, on both engines.

use super::*;
use crate::certs;
use crate::identity::{Actor, PostKind};
use crate::journal;
use crate::testing::{DAY, ELSEWHERE, FOOD, INSTANT, REGISTRATION, Town, passing, story};
use base::{Error, Page};
use db::params;
use norms::codes::Outcome;

async fn view(town: &Town, actor: &Actor, case: CaseId) -> base::Result<CaseView> {
    let cx = town.cx(actor);
    town.world.db.read(async |tx| show_case(tx, &cx, case).await).await
}

async fn decide_by(town: &Town, actor: &Actor, case: CaseId, granted: bool) -> base::Result<Decided> {
    let cx = town.cx(actor);
    town.world.db.write(async |tx| decide(tx, &cx, case, granted, "理由".into(), None).await).await
}

#[tokio::test]
async fn an_instant_case_gives_a_certificate_that_the_next_case_uses() {
    story(async |town| {
        let registered = town.submit(&town.citizen, REGISTRATION, "registration").await;
        assert_eq!(registered.number.len(), 46);
        assert!(registered.waived_materials > 0, "the receipt counts what nobody had to bring");
        let decided = decide_by(&town, &town.market(PostKind::Clerk), registered.case, true).await.unwrap();
        let licence = decided.certificate.unwrap();
        assert!(norms::LicenceId::parse(&licence.identifier).is_ok(), "{}", licence.identifier);

        let food = town.submit(&town.citizen, FOOD, "food-case").await;
        let food = view(&town, &town.citizen, food.case).await.unwrap();
        let used = food.materials.iter().find(|m| m.key == "licence").unwrap();
        assert_eq!(used.way, Way::Certificate { identifier: licence.identifier.clone() });

        let cx = town.cx(&Actor::Visitor);
        let db = &town.world.db;
        let public = db.read(async |tx| certs::verify(tx, &cx, &licence.identifier).await).await.unwrap();
        assert_eq!(public.number, licence.number);
        let mistyped = licence.identifier.replace(".001.", ".002.");
        let refused = db.read(async |tx| certs::verify(tx, &cx, &mistyped).await).await.unwrap_err();
        assert_eq!(refused.code(), "certs.identifier_malformed");
        let neighbour = town.cx(&town.neighbour);
        let foreign = db.read(async |tx| certs::show(tx, &neighbour, &licence.identifier).await).await;
        assert!(matches!(foreign, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_promised_case_goes_from_desk_to_desk() {
    story(async |town| {
        let receipt = town.submit(&town.neighbour, REGISTRATION, "first-licence").await;
        decide_by(&town, &town.market(PostKind::Clerk), receipt.case, true).await.unwrap();
        let case = town.submit(&town.neighbour, FOOD, "promised-case").await.case;
        let (clerk, reviewer, approver) =
            (town.market(PostKind::Clerk), town.market(PostKind::Reviewer), town.market(PostKind::Approver));
        let db = &town.world.db;

        let too_early = decide_by(&town, &approver, case, true).await.unwrap_err();
        assert_eq!(too_early.code(), "casework.wrong_state");
        let cx = town.cx(&clerk);
        db.write(async |tx| accept(tx, &cx, case, Some(1)).await).await.unwrap();
        let cx = town.cx(&reviewer);
        while let Some(step) = view(&town, &reviewer, case).await.unwrap().case.open_steps().next().cloned() {
            let actor = if step.post == PostKind::Reviewer { reviewer.clone() } else { clerk.clone() };
            let cx = town.cx(&actor);
            let opinion = passing(&step.key);
            db.write(async |tx| review(tx, &cx, case, opinion, None).await).await.unwrap();
        }
        let denied = db.write(async |tx| decide(tx, &cx, case, true, String::new(), None).await).await;
        assert!(matches!(denied, Err(Error::Denied | Error::NotFound)));
        let decided = decide_by(&town, &approver, case, true).await.unwrap();
        assert_eq!(decided.state, State::Delivered);
        let seen = view(&town, &town.neighbour, case).await.unwrap();
        assert_eq!(seen.case.outcome, Some(Outcome::Granted));
        assert_eq!(seen.certificates.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn replaying_the_journal_gives_the_row() {
    story(async |town| {
        let case = town.submit(&town.citizen, REGISTRATION, "replayed").await.case;
        decide_by(&town, &town.market(PostKind::Clerk), case, false).await.unwrap();
        let seen = view(&town, &town.citizen, case).await.unwrap();
        let events: Vec<Event> = seen.timeline.into_iter().map(|entry| entry.event).collect();
        assert_eq!(Case::replay(&events), Some(seen.case));
    })
    .await;
}

#[tokio::test]
async fn one_key_makes_one_case_also_when_many_send_it_at_once() {
    story(async |town| {
        let town = std::sync::Arc::new(town);
        let sends = (0..8).map(|_| {
            let town = town.clone();
            tokio::spawn(async move {
                submit(&town.cx(&town.citizen), town.submission(INSTANT, "the-same-key")).await
            })
        });
        let mut numbers = Vec::new();
        for send in sends.collect::<Vec<_>>() {
            numbers.push(send.await.unwrap().unwrap().number);
        }
        assert!(numbers.iter().all(|number| *number == numbers[0]), "{numbers:?}");
        let again = town.submit(&town.citizen, INSTANT, "the-same-key").await;
        assert!(again.repeated);
        let mut changed = town.submission(INSTANT, "the-same-key");
        changed.answers.clear();
        let reused = submit(&town.cx(&town.citizen), changed).await.unwrap_err();
        assert_eq!(reused.code(), "casework.key_reused");
        let cases = town.world.db.read(async |tx| {
            tx.first("SELECT count(*) FROM casework_case", &params![], |row| row.int(0)).await
        });
        assert_eq!(cases.await.unwrap(), Some(1));
    })
    .await;
}

#[tokio::test]
async fn of_two_clerks_the_second_gets_a_conflict() {
    story(async |town| {
        let case = town.submit(&town.citizen, REGISTRATION, "two-clerks").await.case;
        let (one, two) = (town.cx(&town.market(PostKind::Clerk)), town.cx(&town.market(PostKind::Clerk)));
        let db = &town.world.db;
        db.write(async |tx| accept(tx, &one, case, Some(1)).await).await.unwrap();
        let late = db.write(async |tx| accept(tx, &two, case, Some(1)).await).await;
        assert!(matches!(late, Err(Error::Conflict)));
    })
    .await;
}

#[tokio::test]
async fn strangers_find_nothing_and_other_bodies_neither() {
    story(async |town| {
        let case = town.submit(&town.citizen, REGISTRATION, "private-case").await.case;
        for stranger in
            [&town.neighbour, &town.agent, &town.staff("market", ELSEWHERE, PostKind::Clerk), &town.audit]
        {
            assert!(matches!(view(&town, stranger, case).await, Err(Error::NotFound)), "{stranger:?}");
        }
        assert!(matches!(view(&town, &Actor::Visitor, case).await, Err(Error::Unauthenticated)));
        let cx = town.cx(&town.staff("market", ELSEWHERE, PostKind::Clerk));
        let body = town.item(REGISTRATION).body.credit_code.clone();
        let filter = DeskFilter {
            body,
            queue: Queue::Clerk,
            item: String::new(),
            due: DueFilter::Any,
            order: Queue::Clerk.usual_order(),
            page: Page::of(None, None),
        };
        let foreign = desk(&cx, &filter).await;
        assert!(matches!(foreign, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn silence_accepts_after_five_working_days() {
    story(async |town| {
        let case = town.submit(&town.citizen, REGISTRATION, "silent-case").await.case;
        let accepted = async || accept_silent_cases(&town.cx(&Actor::System)).await.unwrap();
        // Received 24 September; 中秋 and 国庆 make 9 October the fifth working day.
        town.clock.advance(15 * DAY);
        assert_eq!(accepted().await, []);
        town.clock.advance(DAY);
        assert_eq!(accepted().await, [case]);
        assert_eq!(accepted().await, []);
        let seen = view(&town, &town.citizen, case).await.unwrap();
        assert_eq!(seen.case.accepted_on.unwrap().to_string(), "2026-09-24");
    })
    .await;
}

#[tokio::test]
async fn the_public_sees_progress_only_with_the_right_pair() {
    story(async |town| {
        let receipt = town.submit(&town.citizen, INSTANT, "public-progress").await;
        let cx = town.cx(&Actor::Visitor);
        let ask = async |number: &str, password: &str| {
            town.world.db.read(async |tx| progress(tx, &cx, number, password).await).await
        };
        for number in [&receipt.number, &receipt.ticket] {
            let shown = ask(number, &receipt.query_password.to_lowercase()).await.unwrap();
            assert_eq!(shown.applicant, norms::mask::name("演示·王小明"));
        }
        for (number, password) in [
            (receipt.ticket.as_str(), "AAAAAA"),
            ("3201-20260924-999999", &receipt.query_password),
            ("", ""),
            ("' OR 1=1 --", "x"),
        ] {
            assert_eq!(ask(number, password).await.unwrap_err().code(), "casework.wrong_query", "{number}");
        }
    })
    .await;
}

#[tokio::test]
async fn news_reaches_the_applicant_once() {
    story(async |town| {
        let case = town.submit(&town.citizen, REGISTRATION, "news-case").await.case;
        decide_by(&town, &town.market(PostKind::Clerk), case, true).await.unwrap();
        let cx = town.cx(&town.citizen);
        let news = town.world.db.read(async |tx| notices_of(tx, &cx, 10).await).await.unwrap();
        assert_eq!(news.len(), 2);
        assert!(news[0].words.contains("准予"), "{}", news[0].words);
        let ticket = view(&town, &town.citizen, case).await.unwrap().ticket;
        assert!(news[1].words.ends_with(&format!("已提交，编号 {ticket}")), "{}", news[1].words);
        let cx = town.cx(&town.neighbour);
        let foreign = town.world.db.read(async |tx| notices_of(tx, &cx, 10).await).await.unwrap();
        assert!(foreign.is_empty());
    })
    .await;
}

/// Stops every seal of the market body of home, or lets them work again.
async fn seals_work(town: &Town, work: bool) {
    let cx = town.cx(&town.stepped_up(&town.market(PostKind::Approver)));
    let body = town.item(REGISTRATION).body.credit_code.clone();
    let db = &town.world.db;
    let all = db.read(async |tx| crate::seals::list(tx, &cx, &body, Page::of(None, None)).await);
    for seal in all.await.unwrap().rows {
        let done = db.write(async |tx| match work {
            true => crate::seals::resume(tx, &cx, seal.id, None, "已查清").await,
            false => crate::seals::suspend(tx, &cx, seal.id, None, "遗失，正在查").await,
        });
        done.await.unwrap();
    }
}

#[tokio::test]
async fn an_application_is_taken_back_where_the_body_has_no_seal_and_its_paper_follows() {
    story(async |town| {
        let case = town.submit(&town.citizen, REGISTRATION, "withdrawn-without-seal").await.case;
        seals_work(&town, false).await;
        let db = &town.world.db;
        let (cx, clerk) = (town.cx(&town.citizen), town.market(PostKind::Clerk));
        let decided = decide_by(&town, &clerk, case, true).await.unwrap_err();
        assert_eq!(decided.code(), "seals.none_in_force", "what the body says it says under seal");
        let early = db.write(async |tx| withdrawal_document(tx, &cx, case).await).await;
        assert!(matches!(early, Err(Error::NotFound)), "nothing was withdrawn");
        let day = cx.today();
        let gone = db.write(async |tx| withdraw(tx, &cx, case, "不办了".into(), None).await).await.unwrap();
        assert_eq!(gone, State::Withdrawn);
        let news = db.read(async |tx| notices_of(tx, &cx, 10).await).await.unwrap();
        assert!(news[0].words.contains("已撤回"), "{}", news[0].words);
        assert!(view(&town, &town.citizen, case).await.unwrap().documents.is_empty());
        let waits = db.write(async |tx| withdrawal_document(tx, &cx, case).await).await.unwrap_err();
        assert_eq!(waits.code(), "casework.document_waits");
        town.clock.advance(3 * DAY);
        seals_work(&town, true).await;
        let foreign = town.cx(&town.neighbour);
        let refused = db.write(async |tx| withdrawal_document(tx, &foreign, case).await).await;
        assert!(matches!(refused, Err(Error::NotFound)));
        let cx = town.cx(&town.citizen);
        let made = db.write(async |tx| withdrawal_document(tx, &cx, case).await).await.unwrap();
        let again = db.write(async |tx| withdrawal_document(tx, &cx, case).await).await.unwrap();
        assert_eq!(made.id, again.id, "one paper");
        let (_, file) = db.read(async |tx| open_document(tx, &cx, made.id).await).await.unwrap();
        let text = crate::documents::text(&file).unwrap().replace(char::is_whitespace, "");
        assert!(text.contains(&day.chinese()) && text.contains("不办了"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn bad_submissions_name_the_field_and_keep_nothing() {
    story(async |town| {
        let cx = town.cx(&town.citizen);
        let mut submission = town.submission(FOOD, "no-licence");
        submission.answers.clear();
        let Err(Error::Refused(refusals)) = submit(&cx, submission).await else { panic!("refused") };
        assert!(refusals.len() > 3 && refusals.iter().all(|refusal| refusal.field.is_some()));
        let missing = submit(&cx, town.submission(FOOD, "no-licence")).await.unwrap_err();
        assert_eq!(missing.code(), "casework.material_missing");
        let mut forged = town.submission(FOOD, "forged-file");
        let way = Way::file("0".repeat(64), "a.pdf");
        forged.materials.push(GivenMaterial { key: "licence".into(), way });
        assert_eq!(submit(&cx, forged).await.unwrap_err().code(), "casework.file_unknown");
        let mut twice = town.submission(REGISTRATION, "a-material-twice");
        let one = twice.materials[0].clone();
        twice.materials.push(one.clone());
        let Err(Error::Refused(faults)) = submit(&cx, twice).await else { panic!("one of two was kept") };
        let field = format!("material.{}", one.key);
        assert_eq!(
            (faults[0].code, faults[0].field.as_deref()),
            ("casework.material_twice", Some(field.as_str()))
        );
        let stale = Submission {
            item_version: Some(crate::catalog::ItemVersion { item: 99, base: 1 }),
            ..town.submission(INSTANT, "stale-guide")
        };
        assert_eq!(submit(&cx, stale).await.unwrap_err().code(), "casework.item_changed");
        let cases =
            town.world.db.read(async |tx| my_cases(tx, &cx, Page::of(None, None)).await).await.unwrap();
        assert_eq!(cases.total, 0);
        let events = town
            .world
            .db
            .read(async |tx| journal::find(tx, &journal::Wanted::all(), 50, 0).await)
            .await
            .unwrap();
        assert!(events.iter().all(|event| event.subject_kind != "case"));
    })
    .await;
}

#[tokio::test]
async fn answers_and_names_are_sealed_in_the_row() {
    story(async |town| {
        town.submit(&town.citizen, REGISTRATION, "sealed-case").await;
        let raw = town.world.db.read(async |tx| {
            tx.first("SELECT applicant, answers, facts, materials FROM casework_case", &params![], |row| {
                Ok([row.blob(0)?, row.blob(1)?, row.text(2)?.into_bytes(), row.text(3)?.into_bytes()]
                    .concat())
            })
            .await
        });
        let text = String::from_utf8_lossy(&raw.await.unwrap().unwrap()).into_owned();
        assert!(
            !text.contains("王小明") && !text.contains("320102199001019998") && !text.contains("演示内容")
        );
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_kept_page_by_page_and_becomes_one_case() {
    story(async |town| {
        let cx = town.cx(&town.citizen);
        let db = &town.world.db;
        let item = town.item(INSTANT);
        let draft = db.write(async |tx| begin_draft(tx, &cx, &item, Default::default()).await).await.unwrap();
        let bad = db.write(async |tx| save_page(tx, &cx, draft.id, 0, &Default::default()).await).await;
        assert!(matches!(bad, Err(Error::Refused(_))));
        let all = town.submission(INSTANT, "unused-key").answers;
        for page in 0..crate::catalog::visible_pages(&item.base).len() {
            db.write(async |tx| save_page(tx, &cx, draft.id, page, &all).await).await.unwrap();
        }
        let neighbour = town.cx(&town.neighbour);
        let foreign = db.read(async |tx| find_draft(tx, &neighbour, draft.id).await).await;
        assert!(matches!(foreign, Err(Error::NotFound)));
        let kept = db.read(async |tx| find_draft(tx, &cx, draft.id).await).await.unwrap();
        let mut submission = submission_of(&kept, "web");
        submission.materials = town.submission(INSTANT, "unused-key").materials;
        let first = submit(&cx, submission).await.unwrap();
        let done = db.read(async |tx| find_draft(tx, &cx, draft.id).await).await.unwrap();
        assert_eq!((done.case, done.answers.len()), (Some(first.case), 0));
    })
    .await;
}

#[tokio::test]
async fn the_applicant_withdraws_before_the_decision_and_not_after() {
    story(async |town| {
        let cx = town.cx(&town.citizen);
        let db = &town.world.db;
        let case = town.submit(&town.citizen, REGISTRATION, "withdrawn").await.case;
        let state =
            db.write(async |tx| withdraw(tx, &cx, case, "不办了".into(), Some(1)).await).await.unwrap();
        assert_eq!(state, State::Withdrawn);
        let late = decide_by(&town, &town.market(PostKind::Clerk), case, true).await.unwrap_err();
        assert_eq!(late.code(), "casework.withdrawn");
    })
    .await;
}
