//! What people do with Yiwang, in a real browser against the real program.
//!
//! `cargo test -p e2e`. Needs the Debian packages chromium, chromium-driver, fonts-noto-cjk and npm; a missing
//! one is a failure. `YIWANG_BIN` names a binary that is built already.

mod harness;
mod rules;
mod steps;

mod accessibility;
mod accounts;
mod corners;
mod documents;
mod errors;
mod keyboard;
mod library;
mod main_job;
mod seals;
mod showing;
mod supplement;
mod vitals;
mod weight;
