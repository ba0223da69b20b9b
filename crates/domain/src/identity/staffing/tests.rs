//! Stories of opening, activating and posting staff.

use super::*;
use crate::identity::{
    Actor, Credentials, PostKind, SessionToken, confirm_code, current_code, find_session, log_in,
};
use crate::testing::{Town, story};

const SECRET: &str = "willow-at-the-gate-5";

async fn open(town: &Town, by: &Actor) -> Result<Opening> {
    let cx = town.cx(by);
    town.world.db.write(async |tx| open_staff_account(tx, &cx, "zhou", "演示·周立群").await).await
}

async fn secret_of(town: &Town, token: &str) -> Result<Vec<u8>> {
    let cx = town.cx(&Actor::Visitor);
    Ok(town.world.db.read(async |tx| find_activation(tx, &cx, token).await).await?.secret)
}

async fn take_over(town: &Town, token: &str) -> Vec<u8> {
    let secret = secret_of(town, token).await.unwrap();
    let cx = town.cx(&Actor::Visitor);
    activate(&cx, token, SECRET, SECRET, &current_code(&secret, cx.now)).await.unwrap();
    secret
}

async fn enter(town: &Town, secret: &[u8]) -> SessionToken {
    // The code of the activation is used up: the next one is half a minute away.
    town.clock.advance(31_000);
    let cx = town.cx(&Actor::Visitor);
    let waiting = log_in(&cx, Credentials { login: "zhou", password: SECRET }).await.unwrap();
    confirm_code(&cx, &waiting.token, &current_code(secret, cx.now)).await.unwrap().token
}

async fn posts(town: &Town, token: &SessionToken) -> usize {
    let session = find_session(&town.cx(&Actor::Visitor), token).await.unwrap().expect("a session");
    session.actor.staff().expect("staff").posts.len()
}

