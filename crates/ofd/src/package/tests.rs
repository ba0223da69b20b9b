//! Every way in which bytes could mean two different packages, or too large a one, is refused by name.

use proptest::prelude::*;

use super::Package;
use crate::Limits;

fn package(files: &[(&str, &[u8])]) -> Package {
    let mut package = Package::default();
    for (name, bytes) in files {
        package.put(name, bytes.to_vec()).unwrap();
    }
    package
}

fn reason(bytes: &[u8]) -> &'static str {
    Package::open(bytes, &Limits::default()).unwrap_err().reason
}

fn reason_within(bytes: &[u8], limits: Limits) -> &'static str {
    Package::open(bytes, &limits).unwrap_err().reason
}

/// `OFD.xml` stored, then `a.txt` deflated; both headers of the second are easy to find.
fn sample() -> Vec<u8> {
    package(&[("OFD.xml", b"x"), ("a.txt", &[b'a'; 300])]).to_bytes()
}

fn find(bytes: &[u8], pattern: &[u8], nth: usize) -> usize {
    let places = bytes.windows(pattern.len()).enumerate().filter(|(_, window)| *window == pattern);
    places.map(|(at, _)| at).nth(nth).expect("there")
}

/// The sample with bytes replaced at an offset from the nth header of that kind.
fn changed(signature: &[u8], nth: usize, offset: usize, with: &[u8]) -> Vec<u8> {
    let mut bytes = sample();
    let at = find(&bytes, signature, nth) + offset;
    bytes[at..at + with.len()].copy_from_slice(with);
    bytes
}

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

#[test]
fn same_files_give_same_bytes_and_come_back() {
    let one = package(&[("b", b"2"), ("OFD.xml", b"1"), ("附件/a.png", &[7; 5000])]);
    let other = package(&[("附件/a.png", &[7; 5000]), ("b", b"2"), ("OFD.xml", b"1")]);
    let bytes = one.to_bytes();
    assert_eq!(bytes, other.to_bytes());
    assert_eq!(Package::open(&bytes, &Limits::default()).unwrap(), one);
    assert_eq!(&bytes[30..37], b"OFD.xml", "readers find the entrance first");
    assert!(bytes.len() > 5000, "pictures are stored as they are");
    assert!(package(&[("a.xml", &[b' '; 5000])]).to_bytes().len() < 300, "text is deflated");
}

#[test]
fn a_name_is_found_with_and_without_its_slash() {
    let package = package(&[("Doc_0/Document.xml", b"d")]);
    assert_eq!(package.get("/Doc_0/Document.xml"), Some(&b"d"[..]));
    assert_eq!(package.get("Doc_0/Document.xml"), Some(&b"d"[..]));
    assert_eq!(package.get("//Doc_0/Document.xml"), None);
    assert_eq!(package.get("Doc_0/document.xml"), None);
}

#[test]
fn names_out_of_the_package_and_names_twice_are_refused() {
    let mut package = package(&[("a", b"1")]);
    assert_eq!(package.put("../b", vec![]).unwrap_err().reason, "zip.name");
    assert_eq!(package.put("A", vec![]).unwrap_err().reason, "zip.duplicate");
    assert!(package.put("a", b"2".to_vec()).is_ok());
    for name in [b"../ab", b"/abcd", b"a\\bcd", b"a\0bcd", b"C:abc", b"a/./b", b"\xFF\xFF\xFF\xFF\xFF"] {
        let mut bytes = changed(CENTRAL, 1, 46, name);
        let local = find(&bytes, LOCAL, 1) + 30;
        bytes[local..local + 5].copy_from_slice(name);
        assert_eq!(reason(&bytes), "zip.name", "{name:?}");
    }
    let twin = self::package(&[("a.txt", b"1"), ("b.txt", b"2")]).to_bytes();
    for twice in [b"a.txt", b"A.TXT"] {
        let mut bytes = twin.clone();
        for signature in [LOCAL, CENTRAL] {
            let at = find(&bytes, signature, 1) + if signature == LOCAL { 30 } else { 46 };
            bytes[at..at + 5].copy_from_slice(twice);
        }
        assert_eq!(reason(&bytes), "zip.duplicate");
    }
}

