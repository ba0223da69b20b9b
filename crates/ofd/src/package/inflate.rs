//! The bytes of one entry, checked against what its headers promise.

use flate2::{Decompress, FlushDecompress, Status};

use crate::{Fault, Result};

/// `size` has been checked against the limits before: no more is ever set aside or produced.
pub(super) struct Unpacker {
    /// One for all files: setting its tables up costs more than unpacking a small one.
    stream: Decompress,
}

impl Unpacker {
    pub fn new() -> Unpacker {
        Unpacker { stream: Decompress::new(false) }
    }

    pub fn unpack(
        &mut self,
        packed: &[u8],
        deflated: bool,
        size: usize,
        crc: u32,
        name: &str,
    ) -> Result<Vec<u8>> {
        let bytes = if deflated { inflate(&mut self.stream, packed, size, name)? } else { packed.to_vec() };
        if bytes.len() != size || crc32fast::hash(&bytes) != crc {
            return Err(Fault::new("zip.checksum", name));
        }
        Ok(bytes)
    }
}

fn inflate(stream: &mut Decompress, packed: &[u8], size: usize, name: &str) -> Result<Vec<u8>> {
    stream.reset(false);
    // One byte more than promised: a stream that goes on is found instead of being cut.
    let mut bytes = Vec::with_capacity(size + 1);
    loop {
        let before = (stream.total_in(), stream.total_out());
        let rest = &packed[before.0 as usize..];
        let status = stream
            .decompress_vec(rest, &mut bytes, FlushDecompress::Finish)
            .map_err(|_| Fault::new("zip.inflate", name))?;
        if bytes.len() > size {
            return Err(Fault::new("zip.inflate", name));
        }
        match status {
            Status::StreamEnd if stream.total_in() == packed.len() as u64 => return Ok(bytes),
            Status::StreamEnd => return Err(Fault::new("zip.inflate", name)),
            _ if (stream.total_in(), stream.total_out()) == before => {
                return Err(Fault::new("zip.inflate", name));
            }
            _ => {}
        }
    }
}
