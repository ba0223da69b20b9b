//! Writing the archive of one case.

use super::batches::{batches_of, signed};
use super::contents::{
    BatchRow, CASE, EVENTS, EventRow, FORMAT, HeadSignature, Listed, MANIFEST, Manifest, PROOF, SIGNATURE,
};
use crate::Cx;
use crate::casework::{self, CaseId, CaseView, FileStore, Way};
use crate::documents;
use crate::journal::{self, Event, NewEvent};
use crate::seals;
use base::crypt::{hex, sm3};
use base::{Error, Result};
use db::Tx;
use ofd::package::Package;
use ofd::signed_data::{self, SignedData};
use ofd::verdict::Context;
use serde_json::{Value, json};

const README: &str = "这是一个办件的证据包：办件数据、文书（OFD）、提交的文件、日志记录及其封存证明。\n\
验证：yiwang verify 文件名 --anchor 根证书.cer\n\
manifest.json 列出每个文件的 SM3 摘要，manifest.p7s 是它的 SM2 签名（GB/T 35275）。\n\
每份文书的签章按 GB/T 38540 验证；每条日志记录的摘要在 proof.json 所列批次的清单里，批次首尾相接成链，链值有 SM2 签名。\n";

pub struct Archive {
    pub file_name: String,
    pub content: Vec<u8>,
}

/// The archive of a case, for those who may read the case. It holds everything about an applicant in clear, so
/// an official gives a second factor first (ASVS v5.0.0-7.5.3); what is her own an applicant simply takes home.
/// That it was asked for is journalled first, so
/// that the archive tells of itself; packing happens outside any write.
pub async fn archive(cx: &Cx, files: &FileStore, case: CaseId) -> Result<Archive> {
    cx.db().write(async |tx| ask(tx, cx, case).await).await?;
    cx.db().read(async |tx| pack(tx, cx, files, case).await).await
}

async fn ask(tx: &mut Tx<'_>, cx: &Cx, case: CaseId) -> Result<()> {
    let receipt = casework::receipt_document(tx, cx, case).await?;
    if cx.actor.party().is_none() {
        cx.actor.require_step_up(cx.now)?;
    }
    seals::platform_signer(tx, cx).await?.ok_or_else(no_key)?;
    let detail = json!({ "case": case });
    let event = NewEvent {
        subject_kind: "case",
        subject_id: case,
        area: &receipt.area,
        kind: "evidence.exported",
        detail: &detail,
    };
    journal::append(tx, cx, event).await.map(|_| ())
}

async fn pack(tx: &mut Tx<'_>, cx: &Cx, files: &FileStore, case: CaseId) -> Result<Archive> {
    let view = casework::show_case(tx, cx, case).await?;
    let mut package = Package::default();
    package.put("README.txt", README.as_bytes().to_vec()).map_err(fault)?;
    package.put(CASE, pretty(&case_data(&view))?).map_err(fault)?;
    put_documents(tx, cx, &view, &mut package).await?;
    put_files(tx, cx, files, &view, &mut package).await?;
    put_journal(tx, &view, &mut package).await?;
    let trust = seals::trust(tx).await?;
    for (number, certificate) in trust.anchors.iter().chain(&trust.intermediates).enumerate() {
        package
            .put(&format!("certificates/{}.cer", number + 1), certificate.der().to_vec())
            .map_err(fault)?;
    }
    for (number, list) in trust.crls.iter().enumerate() {
        package
            .put(&format!("certificates/revoked-{}.crl", number + 1), list.der().to_vec())
            .map_err(fault)?;
    }
    sign(tx, cx, &view, &mut package).await?;
    Ok(Archive { file_name: format!("证据包-{}.zip", view.ticket), content: package.to_bytes() })
}

fn case_data(view: &CaseView) -> Value {
    json!({
        "number": view.number,
        "ticket": view.ticket,
        "item": { "code": view.item.code, "name": view.item.base.name, "version": view.item.version },
        "body": { "credit_code": view.item.body.credit_code, "name": view.item.body.name },
        "applicant": view.applicant,
        "channel": view.channel,
        "submitted_at": view.submitted_at,
        "case": view.case,
        "clock": view.clock.sentence,
        "answers": view.answers,
        "materials": view.materials,
        "certificates": view.certificates,
    })
}

