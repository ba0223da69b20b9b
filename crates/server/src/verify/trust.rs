//! Whom the command line trusts: what the operator names, or what this installation wrote beside its data. Never what
//! lies beside the file that is checked: whoever forged the one would add the other.

use super::VerifyArguments;
use crate::config::Config;
use crate::files;
use base64ct::{Base64, Encoding};
use domain::documents::told;
use ofd::x509::{Certificate, Crl, Trust};
use std::path::{Path, PathBuf};

/// Lists of revoked certificates grow; certificates are small.
const MOST_BYTES: usize = 16 << 20;

pub fn trust(config: &Config, arguments: &VerifyArguments) -> Result<Trust, String> {
    let mut trust = Trust::default();
    let own = config.data.join(crate::world::AUTHORITY);
    let anchors = match arguments.anchor.is_empty() {
        true => within(&own, "cer"),
        false => arguments.anchor.iter().flat_map(|path| named(path, "cer")).collect(),
    };
    for path in anchors {
        let certificate = Certificate::parse(&der(&files::read(&path, MOST_BYTES)?));
        let certificate = certificate.map_err(|e| format!("{} 不是证书：{}", path.display(), told(&e)))?;
        // A certificate of an authority below a root only leads to it.
        let list = match certificate.issuer().der() == certificate.subject().der() {
            true => &mut trust.anchors,
            false => &mut trust.intermediates,
        };
        list.push(certificate);
    }
    let lists = match arguments.anchor.is_empty() && arguments.crl.is_empty() {
        true => within(&own, "crl"),
        false => {
            let beside = arguments.anchor.iter().filter(|path| path.is_dir());
            let beside = beside.flat_map(|folder| within(folder, "crl"));
            beside.chain(arguments.crl.iter().flat_map(|path| named(path, "crl"))).collect()
        }
    };
    for path in &lists {
        let list = Crl::parse(&der(&files::read(path, MOST_BYTES)?));
        trust.crls.push(list.map_err(|e| format!("{} 不是吊销列表：{}", path.display(), told(&e)))?);
    }
    Ok(trust)
}

/// A file, or the files of that kind in a folder.
fn named(path: &Path, extension: &str) -> Vec<PathBuf> {
    if path.is_dir() { within(path, extension) } else { vec![path.to_owned()] }
}

fn within(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = files.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|own| own == extension));
    files.sort();
    files
}

/// The DER inside a PEM, or the bytes as they are.
fn der(bytes: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
    let lines = text.lines().skip_while(|line| !line.starts_with("-----BEGIN")).skip(1);
    let body: String = lines.take_while(|line| !line.starts_with("-----END")).map(str::trim).collect();
    Base64::decode_vec(&body).ok().filter(|der| !der.is_empty()).unwrap_or_else(|| bytes.to_vec())
}
