//! SM2 certificates, their chains and revocation lists (GB/T 20518).