async fn put_documents(tx: &mut Tx<'_>, cx: &Cx, view: &CaseView, package: &mut Package) -> Result<()> {
    for (at, document) in documents::of_case(tx, view.id).await?.iter().enumerate() {
        let content = documents::content(tx, cx, document).await?;
        package
            .put(&format!("documents/{:02}-{}.ofd", at + 1, document.kind.word()), content)
            .map_err(fault)?;
    }
    Ok(())
}

async fn put_files(
    tx: &mut Tx<'_>,
    cx: &Cx,
    files: &FileStore,
    view: &CaseView,
    package: &mut Package,
) -> Result<()> {
    for material in view.materials.iter().filter(|material| matches!(material.way, Way::File { .. })) {
        let file = casework::case_file(tx, cx, view.id, &material.key).await?;
        let content = files.fetch(&file.digest).await?;
        let extension = file.media.rsplit('/').next().unwrap_or("bin");
        package.put(&format!("files/{}.{extension}", material.key), content).map_err(fault)?;
    }
    Ok(())
}

/// Events of the case, of its documents and of its certificates, with the batches that hold them.
async fn put_journal(tx: &mut Tx<'_>, view: &CaseView, package: &mut Package) -> Result<()> {
    let mut events = journal::of_subject(tx, "case", view.id).await?;
    for document in documents::of_case(tx, view.id).await? {
        events.extend(journal::of_subject(tx, "document", document.id).await?);
    }
    for certificate in &view.certificates {
        events.extend(journal::of_subject(tx, "certificate", certificate.id).await?);
    }
    events.sort_by_key(|event| event.id);
    let rows: Vec<EventRow> = events.iter().map(EventRow::of).collect();
    package.put(EVENTS, pretty(&rows)?).map_err(fault)?;
    package.put(PROOF, pretty(&proof(tx, &events).await?)?).map_err(fault)?;
    Ok(())
}

async fn proof(tx: &mut Tx<'_>, events: &[Event]) -> Result<Vec<BatchRow>> {
    let mut rows = Vec::new();
    for batch in batches_of(tx, events).await? {
        let head = signed(tx, batch.number).await?;
        rows.push(BatchRow {
            number: batch.number,
            previous: batch.previous,
            hash: batch.hash,
            manifest: hex(&batch.manifest),
            sealed_at: batch.sealed_at,
            signature: head.map(|head| HeadSignature {
                signed_at: head.signed_at,
                certificate: hex(&head.certificate),
                value: hex(&head.value),
            }),
        });
    }
    Ok(rows)
}

/// Lists every file and signs the list.
async fn sign(tx: &mut Tx<'_>, cx: &Cx, view: &CaseView, package: &mut Package) -> Result<()> {
    let listed = |path: &str| {
        let bytes = package.get(path).unwrap_or_default();
        Listed { path: path.to_owned(), bytes: bytes.len(), sm3: hex(&sm3(bytes)) }
    };
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        case_number: view.number.clone(),
        exported_at: cx.now,
        exported_by: cx.actor.journal_actor_name(),
        files: package.paths().map(listed).collect(),
    };
    let manifest = pretty(&manifest)?;
    let signer = seals::platform_signer(tx, cx).await?.ok_or_else(no_key)?;
    let time = Some(ofd::Time(cx.now / 1000));
    let signed =
        signed_data::make(&sm3(&manifest), time, &signer).map_err(|fault| Error::Bug(fault.into()))?;
    package.put(MANIFEST, manifest).map_err(fault)?;
    package.put(SIGNATURE, signed).map_err(fault)?;
    Ok(())
}

fn no_key() -> Error {
    Error::refused("evidence.no_key", "平台还没有电子签名密钥，不能导出证据包，请联系系统管理员")
}

/// The signer's name when the signature over the manifest holds, or why it does not.
pub(super) fn verify_signature(
    signed: &[u8],
    manifest: &[u8],
    context: &Context<'_>,
) -> std::result::Result<String, String> {
    let signed = SignedData::parse(signed).map_err(|fault| fault.to_string())?;
    let signer = signed.verify_over(&sm3(manifest), None).map_err(|fault| fault.to_string())?;
    let at = signed.signing_time().unwrap_or(context.now);
    context.trust.check(signer, at).map_err(|reason| format!("签名证书不受信任（{reason}）"))?;
    Ok(signer.common_name().to_owned())
}

/// What we pack ourselves and cannot.
fn fault(fault: ofd::Fault) -> Error {
    Error::Bug(fault.into())
}

fn pretty(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(value).map_err(|e| Error::Bug(e.into()))
}
