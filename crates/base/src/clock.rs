//! Time as a parameter. Rules never read the clock of the machine themselves.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Milliseconds since 1970 in UTC: how every instant is stored.
pub type Millis = i64;

pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Millis;

    /// By how much the machine's clock is ahead of the time shown here (negative: behind), when it was set and is
    /// not believed.
    fn astray(&self) -> Millis {
        0
    }
}

/// How far the machine's clock may be set in one go and still be followed: corrections at start-up are smaller.
const BELIEVED: Millis = 60_000;

/// The machine's clock, believed as long as it goes with the time since the machine was started, which nobody
/// sets. Never backwards: a clock set back must not lengthen a session or reorder identifiers. Set by more than a
/// minute, in either direction, it is not believed at all: time goes on from where it was, and
/// [`Clock::astray`] says by how much the machine differs. So a wrong clock moves no legal day.
#[derive(Debug)]
pub struct SystemClock(Mutex<Reading>);

/// What was shown last.
#[derive(Debug, Clone, Copy)]
struct Reading {
    latest: Millis,
    /// What to add to the time since the machine was started.
    offset: Millis,
    astray: Millis,
}

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock::not_before(0)
    }
}

impl SystemClock {
    /// A clock that goes on from `floor` when the machine's is behind it.
    pub fn not_before(floor: Millis) -> SystemClock {
        let (steady, machine) = (steady(), machine());
        let latest = machine.max(floor);
        SystemClock(Mutex::new(Reading { latest, offset: latest - steady, astray: machine - latest }))
    }

    fn reading(&self) -> MutexGuard<'_, Reading> {
        // Nothing in there can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reading {
    fn next(self, steady: Millis, machine: Millis) -> Reading {
        let set_by = machine - steady - self.offset;
        let believed = set_by.abs() <= BELIEVED;
        let offset = if believed { self.offset + set_by } else { self.offset };
        let astray = if believed { 0 } else { set_by };
        Reading { latest: self.latest.max(steady + offset), offset, astray }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Millis {
        let mut reading = self.reading();
        *reading = reading.next(steady(), machine());
        reading.latest
    }

    fn astray(&self) -> Millis {
        self.now();
        self.reading().astray
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
fn machine() -> Millis {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since_epoch.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX / 2))
}

/// Milliseconds since the machine was started, those it slept included.
fn steady() -> Millis {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    time.tv_sec * 1000 + time.tv_nsec / 1_000_000
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
    use proptest::prelude::*;

    const NOON: Millis = 1_790_000_000_000;
    const HOUR: Millis = 3_600_000;

    fn right() -> Reading {
        Reading { latest: NOON, offset: NOON, astray: 0 }
    }

    #[test]
    fn a_clock_that_goes_right_is_shown() {
        let reading = right().next(5, NOON + 5).next(1000, NOON + 1000);
        assert_eq!((reading.latest, reading.astray), (NOON + 1000, 0));
    }

    #[test]
    fn a_small_correction_is_followed_and_never_backwards() {
        let ahead = right().next(10, NOON + 10 + 30_000);
        assert_eq!((ahead.latest, ahead.astray), (NOON + 30_010, 0));
        let back = ahead.next(20, NOON + 20);
        assert_eq!((back.latest, back.astray), (NOON + 30_010, 0), "stands until real time has caught up");
        assert_eq!(back.next(31_000, NOON + 31_000).latest, NOON + 31_000);
    }

    #[test]
    fn a_jump_is_not_believed_and_time_goes_on() {
        for jump in [HOUR, -HOUR, 400 * 24 * HOUR, -400 * 24 * HOUR] {
            let jumped = right().next(10, NOON + 10 + jump);
            assert_eq!((jumped.latest, jumped.astray), (NOON + 10, jump));
            let later = jumped.next(HOUR, NOON + HOUR + jump);
            assert_eq!((later.latest, later.astray), (NOON + HOUR, jump), "a session ends when it should");
            let mended = later.next(HOUR + 5, NOON + HOUR + 5);
            assert_eq!((mended.latest, mended.astray), (NOON + HOUR + 5, 0));
        }
    }

    #[test]
    fn a_machine_behind_what_was_written_goes_on_from_there() {
        let ahead = machine() + HOUR;
        let clock = SystemClock::not_before(ahead);
        assert!(clock.now() >= ahead);
        assert!((-HOUR - 1000..=-HOUR + 1000).contains(&clock.astray()), "{}", clock.astray());
        assert_eq!(SystemClock::default().astray(), 0);
    }

    proptest! {
        #[test]
        fn whatever_the_machine_shows_time_never_runs_back_nor_far_ahead(
            jumps in prop::collection::vec(-500 * 24 * HOUR..500 * 24 * HOUR, 1..50)
        ) {
            let mut reading = right();
            for (step, jump) in jumps.into_iter().enumerate() {
                let steady = step as Millis * 1000;
                let next = reading.next(steady, NOON + steady + jump);
                prop_assert!(next.latest >= reading.latest);
                reading = next;
            }
        }
    }
}
