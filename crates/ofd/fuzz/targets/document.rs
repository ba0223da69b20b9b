//! The files of a package without the ZIP around them, whose checksums stop nearly every change. Each file
//! begins with a line `--- <path>`, as example `seeds` of crate ofd writes them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ofd::package::Package;

fn package(bytes: &[u8]) -> Package {
    let mut package = Package::default();
    let mut rest = bytes.strip_prefix(b"--- ").unwrap_or(bytes);
    while !rest.is_empty() {
        let end = rest.windows(5).position(|window| window == b"\n--- ").unwrap_or(rest.len());
        let (file, next) = rest.split_at(end);
        rest = next.get(5..).unwrap_or_default();
        let line = file.iter().position(|byte| *byte == b'\n').unwrap_or(file.len());
        if let Ok(path) = std::str::from_utf8(&file[..line]) {
            // A name the package refuses is refused; the other files stay.
            let _ = package.put(path, file.get(line + 1..).unwrap_or_default().to_vec());
        }
    }
    package
}

fuzz_target!(init: ofd_fuzz::quiet_fence(), |bytes: &[u8]| {
    let package = package(bytes);
    ofd_fuzz::check(&package.to_bytes(), &package);
});
