//! Rate limits per peer and per account.

use crate::error::Failure;
use crate::proxy::ClientAddress;
use crate::state::{App, Limits};
use axum::http::request::Parts;
use base::{Error, Id};
use governor::clock::{Clock, QuantaInstant};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) struct Limiters {
    requests: DefaultKeyedRateLimiter<IpAddr>,
    /// The same number for one account, from wherever it sends: many addresses do not make it faster.
    accounts: DefaultKeyedRateLimiter<Id>,
    guesses: DefaultKeyedRateLimiter<String>,
    /// Whose misses are used up, and until when.
    spent: Mutex<HashMap<String, QuantaInstant>>,
}

fn per_minute(number: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(number.max(1)).unwrap_or(NonZeroU32::MIN))
}

impl Limiters {
    pub(crate) fn new(limits: Limits) -> Limiters {
        Limiters {
            requests: RateLimiter::keyed(per_minute(limits.requests_per_minute)),
            accounts: RateLimiter::keyed(per_minute(limits.requests_per_minute)),
            guesses: RateLimiter::keyed(per_minute(limits.guesses_per_minute)),
            spent: Mutex::default(),
        }
    }

    /// Drops keys nobody used for a while, so that memory stays bounded.
    pub(crate) fn forget_idle(&self) {
        self.requests.retain_recent();
        self.accounts.retain_recent();
        self.guesses.retain_recent();
        let now = self.guesses.clock().now();
        self.spent().retain(|_, until| *until > now);
    }
}

impl Limiters {
    fn spent(&self) -> MutexGuard<'_, HashMap<String, QuantaInstant>> {
        // What a thread left behind when it panicked is still a map of instants.
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// Whether this peer may look something up that everybody may look up by its right name: only misses
    /// count ([`App::count_miss`]), for a shop that checks licences all day guesses nothing.
    pub(crate) fn may_look_up(&self, peer: IpAddr, purpose: &str) -> Result<(), Error> {
        let now = self.limiters.guesses.clock().now();
        match self.limiters.spent().get(&key(peer, purpose)) {
            Some(until) if *until > now => Err(too_many()),
            _ => Ok(()),
        }
    }

    /// Counts a look-up that found nothing; one over the limit is not even told that.
    pub(crate) fn count_miss(&self, peer: IpAddr, purpose: &str) -> Result<(), Error> {
        let key = key(peer, purpose);
        self.limiters.guesses.check_key(&key).map_err(|spent| {
            self.limiters.spent().insert(key, spent.earliest_possible());
            too_many()
        })
    }

    /// Counts one try at a secret by this peer, for this purpose. `Busy` when there were too many.
    pub(crate) fn count_guess(&self, peer: IpAddr, purpose: &str) -> Result<(), Error> {
        self.limiters.guesses.check_key(&key(peer, purpose)).map_err(|_| too_many())
    }

    /// For a background job, once a minute or so.
    pub fn forget_idle_peers(&self) {
        self.limiters.forget_idle();
    }
}

fn key(peer: IpAddr, purpose: &str) -> String {
    format!("{purpose} {}", counted(peer))
}

fn too_many() -> Error {
    Error::refused("too_many_requests", "操作太频繁，请稍等一分钟再试")
}

/// What limits count by: an address, and of IPv6 the network it is in, because whoever has one has 2⁶⁴ of them.
fn counted(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V6(six) => IpAddr::V6((six.to_bits() >> 64 << 64).into()),
        four => four,
    }
}

/// The client: the other end of the connection, or whom a trusted proxy names.
pub(crate) fn peer(request: &axum::http::Extensions) -> IpAddr {
    request.get::<ClientAddress>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |client| client.0)
}

/// At most so many requests a minute from one peer, and of one account.
pub(crate) fn check(app: &App, request: &Parts, account: Option<Id>) -> Result<(), Failure> {
    app.limiters.requests.check_key(&counted(peer(&request.extensions))).map_err(|_| too_many())?;
    check_account(app, account)
}

/// Programs are known to their handler, not before.
pub(crate) fn check_account(app: &App, account: Option<Id>) -> Result<(), Failure> {
    match account.is_none_or(|account| app.limiters.accounts.check_key(&account).is_ok()) {
        true => Ok(()),
        false => Err(too_many().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_is_one_visitor() {
        let counted = |text: &str| counted(text.parse().unwrap()).to_string();
        assert_eq!(counted("203.0.113.9"), "203.0.113.9");
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("2001:db8:1:2:ffff::1"), counted("2001:db8:1:2::9"));
        assert_ne!(counted("2001:db8:1:3::1"), counted("2001:db8:1:2::1"));
    }
}
