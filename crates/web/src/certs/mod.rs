//! Certificates: one's own in full, anybody's by identifier as far as the public may know.

pub(crate) mod mine;
pub(crate) mod verify;
