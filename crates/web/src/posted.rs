//! What a form sends: checked for its token, repeated names kept, files in memory within their limit.

use crate::csrf;
use crate::error::Failure;
use crate::identity::kept;
use crate::session::Visit;
use crate::state::App;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::response::{IntoResponse, Response};
use base::Error;
use domain::catalog::Answers;

/// A form of text fields, with the visit it belongs to.
pub struct Posted {
    pub visit: Visit,
    pairs: Vec<(String, String)>,
}

/// A form with one file.
pub struct Upload {
    pairs: Vec<(String, String)>,
    pub file_name: String,
    pub content: Bytes,
}

/// A form with any number of files.
pub struct Uploads {
    pub visit: Visit,
    pairs: Vec<(String, String)>,
    pub files: Vec<PostedFile>,
}

#[derive(Default)]
pub struct PostedFile {
    /// Name of the form's field.
    pub field: String,
    /// As the sender's device called it.
    pub name: String,
    pub content: Bytes,
}

impl PostedFile {
    /// Nothing was chosen.
    pub fn is_nothing(&self) -> bool {
        self.name.is_empty() && self.content.is_empty()
    }
}

impl Uploads {
    /// The first value of a text field; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        first(&self.pairs, name)
    }

    /// All values of a text field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// As [`Posted::answers`].
    pub fn answers(&self) -> Answers {
        answers_of(&self.pairs)
    }
}

/// Why a form is not handed to its handler.
pub enum Rejected {
    Failure(Failure),
    /// The log-in page, with the form inside.
    Expired(Box<Response>),
}

impl From<Failure> for Rejected {
    fn from(failure: Failure) -> Self {
        Rejected::Failure(failure)
    }
}

impl IntoResponse for Rejected {
    fn into_response(self) -> Response {
        match self {
            Rejected::Failure(failure) => failure.into_response(),
            Rejected::Expired(response) => *response,
        }
    }
}

impl Posted {
    /// The first value of a field; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        first(&self.pairs, name)
    }

    /// All values of a field: checkboxes.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| value.clone()).collect()
    }

    /// Everything the form said but its token and its stage, to be sent once more.
    pub fn sent(&self) -> impl Iterator<Item = &(String, String)> {
        self.pairs.iter().filter(|(name, _)| !matches!(name.as_str(), "csrf" | "stage"))
    }

    /// The version of the thing the form was made for.
    pub fn version(&self) -> Option<i64> {
        self.get("version").parse().ok()
    }

    /// Everything that is no `csrf` or `version`, by name; three date boxes become one day.
    pub fn answers(&self) -> Answers {
        answers_of(&self.pairs)
    }
}

fn answers_of(pairs: &[(String, String)]) -> Answers {
    let mut answers = Answers::new();
    for (name, value) in pairs {
        if !matches!(name.as_str(), "csrf" | "version") {
            answers.entry(name.clone()).or_default().push(value.clone());
        }
    }
    join_dates(answers)
}

impl Upload {
    /// The first value of a text field; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        first(&self.pairs, name)
    }
}

fn first<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
}

/// `x_y`, `x_m`, `x_d` → `x` as `YYYY-MM-DD`; left as typed when it is no number, for the message.
fn join_dates(mut answers: Answers) -> Answers {
    let stems: Vec<String> =
        answers.keys().filter_map(|name| name.strip_suffix("_y")).map(str::to_owned).collect();
    for stem in stems {
        let mut take = |part: &str| {
            answers.remove(&format!("{stem}_{part}")).and_then(|v| v.into_iter().next()).unwrap_or_default()
        };
        let (year, month, day) = (take("y"), take("m"), take("d"));
        if [&year, &month, &day].iter().all(|part| part.trim().is_empty()) {
            continue;
        }
        let text = format!("{}-{:0>2}-{:0>2}", year.trim(), month.trim(), day.trim());
        answers.insert(stem, vec![text]);
    }
    answers
}

impl FromRequest<App> for Posted {
    type Rejection = Rejected;

    async fn from_request(request: Request, app: &App) -> Result<Self, Rejected> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, app).await?;
        let body =
            Bytes::from_request(Request::from_parts(parts, body), app).await.map_err(|_| malformed())?;
        let pairs: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
        match check_token(&visit, &pairs) {
            // The token belonged to a session that has ended: it cannot be checked any more, and what was
            // typed must not be lost. Only our own pages get here (see `csrf::same_origin`).
            Err(_) if visit.expired => Err(Rejected::Expired(Box::new(kept::ask_again(&visit, &pairs)?))),
            Err(other) => Err(other.into()),
            Ok(()) => Ok(Posted { visit, pairs }),
        }
    }
}

impl FromRequest<App> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let Uploads { pairs, files, .. } = Uploads::from_request(request, app).await?;
        let file = files.into_iter().next_back().unwrap_or_default();
        Ok(Upload { pairs, file_name: file.name, content: file.content })
    }
}

impl FromRequest<App> for Uploads {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, app).await?;
        let request = Request::from_parts(parts, body);
        let mut form = Multipart::from_request(request, app).await.map_err(|_| malformed())?;
        let mut uploads = Uploads { visit, pairs: Vec::new(), files: Vec::new() };
        while let Some(field) = form.next_field().await.map_err(|_| too_large())? {
            let at = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                Some(name) => {
                    // The token stands before the file: a forged form is refused before its bytes are kept.
                    check_token(&uploads.visit, &uploads.pairs)?;
                    let content = field.bytes().await.map_err(|_| too_large())?;
                    uploads.files.push(PostedFile { field: at, name, content });
                }
                None => uploads.pairs.push((at, field.text().await.map_err(|_| malformed())?)),
            }
            if uploads.files.len() + uploads.pairs.len() > MOST_PARTS {
                return Err(malformed());
            }
        }
        check_token(&uploads.visit, &uploads.pairs)?;
        Ok(uploads)
    }
}

/// No form of ours has as many fields.
const MOST_PARTS: usize = 200;

fn check_token(visit: &Visit, pairs: &[(String, String)]) -> Result<(), Failure> {
    if csrf::matches(visit.csrf_secret(), first(pairs, "csrf")) {
        return Ok(());
    }
    Err(Error::refused("csrf", "页面已过期，请返回上一页刷新后再试，已保存的内容不会丢失").into())
}

fn malformed() -> Failure {
    Error::refused("malformed", "请求的格式不对").into()
}

fn too_large() -> Failure {
    let message = "文件太大：一次上传的文件加起来最多 20 MB。文件多的，请分几次上传";
    Error::refused_at("file.too_large", "file", message).into()
}
