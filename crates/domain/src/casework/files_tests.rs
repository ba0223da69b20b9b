//! Stories of materials that come in several files, on both engines.

use super::*;
use crate::testing::{REGISTRATION, Town, story};

const KEY: &str = "premises";

/// A photographed page.
async fn page(town: &Town, files: &FileStore, number: usize) -> GivenFile {
    let accept = ["pdf".to_owned()];
    let (name, content) = (format!("第{number}页.pdf"), format!("%PDF-1.4 page {number} %%EOF"));
    let new = NewFile { name: &name, content: content.as_bytes(), accept: &accept, max_mb: 10 };
    let kept = put_file(&town.cx(&town.citizen), files, new).await.unwrap();
    GivenFile { digest: kept.digest, name: kept.name }
}

async fn pages(town: &Town, files: &FileStore, numbers: std::ops::Range<usize>) -> Vec<GivenFile> {
    let mut all = Vec::new();
    for number in numbers {
        all.push(page(town, files, number).await);
    }
    all
}

fn names(materials: &[GivenMaterial]) -> Vec<(String, String)> {
    let of = |material: &GivenMaterial| material.marked_files();
    materials.iter().flat_map(of).map(|(mark, file)| (mark, file.name)).collect()
}

fn named(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(mark, name)| ((*mark).to_owned(), (*name).to_owned())).collect()
}

fn store(town: &Town, folder: &std::path::Path) -> FileStore {
    FileStore::open(folder, town.world.keys.clone(), town.world.rng.clone()).unwrap()
}

#[tokio::test]
async fn a_draft_gathers_the_files_of_a_material_and_gives_single_ones_back() {
    story(async |town| {
        let folder = tempfile::tempdir().unwrap();
        let files = store(&town, folder.path());
        let (cx, item, db) = (town.cx(&town.citizen), town.item(REGISTRATION), &town.world.db);
        let begun = db.write(async |tx| begin_draft(tx, &cx, &item, Default::default()).await);
        let draft = begun.await.unwrap().id;
        let give = async |way: Way| db.write(async |tx| attach(tx, &cx, draft, KEY, way.clone()).await).await;
        let all = pages(&town, &files, 1..12).await;
        give(Way::file(&all[0].digest, &all[0].name)).await.unwrap();
        // The first again, under another name, and two more at once.
        let again = GivenFile { name: "又传一次.pdf".into(), ..all[0].clone() };
        let more = give(Way::of_files([again, all[1].clone(), all[2].clone()]).unwrap()).await.unwrap();
        let three = [("premises", "第1页.pdf"), ("premises.2", "第2页.pdf"), ("premises.3", "第3页.pdf")];
        assert_eq!(names(&more.materials), named(&three));

        let less = db.write(async |tx| detach_file(tx, &cx, draft, KEY, &all[1].digest).await).await.unwrap();
        assert_eq!(names(&less.materials), named(&[("premises", "第1页.pdf"), ("premises.2", "第3页.pdf")]));
        let twice =
            db.write(async |tx| detach_file(tx, &cx, draft, KEY, &all[1].digest).await).await.unwrap();
        assert_eq!(names(&twice.materials), names(&less.materials), "pressed twice");

        let most = give(Way::of_files(all[3..].iter().cloned()).unwrap()).await.unwrap();
        assert_eq!(names(&most.materials).len(), MOST_FILES);
        let refused = give(Way::file(&all[1].digest, &all[1].name)).await.unwrap_err();
        assert_eq!(refused.code(), "casework.too_many_files");
        let kept = db.read(async |tx| find_draft(tx, &cx, draft).await).await.unwrap();
        assert_eq!(names(&kept.materials), names(&most.materials), "nothing is lost by the eleventh");

        let paper = give(Way::Paper).await.unwrap();
        assert_eq!(
            (paper.materials.len(), &paper.materials[0].way),
            (1, &Way::Paper),
            "instead of all of them"
        );
    })
    .await;
}

#[tokio::test]
async fn a_case_has_every_file_of_its_materials_for_those_who_may_read_it() {
    story(async |town| {
        let folder = tempfile::tempdir().unwrap();
        let files = store(&town, folder.path());
        let all = pages(&town, &files, 1..3).await;
        let with = |key: &str, way: Way| {
            let mut submission = town.submission(REGISTRATION, key);
            submission.materials.iter_mut().find(|material| material.key == KEY).expect("asked").way = way;
            submission
        };
        let cx = town.cx(&town.citizen);
        let strange = GivenFile { digest: "0".repeat(64), name: "别人的.pdf".into() };
        let foreign = Way::of_files([all[0].clone(), strange]).unwrap();
        let refused = submit(&cx, with("several-files-strange", foreign)).await.unwrap_err();
        assert_eq!(refused.code(), "casework.file_unknown", "also a further one must be her own");
        let too_many = (0..11).map(|n| GivenFile { digest: format!("{n:064}"), name: "a.pdf".into() });
        let refused = submit(&cx, with("several-files-many", Way::of_files(too_many).unwrap())).await;
        assert_eq!(refused.unwrap_err().code(), "casework.too_many_files");

        let case =
            submit(&cx, with("several-files", Way::of_files(all.clone()).unwrap())).await.unwrap().case;
        let file = async |actor: &crate::identity::Actor, mark: &str| {
            let cx = town.cx(actor);
            town.world.db.read(async |tx| case_file(tx, &cx, case, mark).await).await
        };
        for (mark, page) in [("premises", &all[0]), ("premises.2", &all[1])] {
            assert_eq!(file(&town.citizen, mark).await.unwrap().digest, page.digest, "{mark}");
            assert!(matches!(file(&town.neighbour, mark).await, Err(base::Error::NotFound)), "{mark}");
        }
        for mark in ["premises.1", "premises.3", "premises.", "premises.2.2", ".2", ""] {
            assert!(matches!(file(&town.citizen, mark).await, Err(base::Error::NotFound)), "{mark}");
        }
    })
    .await;
}

#[test]
fn files_of_one_material_are_kept_as_before_when_there_is_one() {
    let one = r#"{"key":"plan","way":"file","digest":"d","name":"图.pdf"}"#;
    let read: GivenMaterial = serde_json::from_str(one).unwrap();
    assert_eq!(read.way, Way::file("d", "图.pdf"));
    assert_eq!(serde_json::to_string(&read).unwrap(), one);
}
