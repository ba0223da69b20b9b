//! The open part: finding an item, reading its guide, asking for progress, help. Nothing here needs a
//! session, and nothing but `POST /preferences` changes anything.
//!
//! Absent on purpose: favourites, notices and bundles, which do not exist yet, and links to them.

pub(crate) mod browse;
pub(crate) mod divisions;
pub(crate) mod guide;
pub(crate) mod help;
pub(crate) mod home;
mod lines;
mod params;
pub(crate) mod preferences;
pub(crate) mod progress;
pub(crate) mod search;

pub(crate) use params::{Params, address};

#[cfg(test)]
mod tests;
