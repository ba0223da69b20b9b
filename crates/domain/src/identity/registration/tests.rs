//! Stories of registering and of showing one's document.

use super::*;
use crate::certs;
use crate::identity::{Actor, Credentials, PostKind, find_session, log_in};
use crate::testing::{FOOD, REGISTRATION, Town, story};

/// Synthetic: 玄武区, 1985-05-05, check character by GB 11643.
const NEW: &str = "320102198505050011";
const SECRET: &str = "plum-rain-in-the-lane-7";

fn given<'a>(login: &'a str, number: &'a str) -> Registration<'a> {
    Registration {
        login,
        name: "演示·王小明",
        number,
        phone: "13800138009",
        password: SECRET,
        again: SECRET,
        agreed: true,
    }
}

async fn actor(town: &Town, login: &str) -> Actor {
    let cx = town.cx(&Actor::Visitor);
    let entered = log_in(&cx, Credentials { login, password: SECRET }).await.expect("a log-in");
    find_session(&cx, &entered.token).await.unwrap().expect("a session").actor
}

fn document<'a>(login: &'a str, number: &'a str, body: &'a str) -> Confirmation<'a> {
    Confirmation { login, name: "演示·王小明", number, document: DOCUMENTS[0], body, compared: true }
}

#[tokio::test]
async fn whoever_types_a_known_number_learns_nothing_and_gets_nothing() {
    story(async |town| {
        let held = "320102199001019998";
        let visitor = town.cx(&Actor::Visitor);
        // The real holder has a certificate.
        let case = town.submit(&town.citizen, REGISTRATION, "registered-shop").await.case;
        let clerk = town.cx(&town.market(PostKind::Clerk));
        let decide = async |tx: &mut Tx<'_>| {
            crate::casework::decide(tx, &clerk, case, true, String::new(), None).await.map(|_| ())
        };
        town.world.db.write(decide).await.unwrap();

        register(&visitor, given("impostor", held)).await.expect("the same answer as for a new number");
        register(&visitor, given("somebody", NEW)).await.expect("a new number");
        let impostor = actor(&town, "impostor").await;
        assert_eq!(impostor.person().unwrap().assurance, SELF_DECLARED);
        let cx = town.cx(&impostor);
        let seen = town.world.db.read(async |tx| certs::of_holder(tx, &cx).await).await.unwrap();
        assert!(seen.is_empty(), "a typed number opens no certificate");
        let item = town.item(FOOD);
        let refused = crate::casework::may_apply(&cx, &item).unwrap_err();
        assert_eq!(refused.code(), "identity.assurance_too_low");
        assert!(refused.to_string().contains("窗口"), "it says how to raise the level: {refused}");

        // The holder is told in her own account, without anybody's name.
        let own = town.citizen.account().unwrap();
        let events = town.world.db.read(async |tx| crate::journal::of_subject(tx, "account", own).await);
        let events = events.await.unwrap();
        let told = events.iter().find(|event| event.kind == "identity.number_claimed").expect("told");
        assert_eq!(told.detail, "{}");
    })
    .await;
}

