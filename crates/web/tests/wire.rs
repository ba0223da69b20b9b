//! What travels on one connection: clients that send a request in pieces, and ask again.

mod common;

use common::TestApp;
use std::collections::{BTreeSet, HashSet};
use std::io::Read;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Reads one answer to its end; its head in small letters.
async fn answer(wire: &mut TcpStream) -> String {
    whole(wire, false).await.0
}

/// Head and body of one answer. No body follows where the `head_alone` was asked for.
async fn whole(wire: &mut TcpStream, head_alone: bool) -> (String, Vec<u8>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(wire.read_u8().await.expect("an answer before the connection ends"));
    }
    let head = String::from_utf8(head).expect("text").to_ascii_lowercase();
    let length = length(&head).filter(|_| !head_alone);
    let mut body = vec![0; length.unwrap_or_default()];
    wire.read_exact(&mut body).await.expect("the whole body");
    (head, body)
}

fn length(head: &str) -> Option<usize> {
    head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
}

async fn send(wire: &mut TcpStream, bytes: &[u8]) {
    wire.write_all(bytes).await.expect("the server reads");
    wire.flush().await.expect("the server reads");
}

async fn asks_again(wire: &mut TcpStream) {
    send(wire, b"GET /api/v1/items HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(answer(wire).await.starts_with("http/1.1 200"), "the connection goes on");
}

#[tokio::test]
async fn a_body_nobody_asked_for_may_come_late() {
    let app = TestApp::new().await;
    let mut wire = TcpStream::connect(app.listen().await).await.expect("a connection");
    for path in
        ["/api/v1/cases/1/receipt", "/api/v1/cases/1/evidence", "/api/v1/grants/1/revocation", "/no/such"]
    {
        let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n");
        send(&mut wire, head.as_bytes()).await;
        tokio::time::sleep(Duration::from_millis(30)).await;
        send(&mut wire, b"{}").await;
        let head = answer(&mut wire).await;
        assert!(head.starts_with("http/1.1 4") && !head.contains("connection: close"), "{path}: {head}");
        asks_again(&mut wire).await;
    }
}

#[tokio::test]
async fn whoever_sends_too_much_still_reads_why() {
    let app = TestApp::new().await;
    let mut wire = TcpStream::connect(app.listen().await).await.expect("a connection");
    let (piece, pieces) = (vec![b'x'; 1 << 20], 30);
    let head = format!("POST /api/v1/files HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", pieces << 20);
    send(&mut wire, head.as_bytes()).await;
    for _ in 0..pieces {
        send(&mut wire, &piece).await;
    }
    assert!(answer(&mut wire).await.starts_with("http/1.1 401"));
    asks_again(&mut wire).await;
}

#[tokio::test]
async fn whoever_asks_first_is_told_without_sending() {
    let app = TestApp::new().await;
    let mut wire = TcpStream::connect(app.listen().await).await.expect("a connection");
    let head = "POST /api/v1/files HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n";
    send(&mut wire, head.as_bytes()).await;
    let head = answer(&mut wire).await;
    assert!(head.starts_with("http/1.1 401") && head.contains("connection: close"), "{head}");
}

#[tokio::test]
async fn each_first_visitor_of_a_page_that_lies_ready_gets_a_cookie_of_her_own() {
    let app = TestApp::new().await;
    let mut wire = TcpStream::connect(app.listen().await).await.expect("a connection");
    let mut heads = Vec::new();
    for _ in 0..3 {
        send(&mut wire, b"GET / HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip\r\n\r\n").await;
        heads.push(answer(&mut wire).await);
    }
    let line = |head: &str, name: &str| head.lines().find(|line| line.starts_with(name)).map(str::to_owned);
    let cookies: HashSet<String> =
        heads.iter().filter_map(|head| line(head, "set-cookie: visitor=")).collect();
    assert_eq!(cookies.len(), 3, "{heads:?}");
    let names = |head: &str| -> BTreeSet<String> {
        head.lines().skip(1).map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect()
    };
    assert!(heads.iter().all(|head| names(head) == names(&heads[0])), "{heads:?}");
}

/// Lists of programs and pages with a frame of their own come compressed to whoever takes it, and say the same; the
/// head alone tells no length that the answer has not.
#[tokio::test]
async fn what_is_pressed_says_the_same() {
    let app = TestApp::new().await;
    let long = format!("/items?side=all&from={}", "x".repeat(400));
    for path in ["/api/v1/items", "/api/v1/divisions", &long] {
        let mut wire = TcpStream::connect(app.listen().await).await.expect("a connection");
        let mut ask = async |method: &str, coding: &str| {
            let head = format!("{method} {path} HTTP/1.1\r\nhost: x\r\naccept-encoding: {coding}\r\n\r\n");
            send(&mut wire, head.as_bytes()).await;
            whole(&mut wire, method == "HEAD").await
        };
        let (plain, pressed) = (ask("GET", "identity").await, ask("GET", "gzip").await);
        assert!(pressed.0.contains("content-encoding: gzip"), "{path}: {}", pressed.0);
        assert!(pressed.0.contains("vary: accept-encoding"), "{path}: {}", pressed.0);
        assert!(pressed.1.len() * 4 < plain.1.len() * 3, "{path}: {} of {}", pressed.1.len(), plain.1.len());
        let mut opened = Vec::new();
        flate2::read::GzDecoder::new(&pressed.1[..]).read_to_end(&mut opened).expect("a gzip file");
        let text = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).expect("text");
            text.replace(&common::form_token(&text), "")
        };
        assert_eq!(text(&opened), text(&plain.1), "{path}");
        // A page carries a new token each time, and is pressed into a few bytes more or less.
        if path == long {
            continue;
        }
        let head = ask("HEAD", "gzip").await.0;
        assert!(length(&head).is_none_or(|said| said == pressed.1.len()), "{path}: {head}");
        assert!(length(&ask("HEAD", "identity").await.0).is_none_or(|said| said == plain.1.len()), "{path}");
    }
}
