//! Migrations go forward, each wholly or not at all.

use yiwang_db::testing::{TestDb, both};
use yiwang_db::{Db, Engine, MIGRATION_SQL, Migration, Options};

const ONE: Migration = Migration { number: 1, name: "db", sql: MIGRATION_SQL };
const TWO: Migration =
    Migration { number: 2, name: "a", sql: "CREATE TABLE a (id {id_key});\nCREATE TABLE b (id {id_key});" };
const BROKEN: Migration =
    Migration { number: 2, name: "a", sql: "CREATE TABLE a (id {id_key});\nCREATE TABLE oops;" };
const CHANGED: Migration =
    Migration { number: 2, name: "a", sql: "CREATE TABLE a (id {id_key}, more TEXT);" };
const THREE: Migration = Migration { number: 3, name: "c", sql: "ALTER TABLE a ADD COLUMN body TEXT;" };

async fn works(db: &Db, sql: &'static str) -> bool {
    db.read(async |tx| tx.prepare(sql).await).await.is_ok()
}

#[tokio::test]
async fn a_step_that_fails_leaves_nothing_and_is_taken_again() {
    both(&[], async |db| {
        assert_eq!(db.migrate(&[ONE]).await.unwrap(), ["db"]);
        assert!(db.migrate(&[ONE, BROKEN, THREE]).await.is_err());
        assert!(!works(&db, "SELECT id FROM a").await);
        assert_eq!(db.migrate(&[ONE, TWO, THREE]).await.unwrap(), ["a", "c"]);
        assert!(works(&db, "SELECT a.body, b.id FROM a, b").await);
        assert!(db.migrate(&[ONE, TWO, THREE]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn looking_tells_a_database_from_an_empty_one() {
    both(&[], async |db| {
        assert!(db.founded().await.unwrap());
        db.write(async |tx| tx.execute("DROP TABLE db_migration", &[]).await).await.unwrap();
        assert!(!db.founded().await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn what_was_applied_must_not_change() {
    both(&[ONE, TWO], async |db| {
        let refused = db.migrate(&[ONE, CHANGED, THREE]).await.unwrap_err();
        assert_eq!(refused.code(), "db.migration_changed");
        assert!(!works(&db, "SELECT body FROM a").await, "nothing after it is applied");
    })
    .await;
}

#[tokio::test]
async fn a_program_older_than_the_database_stops() {
    both(&[ONE, TWO, THREE], async |db| {
        assert_eq!(db.migrate(&[ONE, TWO]).await.unwrap_err().code(), "db.newer_than_program");
        assert_eq!(db.migrate(&[]).await.unwrap_err().code(), "db.newer_than_program");
    })
    .await;
}

#[tokio::test]
async fn numbers_rise_and_none_comes_late() {
    both(&[ONE, THREE_ALONE], async |db| {
        assert_eq!(db.migrate(&[THREE_ALONE, ONE]).await.unwrap_err().code(), "bug");
        assert_eq!(db.migrate(&[ONE, ONE, THREE_ALONE]).await.unwrap_err().code(), "bug");
        assert_eq!(db.migrate(&[ONE, TWO, THREE_ALONE]).await.unwrap_err().code(), "bug");
    })
    .await;
}

const THREE_ALONE: Migration = Migration { number: 3, name: "d", sql: "CREATE TABLE d (id {id_key});" };

#[tokio::test]
async fn several_processes_may_migrate_one_schema_at_once() {
    let test = TestDb::new(Engine::Postgres, &[]).await;
    let migrating = (0..4).map(|_| async {
        let db =
            Db::open(Options { location: test.location(), readers: 2, ..Options::default() }).await.unwrap();
        db.migrate(&[ONE, TWO, THREE]).await.unwrap()
    });
    let mut applied = futures_util::future::join_all(migrating).await.concat();
    applied.sort();
    assert_eq!(applied, ["a", "c", "db"], "each once");
}
