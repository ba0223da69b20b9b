//! Supplements, special procedures, extension.

use super::about;
use super::act::{Answer, acted};
use super::submit::{MaterialFile, OneOrMore, files};
use crate::api::asked::{Member, Sent};
use crate::error::Problem;
use axum::extract::Path;
use domain::casework::{self, GivenMaterial, HandedIn, Procedure};
use domain::identity::Action;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SupplementNotice {
    /// One line for each thing, at most 30 lines of 300 characters; also what is wrong with `fields`.
    missing: Vec<String>,
    /// Data elements whose answers are to be corrected, of those the case was asked. Each becomes one more line; the
    /// applicant can then answer these anew and no others.
    #[serde(default)]
    #[schema(example = json!(["place.address"]))]
    fields: Vec<String>,
    /// Last day to bring it, `YYYY-MM-DD`.
    due_on: String,
    /// `version` of the case as it was read.
    version: Option<i64>,
}

/// 一次性告知补正。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/supplement-notice", operation_id = "noticeSupplement", tag = "desk",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    request_body = SupplementNotice,
    responses(
        (status = 200, description = "The applicant was told, once and completely", body = super::act::Acted),
        (status = 422, description = "`casework.nothing_missing`, `casework.second_supplement`, \
          `casework.supplement_too_long`, `casework.supplement_term`, `casework.field_not_asked`: `fields` names what this case \
          was not asked, `casework.counts_as_accepted`, `casework.wrong_state`, `form.characters`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn notice(member: Member, Path(case): Path<String>, sent: Sent) -> Answer {
    let cx = member.may(Action::CaseAccept)?.cx;
    let (id, act) = about::<SupplementNotice>(&cx, &case, &sent).await?;
    let (missing, fields, due_on) = (act.missing, act.fields, act.due_on);
    let notice = casework::SupplementNotice { missing, fields, due_on };
    let write = cx.db().write(async |tx| casework::notice_supplement(tx, &cx, id, notice, act.version).await);
    acted(id, write.await?, None)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Supplement {
    /// Files uploaded before (`POST /files`), each in the place of an earlier one.
    #[serde(default)]
    files: Vec<SupplementFile>,
    /// By data element, one value or several: answers to what the notice's `fields` name, and to questions a new answer
    /// leads to. An element left out stays as it was; an empty list takes an optional answer back.
    #[serde(default)]
    answers: BTreeMap<String, OneOrMore>,
    /// Something goes to the window on paper. Without it a file that was asked for or a corrected answer must come.
    #[serde(default)]
    on_paper: bool,
    /// `version` of the case as it was read.
    version: Option<i64>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SupplementFile {
    /// Key of the material.
    key: String,
    digest: String,
    name: String,
    /// The next ones, when the material comes in several; at most 10 in all.
    #[serde(default)]
    further: Vec<MaterialFile>,
}

/// 申请人补正。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/supplement", operation_id = "handInSupplement", tag = "cases",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    request_body = Supplement,
    responses(
        (status = 200, description = "Submitted anew", body = super::act::Acted),
        (status = 422, description = "`casework.file_unknown`, `casework.too_many_files`, `casework.material_unknown`, `casework.material_twice`, `casework.nothing_handed_in`, \
          `casework.answer_not_asked`: the notice does not name it, `form.required` and the other `form.` codes of \
          submitting, `casework.material_missing`: a corrected answer makes it necessary, `casework.wrong_state`",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn hand_in(member: Member, Path(case): Path<String>, sent: Sent) -> Answer {
    let cx = member.may(Action::CaseWithdraw)?.cx;
    let (id, act) = about::<Supplement>(&cx, &case, &sent).await?;
    let given = |file: SupplementFile| GivenMaterial {
        key: file.key,
        way: files(file.digest, file.name, file.further),
    };
    let materials: Vec<GivenMaterial> = act.files.into_iter().map(given).collect();
    let answers = act.answers.into_iter().map(|(element, said)| (element, said.values())).collect();
    let brought = HandedIn { materials, answers, on_paper: act.on_paper };
    let write = cx.db().write(async |tx| casework::hand_in(tx, &cx, id, brought, act.version).await);
    acted(id, write.await?, None)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Suspension {
    /// 听证, 招标, 拍卖, 检验, 检测, 检疫, 鉴定 or 专家评审 (行政许可法 art. 45).
    #[serde(default)]
    #[schema(required, example = "专家评审")]
    procedure: String,
    #[serde(default)]
    reason: String,
    /// How long it is expected to take, 1–250: the applicant is told in writing.
    #[serde(default)]
    #[schema(required, example = 10)]
    working_days: u32,
    /// `version` of the case as it was read.
    version: Option<i64>,
}

/// 启动特别程序，暂停计时。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/suspension", operation_id = "suspendCase", tag = "desk",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    request_body = Suspension,
    responses(
        (status = 200, description = "The clock stands", body = super::act::Acted),
        (status = 422, description = "`casework.procedure`, `casework.time_needed`, `casework.reason_needed`, \
          `casework.wrong_state`, `form.characters`",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn suspend(member: Member, Path(case): Path<String>, sent: Sent) -> Answer {
    let cx = member.may(Action::CaseSuspend)?.cx;
    let (id, act) = about::<Suspension>(&cx, &case, &sent).await?;
    let procedure = Procedure { name: act.procedure, reason: act.reason, working_days: act.working_days };
    let write = cx.db().write(async |tx| casework::suspend(tx, &cx, id, procedure, act.version).await);
    acted(id, write.await?, None)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resumption {
    /// `version` of the case as it was read.
    version: Option<i64>,
}

/// 结束特别程序，继续计时。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/resumption", operation_id = "resumeCase", tag = "desk",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    request_body = Resumption,
    responses(
        (status = 200, description = "The clock runs again", body = super::act::Acted),
        (status = 422, description = "`casework.not_suspended`", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn resume(member: Member, Path(case): Path<String>, sent: Sent) -> Answer {
    let cx = member.may(Action::CaseSuspend)?.cx;
    let (id, act) = about::<Resumption>(&cx, &case, &sent).await?;
    let write = cx.db().write(async |tx| casework::resume(tx, &cx, id, act.version).await);
    acted(id, write.await?, None)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extension {
    /// 1–10 (行政许可法 art. 42).
    #[schema(example = 10)]
    working_days: u32,
    reason: String,
    /// `version` of the case as it was read.
    version: Option<i64>,
}

/// 延长办理期限，一次，最多十个工作日。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/extension", operation_id = "extendCase", tag = "desk",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    request_body = Extension,
    responses(
        (status = 200, description = "The applicant was told", body = super::act::Acted),
        (status = 422, description = "`casework.extension_term`, `casework.second_extension`, `casework.wrong_state`, \
          `form.characters`",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn extend(member: Member, Path(case): Path<String>, sent: Sent) -> Answer {
    let cx = member.may(Action::CaseDecide)?.cx;
    let (id, act) = about::<Extension>(&cx, &case, &sent).await?;
    let write = cx
        .db()
        .write(async |tx| casework::extend(tx, &cx, id, act.working_days, act.reason, act.version).await);
    acted(id, write.await?, None)
}
