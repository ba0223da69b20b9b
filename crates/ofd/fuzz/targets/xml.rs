//! XML alone, without the frame of a package.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ofd::{Limits, xml};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = xml::text(bytes) {
        let _ = xml::parse(&text, &Limits::default());
    }
});
