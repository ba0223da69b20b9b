//! The futures of `write` and `read` go from thread to thread, with whatever the verb borrows: checked by
//! the compiler.

use base::{Id, Result};
use yiwang_db::{Db, Param, Tx, params};

struct Case {
    id: Id,
    title: String,
}

async fn insert(tx: &mut Tx<'_>, case: &Case, count: &mut u32) -> Result<u64> {
    *count += 1;
    tx.execute("INSERT INTO t (id, title) VALUES ($1, $2)", &params![case.id, &case.title]).await
}

async fn titles(tx: &mut Tx<'_>, seen: &mut Vec<String>) -> Result<()> {
    let found = tx.rows("SELECT title FROM t WHERE id > $1", &params![0_i64], |row| row.text(0)).await?;
    seen.extend(found);
    tx.first("SELECT id FROM t", &[], |row| row.opt_id(0)).await.map(drop)
}

#[allow(dead_code, reason = "compiled, never run")]
fn spawned(db: Db, case: Case) {
    tokio::spawn(async move {
        let (mut count, mut seen) = (0, Vec::new());
        let changed = db
            .write(async |tx| {
                let changed = insert(tx, &case, &mut count).await?;
                let more: [(&'static str, &[Param<'_>]); 1] =
                    [("DELETE FROM t WHERE id = $1", &params![case.id])];
                tx.execute_all(&more).await?;
                Ok(changed)
            })
            .await;
        db.read(async |tx| titles(tx, &mut seen).await).await?;
        changed.map(|n| n + u64::from(count))
    });
}

#[test]
fn it_compiles() {
    fn send_and_shared<T: Clone + Send + Sync + 'static>() {}
    send_and_shared::<Db>();
}
