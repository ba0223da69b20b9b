//! What a verb may rely on, the same on both engines.

use base::{Error, Id, Result};
use std::time::Duration;
use tokio::time::timeout;
use yiwang_db::testing::{TestDb, both};
use yiwang_db::{Db, Engine, Migration, Options, Param, Tx, params};

const SHORT: Duration = Duration::from_millis(30);

const TABLES: &[Migration] = &[Migration {
    number: 1,
    name: "tables",
    sql: "CREATE TABLE t_place (id {id_key}, name TEXT NOT NULL UNIQUE, note TEXT, open BOOLEAN NOT NULL, seal BLOB);
          CREATE TABLE t_case (id {case_id}, area TEXT NOT NULL, place BIGINT NOT NULL REFERENCES t_place (id){case_key});",
}];

const INSERT: &str = "INSERT INTO t_place (id, name, note, open, seal) VALUES ($1, $2, $3, $4, $5)";

async fn add(tx: &mut Tx<'_>, id: i64, name: &str) -> Result<u64> {
    tx.execute(INSERT, &params![id, name, None::<&str>, true, None::<&[u8]>]).await
}

async fn names(db: &Db) -> Vec<String> {
    db.read(async |tx| tx.rows("SELECT name FROM t_place ORDER BY name", &[], |row| row.text(0)).await)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_four_types_go_in_and_come_out() {
    both(TABLES, async |db| {
        let note = Some("备注 'x'; --".to_owned());
        db.write(async |tx| {
            tx.execute(INSERT, &params![Id(7), "甲", &note, false, &vec![0_u8, 255]]).await?;
            tx.execute(INSERT, &params![i64::MAX, "乙", Param::Null, true, None::<&[u8]>]).await
        })
        .await
        .unwrap();
        let sql = "SELECT id, name, note, open, seal FROM t_place WHERE id >= $1 ORDER BY id";
        let rows = db
            .read(async |tx| {
                tx.rows(sql, &params![0_i64], |row| {
                    assert!(row.int(1).is_err(), "a text is no number");
                    assert!(row.text(9).is_err(), "there is no such column");
                    Ok((row.id(0)?, row.text(1)?, row.opt_text(2)?, row.bool(3)?, row.opt_blob(4)?))
                })
                .await
            })
            .await
            .unwrap();
        assert_eq!(rows[0], (Id(7), "甲".into(), note, false, Some(vec![0, 255])));
        assert_eq!(rows[1], (Id(i64::MAX), "乙".into(), None, true, None));
        db.healthy().await.unwrap();
    })
    .await;
}

/// PostgreSQL keeps none, and nobody's mistake may depend on the engine.
#[tokio::test]
async fn a_text_with_a_nul_is_refused_and_is_no_bug() {
    both(TABLES, async |db| {
        let name = "a\0b";
        let refused =
            db.write(async |tx| tx.execute(INSERT, &params![1_i64, name, "", true, &[0_u8]]).await).await;
        assert_eq!(refused.unwrap_err().code(), "text.characters");
        let refused = db
            .write(async |tx| tx.execute_all(&[(INSERT, &params![1_i64, name, "", true, &[0_u8]])]).await)
            .await;
        assert_eq!(refused.unwrap_err().code(), "text.characters");
        let sql = "SELECT id FROM t_place WHERE name = $1";
        let refused = db.read(async |tx| tx.first(sql, &params![name], |row| row.id(0)).await).await;
        assert_eq!(refused.unwrap_err().code(), "text.characters");
        assert!(names(&db).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn parameters_are_bound_by_their_digits() {
    both(TABLES, async |db| {
        let sql = "SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT)";
        let found = db
            .read(async |tx| {
                tx.first(sql, &params!["one", "two"], |row| Ok([row.text(0)?, row.text(1)?, row.text(2)?]))
                    .await
            })
            .await
            .unwrap();
        assert_eq!(found.unwrap(), ["two", "one", "two"]);
        for wrong in [&params!["one"][..], &params!["one", "two", "three"]] {
            assert!(db.read(async |tx| tx.first(sql, wrong, |_| Ok(())).await).await.is_err());
        }
    })
    .await;
}

#[tokio::test]
async fn an_error_undoes_the_whole_verb_and_no_other() {
    both(TABLES, async |db| {
        db.write(async |tx| add(tx, 1, "kept").await).await.unwrap();
        let refused = db
            .write(async |tx| {
                add(tx, 2, "undone").await?;
                Err::<(), _>(Error::refused("t.no", "不行"))
            })
            .await;
        assert_eq!(refused.unwrap_err().code(), "t.no");
        db.write(async |tx| add(tx, 3, "kept too").await).await.unwrap();
        assert_eq!(names(&db).await, ["kept", "kept too"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_to_run_soon_has_run_when_anything_is_asked() {
    both(TABLES, async |db| {
        let soon = async |tx: &mut Tx<'_>, id: i64, name: &str| {
            tx.execute_soon(INSERT, &params![id, name, None::<&str>, true, Some(&[7_u8][..])]).await
        };
        db.write(async |tx| {
            soon(tx, 1, "a").await?;
            soon(tx, 2, "b").await?;
            let seen = tx.first("SELECT count(*) FROM t_place", &[], |row| row.int(0)).await?;
            assert_eq!(seen, Some(2));
            let changed = tx.execute("UPDATE t_place SET name = 'c' WHERE id = $1", &params![2]).await?;
            assert_eq!(changed, 1);
            soon(tx, 3, "d").await
        })
        .await
        .unwrap();
        assert_eq!(names(&db).await, ["a", "c", "d"]);

        // The last words of a verb fail: nothing of it stays, and the next verb is not troubled.
        let twice = db
            .write(async |tx| {
                soon(tx, 4, "e").await?;
                soon(tx, 4, "f").await?;
                soon(tx, 5, "g").await
            })
            .await;
        assert!(matches!(twice, Err(Error::Conflict)), "{twice:?}");
        let refused = db
            .write(async |tx| {
                soon(tx, 6, "h").await?;
                Err::<(), _>(Error::refused("t.no", "不行"))
            })
            .await;
        assert_eq!(refused.unwrap_err().code(), "t.no");
        db.write(async |tx| soon(tx, 7, "i").await).await.unwrap();
        assert_eq!(names(&db).await, ["a", "c", "d", "i"]);
    })
    .await;
}

#[tokio::test]
async fn a_query_of_one_statement_is_one() {
    both(TABLES, async |db| {
        db.write(async |tx| add(tx, 1, "a").await).await.unwrap();
        let count = "SELECT count(*) FROM t_place";
        let one = db.read_one(async |tx| tx.first(count, &[], |row| row.int(0)).await).await;
        assert_eq!(one.unwrap(), Some(1));
        let two = db.read_one(async |tx| {
            tx.first(count, &[], |row| row.int(0)).await?;
            tx.first(count, &[], |row| row.int(0)).await
        });
        assert!(matches!(two.await, Err(Error::Bug(_))));
        // What was refused has left nothing behind.
        db.write(async |tx| add(tx, 2, "b").await).await.unwrap();
        let seen = db.read_one(async |tx| tx.first(count, &[], |row| row.int(0)).await).await;
        assert_eq!(seen.unwrap(), Some(2));
        let written = db.read_one(async |tx| tx.execute("DELETE FROM t_place", &[]).await).await;
        assert!(written.is_err(), "a query cannot write");
        assert_eq!(names(&db).await, ["a", "b"]);
    })
    .await;
}

#[tokio::test]
async fn broken_rules_of_a_table_are_conflicts() {
    both(TABLES, async |db| {
        db.write(async |tx| add(tx, 1, "a").await).await.unwrap();
        let same_name = db.write(async |tx| add(tx, 2, "a").await).await;
        assert!(matches!(same_name, Err(Error::Conflict)), "{same_name:?}");
        let same_id = db.write(async |tx| add(tx, 1, "b").await).await;
        assert!(matches!(same_id, Err(Error::Conflict)), "{same_id:?}");
        let case = "INSERT INTO t_case (id, area, place) VALUES ($1, $2, $3)";
        let nowhere = db.write(async |tx| tx.execute(case, &params![1, "320102", 99]).await).await;
        assert!(matches!(nowhere, Err(Error::Conflict)), "{nowhere:?}");
    })
    .await;
}

#[tokio::test]
async fn a_statement_nobody_understands_is_a_bug_with_its_text() {
    both(TABLES, async |db| {
        for sql in ["SELECT nothing FROM t_place", "SELECT \"t_place\" FROM t_case", "SELEC"] {
            let error = db.read(async |tx| tx.first(sql, &[], |_| Ok(())).await).await.unwrap_err();
            assert!(matches!(&error, Error::Bug(_)) && error.to_string().contains(sql), "{error}");
            assert!(db.read(async |tx| tx.prepare(sql).await).await.is_err());
        }
        db.read(async |tx| tx.prepare(INSERT).await).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn nothing_goes_on_after_a_failed_statement() {
    both(TABLES, async |db| {
        let went_on = db
            .write(async |tx| {
                add(tx, 1, "a").await?;
                assert!(add(tx, 2, "a").await.is_err());
                assert!(matches!(add(tx, 3, "b").await, Err(Error::Bug(_))));
                Ok(())
            })
            .await;
        assert!(matches!(went_on, Err(Error::Bug(_))));
        assert!(names(&db).await.is_empty());
        let again = db
            .write(async |tx| {
                add(tx, 1, "a").await?;
                let sql = "INSERT INTO t_place (id, name, open) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
                tx.execute(sql, &params![2, "a", true]).await
            })
            .await;
        assert_eq!(again.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_read_cannot_write() {
    both(TABLES, async |db| {
        assert!(db.read(async |tx| add(tx, 1, "a").await).await.is_err());
        assert!(names(&db).await.is_empty());
        db.write(async |tx| add(tx, 1, "a").await).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_read_sees_one_moment() {
    both(TABLES, async |db| {
        let seen = db
            .read(async |tx| {
                let count = "SELECT count(*) FROM t_place";
                let before = tx.first(count, &[], |row| row.int(0)).await?;
                db.write(async |tx| add(tx, 1, "a").await).await?;
                Ok((before, tx.first(count, &[], |row| row.int(0)).await?))
            })
            .await;
        assert_eq!(seen.unwrap(), (Some(0), Some(0)));
        assert_eq!(names(&db).await, ["a"]);
    })
    .await;
}

#[tokio::test]
async fn what_a_write_has_answered_every_read_sees() {
    both(TABLES, async |db| {
        for id in 1..=50 {
            db.write(async |tx| add(tx, id, &id.to_string()).await).await.unwrap();
            assert_eq!(names(&db).await.len(), usize::try_from(id).unwrap());
        }
    })
    .await;
}

#[tokio::test]
async fn many_statements_in_one_go() {
    both(TABLES, async |db| {
        let ids: Vec<(i64, String)> = (1..=100).map(|id| (id, format!("n{id:03}"))).collect();
        let params: Vec<_> = ids.iter().map(|(id, name)| params![id, name, true]).collect();
        let sql = "INSERT INTO t_place (id, name, open) VALUES ($1, $2, $3)";
        let mut statements: Vec<(&'static str, &[Param<'_>])> =
            params.iter().map(|p| (sql, p.as_slice())).collect();
        statements
            .push(("UPDATE t_place SET open = $1 WHERE id > $2", &[Param::Bool(false), Param::Int(40)]));
        let changed = db.write(async |tx| tx.execute_all(&statements).await).await.unwrap();
        assert_eq!((changed.len(), changed[99], changed[100]), (101, 1, 60));
        let again = db.write(async |tx| tx.execute_all(&statements).await).await;
        assert!(matches!(again, Err(Error::Conflict)), "{again:?}");
        assert_eq!(names(&db).await.len(), 100);
    })
    .await;
}

#[tokio::test]
async fn a_verb_dropped_half_way_leaves_nothing() {
    both(TABLES, async |db| {
        for id in 1..=10 {
            let halted = db.write(async |tx| {
                add(tx, id, "half").await?;
                std::future::pending::<Result<()>>().await
            });
            let dropped = timeout(SHORT, halted).await;
            assert!(dropped.is_err(), "it hangs until it is dropped");
        }
        db.write(async |tx| add(tx, 1, "whole").await).await.unwrap();
        assert_eq!(names(&db).await, ["whole"]);
    })
    .await;
}

#[tokio::test]
async fn a_read_dropped_half_way_frees_its_place() {
    both(TABLES, async |db| {
        for _ in 0..20 {
            let halted = db.read(async |tx| {
                tx.first("SELECT 1", &[], |row| row.int(0)).await?;
                std::future::pending::<Result<()>>().await
            });
            assert!(timeout(SHORT, halted).await.is_err());
        }
        db.write(async |tx| add(tx, 1, "a").await).await.unwrap();
        assert_eq!(names(&db).await, ["a"]);
    })
    .await;
}

#[tokio::test]
async fn a_verb_that_panics_leaves_nothing() {
    both(TABLES, async |db| {
        let panicking = tokio::spawn({
            let db = db.clone();
            async move {
                db.write(async |tx| -> Result<()> {
                    add(tx, 1, "a").await?;
                    panic!("on purpose")
                })
                .await
            }
        });
        assert!(panicking.await.unwrap_err().is_panic());
        db.write(async |tx| add(tx, 1, "b").await).await.unwrap();
        assert_eq!(names(&db).await, ["b"]);
    })
    .await;
}

#[tokio::test]
async fn of_two_who_change_the_same_version_one_wins() {
    both(TABLES, async |db| {
        db.write(async |tx| add(tx, 1, "0").await).await.unwrap();
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move {
                    db.write(async |tx| {
                        let sql = "UPDATE t_place SET name = $1 WHERE id = $2 AND name = $3";
                        tx.execute(sql, &params!["1", 1, "0"]).await
                    })
                    .await
                })
            })
            .collect();
        let mut won = 0;
        for task in tasks {
            won += task.await.unwrap().unwrap();
        }
        assert_eq!(won, 1);
    })
    .await;
}

#[tokio::test]
async fn a_full_queue_is_busy_at_once() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (location, _home) = TestDb::new(engine, TABLES).await.close();
        let db = Db::open(Options { location, writers: 2, ..Options::default() }).await.unwrap();
        let hang = || db.write(async |_| std::future::pending::<Result<()>>().await);
        let (mut one, mut two) = (Box::pin(hang()), Box::pin(hang()));
        assert!(timeout(SHORT, async { tokio::join!(&mut one, &mut two) }).await.is_err());
        let third = timeout(SHORT, db.write(async |tx| add(tx, 1, "a").await)).await;
        assert!(matches!(third, Ok(Err(Error::Busy))), "{third:?}");
        drop((one, two));
        db.write(async |tx| add(tx, 1, "a").await).await.unwrap();
    }
}

#[tokio::test]
async fn readers_used_up_are_busy() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (location, _home) = TestDb::new(engine, TABLES).await.close();
        let db =
            Db::open(Options { location, readers: 1, patience: SHORT, ..Options::default() }).await.unwrap();
        let inner = db.read(async |_| Ok(db.healthy().await)).await.unwrap();
        assert!(matches!(inner, Err(Error::Busy)), "{inner:?}");
        db.healthy().await.unwrap();
    }
}
