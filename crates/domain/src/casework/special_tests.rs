//! Stories of supplements, special procedures and documents, on both engines.

use super::*;
use crate::documents::{self, Kind};
use crate::identity::{Actor, PostKind};
use crate::testing::{DAY, ELSEWHERE, FOOD, HOME, INSTANT, REGISTRATION, Town, story};
use base::Error;
use norms::Day;

async fn view(town: &Town, actor: &Actor, case: CaseId) -> CaseView {
    let cx = town.cx(actor);
    town.world.db.read(async |tx| show_case(tx, &cx, case).await).await.unwrap()
}

async fn kinds(town: &Town, case: CaseId) -> Vec<Kind> {
    view(town, &town.citizen, case).await.documents.iter().map(|document| document.kind).collect()
}

/// A promised case of the citizen, submitted.
async fn food_case(town: &Town, key: &str) -> CaseId {
    let registered = town.submit(&town.citizen, REGISTRATION, &format!("{key}-licence")).await.case;
    let cx = town.cx(&town.market(PostKind::Clerk));
    let decided = town
        .world
        .db
        .write(async |tx| decide(tx, &cx, registered, true, String::new(), None).await.map(drop));
    decided.await.unwrap();
    town.submit(&town.citizen, FOOD, key).await.case
}

async fn accepted(town: &Town, key: &str) -> CaseId {
    let case = food_case(town, key).await;
    let cx = town.cx(&town.market(PostKind::Clerk));
    town.world.db.write(async |tx| accept(tx, &cx, case, None).await).await.unwrap();
    case
}

#[tokio::test]
async fn one_complete_notice_then_the_applicant_hands_in_and_the_five_days_begin_anew() {
    story(async |town| {
        let case = food_case(&town, "supplement").await;
        let clerk = town.cx(&town.market(PostKind::Clerk));
        let db = &town.world.db;
        let due = clerk.today().plus(20);
        let notice_until = async |cx: &crate::Cx, lines: &[&str], due: &str| {
            let missing = lines.iter().map(|line| (*line).to_owned()).collect();
            let notice = SupplementNotice { missing, due_on: due.to_owned(), ..Default::default() };
            db.write(async |tx| notice_supplement(tx, cx, case, notice, None).await).await
        };
        let notice =
            async |cx: &crate::Cx, lines: &[&str], due: Day| notice_until(cx, lines, &due.to_string()).await;
        let stranger = notice(&town.cx(&town.neighbour), &["平面图"], due).await;
        assert!(matches!(stranger, Err(Error::NotFound)));
        let applicant = notice(&town.cx(&town.citizen), &["平面图"], due).await;
        assert!(matches!(applicant, Err(Error::Denied)));
        let hidden = notice(&clerk, &["平面图", "签\u{202e}名"], due).await.unwrap_err();
        assert_eq!(hidden.code(), "form.characters");
        let empty = notice(&clerk, &["  "], due).await.unwrap_err();
        assert_eq!(empty.code(), "casework.nothing_missing");
        for (written, words) in [("2026-02-30", "没有“2026-02-30”这一天"), (" ", "请填写补正期限")]
        {
            let Err(Error::Refused(faults)) = notice_until(&clerk, &["  "], written).await else {
                panic!("refused")
            };
            let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_deref().unwrap()).collect();
            assert_eq!(fields, ["missing", "due_on"], "everything at once");
            assert!(faults[1].message.contains(words), "{}", faults[1].message);
        }
        assert_eq!(
            notice(&clerk, &["主要设备设施、经营布局和操作流程图：看不清", "缺少签名"], due).await.unwrap(),
            State::SupplementNoticed
        );
        assert!(kinds(&town, case).await.contains(&Kind::Supplement), "the notice is a document");

        town.clock.advance(3 * DAY);
        let cx = town.cx(&town.citizen);
        let hand = async |materials: Vec<GivenMaterial>, on_paper: bool| {
            let brought = HandedIn { materials, on_paper, ..Default::default() };
            db.write(async |tx| hand_in(tx, &cx, case, brought, None).await).await
        };
        let forged = |key: &str| GivenMaterial { key: key.into(), way: Way::file("0".repeat(64), "图.pdf") };
        let paper = |key: &str| GivenMaterial { key: key.into(), way: Way::Paper };
        for (given, code, field) in [
            (vec![forged("layout")], "casework.file_unknown", "material.layout"),
            (vec![forged("zzz")], "casework.material_unknown", "material.zzz"),
            (vec![], "casework.nothing_handed_in", "files"),
            (vec![paper("rules")], "casework.nothing_handed_in", "files"),
        ] {
            let Err(Error::Refused(faults)) = hand(given, false).await else { panic!("refused") };
            assert_eq!((faults[0].code, faults[0].field.as_deref()), (code, Some(field)));
            let still = view(&town, &town.citizen, case).await.case;
            assert_eq!(still.state, State::SupplementNoticed, "the one supplement is not used up");
        }
        assert_eq!(hand(Vec::new(), true).await.unwrap(), State::Submitted, "brought to the window");
        let seen = view(&town, &town.citizen, case).await;
        assert!(seen.case.received_on > clerk.today(), "the five days run from the day it came");
        let second = notice(&town.cx(&town.market(PostKind::Clerk)), &["还有一项"], due).await.unwrap_err();
        assert_eq!(second.code(), "casework.second_supplement");
    })
    .await;
}

