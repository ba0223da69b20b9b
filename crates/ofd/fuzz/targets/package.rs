//! A whole foreign file: unpacked, read, verified, drawn.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ofd::package::Package;

fuzz_target!(init: ofd_fuzz::quiet_fence(), |bytes: &[u8]| {
    if let Ok(package) = Package::open(bytes, &ofd_fuzz::limits()) {
        ofd_fuzz::check(bytes, &package);
    }
});
