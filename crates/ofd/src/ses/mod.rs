//! E-seals and seal signatures (GM/T 0031, GB/T 38540).