#[tokio::test]
async fn a_supplement_that_never_comes_ends_the_case_after_its_term_and_not_before() {
    story(async |town| {
        let case = food_case(&town, "lapsing-case").await;
        let cx = town.cx(&town.market(PostKind::Clerk));
        let due = cx.today().plus(5);
        let missing = vec!["平面图".to_owned()];
        let db = &town.world.db;
        let notice = SupplementNotice { missing, due_on: due.to_string(), ..Default::default() };
        db.write(async |tx| notice_supplement(tx, &cx, case, notice.clone(), None).await).await.unwrap();
        town.clock.advance(5 * DAY);
        assert!(lapse_supplements(&town.cx(&Actor::System)).await.unwrap().is_empty(), "the last day counts");
        town.clock.advance(DAY);
        assert_eq!(lapse_supplements(&town.cx(&Actor::System)).await.unwrap(), [case]);
        assert_eq!(view(&town, &town.citizen, case).await.case.state, State::SupplementLapsed);
    })
    .await;
}

#[tokio::test]
async fn a_special_procedure_stops_the_clock_and_puts_the_day_off() {
    story(async |town| {
        let case = accepted(&town, "suspended").await;
        let reviewer = town.market(PostKind::Reviewer);
        let before = view(&town, &reviewer, case).await.clock.due.unwrap();
        let db = &town.world.db;
        let stop_for = async |actor: &Actor, name: &str, reason: &str, working_days: u32| {
            let cx = town.cx(actor);
            let procedure = Procedure { name: name.to_owned(), reason: reason.to_owned(), working_days };
            db.write(async |tx| suspend(tx, &cx, case, procedure, None).await).await
        };
        let stop = async |actor: &Actor, name: &str| stop_for(actor, name, "工艺复杂", 4).await;
        assert!(matches!(stop(&town.market(PostKind::Clerk), "专家评审").await, Err(Error::Denied)));
        let foreign = town.staff("market", ELSEWHERE, PostKind::Reviewer);
        assert!(matches!(stop(&foreign, "专家评审").await, Err(Error::NotFound)));
        assert_eq!(stop(&reviewer, "内部讨论").await.unwrap_err().code(), "casework.procedure");
        let Err(Error::Refused(faults)) = stop_for(&reviewer, "", " ", 0).await else { panic!("refused") };
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_deref().unwrap()).collect();
        assert_eq!(fields, ["procedure", "working_days", "reason"], "everything at once");
        assert_eq!(
            stop_for(&reviewer, "专家评审", "工艺复杂", 251).await.unwrap_err().code(),
            "casework.time_needed"
        );
        assert!(!kinds(&town, case).await.contains(&Kind::Suspension));
        stop(&reviewer, "专家评审").await.unwrap();
        // Thursday 24 does not count; 中秋 from 25 to 27, then 28, 29 and 30, 国庆 from 1 to 7, then 8.
        let told = view(&town, &town.citizen, case).await;
        let needed = told.case.pauses[0].needed.unwrap();
        assert_eq!((needed.working_days, needed.through.to_string().as_str()), (4, "2026-10-08"));
        assert!(told.clock.sentence.contains("预计到2026年10月8日结束"), "{}", told.clock.sentence);
        let notice = told.documents.iter().find(|document| document.kind == Kind::Suspension).unwrap();
        let cx = town.cx(&town.citizen);
        let opened = db.read(async |tx| documents::open(tx, &cx, notice.id).await).await.unwrap();
        let text = documents::text(&opened.1).unwrap().replace('\n', "");
        assert!(text.contains("预计4个工作日") && text.contains("2026年10月8日"), "in writing: {text}");
        town.clock.advance(10 * DAY);
        let cx = town.cx(&reviewer);
        db.write(async |tx| resume(tx, &cx, case, None).await).await.unwrap();
        let after = view(&town, &reviewer, case).await;
        assert!(after.clock.due.unwrap() > before, "{before} must move on");
        assert!(after.clock.sentence.contains("专家评审"), "{}", after.clock.sentence);
        assert!(kinds(&town, case).await.contains(&Kind::Suspension));
    })
    .await;
}

