//! What only the client-server engine has to get right: connections that must not go home in a transaction,
//! servers that go away, databases that sort differently.

use base::{Error, Result};
use std::time::Duration;
use tokio::time::timeout;
use yiwang_db::testing::{TestDb, postgres_url};
use yiwang_db::{Db, Location, Migration, Options, Tx, params};

const TABLES: &[Migration] =
    &[Migration { number: 1, name: "t", sql: "CREATE TABLE t (id {id_key}, body TEXT NOT NULL);" }];

async fn add(tx: &mut Tx<'_>, id: i64) -> Result<u64> {
    tx.execute("INSERT INTO t (id, body) VALUES ($1, $2)", &params![id, "x"]).await
}

async fn backend(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(tx.first("SELECT pg_backend_pid()", &[], |row| row.int(0)).await?.unwrap())
}

async fn with_pool(location: Location, readers: usize) -> Db {
    let patience = Duration::from_millis(100);
    Db::open(Options { location, readers, patience, ..Options::default() }).await.unwrap()
}

#[tokio::test]
async fn a_dropped_verb_lets_go_of_its_locks_and_its_connection() {
    let test = TestDb::postgres(TABLES).await;
    test.write(async |tx| add(tx, 1).await).await.unwrap();
    let db = with_pool(test.location(), 1).await;
    let mut connections = Vec::new();
    for _ in 0..3 {
        let halted = db.write(async |tx| {
            connections.push(backend(tx).await?);
            tx.execute("UPDATE t SET body = $1", &params!["locked"]).await?;
            std::future::pending::<Result<()>>().await
        });
        assert!(timeout(Duration::from_millis(100), halted).await.is_err());
        let unlocked = db.write(async |tx| tx.execute("UPDATE t SET body = $1", &params!["free"]).await);
        assert_eq!(timeout(Duration::from_secs(2), unlocked).await.unwrap().unwrap(), 1);
    }
    connections.dedup();
    assert_eq!(connections.len(), 3, "a connection dropped in a transaction is not used again");
    let body =
        db.read(async |tx| tx.first("SELECT body FROM t", &[], |row| row.text(0)).await).await.unwrap();
    assert_eq!(body.as_deref(), Some("free"));
}

#[tokio::test]
async fn connections_that_ended_well_are_used_again() {
    let test = TestDb::postgres(TABLES).await;
    let db = with_pool(test.location(), 1).await;
    let first = db.write(async |tx| backend(tx).await).await.unwrap();
    for id in 0..20 {
        db.write(async |tx| add(tx, id).await).await.unwrap();
        let refused = db.write(async |tx| add(tx, id).await).await;
        assert!(matches!(refused, Err(Error::Conflict)));
        let soon = db.write(async |tx| {
            tx.execute_soon("INSERT INTO t (id, body) VALUES ($1, $2)", &params![id, "x"]).await
        });
        assert!(matches!(soon.await, Err(Error::Conflict)));
        assert!(db.read(async |tx| tx.first("SELECT oops", &[], |_| Ok(())).await).await.is_err());
        assert_eq!(db.read(async |tx| backend(tx).await).await.unwrap(), first);
    }
}

#[tokio::test]
async fn a_lost_connection_is_busy_and_the_next_one_works() {
    let test = TestDb::postgres(TABLES).await;
    let lost = test
        .write(async |tx| {
            add(tx, 1).await?;
            let victim = backend(tx).await?;
            test.read(async |other| {
                other.first("SELECT pg_terminate_backend($1)", &params![victim], |row| row.bool(0)).await
            })
            .await?;
            add(tx, 2).await
        })
        .await;
    assert!(matches!(lost, Err(Error::Busy)), "{lost:?}");
    assert_eq!(test.write(async |tx| add(tx, 3).await).await.unwrap(), 1);
    let rows = test.read(async |tx| tx.rows("SELECT id FROM t", &[], |row| row.int(0)).await).await;
    assert_eq!(rows.unwrap(), [3]);
}

#[tokio::test]
async fn a_pool_used_up_is_busy() {
    let test = TestDb::postgres(TABLES).await;
    let db = with_pool(test.location(), 1).await;
    db.read(async |tx| {
        backend(tx).await?;
        assert!(matches!(db.healthy().await, Err(Error::Busy)));
        Ok(())
    })
    .await
    .unwrap();
    db.healthy().await.unwrap();
}

#[tokio::test]
async fn two_who_lock_each_other_out_are_told() {
    let test = TestDb::postgres(TABLES).await;
    test.write(async |tx| add(tx, 1).await.and(add(tx, 2).await)).await.unwrap();
    let cross = async |first: i64, second: i64| {
        test.write(async |tx| {
            let sql = "UPDATE t SET body = $1 WHERE id = $2";
            tx.execute(sql, &params!["y", first]).await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
            tx.execute(sql, &params!["y", second]).await
        })
        .await
    };
    let (one, two) = tokio::join!(cross(1, 2), cross(2, 1));
    assert!(
        matches!((&one, &two), (Ok(1), Err(Error::Conflict)) | (Err(Error::Conflict), Ok(1))),
        "{one:?} {two:?}"
    );
}

#[tokio::test]
async fn nobody_waits_for_ever() {
    let test = TestDb::postgres(TABLES).await;
    let settings = [
        ("SHOW statement_timeout", "15s"),
        ("SHOW idle_in_transaction_session_timeout", "10s"),
        ("SHOW lock_timeout", "5s"),
        ("SHOW client_encoding", "UTF8"),
        ("SHOW transaction_isolation", "read committed"),
    ];
    for (sql, value) in settings {
        let set = test.write(async |tx| tx.first(sql, &[], |row| row.text(0)).await).await.unwrap();
        assert_eq!(set.as_deref(), Some(value), "{sql}");
    }
}

#[tokio::test]
async fn a_database_that_sorts_by_language_is_refused() {
    let url = postgres_url().await;
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let name = format!("sorted_{}", std::process::id());
    client
        .batch_execute(&format!(
            "CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
        ))
        .await
        .unwrap();
    let other = url.rsplit_once('/').unwrap().0;
    let location = Location::Postgres(format!("{other}/{name}"));
    let refused = Db::open(Options { location, ..Options::default() }).await.err().unwrap();
    client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    assert_eq!(refused.code(), "db.collation");
    assert!(refused.to_string().contains("LC_COLLATE 'C'"), "{refused}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let location = Location::Postgres("postgres://nobody@127.0.0.1:1/none".into());
    let refused = Db::open(Options { location, ..Options::default() }).await.err().unwrap();
    assert_eq!(refused.code(), "db.unreachable");
    let location = Location::PostgresSchema { url: postgres_url().await, schema: "x; drop".into() };
    let refused = Db::open(Options { location, ..Options::default() }).await.err().unwrap();
    assert_eq!(refused.code(), "db.schema");
}
