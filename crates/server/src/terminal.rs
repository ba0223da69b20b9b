//! What the program says on the terminal.

use std::io::{ErrorKind, Write, stdout};

/// As other programs end whose reader has gone: 128 and the number of SIGPIPE.
const READER_GONE: i32 = 141;

/// `println!`, but when whoever reads has gone (`yiwang ofd text a.ofd | head`), the program ends without a panic.
macro_rules! say {
    ($($words:tt)*) => { $crate::terminal::line(format_args!($($words)*)) };
}

pub(crate) use say;

pub fn line(words: std::fmt::Arguments<'_>) {
    match writeln!(stdout(), "{words}") {
        Err(gone) if gone.kind() == ErrorKind::BrokenPipe => std::process::exit(READER_GONE),
        // A full disk behind a redirection: what was cut off must not look whole.
        Err(error) => {
            eprintln!("yiwang: 没有写完：{error}");
            std::process::exit(1)
        }
        Ok(()) => {}
    }
}
