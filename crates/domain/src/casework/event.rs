//! What can happen to a case. Events are what the journal keeps; the row is their sum.

use crate::catalog::Processing;
use crate::identity::PostKind;
use base::{Id, Millis};
use norms::{Day, Limit};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Submitted(Filed),
    /// 一次性补正告知.
    SupplementNoticed {
        on: Day,
        /// What the applicant reads, a line for each thing; the questions among them in words.
        missing: Vec<String>,
        /// Keys of the questions whose answers are to be corrected.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fields: Vec<String>,
        due: Day,
    },
    SupplementHandedIn {
        at: Millis,
        received_on: Day,
        #[serde(default)]
        answer: SupplementAnswer,
    },
    SupplementLapsed {
        on: Day,
    },
    Accepted {
        /// The day from which the clock runs.
        on: Day,
        /// Nobody said anything within five working days (art. 32(4)).
        by_silence: bool,
    },
    NotAccepted {
        on: Day,
        reason: String,
    },
    NotNeeded {
        on: Day,
        reason: String,
    },
    WrongBody {
        on: Day,
        right_body: String,
    },
    /// 容缺: what may still come, and the last day for it (standards §8.4).
    MaterialsDeferred {
        on: Day,
        materials: Vec<String>,
        until: Day,
    },
    OwedHandedIn {
        on: Day,
        material: String,
    },
    OwedConfirmed {
        on: Day,
        material: String,
        by: Id,
        by_name: String,
    },
    OwedReturned {
        on: Day,
        material: String,
        reason: String,
        /// The last day to bring it again; none before the acceptance.
        until: Option<Day>,
    },
    /// Not in by its day: counts as withdrawn.
    OwedLapsed {
        on: Day,
    },
    ReviewOpened,
    StepDone {
        step: String,
        passed: bool,
        opinion: String,
        checked: Vec<String>,
        /// Who inspected the place, at least two (art. 34); of other steps and of older ones none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        officers: Vec<String>,
        by: Id,
        by_name: String,
        on: Day,
    },
    Suspended {
        procedure: String,
        reason: String,
        from: Day,
        /// Of procedures begun before it was asked for: none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        needed: Option<TimeNeeded>,
    },
    Resumed {
        /// Last day that does not count.
        through: Day,
    },
    Extended {
        working_days: u32,
        reason: String,
    },
    ReviewFinished,
    Granted {
        on: Day,
        reason: String,
        by: Id,
    },
    Refused {
        on: Day,
        reason: String,
        by: Id,
    },
    Closed {
        on: Day,
    },
    Delivered {
        on: Day,
        way: String,
    },
    Withdrawn {
        on: Day,
        reason: String,
    },
}

/// What the applicant's answer to a supplement notice consisted of: names alone, never what was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplementAnswer {
    /// Keys of the questions that are answered otherwise than before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<String>,
    /// Keys of the materials that came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brought: Vec<String>,
    /// Something goes to the window.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_paper: bool,
}

/// How long a special procedure is expected to take, as the applicant is told in writing (art. 45).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeNeeded {
    pub working_days: u32,
    /// The day on which it is expected to end.
    pub through: Day,
}

/// What stands from the first moment: the rules of the pinned item version that the clock and the review
/// need, so that a case can be replayed without the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Filed {
    pub at: Millis,
    /// The working day on which the body counts it as received.
    pub received_on: Day,
    pub processing: Processing,
    pub promised: Limit,
    /// None where no law sets a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statutory: Option<Limit>,
    pub steps: Vec<ReviewStep>,
    /// Keys of the materials that are to come after the acceptance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owed: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewStep {
    pub key: String,
    pub name: String,
    pub order: u32,
    pub post: PostKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<StepResult>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepResult {
    pub passed: bool,
    pub opinion: String,
    pub checked: Vec<String>,
    /// Names of those who inspected the place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub officers: Vec<String>,
    pub by: Id,
    pub by_name: String,
    pub on: Day,
}

impl Event {
    /// The journal's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Event::Submitted(_) => "casework.submitted",
            Event::SupplementNoticed { .. } => "casework.supplement_noticed",
            Event::SupplementHandedIn { .. } => "casework.supplement_handed_in",
            Event::SupplementLapsed { .. } => "casework.supplement_lapsed",
            Event::Accepted { .. } => "casework.accepted",
            Event::NotAccepted { .. } => "casework.not_accepted",
            Event::NotNeeded { .. } => "casework.not_needed",
            Event::WrongBody { .. } => "casework.wrong_body",
            Event::MaterialsDeferred { .. } => "casework.materials_deferred",
            Event::OwedHandedIn { .. } => "casework.owed_handed_in",
            Event::OwedConfirmed { .. } => "casework.owed_confirmed",
            Event::OwedReturned { .. } => "casework.owed_returned",
            Event::OwedLapsed { .. } => "casework.owed_lapsed",
            Event::ReviewOpened => "casework.review_opened",
            Event::StepDone { .. } => "casework.step_done",
            Event::Suspended { .. } => "casework.suspended",
            Event::Resumed { .. } => "casework.resumed",
            Event::Extended { .. } => "casework.extended",
            Event::ReviewFinished => "casework.review_finished",
            Event::Granted { .. } => "casework.granted",
            Event::Refused { .. } => "casework.refused",
            Event::Closed { .. } => "casework.closed",
            Event::Delivered { .. } => "casework.delivered",
            Event::Withdrawn { .. } => "casework.withdrawn",
        }
    }
}
