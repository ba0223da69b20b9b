//! Casework: from a draft to a delivered result.
//!
//! A **case** is one application for one item, pinned to the item version it was filed under. Its states
//! and moves are [`State::next`]; [`Case::handle`] is the only place where a move is decided, and it is
//! pure. Each verb loads the row, authorizes, handles, saves with version compare, and writes one journal
//! event per domain event, in one transaction: replaying the journal gives the row. The **clock** is
//! computed, never stored; the row keeps two days of it so that lists can be sorted and coloured.
//!
//! Invariants: one idempotency key of one account makes one case in a division; a case number is never given twice
//! (gaps are allowed); answers and names are encrypted; two people who act on one case at once get one
//! success and one conflict; no grant rests on a certificate that counts no longer. Absent on purpose:
//! deletion, free-form states, rules in handlers or SQL.

mod accept;
mod acceptance;
mod case;
mod change;
mod clock;
mod decide;
mod deferral;
mod document;
mod draft;
mod earlier;
mod event;
mod fetch;
mod file;
mod file_store;
mod lists;
mod materials;
mod notice;
mod overdue;
mod prefill;
mod preview;
mod reason;
mod release;
mod reliance;
mod reveal;
mod review;
mod serial;
mod show;
mod silence;
mod special;
mod state;
mod store;
mod submit;
mod supplement;
mod withdraw;

pub use accept::{accept, reject};
pub use acceptance::Supplement;
pub use case::{ACCEPTANCE_DAYS, Case, Command, Decision, Extension, Moment, Pause};
pub use change::{Expected, OWN_ACT};
pub use clock::{Awaited, Clock, Light, days_used, light_of_row};
pub use decide::{Decided, decide};
pub use deferral::{Owed, OwedState, answer_owed, hand_in_owed, lapse_owed};
pub use document::{
    Draft as DocumentDraft, documents_of, open_document, receipt_document, withdrawal_document,
};
pub use draft::{
    Draft, DraftRow, attach, begin_draft, delete_draft, detach, detach_file, drafts_of, find_draft,
    save_page, submission_of,
};
pub use event::{Event, Filed, ReviewStep, StepResult, SupplementAnswer, TimeNeeded};
pub use fetch::{
    Request, fetch_annotated_copy, fetch_certificate, fetch_certificate_file, query_certificates,
};
pub use file::{MAX_FILE_BYTES, NewFile, StoredFile, formats, put_file};
pub use file_store::FileStore;
pub use lists::{Desk, DeskFilter, DeskRow, DueFilter, DueOrder, MyCase, Queue, QueueCount, desk, my_cases};
pub use materials::{
    GivenFile, GivenMaterial, IDENTITY_CARD, MOST_FILES, PlannedMaterial, Way, plan_materials, settle,
    waived_materials,
};
pub use notice::{Notice, notices_of};
pub use prefill::{Prefilled, prefill};
pub use preview::{Proposal, preview};
pub use release::{JOB as FILE_REMOVAL, remove_file};
pub use reliance::{Reliance, WAY_OUT};
pub use reveal::reveal;
pub use review::{Opinion, good_material, review};
pub use serial::Serials;
pub use show::{
    ApplicantView, CaseId, CaseView, PublicProgress, PublicStep, TimelineEntry, case_file, find_by_number,
    progress, show_case,
};
pub(crate) use show::{case_of_ticket, ticket_of};
pub use silence::accept_silent_cases;
pub use special::{PROCEDURES, Procedure, extend, resume, suspend};
pub use state::State;
pub use submit::{Receipt, Submission, may_apply, query_password, receipt, submit};
pub use supplement::{
    HandedIn, SupplementNotice, asked_fields, hand_in, lapse_supplements, notice_supplement, open_questions,
};
pub use withdraw::withdraw;

#[cfg(test)]
mod earlier_tests;
#[cfg(test)]
mod files_tests;
#[cfg(test)]
mod mandate_tests;
#[cfg(test)]
mod reliance_tests;
#[cfg(test)]
mod review_tests;
#[cfg(test)]
mod special_tests;
#[cfg(test)]
mod tests;
