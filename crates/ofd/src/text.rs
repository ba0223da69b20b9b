//! The words of a page, in reading order.
