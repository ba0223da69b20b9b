//! The rules of owed materials, pure like the rest of the state machine.

use crate::casework::case::{Case, Moment, given};
use crate::casework::clock::{Light, promised_due, running_light};
use crate::casework::event::Event;
use crate::casework::state::State;
use crate::identity::PostKind;
use base::{Id, Refusal};
use norms::{Calendar, Day};
use serde::{Deserialize, Serialize};

/// A material that may come after the acceptance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    pub material: String,
    pub state: OwedState,
    /// Why the desk gave it back last; empty when it did not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub returned: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwedState {
    Outstanding,
    HandedIn,
    Confirmed,
}

impl OwedState {
    pub fn word(self) -> &'static str {
        match self {
            OwedState::Outstanding => "outstanding",
            OwedState::HandedIn => "handed_in",
            OwedState::Confirmed => "confirmed",
        }
    }
}

const RULE: &str = "容缺受理：补齐前不作决定，逾期未补视为撤回申请";
/// Working days that a return leaves at least.
const AFTER_RETURN: u32 = 2;
/// And an acceptance nobody spoke out.
const AFTER_SILENCE: u32 = 5;

impl Owed {
    pub(in crate::casework) fn of(key: &str) -> Owed {
        Owed { material: key.to_owned(), state: OwedState::Outstanding, returned: String::new() }
    }
}

impl Case {
    /// Submitted, or on its way to a decision.
    fn takes_owed(&self) -> bool {
        use State::*;
        matches!(self.state, Submitted | Accepted | Review | Suspended | Decision)
    }

    fn owed_in(&self, material: &str, wanted: OwedState) -> Result<(), Refusal> {
        let state = self.owed.iter().find(|owed| owed.material == material).map(|owed| owed.state);
        let message = match state {
            None => "这份材料不是要补交的",
            Some(_) if !self.takes_owed() => "办件已经有了结果，不再补交材料",
            Some(state) if state == wanted => return Ok(()),
            Some(OwedState::Outstanding) => "这份材料还没有补交",
            Some(OwedState::HandedIn) => "这份材料已经补交，正在等受理单位确认",
            Some(OwedState::Confirmed) => "这份材料的补交已经确认",
        };
        Err(Refusal::at("casework.not_owed", format!("material.{material}"), message))
    }

    pub(in crate::casework) fn hand_in_owed(&self, material: String, on: Day) -> Result<Vec<Event>, Refusal> {
        self.owed_in(&material, OwedState::Outstanding)?;
        Ok(vec![Event::OwedHandedIn { on, material }])
    }

    pub(in crate::casework) fn confirm_owed(
        &self,
        material: String,
        by: Id,
        by_name: String,
        on: Day,
    ) -> Result<Vec<Event>, Refusal> {
        self.owed_in(&material, OwedState::HandedIn)?;
        Ok(vec![Event::OwedConfirmed { on, material, by, by_name }])
    }

    pub(in crate::casework) fn return_owed(
        &self,
        material: String,
        reason: String,
        on: Day,
        calendar: &Calendar,
    ) -> Result<Vec<Event>, Refusal> {
        self.owed_in(&material, OwedState::HandedIn)?;
        let reason = given(reason)?;
        let least = calendar.add_working(on, AFTER_RETURN).day;
        let until = self.accepted_on.map(|_| self.owed_until.map_or(least, |until| until.max(least)));
        Ok(vec![Event::OwedReturned { on, material, reason, until }])
    }

    pub(in crate::casework) fn lapse_owed(&self, on: Day) -> Result<Vec<Event>, Refusal> {
        let over = self.owed_until.is_some_and(|until| on > until) && self.outstanding().next().is_some();
        match over && self.takes_owed() && self.state != State::Submitted {
            true => Ok(vec![Event::OwedLapsed { on }]),
            false => Err(Refusal::new("casework.not_lapsed", "补交期限还没有到")),
        }
    }

    /// What starts with the acceptance: the term of what is outstanding then. Silence accepts from a day that
    /// has passed: the term still leaves days to come.
    pub(in crate::casework) fn defer(&self, accepted: &Event, moment: Moment<'_>) -> Option<Event> {
        let Event::Accepted { on, by_silence } = accepted else { return None };
        let (calendar, today) = (moment.calendar, moment.today);
        let materials: Vec<String> = self.outstanding().map(|owed| owed.material.clone()).collect();
        if materials.is_empty() {
            return None;
        }
        let mut until = promised_due(calendar, *on, self.promised).plus(-1);
        while !calendar.is_working(until) {
            until = until.plus(-1);
        }
        let least = if *by_silence { AFTER_SILENCE } else { 1 };
        let until = until.max(calendar.add_working(today.max(*on), least).day);
        Some(Event::MaterialsDeferred { on: today, materials, until })
    }

    /// Nothing is decided while something is owed.
    pub(in crate::casework) fn must_owe_nothing(&self) -> Result<(), Refusal> {
        match self.owed.iter().any(|owed| owed.state != OwedState::Confirmed) {
            true => {
                let message = "容缺的材料还没有补齐并确认，不能作出决定";
                Err(Refusal::new("casework.materials_owed", message).by(RULE))
            }
            false => Ok(()),
        }
    }

    /// Whose turn it is while only something owed stands before the decision: the applicant's, which is no
    /// post, or that of whoever examines what came. None when nothing is owed any more.
    pub(in crate::casework) fn turn_of_owed(&self) -> Option<Option<PostKind>> {
        let examiner = if self.steps.is_empty() { PostKind::Clerk } else { PostKind::Reviewer };
        match self.outstanding().next() {
            Some(_) => Some(None),
            None => self.must_owe_nothing().err().map(|_| Some(examiner)),
        }
    }

    pub fn outstanding(&self) -> impl Iterator<Item = &Owed> {
        self.owed.iter().filter(|owed| owed.state == OwedState::Outstanding)
    }

    /// The day by which something is outstanding still; empty when nothing is, or the case has ended.
    pub(in crate::casework) fn owed_on(&self) -> String {
        let until = self.owed_until.filter(|_| !self.state.is_final() && self.outstanding().next().is_some());
        until.map(|until| until.to_string()).unwrap_or_default()
    }

    /// The light of the term, while something is outstanding.
    pub fn owed_light(&self, calendar: &Calendar, today: Day) -> Option<Light> {
        let until = self.owed_until.filter(|_| !self.state.is_final())?;
        self.outstanding().next()?;
        let warn = calendar.add_working(today, 1).day >= until;
        Some(running_light(calendar, if warn { today } else { until }, until, today))
    }

    pub(in crate::casework) fn set_owed(&mut self, material: &str, state: OwedState, returned: &str) {
        if let Some(owed) = self.owed.iter_mut().find(|owed| owed.material == material) {
            owed.state = state;
            owed.returned = returned.to_owned();
        }
    }
}
