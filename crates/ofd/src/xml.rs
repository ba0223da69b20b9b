//! XML of foreign packages, without document types, entities or unbounded depth.
