//! Logging in, registering, acting for a firm, one's own account, and the three administrators' pages.

pub(crate) mod activation;
pub(crate) mod admin;
pub(crate) mod capacity;
pub(crate) mod claims;
pub(crate) mod confirm;
pub(crate) mod extension;
pub(crate) mod journal;
mod journal_words;
pub(crate) mod kept;
pub(crate) mod login;
pub(crate) mod mandates;
pub(crate) mod openings;
pub(crate) mod organisations;
pub(crate) mod register;
pub(crate) mod searches;
pub(crate) mod security;
pub(crate) mod staff;
pub(crate) mod step_up;
