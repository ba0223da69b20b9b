//! The job queue and the outbox, on both engines.

use base::{Error, Id};
use std::collections::BTreeMap;
use yiwang_db::jobs::{self, Job, MOST_ATTEMPTS};
use yiwang_db::outbox;
use yiwang_db::testing::both;
use yiwang_db::{Db, MIGRATION_SQL, Migration};

const TABLES: &[Migration] = &[Migration { number: 1, name: "db", sql: MIGRATION_SQL }];
const LEASE: i64 = 1_000;

async fn claim(db: &Db, now: i64) -> Option<Job> {
    db.write(async |tx| jobs::claim(tx, now, LEASE).await).await.unwrap()
}

async fn leftover(db: &Db) -> i64 {
    db.read(async |tx| jobs::leftover(tx).await).await.unwrap()
}

async fn enqueue(db: &Db, id: i64, run_at: i64) {
    db.write(async |tx| jobs::enqueue(tx, Id(id), "mail", "{}", run_at).await).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_workers_do_each_job_once() {
    both(TABLES, async |db| {
        for id in 1..=100 {
            enqueue(&db, id, id % 7).await;
        }
        let worker = async |db: Db| {
            let mut done = Vec::new();
            while let Some(job) = claim(&db, 10).await {
                db.write(async |tx| jobs::complete(tx, &job, 11).await).await.unwrap();
                done.push(job.id);
            }
            done
        };
        let workers: Vec<_> = (0..8)
            .map(|_| {
                tokio::spawn({
                    let db = db.clone();
                    async move { worker(db).await }
                })
            })
            .collect();
        let mut times = BTreeMap::<Id, u32>::new();
        for done in futures_util::future::join_all(workers).await {
            done.unwrap().into_iter().for_each(|id| *times.entry(id).or_default() += 1);
        }
        // A worker that lost every race of a round may leave early; what is left is still there.
        while let Some(job) = claim(&db, 10).await {
            db.write(async |tx| jobs::complete(tx, &job, 11).await).await.unwrap();
            *times.entry(job.id).or_default() += 1;
        }
        assert_eq!(times.len(), 100);
        assert!(times.values().all(|n| *n == 1), "{times:?}");
        assert_eq!(leftover(&db).await, 0);
        assert_eq!(db.write(async |tx| jobs::forget(tx, 12).await).await.unwrap(), 100);
    })
    .await;
}

#[tokio::test]
async fn a_job_waits_for_its_time_and_for_its_change() {
    both(TABLES, async |db| {
        let undone = db
            .write(async |tx| {
                jobs::enqueue(tx, Id(9), "mail", "{}", 0).await?;
                Err::<(), _>(Error::NotFound)
            })
            .await;
        assert!(undone.is_err());
        enqueue(&db, 2, 100).await;
        enqueue(&db, 1, 50).await;
        assert_eq!(claim(&db, 49).await, None);
        assert_eq!(claim(&db, 100).await.unwrap().id, Id(1), "the one due first");
        assert_eq!(claim(&db, 100).await.unwrap().id, Id(2));
        assert_eq!(claim(&db, 100).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_claim_that_ran_out_is_somebody_elses() {
    both(TABLES, async |db| {
        enqueue(&db, 1, 0).await;
        let late = claim(&db, 0).await.unwrap();
        assert_eq!(claim(&db, LEASE - 1).await, None);
        let next = claim(&db, LEASE).await.unwrap();
        assert_eq!((late.attempts, next.attempts), (1, 2));
        let ended = db.write(async |tx| jobs::complete(tx, &late, 1).await).await;
        assert!(matches!(ended, Err(Error::Conflict)));
        let failed = db.write(async |tx| jobs::fail(tx, &late, "late", 1).await).await;
        assert!(matches!(failed, Err(Error::Conflict)));
        db.write(async |tx| jobs::complete(tx, &next, 1).await).await.unwrap();
        assert_eq!(leftover(&db).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_fails_pauses_longer_each_time_and_dies() {
    both(TABLES, async |db| {
        enqueue(&db, 1, 0).await;
        let (mut now, mut pauses) = (0, Vec::new());
        for _ in 0..MOST_ATTEMPTS {
            let job = claim(&db, now).await.unwrap();
            db.write(async |tx| jobs::fail(tx, &job, "no answer", now).await).await.unwrap();
            let before = now;
            while now < before + 4_000_000 && claim_is_none(&db, now).await {
                now += 500;
                if now - before > 4_000 {
                    now = before + 3_600_000;
                    break;
                }
            }
            pauses.push(now - before);
        }
        assert_eq!(pauses[..3], [1_000, 2_000, 4_000]);
        assert_eq!(claim(&db, i64::MAX / 2).await, None);
        assert_eq!(leftover(&db).await, 0);
        let dead = db.read(async |tx| jobs::dead(tx, 10).await).await.unwrap();
        assert_eq!((dead.len(), dead[0].id, dead[0].last_error.as_str()), (1, Id(1), "no answer"));
        db.write(async |tx| jobs::revive(tx, Id(1), now).await).await.unwrap();
        assert_eq!(claim(&db, now).await.unwrap().attempts, 1);
        let alive = db.write(async |tx| jobs::revive(tx, Id(1), now).await).await;
        assert!(matches!(alive, Err(Error::NotFound)));
    })
    .await;
}

/// Looks without claiming: the claim is undone.
async fn claim_is_none(db: &Db, now: i64) -> bool {
    let mut none = false;
    let undone = db
        .write(async |tx| {
            none = jobs::claim(tx, now, LEASE).await?.is_none();
            Err::<(), _>(Error::NotFound)
        })
        .await;
    assert!(undone.is_err());
    none
}

#[tokio::test]
async fn a_key_is_enqueued_once() {
    both(TABLES, async |db| {
        let once = async |id: i64, key: &str| {
            db.write(async |tx| jobs::enqueue_once(tx, Id(id), "seal", key, "{}", 0).await).await.unwrap()
        };
        assert!(once(1, "day 1").await);
        assert!(!once(2, "day 1").await);
        assert!(once(3, "day 2").await);
        assert_eq!(leftover(&db).await, 2);
    })
    .await;
}

#[tokio::test]
async fn news_goes_out_in_order_until_it_is_delivered() {
    both(TABLES, async |db| {
        db.write(async |tx| {
            for id in [3, 1, 2] {
                outbox::append(tx, Id(id), "casework.decided", "7", "{\"a\":1}", 5).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let pending = async |limit| db.read(async |tx| outbox::pending(tx, limit).await).await.unwrap();
        let first = pending(2).await;
        let ids: Vec<_> = first.iter().map(|m| m.id).collect();
        assert_eq!(ids, [Id(1), Id(2)]);
        assert_eq!(
            (first[0].topic.as_str(), first[0].subject.as_str(), first[0].created_at),
            ("casework.decided", "7", 5)
        );
        for _ in 0..2 {
            db.write(async |tx| outbox::delivered(tx, &ids, 6).await).await.unwrap();
        }
        assert_eq!(pending(10).await.iter().map(|m| m.id).collect::<Vec<_>>(), [Id(3)]);
        assert_eq!(db.write(async |tx| outbox::forget(tx, 7).await).await.unwrap(), 2);
    })
    .await;
}
