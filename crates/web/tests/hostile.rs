//! Forged origins, stolen forms, guessing, and bad input: fault matrix rows 16 and 18, ASVS 2.4.1, 3.5.1.

mod common;

use axum::body::Body;
use common::TestApp;
use domain::identity::PostKind;
use serde_json::json;
use yiwang_web::{Limits, Proxies, ROUTES};

#[tokio::test]
async fn no_state_changes_from_a_foreign_origin_or_without_the_form_s_token() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    for route in ROUTES.iter().filter(|route| route.method != "get") {
        let path = route.path.replace(['{', '}'], "1").replace("1*", "");
        for foreign in [
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let method = route.method.to_uppercase();
            let answer = app.send(&citizen, &method, &path, &[foreign], Body::empty()).await;
            assert_eq!(answer.status.as_u16(), 403, "{} {path} with {foreign:?}", route.method);
        }
        if route.method == "post" && !path.starts_with("/api/") {
            let form = [("content-type", "application/x-www-form-urlencoded")];
            let answer = app.send(&citizen, "POST", &path, &form, Body::from("csrf=00")).await;
            assert!(matches!(answer.status.as_u16(), 404 | 422), "{path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let app = TestApp::new().await;
    for path in ["/", "/api/v1/divisions", "/static/yiwang.css", "/nothing-here", "/me"] {
        let answer = app.get(&app.visitor(), path).await;
        let header = |name: &str| {
            answer.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
        };
        assert!(header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert!(!header("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert!(header("strict-transport-security").contains("31536000"), "{path}");
        if !path.starts_with("/static") {
            assert_eq!(header("cache-control"), "no-store", "{path}");
        }
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_which_ones_there_are() {
    let app = TestApp::new().await;
    for path in ["/api/v1/items", "/search"] {
        let answer = app.send(&app.visitor(), "PATCH", path, &[], Body::empty()).await;
        let allow = answer.headers.get("allow").and_then(|allow| allow.to_str().ok()).unwrap_or_default();
        assert_eq!((answer.status.as_u16(), allow.contains("GET")), (405, true), "{path}: {allow}");
    }
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let app = TestApp::limited(Limits { requests_per_minute: 1_000_000, guesses_per_minute: 5 }).await;
    let guess = json!({ "number": "3201-20260924-000001", "password": "AAAAAA" });
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(app.api(&app.visitor(), "POST", "/api/v1/progress", &guess).await.status.as_u16());
    }
    assert_eq!(statuses[..5], [422; 5]);
    assert_eq!(statuses[5..], [429; 3]);
    let slowed = app.api(&app.visitor(), "POST", "/api/v1/progress", &guess).await;
    assert_eq!(slowed.headers.get("retry-after").and_then(|value| value.to_str().ok()), Some("60"));
}

#[tokio::test]
async fn every_try_at_a_secret_counts_whatever_it_is_about() {
    let app = TestApp::limited(Limits { requests_per_minute: 1_000_000, guesses_per_minute: 3 }).await;
    let (citizen, approver) =
        (app.citizen().await, app.staff("approver", domain::testing::HOME, PostKind::Approver).await);
    let visitor = app.visitor();
    let wrong =
        [("current", "wrong-password-1"), ("new", "another-password-1"), ("again", "another-password-1")];
    for (who, path, fields) in [
        (&visitor, "/activation/nothing", &[][..]),
        (&visitor, "/register", &[("name", "演示·某人")][..]),
        (&citizen, "/me/security/password", &wrong[..]),
        (&approver, "/step-up", &[("code", "000000")][..]),
    ] {
        let mut statuses = Vec::new();
        for _ in 0..4 {
            statuses.push(app.post(who, path, fields).await.status.as_u16());
        }
        assert!(!statuses[..3].contains(&429), "{path}: {statuses:?}");
        assert_eq!(statuses[3], 429, "{path}: {statuses:?}");
    }
}

#[tokio::test]
async fn whoever_looks_up_what_there_is_guesses_nothing() {
    let app = TestApp::limited(Limits { requests_per_minute: 1_000_000, guesses_per_minute: 3 }).await;
    let (_, identifier) = app.certificate("looked-up-often").await;
    let ask = async |identifier: &str| {
        let path = format!("/api/v1/certificates/{identifier}/verification");
        app.get(&app.visitor(), &path).await.status.as_u16()
    };
    for _ in 0..10 {
        assert_eq!(ask(&identifier).await, 200);
        assert_eq!(app.get(&app.visitor(), &format!("/verify?identifier={identifier}")).await.status, 200);
    }
    let receipt = app.case("progress-often").await;
    let right = json!({ "number": receipt.ticket, "password": receipt.query_password });
    for _ in 0..10 {
        assert_eq!(app.api(&app.visitor(), "POST", "/api/v1/progress", &right).await.status, 200);
    }
    for expected in [422, 422, 422, 429] {
        assert_eq!(ask("1.2.156.3005.2.wrong").await, expected);
    }
    assert_eq!(ask(&identifier).await, 429, "now the right one waits too: else guesses would pay");
}

#[tokio::test]
async fn one_account_is_limited_wherever_it_sends_from() {
    let limits = Limits { requests_per_minute: 10, guesses_per_minute: 1_000_000 };
    let proxies = Proxies { trusted: vec!["0.0.0.0/0".parse().unwrap()], ..Proxies::default() };
    let app = TestApp::behind(limits, proxies).await;
    let citizen = app.citizen().await;
    let mut statuses = Vec::new();
    for number in 0..12 {
        let from = format!("203.0.113.{number}");
        let headers = [("x-forwarded-for", from.as_str())];
        let answer = app.send(&citizen, "GET", "/api/v1/cases", &headers, Body::empty()).await;
        statuses.push(answer.status.as_u16());
    }
    // Its cookie was asked for first.
    assert_eq!((&statuses[..9], &statuses[9..]), (&[200; 9][..], &[429; 3][..]));
    let page = app.send(&citizen, "GET", "/me", &[("x-forwarded-for", "203.0.113.99")], Body::empty()).await;
    assert_eq!((page.status.as_u16(), page.body.contains("操作太频繁")), (429, true));
    let other = app.send(&app.neighbour().await, "GET", "/api/v1/cases", &[], Body::empty()).await;
    assert_eq!(other.status.as_u16(), 200, "others are not held up");
}

#[tokio::test]
async fn hostile_parameters_never_break_a_page() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    let hostile = [
        "%27%20OR%201%3D1%20--",
        "%00",
        "..%2F..%2Fetc%2Fpasswd",
        "%F0%A0%AE%B7",
        "-1",
        "99999999999999999999",
        "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "{{7*7}}",
        &"%E4%B8%80".repeat(500),
    ];
    for word in hostile {
        for path in [
            format!("/search?q={word}"),
            format!("/search/suggestions?q={word}"),
            format!("/items?topic={word}&division={word}&page={word}"),
            format!("/items/{word}"),
            format!("/cases/{word}"),
            format!("/apply/{word}"),
            format!("/verify?identifier={word}"),
            format!("/login?return={word}"),
            format!("/divisions?return={word}"),
            format!("/me/certificates/{word}"),
            format!("/me/certificates/{word}/show"),
            format!("/me/certificates/{word}/grant"),
            format!("/me/uses?identifier={word}"),
            format!("/show/{word}"),
            format!("/me/cases?page={word}"),
            format!("/api/v1/search?q={word}"),
            format!("/api/v1/items?division={word}&page={word}"),
            format!("/api/v1/cases/{word}"),
            format!("/api/v1/certificates/{word}/verification"),
        ] {
            let answer = app.get(&citizen, &path).await;
            assert!(answer.status.as_u16() < 500, "{path}: {}", answer.status);
            assert!(!answer.body.contains("<script>alert"), "{path} echoes markup");
        }
    }
}

#[tokio::test]
async fn the_api_refuses_what_it_does_not_know() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    for body in ["{", "[]", "{\"item\":1}", "{\"item\":\"x\",\"role\":\"admin\"}", "\u{0}"] {
        let headers = [("content-type", "application/json"), ("idempotency-key", "hostile-body")];
        let answer = app.send(&citizen, "POST", "/api/v1/cases", &headers, Body::from(body.to_owned())).await;
        assert!((400..500).contains(&answer.status.as_u16()), "{body}: {}", answer.status);
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{body}");
        assert!(!answer.json()["code"].as_str().unwrap().is_empty());
    }
    let unknown = app.get(&app.visitor(), "/api/v1/nothing").await;
    assert_eq!((unknown.status.as_u16(), unknown.json()["code"].clone()), (404, json!("not_found")));
}

#[tokio::test]
async fn sessions_end_when_people_say_so() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    assert_eq!(app.get(&citizen, "/me").await.status.as_u16(), 200);
    let left = app.post(&citizen, "/session/end", &[]).await;
    assert_eq!(left.status.as_u16(), 303);
    let cookie = left.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.contains("Max-Age=0") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    assert!(app.get(&citizen, "/me").await.location().starts_with("/login"));
}
