//! Rules every screen keeps, measured in the browser.

mod axe;
mod measure;

pub use axe::Axe;
pub use measure::{Focus, focus, measure};
