//! What travels on one connection: clients that send a request in pieces, and ask again.

mod common;

use common::TestApp;
use std::collections::{BTreeSet, HashSet};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Reads one answer: its head in small letters, its body read to its end.
async fn answer(wire: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(wire.read_u8().await.expect("an answer before the connection ends"));
    }
    let head = String::from_utf8(head).expect("text").to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
    let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a number"))];
    wire.read_exact(&mut body).await.expect("the whole body");
    head
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
