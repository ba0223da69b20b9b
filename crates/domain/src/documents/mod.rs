//! Documents under seal: what a body hands out on paper elsewhere.
//!
//! A **document** is one OFD file, laid out from a **layout**, numbered, dated, sealed by the body that gives
//! it, and kept with its row. It is made in the transaction of the verb it belongs to, so there is no
//! acceptance without its notice and no notice without its acceptance; the use of the seal is logged in the
//! same transaction. A layout is data: a published version never changes, and a document says which one it
//! was made from. The file is what counts; the PDF and the pages shown in a browser are drawn from it.
//!
//! An annotated copy repeats the pages of a certificate's file under a mark of purpose and term, and is sealed
//! itself; its owner reads it, and the body it was made for while its term lasts.
//!
//! Invariants: one document per subject, kind and sequence; content is encrypted in the row and never
//! changes. Absent on purpose: editing, templates in code, unsealed documents.

mod annotation;
mod check;
mod document;
mod draw;
mod font;
mod layouts;
mod make;
mod over;
mod read;
mod store;
mod words;

pub use annotation::Annotation;
pub use check::{CheckedFile, check_file};
pub use document::{Document, DocumentId, Kind, Receiver};
pub use draw::{Glimpse, draft, draw, glimpse, pages, pdf, preview, text};
pub use layouts::{Layout, Layouts, load_layouts, publish_layouts};
pub use make::{NewDocument, make};
pub use read::{content, find, of_case, of_subject, open};
pub use words::{not_checked, sentence, told, told_reason, words};

#[cfg(test)]
mod font_tests;
#[cfg(test)]
mod tests;
