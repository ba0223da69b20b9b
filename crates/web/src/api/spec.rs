//! The OpenAPI 3.1 document of the interface, and a viewer for it.

use super::{cases, catalog, certificate_use, certificates, documents, imports, library, mandates};
use super::{organisations, seals, sessions, sharing};
use crate::error::Problem;
use crate::state::App;
use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::sync::LazyLock;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi as Document, Ref, ResponseBuilder};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::{Config, SwaggerUi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "一网 · 江苏政务服务开放接口",
        description = "Identifiers are strings. Instants (`*_at`) are milliseconds since 1970-01-01T00:00:00Z, days \
                       (`*_on`) are `YYYY-MM-DD` in Asia/Shanghai. Bodies are strict: an unknown field is refused with \
                       `malformed`. What goes wrong is `application/problem+json` with a stable `code`, a Chinese \
                       `detail`, and one entry in `errors` for each field at fault. Send the token of `POST /sessions` \
                       as `Authorization: Bearer …`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "This installation")),
    tags(
        (name = "sessions", description = "登录和身份"),
        (name = "organisations", description = "法定代表人认领单位，授权经办人"),
        (name = "catalog", description = "区划、事项、搜索"),
        (name = "cases", description = "申请人：提交、查看、撤回、评价"),
        (name = "desk", description = "工作人员：受理、审查、决定"),
        (name = "certificates", description = "证照"),
        (name = "documents", description = "盖章文书、证据包、文件验证"),
        (name = "seals", description = "工作人员：印章的申请、审批、停用、授权和用印记录"),
    ),
    paths(
        sessions::begin, sessions::end, sessions::act_for, sessions::step_up,
        organisations::mine, organisations::claim,
        mandates::list, mandates::give, mandates::revoke, mandates::go_on, mandates::renounce,
        catalog::divisions, catalog::items, catalog::item, catalog::search,
        cases::submit::put_file, cases::submit::submit, cases::lists::mine, cases::read::show,
        cases::act::accept, cases::act::reject, cases::act::review, cases::act::decide, cases::act::withdraw,
        cases::special::notice, cases::special::hand_in, cases::special::suspend, cases::special::resume,
        cases::special::extend, cases::owed::hand_in_owed, cases::owed::answer_owed,
        cases::rate::rating, cases::rate::rate, cases::read::progress, cases::lists::desk,
        certificates::mine, certificates::show, certificates::verify,
        documents::of_case, documents::receipt, documents::withdrawal, documents::content, documents::evidence, documents::verify,
        seals::read::list, seals::read::show, seals::read::uses, seals::act::order, seals::act::approve,
        seals::act::suspend, seals::act::resume, seals::act::revoke, seals::act::authorise, seals::act::withdraw,
        certificate_use::uses, certificate_use::show_code, certificate_use::copy, certificate_use::copies,
        certificate_use::grant,
        certificate_use::grants, certificate_use::revoke, certificate_use::use_grant, certificate_use::scan,
        sharing::query, sharing::fetch, sharing::certificate_file, sharing::annotated_copy,
        library::search, library::show, library::change_status, library::remake, library::transfer,
        library::directory,
        imports::list, imports::begin, imports::show, imports::errors, imports::template,
    ),
    components(schemas(Problem)),
    modifiers(&Bearer, &Problems),
)]
struct Interface;

/// The document.
pub fn openapi() -> Document {
    Interface::openapi()
}

/// How a caller says who she is.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("Token of `POST /api/v1/sessions`"));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme.build()));
    }
}

/// What every operation may answer besides what it says itself.
struct Problems;

impl Modify for Problems {
    fn modify(&self, document: &mut Document) {
        for (path, item) in &mut document.paths.paths {
            let named = path.contains('{');
            let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete]
                .into_iter()
                .filter_map(Option::as_mut);
            for operation in operations {
                let mut may = vec![
                    ("422", "`malformed`, or a refusal of the business with its own code"),
                    ("429", "`too_many_requests`: wait a minute"),
                    ("503", "`busy`: nothing was changed, try again later"),
                ];
                if operation.security.is_some() {
                    may.push((
                        "401",
                        "`unauthenticated`: no token, an ended one, or one whose code is still missing",
                    ));
                    may.push(("403", "`denied`: the caller may read this but not do it"));
                }
                // What a caller may not read looks as if it did not exist, whichever part of the request names it.
                let asks = operation.parameters.is_some() || operation.request_body.is_some();
                if named || (operation.security.is_some() && asks) {
                    may.push(("404", "`not_found`: unknown, or not the caller's to know"));
                }
                // Only acts that name a version can be late.
                if named && operation.request_body.is_some() {
                    may.push(("409", "`conflict`: somebody else was quicker; read the case again"));
                }
                for (status, meaning) in may {
                    let answers = &mut operation.responses.responses;
                    answers.entry(status.to_owned()).or_insert_with(|| problem(meaning).into());
                }
            }
        }
    }
}

fn problem(meaning: &str) -> utoipa::openapi::Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(meaning).content("application/problem+json", content).build()
}

/// Made once: it is the same for everybody.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| openapi().to_json().unwrap_or_default());

pub(crate) async fn document() -> Response {
    let headers =
        [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")];
    (headers, DOCUMENT.as_str()).into_response()
}

/// Swagger UI, embedded. Its files are scripts and styles of our own origin, so the policy of all our pages
/// holds for it too; the one inline style it tries to set is refused and not missed.
pub(crate) fn viewer() -> Router<App> {
    let config = Config::from("/api/openapi.json").validator_url("none");
    SwaggerUi::new("/api/docs").config(config).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Need, ROUTES};
    use std::collections::BTreeSet;

    fn operations() -> Vec<(String, String, serde_json::Value)> {
        let document = serde_json::to_value(openapi()).unwrap();
        let paths = document["paths"].as_object().unwrap().clone();
        let of_path = |(path, item): (String, serde_json::Value)| {
            let item = item.as_object().unwrap().clone();
            item.into_iter()
                .map(move |(method, operation)| (method, path.clone(), operation))
                .collect::<Vec<_>>()
        };
        paths.into_iter().flat_map(of_path).collect()
    }

    #[test]
    fn every_route_is_in_the_document_and_nothing_else() {
        let routes: BTreeSet<(String, String)> = ROUTES
            .iter()
            .filter(|row| row.path.starts_with("/api/v1/"))
            .map(|row| (row.method.to_owned(), row.path.to_owned()))
            .collect();
        let documented = operations().into_iter().map(|(method, path, _)| (method, path)).collect();
        assert_eq!(routes, documented);
    }

    #[test]
    fn what_needs_somebody_says_so() {
        for (method, path, operation) in operations() {
            let row = ROUTES.iter().find(|row| row.method == method && row.path == path).unwrap();
            let secured = operation.get("security").is_some();
            assert_eq!(secured, row.need != Need::Public, "{method} {path}");
            assert_eq!(secured, operation["responses"].get("401").is_some(), "{method} {path}");
        }
    }

    #[test]
    fn operations_are_described_and_told_apart() {
        let operations = operations();
        let ids: BTreeSet<_> = operations.iter().map(|(.., o)| o["operationId"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), operations.len());
        for (method, path, operation) in &operations {
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
        }
    }

    #[test]
    fn the_document_is_openapi_3_1_and_every_reference_leads_somewhere() {
        let document = serde_json::to_value(openapi()).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().unwrap();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
    }
}
