//! How much foreign bytes may ask of us. Checked before memory is set aside.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the package as received.
    pub package_bytes: usize,
    /// Files in the package.
    pub files: usize,
    /// Bytes of one file, unpacked.
    pub file_bytes: usize,
    /// Bytes of all files together, unpacked.
    pub total_bytes: usize,
    /// Unpacked bytes for each packed byte of one file; small files are exempt.
    pub ratio: usize,
    /// Elements within elements, sequences within sequences.
    pub depth: usize,
    /// Pages, and objects on all pages.
    pub pages: usize,
    pub objects: usize,
    /// Pixels of one picture.
    pub pixels: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            package_bytes: 64 << 20,
            files: 4_096,
            file_bytes: 64 << 20,
            total_bytes: 256 << 20,
            ratio: 200,
            depth: 64,
            pages: 2_000,
            objects: 500_000,
            pixels: 64_000_000,
        }
    }
}
