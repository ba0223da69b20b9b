//! What all handlers share.

use crate::limit::Limiters;
use crate::proxy::Proxies;
use crate::shared::SharedPages;
use domain::World;
use domain::casework::FileStore;
use domain::search::Misses;
use std::ops::Deref;
use std::sync::Arc;

/// Cloned several times for each request, so it is one pointer.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub world: Arc<World>,
    pub files: FileStore,
    pub settings: Settings,
    pub(crate) limiters: Limiters,
    pub(crate) pages: SharedPages,
    pub(crate) misses: Misses,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

#[derive(Debug, Clone)]
pub struct Settings {
    /// The address people use, without a trailing slash; decides cookie names and the `Secure` flag.
    pub public_url: String,
    /// The demonstration province: the banner says so and the log-in page lists the accounts.
    pub demo: Option<Vec<DemoAccount>>,
    /// Division shown to a first visitor.
    pub home_division: String,
    pub limits: Limits,
    /// Proxies whose word about the client counts; none unless configured.
    pub proxies: Proxies,
}

/// How many requests one peer or account may send (ASVS 2.4.1).
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub requests_per_minute: u32,
    /// Log-ins and look-ups that try secrets: password, code, query password, identifier.
    pub guesses_per_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { requests_per_minute: 1200, guesses_per_minute: 20 }
    }
}

#[derive(Debug, Clone)]
pub struct DemoAccount {
    pub login: String,
    pub who: String,
    pub password: String,
    /// Present for accounts with a second factor: the demonstration shows the current code.
    pub totp_secret: Option<Vec<u8>>,
}

impl App {
    pub fn new(world: Arc<World>, files: FileStore, settings: Settings) -> App {
        domain::health::started(world.clock.now());
        let limiters = Limiters::new(settings.limits);
        let pages = SharedPages::new(world.rng.as_ref());
        App(Arc::new(Parts { world, files, settings, limiters, pages, misses: Misses::default() }))
    }

    /// Writes down which searches found nothing; for a background job, once a minute or so.
    pub async fn keep_misses(&self) -> base::Result<()> {
        domain::search::keep_misses(&self.world.cx(domain::identity::Actor::System), &self.misses).await
    }

    pub fn is_https(&self) -> bool {
        self.settings.public_url.starts_with("https://")
    }
}
