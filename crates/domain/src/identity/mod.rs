//! Who people are and what they may do.
//!
//! A **person** or **organisation** is a subject of law; an **account** is a way in; the **representative** of an
//! organisation binds it, a **mandate** lets another account act for it; a **post** lets a staff account act for a body. Three separated
//! administrators (system, security, audit) exist beside staff and share no right with them.
//! Personal names and numbers are stored encrypted, numbers are found by keyed hash.
//!
//! Invariants: no password but the one its owner chose (an account without one lets nobody in); staff and administrators
//! always give a second factor; five wrong passwords lock an account for ten minutes; disabling an account
//! ends its sessions in the same transaction; all rights come from [`policy`], one table.
//!
//! Acts that bind a body ask for the second factor again ([`step_up`]); it counts for five minutes.
//!
//! Absent on purpose: default accounts, roles edited at run time, passwords that expire by date.

mod account;
mod actor;
mod administrator;
mod key_check;
mod login;
mod mandate;
mod organisation;
mod own;
mod password;
mod person;
pub mod policy;
mod real;
mod registration;
mod session;
mod staffing;
mod standing;
mod step_up;
mod store;
mod totp;

pub use account::{
    Account, AccountKind, AccountRow, MOST_REASON, NewAccount, NewPost, Role, create_account,
    disable_account, enable_account, list_accounts, post_since, staff_at, unlock_account,
};
pub(crate) use account::{account_of_login, called};
pub use actor::{ActingFor, Actor, AdministratorActor, Party, PersonActor, Post, PostKind, StaffActor};
pub use administrator::{GivenAdministrator, check_administrator, set_administrator};
pub use key_check::{check_key, has_key};
pub use login::{Credentials, LoggedIn, confirm_code, log_in};
pub use mandate::{
    Capacity, GiveMandate, MOST_MONTHS, Mandate, MandateState, NewMandate, capacities, continue_mandate,
    give_mandate, grant_mandate, lay_down_mandate, mandate_faults, mandates_given, mandates_received,
    organisation_news, revoke_mandate,
};
pub use organisation::{
    BINDS, CERTIFICATES, Claim, ClaimConfirmation, ClaimOutcome, KINDS, OwnOrganisations, Registered, Taken,
    Waiting, claim_organisation, confirm_claim, own_organisations, take_registry,
};
pub use own::{OwnSession, account_news, change_password, change_phone, end_other_sessions, own_sessions};
pub use password::{
    DEMONSTRATION_PASSWORD, PasswordHash, hash_demonstration_password, hash_password, new_password,
};
pub use person::{
    NewOrganisation, NewPerson, Organisation, Profile, code_index, create_organisation, create_person,
    find_organisation, find_person, has_synthetic, organisation_by_code, party_holding, person_by_number,
    profile, profile_of,
};
pub use policy::{Action, Scope, Thing, authorize};
pub use real::{is_real, set_real};
pub use registration::{
    Confirmation, DOCUMENTS, NOTICE_VERSION, REAL_NAME, Registration, confirm_real_name, register,
};
pub use session::{Session, SessionToken, act_for, end_session, extend_session, find_session};
pub use staffing::{
    Activation, Opening, OpeningRow, StaffDetail, activate, find_activation, grant_post, open_staff_account,
    openings, reopen_staff_account, revoke_post, staff_detail,
};
pub use standing::{confirm_password, session_mark, standing_sessions};
pub use step_up::{STEP_UP_FOR, step_up};
pub use totp::{STEP as CODE_STEP, current_code, new_secret, secret_text};

#[cfg(test)]
mod tests;
