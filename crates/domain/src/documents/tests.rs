//! Stories of documents, on both engines.

use super::*;
use crate::casework::{CaseId, decide};
use crate::identity::{Actor, PostKind};
use crate::seals;
use crate::testing::{REGISTRATION, Town, story};
use base::{Error, Page};
use db::params;
use ofd::Limits;
use ofd::package::Package;
use ofd::verdict::Code;

pub(super) async fn decided(town: &Town, key: &str) -> CaseId {
    let case = town.submit(&town.citizen, REGISTRATION, key).await.case;
    let cx = town.cx(&town.market(PostKind::Clerk));
    let write =
        town.world.db.write(async |tx| decide(tx, &cx, case, true, String::new(), None).await.map(drop));
    write.await.unwrap();
    case
}

pub(super) async fn made(town: &Town, case: CaseId) -> Vec<(Document, Vec<u8>)> {
    let cx = town.cx(&town.citizen);
    let read = town.world.db.read(async |tx| {
        let mut all = Vec::new();
        for document in of_case(tx, case).await? {
            all.push(open(tx, &cx, document.id).await?);
        }
        Ok(all)
    });
    read.await.unwrap()
}

pub(super) async fn checked(town: &Town, content: &[u8]) -> base::Result<CheckedFile> {
    let cx = town.cx(&Actor::Visitor);
    town.world.db.read(async |tx| check_file(tx, &cx, content).await).await
}

pub(super) fn codes(checked: &CheckedFile) -> Vec<Code> {
    let findings = checked.verification.signatures.iter().flat_map(|signature| &signature.findings);
    findings.map(|finding| finding.code).collect()
}

#[tokio::test]
async fn every_document_is_under_the_seal_for_its_kind_and_the_log_of_that_seal_names_it() {
    story(async |town| {
        let case = decided(&town, "seals-of-documents").await;
        let cx = town.cx(&town.market_keeper());
        let made = made(&town, case).await;
        assert_eq!(made.len(), 4, "receipt, acceptance, decision, certificate");
        for (document, _) in &made {
            let read = town.world.db.read(async |tx| {
                let seal = seals::show(tx, &cx, document.seal).await?.seal;
                Ok((seal, seals::uses(tx, &cx, document.seal, None, Page::of(None, None)).await?.rows))
            });
            let (seal, uses) = read.await.unwrap();
            assert!(seal.kinds.iter().any(|kind| kind == document.kind.seal_kind()), "{document:?}");
            let logged = uses.iter().find(|row| row.digest == document.digest).expect("a line of the log");
            assert_eq!((logged.number.as_str(), logged.case), (document.number.as_str(), Some(case)));
            assert_eq!(logged.document_kind, document.kind.seal_kind());
        }
        let seal_of = |kind| made.iter().find(|(document, _)| document.kind == kind).unwrap().0.seal;
        assert_ne!(
            seal_of(Kind::Granted),
            seal_of(Kind::Certificate),
            "certificates have a seal of their own"
        );
    })
    .await;
}

#[tokio::test]
async fn what_nobody_sealed_and_what_was_changed_afterwards_does_not_pass() {
    story(async |town| {
        let case = decided(&town, "checked-files").await;
        let (document, content) = made(&town, case).await.remove(0);
        let sound = checked(&town, &content).await.unwrap();
        assert!(sound.intact() && sound.known.unwrap().id == document.id);

        let limits = Limits::default();
        let mut package = Package::open(&content, &limits).unwrap();
        let page = package.paths().find(|path| path.ends_with("Content.xml")).unwrap().to_owned();
        let text = String::from_utf8(package.get(&page).unwrap().to_vec()).unwrap();
        package.put(&page, text.replacen("TextCode X=\"0\"", "TextCode X=\"1\"", 1).into_bytes()).unwrap();
        let changed = checked(&town, &package.to_bytes()).await.unwrap();
        assert!(!changed.intact() && changed.known.is_none());
        assert_eq!(codes(&changed), [Code::ContentChanged], "{:?}", changed.verification);

        let layout = town.world.layouts.load().get("receipt").unwrap().clone();
        let bare = ofd::layout::preview(&layout.template, &ofd::layout::Fonts::new()).unwrap().document;
        let bare = ofd::write::write(&bare).unwrap().to_bytes();
        let unsealed = checked(&town, &bare).await.unwrap();
        assert!(!unsealed.intact() && unsealed.verification.signatures.is_empty());
        assert_eq!(checked(&town, b"%PDF-1.7").await.err().unwrap().code(), "documents.not_ofd");
    })
    .await;
}

#[tokio::test]
async fn a_seal_whose_key_was_lost_takes_its_documents_back() {
    story(async |town| {
        let case = decided(&town, "lost-key").await;
        let (document, content) = made(&town, case).await.remove(0);
        town.clock.advance(60_000);
        let cx = town.cx(&town.stepped_up(&town.market_keeper()));
        let write = town
            .world
            .db
            .write(async |tx| seals::revoke(tx, &cx, document.seal, None, "密钥泄露", true).await.map(drop));
        write.await.unwrap();
        let found = checked(&town, &content).await.unwrap();
        assert!(!found.intact() && codes(&found).contains(&Code::SealRevoked), "{:?}", codes(&found));
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_not_what_was_made_is_handed_to_nobody() {
    story(async |town| {
        let case = decided(&town, "damaged-file").await;
        let (document, _) = made(&town, case).await.remove(0);
        let other = "0".repeat(64);
        let spoil = town.world.db.write(async |tx| {
            let sql = "UPDATE documents_document SET digest = $1 WHERE id = $2";
            tx.execute(sql, &params![&other, document.id]).await
        });
        spoil.await.unwrap();
        let cx = town.cx(&town.citizen);
        let opened = town.world.db.read(async |tx| open(tx, &cx, document.id).await).await;
        assert!(matches!(opened, Err(Error::Bug(_))), "damaged, and said to be so");
    })
    .await;
}
