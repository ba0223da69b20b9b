//! SQL of searches that found nothing.

use super::Miss;
use base::{Page, PageOf, Result};
use db::{Tx, params};

pub(super) async fn add(tx: &mut Tx<'_>, words: &str, times: i64, today: &str) -> Result<()> {
    let known = tx
        .execute(
            "UPDATE search_miss SET asked = asked + $2, last_on = $3 WHERE words = $1",
            &params![words, times, today],
        )
        .await?;
    if known == 0 {
        tx.execute(
            "INSERT INTO search_miss (words, asked, last_on) VALUES ($1, $2, $3)",
            &params![words, times, today],
        )
        .await?;
    }
    Ok(())
}

pub(super) async fn forget_before(tx: &mut Tx<'_>, day: &str) -> Result<()> {
    tx.execute("DELETE FROM search_miss WHERE last_on < $1", &params![day]).await?;
    Ok(())
}

pub(super) async fn frequent(tx: &mut Tx<'_>, least: i64, page: Page) -> Result<PageOf<Miss>> {
    let total = tx
        .first("SELECT count(*) FROM search_miss WHERE asked >= $1", &params![least], |row| row.int(0))
        .await?;
    let rows = tx
        .rows(
            "SELECT words, asked, last_on FROM search_miss WHERE asked >= $1 ORDER BY asked DESC, words \
             LIMIT $2 OFFSET $3",
            &params![least, page.limit(), page.offset()],
            |row| Ok(Miss { words: row.text(0)?, asked: row.int(1)?, last_on: row.text(2)? }),
        )
        .await?;
    Ok(PageOf::new(page, total.unwrap_or(0), rows))
}
