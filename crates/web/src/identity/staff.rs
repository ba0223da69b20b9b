//! One staff account as the security administrator sees it: its posts, given and taken.

use super::admin::{Link, links};
use crate::form::{FieldView, error_list};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use base::{Error, Id, Refusal, Result};
use domain::identity::{self, PostKind, StaffDetail};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "identity/staff.html")]
struct StaffPage {
    page: Page,
    links: Vec<&'static Link>,
    errors: Vec<(String, String)>,
    detail: StaffDetail,
    posts: Vec<PostRow>,
    fields: Vec<FieldView>,
}

struct PostRow {
    body: String,
    body_name: String,
    division: String,
    post: PostKind,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    done: String,
}

pub(crate) async fn show(visit: Visit, Path(account): Path<String>, Query(query): Query<Done>) -> PageResult {
    let mut page = staff_page(&visit, account.parse()?, None, &[]).await?;
    page.page.notice = match query.done.as_str() {
        "granted" => Some("岗位已分配，马上生效。".into()),
        "revoked" => Some("岗位已收回，马上生效。".into()),
        _ => None,
    };
    visit.show(&page)
}

pub(crate) async fn grant(Path(account): Path<String>, form: Posted) -> PageResult {
    let (visit, cx) = (&form.visit, &form.visit.cx);
    let account: Id = account.parse()?;
    let body = cx
        .catalogue
        .bodies()
        .find(|body| body.division == form.get("division") && body.department == form.get("department"));
    let body = body.map(|body| body.credit_code.clone()).unwrap_or_default();
    let outcome = match PostKind::from_word(form.get("post")) {
        Some(post) => {
            cx.db().write(async |tx| identity::grant_post(tx, cx, account, &body, post).await).await
        }
        // Rights before input: whoever may not see the account learns nothing from an empty form.
        None => cx
            .db()
            .read(async |tx| identity::staff_detail(tx, cx, account).await)
            .await
            .and_then(|_| Err(Error::refused_at("identity.post_needed", "post", "请选择岗位"))),
    };
    match outcome {
        Ok(()) => Ok(Redirect::to(&format!("/admin/accounts/{account}?done=granted")).into_response()),
        Err(Error::Refused(refusals)) => {
            visit.show_again(&staff_page(visit, account, Some(&form), &refusals).await?)
        }
        Err(other) => Err(other.into()),
    }
}

pub(crate) async fn revoke(Path(account): Path<String>, form: Posted) -> PageResult {
    let cx = &form.visit.cx;
    let account: Id = account.parse()?;
    let post = PostKind::from_word(form.get("post"));
    let revoke = cx.db().write(async |tx| {
        identity::staff_detail(tx, cx, account).await?;
        identity::revoke_post(tx, cx, account, form.get("body"), post.ok_or(Error::NotFound)?).await
    });
    revoke.await?;
    Ok(Redirect::to(&format!("/admin/accounts/{account}?done=revoked")).into_response())
}

async fn staff_page(
    visit: &Visit,
    account: Id,
    form: Option<&Posted>,
    refusals: &[Refusal],
) -> Result<StaffPage> {
    let (cx, catalogue) = (&visit.cx, &visit.cx.catalogue);
    let detail = cx.db().read(async |tx| identity::staff_detail(tx, cx, account).await).await?;
    let mut page = visit
        .page(format!("岗位：{}", detail.name))
        .under(&[("管理", "/admin"), ("账户", "/admin/accounts")]);
    page.path = format!("/admin/accounts/{account}");
    let typed = |name: &str| form.map(|form| form.get(name)).unwrap_or_default();
    let mut divisions: Vec<_> =
        catalogue.divisions.keys().map(|code| (code.clone(), catalogue.full_name(code))).collect();
    divisions.sort();
    let departments: Vec<_> =
        catalogue.departments.iter().map(|d| (d.key.clone(), d.short.clone())).collect();
    let posts = PostKind::ALL.map(|post| (post.word().to_owned(), post.name().to_owned()));
    let row = |held: &identity::Post| PostRow {
        body_name: catalogue.body(&held.body).map_or(held.body.clone(), |body| body.name.clone()),
        division: catalogue.full_name(&held.division),
        body: held.body.clone(),
        post: held.post,
    };
    Ok(StaffPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        links: links(visit),
        errors: error_list(refusals),
        posts: detail.posts.iter().map(row).collect(),
        fields: vec![
            FieldView::own("division", "区划", "select", refusals).choices(&divisions, typed("division")),
            FieldView::own("department", "部门", "select", refusals)
                .choices(&departments, typed("department")),
            FieldView::own("post", "岗位", "radio", refusals).choices(&posts, typed("post")),
        ],
        detail,
    })
}
