//! The pure state machine: `(case, command, moment) → events or refusal`, and events → case.
//!
//! No database, no clock, no catalogue: everything a rule needs stands in the case or the moment, so any
//! case can be replayed for any past day.

use super::acceptance::Supplement;
use super::deferral::{Owed, OwedState};
use super::event::{Event, Filed, ReviewStep, StepResult, SupplementAnswer, TimeNeeded};
use super::state::State;
use crate::catalog::Processing;
use crate::identity::PostKind;
use crate::legible;
use base::{Id, Millis, Refusal};
use norms::codes::Outcome;
use norms::{Calendar, Day, Limit};
use serde::{Deserialize, Serialize};

/// Everything about a case that rules look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub state: State,
    pub submitted_at: Millis,
    pub received_on: Day,
    pub processing: Processing,
    pub promised: Limit,
    /// None where no law sets a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statutory: Option<Limit>,
    pub steps: Vec<ReviewStep>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_on: Option<Day>,
    #[serde(default)]
    pub accepted_by_silence: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplement: Option<Supplement>,
    /// 容缺: what comes after the acceptance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owed: Vec<Owed>,
    /// The last day for what is owed; none before the acceptance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owed_until: Option<Day>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The day the last decision about the case fell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<Day>,
}

/// A special procedure that stops the clock (art. 45).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub procedure: String,
    pub reason: String,
    pub from: Day,
    /// Last day that does not count; none while it lasts.
    pub through: Option<Day>,
    /// What the applicant was told when it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needed: Option<TimeNeeded>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    pub working_days: u32,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub granted: bool,
    pub reason: String,
    pub on: Day,
    pub by: Id,
}

/// What somebody wants to happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Accept,
    AcceptBySilence,
    NoticeSupplement {
        missing: Vec<String>,
        fields: Vec<String>,
        due: Day,
    },
    HandIn {
        at: Millis,
        received_on: Day,
        answer: SupplementAnswer,
    },
    LapseSupplement,
    HandInOwed {
        material: String,
    },
    ConfirmOwed {
        material: String,
        by: Id,
        by_name: String,
    },
    ReturnOwed {
        material: String,
        reason: String,
    },
    LapseOwed,
    NotAccept {
        reason: String,
    },
    SayNotNeeded {
        reason: String,
    },
    SayWrongBody {
        right_body: String,
    },
    FinishStep {
        step: String,
        passed: bool,
        opinion: String,
        checked: Vec<String>,
        officers: Vec<String>,
        by: Id,
        by_name: String,
    },
    Suspend {
        procedure: String,
        reason: String,
        working_days: u32,
    },
    Resume,
    Extend {
        working_days: u32,
        reason: String,
    },
    Decide {
        granted: bool,
        reason: String,
        by: Id,
    },
    Close,
    Deliver {
        way: String,
    },
    Withdraw {
        reason: String,
    },
}

/// When a command is given.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    pub today: Day,
    pub calendar: &'a Calendar,
}

/// Working days within which a body must answer a submission (art. 32(4)).
pub const ACCEPTANCE_DAYS: u32 = 5;
/// Working days by which a decision may be put off, once (art. 42).
pub const LONGEST_EXTENSION: u32 = 10;
/// Working days a special procedure may be said to need: a year of them. The law names no most.
pub const LONGEST_PROCEDURE: u32 = 250;

impl Case {
    pub fn filed(filed: &Filed) -> Case {
        Case {
            state: State::Submitted,
            submitted_at: filed.at,
            received_on: filed.received_on,
            processing: filed.processing,
            promised: filed.promised,
            statutory: filed.statutory,
            steps: filed.steps.clone(),
            accepted_on: None,
            accepted_by_silence: false,
            supplement: None,
            owed: filed.owed.iter().map(|key| Owed::of(key)).collect(),
            owed_until: None,
            pauses: Vec::new(),
            extension: None,
            decision: None,
            outcome: None,
            ended_on: None,
        }
    }

