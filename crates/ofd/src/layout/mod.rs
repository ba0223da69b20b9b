//! Pages from a template and its values.
