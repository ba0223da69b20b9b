//! SQL of ratings.

use super::options::RatingOptions;
use super::rate::{Rating, grade_name};
use crate::catalog::Item;
use base::{Error, Id, Result};
use db::{Tx, params};

/// `Conflict` when the service has its rating already.
pub(super) async fn insert(
    tx: &mut Tx<'_>,
    case: Id,
    service: i64,
    rating: &Rating,
    item: &Item,
    account: Option<Id>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO feedback_rating (id, case_id, service, area, body, item_code, grade, options, words, channel, \
         anonymous, account_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'online', $10, $11, $12)",
        &params![
            rating.id,
            case,
            service,
            &item.division,
            &item.body.credit_code,
            &item.code,
            i64::from(rating.grade),
            &rating.options.join(" "),
            &rating.words,
            rating.anonymous,
            account,
            rating.created_at
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn rating(tx: &mut Tx<'_>, case: Id, service: i64) -> Result<Option<Rating>> {
    tx.first(
        "SELECT id, grade, options, words, anonymous, created_at FROM feedback_rating \
         WHERE case_id = $1 AND service = $2",
        &params![case, service],
        |row| {
            let grade = u8::try_from(row.int(1)?).map_err(|_| Error::bug("rating grade"))?;
            Ok(Rating {
                id: row.id(0)?,
                grade,
                grade_name: grade_name(grade),
                options: row.str(2)?.split_whitespace().map(str::to_owned).collect(),
                words: row.text(3)?,
                anonymous: row.bool(4)?,
                created_at: row.int(5)?,
            })
        },
    )
    .await
}

pub(super) async fn insert_option_set(tx: &mut Tx<'_>, set: &RatingOptions) -> Result<()> {
    let definition = serde_json::to_string(set).map_err(|e| Error::Bug(e.into()))?;
    tx.execute(
        "INSERT INTO feedback_option_set (version, effective_on, definition) VALUES ($1, $2, $3) \
         ON CONFLICT (version) DO NOTHING",
        &params![set.version, &set.effective, &definition],
    )
    .await?;
    Ok(())
}

pub(super) async fn option_set(tx: &mut Tx<'_>, today: &str) -> Result<Option<RatingOptions>> {
    tx.first(
        "SELECT definition FROM feedback_option_set WHERE effective_on <= $1 ORDER BY version DESC LIMIT 1",
        &params![today],
        |row| serde_json::from_str(row.str(0)?).map_err(|e| Error::Bug(e.into())),
    )
    .await
}
