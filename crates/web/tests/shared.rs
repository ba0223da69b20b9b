//! Pages that visitors share: nobody's token or name is in them, and they change with what they show.

mod common;

use axum::body::Body;
use common::{TestApp, form_token};

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
