//! News for the applicant: a row in her space, written in the transaction of the verb it tells about. That she
//! submitted a case is told from the case.

use super::CaseId;
use super::clock::Clock;
use super::event::Event;
use super::store::{self, StoredCase};
use crate::Cx;
use crate::identity::{Action, Thing, authorize};
use base::{Millis, Result};
use db::Tx;
use norms::Day;
use serde::Serialize;
use std::cmp::Reverse;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    pub case: CaseId,
    pub words: String,
    pub created_at: Millis,
}

/// What the last of these events means to the applicant; one message for each act.
pub(super) async fn announce(tx: &mut Tx<'_>, cx: &Cx, stored: &StoredCase, events: &[Event]) -> Result<()> {
    let due = Clock::of(&stored.case, &cx.catalogue.calendar, cx.today()).due;
    let Some(words) = events.iter().rev().find_map(|event| words(event, stored, due)) else { return Ok(()) };
    let notice = Notice { case: stored.id, words, created_at: cx.now };
    store::insert_notice(tx, cx.id(), stored.applicant, &notice).await
}

fn words(event: &Event, stored: &StoredCase, due: Option<Day>) -> Option<String> {
    let item = &stored.item_name;
    let by = due.map(|due| format!("，应在{}前办结", due.chinese())).unwrap_or_default();
    Some(match event {
        Event::SupplementNoticed { due, .. } => format!("“{item}”需要补正，请在{}前补齐", due.chinese()),
        Event::Accepted { by_silence: true, .. } => format!("“{item}”五个工作日未答复，视为已受理"),
        Event::Accepted { .. } => format!("“{item}”已受理"),
        Event::NotAccepted { .. } | Event::NotNeeded { .. } | Event::WrongBody { .. } => {
            format!("“{item}”没有受理，请看原因")
        }
        Event::Suspended { procedure, .. } => format!("“{item}”正在{procedure}，这段时间不计入办理时限"),
        Event::Resumed { .. } => format!("“{item}”恢复办理{by}"),
        Event::Extended { working_days, .. } => format!("“{item}”的办理期限延长{working_days}个工作日{by}"),
        Event::Granted { .. } => format!("“{item}”已办结：准予，结果在“我的证照”"),
        Event::Refused { .. } => format!("“{item}”已办结：没有批准，请看理由和救济途径"),
        Event::MaterialsDeferred { until, .. } => {
            let until = until.chinese();
            format!("“{item}”已受理，还有材料要补交，请在{until}前交；过期没交，视为撤回申请")
        }
        Event::OwedConfirmed { .. } => format!("“{item}”补交的材料已确认"),
        Event::OwedReturned { .. } => format!("“{item}”补交的材料退回了，请看原因后重新交"),
        Event::OwedLapsed { .. } => format!("“{item}”过期没有补交材料，视为撤回申请"),
        Event::Withdrawn { .. } => format!("“{item}”已撤回"),
        _ => return None,
    })
}

/// The newest news of whoever is logged in.
pub async fn notices_of(tx: &mut Tx<'_>, cx: &Cx, most: u32) -> Result<Vec<Notice>> {
    let party = cx.actor.require_party()?;
    authorize(&cx.actor, Action::CaseRead, Thing::owned(party))?;
    // A mandate for some items tells of the cases of those.
    let acting = cx.actor.person().and_then(|person| person.acting_for.as_ref());
    let items = acting.map(|acting| acting.items.join(" ")).unwrap_or_default();
    let mut news = store::notices(tx, party, &items, i64::from(most)).await?;
    let submitted = |(case, item, ticket, created_at)| Notice {
        case,
        words: format!("“{item}”已提交，编号 {ticket}"),
        created_at,
    };
    news.extend(store::submissions(tx, party, &items, i64::from(most)).await?.into_iter().map(submitted));
    // What was written in the same instant followed.
    news.sort_by_key(|notice| Reverse(notice.created_at));
    news.truncate(most as usize);
    Ok(news)
}
