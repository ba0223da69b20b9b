//! Chinese government norms for online services, as pure functions: numbers and their check digits, code lists, the
//! working-day calendar, masking, and the rules a service guide must keep before publication.
//!
//! Sources are named at each module (GB 11643, GB 32100, GB/T 2260, GB/T 36904, GB/T 39046, GB/T 39554.1, GB/T 38540,
//! 行政许可法, 民法典, State Council holiday plans). Texts that people read are Chinese: errors, names, masked forms.
//!
//! Invariants:
//! - A value of an identifier type has passed its checks; there is no other way to make one, serde included.
//! - Parsers of foreign text never panic.
//! - Divisions and holiday plans are embedded data; a calendar can also be built from rows and amended.
//!
//! Absent on purpose: a clock (`today` is a parameter), IO, async, randomness, storage, the allocation of serials,
//! and every decision about a case. A code list says what a code means, never who may use it.

mod calendar;
mod case_number;
mod citizen;
pub mod codes;
mod credit;
mod day;
mod division;
mod item_code;
mod licence;
mod limit;
pub mod mask;
pub mod publish_rules;
mod seal_id;
mod text;

pub use calendar::{Calendar, CalendarError, CalendarRow, DayKind, Due};
pub use case_number::{CaseNumber, CaseNumberError, Ticket, TicketError, query_code};
pub use citizen::{CitizenNumber, CitizenNumberError, Sex, upgrade_15};
pub use codes::{
    Audience, BodyKind, Channel, Depth, Grade, HolderCodeType, ItemState, ItemType, LegalTopic, Level,
    LicenceStatus, LimitUnit, MaterialForm, MaterialKind, MaterialNeed, MaterialReceipt, MaterialSource,
    Outcome, PersonTopic, PowerSource, Processing, Reach, ResultKind, Satisfaction, SpecialProcedure, grade,
};
pub use credit::{CreditCode, CreditCodeError, OrganisationCheckWarning};
pub use day::{Day, DayError, Weekday};
pub use division::{
    CountyKind, Division, DivisionCode, DivisionCodeError, DivisionLevel, abolished_divisions, children,
    divisions, find,
};
pub use item_code::{BaseCode, HandlingCode, ItemCode, ItemCodeError};
pub use licence::{LicenceId, LicenceIdError, LicenceIdMakeError, mod_37_36};
pub use limit::{Compression, Limit, compression};
pub use publish_rules::{Breach, GuideFacts, check_guide};
pub use seal_id::{SealId, SealIdError, SealNumber};
pub use text::narrow;
