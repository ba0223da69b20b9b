//! Pages of a list.

/// Which page is asked for: counted from 1, at most [`Page::MOST`] rows on one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    pub number: u32,
    pub size: u32,
}

impl Page {
    pub const MOST: u32 = 100;

    /// Brings what a visitor typed into range instead of refusing it: a page number is a place in a
    /// list, not an answer.
    pub fn of(number: Option<u32>, size: Option<u32>) -> Self {
        Page { number: number.unwrap_or(1).clamp(1, 10_000), size: size.unwrap_or(20).clamp(1, Self::MOST) }
    }

    pub fn offset(self) -> i64 {
        i64::from(self.number - 1) * i64::from(self.size)
    }

    pub fn limit(self) -> i64 {
        i64::from(self.size)
    }
}

/// One page of a list, with the number of all rows when it was cheap to know.
#[derive(Debug, Clone, serde::Serialize)]
pub struct PageOf<T> {
    pub rows: Vec<T>,
    pub number: u32,
    pub size: u32,
    pub total: i64,
}

impl<T> PageOf<T> {
    pub fn new(page: Page, total: i64, rows: Vec<T>) -> Self {
        PageOf { rows, number: page.number, size: page.size, total }
    }

    pub fn pages(&self) -> u32 {
        u32::try_from((self.total + i64::from(self.size) - 1) / i64::from(self.size)).unwrap_or(1).max(1)
    }
}
