//! Whether events stood in the journal: recomputed from the archive alone.

use super::check::Finding;
use super::contents::{BatchRow, EventRow};
use crate::documents::told_reason;
use crate::journal::{batch_entries, chain_hash};
use crate::seals::is_platform;
use base::crypt::unhex;
use ofd::sm2::Signature;
use ofd::x509::{Certificate, Trust};
use std::collections::HashMap;

/// Whether a certificate is that of the platform whose evidence this is. Its subject stands in the manifest.
pub(super) fn signs_for(certificate: &Certificate, platform: &str) -> bool {
    is_platform(certificate) && certificate.subject().to_string() == platform
}

/// Every finding about the events and the batches that hold them.
pub(super) fn check(
    events: &[EventRow],
    batches: &[BatchRow],
    platform: &str,
    trust: &Trust,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut sealed = HashMap::new();
    for batch in batches {
        let Some(manifest) = unhex(&batch.manifest) else {
            findings.push(Finding::bad("CHAIN_BROKEN", format!("第 {} 批的清单读不出来", batch.number)));
            continue;
        };
        if chain_hash(&batch.previous, &manifest) != batch.hash {
            findings.push(Finding::bad("CHAIN_BROKEN", format!("第 {} 批的清单与链值不符", batch.number)));
            continue;
        }
        sealed.extend(batch_entries(&manifest));
        findings.push(head(batch, platform, trust));
    }
    findings.extend(links(batches));
    findings.extend(events.iter().map(|row| event(row, &sealed)));
    findings
}

fn event(row: &EventRow, sealed: &HashMap<base::Id, [u8; 32]>) -> Finding {
    let event = row.event();
    let what = format!("记录 {} {}", event.id, event.kind);
    match sealed.get(&event.id) {
        Some(digest) if *digest == event.digest() => Finding::good("EVENT_SEALED", what),
        Some(_) => Finding::bad("EVENT_CHANGED", format!("{what}：与封存时不同")),
        None => Finding::unproven("EVENT_NOT_SEALED", format!("{what}：导出时还没有封存")),
    }
}

/// Neighbouring batches of the archive must hang together.
fn links(batches: &[BatchRow]) -> Vec<Finding> {
    let broken = |pair: &[BatchRow]| {
        let [one, next] = pair else { return None };
        let apart = next.number == one.number + 1 && next.previous != one.hash;
        apart.then(|| Finding::bad("CHAIN_BROKEN", format!("第 {} 批没有接着上一批", next.number)))
    };
    batches.windows(2).filter_map(broken).collect()
}

/// The signature under the hash of one batch.
fn head(batch: &BatchRow, platform: &str, trust: &Trust) -> Finding {
    let what = format!("第 {} 批封存记录的签名", batch.number);
    let Some(signature) = &batch.signature else {
        return Finding::unproven("HEAD_UNSIGNED", format!("{what}：导出时还没有签名"));
    };
    let parts = || {
        let certificate = Certificate::parse(&unhex(&signature.certificate)?).ok()?;
        let value = Signature::from_either(&unhex(&signature.value)?).ok()?;
        Some((certificate, value))
    };
    let Some((certificate, value)) = parts() else {
        return Finding::bad("HEAD_SIGNATURE", format!("{what}：格式不对"));
    };
    if !certificate.public_key().verify(batch.hash.as_bytes(), &value) {
        return Finding::bad("HEAD_SIGNATURE", format!("{what}：无效"));
    }
    if !signs_for(&certificate, platform) {
        let name = certificate.common_name();
        return Finding::bad("HEAD_SIGNER", format!("{what}：签名人“{name}”不是平台"));
    }
    match trust.check(&certificate, ofd::Time(signature.signed_at / 1000)) {
        Ok(()) => Finding::good("HEAD_SIGNATURE", format!("{what}：有效，{}", certificate.common_name())),
        Err(reason) => {
            let why = told_reason(reason.name()).unwrap_or_default();
            Finding::bad("HEAD_UNTRUSTED", format!("{what}：{why}（{reason}）"))
        }
    }
}
