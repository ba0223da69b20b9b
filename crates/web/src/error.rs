//! The one place where an error becomes a status, a page with a way on, or problem+json.

use crate::page::Page;
use crate::session::Visit;
use crate::state::App;
use askama::Template;
use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base::{Error, Id, Refusal};
use domain::casework::OWN_ACT;
use domain::identity::Actor;
use std::sync::{Arc, OnceLock};

/// What handlers return when they fail. Rendering waits for [`render`], which is told who asked.
#[derive(Debug, Clone)]
pub struct Failure(pub Arc<Error>);

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure(Arc::new(error.into()))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = status(&self.0).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Limits count by the minute: by then there is room again (seconds, RFC 9110 §10.2.3).
const RETRY_AFTER: &str = "60";
const WRONG_METHOD: &str = "method_not_allowed";

fn status(error: &Error) -> StatusCode {
    match error {
        Error::Refused(_) if error.code() == OWN_ACT => StatusCode::CONFLICT,
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        Error::Denied => StatusCode::FORBIDDEN,
        Error::Refused(_) if error.code() == "too_many_requests" => StatusCode::TOO_MANY_REQUESTS,
        Error::Refused(_) if error.code() == WRONG_METHOD => StatusCode::METHOD_NOT_ALLOWED,
        Error::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Conflict => StatusCode::CONFLICT,
        Error::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Error::Bug(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// problem+json (RFC 9457) with a stable `code` and one entry for each field at fault.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// About this kind of problem; `about:blank` as the code says it all.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Chinese, short.
    title: String,
    status: u16,
    /// Stable: programs may compare it.
    code: String,
    /// Chinese, for the person who must act on it.
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct FieldProblem {
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    message: String,
    /// Law or norm with its article.
    #[serde(skip_serializing_if = "Option::is_none")]
    norm: Option<String>,
}

impl Problem {
    fn of(error: &Error, who: Who) -> Problem {
        let refusals: &[Refusal] = if let Error::Refused(refusals) = error { refusals } else { &[] };
        let field = |refusal: &Refusal| FieldProblem {
            code: refusal.code.to_owned(),
            field: refusal.field.clone(),
            message: refusal.message.clone(),
            norm: refusal.norm.map(str::to_owned),
        };
        Problem {
            kind: "about:blank",
            title: title(error).to_owned(),
            status: status(error).as_u16(),
            code: error.code().to_owned(),
            detail: detail(error, who),
            errors: refusals.iter().map(field).collect(),
        }
    }
}

fn title(error: &Error) -> &'static str {
    match error {
        Error::NotFound => "没有找到",
        Error::Unauthenticated => "请先登录",
        Error::Denied => "没有权限",
        Error::Refused(_) if error.code() == "too_many_requests" => "操作太频繁",
        Error::Refused(_) if error.code() == OWN_ACT => "您已经办理过",
        Error::Refused(_) => "现在不能办理",
        Error::Conflict => "内容已被别人更新",
        Error::Busy => "暂时不能办理",
        Error::Bug(_) => "系统出错了",
    }
}

/// Whose eyes the words are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Visitor,
    Citizen,
    Staff,
    Administrator,
}

impl Who {
    pub(crate) fn of(actor: &Actor) -> Who {
        match actor {
            Actor::Person(_) => Who::Citizen,
            Actor::Staff(_) => Who::Staff,
            Actor::Administrator(_) => Who::Administrator,
            _ => Who::Visitor,
        }
    }

    fn denied(self) -> &'static str {
        match self {
            Who::Visitor => "登录后才能办理这一步。",
            Who::Citizen => {
                "您现在的身份不能办理这一步：它由工作人员办理，或者属于别的申请人。替企业办事的，请先切换办事身份。"
            }
            Who::Staff => "您的岗位不能办理这一步，请联系本单位管理员。",
            Who::Administrator => "您的管理员角色不包括这一步，请用有相应职责的账号办理。",
        }
    }
}

