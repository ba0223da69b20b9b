//! An item: a base item as one body offers it.

use super::{BaseItem, Body, Differences};
use norms::HandlingCode;
use std::sync::Arc;

/// The current offer of one body.
#[derive(Debug, Clone)]
pub struct Item {
    /// Handling-item code, 33 characters.
    pub code: String,
    /// The same code with its parts.
    pub handling_code: HandlingCode,
    pub version: ItemVersion,
    pub base: Arc<BaseItem>,
    pub differences: Differences,
    /// The base item with the differences applied; the base item itself where there are none.
    pub(super) offer: Arc<BaseItem>,
    pub body: Arc<Body>,
    /// Division of the body.
    pub division: String,
    pub place: String,
    pub hours: String,
    pub phone: String,
}

/// What a case is pinned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct ItemVersion {
    /// Version of the claim.
    pub item: i64,
    /// Version of the base item under it.
    pub base: i64,
}

impl Item {
    /// The base item with this claim's differences applied.
    pub fn offer(&self) -> Arc<BaseItem> {
        self.offer.clone()
    }

    pub fn promised(&self) -> norms::Limit {
        self.differences.promised.as_ref().unwrap_or(&self.base.promised).limit()
    }

    /// None when no law sets one.
    pub fn statutory(&self) -> Option<norms::Limit> {
        self.base.statutory.as_ref().map(super::LimitText::limit)
    }
}
