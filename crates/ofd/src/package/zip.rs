//! Writing the ZIP: fixed order, fixed times, no extra fields.

use std::collections::BTreeMap;

use super::unzip::packs_too_well;
use crate::Limits;

use flate2::{Compress, Compression, FlushCompress, Status};

/// What readers open first stands first; the rest follows by name.
const FIRST: &str = "OFD.xml";

/// A page packs to 3.2 kB where the usual level reaches 2.9, in less than half of its time.
const LEVEL: Compression = Compression::new(3);

/// 1 January 1980, midnight: the zero of MS-DOS dates (date in the upper half).
const EPOCH: u32 = 0x0021_0000;
const UTF8: u16 = 1 << 11;
/// Version 2.0: deflate and directories.
const VERSION: u16 = 20;

/// Packed already; deflate would only cost time. Seals and signature values hold a packed picture, keys and
/// certificates.
const PACKED: [&str; 12] =
    ["png", "jpg", "jpeg", "gif", "zip", "ofd", "docx", "xlsx", "mp4", "7z", "esl", "dat"];

pub(super) fn zip(files: &BTreeMap<String, Vec<u8>>, stored: &dyn Fn(&str) -> bool) -> Vec<u8> {
    let mut out = vec![];
    let mut directory = vec![];
    let first = files.get_key_value(FIRST);
    let rest = files.iter().filter(|(name, _)| *name != FIRST);
    // One for all files: setting its tables up costs more than packing a small file.
    let mut deflater = Compress::new(LEVEL, false);
    for (name, bytes) in first.into_iter().chain(rest) {
        let packed = if stored(name) { None } else { deflate(&mut deflater, name, bytes) };
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

/// `None` when storing is no worse, or when our own reader would take the packed file for a bomb.
fn deflate(deflater: &mut Compress, name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    if PACKED.contains(&extension.as_str()) {
        return None;
    }
    deflater.reset();
    // No more room than storing takes: what does not end within it is not worth packing.
    let mut packed = Vec::with_capacity(bytes.len());
    let status = deflater.compress_vec(bytes, &mut packed, FlushCompress::Finish).ok()?;
    let worth = status == Status::StreamEnd && packed.len() < bytes.len();
    (worth && !packs_too_well(bytes.len(), packed.len(), &Limits::default())).then_some(packed)
}
