//! The seal register as verification asks it: how a seal stood at an instant.

use super::store;
use base::{Millis, Result};
use db::Tx;
use ofd::Time;
use ofd::ses::Seal;
use ofd::verdict::SealStatus;
use std::collections::HashMap;

/// What the register knows of one seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub made_at: Millis,
    /// Signatures from here on do not count.
    pub void_from_at: Option<Millis>,
    /// From, until; without an end it lasts.
    pub suspensions: Vec<(Millis, Option<Millis>)>,
}

impl Standing {
    /// Signatures know seconds only: one made in the second of the revocation does not count.
    pub fn is_revoked_at(&self, at: Millis) -> bool {
        self.void_from_at.is_some_and(|void| at >= void / 1000 * 1000)
    }

    pub fn is_suspended_at(&self, at: Millis) -> bool {
        let within = |(from, until): &(Millis, Option<Millis>)| {
            at >= *from / 1000 * 1000 && until.is_none_or(|u| at < u)
        };
        self.suspensions.iter().any(within)
    }
}

/// How this seal stands; nothing when it is not of this register. Numbers are not enough: another authority may
/// have given the same one, and its seal must not take the status of ours.
pub async fn status_of(tx: &mut Tx<'_>, seal: &Seal) -> Result<Option<Standing>> {
    let Some((seal, made_at, void_from_at)) = store::standing(tx, seal.es_id(), seal.der()).await? else {
        return Ok(None);
    };
    let suspensions = store::suspensions(tx, seal).await?;
    Ok(Some(Standing { made_at, void_from_at, suspensions }))
}

/// A snapshot of some seals, for a verification that runs outside the transaction: each by its bytes.
#[derive(Debug, Clone, Default)]
pub struct Register(HashMap<Vec<u8>, Standing>);

impl Register {
    pub async fn read(tx: &mut Tx<'_>, seals: &[Seal]) -> Result<Register> {
        let mut register = Register::default();
        for seal in seals {
            if !register.0.contains_key(seal.der())
                && let Some(standing) = status_of(tx, seal).await?
            {
                register.0.insert(seal.der().to_vec(), standing);
            }
        }
        Ok(register)
    }

    /// What a verification asks: the status of this seal at the time of a signature.
    pub fn status(&self, seal: &Seal, at: Time) -> SealStatus {
        let at = at.0 * 1000;
        match self.0.get(seal.der()) {
            None => SealStatus::Unknown,
            Some(standing) if standing.is_revoked_at(at) => SealStatus::Revoked,
            Some(standing) if standing.is_suspended_at(at) => SealStatus::Suspended,
            Some(_) => SealStatus::Valid,
        }
    }

    pub fn standing(&self, seal: &Seal) -> Option<&Standing> {
        self.0.get(seal.der())
    }
}
