//! Logging in, acting for a firm, and the three administrators' pages.

pub(crate) mod admin;
pub(crate) mod capacity;
pub(crate) mod login;
