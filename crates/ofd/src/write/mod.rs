//! From the model to a package.
