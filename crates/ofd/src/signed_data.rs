//! SM2 signed messages (GB/T 35275).