fn detail(error: &Error, who: Who) -> String {
    match error {
        Error::NotFound => "您要找的内容不存在，或者不属于您。".into(),
        Error::Unauthenticated => "登录后才能继续。".into(),
        Error::Denied => who.denied().into(),
        Error::Refused(_) => error.to_string(),
        Error::Conflict => {
            "您打开页面之后，别人已经办理了这一步。请刷新后看最新的内容，您的操作没有生效。".into()
        }
        Error::Busy => {
            "系统现在忙不过来，或者暂时不能保存。刚才这一步没有办成，已保存的内容没有变，请稍后再试。".into()
        }
        Error::Bug(_) => "这是我们的问题，已经记录下来。您已保存的内容不会丢失。".into(),
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    heading: &'static str,
    detail: String,
    login: bool,
}

/// Told by the handler of a program's request once it knows who calls.
#[derive(Clone, Default)]
pub(crate) struct Asker(Arc<OnceLock<Who>>);

impl Asker {
    pub(crate) fn tell(parts: &Parts, actor: &Actor) {
        if let Some(Asker(who)) = parts.extensions.get::<Asker>() {
            who.get_or_init(|| Who::of(actor));
        }
    }
}

/// Who asked for what, kept until the answer is known.
pub(crate) struct Asked {
    /// None for programs.
    visit: Option<Visit>,
    asker: Asker,
    target: Uri,
    is_get: bool,
}

impl Asked {
    pub(crate) async fn of(parts: &mut Parts, app: &App) -> Asked {
        let for_programs = parts.uri.path().starts_with("/api/");
        let visit = if for_programs { None } else { Visit::from_request_parts(parts, app).await.ok() };
        let asker = Asker::default();
        if for_programs {
            parts.extensions.insert(asker.clone());
        }
        Asked { visit, asker, target: parts.uri.clone(), is_get: parts.method == Method::GET }
    }

    /// The page that was asked for, if it lies ready for all visitors.
    pub(crate) fn kept_page(&self) -> Option<Response> {
        self.visit.as_ref().filter(|_| self.is_get)?.kept_page()
    }

    /// Whose session the page was asked for in.
    pub(crate) fn account(&self) -> Option<Id> {
        self.visit.as_ref().and_then(|visit| visit.cx.actor.account())
    }
}

/// Renders a failure for people or for programs, and logs bugs once; leaves other answers alone.
pub(crate) fn render(mut response: Response, asked: Asked) -> Response {
    let failure = response.extensions_mut().remove::<Failure>().or_else(|| framework_failure(&response));
    let Some(Failure(error)) = failure else { return response };
    let back = asked.target.path_and_query().map(|p| p.as_str()).unwrap_or_default();
    if let Error::Bug(source) = error.as_ref() {
        tracing::error!(error = chain(source.as_ref()), path = back, "a request failed");
    }
    // The methods there are instead (RFC 9110 §15.5.6).
    let allowed = response.headers_mut().remove(header::ALLOW);
    let for_programs = asked.visit.is_none();
    let mut answer = match asked.visit {
        Some(_) if matches!(*error, Error::Unauthenticated) && asked.is_get => {
            let target = format!(
                "/login?return={}",
                form_urlencoded::byte_serialize(back.as_bytes()).collect::<String>()
            );
            axum::response::Redirect::to(&target).into_response()
        }
        Some(visit) => html(&error, visit),
        None => json(&error, asked.asker.0.get().copied().unwrap_or(Who::Visitor)),
    };
    // How a program proves who it is (RFC 9110 §11.6.1). Browsers would ask for a password of their own.
    if answer.status() == StatusCode::UNAUTHORIZED && for_programs {
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if answer.status() == StatusCode::TOO_MANY_REQUESTS {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER));
    }
    answer.headers_mut().extend(allowed.map(|allowed| (header::ALLOW, allowed)));
    answer
}

/// What the framework refused before a handler ran: unknown paths, wrong methods, bodies too large.
fn framework_failure(response: &Response) -> Option<Failure> {
    let plain =
        response.headers().get(header::CONTENT_TYPE).is_none_or(|t| t.as_bytes().starts_with(b"text/plain"));
    let error = match response.status() {
        StatusCode::NOT_FOUND if plain => Error::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Error::refused(WRONG_METHOD, "这个地址不支持这种请求"),
        StatusCode::PAYLOAD_TOO_LARGE => Error::refused_at("too_large", "body", "上传的内容太大：最多 20 MB"),
        StatusCode::REQUEST_TIMEOUT => Error::Busy,
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE
            if plain =>
        {
            Error::refused("malformed", "请求的格式不对")
        }
        _ => return None,
    };
    Some(error.into())
}

fn json(error: &Error, who: Who) -> Response {
    let mut response = (status(error), Json(Problem::of(error, who))).into_response();
    let media = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    response
}

fn html(error: &Error, visit: Visit) -> Response {
    let mut page = visit.page(title(error));
    page.error = true;
    let status = status(error);
    let login = matches!(error, Error::Unauthenticated);
    let detail = detail(error, Who::of(&visit.cx.actor));
    let page = ErrorPage { page, heading: title(error), detail, login };
    match visit.rendered(&page) {
        Ok(page) => (status, page).into_response(),
        Err(fault) => {
            tracing::error!(%fault, "the error page does not render");
            (status, title(error)).into_response()
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}
