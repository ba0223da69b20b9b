//! Stories of evidence, on both engines.

use super::contents::{BatchRow, EventRow, Manifest};
use super::*;
use crate::casework::{CaseId, FileStore, decide};
use crate::identity::{Actor, PostKind};
use crate::journal;
use crate::testing::{REGISTRATION, Town, story};
use base::Error;
use ofd::package::Package;
use ofd::ses::Seal;
use ofd::sm2::Signer;
use ofd::verdict::{Context, SealStatus};
use ofd::x509::{Certificate, Trust};
use ofd::{Limits, Time};

/// A decided case whose events are sealed in the chain, and the chain signed.
async fn decided(town: &Town) -> CaseId {
    decided_as(town, "evidence").await
}

async fn decided_as(town: &Town, key: &str) -> CaseId {
    let case = town.submit(&town.citizen, REGISTRATION, key).await.case;
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
    let files = FileStore::open(folder.path(), town.world.keys.clone(), town.world.rng.clone()).unwrap();
    archive(&town.cx(actor), &files, case).await.map(|archive| archive.content)
}

async fn trusted(town: &Town) -> Trust {
    town.world.db.read(async |tx| crate::seals::trust(tx).await).await.unwrap()
}

async fn checked(town: &Town, package: &Package) -> ArchiveCheck {
    checked_by(town, package, &trusted(town).await)
}

fn checked_by(town: &Town, package: &Package, trust: &Trust) -> ArchiveCheck {
    let status = |_: &Seal, _: Time| SealStatus::Unknown;
    let now = Time(town.cx(&Actor::System).now / 1000);
    let context = Context { trust, now, making: false, seal_status: &status, memory: None };
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
        let package = Package::open(&content, &LIMITS).unwrap();
        assert!(is_archive(&package));
        let sound = checked(&town, &package).await;
        assert_eq!(sound.verdict(), Verdict::Holds, "{:?}", sound.findings);
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
            let status = |_: &Seal, _: Time| SealStatus::Unknown;
            let context = Context { trust: &trust, now, making: false, seal_status: &status, memory: None };
            check(&package, &Limits::default(), &context).unwrap()
        };
        assert_eq!(noted(&alone(0)), [""; 0]);
        let old = alone(31 * 24 * 3600);
        assert_eq!(old.verdict(), Verdict::Holds);
        assert!(noted(&old)[0].contains("证书吊销列表已于"), "{:?}", old.findings);

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
        let approver = town.market(PostKind::Approver);
        let unproven = export(&town, &approver, case).await.unwrap_err();
        assert_eq!(unproven.code(), "identity.step_up_needed", "staff give a second factor first");
        assert!(export(&town, &town.stepped_up(&approver), case).await.is_ok());
        assert!(matches!(export(&town, &town.neighbour, case).await, Err(Error::NotFound)));
        assert!(matches!(export(&town, &Actor::Visitor, case).await, Err(Error::Unauthenticated)));
    })
    .await;
}

