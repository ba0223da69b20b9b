//! Every route × every kind of caller × own and foreign: what each of them gets, compared with
//! `docs/routes.golden`. A route without its line fails here, and a reviewer reads what changed.
//!
//! Fault matrix row 17; ASVS v5.0.0-8.2.1, 8.2.2, 8.4.1.

mod common;

use axum::body::Body;
use common::{Caller, TestApp};
use domain::identity::policy::{Column, Scope, scope};
use domain::identity::{PostKind, Role};
use domain::testing::HOME;
use yiwang_web::{Need, ROUTES, RouteRow};

/// Callers whose things are asked for, and callers who must find nothing.
async fn callers(app: &TestApp) -> Vec<(Caller, Column, bool)> {
    vec![
        (app.visitor(), Column::Visitor, false),
        (app.citizen().await, Column::Citizen, true),
        (app.neighbour().await, Column::Citizen, false),
        (app.representative().await, Column::Representative, false),
        (app.agent().await, Column::Agent, false),
        (app.clerk().await, Column::Clerk, true),
        (app.foreign_clerk().await, Column::Clerk, false),
        (app.staff("reviewer", HOME, PostKind::Reviewer).await, Column::Reviewer, true),
        (app.staff("approver", HOME, PostKind::Approver).await, Column::Approver, true),
        (app.staff("keeper", HOME, PostKind::Keeper).await, Column::Keeper, true),
        (app.administrator("system", Role::System).await, Column::SystemAdministrator, true),
        (app.administrator("security", Role::Security).await, Column::SecurityAdministrator, true),
        (app.administrator("audit", Role::Audit).await, Column::AuditAdministrator, true),
    ]
}

#[tokio::test]
async fn what_everybody_gets_on_every_route() {
    let app = TestApp::new().await;
    let callers = callers(&app).await;
    let mut table = String::from("method path | needs");
    for (caller, ..) in &callers {
        table.push_str(&format!(" | {}", caller.name));
    }
    table.push('\n');
    for (number, route) in ROUTES.iter().enumerate() {
        table.push_str(&format!("{} {} | {}", route.method, route.path, need(route)));
        for (caller, column, own) in &callers {
            let path = fill(&app, route, &format!("cell-{number}-{}", caller.name)).await;
            let status = knock(&app, caller, route, &path).await;
            // The mandates of this table are those of the firm the representative stands for.
            let own = *own || (*column == Column::Representative && route.path.contains("{mandate}"));
            check(route, caller, *column, own, &path, status);
            table.push_str(&format!(" | {status}"));
        }
        table.push('\n');
    }
    compare("routes.golden", &table);
}

#[test]
fn the_policy_table_is_the_one_that_was_reviewed() {
    compare("authz.golden", &domain::identity::policy::table());
}

