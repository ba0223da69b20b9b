//! HTTP/1.1 on one kept connection, and nothing else: a driver must not eat the cores it measures.

use super::{Result, said};
use serde_json::Value;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than anything here takes: whoever waits longer waits for a dead server.
const PATIENCE: Duration = Duration::from_secs(40);

pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// What the head of an answer says that its reader must know; read where it lies.
struct Head {
    bytes: usize,
    status: u16,
    length: usize,
    chunked: bool,
}

impl Head {
    /// None when it has not come whole.
    fn of(buffer: &[u8]) -> io::Result<Option<Head>> {
        let Some(end) = find(buffer, b"\r\n\r\n") else { return Ok(None) };
        let number = |text: &[u8]| std::str::from_utf8(text).ok()?.trim().parse::<usize>().ok();
        let status = buffer.get(9..12).and_then(number).and_then(|code| u16::try_from(code).ok());
        let status = status.ok_or(io::ErrorKind::InvalidData)?;
        let mut head = Head { bytes: end + 4, status, length: 0, chunked: false };
        for line in buffer[..end].split(|byte| *byte == b'\n') {
            if let Some(length) = value(line, b"content-length:") {
                head.length = number(length).ok_or(io::ErrorKind::InvalidData)?;
            } else if let Some(coding) = value(line, b"transfer-encoding:") {
                head.chunked = coding.trim_ascii().eq_ignore_ascii_case(b"chunked");
            }
        }
        Ok(Some(head))
    }
}

/// What stands behind this name in a line.
fn value<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (found, value) = line.split_at_checked(name.len())?;
    found.eq_ignore_ascii_case(name).then_some(value)
}

/// The bytes of one request. They can be kept and sent many times.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() || method != "GET" {
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A JSON request of whoever holds the token.
pub fn json_request(
    method: &str,
    path: &str,
    token: &str,
    more: &[(&str, &str)],
    body: Option<&Value>,
) -> Vec<u8> {
    let bearer = format!("Bearer {token}");
    let mut headers = vec![("accept", "application/json")];
    if !token.is_empty() {
        headers.push(("authorization", bearer.as_str()));
    }
    if body.is_some() {
        headers.push(("content-type", "application/json"));
    }
    headers.extend_from_slice(more);
    let body = body.map(Value::to_string).unwrap_or_default();
    request(method, path, &headers, body.as_bytes())
}

impl Client {
    pub async fn connect(port: u16) -> io::Result<Client> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Client { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and reads its answer whole.
    pub async fn send(&mut self, request: &[u8]) -> io::Result<Answer> {
        match timeout(PATIENCE, self.exchange(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut)),
        }
    }

    /// Sends JSON, and wants a status below 300.
    pub async fn json(
        &mut self,
        method: &str,
        path: &str,
        token: &str,
        body: Option<&Value>,
    ) -> Result<Value> {
        let answer = self.send(&json_request(method, path, token, &[], body)).await;
        let answer = answer.map_err(said(format!("{method} {path}")))?;
        match answer.status {
            200..300 => Ok(answer.json()),
            status => Err(format!("{method} {path}: {status} {}", String::from_utf8_lossy(&answer.body))),
        }
    }

    async fn exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.stream.write_all(request).await?;
        let head = loop {
            match Head::of(&self.buffer)? {
                Some(head) => break head,
                None => self.fill().await?,
            }
        };
        self.buffer.drain(..head.bytes);
        let body = if head.chunked { self.chunks().await? } else { self.take(head.length).await? };
        Ok(Answer { status: head.status, body })
    }

    async fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line_end = loop {
                if let Some(at) = find(&self.buffer, b"\r\n") {
                    break at;
                }
                self.fill().await?;
            };
            let line = self.take(line_end + 2).await?;
            let size = std::str::from_utf8(&line[..line_end])
                .ok()
                .and_then(|hex| usize::from_str_radix(hex, 16).ok());
            let size = size.ok_or(io::ErrorKind::InvalidData)?;
            let mut chunk = self.take(size + 2).await?;
            chunk.truncate(size);
            body.append(&mut chunk);
            if size == 0 {
                return Ok(body);
            }
        }
    }

    async fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.buffer.len() < length {
            self.fill().await?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    async fn fill(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn answered(text: &'static str) -> Answer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = [0; 1024];
            let _ = stream.read(&mut bytes).await.unwrap();
            stream.write_all(text.as_bytes()).await.unwrap();
            // The second half of nothing: the client must not wait for the end of the connection.
            tokio::time::sleep(Duration::from_secs(5)).await;
        });
        Client::connect(port).await.unwrap().send(&request("GET", "/", &[], b"")).await.unwrap()
    }

    #[tokio::test]
    async fn a_body_is_read_by_its_length_or_its_chunks() {
        let one = answered("HTTP/1.1 201 Created\r\nContent-Length: 7\r\nx: y\r\n\r\n{\"a\":1}").await;
        assert_eq!((one.status, one.json()["a"].as_i64()), (201, Some(1)));
        let two = answered(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nabcd\r\n3\r\nefg\r\n0\r\n\r\n",
        )
        .await;
        assert_eq!(two.body, b"abcdefg");
        let none = answered("HTTP/1.1 204 No Content\r\n\r\n").await;
        assert_eq!((none.status, none.body.len()), (204, 0));
    }

    #[test]
    fn a_request_says_how_long_it_is() {
        let text = String::from_utf8(request("POST", "/x", &[("a", "b")], b"12")).unwrap();
        assert_eq!(text, "POST /x HTTP/1.1\r\nhost: 127.0.0.1\r\na: b\r\ncontent-length: 2\r\n\r\n12");
    }
}
