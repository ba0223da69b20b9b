//! A running count of working days, so that counting between two days and adding days to one cost the same
//! for a week as for a decade. Lists colour every row with it.

use crate::day::Day;

/// From 2000 to 2049; outside, the calendar goes day by day. 73 KB.
const FIRST: (i32, u32, u32) = (2000, 1, 1);
const DAYS: usize = 18_263;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Running {
    first: Day,
    /// Working days from the first day to each day, that day included. Never empty.
    counts: Vec<u32>,
}

impl Running {
    pub fn of(is_working: impl Fn(Day) -> bool) -> Running {
        let (year, month, day) = FIRST;
        let first = Day::new(year, month, day).expect("the first day exists");
        let mut count = 0;
        let step = |offset| {
            count += u32::from(is_working(first.plus(offset as i32)));
            count
        };
        Running { first, counts: (0..DAYS).map(step).collect() }
    }

    /// Working days up to and with this day; none outside the years counted.
    pub fn through(&self, day: Day) -> Option<u32> {
        self.counts.get(self.place(day)?).copied()
    }

    pub fn is_working(&self, day: Day) -> Option<bool> {
        let place = self.place(day)?;
        let count = *self.counts.get(place)?;
        let before = place.checked_sub(1).map_or(0, |place| self.counts[place]);
        Some(count > before)
    }

    /// The n-th working day after `start`; none when one of the two lies outside the years counted.
    pub fn add(&self, start: Day, n: u32) -> Option<Day> {
        let wanted = self.through(start)?.checked_add(n)?;
        let place = self.counts.partition_point(|count| *count < wanted);
        (place < self.counts.len()).then(|| self.first.plus(place as i32))
    }

    fn place(&self, day: Day) -> Option<usize> {
        usize::try_from(day.days_since(self.first)).ok()
    }
}