#[tokio::test]
async fn only_the_approver_extends_once_and_ten_days_at_most() {
    story(async |town| {
        let case = accepted(&town, "extended").await;
        let db = &town.world.db;
        let longer = async |post: PostKind, days: u32| {
            let cx = town.cx(&town.market(post));
            db.write(async |tx| extend(tx, &cx, case, days, "情况复杂".into(), None).await).await
        };
        assert!(matches!(longer(PostKind::Reviewer, 5).await, Err(Error::Denied)));
        assert_eq!(longer(PostKind::Approver, 11).await.unwrap_err().code(), "casework.extension_term");
        let before = view(&town, &town.citizen, case).await.clock.due.unwrap();
        longer(PostKind::Approver, 5).await.unwrap();
        assert!(view(&town, &town.citizen, case).await.clock.due.unwrap() > before);
        assert_eq!(longer(PostKind::Approver, 1).await.unwrap_err().code(), "casework.second_extension");
        assert!(kinds(&town, case).await.contains(&Kind::Extension));
    })
    .await;
}

#[tokio::test]
async fn every_answer_is_a_sealed_document_that_its_applicant_reads_and_nobody_else() {
    story(async |town| {
        let case = accepted(&town, "documents").await;
        assert_eq!(kinds(&town, case).await, [Kind::Receipt, Kind::Acceptance]);
        let acceptance = view(&town, &town.citizen, case).await.documents[1].clone();
        assert!(acceptance.number.starts_with("受字〔2026〕"), "{}", acceptance.number);
        let db = &town.world.db;
        let open = async |actor: &Actor| {
            let cx = town.cx(actor);
            db.read(async |tx| documents::open(tx, &cx, acceptance.id).await).await
        };
        let (_, content) = open(&town.citizen).await.unwrap();
        assert!(open(&town.market(PostKind::Approver)).await.is_ok(), "the body keeps its own");
        assert!(matches!(open(&town.neighbour).await, Err(Error::NotFound)));
        assert!(matches!(
            open(&town.staff("market", ELSEWHERE, PostKind::Clerk)).await,
            Err(Error::NotFound)
        ));
        assert!(matches!(open(&Actor::Visitor).await, Err(Error::Unauthenticated)));

        let cx = town.cx(&Actor::Visitor);
        let checked = db.read(async |tx| documents::check_file(tx, &cx, &content).await).await.unwrap();
        assert!(checked.intact(), "{:?}", checked.verification);
        assert!(checked.known.is_some());
        let text = documents::text(&content).unwrap();
        assert!(text.contains("受理通知书") && text.contains(&acceptance.number), "{text}");
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_called_by_the_words_of_the_law_on_every_paper() {
    story(async |town| {
        let department = &town.item(INSTANT).base.department;
        let others = town.staff(department, HOME, PostKind::Clerk);
        for (slug, clerk, title, not) in [
            (REGISTRATION, town.market(PostKind::Clerk), "不予行政许可决定书", "办理决定书"),
            // What is no licence is not refused by the law on licences.
            (INSTANT, others, "不予办理决定书", "行政许可"),
        ] {
            let case = town.submit(&town.citizen, slug, &format!("refused-{slug}")).await.case;
            let cx = town.cx(&clerk);
            let no = Proposal::Decide { granted: false, reason: "材料与事实不符".into() };
            let db = &town.world.db;
            let drafts = db.read(async |tx| preview(tx, &cx, case, no.clone(), None).await).await.unwrap();
            assert!(drafts.iter().any(|draft| draft.title == title), "{slug}: the preview says so too");
            let decided = db.write(async |tx| {
                decide(tx, &cx, case, false, "材料与事实不符".into(), None).await.map(drop)
            });
            decided.await.unwrap();
            let papers = view(&town, &town.citizen, case).await.documents;
            let paper = papers.iter().find(|paper| paper.kind == Kind::Refused).unwrap();
            assert_eq!(paper.title, title);
            assert!(paper.file_name().starts_with(title), "{}", paper.file_name());
            let cx = town.cx(&town.citizen);
            let (_, content) = db.read(async |tx| documents::open(tx, &cx, paper.id).await).await.unwrap();
            let text = documents::text(&content).unwrap().replace('\n', "");
            assert!(text.contains(title) && !text.contains(not), "{slug}: {text}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_granted_decision_gives_a_certificate_as_a_sealed_file() {
    story(async |town| {
        let registered = town.submit(&town.citizen, REGISTRATION, "certificate-file").await.case;
        let cx = town.cx(&town.market(PostKind::Clerk));
        let db = &town.world.db;
        let decided =
            db.write(async |tx| decide(tx, &cx, registered, true, String::new(), None).await).await.unwrap();
        let identifier = decided.certificate.unwrap().identifier;
        assert_eq!(
            kinds(&town, registered).await,
            [Kind::Receipt, Kind::Acceptance, Kind::Granted, Kind::Certificate]
        );
        let file = async |actor: &Actor| {
            let cx = town.cx(actor);
            db.write(async |tx| crate::certs::file(tx, &cx, &identifier).await).await
        };
        let document = file(&town.citizen).await.unwrap();
        assert_eq!(document.id, file(&town.market(PostKind::Approver)).await.unwrap().id, "one file");
        assert!(matches!(file(&town.neighbour).await, Err(Error::NotFound)));
        let cx = town.cx(&town.citizen);
        let (_, content) = db.read(async |tx| documents::open(tx, &cx, document.id).await).await.unwrap();
        let checked = db.read(async |tx| documents::check_file(tx, &cx, &content).await).await.unwrap();
        assert!(checked.intact(), "{:?}", checked.verification);
        assert_eq!(checked.identifier.as_deref(), Some(identifier.as_str()), "GB/T 36905: ZZBS");
    })
    .await;
}

#[tokio::test]
async fn a_refused_act_leaves_no_document() {
    story(async |town| {
        let case = accepted(&town, "nothing-half").await;
        let before = kinds(&town, case).await;
        let cx = town.cx(&town.market(PostKind::Clerk));
        let again = town.world.db.write(async |tx| accept(tx, &cx, case, None).await).await;
        assert_eq!(again.unwrap_err().code(), "casework.wrong_state");
        assert_eq!(kinds(&town, case).await, before);
    })
    .await;
}

/// The last event of the journal and the documents of the case: what a preview must leave as they are.
async fn written(town: &Town, case: CaseId) -> (base::Id, Vec<Kind>) {
    let latest = town.world.db.read(async |tx| crate::journal::latest_id(tx).await).await.unwrap();
    (latest, kinds(town, case).await)
}

#[tokio::test]
async fn a_preview_draws_what_the_act_would_hand_out_and_writes_nothing() {
    story(async |town| {
        let case = accepted(&town, "preview-draws").await;
        let (clerk, approver) = (town.market(PostKind::Clerk), town.market(PostKind::Approver));
        let look = async |actor: &Actor, proposal: Proposal| {
            let cx = town.cx(actor);
            town.world.db.read(async |tx| preview(tx, &cx, case, proposal.clone(), None).await).await
        };
        let before = written(&town, case).await;
        let extend = || Proposal::Extend { working_days: 3, reason: "案情复杂".into() };
        let seen = look(&approver, extend()).await.unwrap();
        assert_eq!(seen.iter().map(|draft| draft.kind).collect::<Vec<_>>(), [Kind::Extension]);
        assert!(seen[0].pages.iter().all(|page| page.starts_with("<svg")), "pages to look at");
        assert_eq!(written(&town, case).await, before, "looking is no act");

        let too_long =
            look(&approver, Proposal::Extend { working_days: 11, reason: "案情复杂".into() }).await;
        assert!(matches!(too_long, Err(Error::Refused(_))), "refused as the act would be");
        assert!(matches!(look(&clerk, extend()).await, Err(Error::Denied)), "and to the same people");
        assert!(matches!(look(&town.neighbour, extend()).await, Err(Error::NotFound)));
        assert!(look(&clerk, Proposal::Accept).await.is_err(), "it is accepted already");

        let fresh = food_case(&town, "preview-fresh").await;
        let cx = town.cx(&clerk);
        let proposal = Proposal::Supplement(SupplementNotice {
            missing: vec!["平面图".into()],
            due_on: cx.today().plus(5).to_string(),
            ..Default::default()
        });
        let read = town.world.db.read(async |tx| preview(tx, &cx, fresh, proposal.clone(), None).await);
        assert_eq!(read.await.unwrap()[0].kind, Kind::Supplement);
        let version = view(&town, &town.citizen, fresh).await.version;
        let stale = Some(version - 1);
        let read = town.world.db.read(async |tx| preview(tx, &cx, fresh, Proposal::Accept, stale).await);
        assert!(matches!(read.await, Err(Error::Conflict)));
    })
    .await;
}