#[tokio::test]
async fn certificates_that_travel_along_are_no_root() {
    story(async |town| {
        let case = decided(&town).await;
        let content = export(&town, &town.citizen, case).await.unwrap();
        let package = Package::open(&content, &LIMITS).unwrap();
        assert!(package.paths().any(|path| path.starts_with("certificates/")));
        let found = failing(&checked_by(&town, &package, &Trust::default()));
        for wanted in ["MANIFEST_SIGNATURE", "HEAD_UNTRUSTED", "DOCUMENT_SEAL"] {
            assert!(found.contains(&wanted), "{wanted}: {found:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_document_must_be_known_to_the_journal_and_its_seal_must_hold() {
    story(async |town| {
        let (case, other) = (decided(&town).await, decided_as(&town, "evidence-of-another").await);
        let open = async |case| {
            let content = export(&town, &town.citizen, case).await.unwrap();
            Package::open(&content, &LIMITS).unwrap()
        };
        let (package, foreign) = (open(case).await, open(other).await);
        let path = package.paths().find(|path| path.ends_with(".ofd")).unwrap().to_owned();
        let mut swapped = package.clone();
        swapped.put(&path, foreign.get(&path).unwrap().to_vec()).unwrap();
        assert_eq!(failing(&checked(&town, &swapped).await), ["FILE_CHANGED", "DOCUMENT_UNKNOWN"]);

        let mut inside = Package::open(package.get(&path).unwrap(), &Limits::default()).unwrap();
        let page = inside.paths().find(|path| path.ends_with("Content.xml")).unwrap().to_owned();
        let text = String::from_utf8(inside.get(&page).unwrap().to_vec()).unwrap();
        inside.put(&page, text.replacen("TextCode X=\"0\"", "TextCode X=\"1\"", 1).into_bytes()).unwrap();
        let mut spoilt = package.clone();
        spoilt.put(&path, inside.to_bytes()).unwrap();
        assert!(failing(&checked(&town, &spoilt).await).contains(&"DOCUMENT_SEAL"));
    })
    .await;
}

#[tokio::test]
async fn heads_and_links_of_the_chain_are_held_against_their_signatures() {
    story(async |town| {
        let (case, other) = (decided(&town).await, decided_as(&town, "chain-of-another").await);
        let rows = async |case| {
            let content = export(&town, &town.citizen, case).await.unwrap();
            let package = Package::open(&content, &LIMITS).unwrap();
            let events: Vec<EventRow> = serde_json::from_slice(package.get("events.json").unwrap()).unwrap();
            let proof: Vec<BatchRow> = serde_json::from_slice(package.get("proof.json").unwrap()).unwrap();
            let manifest: Manifest = serde_json::from_slice(package.get("manifest.json").unwrap()).unwrap();
            (events, proof, manifest.platform)
        };
        let trust = trusted(&town).await;
        let ((events, sound, platform), (_, foreign, _)) = (rows(case).await, rows(other).await);
        let codes = |batches: &[BatchRow], standing: Standing| -> Vec<&'static str> {
            let found = proof::check(&events, batches, &platform, &trust);
            found.into_iter().filter(|f| f.standing == standing).map(|f| f.code).collect()
        };
        assert!(codes(&sound, Standing::Fails).is_empty());
        // The signature of another batch.
        let mut swapped = sound.clone();
        swapped[0].signature = foreign.last().unwrap().signature.clone();
        assert_eq!(codes(&swapped, Standing::Fails), ["HEAD_SIGNATURE"]);
        let mut unsigned = sound.clone();
        unsigned[0].signature = None;
        assert!(codes(&unsigned, Standing::Fails).is_empty());
        assert!(codes(&unsigned, Standing::Unproven).contains(&"HEAD_UNSIGNED"));
        assert!(
            codes(&[], Standing::Unproven).iter().filter(|code| **code == "EVENT_NOT_SEALED").count()
                >= events.len()
        );
        // A batch that is whole in itself, and does not follow the one before it.
        let mut broken = vec![sound[0].clone(), sound[0].clone()];
        broken[1].number += 1;
        broken[1].previous = "f".repeat(64);
        let manifest = base::crypt::unhex(&broken[1].manifest).unwrap();
        broken[1].hash = journal::chain_hash(&broken[1].previous, &manifest);
        broken[1].signature = None;
        assert_eq!(codes(&broken, Standing::Fails), ["CHAIN_BROKEN"]);
    })
    .await;
}

/// An archive with another manifest, signed by this signer.
fn resigned(package: &Package, signer: &dyn Signer, platform: &str, now: i64) -> Package {
    let mut manifest: Manifest = serde_json::from_slice(package.get("manifest.json").unwrap()).unwrap();
    manifest.platform = platform.to_owned();
    let bytes = serde_json::to_vec(&manifest).unwrap();
    let time = Some(Time(now / 1000));
    let signed = ofd::signed_data::make(&base::crypt::sm3(&bytes), time, signer).unwrap();
    let mut forged = package.clone();
    forged.put("manifest.json", bytes).unwrap();
    forged.put("manifest.p7s", signed).unwrap();
    forged
}

#[tokio::test]
async fn whoever_keeps_a_seal_cannot_sign_evidence_as_the_platform() {
    story(async |town| {
        let case = decided(&town).await;
        let content = export(&town, &town.citizen, case).await.unwrap();
        let package = Package::open(&content, &LIMITS).unwrap();
        let cx = town.cx(&Actor::System);
        let Actor::Staff(staff) = town.market(PostKind::Clerk) else { unreachable!() };
        let body = staff.posts[0].body.clone();
        let taken = town.world.db.write(async |tx| {
            let wanted = crate::seals::SealUse {
                body: &body,
                document_kind: "decision",
                number: "1",
                case: None,
                reason: "",
            };
            crate::seals::take(tx, &cx, &wanted).await
        });
        let seal = taken.await.unwrap();
        let own = seal.signer().certificate().subject().to_string();
        for platform in [own.as_str(), "C=CN, O=一网测试, CN=一网测试平台存证"] {
            let forged = resigned(&package, seal.signer(), platform, cx.now);
            let found = failing(&checked(&town, &forged).await);
            assert!(found.contains(&"MANIFEST_SIGNATURE"), "{platform}: {found:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn evidence_asked_for_at_once_says_what_is_not_proven_yet() {
    story(async |town| {
        let case = town.submit(&town.citizen, REGISTRATION, "evidence-at-once").await.case;
        let cx = town.cx(&town.market(PostKind::Clerk));
        let db = &town.world.db;
        db.write(async |tx| decide(tx, &cx, case, true, String::new(), None).await.map(drop)).await.unwrap();
        let content = export(&town, &town.citizen, case).await.unwrap();
        let early = checked(&town, &Package::open(&content, &LIMITS).unwrap()).await;
        assert_eq!(early.verdict(), Verdict::Unproven, "{:?}", early.findings);
        // Nobody runs the job here: what has settled is sealed by the export itself.
        town.clock.advance(journal::SETTLED + 1_000);
        let content = export(&town, &town.citizen, case).await.unwrap();
        let package = Package::open(&content, &LIMITS).unwrap();
        let later = checked(&town, &package).await;
        assert_eq!(later.verdict(), Verdict::Holds, "{:?}", later.findings);
        let rows: Vec<EventRow> = serde_json::from_slice(package.get("events.json").unwrap()).unwrap();
        assert!(rows.iter().any(|row| row.kind == "evidence.exported"), "the first export");
        let documents = package.paths().filter(|path| path.starts_with("documents/")).count();
        assert_eq!(rows.iter().filter(|row| row.kind == "seals.used").count(), documents, "one use each");
    })
    .await;
}

#[tokio::test]
async fn the_certificate_that_stood_in_for_a_material_travels_along() {
    story(async |town| {
        decided(&town).await;
        let case = town.submit(&town.citizen, crate::testing::FOOD, "with-licence").await.case;
        // Nobody took the receipt yet: the first export makes it.
        export(&town, &town.citizen, case).await.unwrap();
        town.clock.advance(journal::SETTLED + 1_000);
        let content = export(&town, &town.citizen, case).await.unwrap();
        let package = Package::open(&content, &LIMITS).unwrap();
        let materials: Vec<&str> = package.paths().filter(|path| path.starts_with("materials/")).collect();
        assert_eq!(materials.len(), 1, "the business licence: {materials:?}");
        let report = checked(&town, &package).await;
        assert_eq!(report.verdict(), Verdict::Holds, "{:?}", report.findings);
        let sealed = format!("{}：签章有效", materials[0]);
        assert!(report.findings.iter().any(|finding| finding.what == sealed));
    })
    .await;
}

#[tokio::test]
async fn a_broken_archive_is_told_to_the_end_and_in_chinese() {
    story(async |town| {
        let case = decided(&town).await;
        let content = export(&town, &town.citizen, case).await.unwrap();
        let package = Package::open(&content, &LIMITS).unwrap();
        let mut without = package.clone();
        without.remove("events.json");
        let mut cut = package.clone();
        cut.put("events.json", b"[{".to_vec()).unwrap();
        for broken in [without, cut] {
            let report = checked(&town, &broken).await;
            assert_eq!(report.verdict(), Verdict::Fails);
            let unreadable = report.findings.iter().find(|f| f.code == "JOURNAL_UNREADABLE").unwrap();
            assert!(unreadable.what.starts_with("证据包"), "{}", unreadable.what);
            assert!(report.findings.iter().any(|f| f.code == "DOCUMENT_SEALED"), "the rest is checked");
        }
    })
    .await;
}
