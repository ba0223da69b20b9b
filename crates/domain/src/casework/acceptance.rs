//! The rules of the body's answer to a submission, pure like the rest of the state machine: acceptance, the one
//! notice of what is missing, rejection.
//!
//! All three have five working days. Once they are over without a notice the case counts as accepted from the
//! day of receipt (行政许可法 art. 32(1)(4)): whoever clicks later states only what the law has done already.

use super::case::{ACCEPTANCE_DAYS, Case, Moment};
use super::event::{Event, SupplementAnswer};
use super::state::State;
use crate::legible;
use base::{Millis, Refusal};
use norms::Day;
use serde::{Deserialize, Serialize};

const ART_32: &str = "行政许可法第三十二条第一款第四项";

/// The one complete notice of what is missing, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supplement {
    pub noticed_on: Day,
    pub due: Day,
    pub missing: Vec<String>,
    /// Keys of the questions whose answers are to be corrected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    pub handed_in: bool,
    /// The day it came, which need not be the one it counts from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_in_on: Option<Day>,
    #[serde(default)]
    pub answer: SupplementAnswer,
}

impl Supplement {
    pub(super) fn noticed(on: Day, due: Day, missing: Vec<String>, fields: Vec<String>) -> Supplement {
        let answer = SupplementAnswer::default();
        Supplement { noticed_on: on, due, missing, fields, handed_in: false, handed_in_on: None, answer }
    }

    pub(super) fn came_back(&mut self, at: Millis, answer: &SupplementAnswer) {
        self.handed_in = true;
        self.handed_in_on = Some(Day::from_millis_shanghai(at));
        self.answer = answer.clone();
    }
}

impl Case {
    pub(super) fn accept(&self, moment: Moment<'_>) -> Result<Vec<Event>, Refusal> {
        let by_silence = self.was_silent(moment);
        // Submissions on a rest day or after hours count from the next working day: an acceptance clicked
        // before that day starts the clock on it, not earlier.
        let on = if by_silence { self.received_on } else { moment.today.max(self.received_on) };
        let accepted = Event::Accepted { on, by_silence };
        let deferred = self.defer(&accepted, moment);
        let mut events = self.to(State::Accepted, accepted)?;
        events.extend(deferred);
        events.push(if self.steps.is_empty() { Event::ReviewFinished } else { Event::ReviewOpened });
        Ok(events)
    }

    pub(super) fn accept_by_silence(&self, moment: Moment<'_>) -> Result<Vec<Event>, Refusal> {
        match self.was_silent(moment) {
            true => self.accept(moment),
            false => Err(Refusal::new("casework.not_silent", "还没有超过五个工作日，不能视为受理")),
        }
    }

    /// Submitted, and the term for an answer is over.
    fn was_silent(&self, moment: Moment<'_>) -> bool {
        let due = moment.calendar.add_working(self.received_on, ACCEPTANCE_DAYS).day;
        self.state == State::Submitted && moment.today > due
    }

    fn still_in_time(&self, moment: Moment<'_>) -> Result<(), Refusal> {
        match self.was_silent(moment) {
            true => {
                let message = "收到申请已经超过五个工作日没有答复，依法从收到之日起视为受理，不能再要求补正或者\
                               不予受理。请点“受理”接着办；不符合条件的，在作出决定时写明理由";
                Err(Refusal::new("casework.counts_as_accepted", message).by(ART_32))
            }
            false => Ok(()),
        }
    }

    pub(super) fn reject(
        &self,
        state: State,
        event: Event,
        moment: Moment<'_>,
    ) -> Result<Vec<Event>, Refusal> {
        self.still_in_time(moment)?;
        self.to(state, event)
    }

    pub(super) fn notice_supplement(
        &self,
        missing: Vec<String>,
        fields: Vec<String>,
        due: Day,
        moment: Moment<'_>,
    ) -> Result<Vec<Event>, Refusal> {
        let missing: Vec<String> =
            missing.iter().map(|m| m.trim().to_owned()).filter(|m| !m.is_empty()).collect();
        if missing.is_empty() {
            return Err(nothing_missing());
        }
        missing.iter().try_for_each(|line| legible::line("missing", line))?;
        if self.supplement.is_some() {
            let message = "已经告知过一次，需要补正的内容应当一次告知";
            return Err(Refusal::new("casework.second_supplement", message).by(ART_32));
        }
        let due = term_of_supplement(due, moment.today)?;
        self.still_in_time(moment)?;
        let event = Event::SupplementNoticed { on: moment.today, missing, fields, due };
        self.to(State::SupplementNoticed, event)
    }

    pub(super) fn lapse_supplement(&self, today: Day) -> Result<Vec<Event>, Refusal> {
        if self.supplement.as_ref().is_some_and(|supplement| today <= supplement.due) {
            return Err(Refusal::new("casework.not_lapsed", "补正期限还没有到"));
        }
        self.to(State::SupplementLapsed, Event::SupplementLapsed { on: today })
    }
}

pub(super) fn nothing_missing() -> Refusal {
    Refusal::at("casework.nothing_missing", "missing", "请写明需要补正的全部内容").by(ART_32)
}

pub(super) fn term_of_supplement(due: Day, today: Day) -> Result<Day, Refusal> {
    let refusal = || Refusal::at("casework.supplement_term", "due_on", "补正期限应晚于今天");
    if due > today { Ok(due) } else { Err(refusal()) }
}
