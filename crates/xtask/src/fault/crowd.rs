//! A crowd that keeps connections and sends next to nothing; everybody else is served as before.

use crate::load::drive::{Next, Outcome, drive};
use crate::rig::client::request;
use crate::rig::{Disk, Engine, Place, Result, Room, Server, said, usage};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const OTHERS: usize = 8;
const LENGTH: Duration = Duration::from_secs(3);
/// A byte to each in this time, so that none looks forgotten.
const TRICKLE: Duration = Duration::from_secs(1);
const MOST_KB: f64 = 20.0;
/// Below this nobody waits, and twice as long is chance.
const SHORT_MS: f64 = 20.0;

/// Row 13: idle connections and half-sent heads cost at most 20 KB each, and others are answered within twice the
/// time.
pub async fn stands(connections: usize) -> Result<()> {
    let room = Room::new()?;
    let disk = Disk::new(&room)?;
    let place = Place::new(&room, &disk, Engine::Sqlite, None, "crowd").await?;
    let server = Server::start(&place).await?;
    let alone = others(&server).await?;
    let before = usage::own_memory(server.pid())?;
    let mut crowd = Vec::new();
    for at in 0..connections {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port)).await.map_err(said("the crowd"))?;
        if at % 2 == 0 {
            stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await.map_err(said("half a head"))?;
        }
        crowd.push(stream);
    }
    let trickling = tokio::spawn(async move {
        loop {
            tokio::time::sleep(TRICKLE).await;
            for stream in crowd.iter_mut().step_by(2) {
                // A connection that was closed takes nothing, and is counted below as one that cost nothing.
                let _ = stream.write_all(b"x").await;
            }
        }
    });
    let during = others(&server).await?;
    let each = (usage::own_memory(server.pid())? - before) * 1024.0 / connections as f64;
    trickling.abort();
    server.stop().await?;
    let (alone, during) = (alone.within(0.99), during.within(0.99));
    println!(
        "a crowd of {connections} connections: {each:.1} KB each; others' p99 {alone:.1} ms before, {during:.1} ms beside it"
    );
    if each > MOST_KB {
        return Err(format!("a connection without a request costs {each:.1} KB"));
    }
    if during > (2.0 * alone).max(SHORT_MS) {
        return Err("others wait more than twice as long".into());
    }
    Ok(())
}

/// The home page, which nobody may be refused.
async fn others(server: &Server) -> Result<Outcome> {
    let home = request("GET", "/", &[("accept-encoding", "gzip")], b"");
    let next: Next = Arc::new(move |_, _| home.clone());
    drive(server.port, OTHERS, LENGTH, &[server.pid()], next).await?.all_done()
}
