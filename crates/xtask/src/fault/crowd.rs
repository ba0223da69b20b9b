//! A crowd that keeps connections and sends next to nothing; everybody else is served as before.

use crate::load::drive::{Next, Outcome, drive};
use crate::rig::client::request;
use crate::rig::{Disk, Engine, Place, Result, Room, Server, province, said, usage};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::timeout;

const OTHERS: usize = 8;
const LENGTH: Duration = Duration::from_secs(3);
/// A byte to each in this time, so that none looks forgotten.
const TRICKLE: Duration = Duration::from_secs(1);
/// For an answer that is due.
const PATIENCE: Duration = Duration::from_secs(10);
const MOST_KB: f64 = 20.0;
/// Below this nobody waits, and twice as long is chance.
const SHORT_MS: f64 = 20.0;

/// Row 13: idle connections and half-sent heads cost at most 20 KB each, and others are answered within twice the
/// time.
pub async fn stands(connections: usize, province: Option<PathBuf>) -> Result<()> {
    let room = Room::new()?;
    let disk = Disk::new(&room)?;
    let place = Place::new(&room, &disk, Engine::Sqlite, None, "crowd").await?;
    if let Some(province) = province {
        province::copy(&province, &place.folder)?;
    }
    let server = Server::start(&place).await?;
    // Else the demonstration's own work would be counted as the crowd's.
    server.at_rest().await?;
    let alone = others(&server).await?;
    let before = usage::own_memory(server.pid())?;
    let mut crowd = Vec::new();
    for at in 0..connections {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port)).await.map_err(said("the crowd"))?;
        if at.is_multiple_of(2) {
            stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await.map_err(said("half a head"))?;
        }
        crowd.push(stream);
    }
    let (stop, stopped) = oneshot::channel();
    let trickling = tokio::spawn(trickle(crowd, stopped));
    let during = others(&server).await?;
    let each = (usage::own_memory(server.pid())? - before) * 1024.0 / connections as f64;
    let _ = stop.send(());
    let crowd = trickling.await.map_err(said("the crowd"))?;
    for (at, stream) in crowd.into_iter().enumerate() {
        finish(at, stream).await.map_err(said(format!("connection {at} of the crowd was not kept")))?;
    }
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

/// A byte of a head to every second one, until it is over.
async fn trickle(mut crowd: Vec<TcpStream>, mut stopped: oneshot::Receiver<()>) -> Vec<TcpStream> {
    while timeout(TRICKLE, &mut stopped).await.is_err() {
        for stream in crowd.iter_mut().step_by(2) {
            // Whether it was taken shows at the end.
            let _ = stream.write_all(b"x").await;
        }
    }
    crowd
}

/// A connection that was taken and kept gets its answer once its head is whole.
async fn finish(at: usize, mut stream: TcpStream) -> io::Result<()> {
    let rest: &[u8] = if at.is_multiple_of(2) { b"\r\n\r\n" } else { b"GET / HTTP/1.1\r\nhost: x\r\n\r\n" };
    stream.write_all(rest).await?;
    let mut begin = [0; 12];
    timeout(PATIENCE, stream.read_exact(&mut begin)).await??;
    if &begin == b"HTTP/1.1 200" { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}

/// The home page, which nobody may be refused.
async fn others(server: &Server) -> Result<Outcome> {
    let home = request("GET", "/", &[("accept-encoding", "gzip")], b"");
    let next: Next = Arc::new(move |_, _| home.clone());
    drive(server.port, OTHERS, LENGTH, &[server.pid()], next).await?.all_done()
}
