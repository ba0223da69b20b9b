//! OFD documents and SM2 e-seals, from bytes to bytes.
//!
//! - [`sm2`], [`sm4`], [`x509`]: keys, signatures, certificates (GB/T 32918, 32907, 20518, 35276).
//! - [`ses`]: e-seals and seal signatures of structure versions 1, 4 and 5 (GM/T 0031, GB/T 38540).
//! - [`signed_data`]: SM2 signed messages (GB/T 35275).
//! - [`package`], [`model`], [`read`], [`write`]: the OFD package and what stands on its pages (GB/T 33190).
//! - [`sign`], [`verify`]: seals on a package, and every finding about them.
//! - [`layout`]: pages from a template and its values; [`font`], [`picture`]: what they need.
//! - [`svg`], [`pdf`], [`text`]: the pages in other forms.
//!
//! No IO, no clock, no randomness of its own: the caller gives bytes, instants and random numbers. Foreign
//! bytes meet [`Limits`] before anything is allocated for them.
//!
//! Absent on purpose: scripts, forms, audio and video of the norm, encryption of packages, network access.

mod asn1;
mod basic;
mod entrance;
mod fault;
pub mod font;
mod geometry;
pub mod layout;
mod limits;
pub mod model;
pub mod package;
pub mod pdf;
pub mod picture;
pub mod read;
#[cfg(test)]
mod sample;
pub mod ses;
pub mod sign;
pub mod signed_data;
pub mod sm2;
pub mod sm4;
pub mod svg;
pub mod text;
mod time;
pub mod verdict;
pub mod verify;
pub mod write;
pub mod x509;
pub mod xml;

pub use fault::{Fault, Result};
pub use limits::Limits;
pub use time::Time;
