//! Stories of the operator's command.

use super::*;
use crate::identity::{
    Actor, Credentials, SessionToken, confirm_code, current_code, disable_account, find_session,
    hash_password, log_in, new_secret,
};
use crate::journal;
use crate::testing::{Town, story};

fn given(login: &str, role: Role, reset: bool) -> GivenAdministrator {
    GivenAdministrator { login: login.into(), name: String::new(), role, reset }
}

/// Account and secret of the second factor.
async fn set(town: &Town, given: GivenAdministrator, password: &str) -> Result<(Id, Vec<u8>)> {
    let cx = town.cx(&Actor::System);
    let hash = hash_password(cx.rng(), password).await?;
    let secret = new_secret(cx.rng());
    let done =
        town.world.db.write(async |tx| set_administrator(tx, &cx, &given, hash.clone(), &secret).await).await;
    Ok((done?, secret))
}

async fn enter(town: &Town, password: &str, secret: &[u8]) -> Result<SessionToken> {
    let cx = town.cx(&Actor::Visitor);
    let waiting = log_in(&cx, Credentials { login: "anna", password }).await?;
    Ok(confirm_code(&cx, &waiting.token, &current_code(secret, cx.now)).await?.token)
}

const FIRST: &str = "lotus-in-the-pond-3";
const SECOND: &str = "heron-on-one-leg-8";

#[tokio::test]
async fn an_administrator_who_lost_her_phone_is_let_in_again() {
    story(async |town| {
        let (account, lost) = set(&town, given("anna", Role::Security, false), FIRST).await.unwrap();
        let session = enter(&town, FIRST, &lost).await.unwrap();
        let (same, secret) = set(&town, given("anna", Role::Security, true), SECOND).await.unwrap();
        assert_eq!(account, same);
        let standing = find_session(&town.cx(&Actor::Visitor), &session).await.unwrap();
        assert!(standing.is_none(), "whoever has the phone is out");
        assert_eq!(enter(&town, FIRST, &secret).await.unwrap_err().code(), "identity.wrong_credentials");
        assert!(enter(&town, SECOND, &lost).await.is_err());
        assert!(enter(&town, SECOND, &secret).await.is_ok());
        let events = town.world.db.read(async |tx| journal::of_subject(tx, "account", account).await).await;
        let resets = events.unwrap().into_iter().filter(|event| event.kind == "identity.account_reset");
        assert_eq!(resets.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn nobody_else_is_made_an_administrator_by_it() {
    story(async |town| {
        let (account, _) = set(&town, given("anna", Role::Security, false), FIRST).await.unwrap();
        let refused = async |given| set(&town, given, SECOND).await.unwrap_err().code();
        let again = given("anna", Role::Security, false);
        assert_eq!(refused(again).await, "identity.administrator_exists");
        assert_eq!(refused(given("anna", Role::Audit, true)).await, "identity.other_role");
        assert_eq!(refused(given("wang", Role::Audit, true)).await, "identity.no_administrator");
        assert_eq!(refused(given("wang", Role::Audit, false)).await, "identity.login_unavailable");
        assert_eq!(refused(given("nobody", Role::Audit, true)).await, "identity.no_administrator");
        for login in ["au d<it'", "ann", "1anna", ""] {
            assert_eq!(refused(given(login, Role::Audit, false)).await, "identity.login_form", "{login}");
        }
        // The last of a role cannot be disabled.
        set(&town, given("berta", Role::Security, false), FIRST).await.unwrap();
        let cx = town.cx(&Actor::System);
        let disabling = town.world.db.write(async |tx| disable_account(tx, &cx, account, "测试").await);
        disabling.await.unwrap();
        assert_eq!(refused(given("anna", Role::Security, true)).await, "identity.account_is_disabled");
        let citizen = town.cx(&town.citizen);
        let wanted = given("anna", Role::Security, true);
        let read = town.world.db.read(async |tx| check_administrator(tx, &citizen, &wanted).await).await;
        assert!(matches!(read, Err(Error::NotFound | Error::Denied)));
    })
    .await;
}
