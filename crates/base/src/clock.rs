//! Time as a parameter. Rules never read the clock of the machine themselves.

use std::sync::atomic::{AtomicI64, Ordering};

/// Milliseconds since 1970 in UTC: how every instant is stored.
pub type Millis = i64;

pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Millis;
}

/// The machine's clock, never running backwards within one process: a clock set back must not lengthen a
/// session or reorder identifiers, so the last instant shown stands until real time has caught up.
#[derive(Debug, Default)]
pub struct SystemClock {
    latest: AtomicI64,
}

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    fn now(&self) -> Millis {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let machine = since_epoch.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX));
        self.latest.fetch_max(machine, Ordering::Relaxed).max(machine)
    }
}

/// A clock that tests set and move by hand.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    pub fn at(now: Millis) -> Self {
        FixedClock(AtomicI64::new(now))
    }

    pub fn set(&self, now: Millis) {
        self.0.store(now, Ordering::Relaxed);
    }

    pub fn advance(&self, by: Millis) {
        self.0.fetch_add(by, Ordering::Relaxed);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Millis {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_never_runs_backwards() {
        let clock = SystemClock { latest: AtomicI64::new(i64::MAX - 1) };
        assert_eq!(clock.now(), i64::MAX - 1);
    }
}
