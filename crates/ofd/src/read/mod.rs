//! From a package to the model.
