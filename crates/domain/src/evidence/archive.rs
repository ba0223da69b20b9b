//! Writing the archive of one case.

use super::batches::{batches_of, sign_batches, signed};
use super::contents::{
    BatchRow, CASE, EVENTS, EventRow, FILES, FORMAT, HeadSignature, Listed, MANIFEST, MATERIALS, Manifest,
    PROOF, SIGNATURE,
};
use super::pack::Pack;
use crate::Cx;
use crate::casework::{self, CaseId, CaseView, FileStore, GivenMaterial, Way};
use crate::documents::{self, Document};
use crate::journal::{self, Event, NewEvent};
use crate::{certs, seals};
use base::crypt::{hex, sm3};
use base::{Error, Id, Result};
use db::Tx;
use ofd::signed_data;
use ofd::sm2::Signer;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

const README: &str = "这是一个办件的证据包：办件数据、文书（OFD）、提交的文件、取用的证照、日志记录及其封存证明。\n\
验证：yiwang verify 文件名 --anchor 根证书.cer\n\
manifest.json 列出每个文件的 SM3 摘要，manifest.p7s 是它的 SM2 签名（GB/T 35275）。\n\
每份文书的签章按 GB/T 38540 验证；每条日志记录的摘要在 proof.json 所列批次的清单里，批次首尾相接成链，链值有 SM2 签名。\n";

/// The event of asking for an archive.
const EXPORTED: &str = "evidence.exported";

pub struct Archive {
    pub file_name: String,
    pub content: Vec<u8>,
}

/// The archive of a case, for those who may read the case. It holds everything about an applicant in clear, so
/// an official gives a second factor first (ASVS v5.0.0-7.5.3); what is her own an applicant simply takes home.
/// That it was asked for is journalled first, and what has settled is sealed, so that the events of the case have
/// their proofs; packing happens outside any write. Refused with `evidence.too_large` rather than made larger than
/// [`super::LIMITS`].
pub async fn archive(cx: &Cx, files: &FileStore, case: CaseId) -> Result<Archive> {
    cx.db().write(async |tx| ask(tx, cx, case).await).await?;
    while cx.db().write(async |tx| journal::seal_batch(tx, cx).await).await?.is_some() {}
    while cx.db().write(async |tx| sign_batches(tx, cx).await).await? > 0 {}
    // Packing reads, opens and signs for seconds while it holds one of the few readers: one at a time.
    static PACKING: Semaphore = Semaphore::const_new(1);
    let _alone = PACKING.acquire().await.map_err(|e| Error::Bug(e.into()))?;
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
        kind: EXPORTED,
        detail: &detail,
    };
    journal::append(tx, cx, event).await.map(|_| ())
}

