//! All findings about the seals and signatures of a package.