#[test]
fn local_headers_must_say_what_the_directory_says() {
    assert_eq!(reason(&changed(LOCAL, 1, 30, b"b")), "zip.mismatch", "name");
    assert_eq!(reason(&changed(LOCAL, 1, 8, &[0])), "zip.mismatch", "method");
    assert_eq!(reason(&changed(LOCAL, 1, 14, &[1, 2, 3])), "zip.mismatch", "checksum");
    assert_eq!(reason(&changed(LOCAL, 1, 18, &[1])), "zip.mismatch", "packed size");
    assert_eq!(reason(&changed(LOCAL, 1, 22, &[1])), "zip.mismatch", "size");
    assert_eq!(reason(&changed(LOCAL, 1, 7, &[8])), "zip.mismatch", "flags");
    assert_eq!(reason(&changed(CENTRAL, 0, 24, &[2])), "zip.mismatch", "a stored file has one size");
}

#[test]
fn a_data_descriptor_is_read_and_compared() {
    for signed in [true, false] {
        let mut bytes = sample();
        let (local, central) = (find(&bytes, LOCAL, 1), find(&bytes, CENTRAL, 0));
        let mut descriptor = if signed { b"PK\x07\x08".to_vec() } else { vec![] };
        descriptor.extend(&bytes[local + 14..local + 26]);
        bytes[local + 6] |= 8;
        bytes[local + 14..local + 26].fill(0);
        let second = find(&bytes, CENTRAL, 1);
        bytes[second + 8] |= 8;
        let end = find(&bytes, END, 0);
        let start = central + descriptor.len();
        bytes[end + 16..end + 20].copy_from_slice(&(start as u32).to_le_bytes());
        let mut wrong = bytes.clone();
        bytes.splice(central..central, descriptor.iter().copied());
        assert_eq!(Package::open(&bytes, &Limits::default()).unwrap().get("a.txt"), Some(&[b'a'; 300][..]));
        let last = descriptor.len() - 1;
        descriptor[last] ^= 1;
        wrong.splice(central..central, descriptor);
        assert_eq!(reason(&wrong), "zip.mismatch");
    }
}

#[test]
fn encrypted_large_linked_and_odd_entries_are_refused() {
    assert_eq!(reason(&changed(CENTRAL, 1, 8, &[1])), "zip.encrypted");
    assert_eq!(reason(&changed(CENTRAL, 1, 9, &[0x20])), "zip.encrypted", "masked headers");
    assert_eq!(reason(&changed(CENTRAL, 1, 10, &[12])), "zip.method");
    assert_eq!(reason(&changed(CENTRAL, 1, 24, &[0xFF; 4])), "zip.zip64");
    assert_eq!(reason(&changed(END, 0, 16, &[0xFF; 4])), "zip.zip64");
    assert_eq!(reason(&changed(CENTRAL, 1, 34, &[1])), "zip.disks");
    assert_eq!(reason(&changed(END, 0, 4, &[1])), "zip.disks");
    let mut link = changed(CENTRAL, 1, 40, &0o120_777u16.to_le_bytes());
    let second = find(&link, CENTRAL, 1);
    link[second + 5] = 3;
    assert_eq!(reason(&link), "zip.link");
}

#[test]
fn bytes_that_belong_to_no_file_are_refused() {
    let bytes = sample();
    assert_eq!(reason(&[b"#!/bin/sh\n", &bytes[..]].concat()), "zip.prefix");
    assert_eq!(reason(&[&bytes[..], b"\0"].concat()), "zip.trailing");
    assert_eq!(reason(&bytes[..bytes.len() - 1]), "zip.format");
    assert_eq!(reason(b""), "zip.format");
    assert_eq!(reason(b"PK\x05\x06"), "zip.format");

    let central = find(&bytes, CENTRAL, 0);
    let mut gap = bytes.clone();
    gap.splice(central..central, *b"hidden");
    let end = find(&gap, END, 0);
    gap[end + 16..end + 20].copy_from_slice(&((central + 6) as u32).to_le_bytes());
    assert_eq!(reason(&gap), "zip.gap");

    let overlap = changed(CENTRAL, 1, 42, &[1]);
    assert_eq!(reason(&overlap), "zip.overlap");
    let one_less = changed(END, 0, 8, &[1, 0, 1, 0]);
    assert_eq!(reason(&one_less), "zip.gap");
}

