//! What only the embedded engine promises: one flush for many, one process, no room.

use base::{Error, Result};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::oneshot;
use yiwang_db::testing::{TestDb, temporary_folder};
use yiwang_db::{Db, Location, Migration, Options, Tx, params};

const TABLES: &[Migration] =
    &[Migration { number: 1, name: "t", sql: "CREATE TABLE t (id {id_key}, body TEXT NOT NULL);" }];

async fn add(tx: &mut Tx<'_>, id: i64, body: &str) -> Result<u64> {
    tx.execute("INSERT INTO t (id, body) VALUES ($1, $2)", &params![id, body]).await
}

async fn count(db: &Db) -> i64 {
    let count = db.read(async |tx| tx.first("SELECT count(*) FROM t", &[], |row| row.int(0)).await);
    count.await.unwrap().unwrap()
}

/// Lets a verb stand in the way until told, so that what queues behind it is known.
async fn held(db: &Db) -> (oneshot::Sender<()>, tokio::task::JoinHandle<Result<u64>>) {
    let (go, told) = oneshot::channel();
    let (began, running) = oneshot::channel();
    let db = db.clone();
    let verb = tokio::spawn(async move {
        db.write(async |tx| {
            let changed = add(tx, 0, "held").await?;
            began.send(()).unwrap();
            told.await.unwrap();
            Ok(changed)
        })
        .await
    });
    running.await.unwrap();
    (go, verb)
}

#[tokio::test]
async fn one_verb_of_a_batch_fails_alone() {
    let test = TestDb::sqlite(TABLES).await;
    let (go, first) = held(&test).await;
    let tasks: Vec<_> = (1..=60)
        .map(|id| {
            let db = test.db().clone();
            tokio::spawn(async move {
                let verb = db.write(async |tx| {
                    add(tx, id, "x").await?;
                    match id % 3 {
                        0 => Err(Error::refused("t.no", "不行")),
                        1 => std::future::pending().await,
                        _ => Ok(()),
                    }
                });
                tokio::time::timeout(Duration::from_millis(if id % 3 == 1 { 5 } else { 5_000 }), verb).await
            })
        })
        .collect();
    go.send(()).unwrap();
    first.await.unwrap().unwrap();
    let mut good = 0;
    for task in tasks {
        good += i64::from(matches!(task.await.unwrap(), Ok(Ok(()))));
    }
    assert_eq!(good, 20);
    assert_eq!(count(&test).await, 21);
}

#[tokio::test]
async fn a_verb_that_changes_nothing_costs_no_commit() {
    let test = TestDb::sqlite(TABLES).await;
    let before = test.commits();
    for _ in 0..10 {
        test.write(async |tx| tx.first("SELECT 1 FROM t", &[], |_| Ok(())).await).await.unwrap();
        let refused = test.write(async |_| Err::<(), _>(Error::Denied)).await;
        assert!(matches!(refused, Err(Error::Denied)));
    }
    assert_eq!(test.commits(), before);
}

