//! What every verb needs besides its input: who acts, when, with which catalogue and keys.

use crate::casework::Serials;
use crate::catalog::Catalogue;
use crate::documents::Layouts;
use crate::fonts::Fonts;
use crate::identity::Actor;
use crate::seals::Vault;
use crate::search::SearchIndex;
use arc_swap::ArcSwap;
use base::crypt::Keys;
use base::{Clock, Id, IdMaker, Millis, Rng};
use db::Db;
use norms::Day;
use std::net::IpAddr;
use std::sync::Arc;

/// The parts of one running installation, shared by all requests.
pub struct World {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub rng: Arc<dyn Rng>,
    pub ids: IdMaker,
    pub keys: Keys,
    /// Replaced as a whole when a catalogue event is seen in the journal, never edited.
    pub catalogue: ArcSwap<Catalogue>,
    pub search: ArcSwap<SearchIndex>,
    pub layouts: ArcSwap<Layouts>,
    /// Case numbers reserved by this process.
    pub serials: Serials,
    /// Where people reach this installation: `https://…`, without a slash at its end. Printed in QR codes.
    pub public_url: String,
    /// The key service, and seals lately used.
    pub seals: Vault,
    pub fonts: Fonts,
}

impl World {
    /// The context of one act by `actor`. Time is read once, so that all that one act writes has one
    /// instant.
    pub fn cx(self: &Arc<Self>, actor: Actor) -> Cx {
        let (now, catalogue) = (self.clock.now(), self.catalogue.load_full());
        Cx { now, catalogue, world: self.clone(), actor, address: None }
    }
}

/// The context of one act.
pub struct Cx {
    pub actor: Actor,
    pub now: Millis,
    pub catalogue: Arc<Catalogue>,
    world: Arc<World>,
    address: Option<IpAddr>,
}

impl Cx {
    pub fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// Made for the instant at which it is asked for, which may be later than the act's: what a long act writes at
    /// its end must not stand behind what other processes wrote, and sealed, meanwhile.
    pub fn id(&self) -> Id {
        self.world.ids.next(self.world.clock.now().max(self.now))
    }

    pub fn rng(&self) -> &dyn Rng {
        self.world.rng.as_ref()
    }

    pub fn keys(&self) -> &Keys {
        &self.world.keys
    }

    pub fn db(&self) -> &Db {
        &self.world.db
    }

    /// The legal day of this act, in Asia/Shanghai.
    pub fn today(&self) -> Day {
        Day::from_millis_shanghai(self.now)
    }

    /// The same context with the product itself as the actor: background jobs, automatic steps.
    pub fn as_system(&self) -> Cx {
        self.acting_as(Actor::System)
    }

    pub fn acting_as(&self, actor: Actor) -> Cx {
        let (catalogue, world) = (self.catalogue.clone(), self.world.clone());
        Cx { actor, now: self.now, catalogue, world, address: self.address }
    }

    /// The same context, asked for from this address.
    pub fn asked_from(self, address: IpAddr) -> Cx {
        Cx { address: Some(address), ..self }
    }

    /// The client's address as text for the journal; empty when no request stands behind the act.
    pub fn address(&self) -> String {
        self.address.map(|address| address.to_string()).unwrap_or_default()
    }
}
