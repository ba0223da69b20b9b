//! What citizens and staff do, step by step, with whatever look they have.

pub mod citizen;
pub mod files;
pub mod licence;
pub mod staff;
