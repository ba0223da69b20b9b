//! SM2 keys and signatures (GB/T 32918), in the formats of GB/T 35276.
