//! Stories of logging in, locking, second factors, sessions and mandates.

use super::*;
use crate::testing::{PASSWORD, Town, story};
use base::Error;
use db::params;

async fn log_in_as(town: &Town, login: &str, password: &str) -> base::Result<LoggedIn> {
    log_in(&town.cx(&Actor::Visitor), Credentials { login, password }).await
}

async fn session(town: &Town, token: &SessionToken) -> Option<Session> {
    find_session(&town.cx(&Actor::Visitor), token).await.unwrap()
}

#[tokio::test]
async fn five_failures_lock_for_ten_minutes_and_nothing_tells_whether_an_account_exists() {
    story(async |town| {
        let told = async |login: &str| {
            let refused = log_in_as(&town, login, "wrong-password-1").await.unwrap_err();
            (refused.code(), refused.to_string())
        };
        for round in 0..2 {
            for attempt in 0..8 {
                let (known, unknown) = (told("wang").await, told("nobody").await);
                assert_eq!(known, unknown, "attempt {attempt} of round {round}");
                let expected = if attempt < 5 { "identity.wrong_credentials" } else { "identity.locked" };
                assert_eq!(known.0, expected, "attempt {attempt} of round {round}");
                town.clock.advance(30_000);
            }
            town.clock.advance(10 * 60_000);
        }
        assert_eq!(told("another").await.0, "identity.wrong_credentials", "each name is counted for itself");
        let kept = town.world.db.read(async |tx| {
            tx.rows("SELECT name FROM identity_unknown_login", &params![], |row| row.text(0)).await
        });
        assert!(kept.await.unwrap().iter().all(|name| !name.contains("nobody") && !name.contains("another")));
        for _ in 0..5 {
            told("wang").await;
        }
        assert_eq!(log_in_as(&town, "wang", PASSWORD).await.unwrap_err().code(), "identity.locked");
        town.clock.advance(10 * 60_000 + 1);
        assert!(log_in_as(&town, "wang", PASSWORD).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_by_logout_idleness_disabling_and_a_clock_set_back() {
    story(async |town| {
        let token = async || log_in_as(&town, "wang", PASSWORD).await.unwrap().token;
        let out = token().await;
        let cx = town.cx(&town.citizen);
        town.world.db.write(async |tx| end_session(tx, &cx, &out).await).await.unwrap();
        assert!(session(&town, &out).await.is_none());

        let idle = token().await;
        town.clock.advance(31 * 60_000);
        assert!(session(&town, &idle).await.is_none());

        let disabled = token().await;
        assert!(session(&town, &disabled).await.is_some());
        let cx = town.cx(&town.security);
        let account = town.citizen.account().unwrap();
        let turned = town.world.db.write(async |tx| disable_account(tx, &cx, account, "核\u{202e}查").await);
        assert_eq!(turned.await.unwrap_err().code(), "form.characters");
        town.world.db.write(async |tx| disable_account(tx, &cx, account, "核查").await).await.unwrap();
        assert!(session(&town, &disabled).await.is_none());
        assert_eq!(
            log_in_as(&town, "wang", PASSWORD).await.unwrap_err().code(),
            "identity.wrong_credentials"
        );

        let early = log_in_as(&town, "li", PASSWORD).await.unwrap().token;
        town.clock.advance(-3_600_000);
        assert!(session(&town, &early).await.is_none(), "a clock set back must not lengthen a session");
    })
    .await;
}

#[tokio::test]
async fn staff_need_a_code_that_works_once() {
    story(async |town| {
        let cx = town.cx(&Actor::System);
        let secret = new_secret(cx.rng());
        let password = hash_password(cx.rng(), PASSWORD).await.unwrap();
        let new = |totp_secret| NewAccount {
            login: "clerk".into(),
            kind: AccountKind::Staff,
            name: "演示·受理员".into(),
            person: None,
            role: None,
            assurance: 4,
            password: password.clone(),
            totp_secret,
            posts: vec![],
        };
        let refused = town.world.db.write(async |tx| create_account(tx, &cx, new(None)).await).await;
        assert_eq!(refused.unwrap_err().code(), "identity.second_factor_needed");
        town.world
            .db
            .write(async |tx| create_account(tx, &cx, new(Some(secret.clone()))).await)
            .await
            .unwrap();

        let waiting = log_in_as(&town, "clerk", PASSWORD).await.unwrap();
        assert!(waiting.code_needed);
        let before = session(&town, &waiting.token).await.unwrap();
        assert_eq!((before.actor, before.code_needed), (Actor::Visitor, true));
        let cx = town.cx(&Actor::Visitor);
        let wrong = confirm_code(&cx, &waiting.token, "000000").await.unwrap_err();
        assert_eq!(wrong.code(), "identity.wrong_code");
        let code = current_code(&secret, cx.now);
        let full = confirm_code(&cx, &waiting.token, &code).await.unwrap();
        assert!(matches!(session(&town, &full.token).await.unwrap().actor, Actor::Staff(_)));
        assert!(session(&town, &waiting.token).await.is_none(), "a new token at login");
        let again = log_in_as(&town, "clerk", PASSWORD).await.unwrap();
        let used = confirm_code(&cx, &again.token, &code).await.unwrap_err();
        assert_eq!(used.code(), "identity.wrong_code");
        assert!(used.to_string().contains("已经用过"), "her app shows this very code: {used}");
    })
    .await;
}

#[tokio::test]
async fn one_acts_only_for_whom_one_holds_a_mandate_and_only_while_it_stands() {
    story(async |town| {
        let organisation = town.agent.person().unwrap().acting_for.as_ref().unwrap().organisation;
        let stranger = log_in_as(&town, "wang", PASSWORD).await.unwrap().token;
        let cx = town.cx(&town.citizen);
        let db = &town.world.db;
        let refused = db.write(async |tx| act_for(tx, &cx, &stranger, Some(organisation)).await).await;
        assert!(matches!(refused, Err(Error::NotFound)));

        let token = log_in_as(&town, "agent", PASSWORD).await.unwrap().token;
        let cx = town.cx(&town.agent);
        db.write(async |tx| act_for(tx, &cx, &token, Some(organisation)).await).await.unwrap();
        assert_eq!(
            session(&town, &token).await.unwrap().actor.party(),
            Some(Party::Organisation(organisation))
        );
        let mandate = db.read(async |tx| mandates_received(tx, &cx).await).await.unwrap()[0].id;
        let own = db.write(async |tx| revoke_mandate(tx, &cx, mandate).await).await;
        assert!(matches!(own, Err(Error::Denied)), "an agent decides about no mandate, not even her own");
        let security = town.cx(&town.security);
        db.write(async |tx| revoke_mandate(tx, &security, mandate).await).await.unwrap();
        let after = session(&town, &token).await.unwrap();
        assert!(matches!(after.actor.party(), Some(Party::Person(_))), "revoked at once");
    })
    .await;
}

/// Whoever applies is taken from what came with her session: for herself, for her firm, and for herself again once
/// the mandate has ended.
#[tokio::test]
async fn the_profile_that_comes_with_a_session_is_the_one_in_the_store() {
    story(async |town| {
        let db = &town.world.db;
        let token = log_in_as(&town, "agent", PASSWORD).await.unwrap().token;
        let agent = town.cx(&town.agent);
        let organisation = town.agent.person().unwrap().acting_for.as_ref().unwrap().organisation;
        let applies_as = async || {
            let cx = town.cx(&session(&town, &token).await.unwrap().actor);
            assert!(cx.actor.person().unwrap().profile.is_some());
            let stored = db.read(async |tx| profile_of(tx, &cx).await).await.unwrap();
            assert_eq!(profile(&cx).await.unwrap(), stored);
            stored.party()
        };
        let herself = Party::Person(agent.actor.person().unwrap().person);
        assert_eq!(applies_as().await, herself);
        db.write(async |tx| act_for(tx, &agent, &token, Some(organisation)).await).await.unwrap();
        assert_eq!(applies_as().await, Party::Organisation(organisation));
        let mandate = db.read(async |tx| mandates_received(tx, &agent).await).await.unwrap()[0].id;
        let security = town.cx(&town.security);
        db.write(async |tx| revoke_mandate(tx, &security, mandate).await).await.unwrap();
        assert_eq!(applies_as().await, herself);
    })
    .await;
}

#[tokio::test]
async fn personal_numbers_are_not_in_the_tables_in_clear() {
    story(async |town| {
        let cx = town.cx(&Actor::System);
        let found = town
            .world
            .db
            .read(async |tx| person_by_number(tx, &cx, "320102199001019998").await)
            .await
            .unwrap();
        assert_eq!(found, town.citizen.person().map(|p| p.person));
        let stored = town
            .world
            .db
            .read(async |tx| {
                tx.rows("SELECT name, number, phone FROM identity_person", &params![], |row| {
                    Ok([row.blob(0)?, row.blob(1)?, row.blob(2)?].concat())
                })
                .await
            })
            .await
            .unwrap();
        for bytes in stored {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            assert!(!text.contains("320102") && !text.contains("138001") && !text.contains("王小明"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_database_opens_with_its_own_master_key_only() {
    story(async |town| {
        let cx = town.cx(&Actor::System);
        let db = &town.world.db;
        db.write(async |tx| check_key(tx, &cx).await).await.unwrap();
        db.write(async |tx| check_key(tx, &cx).await).await.unwrap();
        let other = town.with_keys(base::crypt::Keys::derive(&[1; 32]));
        let refused = db.write(async |tx| check_key(tx, &other).await).await.unwrap_err();
        assert_eq!(refused.code(), "identity.wrong_master_key");
    })
    .await;
}

/// A staff account with a standing session and the secret of its app.
async fn staff_session(town: &Town, login: &str) -> (SessionToken, Vec<u8>) {
    let cx = town.cx(&Actor::System);
    let secret = new_secret(cx.rng());
    let new = NewAccount {
        login: login.into(),
        kind: AccountKind::Staff,
        name: "演示·保管员".into(),
        person: None,
        role: None,
        assurance: 4,
        password: hash_password(cx.rng(), PASSWORD).await.unwrap(),
        totp_secret: Some(secret.clone()),
        posts: vec![],
    };
    town.world.db.write(async |tx| create_account(tx, &cx, new).await).await.unwrap();
    let waiting = log_in_as(town, login, PASSWORD).await.unwrap();
    let cx = town.cx(&Actor::Visitor);
    let full = confirm_code(&cx, &waiting.token, &current_code(&secret, cx.now)).await.unwrap();
    (full.token, secret)
}

#[tokio::test]
async fn a_step_up_is_given_on_purpose_counts_five_minutes_and_stays_with_its_session() {
    story(async |town| {
        let (token, secret) = staff_session(&town, "keeper").await;
        let fresh = async |token: &SessionToken| {
            let actor = session(&town, token).await.expect("a session").actor;
            actor.require_step_up(town.cx(&Actor::Visitor).now)
        };
        let step = async |code: String| step_up(&town.cx(&Actor::Visitor), &token, &code).await;
        assert_eq!(
            fresh(&token).await.unwrap_err().code(),
            "identity.step_up_needed",
            "logging in is not enough"
        );

        let used = current_code(&secret, town.cx(&Actor::Visitor).now);
        assert_eq!(step(used).await.unwrap_err().code(), "identity.wrong_code", "a code works once");
        town.clock.advance(60_000);
        let now = town.cx(&Actor::Visitor).now;
        assert_eq!(step(current_code(&secret, now)).await.unwrap(), now + STEP_UP_FOR);
        assert!(fresh(&token).await.is_ok());
        let other = {
            let waiting = log_in_as(&town, "keeper", PASSWORD).await.unwrap();
            town.clock.advance(60_000);
            let cx = town.cx(&Actor::Visitor);
            confirm_code(&cx, &waiting.token, &current_code(&secret, cx.now)).await.unwrap().token
        };
        assert!(fresh(&other).await.is_err(), "another session of the same account");
        town.clock.advance(STEP_UP_FOR - 60_000);
        assert!(fresh(&token).await.is_ok());
        town.clock.advance(1);
        assert_eq!(fresh(&token).await.unwrap_err().code(), "identity.step_up_needed");
    })
    .await;
}

#[tokio::test]
async fn five_wrong_codes_at_a_step_up_lock_the_account() {
    story(async |town| {
        let (token, secret) = staff_session(&town, "keeper").await;
        town.clock.advance(60_000);
        let step = async |code: String| step_up(&town.cx(&Actor::Visitor), &token, &code).await;
        let right = current_code(&secret, town.cx(&Actor::Visitor).now);
        let wrong = if right == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            assert_eq!(step(wrong.into()).await.unwrap_err().code(), "identity.wrong_code");
        }
        assert_eq!(step(right).await.unwrap_err().code(), "identity.locked");
        assert_eq!(log_in_as(&town, "keeper", PASSWORD).await.unwrap_err().code(), "identity.locked");
    })
    .await;
}

#[tokio::test]
async fn a_citizen_and_a_stranger_cannot_step_up() {
    story(async |town| {
        let citizen = log_in_as(&town, "wang", PASSWORD).await.unwrap().token;
        let cx = town.cx(&Actor::Visitor);
        assert!(matches!(step_up(&cx, &citizen, "123456").await, Err(Error::Denied)));
        let nobody = SessionToken("0".repeat(64));
        assert!(matches!(step_up(&cx, &nobody, "123456").await, Err(Error::Unauthenticated)));
    })
    .await;
}