async fn pack(tx: &mut Tx<'_>, cx: &Cx, files: &FileStore, case: CaseId) -> Result<Archive> {
    let view = casework::show_case(tx, cx, case).await?;
    let mut pack = Pack::default();
    pack.put("README.txt", README.as_bytes().to_vec())?;
    pack.put(CASE, pretty(&case_data(&view))?)?;
    let documents = put_documents(tx, cx, &view, &mut pack).await?;
    put_files(tx, cx, files, &view, &mut pack).await?;
    put_journal(tx, &view, &documents, &mut pack).await?;
    let trust = seals::trust(tx).await?;
    for (number, certificate) in trust.anchors.iter().chain(&trust.intermediates).enumerate() {
        pack.put(&format!("certificates/{}.cer", number + 1), certificate.der().to_vec())?;
    }
    for (number, list) in trust.crls.iter().enumerate() {
        pack.put(&format!("certificates/revoked-{}.crl", number + 1), list.der().to_vec())?;
    }
    sign(tx, cx, &view, &mut pack).await?;
    Ok(Archive { file_name: format!("证据包-{}.zip", view.ticket), content: pack.into_bytes() })
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

/// The documents of the case, and the certificates that stood in for materials.
async fn put_documents(tx: &mut Tx<'_>, cx: &Cx, view: &CaseView, pack: &mut Pack) -> Result<Vec<Document>> {
    let mut documents = documents::of_case(tx, view.id).await?;
    for (at, document) in documents.iter().enumerate() {
        let content = documents::content(tx, cx, document).await?;
        pack.put(&format!("documents/{:02}-{}.ofd", at + 1, document.kind.word()), content)?;
    }
    for material in &view.materials {
        let Way::Certificate { identifier } = &material.way else { continue };
        let Some(document) = certs::file_in_case(tx, cx, identifier).await? else { continue };
        let content = documents::content(tx, cx, &document).await?;
        pack.put(&format!("{MATERIALS}{}-{identifier}.ofd", material.key), content)?;
        documents.push(document);
    }
    Ok(documents)
}

async fn put_files(
    tx: &mut Tx<'_>,
    cx: &Cx,
    files: &FileStore,
    view: &CaseView,
    pack: &mut Pack,
) -> Result<()> {
    for (mark, _) in view.materials.iter().flat_map(GivenMaterial::marked_files) {
        let file = casework::case_file(tx, cx, view.id, &mark).await?;
        let content = files.fetch(&file.digest).await?;
        let extension = file.media.rsplit('/').next().unwrap_or("bin");
        pack.put(&format!("{FILES}{mark}.{extension}"), content)?;
    }
    Ok(())
}

/// Events of the case, of its documents and their seals, and of its certificates, with the batches that hold them.
async fn put_journal(
    tx: &mut Tx<'_>,
    view: &CaseView,
    documents: &[Document],
    pack: &mut Pack,
) -> Result<()> {
    let mut events = journal::of_subject(tx, "case", view.id).await?;
    for document in documents {
        events.extend(journal::of_subject(tx, "document", document.id).await?);
        let uses = journal::of_subject_at(tx, "seal", document.seal, document.made_at).await?;
        events.extend(uses.into_iter().filter(|event| is_use_for(event, document)));
    }
    for certificate in &view.certificates {
        events.extend(journal::of_subject(tx, "certificate", certificate.id).await?);
    }
    // Exports that have not settled, this one among them, tell nothing of the case; the manifest names this one.
    let sealed = journal::sealed(tx).await?.map_or(Id(0), |sealed| sealed.last_event);
    events.retain(|event| event.kind != EXPORTED || event.id <= sealed);
    events.sort_by_key(|event| event.id);
    events.dedup_by_key(|event| event.id);
    let rows: Vec<EventRow> = events.iter().map(EventRow::of).collect();
    pack.put(EVENTS, pretty(&rows)?)?;
    pack.put(PROOF, pretty(&proof(tx, &events).await?)?)
}

/// One seal seals many documents in one instant.
fn is_use_for(event: &Event, document: &Document) -> bool {
    let detail = event.detail_json().unwrap_or_default();
    event.kind == "seals.used" && detail["digest"] == document.digest.as_str()
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
async fn sign(tx: &mut Tx<'_>, cx: &Cx, view: &CaseView, pack: &mut Pack) -> Result<()> {
    let signer = seals::platform_signer(tx, cx).await?.ok_or_else(no_key)?;
    let listed = |(path, bytes): (&str, &[u8])| Listed {
        path: path.to_owned(),
        bytes: bytes.len(),
        sm3: hex(&sm3(bytes)),
    };
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        case_number: view.number.clone(),
        exported_at: cx.now,
        exported_by: cx.actor.journal_actor_name(),
        platform: signer.certificate().subject().to_string(),
        files: pack.files().map(listed).collect(),
    };
    let manifest = pretty(&manifest)?;
    let time = Some(ofd::Time(cx.now / 1000));
    let signed =
        signed_data::make(&sm3(&manifest), time, &signer).map_err(|fault| Error::Bug(fault.into()))?;
    pack.put(MANIFEST, manifest)?;
    pack.put(SIGNATURE, signed)
}

fn no_key() -> Error {
    Error::refused("evidence.no_key", "平台还没有电子签名密钥，不能导出证据包，请联系系统管理员")
}

fn pretty(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(value).map_err(|e| Error::Bug(e.into()))
}