#[tokio::test]
async fn an_official_is_made_by_two_administrators_and_herself() {
    story(async |town| {
        for other in [&town.security, &town.audit, &town.citizen, &town.market(PostKind::Clerk)] {
            assert!(matches!(open(&town, other).await, Err(Error::NotFound | Error::Denied)), "{other:?}");
        }
        let opening = open(&town, &town.system).await.unwrap();
        assert_eq!(open(&town, &town.system).await.unwrap_err().code(), "identity.login_unavailable");
        // Before she activated it nobody gets in, and it can be given no post.
        let visitor = town.cx(&Actor::Visitor);
        let empty = log_in(&visitor, Credentials { login: "zhou", password: "" }).await.unwrap_err();
        assert_eq!(empty.code(), "identity.wrong_credentials");
        let body = town.market(PostKind::Clerk).staff().unwrap().posts[0].body.clone();
        let (security, system) = (town.cx(&town.security), town.cx(&town.system));
        let db = &town.world.db;
        let grant = async |cx: &Cx| {
            db.write(async |tx| grant_post(tx, cx, opening.account, &body, PostKind::Clerk).await).await
        };
        assert_eq!(grant(&security).await.unwrap_err().code(), "identity.not_activated");

        let secret = take_over(&town, &opening.token).await;
        assert!(matches!(secret_of(&town, &opening.token).await, Err(Error::NotFound)), "a link works once");
        let token = enter(&town, &secret).await;
        assert_eq!(posts(&town, &token).await, 0);
        assert!(matches!(grant(&system).await, Err(Error::NotFound)), "the opener gives no rights");
        grant(&security).await.unwrap();
        assert_eq!(grant(&security).await.unwrap_err().code(), "identity.post_held");
        assert_eq!(posts(&town, &token).await, 1, "effective with the next request");
        let revoke =
            db.write(async |tx| revoke_post(tx, &security, opening.account, &body, PostKind::Clerk).await);
        revoke.await.unwrap();
        assert_eq!(posts(&town, &token).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_new_link_takes_the_posts_away_and_ends_the_sessions() {
    story(async |town| {
        let opening = open(&town, &town.system).await.unwrap();
        let secret = take_over(&town, &opening.token).await;
        let body = town.market(PostKind::Clerk).staff().unwrap().posts[0].body.clone();
        let (security, system) = (town.cx(&town.security), town.cx(&town.system));
        let db = &town.world.db;
        let account = opening.account;
        db.write(async |tx| grant_post(tx, &security, account, &body, PostKind::Approver).await)
            .await
            .unwrap();
        let token = enter(&town, &secret).await;
        let again = db.write(async |tx| reopen_staff_account(tx, &system, account).await).await.unwrap();
        assert!(find_session(&town.cx(&Actor::Visitor), &token).await.unwrap().is_none());
        let old = log_in(&town.cx(&Actor::Visitor), Credentials { login: "zhou", password: SECRET }).await;
        assert_eq!(old.unwrap_err().code(), "identity.wrong_credentials");
        let secret = take_over(&town, &again.token).await;
        let token = enter(&town, &secret).await;
        assert_eq!(posts(&town, &token).await, 0, "a link alone gives no rights back");
        let citizen = town.citizen.account().unwrap();
        let foreign = db.write(async |tx| reopen_staff_account(tx, &system, citizen).await).await;
        assert!(matches!(foreign, Err(Error::NotFound)), "only staff are opened here");
    })
    .await;
}

#[tokio::test]
async fn an_activation_asks_for_a_good_password_and_the_apps_code_in_time() {
    story(async |town| {
        let opening = open(&town, &town.system).await.unwrap();
        let cx = town.cx(&Actor::Visitor);
        let Err(Error::Refused(refusals)) = activate(&cx, &opening.token, "short", "short", "000000").await
        else {
            panic!("accepted")
        };
        let fields: Vec<&str> = refusals.iter().filter_map(|r| r.field.as_deref()).collect();
        assert_eq!(fields, ["code", "password"], "in the order of the page");
        let secret = secret_of(&town, &opening.token).await.unwrap();
        let code = current_code(&secret, cx.now);
        let differ = activate(&cx, &opening.token, SECRET, "willow-at-the-gate-6", &code).await.unwrap_err();
        assert_eq!(differ.code(), "identity.passwords_differ");
        assert!(matches!(
            activate(&cx, "0".repeat(64).as_str(), SECRET, SECRET, &code).await,
            Err(Error::NotFound)
        ));
        town.clock.advance(WITHIN);
        assert!(matches!(secret_of(&town, &opening.token).await, Err(Error::NotFound)), "three days");
    })
    .await;
}

async fn listed(town: &Town, find: &str, number: u32) -> (i64, Vec<OpeningRow>) {
    let cx = town.cx(&town.system);
    let page = Page::of(Some(number), None);
    let found = town.world.db.read(async |tx| openings(tx, &cx, find, page).await).await.unwrap();
    (found.total, found.rows)
}

#[tokio::test]
async fn every_staff_account_is_reached_by_pages_and_by_name() {
    story(async |town| {
        let (before, _) = listed(&town, "", 1).await;
        let cx = town.cx(&town.system);
        for (number, own) in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌".chars().enumerate()
        {
            let (login, name) = (format!("many{number:02}"), format!("演示·多人{own}号"));
            let opened = town.world.db.write(async |tx| open_staff_account(tx, &cx, &login, &name).await);
            assert_eq!(opened.await.unwrap().login, login);
        }
        let (total, first) = listed(&town, "", 1).await;
        assert_eq!((total, first.len(), first[0].login.as_str()), (before + 21, 20, "many20"));
        let (_, second) = listed(&town, "", 2).await;
        assert_eq!(second[0].login, "many00", "the oldest of them goes on from the first page");
        let logins = async |find: &str| -> Vec<String> {
            listed(&town, find, 1).await.1.into_iter().map(|row| row.login).collect()
        };
        assert_eq!(logins("many1").await.len(), 10, "by how the login begins");
        assert_eq!(logins("any1").await.len(), 0, "not from its middle");
        assert_eq!(logins("多人辛").await, ["many07"], "by a part of the name");
        for find in ["%", "_", "!", "多人%号"] {
            assert_eq!(logins(find).await.len(), 0, "{find} stands for itself");
        }
        assert_eq!(logins("wang").await.len(), 0, "a citizen is none of the staff");
    })
    .await;
}

#[tokio::test]
async fn a_disabled_account_is_not_reset() {
    story(async |town| {
        let opening = open(&town, &town.system).await.unwrap();
        take_over(&town, &opening.token).await;
        let (security, system, db) = (town.cx(&town.security), town.cx(&town.system), &town.world.db);
        let account = opening.account;
        let reset = async || db.write(async |tx| reopen_staff_account(tx, &system, account).await).await;
        db.write(async |tx| super::super::disable_account(tx, &security, account, "调离").await)
            .await
            .unwrap();
        assert_eq!(reset().await.unwrap_err().code(), "identity.account_is_disabled");
        let (_, rows) = listed(&town, "zhou", 1).await;
        assert_eq!(
            (rows[0].disabled, rows[0].activated, rows[0].ends_at),
            (true, true, None),
            "nothing was lost"
        );
        db.write(async |tx| super::super::enable_account(tx, &security, account, "返岗").await)
            .await
            .unwrap();
        take_over(&town, &reset().await.unwrap().token).await;
    })
    .await;
}
