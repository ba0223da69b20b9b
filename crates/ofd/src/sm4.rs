//! SM4 (GB/T 32907) in the modes the product and the vectors use.