    /// The case that these events add up to; the first must be the submission.
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event>) -> Option<Case> {
        let mut events = events.into_iter();
        let Some(Event::Submitted(filed)) = events.next() else { return None };
        let mut case = Case::filed(filed);
        events.for_each(|event| case.apply(event));
        Some(case)
    }

    /// What the command leads to, or why not. Nothing is changed: apply the events.
    pub fn handle(&self, command: Command, moment: Moment<'_>) -> Result<Vec<Event>, Refusal> {
        let today = moment.today;
        match command {
            Command::Accept => self.accept(moment),
            Command::AcceptBySilence => self.accept_by_silence(moment),
            Command::NoticeSupplement { missing, fields, due } => {
                self.notice_supplement(missing, fields, due, moment)
            }
            Command::HandIn { at, received_on, answer } => {
                self.to(State::Submitted, Event::SupplementHandedIn { at, received_on, answer })
            }
            Command::LapseSupplement => self.lapse_supplement(today),
            Command::HandInOwed { material } => self.hand_in_owed(material, today),
            Command::ConfirmOwed { material, by, by_name } => self.confirm_owed(material, by, by_name, today),
            Command::ReturnOwed { material, reason } => {
                self.return_owed(material, reason, today, moment.calendar)
            }
            Command::LapseOwed => self.lapse_owed(today),
            Command::NotAccept { reason } => {
                let event = Event::NotAccepted { on: today, reason: given(reason)? };
                self.reject(State::NotAccepted, event, moment)
            }
            Command::SayNotNeeded { reason } => {
                let event = Event::NotNeeded { on: today, reason: given(reason)? };
                self.reject(State::NotNeeded, event, moment)
            }
            Command::SayWrongBody { right_body } => {
                let event = Event::WrongBody { on: today, right_body: named(&right_body)? };
                self.reject(State::WrongBody, event, moment)
            }
            Command::FinishStep { step, passed, opinion, checked, officers, by, by_name } => {
                let opinion = given(opinion)?;
                let result = StepResult { passed, opinion, checked, officers, by, by_name, on: today };
                self.finish_step(step, result)
            }
            Command::Suspend { procedure, reason, working_days } => {
                let needed = Some(time_needed(working_days, moment)?);
                let (procedure, reason) = (given(procedure)?, given(reason)?);
                self.to(State::Suspended, Event::Suspended { procedure, reason, from: today, needed })
            }
            Command::Resume => self.resume(today),
            Command::Extend { working_days, reason } => self.extend(working_days, reason),
            Command::Decide { granted, reason, by } => self.decide(granted, reason, by, moment),
            Command::Close => self.to(State::Closed, Event::Closed { on: today }),
            Command::Deliver { way } => self.to(State::Delivered, Event::Delivered { on: today, way }),
            Command::Withdraw { reason } => {
                let reason = reason.trim().to_owned();
                legible::paragraph("reason", &reason)?;
                self.to(State::Withdrawn, Event::Withdrawn { on: today, reason })
            }
        }
    }

    /// Refuses a move that the table of states does not know.
    pub(super) fn to(&self, state: State, event: Event) -> Result<Vec<Event>, Refusal> {
        if self.state.next().contains(&state) { Ok(vec![event]) } else { Err(self.no_way_to(state)) }
    }

    fn no_way_to(&self, state: State) -> Refusal {
        match self.state {
            State::Granted | State::Refused | State::Closed | State::Delivered => {
                Refusal::new("casework.already_decided", "这个办件已经作出决定，不能再办理这一步")
            }
            State::Withdrawn => Refusal::new("casework.withdrawn", "申请人已经撤回这个办件"),
            now => {
                let message = format!("办件现在是“{}”，不能变为“{}”", now.name(), state.name());
                Refusal::new("casework.wrong_state", message)
            }
        }
    }

    fn finish_step(&self, step: String, result: StepResult) -> Result<Vec<Event>, Refusal> {
        if self.state != State::Review {
            return Err(self.no_way_to(State::Review));
        }
        if !self.open_steps().any(|open| open.key == step) {
            let message = match self.steps.iter().find(|known| known.key == step) {
                Some(known) if known.done.is_some() => "这个审查环节已经办完",
                Some(_) => "还没有轮到这个审查环节，请先办完前面的环节",
                None => "这个办件没有这个审查环节",
            };
            return Err(Refusal::at("casework.step_not_open", "step", message));
        }
        let last = self.steps.iter().filter(|s| s.done.is_none()).count() == 1;
        let StepResult { passed, opinion, checked, officers, by, by_name, on } = result;
        let mut events = vec![Event::StepDone { step, passed, opinion, checked, officers, by, by_name, on }];
        if last {
            events.push(Event::ReviewFinished);
        }
        Ok(events)
    }

    fn resume(&self, today: Day) -> Result<Vec<Event>, Refusal> {
        if self.state != State::Suspended {
            return Err(Refusal::new("casework.not_suspended", "办件没有处在特别程序中"));
        }
        let open = self.steps.iter().any(|step| step.done.is_none());
        self.to(if open { State::Review } else { State::Decision }, Event::Resumed { through: today })
    }

    fn extend(&self, working_days: u32, reason: String) -> Result<Vec<Event>, Refusal> {
        const ART_42: &str = "行政许可法第四十二条第一款";
        if !matches!(self.state, State::Review | State::Decision) {
            return Err(Refusal::new("casework.wrong_state", "只有审查或待决定的办件可以延长期限"));
        }
        if self.extension.is_some() {
            return Err(Refusal::new("casework.second_extension", "期限只能延长一次").by(ART_42));
        }
        if working_days == 0 || working_days > LONGEST_EXTENSION {
            let message = format!("延长1至{LONGEST_EXTENSION}个工作日");
            return Err(Refusal::at("casework.extension_term", "working_days", message).by(ART_42));
        }
        Ok(vec![Event::Extended { working_days, reason: given(reason)? }])
    }

    fn decide(
        &self,
        granted: bool,
        reason: String,
        by: Id,
        moment: Moment<'_>,
    ) -> Result<Vec<Event>, Refusal> {
        let today = moment.today;
        let reason = self.reason_of_decision(granted, reason)?;
        let reviewed_by_same =
            self.steps.iter().filter_map(|step| step.done.as_ref()).any(|done| done.by == by);
        if reviewed_by_same {
            let message = "审查和决定应由不同的人办理，请换人作出决定";
            return Err(Refusal::new("casework.same_person", message));
        }
        let instant = self.processing == Processing::Instant && self.state == State::Submitted;
        let mut events = match instant && self.steps.is_empty() {
            true => self.accept(moment)?,
            false => Vec::new(),
        };
        let ready = if events.is_empty() { self.clone() } else { self.after(&events) };
        let state = if granted { State::Granted } else { State::Refused };
        let event = match granted {
            true => Event::Granted { on: today, reason, by },
            false => Event::Refused { on: today, reason, by },
        };
        events.extend(ready.to(state, event)?);
        self.must_owe_nothing()?;
        Ok(events)
    }

    fn after(&self, events: &[Event]) -> Case {
        let mut case = self.clone();
        events.iter().for_each(|event| case.apply(event));
        case
    }

    /// Steps that can be worked on now: those of the lowest order that still has open ones.
    pub fn open_steps(&self) -> impl Iterator<Item = &ReviewStep> {
        let lowest = self.steps.iter().filter(|step| step.done.is_none()).map(|step| step.order).min();
        let active = self.state == State::Review;
        self.steps.iter().filter(move |step| active && step.done.is_none() && Some(step.order) == lowest)
    }

    /// The post that must act now, if any.
    pub fn queue(&self) -> Option<PostKind> {
        match self.state {
            State::Submitted => Some(PostKind::Clerk),
            State::Review => self.open_steps().next().map(|step| step.post),
            State::Accepted | State::Decision => self.turn_of_owed().unwrap_or(Some(match self.processing {
                Processing::Instant if self.steps.is_empty() => PostKind::Clerk,
                _ => PostKind::Approver,
            })),
            _ => None,
        }
    }

    /// Total function: events come from [`Case::handle`] or from the journal, and are never refused.
    pub fn apply(&mut self, event: &Event) {
        match event.clone() {
            Event::Submitted(filed) => *self = Case::filed(&filed),
            Event::SupplementNoticed { on, missing, fields, due } => {
                self.state = State::SupplementNoticed;
                self.supplement = Some(Supplement::noticed(on, due, missing, fields));
            }
            Event::SupplementHandedIn { at, received_on, answer } => {
                self.state = State::Submitted;
                self.received_on = received_on;
                self.supplement.iter_mut().for_each(|supplement| supplement.came_back(at, &answer));
            }
            Event::Accepted { on, by_silence } => {
                self.state = State::Accepted;
                self.accepted_on = Some(on);
                self.accepted_by_silence = by_silence;
            }
            Event::MaterialsDeferred { until, .. } => self.owed_until = Some(until),
            Event::OwedHandedIn { material, .. } => self.set_owed(&material, OwedState::HandedIn, ""),
            Event::OwedConfirmed { material, .. } => self.set_owed(&material, OwedState::Confirmed, ""),
            Event::OwedReturned { material, reason, until, .. } => {
                self.owed_until = until.or(self.owed_until);
                self.set_owed(&material, OwedState::Outstanding, &reason);
            }
            Event::OwedLapsed { on } => self.end(State::Withdrawn, Outcome::Withdrawn, on),
            Event::ReviewOpened => self.state = State::Review,
            Event::StepDone { step, passed, opinion, checked, officers, by, by_name, on } => {
                let done = StepResult { passed, opinion, checked, officers, by, by_name, on };
                if let Some(open) = self.steps.iter_mut().find(|s| s.key == step) {
                    open.done = Some(done);
                }
            }
            Event::Suspended { procedure, reason, from, needed } => {
                self.state = State::Suspended;
                self.pauses.push(Pause { procedure, reason, from, through: None, needed });
            }
            Event::Resumed { through } => {
                let open = self.steps.iter().any(|step| step.done.is_none());
                self.state = if open { State::Review } else { State::Decision };
                if let Some(pause) = self.pauses.last_mut() {
                    pause.through = Some(through);
                }
            }
            Event::Extended { working_days, reason } => {
                self.extension = Some(Extension { working_days, reason })
            }
            Event::ReviewFinished => self.state = State::Decision,
            Event::Granted { on, reason, by } => self.decided(true, on, reason, by),
            Event::Refused { on, reason, by } => self.decided(false, on, reason, by),
            Event::Closed { .. } => self.state = State::Closed,
            Event::Delivered { .. } => self.state = State::Delivered,
            Event::SupplementLapsed { on } => {
                self.end(State::SupplementLapsed, Outcome::SupplementLapsed, on)
            }
            Event::NotAccepted { on, .. } => self.end(State::NotAccepted, Outcome::NotAccepted, on),
            Event::NotNeeded { on, .. } => self.end(State::NotNeeded, Outcome::NotAccepted, on),
            Event::WrongBody { on, .. } => self.end(State::WrongBody, Outcome::NotAccepted, on),
            Event::Withdrawn { on, .. } => self.end(State::Withdrawn, Outcome::Withdrawn, on),
        }
    }

    fn decided(&mut self, granted: bool, on: Day, reason: String, by: Id) {
        self.decision = Some(Decision { granted, reason, on, by });
        match granted {
            true => self.end(State::Granted, Outcome::Granted, on),
            false => self.end(State::Refused, Outcome::Refused, on),
        }
    }

    fn end(&mut self, state: State, outcome: Outcome, on: Day) {
        self.state = state;
        self.outcome = Some(outcome);
        self.ended_on = Some(on);
    }
}

