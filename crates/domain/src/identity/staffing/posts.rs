//! Posts: body × post, given and taken by the security administrator; effective with the next request.

use super::store;
use crate::Cx;
use crate::identity::account::say;
use crate::identity::{Account, AccountKind, Action, NewPost, Post, PostKind, Thing, authorize};
use base::{Error, Id, Result};
use db::Tx;
use serde_json::json;

/// A staff account as the security administrator sees it.
#[derive(Debug, Clone)]
pub struct StaffDetail {
    pub account: Id,
    pub login: String,
    pub name: String,
    /// Its owner has chosen her password and her second factor.
    pub activated: bool,
    pub disabled: bool,
    pub posts: Vec<Post>,
}

pub async fn staff_detail(tx: &mut Tx<'_>, cx: &Cx, account: Id) -> Result<StaffDetail> {
    authorize(&cx.actor, Action::AccountManage, Thing::NOTHING)?;
    let found = staff(tx, cx, account).await?;
    Ok(StaffDetail {
        account,
        activated: !found.password_hash.is_empty(),
        disabled: found.disabled,
        posts: crate::identity::account::store::posts(tx, account).await?,
        login: found.login,
        name: found.name,
    })
}

async fn staff(tx: &mut Tx<'_>, cx: &Cx, account: Id) -> Result<Account> {
    let found = crate::identity::account::store::account(tx, cx, account).await?;
    found.filter(|account| account.kind == AccountKind::Staff).ok_or(Error::NotFound)
}

/// Gives a post at a body of the catalogue. Only to an account whose owner has activated it: what nobody
/// has taken over yet must not hold rights.
pub async fn grant_post(tx: &mut Tx<'_>, cx: &Cx, account: Id, body: &str, post: PostKind) -> Result<()> {
    authorize(&cx.actor, Action::AccountManage, Thing::NOTHING)?;
    let found = staff(tx, cx, account).await?;
    if found.password_hash.is_empty() {
        let message = "账户还没有激活。请本人先用激活链接设置密码和动态验证码，再分配岗位";
        return Err(Error::refused_at("identity.not_activated", "post", message));
    }
    let known = cx.catalogue.body(body).cloned();
    let missing =
        || Error::refused_at("identity.unknown_body", "department", "这个区划没有这个部门的实施主体");
    let known = known.ok_or_else(missing)?;
    let held = crate::identity::account::store::posts(tx, account).await?;
    if held.iter().any(|held| held.body == body && held.post == post) {
        return Err(Error::refused_at("identity.post_held", "post", "已经有这个岗位，不用重复分配"));
    }
    let new = NewPost { body: known.credit_code.clone(), division: known.division.clone(), post };
    crate::identity::account::store::insert_post(tx, cx.id(), account, &new).await?;
    let detail = json!({ "body": new.body, "division": new.division, "post": post.word() });
    say(tx, cx, account, "identity.post_granted", &detail).await
}

pub async fn revoke_post(tx: &mut Tx<'_>, cx: &Cx, account: Id, body: &str, post: PostKind) -> Result<()> {
    authorize(&cx.actor, Action::AccountManage, Thing::NOTHING)?;
    staff(tx, cx, account).await?;
    if store::delete_post(tx, account, body, post.word()).await? == 0 {
        return Err(Error::NotFound);
    }
    let detail = json!({ "body": body, "post": post.word() });
    say(tx, cx, account, "identity.post_revoked", &detail).await
}
