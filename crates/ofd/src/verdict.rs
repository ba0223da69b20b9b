//! What a verification found: every finding, never only the first.
