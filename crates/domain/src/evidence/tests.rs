//! Stories of evidence, on both engines.

use super::*;
use crate::casework::{CaseId, FileStore, decide};
use crate::identity::{Actor, PostKind};
use crate::journal;
use crate::testing::{REGISTRATION, Town, story};
use base::Error;
use ofd::package::Package;
use ofd::verdict::{Context, SealStatus};
use ofd::x509::{Certificate, Trust};
use ofd::{Limits, Time};

/// A decided case whose events are sealed in the chain, and the chain signed.
async fn decided(town: &Town) -> CaseId {
    let case = town.submit(&town.citizen, REGISTRATION, "evidence").await.case;
    let cx = town.cx(&town.market(PostKind::Clerk));
    let db = &town.world.db;
    db.write(async |tx| decide(tx, &cx, case, true, String::new(), None).await.map(drop)).await.unwrap();
    town.clock.advance(60_000);
    let cx = town.cx(&Actor::System);
    while db.write(async |tx| journal::seal_batch(tx, &cx).await).await.unwrap().is_some() {}
    assert!(db.write(async |tx| sign_batches(tx, &cx).await).await.unwrap() > 0);
    assert_eq!(db.write(async |tx| sign_batches(tx, &cx).await).await.unwrap(), 0, "each batch once");
    case
}

async fn export(town: &Town, actor: &Actor, case: CaseId) -> base::Result<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let files = FileStore::open(folder.path()).unwrap();
    archive(&town.cx(actor), &files, case).await.map(|archive| archive.content)
}

async fn checked(town: &Town, package: &Package) -> ArchiveCheck {
    let trust = town.world.db.read(async |tx| crate::seals::trust(tx).await).await.unwrap();
    let status = |_: &str, _: Time| SealStatus::Unknown;
    let now = Time(town.cx(&Actor::System).now / 1000);
    let context = Context { trust: &trust, now, making: false, seal_status: &status, memory: None };
    check(package, &Limits::default(), &context).unwrap()
}

fn failing(check: &ArchiveCheck) -> Vec<&'static str> {
    check.findings.iter().filter(|f| f.standing == Standing::Fails).map(|f| f.code).collect()
}

#[tokio::test]
async fn an_archive_holds_off_line_and_every_change_in_it_is_named() {
    story(async |town| {
        let case = decided(&town).await;
        let content = export(&town, &town.citizen, case).await.unwrap();
        let package = Package::open(&content, &Limits::default()).unwrap();
        assert!(is_archive(&package));
        let sound = checked(&town, &package).await;
        assert!(sound.holds(), "{:?}", sound.findings);
        for wanted in ["MANIFEST_SIGNATURE", "EVENT_SEALED", "HEAD_SIGNATURE", "DOCUMENT_SEALED"] {
            assert!(
                sound.findings.iter().any(|f| f.code == wanted && f.standing == Standing::Holds),
                "{wanted}"
            );
        }

        // The list of revoked certificates travels along; grown old, it is told and spoils nothing.
        let noted = |check: &ArchiveCheck| {
            let told = |f: &&Finding| f.standing == Standing::Note && f.code == "REVOCATION_UNKNOWN";
            check.findings.iter().filter(told).map(|f| f.what.clone()).collect::<Vec<_>>()
        };
        let alone = |later: i64| {
            let root = Certificate::parse(package.get("certificates/1.cer").unwrap()).unwrap();
            let trust = Trust { anchors: vec![root], ..Trust::default() };
            let now = Time(town.cx(&Actor::System).now / 1000 + later);
            let status = |_: &str, _: Time| SealStatus::Unknown;
            let context = Context { trust: &trust, now, making: false, seal_status: &status, memory: None };
            check(&package, &Limits::default(), &context).unwrap()
        };
        assert_eq!(noted(&alone(0)), [""; 0]);
        let old = alone(31 * 24 * 3600);
        assert!(old.holds() && noted(&old)[0].contains("证书吊销列表已于"), "{:?}", old.findings);

        let documents: Vec<String> =
            package.paths().filter(|path| path.ends_with(".ofd")).map(str::to_owned).collect();
        assert!(documents.len() >= 3, "receipt, acceptance and decision: {documents:?}");
        let mut spoilt = package.clone();
        let other = package.get(&documents[1]).unwrap().to_vec();
        spoilt.put(&documents[0], other).unwrap();
        assert_eq!(failing(&checked(&town, &spoilt).await), ["FILE_CHANGED"]);
        let mut spoilt = package.clone();
        spoilt.remove("case.json");
        assert_eq!(failing(&checked(&town, &spoilt).await), ["FILE_MISSING"]);
        let mut spoilt = package.clone();
        spoilt.put("files/plan.pdf", b"%PDF-".to_vec()).unwrap();
        assert_eq!(failing(&checked(&town, &spoilt).await), ["FILE_UNLISTED"]);
        let mut spoilt = package.clone();
        let listed = String::from_utf8(package.get("manifest.json").unwrap().to_vec()).unwrap();
        spoilt
            .put("manifest.json", listed.replacen("\"exported_at\": 1", "\"exported_at\": 2", 1).into_bytes())
            .unwrap();
        assert!(failing(&checked(&town, &spoilt).await).contains(&"MANIFEST_SIGNATURE"));
        let mut spoilt = package.clone();
        let events = String::from_utf8(package.get("events.json").unwrap().to_vec()).unwrap();
        spoilt
            .put("events.json", events.replace("casework.granted", "casework.refused").into_bytes())
            .unwrap();
        let found = failing(&checked(&town, &spoilt).await);
        assert!(found.contains(&"EVENT_CHANGED") && found.contains(&"FILE_CHANGED"), "{found:?}");
        let mut spoilt = package.clone();
        let proof = String::from_utf8(package.get("proof.json").unwrap().to_vec()).unwrap();
        spoilt
            .put("proof.json", proof.replacen("\"previous\": \"", "\"previous\": \"x", 1).into_bytes())
            .unwrap();
        assert!(failing(&checked(&town, &spoilt).await).contains(&"CHAIN_BROKEN"));
    })
    .await;
}

#[tokio::test]
async fn evidence_is_for_those_who_may_read_the_case() {
    story(async |town| {
        let case = decided(&town).await;
        assert!(export(&town, &town.market(PostKind::Approver), case).await.is_ok());
        assert!(matches!(export(&town, &town.neighbour, case).await, Err(Error::NotFound)));
        assert!(matches!(export(&town, &Actor::Visitor, case).await, Err(Error::Unauthenticated)));
    })
    .await;
}