/// Whatever a caller got on a route of the interface is an answer its description names.
#[tokio::test]
async fn the_description_of_the_interface_names_every_answer_of_the_table() {
    let app = TestApp::new().await;
    let described = app.get(&app.visitor(), "/api/openapi.json").await.json();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/routes.golden");
    let golden = std::fs::read_to_string(path).expect("the table");
    let mut missing = std::collections::BTreeSet::new();
    for line in golden.lines().filter(|line| line.contains(" /api/v1/")) {
        let mut cells = line.split(" | ");
        let (method, path) = cells.next().and_then(|route| route.split_once(' ')).expect("a route");
        let responses = &described["paths"][path][method]["responses"];
        // The first cell is the right it needs.
        missing.extend(
            cells
                .skip(1)
                .filter(|status| responses[*status].is_null())
                .map(|s| format!("{method} {path}: {s}")),
        );
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

fn compare(name: &str, now: &str) {
    let path = format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("YIWANG_GOLDEN").is_some() {
        std::fs::write(&path, now).expect("docs can be written");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    for (line, (was, is)) in golden.lines().zip(now.lines()).enumerate() {
        assert_eq!(
            was,
            is,
            "docs/{name} line {} (write it anew with YIWANG_GOLDEN=1 and read the diff)",
            line + 1
        );
    }
    assert_eq!(
        golden.lines().count(),
        now.lines().count(),
        "docs/{name}: write it anew with YIWANG_GOLDEN=1"
    );
}

fn need(route: &RouteRow) -> String {
    match route.need {
        Need::Public => "public".into(),
        Need::Session => "session".into(),
        Need::Right(action) => action.word().into(),
    }
}

/// A path to a thing that belongs to the first citizen and lies with the home body, made for this cell, so
/// that one caller's success does not change another's answer.
async fn fill(app: &TestApp, route: &RouteRow, key: &str) -> String {
    let mut path = route.path.to_owned();
    if path.contains("{case}") {
        let case = app.case(key).await.case;
        if path.ends_with("/withdrawal/document") {
            let cx = app.town.cx(&app.town.citizen);
            let reason = String::new;
            let gone = app
                .town
                .world
                .db
                .write(async |tx| domain::casework::withdraw(tx, &cx, case, reason(), None).await);
            gone.await.expect("withdrawn");
        }
        path = path.replace("{case}", &case.to_string());
    }
    if path.contains("{identifier}") {
        path = path.replace("{identifier}", &app.certificate(key).await.1);
    }
    if path.contains("{document}") {
        path = path.replace("{document}", &app.document(key).await.to_string());
    }
    if path.contains("{draft}") {
        let cx = app.town.cx(&app.town.citizen);
        let item = app.town.item(domain::testing::INSTANT);
        let begun = app
            .town
            .world
            .db
            .write(async |tx| domain::casework::begin_draft(tx, &cx, &item, Default::default()).await);
        path = path.replace("{draft}", &begun.await.expect("a draft").id.to_string());
    }
    if path.contains("{grant}") {
        path = path.replace("{grant}", &app.grant(key).await.to_string());
    }
    if path.contains("{mandate}") {
        path = path.replace("{mandate}", &app.mandate().await.to_string());
    }
    if path.contains("{seal}") {
        let (seal, word) = app.seal().await;
        path = path.replace("{seal}", &seal).replace("{word}", &word);
    }
    if path.contains("{import}") {
        path = path.replace("{import}", &app.import().await.to_string());
    }
    let account = app.town.neighbour.account().expect("an account").to_string();
    let code = app.town.item(domain::testing::INSTANT).code.clone();
    path.replace("{account}", &account)
        .replace("{item}", &code)
        .replace("{code}", &code)
        .replace("{slug}", domain::testing::FOOD)
        .replace("{page}", "1")
        .replace("{key}", "receipt")
        .replace("{material}", "identity")
        .replace("{token}", "1-1-1-0000000000000000-00000000000000000000000000000000")
        .replace("{*file}", "yiwang.css")
        // A link nobody made: the stories of `identity.rs` walk through real ones.
        .replace("{token}", &"0".repeat(64))
}

/// Enough of every form to reach its verb.
const FIELDS: &[(&str, &str)] = &[
    ("way", "paper"),
    ("reason", "理由"),
    ("kind", "not_accepted"),
    ("step", "review"),
    ("passed", "yes"),
    ("opinion", "意见"),
    ("granted", "yes"),
    ("decision", "grant"),
    ("promise", "yes"),
    ("grade", "1"),
    ("act", "suspend"),
    ("purpose", "核验"),
    ("version", "1"),
];

async fn knock(app: &TestApp, caller: &Caller, route: &RouteRow, path: &str) -> u16 {
    let path = match path {
        // A list is asked for the body of the case: without one, staff see their own.
        "/desk" | "/api/v1/desk/cases" | "/api/v1/library" | "/api/v1/directory" | "/api/v1/imports" => {
            let body = app.town.item(domain::testing::REGISTRATION).body.credit_code.clone();
            format!("{path}?body={body}&queue=clerk&q=1")
        }
        "/desk/import-template" | "/api/v1/import-template" => {
            format!("{path}?type=food-business-licence")
        }
        other => other.to_owned(),
    };
    let answer = match (route.method, path.starts_with("/api/")) {
        ("get", _) => app.get(caller, &path).await,
        // Ending one's session or switching capacity would spoil the rest of the row.
        (method, true) if path.contains("/sessions/current") => {
            app.api(&app.visitor(), &method.to_uppercase(), &path, &serde_json::json!({})).await
        }
        (method, true) => app.api(caller, &method.to_uppercase(), &path, &serde_json::json!({})).await,
        _ if path.ends_with("/file") || path == "/desk/imports" => {
            let media = [("content-type", "multipart/form-data; boundary=x")];
            app.send(caller, "POST", &path, &media, Body::from(caller.multipart())).await
        }
        _ if path == "/session/end" => app.post(&app.visitor(), &path, &[]).await,
        _ if path == "/me/capacity" || path.starts_with("/admin/") => app.post(caller, &path, &[]).await,
        _ => app.post(caller, &path, FIELDS).await,
    };
    match answer.location() {
        to if to.starts_with("/login") => 401,
        // Staff who open a citizen's page are sent to their own desk, whether the thing exists or not.
        to if route.method == "get" && (to.starts_with("/desk") || to.starts_with("/admin")) => 404,
        _ => answer.status.as_u16(),
    }
}

/// The rule behind the golden file, so that a wrong cell cannot be waved through by writing it anew.
fn check(route: &RouteRow, caller: &Caller, column: Column, own: bool, path: &str, status: u16) {
    let cell = format!("{} {path} as {}: {status}", route.method, caller.name);
    assert!(status < 500, "{cell}");
    match route.need {
        Need::Public => assert!(!matches!(status, 401 | 403) || route.path.starts_with("/login"), "{cell}"),
        Need::Session if column == Column::Visitor => assert!(is_refused(status), "{cell}"),
        Need::Session => {}
        Need::Right(action) => {
            let about_one_thing = route.path.contains('{') && !route.path.contains("{item}");
            let may = match scope(column, action) {
                Scope::None => false,
                Scope::Any => true,
                Scope::Own | Scope::Body => own || !about_one_thing,
            };
            assert!(may || is_refused(status), "{cell}: must not pass");
            if !may && column != Column::Visitor && route.method == "get" && about_one_thing {
                assert!(status == 404 || own, "{cell}: what is not theirs must not exist");
            }
        }
    }
}

fn is_refused(status: u16) -> bool {
    matches!(status, 401 | 403 | 404)
}
