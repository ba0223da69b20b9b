//! What an operator meets who checks a file, whole or broken.

use super::*;
use clap::Parser;
use std::path::Path;

const SEALED: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../ofd/fuzz/corpus/package/sealed.ofd"));
const SEAL: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../ofd/fuzz/corpus/der/seal"));
const ROOT: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../ofd/fuzz/corpus/der/anchor"));

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    settings: crate::config::Cli,
    #[command(flatten)]
    arguments: VerifyArguments,
}

/// The conclusion about a file, given to the command as an operator would; nothing of this machine is trusted.
fn conclude(folder: &Path, file: &Path, more: &[&str]) -> Result<Conclusion, String> {
    let data = folder.join("data");
    let line = ["verify", "--data", data.to_str().unwrap(), file.to_str().unwrap()];
    let given = Line::parse_from(line.iter().chain(more));
    let now = Time::from_utc((2026, 10, 1, 0, 0, 0)).unwrap();
    check(&Config::read(given.settings).unwrap(), &given.arguments, now)
}

fn told(folder: &Path, bytes: &[u8]) -> Result<Conclusion, String> {
    let file = folder.join("file");
    std::fs::write(&file, bytes).unwrap();
    conclude(folder, &file, &[])
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut package = Package::default();
    for (name, bytes) in files {
        package.put(name, bytes.to_vec()).unwrap();
    }
    package.to_bytes()
}

#[test]
fn what_cannot_be_checked_is_refused_in_chinese_and_never_breaks_off() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let docx = zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")]);
    let mut refused: Vec<String> = [b"".as_slice(), b"%PDF-1.7", &docx, &SEALED[..3000]]
        .iter()
        .map(|bytes| told(at, bytes).err().expect("no file of ours"))
        .collect();
    refused.push(told(at, &zip(&[("manifest.json", b"{\"name\":\"x\"}")])).err().unwrap());
    refused.push(conclude(at, &at.join("nowhere"), &[]).err().unwrap());
    refused.push(conclude(at, at, &[]).err().unwrap());
    for message in refused {
        assert!(message.chars().any(|c| ('一'..='龥').contains(&c)), "{message}");
        for raw in ["OFD.xml）", "os error", "EOF", "missing:", "expected"] {
            assert!(!message.contains(raw), "{message}");
        }
    }
}

#[test]
fn a_file_that_lost_a_page_gets_its_conclusion() {
    let folder = tempfile::tempdir().unwrap();
    let mut package = Package::open(SEALED, &Limits::default()).unwrap();
    let page = package.paths().find(|path| path.ends_with("Content.xml")).unwrap().to_owned();
    package.remove(&page);
    let conclusion = told(folder.path(), &package.to_bytes()).unwrap();
    assert_eq!(conclusion.words(), "结论：不通过");
}

#[test]
fn a_root_beside_the_file_is_not_trusted_until_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.cer");
    std::fs::write(&root, ROOT).unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, SEAL).unwrap();
    assert_eq!(conclude(folder.path(), &file, &[]).unwrap().words(), "结论：不通过");
    for named in [root.as_path(), folder.path()] {
        let trust = ["--anchor", named.to_str().unwrap()];
        let conclusion = conclude(folder.path(), &file, &trust).unwrap();
        assert!(conclusion.words().starts_with("结论：通过（"), "{}", conclusion.words());
    }
}
