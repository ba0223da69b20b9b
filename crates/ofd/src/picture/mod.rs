//! Pictures the product draws itself: seals and codes.
