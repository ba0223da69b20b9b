//! A page from the model to bytes and back, sealed and verified.

#[path = "common/mod.rs"]
mod common;

use common::{NOW, Parties, document};
use divan::{Bencher, black_box};
use ofd::package::Package;
use ofd::sm2::Memory;
use ofd::verdict::{Context, SealStatus};
use ofd::{Limits, read, verify, write};

fn main() {
    divan::main();
}

fn sealed() -> (Parties, Package) {
    let parties = Parties::new().expect("parties");
    let mut package = write::write(&document()).expect("written");
    parties.seal(&mut package).expect("sealed");
    (parties, package)
}

#[divan::bench]
fn write_one_page(bencher: Bencher) {
    let document = document();
    bencher.bench(|| write::write(black_box(&document)).expect("written").to_bytes());
}

#[divan::bench]
fn open_and_read_one_page(bencher: Bencher) {
    let bytes = write::write(&document()).expect("written").to_bytes();
    let limits = Limits::default();
    bencher.bench(|| {
        let package = Package::open(black_box(&bytes), &limits).expect("opened");
        read::read(&package, &limits).expect("read")
    });
}

#[divan::bench]
fn seal_one_page(bencher: Bencher) {
    let parties = Parties::new().expect("parties");
    let package = write::write(&document()).expect("written");
    bencher.with_inputs(|| package.clone()).bench_refs(|package| parties.seal(package).expect("sealed"));
}

/// Without and with a memory of seals and certificates already found good.
#[divan::bench(args = [false, true])]
fn verify_one_page(bencher: Bencher, remember: bool) {
    let (parties, package) = sealed();
    let bytes = package.to_bytes();
    let memory = Memory::new(1000);
    bencher.bench(|| {
        let context = Context {
            trust: &parties.trust,
            now: NOW,
            making: false,
            seal_status: &|_, _| SealStatus::Valid,
            memory: remember.then_some(&memory),
        };
        let found = verify::verify(black_box(&bytes), &Limits::default(), &context).expect("a package");
        assert!(found.ok());
        found
    });
}