#[test]
fn a_package_within_a_package_is_a_file() {
    let inner = sample();
    let outer = package(&[("OFD.xml", b"x"), ("z.ofd", &inner)]);
    assert_eq!(Package::open(&outer.to_bytes(), &Limits::default()).unwrap(), outer);
}

#[test]
fn every_limit_is_met_before_unpacking() {
    let bytes = sample();
    let limits = Limits::default();
    assert_eq!(reason_within(&bytes, Limits { package_bytes: 100, ..limits }), "zip.size");
    assert_eq!(reason_within(&bytes, Limits { files: 1, ..limits }), "zip.files");
    assert_eq!(reason_within(&bytes, Limits { file_bytes: 299, ..limits }), "zip.file_size");
    assert_eq!(reason_within(&bytes, Limits { total_bytes: 300, ..limits }), "zip.total_size");
    assert!(Package::open(&bytes, &Limits { total_bytes: 301, file_bytes: 300, ..limits }).is_ok());
    // Our own writer stores what packs that well; a bomb says it is large and is small.
    let size = (4_u32 << 20).to_le_bytes();
    let mut bomb = changed(CENTRAL, 1, 24, &size);
    let local = find(&bomb, LOCAL, 1) + 22;
    bomb[local..local + 4].copy_from_slice(&size);
    assert_eq!(reason(&bomb), "zip.ratio");
}

#[test]
fn a_stream_longer_or_shorter_than_promised_is_refused() {
    for (size, expected) in [(299u32, "zip.inflate"), (301, "zip.checksum")] {
        let mut bytes = changed(CENTRAL, 1, 24, &size.to_le_bytes());
        let local = find(&bytes, LOCAL, 1) + 22;
        bytes[local..local + 4].copy_from_slice(&size.to_le_bytes());
        assert_eq!(reason(&bytes), expected);
    }
    let mut checksum = changed(CENTRAL, 1, 16, &[1, 2, 3, 4]);
    let local = find(&checksum, LOCAL, 1) + 14;
    checksum[local..local + 4].copy_from_slice(&[1, 2, 3, 4]);
    assert_eq!(reason(&checksum), "zip.checksum");
}

#[test]
fn what_packs_too_well_is_stored_so_that_our_own_reader_takes_it() {
    let mut package = Package::default();
    package.put("files/plan.pdf", vec![b' '; 9 << 20]).unwrap();
    package.put("events.json", b"[ ]                                 ".repeat(20)).unwrap();
    let bytes = package.to_bytes();
    assert!(bytes.len() > 9 << 20, "stored");
    assert_eq!(Package::open(&bytes, &Limits::default()).unwrap(), package);
    let mut small = Package::default();
    small.put("files/plan.pdf", vec![b' '; 9_000]).unwrap();
    assert!(small.to_bytes().len() < 1_000);
    assert!(small.to_bytes_storing(&|name| name.starts_with("files/")).len() > 9_000);
}

proptest! {
    #[test]
    fn files_come_back(
        files in proptest::collection::btree_map("[a-z]{1,8}(/[a-z]{1,8}){0,2}\\.(xml|png)",
            proptest::collection::vec(any::<u8>(), 0..400), 0..8)
    ) {
        let mut package = Package::default();
        for (name, bytes) in &files {
            package.put(name, bytes.clone()).unwrap();
        }
        prop_assert_eq!(Package::open(&package.to_bytes(), &Limits::default()).unwrap(), package);
    }

    #[test]
    fn no_flipped_byte_gives_other_files(at in 0usize..1000, flip in 1u8..) {
        let mut bytes = sample();
        let at = at % bytes.len();
        bytes[at] ^= flip;
        if let Ok(read) = Package::open(&bytes, &Limits::default()) {
            prop_assert_eq!(read.to_bytes(), sample(), "only fields without meaning may differ");
        }
    }

    #[test]
    fn noise_is_refused_without_a_panic(noise in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Package::open(&noise, &Limits::default()).is_err());
    }
}
