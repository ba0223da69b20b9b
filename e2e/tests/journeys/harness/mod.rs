//! What a journey needs around it: the real program, a real browser, and a person in front of it.

mod driver;
mod hands;
mod look;
mod person;
mod site;
mod wire;

pub use look::Look;
pub use person::Person;
pub use site::Site;
pub use wire::Traffic;

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A port nobody listens on. It may be taken before its user binds it; then that user fails loudly.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("no free port on the loopback");
    listener.local_addr().expect("a bound listener has an address").port()
}

/// A program that the kernel ends with the thread that started it, so that a journey killed half-way leaves
/// nothing behind. `setpriv` is part of util-linux, which every Debian has.
pub fn bound(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

pub fn answers(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok()
}

/// Below the target folder, so that `cargo clean` takes it away: cached tools and pictures of failures.
pub fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    folder
}

/// Short waits between tries, long enough in sum for two busy cores.
pub async fn moment() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}
