//! Stories of disabling, enabling, unlocking and finding accounts.

use super::*;
use crate::identity::{Actor, Credentials, log_in};
use crate::testing::{PASSWORD, Town, story};

async fn administrator(town: &Town, login: &str, name: &str, role: Role) -> Id {
    let cx = town.cx(&Actor::System);
    let new = NewAccount {
        login: login.into(),
        kind: AccountKind::Administrator,
        name: name.into(),
        person: None,
        role: Some(role),
        assurance: 4,
        password: PasswordHash("none".into()),
        totp_secret: Some(vec![7; 20]),
        posts: vec![],
    };
    town.world.db.write(async |tx| create_account(tx, &cx, new).await).await.unwrap()
}

async fn disable(town: &Town, account: Id, reason: &str) -> Result<()> {
    let cx = town.cx(&town.security);
    town.world.db.write(async |tx| disable_account(tx, &cx, account, reason).await).await
}

async fn enable(town: &Town, account: Id, reason: &str) -> Result<()> {
    let cx = town.cx(&town.security);
    town.world.db.write(async |tx| enable_account(tx, &cx, account, reason).await).await
}

async fn unlock(town: &Town, by: &Actor, account: Id) -> Result<()> {
    let cx = town.cx(by);
    town.world.db.write(async |tx| unlock_account(tx, &cx, account, "本人到场核实").await).await
}

async fn told(town: &Town, account: Id, kind: &str) -> usize {
    let events =
        town.world.db.read(async |tx| journal::of_subject(tx, "account", account).await).await.unwrap();
    events.iter().filter(|event| event.kind == kind).count()
}

#[tokio::test]
async fn the_last_administrator_of_a_role_stays() {
    story(async |town| {
        let first = administrator(&town, "audit-one", "演示·审计甲", Role::Audit).await;
        administrator(&town, "system-one", "演示·系统甲", Role::System).await;
        let refused = disable(&town, first, "离职").await.unwrap_err();
        assert_eq!(refused.code(), "identity.last_of_role");
        assert!(refused.to_string().contains("另开一个审计管理员账户"), "{refused}");
        assert_eq!(told(&town, first, "identity.account_disabled").await, 0);
        let second = administrator(&town, "audit-two", "演示·审计乙", Role::Audit).await;
        disable(&town, first, "离职").await.unwrap();
        // One who is disabled already is nobody to rest on.
        assert_eq!(disable(&town, second, "离职").await.unwrap_err().code(), "identity.last_of_role");
        enable(&town, first, "返岗").await.unwrap();
        disable(&town, second, "离职").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_is_so_already_is_not_done_again_and_reasons_are_short() {
    story(async |town| {
        let account = town.citizen.account().unwrap();
        assert_eq!(enable(&town, account, "核查").await.unwrap_err().code(), "identity.already_enabled");
        let (long, longest) = ("长".repeat(MOST_REASON + 1), "长".repeat(MOST_REASON));
        assert_eq!(disable(&town, account, &long).await.unwrap_err().code(), "identity.reason_long");
        disable(&town, account, &longest).await.unwrap();
        assert_eq!(disable(&town, account, "核查").await.unwrap_err().code(), "identity.already_disabled");
        assert_eq!(told(&town, account, "identity.account_disabled").await, 1, "it happened once");
        assert_eq!(told(&town, account, "identity.account_enabled").await, 0);
    })
    .await;
}

#[tokio::test]
async fn whoever_locked_herself_out_is_let_in_by_the_security_administrator() {
    story(async |town| {
        let visitor = town.cx(&Actor::Visitor);
        let enter = async |password| log_in(&visitor, Credentials { login: "wang", password }).await;
        let account = town.citizen.account().unwrap();
        assert_eq!(unlock(&town, &town.security, account).await.unwrap_err().code(), "identity.not_locked");
        for _ in 0..5 {
            enter("wrong-password-1").await.unwrap_err();
        }
        assert_eq!(enter(PASSWORD).await.unwrap_err().code(), "identity.locked");
        for other in [&town.system, &town.audit, &town.neighbour] {
            assert!(unlock(&town, other, account).await.is_err(), "{other:?}");
        }
        unlock(&town, &town.security, account).await.unwrap();
        enter(PASSWORD).await.unwrap();
        assert_eq!(told(&town, account, "identity.account_unlocked").await, 1);
    })
    .await;
}

#[tokio::test]
async fn those_of_an_office_are_found_by_name_and_citizens_by_login_alone() {
    story(async |town| {
        administrator(&town, "audit-one", "演示·审计甲", Role::Audit).await;
        let cx = town.cx(&town.security);
        let found = async |find: &str| -> Vec<String> {
            let page = Page::of(None, None);
            let list = town.world.db.read(async |tx| list_accounts(tx, &cx, find, page).await).await.unwrap();
            assert_eq!(list.total, list.rows.len() as i64);
            list.rows.into_iter().map(|row| row.login).collect()
        };
        assert_eq!(found("审计").await, ["audit-one"]);
        assert_eq!(found("wan").await, ["wang"]);
        assert!(
            found("王小明").await.is_empty() && found("udit").await.is_empty() && found("%").await.is_empty()
        );
    })
    .await;
}
