//! Stories of use, on both engines.

use super::*;
use crate::casework::{Request, fetch_certificate, query_certificates, submit};
use crate::certs::tests::licence;
use crate::certs::{Act, change_status};
use crate::identity::{self, Actor, Credentials, PostKind, SessionToken};
use crate::testing::{DAY, ELSEWHERE, FOOD, INSTANT, PASSWORD, Town, story};

async fn log_in(town: &Town, login: &str) -> SessionToken {
    let cx = town.cx(&Actor::Visitor);
    identity::log_in(&cx, Credentials { login, password: PASSWORD }).await.unwrap().token
}

async fn code(town: &Town, token: &SessionToken, identifier: &str) -> ShowCode {
    let cx = town.cx(&town.citizen);
    town.world.db.write(async |tx| show_code(tx, &cx, identifier, token).await).await.unwrap()
}

async fn scanned(town: &Town, actor: &Actor, token: &str) -> Result<Shown> {
    let cx = town.cx(actor);
    town.world.db.write(async |tx| scan(tx, &cx, token).await).await
}

pub(super) async fn log_of(town: &Town, actor: &Actor, identifier: &str) -> Result<Vec<Use>> {
    let cx = town.cx(actor);
    town.world.db.read(async |tx| uses_of_holder(tx, &cx, Some(identifier)).await).await
}

