//! 63-bit identifiers made in the application, ordered by time, so that inserts land at the end of every
//! index. Measured: spreading them over 64 places costs more than half of the durable writes.

use crate::clock::Millis;
use std::sync::atomic::{AtomicI64, Ordering};

/// A row's identifier. A string in JSON, because JavaScript rounds numbers beyond 53 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub i64);

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl std::str::FromStr for Id {
    type Err = crate::Error;

    /// An identifier that is no number cannot belong to anything: not found, not "malformed".
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse::<i64>() {
            Ok(number) if number > 0 && text.len() <= 19 => Ok(Id(number)),
            _ => Err(crate::Error::NotFound),
        }
    }
}

impl serde::Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom("not an identifier"))
    }
}

const NODE_BITS: u32 = 7;
const SEQUENCE_BITS: u32 = 14;
/// 2020-01-01T00:00:00Z: 42 bits of milliseconds from here last until 2159.
const EPOCH: Millis = 1_577_836_800_000;

/// Gives out identifiers: milliseconds since 2020, node (0–127), sequence within the millisecond.
#[derive(Debug)]
pub struct IdMaker {
    node: i64,
    /// Milliseconds and sequence of the last identifier, without the node.
    latest: AtomicI64,
}

impl Id {
    /// Below every identifier made at this instant or later, by whichever node.
    pub fn floor(at: Millis) -> Id {
        Id((at - EPOCH).max(0) << (NODE_BITS + SEQUENCE_BITS))
    }

    /// The instant for which it was made.
    pub fn made_at(self) -> Millis {
        (self.0 >> (NODE_BITS + SEQUENCE_BITS)) + EPOCH
    }
}

impl IdMaker {
    /// `node` distinguishes processes that share one database.
    pub fn new(node: u8) -> Self {
        assert!(u32::from(node) < 1 << NODE_BITS, "node is 0 to 127");
        IdMaker { node: i64::from(node), latest: AtomicI64::new(0) }
    }

    /// Greater than every identifier this maker gave before, also when the clock stands or runs back.
    pub fn next(&self, now: Millis) -> Id {
        let earliest = (now - EPOCH).max(0) << SEQUENCE_BITS;
        let step = |latest: i64| Some(earliest.max(latest + 1));
        let before = self
            .latest
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, step)
            .expect("the step always gives a value");
        let stamp = earliest.max(before + 1);
        let (time, sequence) = (stamp >> SEQUENCE_BITS, stamp & ((1 << SEQUENCE_BITS) - 1));
        Id((time << (NODE_BITS + SEQUENCE_BITS)) | (self.node << SEQUENCE_BITS) | sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn identifiers_rise_whatever_the_clock_does(times in prop::collection::vec(EPOCH..EPOCH + (1 << 41), 1..200)) {
            let maker = IdMaker::new(3);
            let ids: Vec<Id> = times.iter().map(|t| maker.next(*t)).collect();
            prop_assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(ids.iter().all(|id| id.0 > 0));
        }
    }

    #[test]
    fn the_floor_of_an_instant_lies_below_its_identifiers_and_above_earlier_ones() {
        let maker = IdMaker::new(127);
        let (before, at) = (maker.next(EPOCH + 4), maker.next(EPOCH + 5));
        assert!(before < Id::floor(EPOCH + 5) && Id::floor(EPOCH + 5) <= at);
        assert_eq!((before.made_at(), at.made_at()), (EPOCH + 4, EPOCH + 5));
    }

    #[test]
    fn two_nodes_never_give_the_same() {
        let (one, two) = (IdMaker::new(1), IdMaker::new(2));
        assert_ne!(one.next(EPOCH + 5), two.next(EPOCH + 5));
    }

    #[test]
    fn what_is_no_identifier_is_not_found() {
        for text in ["", "-1", "0", "abc", "99999999999999999999", "1 "] {
            assert!(matches!(text.parse::<Id>(), Err(crate::Error::NotFound)), "{text:?}");
        }
    }
}
