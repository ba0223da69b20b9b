//! Font files: widths, outlines, subsets.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ofd::font::Face;

fuzz_target!(init: ofd_fuzz::quiet_fence(), |bytes: &[u8]| {
    let Ok(face) = Face::parse(bytes, 0) else { return };
    for character in ['A', 'B', '国', '\u{2B359}'] {
        let _ = face.advance(character);
        let _ = face.outline(character);
    }
    if let Ok(file) = face.subset("AB国".chars()) {
        Face::parse(&file, 0).expect("what we write we can read");
    }
});
