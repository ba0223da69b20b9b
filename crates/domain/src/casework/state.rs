//! The states of a case and the moves between them (行政许可法 arts. 29–50; standards §3.2).

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Submitted,
    SupplementNoticed,
    SupplementLapsed,
    NotAccepted,
    NotNeeded,
    WrongBody,
    Accepted,
    Review,
    Suspended,
    Decision,
    Granted,
    Refused,
    Closed,
    Delivered,
    Withdrawn,
}

impl State {
    pub const ALL: [State; 15] = [
        State::Submitted,
        State::SupplementNoticed,
        State::SupplementLapsed,
        State::NotAccepted,
        State::NotNeeded,
        State::WrongBody,
        State::Accepted,
        State::Review,
        State::Suspended,
        State::Decision,
        State::Granted,
        State::Refused,
        State::Closed,
        State::Delivered,
        State::Withdrawn,
    ];

    /// Where a case may go from here. Anything else is refused, whoever asks.
    pub fn next(self) -> &'static [State] {
        use State::*;
        match self {
            Submitted => &[Accepted, SupplementNoticed, NotAccepted, NotNeeded, WrongBody, Withdrawn],
            SupplementNoticed => &[Submitted, SupplementLapsed, Withdrawn],
            Accepted => &[Review, Decision, Withdrawn],
            Review => &[Review, Suspended, Decision, Withdrawn],
            Suspended => &[Review, Decision, Withdrawn],
            // Suspended is reached from here too: a hearing may be held before the decision (art. 45).
            Decision => &[Granted, Refused, Suspended, Withdrawn],
            Granted | Refused => &[Closed],
            Closed => &[Delivered],
            SupplementLapsed | NotAccepted | NotNeeded | WrongBody | Delivered | Withdrawn => &[],
        }
    }

    /// Nothing more is decided after this.
    pub fn is_final(self) -> bool {
        use State::*;
        matches!(
            self,
            SupplementLapsed
                | NotAccepted
                | NotNeeded
                | WrongBody
                | Granted
                | Refused
                | Closed
                | Delivered
                | Withdrawn
        )
    }

    pub fn word(self) -> &'static str {
        use State::*;
        match self {
            Submitted => "submitted",
            SupplementNoticed => "supplement_noticed",
            SupplementLapsed => "supplement_lapsed",
            NotAccepted => "not_accepted",
            NotNeeded => "not_needed",
            WrongBody => "wrong_body",
            Accepted => "accepted",
            Review => "review",
            Suspended => "suspended",
            Decision => "decision",
            Granted => "granted",
            Refused => "refused",
            Closed => "closed",
            Delivered => "delivered",
            Withdrawn => "withdrawn",
        }
    }

    /// What people read.
    pub fn name(self) -> &'static str {
        use State::*;
        match self {
            Submitted => "待受理",
            SupplementNoticed => "待补正",
            SupplementLapsed => "逾期未补正",
            NotAccepted => "不予受理",
            NotNeeded => "无需办理",
            WrongBody => "不属本机关",
            Accepted => "已受理",
            Review => "审查中",
            Suspended => "特别程序中",
            Decision => "待决定",
            Granted => "准予",
            Refused => "不予许可",
            Closed => "已办结",
            Delivered => "已送达",
            Withdrawn => "已撤回",
        }
    }

    pub fn from_word(word: &str) -> Option<State> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}
