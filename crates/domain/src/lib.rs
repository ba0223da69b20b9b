//! Government service: what a case is, who may do what to it, and when it is due.
//!
//! One folder per module, each with its rules, its verbs and a private `store`. A module may call those
//! named before it here; news travels the other way only as journal events. No HTTP, no HTML.

mod cx;
mod file_kind;
pub mod fonts;
mod legible;
mod migrations;

pub mod journal;

pub mod identity;

pub mod catalog;

pub mod documents;
pub mod seals;

pub mod certs;

pub mod casework;

pub mod evidence;

pub mod feedback;

pub mod search;

pub mod health;

#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use cx::{Cx, World};
pub use migrations::MIGRATIONS;
