//! Filing a case: its files first, then everything at once.

use crate::api::asked::{Member, Sent, Sought, said};
use crate::error::{Failure, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Error, Refusal};
use domain::casework::{self, GivenFile, GivenMaterial, NewFile, Submission, Way};
use domain::catalog::{Answers, ItemVersion};
use domain::identity::Action;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Nothing is refused before the caller's right is known: what is missing reads as empty.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct FileAsked {
    /// Handling-item code (33 characters).
    #[param(required)]
    item: String,
    /// Key of the material it is for.
    #[param(required, example = "layout")]
    material: String,
    /// Name of the file with its extension.
    #[param(required, example = "平面图.pdf")]
    name: String,
}

/// A file that may now be named in a case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileKept {
    /// What a material names: 64 hexadecimal digits, the same for the same content, meaningless elsewhere.
    digest: String,
    name: String,
    /// Media type, told from the content.
    media: String,
    bytes: i64,
}

/// 上传一份材料，正文就是文件内容。
#[utoipa::path(
    post, path = "/api/v1/files", operation_id = "putFile", tag = "cases",
    security(("bearer" = [])),
    params(FileAsked),
    request_body(content = String, content_type = "application/octet-stream", description = "The file itself, at most 20 MB"),
    responses(
        (status = 201, description = "Kept; the same content twice is one file", body = FileKept),
        (status = 404, description = "`not_found`: no such item or material", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "`file.empty`, `file.too_large`, `file.type`, `file.mismatch`, `file.damaged`, `file.quota`",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn put_file(
    member: Member,
    Sought(asked): Sought<FileAsked>,
    content: Bytes,
) -> Result<(StatusCode, Json<FileKept>), Failure> {
    let caller = member.may(Action::CaseSubmit)?;
    let cx = &caller.cx;
    let item = cx.catalogue.item(said("item", &asked.item)?).ok_or(Error::NotFound)?.clone();
    let material = item.base.material(said("material", &asked.material)?).ok_or(Error::NotFound)?;
    let (accept, max_mb) = (&material.accept, material.max_mb);
    let new = NewFile { name: said("name", &asked.name)?, content: &content, accept, max_mb };
    let file = casework::put_file(cx, &caller.app.files, new).await?;
    let kept = FileKept { digest: file.digest, name: file.name, media: file.media, bytes: file.bytes };
    Ok((StatusCode::CREATED, Json(kept)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCase {
    /// Handling-item code (33 characters).
    item: String,
    /// The version of the guide the applicant saw; the current one without it.
    item_version: Option<SeenVersion>,
    /// By data element: one value, or several for a checkbox.
    #[serde(default)]
    answers: BTreeMap<String, OneOrMore>,
    /// Only what is not waived: see the guide.
    #[serde(default)]
    materials: Vec<NewMaterial>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeenVersion {
    item: i64,
    base: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// Read by the first character; to try one shape after the other costs more than all the rest of a form.
impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;
        impl<'de> Visitor<'de> for Shape {
            type Value = OneOrMore;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_str<E>(self, text: &str) -> Result<OneOrMore, E> {
                Ok(OneOrMore::One(text.to_owned()))
            }

            fn visit_string<E>(self, text: String) -> Result<OneOrMore, E> {
                Ok(OneOrMore::One(text))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<OneOrMore, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = list.next_element()? {
                    values.push(value);
                }
                Ok(OneOrMore::More(values))
            }
        }
        deserializer.deserialize_any(Shape)
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMaterial {
    /// Key of the material in the guide.
    key: String,
    /// What is brought; certificates and data the product already has need not be named.
    way: MaterialWay,
    /// For `file`: the digest `POST /files` gave.
    digest: Option<String>,
    /// For `file`: its name, as the desk sees it.
    name: Option<String>,
    /// For `file`: the next ones, when the material comes in several; at most 10 in all.
    #[serde(default)]
    further: Vec<MaterialFile>,
}

/// One more file of a material.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MaterialFile {
    /// What `POST /files` gave.
    digest: String,
    name: String,
}

impl MaterialFile {
    pub(super) fn of(file: &GivenFile) -> MaterialFile {
        MaterialFile { digest: file.digest.clone(), name: file.name.clone() }
    }

    pub(super) fn given(self) -> GivenFile {
        GivenFile { digest: self.digest, name: self.name }
    }
}

/// A material that is given in files.
pub(super) fn files(digest: String, name: String, further: Vec<MaterialFile>) -> Way {
    Way::File { digest, name, further: further.into_iter().map(MaterialFile::given).collect() }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MaterialWay {
    File,
    /// Brought or sent on paper.
    Paper,
    /// Handed in after acceptance; only where the guide says `deferred`.
    Later,
}

/// What the applicant holds in her hand afterwards.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Receipt {
    /// Identifier of the case.
    id: String,
    /// 办件编号, 46 characters.
    number: String,
    ticket: String,
    /// Six characters that open the progress without a session.
    query_password: String,
    item_name: String,
    body_name: String,
    /// The working day on which it counts as received.
    received_on: String,
    /// The last day for the body to accept it or not.
    acceptance_due_on: Option<String>,
    /// Chinese: what happens next.
    sentence: String,
    /// Materials nobody had to bring.
    waived_materials: usize,
    /// The key was used before: this is the first receipt again.
    repeated: bool,
}

/// 提交申请。同一个账户在同一地方，同一个幂等键只会产生一个办件，重复提交得到第一次的回执。
#[utoipa::path(
    post, path = "/api/v1/cases", operation_id = "submitCase", tag = "cases",
    security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header, description = "8–100 characters, chosen by the caller once for each case")),
    request_body = NewCase,
    responses(
        (status = 201, description = "Filed", body = Receipt,
         headers(("Location" = String, description = "Address of the case"))),
        (status = 200, description = "Filed before under this key", body = Receipt),
        (status = 404, description = "`not_found`: no such item", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "`casework.idempotency_key`, `casework.key_reused`, `casework.item_changed`, \
          `casework.wrong_audience`, `casework.material_missing`, `casework.material_unknown`, `casework.material_twice`, \
          `casework.file_unknown`, `casework.too_many_files`, \
          `identity.assurance_too_low`, `identity.outside_mandate`, or one `form.*` for each field at fault",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn submit(member: Member, headers: HeaderMap, sent: Sent) -> Result<Response, Failure> {
    let caller = member.may(Action::CaseSubmit)?;
    let new: NewCase = sent.json()?;
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Boxed: what a submission needs on its way is large, and would be carried through every layer around it.
    let receipt = Box::pin(casework::submit(&caller.cx, submission(new, key)?)).await?;
    let status = if receipt.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let location = format!("/api/v1/cases/{}", receipt.case);
    Ok((status, [(header::LOCATION, location)], Json(shape(receipt))).into_response())
}

fn submission(new: NewCase, key: &str) -> Result<Submission, Error> {
    Ok(Submission {
        item_code: new.item,
        item_version: new.item_version.map(|seen| ItemVersion { item: seen.item, base: seen.base }),
        answers: new
            .answers
            .into_iter()
            .map(|(element, given)| (element, given.values()))
            .collect::<Answers>(),
        materials: new.materials.into_iter().map(given).collect::<Result<_, _>>()?,
        idempotency: key.to_owned(),
        channel: "api",
        draft: None,
    })
}

impl OneOrMore {
    pub(super) fn values(self) -> Vec<String> {
        match self {
            OneOrMore::One(value) => vec![value],
            OneOrMore::More(values) => values,
        }
    }
}

fn given(new: NewMaterial) -> Result<GivenMaterial, Error> {
    let alone = new.further.is_empty();
    let way = match (new.way, new.digest, new.name) {
        (MaterialWay::File, Some(digest), Some(name)) => files(digest, name, new.further),
        (MaterialWay::Paper, None, None) if alone => Way::Paper,
        (MaterialWay::Later, None, None) if alone => Way::Later,
        (way, ..) => {
            let message = match way {
                MaterialWay::File => "上传的材料要写明 digest 和 name",
                _ => "只有上传的材料才写 digest、name 和 further",
            };
            return Err(Refusal::at("casework.material_way", format!("material.{}", new.key), message).into());
        }
    };
    Ok(GivenMaterial { key: new.key, way })
}

fn shape(receipt: casework::Receipt) -> Receipt {
    Receipt {
        id: receipt.case.to_string(),
        number: receipt.number,
        ticket: receipt.ticket,
        query_password: receipt.query_password,
        item_name: receipt.item_name,
        body_name: receipt.body_name,
        received_on: receipt.received_on.to_string(),
        acceptance_due_on: receipt.acceptance_due.map(|day| day.to_string()),
        sentence: receipt.sentence,
        waived_materials: receipt.waived_materials,
        repeated: receipt.repeated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Submission, &'static str> {
        let new: NewCase = serde_json::from_str(body).map_err(|_| "malformed")?;
        submission(new, "12345678").map_err(|error| error.code())
    }

    #[test]
    fn one_value_and_a_list_of_one_are_the_same() {
        let one = read(r#"{"item":"x","answers":{"a":"1","b":["2","3"]}}"#).unwrap();
        assert_eq!(one.answers["a"], ["1"]);
        for odd in ["7", "null", r#"{"x":"1"}"#, "[1]", r#"[["1"]]"#] {
            assert_eq!(
                read(&format!(r#"{{"item":"x","answers":{{"a":{odd}}}}}"#)).err(),
                Some("malformed"),
                "{odd}"
            );
        }
        assert_eq!(one.answers["b"], ["2", "3"]);
    }

    #[test]
    fn a_file_is_named_by_its_digest() {
        let material = |text: &str| {
            read(&format!(r#"{{"item":"x","materials":[{text}]}}"#)).map(|s| s.materials[0].way.clone())
        };
        assert_eq!(material(r#"{"key":"k","way":"paper"}"#), Ok(Way::Paper));
        assert!(matches!(
            material(r#"{"key":"k","way":"file","digest":"d","name":"n"}"#),
            Ok(Way::File { .. })
        ));
        let two = r#"{"key":"k","way":"file","digest":"d","name":"n","further":[{"digest":"e","name":"m"}]}"#;
        assert_eq!(material(two).map(|way| way.files().len()), Ok(2));
        let further = r#""further":[{"digest":"e","name":"m"}]"#;
        for way in ["file", "paper", "later"] {
            let odd = format!(r#"{{"key":"k","way":"{way}",{further}}}"#);
            assert_eq!(material(&odd), Err("casework.material_way"), "{way}");
        }
        assert_eq!(material(r#"{"key":"k","way":"file"}"#), Err("casework.material_way"));
        assert_eq!(material(r#"{"key":"k","way":"account"}"#), Err("malformed"));
        assert_eq!(material(r#"{"key":"k","way":"paper","extra":1}"#), Err("malformed"));
    }
}
