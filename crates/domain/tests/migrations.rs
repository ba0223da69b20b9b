//! What a migration does to rows that are there already.

use db::params;
use yiwang_domain::MIGRATIONS;

/// That a case was submitted is told from its row since number 21: news written before are not told twice.
#[tokio::test]
async fn written_news_of_submissions_go_and_others_stay() {
    let before: Vec<_> = MIGRATIONS.iter().copied().filter(|step| step.number < 21).collect();
    db::testing::both(&before, async |db| {
        let submitted = "“食品经营许可”已提交，编号 3201-001";
        let others = ["“食品经营许可”已受理", "“食品经营许可”需要补正，请在12月1日前补齐"];
        for (id, words) in (0i64..).zip([submitted, others[0], others[1]]) {
            let insert = "INSERT INTO casework_notice (id, party_kind, party_id, case_id, words, created_at) \
                          VALUES ($1, 'person', 1, 1, $2, 1)";
            db.write(async |tx| tx.execute(insert, &params![id, words]).await).await.unwrap();
        }
        db.migrate(MIGRATIONS).await.unwrap();
        let read = async |tx: &mut db::Tx<'_>| {
            tx.rows("SELECT words FROM casework_notice ORDER BY id", &[], |row| row.text(0)).await
        };
        assert_eq!(db.read(read).await.unwrap(), others);
    })
    .await;
}