#[tokio::test]
async fn a_show_code_works_once_and_the_holder_sees_who_scanned() {
    story(async |town| {
        let identifier = licence(&town, "show").await;
        let session = log_in(&town, "wang").await;
        let first = code(&town, &session, &identifier).await;
        assert!(first.ends_at - town.cx(&town.citizen).now <= 60_000, "standards §4: at most 60 s");
        assert!(!first.token.contains("320102") && !first.token.contains("王"), "{}", first.token);

        let clerk = town.market(PostKind::Clerk);
        let shown = scanned(&town, &clerk, &first.token).await.unwrap();
        assert!(shown.holder_code.is_some() && !shown.data.is_empty());
        let again = scanned(&town, &clerk, &first.token).await.unwrap_err();
        assert_eq!(again.code(), "certs.show_used");

        let second = code(&town, &session, &identifier).await;
        let neighbour = scanned(&town, &town.neighbour, &second.token).await.unwrap();
        assert!(neighbour.holder_code.is_none() && neighbour.data.is_empty(), "a passer-by sees less");

        let log = log_of(&town, &town.citizen, &identifier).await.unwrap();
        assert_eq!(log.len(), 2);
        assert_eq!((log[1].way, log[1].user_name.as_str()), (Way::Scan, "演示·受理岗"));
        assert!(!log[1].body_name.is_empty());
        assert!(!log[0].user_name.contains("秀英"), "persons are masked: {}", log[0].user_name);
        let foreign = log_of(&town, &town.neighbour, &identifier).await;
        assert!(matches!(foreign, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn what_is_typed_in_place_of_a_code_works_once_and_not_for_long() {
    story(async |town| {
        let identifier = licence(&town, "typed").await;
        let session = log_in(&town, "wang").await;
        let clerk = town.market(PostKind::Clerk);
        let typing = async |actor: &Actor, typed: &str| {
            let cx = town.cx(actor);
            town.world.db.write(async |tx| scan_typed(tx, &cx, typed).await).await
        };
        let first = code(&town, &session, &identifier).await;
        assert!(first.code.len() == CODE_LENGTH && !first.code.contains(['0', 'O', '1', 'I', 'L']));
        assert!(matches!(typing(&Actor::Visitor, &first.code).await, Err(Error::Unauthenticated)));
        assert!(matches!(typing(&town.audit, &first.code).await, Err(Error::Denied)));
        let loose = format!(" {}-{} ", first.code[..4].to_lowercase(), &first.code[4..]);
        assert_eq!(typing(&clerk, &loose).await.unwrap().identifier, identifier);
        let log = log_of(&town, &town.citizen, &identifier).await.unwrap();
        assert_eq!((log.len(), log[0].way), (1, Way::Scan), "the holder sees it as any scan");
        assert_eq!(typing(&clerk, &first.code).await.unwrap_err().code(), "certs.show_unknown");
        assert_eq!(scanned(&town, &clerk, &first.token).await.unwrap_err().code(), "certs.show_used");

        // The other way round: one that was scanned cannot be typed.
        let second = code(&town, &session, &identifier).await;
        scanned(&town, &clerk, &second.token).await.unwrap();
        assert_eq!(typing(&clerk, &second.code).await.unwrap_err().code(), "certs.show_used");
        for wrong in ["", "ABC", "ABCDEFGH", "ABCDEFGHJ"] {
            assert_eq!(typing(&clerk, wrong).await.unwrap_err().code(), "certs.show_unknown", "{wrong}");
        }
        let third = code(&town, &session, &identifier).await;
        town.clock.advance(SHOWN_FOR);
        assert_eq!(typing(&clerk, &third.code).await.unwrap_err().code(), "certs.show_unknown");
    })
    .await;
}

#[tokio::test]
async fn a_screenshot_a_forgery_and_the_code_of_an_ended_session_are_refused() {
    story(async |town| {
        let identifier = licence(&town, "dead-codes").await;
        let session = log_in(&town, "wang").await;
        let clerk = town.market(PostKind::Clerk);
        let old = code(&town, &session, &identifier).await;
        town.clock.advance(SHOWN_FOR);
        assert_eq!(scanned(&town, &clerk, &old.token).await.unwrap_err().code(), "certs.show_expired");

        // Any changed character: another certificate, account, end, nonce or signature.
        let fresh = code(&town, &session, &identifier).await;
        for at in 0..fresh.token.len() {
            let mut forged = fresh.token.clone().into_bytes();
            forged[at] = if forged[at] == b'1' { b'2' } else { b'1' };
            let forged = String::from_utf8(forged).unwrap();
            let refused = scanned(&town, &clerk, &forged).await.unwrap_err();
            assert!(["certs.show_unknown", "certs.show_expired"].contains(&refused.code()), "{forged}");
        }
        assert!(matches!(scanned(&town, &Actor::Visitor, &fresh.token).await, Err(Error::Unauthenticated)));
        assert!(matches!(scanned(&town, &town.audit, &fresh.token).await, Err(Error::Denied)));
        let cx = town.cx(&town.citizen);
        town.world.db.write(async |tx| identity::end_session(tx, &cx, &session).await).await.unwrap();
        let ended = scanned(&town, &clerk, &fresh.token).await.unwrap_err();
        assert_eq!(ended.code(), "certs.show_unknown", "it dies with the holder's session");
        assert!(log_of(&town, &town.citizen, &identifier).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_does_not_count_cannot_be_shown_and_only_its_holder_shows_it() {
    story(async |town| {
        let identifier = licence(&town, "not-shown").await;
        let session = log_in(&town, "li").await;
        let cx = town.cx(&town.neighbour);
        let foreign = town.world.db.write(async |tx| show_code(tx, &cx, &identifier, &session).await).await;
        assert!(matches!(foreign, Err(Error::NotFound)));
        let cx = town.cx(&town.stepped_up(&town.market(PostKind::Approver)));
        let suspend = town
            .world
            .db
            .write(async |tx| change_status(tx, &cx, &identifier, Act::Suspend, "查处", None).await);
        suspend.await.unwrap();
        let session = log_in(&town, "wang").await;
        let cx = town.cx(&town.citizen);
        let refused = town.world.db.write(async |tx| show_code(tx, &cx, &identifier, &session).await).await;
        assert_eq!(refused.unwrap_err().code(), "certs.not_valid");
    })
    .await;
}

pub(super) fn grant_of<'a>(town: &Town, identifier: &'a str, body: &'a str) -> NewGrant<'a> {
    let valid_until = town.cx(&town.citizen).today().plus(7);
    NewGrant { identifier, body, purpose: "办理贷款", valid_until, password: PASSWORD }
}

#[tokio::test]
async fn a_grant_is_used_once_by_the_named_body_alone() {
    story(async |town| {
        let identifier = licence(&town, "granted").await;
        let there = town.staff("market", ELSEWHERE, PostKind::Clerk);
        let body = there.staff().unwrap().posts[0].body.clone();
        let cx = town.cx(&town.citizen);
        let grant = make_grant(&cx, grant_of(&town, &identifier, &body)).await.unwrap();
        let db = &town.world.db;
        let using = async |actor: &Actor, app: &str| {
            let cx = town.cx(actor);
            db.write(async |tx| use_grant(tx, &cx, grant.id, app).await).await
        };
        for other in [town.market(PostKind::Clerk), town.neighbour.clone(), town.system.clone()] {
            assert!(matches!(using(&other, "web").await, Err(Error::NotFound)));
        }
        assert_eq!(using(&there, " ").await.unwrap_err().code(), "certs.app");
        let held = using(&there, "web").await.unwrap().certificate;
        assert!(held.identifier == identifier && !held.data.is_empty());
        assert_eq!(using(&there, "web").await.unwrap_err().code(), "certs.grant_over");
        let log = log_of(&town, &town.citizen, &identifier).await.unwrap();
        assert_eq!(
            (log[0].way, log[0].purpose.as_str(), log[0].body.as_str()),
            (Way::Grant, "办理贷款", body.as_str()),
            "the purpose is the holder's"
        );
        let mine = db.read(async |tx| grants_of_holder(tx, &cx).await).await.unwrap();
        assert_eq!(mine[0].state_on(cx.today()), GrantState::Used);
        let revoked = db.write(async |tx| revoke_grant(tx, &cx, grant.id).await).await.unwrap_err();
        assert_eq!(revoked.code(), "certs.grant_over");
    })
    .await;
}

#[tokio::test]
async fn a_grant_ends_by_revocation_or_term_and_asks_for_the_password() {
    story(async |town| {
        let identifier = licence(&town, "grant-ends").await;
        let there = town.staff("market", ELSEWHERE, PostKind::Clerk);
        let body = there.staff().unwrap().posts[0].body.clone();
        let cx = town.cx(&town.citizen);
        let new = |change: &dyn Fn(&mut NewGrant<'_>)| {
            let mut new = grant_of(&town, &identifier, &body);
            change(&mut new);
            new
        };
        let wrong = new(&|new| new.password = "not-the-password-1");
        assert_eq!(make_grant(&cx, wrong).await.unwrap_err().code(), "identity.wrong_password");
        let long = new(&|new| new.valid_until = new.valid_until.plus(90));
        assert_eq!(make_grant(&cx, long).await.unwrap_err().code(), "certs.grant_term");
        let turned = new(&|new| new.purpose = "办理\u{202e}贷款");
        assert_eq!(make_grant(&cx, turned).await.unwrap_err().code(), "form.characters");
        let nobody = new(&|new| new.body = "913201020000000000");
        assert_eq!(make_grant(&cx, nobody).await.unwrap_err().code(), "certs.grant_body");
        let foreign = make_grant(&town.cx(&town.neighbour), grant_of(&town, &identifier, &body)).await;
        assert!(matches!(foreign, Err(Error::NotFound)));

        let db = &town.world.db;
        let (one, two) = (
            make_grant(&cx, grant_of(&town, &identifier, &body)).await.unwrap(),
            make_grant(&cx, grant_of(&town, &identifier, &body)).await.unwrap(),
        );
        let stranger = town.cx(&town.neighbour);
        let foreign = db.write(async |tx| revoke_grant(tx, &stranger, one.id).await).await;
        assert!(matches!(foreign, Err(Error::NotFound)));
        db.write(async |tx| revoke_grant(tx, &cx, one.id).await).await.unwrap();
        let last = make_grant(&cx, grant_of(&town, &identifier, &body)).await.unwrap();
        town.clock.advance(7 * DAY);
        let on_time = town.cx(&there);
        let used = db.write(async |tx| use_grant(tx, &on_time, last.id, "web").await).await;
        assert!(used.is_ok(), "through its last day");
        town.clock.advance(DAY);
        let cx = town.cx(&there);
        for grant in [one, two] {
            let over = db.write(async |tx| use_grant(tx, &cx, grant.id, "web").await).await;
            assert_eq!(over.unwrap_err().code(), "certs.grant_over");
        }
        assert_eq!(log_of(&town, &town.citizen, &identifier).await.unwrap().len(), 1, "the one that held");
    })
    .await;
}

#[tokio::test]
async fn a_body_fetches_what_the_item_of_its_open_case_asks_for() {
    story(async |town| {
        let identifier = licence(&town, "fetched").await;
        let other = town.submit(&town.citizen, INSTANT, "case-without-licence").await;
        let mut paper = town.submission(FOOD, "case-with-licence");
        paper
            .materials
            .push(crate::casework::GivenMaterial { key: "licence".into(), way: crate::casework::Way::Paper });
        let case = submit(&town.cx(&town.citizen), paper).await.unwrap();
        let clerk = town.market(PostKind::Clerk);
        let db = &town.world.db;
        let request = |case: &'static str| Request {
            app: "市场监管业务系统",
            case,
            item_code: "",
            purpose: "核验主体资格",
        };
        let fetch = async |actor: &Actor, request: Request<'_>| {
            let cx = town.cx(actor);
            db.write(async |tx| fetch_certificate(tx, &cx, &request, &identifier).await).await
        };
        let of = |number: &str| -> &'static str { Box::leak(number.to_owned().into_boxed_str()) };
        let (number, without) = (of(&case.number), of(&other.number));

        for stranger in [town.staff("market", ELSEWHERE, PostKind::Clerk), town.neighbour.clone()] {
            assert!(matches!(fetch(&stranger, request(number)).await, Err(Error::NotFound)));
        }
        assert!(matches!(fetch(&clerk, request("0")).await, Err(Error::NotFound)));
        let wrong = Request { item_code: "113200000014009035200012301400001", ..request(number) };
        assert_eq!(fetch(&clerk, wrong).await.unwrap_err().code(), "certs.wrong_item");
        let silent = Request { purpose: "", ..request(number) };
        assert_eq!(fetch(&clerk, silent).await.unwrap_err().code(), "certs.purpose_missing");
        let turned = Request { purpose: "核\u{202e}验", ..request(number) };
        assert_eq!(fetch(&clerk, turned).await.unwrap_err().code(), "form.characters");
        let held = fetch(&clerk, request(number)).await.unwrap();
        assert_eq!(held.identifier, identifier);
        // A case whose item asks for no certificate is no ground to look at one.
        let body = town.item(INSTANT).body.credit_code.clone();
        let department = town.world.catalogue.load().body(&body).unwrap().department.clone();
        let its_clerk = town.staff(&department, crate::testing::HOME, PostKind::Clerk);
        assert_eq!(
            fetch(&its_clerk, request(without)).await.unwrap_err().code(),
            "certs.not_needed_for_item"
        );

        let cx = town.cx(&its_clerk);
        let any = Wanted::default();
        let none = db
            .write(async |tx| query_certificates(tx, &cx, &request(without), None, &any).await)
            .await
            .unwrap();
        assert!(none.is_empty(), "and a query for it finds nothing");

        let cx = town.cx(&clerk);
        let asked = request(number);
        let wanted = Wanted { type_code: "business-licence", ..Wanted::default() };
        let rows = db
            .write(async |tx| query_certificates(tx, &cx, &asked, Some("320102199001019998"), &wanted).await)
            .await
            .unwrap();
        assert_eq!(rows.len(), 1);
        let elsewhere = db
            .write(async |tx| query_certificates(tx, &cx, &asked, Some("320102198802029980"), &wanted).await)
            .await;
        assert_eq!(elsewhere.unwrap_err().code(), "certs.not_the_applicant");
        let log = log_of(&town, &town.citizen, &identifier).await.unwrap();
        let ways: Vec<Way> = log.iter().map(|line| line.way).collect();
        assert_eq!(ways, [Way::Query, Way::Duty]);
        assert_eq!((log[1].case_number.as_str(), log[1].app.as_str()), (number, "市场监管业务系统"));
    })
    .await;
}

#[tokio::test]
async fn not_using_the_library_is_recorded_with_its_reason() {
    story(async |town| {
        let paper = || {
            let mut submission = town.submission(FOOD, "without-the-library");
            submission.materials.push(crate::casework::GivenMaterial {
                key: "licence".into(),
                way: crate::casework::Way::Paper,
            });
            submission
        };
        let why = async |case| {
            let events =
                town.world.db.read(async |tx| crate::journal::of_subject(tx, "case", case).await).await;
            let missed: Vec<_> =
                events.unwrap().into_iter().filter(|event| event.kind == "certs.not_used").collect();
            missed.first().map(|event| event.detail_json().unwrap()["why"].as_str().unwrap().to_owned())
        };
        let before = submit(&town.cx(&town.citizen), paper()).await.unwrap();
        assert_eq!(why(before.case).await.as_deref(), Some("not_in_library"));
        licence(&town, "library-used").await;
        let chosen = crate::casework::Submission { idempotency: "her-own-choice".into(), ..paper() };
        let chosen = submit(&town.cx(&town.citizen), chosen).await.unwrap();
        assert_eq!(why(chosen.case).await.as_deref(), Some("own_choice"));
        let used = town.submit(&town.citizen, FOOD, "with-the-library").await;
        assert_eq!(why(used.case).await, None);
        assert_eq!(used.waived_materials, chosen.waived_materials + 1);
    })
    .await;
}
