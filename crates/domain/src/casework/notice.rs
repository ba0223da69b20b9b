//! News for the applicant: an outbox message in the transaction of the verb, a row in her space after it.

use super::CaseId;
use super::event::Event;
use super::store::{self, StoredCase};
use crate::Cx;
use crate::identity::{Action, Party, Thing, authorize};
use base::{Error, Millis, Result};
use db::{Tx, outbox};
use serde::{Deserialize, Serialize};

/// The outbox topic of these messages.
pub const TOPIC: &str = "casework.notice";
const AT_ONCE: u32 = 500;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    pub case: CaseId,
    pub words: String,
    pub created_at: Millis,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    party: String,
    id: base::Id,
    words: String,
}

/// What the last of these events means to the applicant; one message for each act.
pub(super) async fn announce(tx: &mut Tx<'_>, cx: &Cx, stored: &StoredCase, events: &[Event]) -> Result<()> {
    let Some(words) = events.iter().rev().find_map(|event| words(event, stored)) else { return Ok(()) };
    let payload = Payload { party: stored.applicant.kind().to_owned(), id: stored.applicant.id(), words };
    let payload = serde_json::to_string(&payload).map_err(|e| Error::Bug(e.into()))?;
    outbox::append(tx, cx.id(), TOPIC, &stored.id.to_string(), &payload, cx.now).await
}

fn words(event: &Event, stored: &StoredCase) -> Option<String> {
    let item = &stored.item_name;
    Some(match event {
        Event::Submitted(_) => format!("“{item}”已提交，编号 {}", stored.ticket),
        Event::SupplementNoticed { due, .. } => format!("“{item}”需要补正材料，请在{due}前补齐"),
        Event::Accepted { by_silence: true, .. } => format!("“{item}”五个工作日未答复，视为已受理"),
        Event::Accepted { .. } => format!("“{item}”已受理"),
        Event::NotAccepted { .. } | Event::NotNeeded { .. } | Event::WrongBody { .. } => {
            format!("“{item}”没有受理，请看原因")
        }
        Event::Granted { .. } => format!("“{item}”已办结：准予，结果在“我的证照”"),
        Event::Refused { .. } => format!("“{item}”已办结：不予许可，请看理由和救济途径"),
        Event::Withdrawn { .. } => format!("“{item}”已撤回"),
        _ => return None,
    })
}

/// Moves news from the outbox into applicants' spaces; gives how many. Delivering twice makes one notice.
pub async fn deliver_notices(cx: &Cx) -> Result<usize> {
    let pending = cx.db().read(async |tx| outbox::pending(tx, AT_ONCE).await).await?;
    let notices: Vec<_> = pending.into_iter().filter(|message| message.topic == TOPIC).collect();
    if notices.is_empty() {
        return Ok(0);
    }
    cx.db()
        .write(async |tx| {
            for message in &notices {
                let payload: Payload = store::from_json(&message.payload)?;
                let party = Party::from_parts(&payload.party, payload.id)
                    .ok_or_else(|| Error::bug("notice party"))?;
                let notice = Notice {
                    case: message.subject.parse()?,
                    words: payload.words,
                    created_at: message.created_at,
                };
                store::insert_notice(tx, message.id, party, &notice).await?;
            }
            let ids: Vec<_> = notices.iter().map(|message| message.id).collect();
            outbox::delivered(tx, &ids, cx.now).await
        })
        .await?;
    Ok(notices.len())
}

/// The newest news of whoever is logged in.
pub async fn notices_of(tx: &mut Tx<'_>, cx: &Cx, most: u32) -> Result<Vec<Notice>> {
    let party = cx.actor.require_party()?;
    authorize(&cx.actor, Action::CaseRead, Thing::owned(party))?;
    store::notices(tx, party, i64::from(most)).await
}