/// The time a special procedure needs is told to the applicant (art. 45). Today does not count (民法典 art. 201, standards
/// §3.4).
pub(super) fn time_needed(working_days: u32, moment: Moment<'_>) -> Result<TimeNeeded, Refusal> {
    if !(1..=LONGEST_PROCEDURE).contains(&working_days) {
        let message =
            format!("请填写预计需要几个工作日，1 到 {LONGEST_PROCEDURE} 之间；所需时间要书面告知申请人");
        let refusal = Refusal::at("casework.time_needed", "working_days", message);
        return Err(refusal.by("行政许可法第四十五条"));
    }
    let through = moment.calendar.add_working(moment.today, working_days).day;
    Ok(TimeNeeded { working_days, through })
}

fn named(right_body: &str) -> Result<String, Refusal> {
    let body = given(body_named(right_body))?;
    legible::line("reason", &body).map(|()| body)
}

/// The body alone of what a clerk writes about it: the sentence around it is on the document.
fn body_named(written: &str) -> String {
    let body = written.trim().trim_end_matches(['。', '；', '，']);
    // Whole beginnings: 应急管理局 begins with a word for “should”, too.
    let before = ["请向", "应当向", "应向", "向"].into_iter().find_map(|before| body.strip_prefix(before));
    let body = before.unwrap_or(body);
    let after = ["提出申请", "提出", "申请"].into_iter().find_map(|after| body.strip_suffix(after));
    after.unwrap_or(body).trim().to_owned()
}

/// A text somebody must give.
pub(super) fn given(text: String) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::at("casework.reason_needed", "reason", "请写明意见或理由"));
    }
    if text.chars().count() > 2000 {
        return Err(Refusal::at("casework.reason_too_long", "reason", "意见最多2000个字"));
    }
    legible::paragraph("reason", text)?;
    Ok(text.to_owned())
}

#[cfg(test)]
#[path = "case_tests.rs"]
pub(super) mod tests;
