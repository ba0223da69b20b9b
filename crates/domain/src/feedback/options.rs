//! What can be ticked with a grade: a centrally kept, versioned set (standards §7).

use super::store;
use crate::Cx;
use base::{Error, Result};
use db::Tx;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingOptions {
    pub version: i64,
    pub effective: String,
    /// Grades that must name at least one option.
    pub needs_reason: Vec<u8>,
    /// Working days in which a rating can be given.
    pub window_days: u32,
    #[serde(rename = "option")]
    pub options: Vec<RatingOption>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingOption {
    /// Never reused.
    pub code: String,
    pub text: String,
    pub grades: Vec<u8>,
    /// `online`, `offline` or `any`.
    pub channel: String,
}

impl RatingOptions {
    /// The set in force today.
    pub async fn current(tx: &mut Tx<'_>, cx: &Cx) -> Result<RatingOptions> {
        let set = store::option_set(tx, &cx.today().to_string()).await?;
        set.ok_or_else(|| Error::bug("no set of rating options is in force"))
    }

    /// Adds a set; one whose version is there already stays as it is.
    pub async fn publish(tx: &mut Tx<'_>, set: &RatingOptions) -> Result<()> {
        store::insert_option_set(tx, set).await
    }

    pub fn for_grade(&self, grade: u8, channel: &str) -> impl Iterator<Item = &RatingOption> {
        self.options.iter().filter(move |option| {
            option.grades.contains(&grade) && (option.channel == "any" || option.channel == channel)
        })
    }
}
