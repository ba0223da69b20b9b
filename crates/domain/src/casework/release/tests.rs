//! Stories of files that are let go, on both engines.

use super::*;
use crate::casework::{
    NewFile, Way, attach, begin_draft, delete_draft, detach_file, put_file, submission_of, submit, withdraw,
};
use crate::identity::Actor;
use crate::testing::{DAY, REGISTRATION, Town, story};
use db::params;
use std::sync::Arc;

fn files(town: &Town, folder: &std::path::Path) -> FileStore {
    FileStore::open(folder, town.world.keys.clone(), town.world.rng.clone()).unwrap()
}

async fn upload(town: &Town, actor: &Actor, files: &FileStore, content: &[u8]) -> Way {
    let accept = ["pdf".to_owned()];
    let new = NewFile { name: "图.pdf", content, accept: &accept, max_mb: 10 };
    let kept = put_file(&town.cx(actor), files, new).await.unwrap();
    Way::file(kept.digest, kept.name)
}

fn digest(way: &Way) -> &str {
    let Way::File { digest, .. } = way else { panic!("a file") };
    digest
}

/// A draft of this actor with a file as its first uploaded material.
async fn draft_with(town: &Town, actor: &Actor, way: &Way) -> Id {
    let (cx, item) = (town.cx(actor), town.item(REGISTRATION));
    let key = item.base.materials.iter().find(|m| !m.accept.is_empty()).unwrap().key.clone();
    let draft = town.world.db.write(async |tx| {
        let draft = begin_draft(tx, &cx, &item, Default::default()).await?;
        attach(tx, &cx, draft.id, &key, way.clone()).await
    });
    draft.await.unwrap().id
}

async fn rows(town: &Town) -> i64 {
    let count = town
        .world
        .db
        .read(async |tx| tx.first("SELECT count(*) FROM casework_file", &params![], |row| row.int(0)).await);
    count.await.unwrap().unwrap()
}

/// Does the jobs that are due, as the worker does.
async fn work(town: &Town, files: &FileStore) -> usize {
    let (db, cx) = (&town.world.db, town.cx(&Actor::System));
    let mut done = 0;
    while let Some(job) = db.write(async |tx| db::jobs::claim(tx, cx.now, 1000).await).await.unwrap() {
        assert_eq!(job.kind, JOB);
        remove_file(&cx, files, &job.payload).await.unwrap();
        db.write(async |tx| db::jobs::complete(tx, &job, cx.now).await).await.unwrap();
        done += 1;
    }
    done
}

async fn delete(town: &Town, actor: &Actor, draft: Id) {
    let cx = town.cx(actor);
    town.world.db.write(async |tx| delete_draft(tx, &cx, draft).await).await.unwrap();
}

