//! What every verb on a case has in common: load, authorize, handle, save, say.

use super::case::{Command, Moment};
use super::clock::Clock;
use super::event::Event;
use super::store::{self, RowClock, StoredCase};
use super::{deferral, document, notice};
use crate::Cx;
use crate::identity::{Action, PostKind, Thing, authorize};
use crate::journal::{self, NewEvent};
use base::{Error, Id, Result};
use db::Tx;

/// The version the actor saw. Acting on an older one is a conflict: somebody else was quicker.
pub type Expected = Option<i64>;

/// A case somebody may act on, and the commands of her act: what a verb carries out, and a preview does not.
pub(super) type Ready = (StoredCase, Vec<Command>);

/// Loads a case for an act. What the actor may not do this to is denied or not found.
pub(super) async fn load(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: Id,
    action: Action,
    post: Option<PostKind>,
    expected: Expected,
) -> Result<StoredCase> {
    let stored = store::case(tx, id).await?.ok_or_else(|| missing(cx))?;
    let thing = Thing { post, ..Thing::of(stored.applicant, &stored.body) };
    authorize(&cx.actor, action, thing.for_item(&stored.item_code))?;
    match expected {
        Some(version) if version != stored.version => Err(overtaken(tx, cx, id).await?),
        _ => Ok(stored),
    }
}

/// The actor herself acted on it since: she pressed twice, or has it open in a second window.
pub const OWN_ACT: &str = "casework.own_act";

/// Who was quicker: somebody else, or the actor herself, who is not told of a stranger.
async fn overtaken(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<Error> {
    let newest = journal::newest_of_subject(tx, "case", id, NEWEST).await?;
    let last = newest.iter().find(|event| event.kind.starts_with("casework."));
    let own = last.is_some_and(|event| event.actor == cx.actor.journal_name());
    let message = "这个办件您自己刚才已经办理过，这次没有重复办理。请看办件现在的情况。";
    Ok(if own { Error::refused(OWN_ACT, message) } else { Error::Conflict })
}

/// What certificates of a case were used for stands among its events.
const NEWEST: i64 = 20;

/// A visitor is asked to log in whether the case exists or not.
fn missing(cx: &Cx) -> Error {
    match cx.actor.account() {
        None if cx.actor != crate::identity::Actor::System => Error::Unauthenticated,
        _ => Error::NotFound,
    }
}

/// Handles commands one after the other and writes what they led to: the row, one journal event each, and
/// the news for the applicant.
pub(super) async fn carry_out(
    tx: &mut Tx<'_>,
    cx: &Cx,
    stored: &mut StoredCase,
    commands: Vec<Command>,
) -> Result<Vec<Event>> {
    let before = Clock::of(&stored.case, &cx.catalogue.calendar, cx.today());
    let owed_before = stored.case.owed_on();
    let events = handle(cx, stored, commands)?;
    store::save_case(tx, stored, &row_clock(cx, stored)).await?;
    stored.version += 1;
    deferral::follow(tx, stored, &owed_before).await?;
    for event in &events {
        say(tx, cx, stored, event).await?;
    }
    document::hand_out(tx, cx, stored, &before, &events).await?;
    notice::announce(tx, cx, stored, &events).await?;
    Ok(events)
}

/// What the commands lead to, one after the other. Only the case in memory is changed.
pub(super) fn handle(cx: &Cx, stored: &mut StoredCase, commands: Vec<Command>) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for command in commands {
        let moment = Moment { today: cx.today(), calendar: &cx.catalogue.calendar };
        for event in stored.case.handle(command, moment)? {
            stored.case.apply(&event);
            events.push(event);
        }
    }
    Ok(events)
}

pub(super) async fn say(tx: &mut Tx<'_>, cx: &Cx, stored: &StoredCase, event: &Event) -> Result<()> {
    let new = NewEvent {
        subject_kind: "case",
        subject_id: stored.id,
        area: &stored.area,
        kind: event.kind(),
        detail: event,
    };
    journal::append(tx, cx, new).await.map(|_| ())
}

pub(super) fn row_clock(cx: &Cx, stored: &StoredCase) -> RowClock {
    let case = &stored.case;
    let clock = Clock::of(case, &cx.catalogue.calendar, cx.today());
    let text = |day: Option<norms::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let queue = match (case.queue(), case.state) {
        (Some(post), _) => post.word(),
        (None, state) if state.is_final() => "done",
        (None, _) => "waiting",
    };
    // A finished case is sorted by the day it ended; nothing is due any more.
    let due = if queue == "done" { case.ended_on } else { clock.due };
    RowClock { queue, due_on: text(due), warn_on: text(clock.warn) }
}
