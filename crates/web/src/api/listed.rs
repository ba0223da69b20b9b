//! Shapes that several answers share.

use base::PageOf;
use serde::Serialize;
use utoipa::ToSchema;

/// A whole list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rows<T> {
    pub rows: Vec<T>,
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Paged<T> {
    pub rows: Vec<T>,
    /// Counted from 1.
    pub page: u32,
    /// Most rows on one page, 1–100.
    pub size: u32,
    /// Rows on all pages.
    pub total: i64,
}

impl<T> Paged<T> {
    pub(crate) fn of<R>(found: PageOf<R>, row: impl FnMut(R) -> T) -> Paged<T> {
        Paged {
            page: found.number,
            size: found.size,
            total: found.total,
            rows: found.rows.into_iter().map(row).collect(),
        }
    }
}

/// A time limit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Limit {
    /// 0 is "at once".
    #[schema(example = 5)]
    pub amount: u32,
    /// `working_day`, `natural_day`, `hour`, `month` or `year`.
    #[schema(example = "working_day")]
    pub unit: String,
    /// Chinese.
    #[schema(example = "5个工作日")]
    pub words: String,
}

impl From<norms::Limit> for Limit {
    fn from(limit: norms::Limit) -> Limit {
        Limit { amount: limit.amount, unit: limit.unit.word().to_owned(), words: limit.to_string() }
    }
}

/// The stable word of a code list, as everywhere in our JSON.
pub(crate) fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
