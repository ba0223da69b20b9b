//! Seals put on a package (GB/T 33190 §18).
