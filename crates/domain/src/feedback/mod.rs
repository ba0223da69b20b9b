//! 好差评: one rating for each service, by whoever was served.
//!
//! A case that ended can be rated once, within five working days, by its applicant; grades run from
//! 非常满意 (1) to 非常不满意 (5), and the last two ask for a reason. A rating not given counts for
//! nothing: never as satisfied. Staff see grades and words, not who gave them.
//!
//! Absent on purpose: defaults, reminders that push for a good grade, changing a rating from the desk.

mod options;
mod rate;
mod store;

pub use options::{RatingOption, RatingOptions};
pub use rate::{NewRating, Rating, RatingState, rate, rating_state};

#[cfg(test)]
mod tests;