#[tokio::test]
async fn a_deleted_draft_frees_its_files_and_the_disk_when_nobody_has_them() {
    story(async |town| {
        let folder = tempfile::tempdir().unwrap();
        let files = files(&town, folder.path());
        let own = upload(&town, &town.citizen, &files, b"%PDF-1.4 own %%EOF").await;
        let shared = upload(&town, &town.citizen, &files, b"%PDF-1.4 shared %%EOF").await;
        upload(&town, &town.neighbour, &files, b"%PDF-1.4 shared %%EOF").await;
        let first = draft_with(&town, &town.citizen, &own).await;
        let second = draft_with(&town, &town.citizen, &own).await;
        let third = draft_with(&town, &town.citizen, &shared).await;
        assert_eq!(rows(&town).await, 3);
        delete(&town, &town.citizen, first).await;
        assert_eq!((rows(&town).await, work(&town, &files).await), (3, 0), "another draft names it");
        delete(&town, &town.citizen, second).await;
        delete(&town, &town.citizen, third).await;
        assert_eq!((rows(&town).await, work(&town, &files).await), (1, 2));
        assert!(files.get(digest(&own)).is_err(), "nobody has it any more");
        assert_eq!(files.get(digest(&shared)).unwrap(), b"%PDF-1.4 shared %%EOF", "the neighbour has it");
        let again = upload(&town, &town.citizen, &files, b"%PDF-1.4 own %%EOF").await;
        assert!(files.get(digest(&again)).is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_file_of_a_case_is_kept_whatever_becomes_of_it() {
    story(async |town| {
        let folder = tempfile::tempdir().unwrap();
        let files = files(&town, folder.path());
        let way = upload(&town, &town.citizen, &files, b"%PDF-1.4 evidence %%EOF").await;
        let draft = draft_with(&town, &town.citizen, &way).await;
        let cx = town.cx(&town.citizen);
        let mut kept =
            town.world.db.read(async |tx| crate::casework::find_draft(tx, &cx, draft).await).await.unwrap();
        let whole = town.submission(REGISTRATION, "unused-key");
        let others = whole.materials.into_iter().filter(|m| m.key != kept.materials[0].key);
        kept.materials.extend(others.collect::<Vec<_>>());
        kept.answers = whole.answers;
        let case = submit(&cx, submission_of(&kept, "web")).await.unwrap().case;
        let other = draft_with(&town, &town.citizen, &way).await;
        delete(&town, &town.citizen, other).await;
        town.world.db.write(async |tx| withdraw(tx, &cx, case, String::new(), None).await).await.unwrap();
        assert_eq!((rows(&town).await, work(&town, &files).await), (1, 0));
        assert!(files.get(digest(&way)).is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_file_that_was_taken_back_and_one_that_was_never_used_are_let_go() {
    story(async |town| {
        let folder = tempfile::tempdir().unwrap();
        let files = files(&town, folder.path());
        let (old, new) = (
            upload(&town, &town.citizen, &files, b"%PDF-1.4 old %%EOF").await,
            upload(&town, &town.citizen, &files, b"%PDF-1.4 new %%EOF").await,
        );
        let draft = draft_with(&town, &town.citizen, &old).await;
        let cx = town.cx(&town.citizen);
        let key =
            town.item(REGISTRATION).base.materials.iter().find(|m| !m.accept.is_empty()).unwrap().key.clone();
        town.world.db.write(async |tx| attach(tx, &cx, draft, &key, new.clone()).await).await.unwrap();
        assert_eq!((rows(&town).await, work(&town, &files).await), (2, 0), "the second joins the first");
        let taken = digest(&old);
        town.world.db.write(async |tx| detach_file(tx, &cx, draft, &key, taken).await).await.unwrap();
        assert_eq!((rows(&town).await, work(&town, &files).await), (1, 1), "the one taken back");
        upload(&town, &town.citizen, &files, b"%PDF-1.4 unused %%EOF").await;
        let let_go = async || {
            let cx = town.cx(&town.citizen);
            let account = cx.actor.require_account().unwrap();
            town.world.db.write(async |tx| release_unnamed(tx, &cx, account).await).await.unwrap();
            rows(&town).await
        };
        assert_eq!(let_go().await, 2, "a form may still be filled in for it");
        town.clock.advance(DAY + 1);
        assert_eq!(let_go().await, 1);
        assert!(files.get(digest(&new)).is_ok());
    })
    .await;
}

/// Whoever uploads the same content while it is being removed has a file in the end, at whatever moment.
#[tokio::test]
async fn an_upload_that_meets_a_removal_keeps_its_file() {
    story(async |town| {
        let town = Arc::new(town);
        let folder = tempfile::tempdir().unwrap();
        let files = files(&town, folder.path());
        for round in 0..20 {
            let content = format!("%PDF-1.4 round {round} %%EOF");
            let way = upload(&town, &town.citizen, &files, content.as_bytes()).await;
            let draft = draft_with(&town, &town.citizen, &way).await;
            delete(&town, &town.citizen, draft).await;
            let remover = {
                let (town, files) = (town.clone(), files.clone());
                tokio::spawn(async move { work(&town, &files).await })
            };
            let again = upload(&town, &town.neighbour, &files, content.as_bytes()).await;
            remover.await.unwrap();
            assert_eq!(files.get(digest(&again)).unwrap(), content.as_bytes(), "round {round}");
        }
    })
    .await;
}
