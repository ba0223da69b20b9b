//! What the registration authorities say, taken from a source outside.

use super::store;
use crate::Cx;
use crate::identity::mandate::say;
use crate::identity::person;
use base::{Id, Result};
use db::Tx;
use norms::{CitizenNumber, CreditCode, Day};
use serde_json::json;

/// One organisation as its registration authority knows it.
pub struct Registered {
    pub credit_code: CreditCode,
    pub name: String,
    /// One of [`super::KINDS`].
    pub kind: String,
    pub address: String,
    /// False once it was struck off or its licence revoked.
    pub active: bool,
    pub leader: String,
    pub leader_number: CitizenNumber,
    /// The day this was so.
    pub told_on: Day,
    pub synthetic: bool,
}

/// What taking a batch changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// New to the registry, or different from what it said.
    pub changed: usize,
    /// Organisations whose representative ended by it.
    pub ended: usize,
}

/// Takes a batch of the registry; what is said already changes nothing, and older word than what is known
/// is passed over. `source` is what the operator calls it.
pub async fn take_registry(tx: &mut Tx<'_>, cx: &Cx, source: &str, batch: &[Registered]) -> Result<Taken> {
    let mut taken = Taken::default();
    for told in batch {
        let leader_hash = person::number_index(cx, told.leader_number.as_str());
        let known = store::registered(tx, cx, told.credit_code.as_str()).await?;
        let same = known.as_ref().is_some_and(|known| {
            known.name == told.name
                && known.kind == told.kind
                && known.address == told.address
                && known.active == told.active
                && known.leader == told.leader
                && known.leader_hash == leader_hash
        });
        if same || known.is_some_and(|known| known.told_on > told.told_on) {
            continue;
        }
        store::save_registered(tx, cx, told, &leader_hash, source).await?;
        taken.changed += 1;
        taken.ended += usize::from(follow(tx, cx, told, &leader_hash).await?);
    }
    Ok(taken)
}

/// An organisation that is here already follows the registry; true when its representative ended.
async fn follow(tx: &mut Tx<'_>, cx: &Cx, told: &Registered, leader_hash: &str) -> Result<bool> {
    let Some(organisation) = person::organisation_by_code(tx, told.credit_code.as_str()).await? else {
        return Ok(false);
    };
    store::update_organisation(tx, organisation.id, &told.name, &told.kind, &told.address).await?;
    let Some(representative) = organisation.representative else { return Ok(false) };
    if told.active && store::number_hash(tx, representative).await?.as_deref() == Some(leader_hash) {
        return Ok(false);
    }
    store::set_representative(tx, organisation.id, None).await?;
    tell_former(tx, cx, organisation.id, representative).await?;
    let detail = json!({ "reason": if told.active { "registry" } else { "ended" } });
    say(tx, cx, organisation.id, "identity.representative_ended", &detail).await?;
    Ok(true)
}

/// Whoever represented it finds in her account that she does no more.
pub(super) async fn tell_former(tx: &mut Tx<'_>, cx: &Cx, organisation: Id, former: Id) -> Result<()> {
    for account in store::accounts_of(tx, former).await? {
        let detail = json!({ "organisation": organisation });
        crate::identity::account::say(tx, cx, account, "identity.representation_ended", &detail).await?;
    }
    Ok(())
}