#[tokio::test]
async fn an_answer_rests_on_nothing_that_is_not_durable() {
    let test = TestDb::sqlite(TABLES).await;
    let before = test.commits();
    let (go, first) = held(&test).await;
    let db = test.db().clone();
    let refused = tokio::spawn(async move {
        let refused = db
            .write(async |tx| match tx.first("SELECT id FROM t WHERE id = 0", &[], |_| Ok(())).await? {
                Some(()) => Err::<(), _>(Error::refused("t.already_there", "已存在")),
                None => Ok(()),
            })
            .await;
        (refused.unwrap_err().code(), db.commits())
    });
    tokio::task::yield_now().await;
    go.send(()).unwrap();
    let (code, commits) = refused.await.unwrap();
    assert_eq!(code, "t.already_there");
    assert_eq!(commits, before + 1, "the row it saw was durable before it answered");
    first.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_room_is_busy_and_passes() {
    let test = TestDb::sqlite(TABLES).await;
    let body = "x".repeat(2_000);
    let limit = |pages: i64| {
        let db = test.db().clone();
        let sql = if pages == 0 { "PRAGMA max_page_count = 1000000" } else { "PRAGMA max_page_count = 60" };
        async move { db.write(async |tx| tx.first(sql, &[], |row| row.int(0)).await).await.unwrap() }
    };
    limit(60).await;
    let (done, busy) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let writers = (0..4).map(|writer| {
        let (test, body, done, busy) = (&test, &body, &done, &busy);
        async move {
            for id in 1..=50 {
                match test.write(async |tx| add(tx, writer * 1000 + id, body).await).await {
                    Ok(_) => done.fetch_add(1, Ordering::Relaxed),
                    Err(Error::Busy) => busy.fetch_add(1, Ordering::Relaxed),
                    Err(other) => panic!("{other}"),
                };
            }
        }
    });
    futures_util::future::join_all(writers).await;
    assert!(
        done.load(Ordering::Relaxed) > 10 && busy.load(Ordering::Relaxed) > 10,
        "{done:?} done, {busy:?} busy"
    );
    assert_eq!(
        count(&test).await,
        i64::try_from(done.load(Ordering::Relaxed)).unwrap(),
        "reads go on, nothing half"
    );
    limit(0).await;
    test.write(async |tx| add(tx, 9_999, &body).await).await.unwrap();
}

#[tokio::test]
async fn whoever_watches_sees_that_nothing_can_be_committed() {
    let test = TestDb::sqlite(TABLES).await;
    // Fails where a full disk does: in the commit, after the verb.
    let sql = "CREATE TABLE c (id BIGINT REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)";
    test.write(async |tx| tx.execute(sql, &[]).await).await.unwrap();
    assert!(!test.commit_failing());
    let orphan = async |tx: &mut Tx<'_>| tx.execute("INSERT INTO c (id) VALUES (1)", &[]).await;
    assert!(matches!(test.write(orphan).await, Err(Error::Busy)));
    assert!(test.commit_failing());
    let nothing = async |tx: &mut Tx<'_>| tx.execute("UPDATE t SET body = body WHERE id = 7", &[]).await;
    test.write(nothing).await.unwrap();
    assert!(test.commit_failing(), "a commit of nothing says nothing about the disk");
    test.write(async |tx| add(tx, 1, "x").await).await.unwrap();
    assert!(!test.commit_failing());
}

#[tokio::test]
async fn nobody_else_on_the_machine_reads_the_data() {
    use std::os::unix::fs::PermissionsExt;
    let home = temporary_folder();
    let folder = home.path().join("data");
    let location = Location::Folder(folder.clone());
    let missing = location.missing().expect("there is none yet");
    let db = Db::open(Options { location: location.clone(), ..Options::default() }).await.unwrap();
    assert!(!db.founded().await.unwrap());
    db.migrate(TABLES).await.unwrap();
    assert!(db.founded().await.unwrap());
    assert_eq!((location.missing(), missing.is_file()), (None, true));
    let rights = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(rights(&folder), 0o700);
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 4, "{files:?}");
    for file in files {
        assert_eq!(rights(&file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn what_was_written_is_there_after_opening_again() {
    let test = TestDb::sqlite(TABLES).await;
    for id in 0..9_000 {
        // The log is begun anew on the way.
        test.write(async |tx| add(tx, id, &"y".repeat(5_000)).await).await.unwrap();
    }
    let (location, _home) = test.close();
    let db = Db::open(Options { location, ..Options::default() }).await.unwrap();
    assert_eq!(count(&db).await, 9_000);
    let check = db.read(async |tx| tx.first("PRAGMA integrity_check", &[], |row| row.text(0)).await).await;
    assert_eq!(check.unwrap().unwrap(), "ok");
}

/// The log after 300 MB of rows, when something is done after each of them.
async fn log_after_much(test: &TestDb, between: impl AsyncFn()) -> u64 {
    let body = "z".repeat(100_000);
    for id in 0..3_000 {
        test.write(async |tx| add(tx, id, &body).await).await.unwrap();
        between().await;
    }
    let Location::Folder(folder) = test.location() else { unreachable!() };
    std::fs::metadata(folder.join("yiwang.db-wal")).unwrap().len()
}

#[tokio::test]
async fn the_log_does_not_grow_without_end() {
    let test = TestDb::sqlite(TABLES).await;
    let log = log_after_much(&test, async || ()).await;
    assert!(log < 150_000_000, "{log} bytes of log after 300 MB of rows");
}

/// Readers keep their snapshots until the next commit, and a snapshot holds the log.
#[tokio::test]
async fn nor_while_people_read() {
    let test = TestDb::sqlite(TABLES).await;
    let log = log_after_much(&test, async || {
        let (one, other) = tokio::join!(count(&test), count(&test));
        assert_eq!(one, other);
        count(&test).await;
    });
    let log = log.await;
    assert!(log < 150_000_000, "{log} bytes of log after 300 MB of rows");
}

#[tokio::test]
async fn a_snapshot_that_was_kept_is_left_when_something_is_committed() {
    let test = TestDb::sqlite(TABLES).await;
    for id in 0..20 {
        for _ in 0..3 {
            assert_eq!(count(&test).await, id);
            let found =
                test.read_one(async |tx| tx.first("SELECT count(*) FROM t", &[], |row| row.int(0)).await);
            assert_eq!(found.await.unwrap(), Some(id));
        }
        test.write(async |tx| add(tx, id, "").await).await.unwrap();
    }
}

#[tokio::test]
async fn the_settings_that_keep_data_safe() {
    let test = TestDb::sqlite(TABLES).await;
    let of = async |tx: &mut Tx<'_>, sql: &'static str| {
        tx.first(sql, &[], |row| row.int(0)).await.unwrap().unwrap()
    };
    test.write(async |tx| {
        let mode = tx.first("PRAGMA journal_mode", &[], |row| row.text(0)).await?;
        assert_eq!(mode.as_deref(), Some("wal"));
        assert_eq!(of(tx, "PRAGMA synchronous").await, 1, "NORMAL: the flusher flushes the log itself");
        assert_eq!(of(tx, "PRAGMA foreign_keys").await, 1);
        assert_eq!(of(tx, "PRAGMA wal_autocheckpoint").await, 0, "the copier's");
        assert_eq!(of(tx, "PRAGMA cache_size").await, -4 * 1024);
        let version = tx.first("SELECT sqlite_version()", &[], |row| row.text(0)).await?.unwrap();
        let parts: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
        assert!(parts >= vec![3, 51, 3], "{version} can corrupt its log with two connections");
        Ok(())
    })
    .await
    .unwrap();
    test.read(async |tx| {
        assert_eq!(of(tx, "PRAGMA query_only").await, 1);
        assert_eq!(of(tx, "PRAGMA cache_size").await, -8 * 1024);
        Ok(())
    })
    .await
    .unwrap();
}

const FOLDER: &str = "YIWANG_TEST_SECOND_PROCESS";

/// Run by the next test in a process of its own; on its own it does nothing.
#[tokio::test]
async fn second_process() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let opened = Db::open(Options { location: Location::Folder(folder.into()), ..Options::default() }).await;
    match opened {
        Ok(_) => println!("opened"),
        Err(error) => println!("{}: {error}", error.code()),
    }
}

#[tokio::test]
async fn a_second_process_on_the_folder_is_refused() {
    let folder = temporary_folder();
    let second = || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "second_process", "--nocapture"]).env(FOLDER, folder.path());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let location = Location::Folder(folder.path().to_owned());
    let db = Db::open(Options { location: location.clone(), ..Options::default() }).await.unwrap();
    let said = tokio::time::timeout(
        Duration::from_secs(1),
        tokio::task::spawn_blocking({
            let said = second();
            move || said
        }),
    );
    let said = said.await.expect("within a second").unwrap();
    assert!(said.contains("db.folder_in_use") && said.contains(folder.path().to_str().unwrap()), "{said}");
    let here = Db::open(Options { location, ..Options::default() }).await;
    assert_eq!(here.err().map(|e| e.code()), Some("db.folder_in_use"), "nor a second time in one process");
    drop(db);
    assert!(second().contains("opened"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_go_on_while_a_writer_holds_its_turn() {
    let test = TestDb::sqlite(TABLES).await;
    let (go, first) = held(&test).await;
    for _ in 0..20 {
        assert_eq!(count(&test).await, 0, "what is not committed is not seen");
    }
    go.send(()).unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(count(&test).await, 1);
}
