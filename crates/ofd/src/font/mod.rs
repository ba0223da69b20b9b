//! Fonts: widths, outlines and subsets.
