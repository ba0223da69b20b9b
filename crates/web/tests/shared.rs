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

/// The main part of lists and guides is made once; the frame, the name in it and every token are each reader's own.
#[tokio::test]
async fn the_main_part_is_shared_and_the_frame_is_not() {
    let app = TestApp::new().await;
    let (visitor, clerk) = (app.visitor(), app.clerk().await);
    let long = format!("from={}", "x".repeat(400));
    // Another place's guide: its main part has a form.
    let (list, guide) = ("/items?side=all", "/items/food-business-licence?division=320111");
    for (path, maker) in [(list, &visitor), (guide, &clerk)] {
        let main = |text: &str| {
            let token = form_token(text);
            let (_, rest) = text.split_once("<main").expect("a main part");
            rest.split_once("</main>").expect("its end").0.replace(&token, "TOKEN")
        };
        let with_more = format!("{path}&{long}");
        let first = app.get(maker, &with_more).await.body;
        for (caller, path) in [(&visitor, path), (&clerk, path), (&clerk, &with_more), (&visitor, &with_more)]
        {
            let answer = app.get(caller, path).await;
            assert_eq!(main(&answer.body), main(&first), "{path}");
            let own = answer.body.contains("/session/end");
            assert_eq!(own, std::ptr::eq(caller, &clerk), "{path}");
            // Each form carries the same token, and it works.
            let tokens: BTreeSet<&str> =
                answer.body.split("name=\"csrf\" value=\"").skip(1).map(|rest| &rest[..64]).collect();
            assert_eq!(tokens.len(), 1, "{path}: {tokens:?}");
            let csrf = form_token(&answer.body);
            let caller = common::Caller { csrf, ..caller.clone() };
            let kept = app.post(&caller, "/preferences", &[("elder", "1"), ("return", "/")]).await;
            assert_eq!(kept.status.as_u16(), 303, "{path}");
        }
    }
}

/// What she has already is struck out for her alone.
#[tokio::test]
async fn a_citizen_s_guide_is_her_own() {
    let app = TestApp::new().await;
    let (visitor, citizen) = (app.visitor(), app.citizen().await);
    let path = "/items/food-business-licence";
    let own = app.get(&citizen, path).await.body;
    let others = app.get(&visitor, &format!("{path}?from={}", "x".repeat(400))).await.body;
    assert!(own.contains("已免交") && !others.contains("已免交"));
    assert!(others.contains("登录后"));
}
