//! Stories of looking after one's own account.

use super::*;
use crate::identity::{Actor, Credentials, extend_session, find_session, log_in};
use crate::testing::{PASSWORD, Town, story};

const BETTER: &str = "osmanthus-by-the-lake-9";

async fn enter(town: &Town, password: &str) -> Result<SessionToken> {
    let cx = town.cx(&Actor::Visitor);
    Ok(log_in(&cx, Credentials { login: "wang", password }).await?.token)
}

async fn stands(town: &Town, token: &SessionToken) -> bool {
    find_session(&town.cx(&Actor::Visitor), token).await.unwrap().is_some()
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions_and_the_old_password() {
    story(async |town| {
        let (mine, other) = (enter(&town, PASSWORD).await.unwrap(), enter(&town, PASSWORD).await.unwrap());
        let cx = town.cx(&town.citizen);
        let wrong = change_password(&cx, &mine, "not-my-password-1", BETTER).await.unwrap_err();
        assert_eq!(wrong.code(), "identity.wrong_password");
        let weak = change_password(&cx, &mine, PASSWORD, "wang-13800138001").await.unwrap_err();
        assert_eq!(weak.code(), "identity.weak_password");
        let same = change_password(&cx, &mine, PASSWORD, PASSWORD).await.unwrap_err();
        assert_eq!(same.code(), "identity.same_password");
        assert!(stands(&town, &other).await, "a refused change ends nothing");

        change_password(&cx, &mine, PASSWORD, BETTER).await.unwrap();
        assert!(stands(&town, &mine).await && !stands(&town, &other).await);
        assert_eq!(enter(&town, PASSWORD).await.unwrap_err().code(), "identity.wrong_credentials");
        assert!(enter(&town, BETTER).await.is_ok());
        let news = town.world.db.read(async |tx| account_news(tx, &cx).await).await.unwrap();
        assert!(news.iter().any(|event| event.kind == "identity.password_changed"));
    })
    .await;
}

#[tokio::test]
async fn guessing_at_the_change_of_password_locks_as_at_log_in() {
    story(async |town| {
        let mine = enter(&town, PASSWORD).await.unwrap();
        let cx = town.cx(&town.citizen);
        for _ in 0..5 {
            let wrong = change_password(&cx, &mine, "not-my-password-1", BETTER).await.unwrap_err();
            assert_eq!(wrong.code(), "identity.wrong_password");
        }
        let locked = change_password(&cx, &mine, PASSWORD, BETTER).await.unwrap_err();
        assert_eq!(locked.code(), "identity.locked");
    })
    .await;
}

#[tokio::test]
async fn a_phone_changes_with_the_password_and_the_sessions_are_ones_own() {
    story(async |town| {
        let mine = enter(&town, PASSWORD).await.unwrap();
        let cx = town.cx(&town.citizen);
        assert_eq!(
            change_phone(&cx, "13800138777", "wrong-password-1").await.unwrap_err().code(),
            "identity.wrong_password"
        );
        assert_eq!(change_phone(&cx, "12345", PASSWORD).await.unwrap_err().code(), "identity.phone_form");
        change_phone(&cx, "13800138777", PASSWORD).await.unwrap();
        let db = &town.world.db;
        let profile = db.read(async |tx| crate::identity::profile_of(tx, &cx).await).await.unwrap();
        assert_eq!(profile.phone, "13800138777");

        let other = enter(&town, PASSWORD).await.unwrap();
        let sessions = db.read(async |tx| own_sessions(tx, &cx, &mine).await).await.unwrap();
        assert_eq!(sessions.iter().map(|s| s.current).filter(|current| *current).count(), 1);
        assert_eq!(sessions.len(), 2);
        let visitor = town.cx(&Actor::Visitor);
        let neighbour = log_in(&visitor, Credentials { login: "li", password: PASSWORD });
        let neighbour = neighbour.await.unwrap().token;
        let ended = db.write(async |tx| end_other_sessions(tx, &cx, &mine).await).await.unwrap();
        assert_eq!(ended, 1);
        assert!(stands(&town, &mine).await && !stands(&town, &other).await);
        assert!(stands(&town, &neighbour).await, "only her own");
    })
    .await;
}

#[tokio::test]
async fn an_extension_lengthens_the_idle_time_and_never_the_longest() {
    story(async |town| {
        let token = enter(&town, PASSWORD).await.unwrap();
        let cx = || town.cx(&Actor::Visitor);
        let extend = async || town.world.db.write(async |tx| extend_session(tx, &cx(), &token).await).await;
        let end = cx().now + 12 * 3_600_000;
        for _ in 0..24 {
            town.clock.advance(29 * 60_000);
            let until = extend().await.unwrap();
            assert!(until <= end && (until == end || until == cx().now + 30 * 60_000));
        }
        town.clock.advance(29 * 60_000);
        assert!(matches!(extend().await, Err(Error::Unauthenticated)), "twelve hours are the longest");
    })
    .await;
}