#[tokio::test]
async fn a_document_at_the_window_raises_the_level_and_a_wrong_one_does_not() {
    story(async |town| {
        let visitor = town.cx(&Actor::Visitor);
        register(&visitor, given("xiaoming", NEW)).await.unwrap();
        let clerk = town.market(PostKind::Clerk);
        let body = clerk.staff().unwrap().posts[0].body.clone();
        let cx = town.cx(&clerk);

        let wrong = confirm_real_name(&cx, document("xiaoming", "320102199001019998", &body)).await;
        let unknown = confirm_real_name(&cx, document("nobody-here", NEW, &body)).await;
        let (wrong, unknown) = (wrong.unwrap_err(), unknown.unwrap_err());
        assert_eq!((wrong.code(), wrong.to_string()), (unknown.code(), unknown.to_string()));
        assert_eq!(wrong.code(), "identity.document_mismatch");
        assert_eq!(actor(&town, "xiaoming").await.person().unwrap().assurance, SELF_DECLARED);
        let unseen = Confirmation { compared: false, ..document("xiaoming", NEW, &body) };
        assert_eq!(confirm_real_name(&cx, unseen).await.unwrap_err().code(), "identity.compare");

        confirm_real_name(&cx, document("xiaoming", NEW, &body)).await.unwrap();
        let after = actor(&town, "xiaoming").await;
        assert_eq!(after.person().unwrap().assurance, SEEN_AT_A_WINDOW);
        let found = town
            .world
            .db
            .read(async |tx| crate::identity::person_by_number(tx, &visitor, NEW).await)
            .await
            .unwrap();
        assert_eq!(found, after.person().map(|person| person.person), "the number is hers now");
        let again = confirm_real_name(&cx, document("xiaoming", NEW, &body)).await.unwrap_err();
        assert_eq!(again.code(), "identity.already_confirmed");

        let events = town
            .world
            .db
            .read(async |tx| crate::journal::of_subject(tx, "account", after.account().unwrap()).await);
        let kinds: Vec<String> = events.await.unwrap().into_iter().map(|event| event.kind).collect();
        for kind in ["identity.registered", "identity.real_name_refused", "identity.real_name_confirmed"] {
            assert!(kinds.iter().any(|k| k == kind), "{kind} is not in {kinds:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_second_account_of_one_human_being_joins_the_first() {
    story(async |town| {
        let held = "320102199001019998";
        register(&town.cx(&Actor::Visitor), given("second-way", held)).await.unwrap();
        let clerk = town.market(PostKind::Clerk);
        let body = clerk.staff().unwrap().posts[0].body.clone();
        confirm_real_name(&town.cx(&clerk), document("second-way", held, &body)).await.unwrap();
        let second = actor(&town, "second-way").await;
        assert_eq!(second.party(), town.citizen.party(), "one person, two ways in");
    })
    .await;
}

#[tokio::test]
async fn only_a_clerk_at_her_own_window_confirms() {
    story(async |town| {
        register(&town.cx(&Actor::Visitor), given("xiaoming", NEW)).await.unwrap();
        let clerk = town.market(PostKind::Clerk);
        let body = clerk.staff().unwrap().posts[0].body.clone();
        let foreign = town.staff("market", crate::testing::ELSEWHERE, PostKind::Clerk);
        for other in [&town.citizen, &town.security, &town.system, &foreign, &town.market(PostKind::Reviewer)]
        {
            let refused = confirm_real_name(&town.cx(other), document("xiaoming", NEW, &body)).await;
            assert!(matches!(refused, Err(Error::NotFound | Error::Denied)), "{other:?}: {refused:?}");
        }
        let visitor = confirm_real_name(&town.cx(&Actor::Visitor), document("xiaoming", NEW, &body)).await;
        assert!(matches!(visitor, Err(Error::Unauthenticated)));
    })
    .await;
}

#[tokio::test]
async fn every_field_at_fault_is_named_at_once() {
    story(async |town| {
        let cx = town.cx(&Actor::Visitor);
        let nothing = Registration {
            login: "1",
            name: "",
            number: "1",
            phone: "1",
            password: "1",
            again: "2",
            agreed: false,
        };
        let Err(Error::Refused(refusals)) = register(&cx, nothing).await else { panic!("accepted") };
        let fields: Vec<&str> = refusals.iter().filter_map(|r| r.field.as_deref()).collect();
        assert_eq!(fields, ["name", "number", "phone", "login", "password", "again", "agreed"]);

        // The last character is checked (GB 11643), and a child's guardian decides (PIPL art. 31).
        let wrong = register(&cx, given("xiaoming", "320102198505050012")).await.unwrap_err();
        assert_eq!(wrong.code(), "identity.number_form");
        let child = register(&cx, given("xiaoming", &number_of("32010220200101001"))).await.unwrap_err();
        assert_eq!(child.code(), "identity.guardian_needed");
        register(&cx, given("xiaoming", NEW)).await.unwrap();
        let taken = register(&cx, given("XiaoMing", NEW)).await.unwrap_err();
        assert_eq!(taken.code(), "identity.login_unavailable");
        let both = Registration { again: "something-else-77", ..given("xiaoming", NEW) };
        let Err(Error::Refused(refusals)) = register(&cx, both).await else { panic!("accepted") };
        let fields: Vec<&str> = refusals.iter().filter_map(|r| r.field.as_deref()).collect();
        assert_eq!(fields, ["again", "login"], "what only the store knows is said with the rest");
    })
    .await;
}

/// Completes 17 digits by trying: the norm's own check decides.
fn number_of(body: &str) -> String {
    let today = norms::Day::new(2026, 9, 24).unwrap();
    let mut all = "0123456789X".chars().map(|check| format!("{body}{check}"));
    all.find(|number| CitizenNumber::parse(number, today).is_ok()).expect("one fits")
}
