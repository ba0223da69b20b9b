//! 好差评: one rating for each service.

pub(crate) mod rate;
