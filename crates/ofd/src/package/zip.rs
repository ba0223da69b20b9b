//! Writing the ZIP: fixed order, fixed times, no extra fields.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// What readers open first stands first; the rest follows by name.
const FIRST: &str = "OFD.xml";

/// 1 January 1980, midnight: the zero of MS-DOS dates (date in the upper half).
const EPOCH: u32 = 0x0021_0000;
const UTF8: u16 = 1 << 11;
/// Version 2.0: deflate and directories.
const VERSION: u16 = 20;

/// Packed already; deflate would only cost time.
const PACKED: [&str; 10] = ["png", "jpg", "jpeg", "gif", "zip", "ofd", "docx", "xlsx", "mp4", "7z"];

pub(super) fn zip(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut out = vec![];
    let mut directory = vec![];
    let first = files.get_key_value(FIRST);
    let rest = files.iter().filter(|(name, _)| *name != FIRST);
    for (name, bytes) in first.into_iter().chain(rest) {
        let packed = deflate(name, bytes);
        let method = if packed.is_some() { 8u16 } else { 0 };
        let data = packed.as_deref().unwrap_or(bytes);
        let mut common = vec![];
        let flags = if name.is_ascii() { 0 } else { UTF8 };
        for value in [VERSION, flags, method] {
            common.extend(value.to_le_bytes());
        }
        for value in [EPOCH, crc32fast::hash(bytes), data.len() as u32, bytes.len() as u32] {
            common.extend(value.to_le_bytes());
        }
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);

        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&common);
        // No comment, first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend((out.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());

        out.extend(b"PK\x03\x04");
        out.extend(common);
        out.extend(name.as_bytes());
        out.extend(data);
    }
    let (start, length, count) = (out.len() as u32, directory.len() as u32, files.len() as u16);
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    out.extend([length.to_le_bytes(), start.to_le_bytes()].concat());
    out.extend([0, 0]);
    out
}

/// `None` when storing is no worse.
fn deflate(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    if PACKED.contains(&extension.as_str()) {
        return None;
    }
    let mut encoder = DeflateEncoder::new(vec![], Compression::default());
    // Into memory: only a lack of it could fail, and that ends the process anyway.
    encoder.write_all(bytes).ok()?;
    let packed = encoder.finish().ok()?;
    (packed.len() < bytes.len()).then_some(packed)
}
