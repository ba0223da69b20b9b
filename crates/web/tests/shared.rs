//! Pages that visitors share: nobody's token or name is in them, and they change with what they show.

mod common;

use axum::body::Body;
use common::{TestApp, form_token};
use std::collections::BTreeSet;
use yiwang_web::Limits;

const PAGES: [&str; 3] = ["/", "/items?side=all", "/items/food-business-licence"];

#[tokio::test]
async fn each_visitor_gets_a_token_that_works_and_nobody_else_s_name() {
    let app = TestApp::new().await;
    let (visitor, citizen) = (app.visitor(), app.citizen().await);
    for path in PAGES {
        let (one, two) = (app.get(&visitor, path).await, app.get(&visitor, path).await);
        let tokens = [form_token(&one.body), form_token(&two.body)];
        assert_ne!(tokens[0], tokens[1], "{path}");
        assert_eq!(one.body.replace(&tokens[0], ""), two.body.replace(&tokens[1], ""), "{path}");
        for csrf in tokens {
            let caller = common::Caller { csrf, ..app.visitor() };
            let kept = app.post(&caller, "/preferences", &[("elder", "1"), ("return", "/")]).await;
            assert_eq!(kept.status.as_u16(), 303, "{path}");
        }
        // Whoever is logged in gets a page of her own, and leaves nothing of it to the next visitor.
        let own = app.get(&citizen, path).await;
        assert!(own.body.contains("/session/end") && !one.body.contains("/session/end"), "{path}");
        let after = app.get(&visitor, path).await;
        assert!(!after.body.contains("/session/end"), "{path}");
    }
}

#[tokio::test]
async fn a_page_that_lies_ready_is_answered_as_its_route_would() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let ask = async |method, path, cookie: &str| {
        app.send(&visitor, method, path, &[("cookie", cookie)], Body::empty()).await
    };
    for path in PAGES {
        for cookie in ["elder=0", "session=gone"] {
            let (first, then) = (ask("GET", path, cookie).await, ask("GET", path, cookie).await);
            assert_eq!(first.status, then.status, "{path}");
            let names = |answer: &common::Answer| -> BTreeSet<String> {
                let mut headers = answer.headers.clone();
                // The connection says how long an answer is; only routes do it before.
                headers.remove("content-length");
                headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect()
            };
            assert_eq!(names(&first), names(&then), "{path} {cookie}");
            let none = |body: &str| body.replace(&form_token(body), "");
            assert_eq!(none(&first.body), none(&then.body), "{path} {cookie}");
        }
        // Only to whoever asks for the page itself.
        assert_eq!(ask("POST", path, "elder=0").await.status.as_u16(), 405, "{path}");
        assert_eq!(ask("HEAD", path, "elder=0").await.body, "", "{path}");
    }
    // A side is remembered each time it is chosen.
    for _ in 0..3 {
        let chosen = ask("GET", "/legal", "side=legal").await;
        let remembers = |value: &axum::http::HeaderValue| value.as_bytes().starts_with(b"side=legal");
        assert!(chosen.headers.get_all("set-cookie").iter().any(remembers));
    }
}

#[tokio::test]
async fn division_side_and_mode_have_pages_of_their_own() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let with =
        async |cookie: &str| app.send(&visitor, "GET", "/", &[("cookie", cookie)], Body::empty()).await;
    let plain = app.get(&visitor, "/").await.body;
    let others = [with("elder=1").await, with("side=legal").await, with("division=320000").await];
    for (at, other) in others.iter().enumerate() {
        assert_eq!(other.status.as_u16(), 200);
        let same = |a: &str, b: &str| a.replace(&form_token(a), "") == b.replace(&form_token(b), "");
        assert!(!same(&other.body, &plain), "{at}");
        assert!(others[at + 1..].iter().all(|next| !same(&next.body, &other.body)), "{at}");
    }
    assert!(others[0].body.contains("class=\"elder\""));
}

#[tokio::test]
async fn pages_that_lie_ready_count_like_others() {
    let app = TestApp::limited(Limits { requests_per_minute: 3, guesses_per_minute: 3 }).await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(app.get(&app.visitor(), "/").await.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
}
