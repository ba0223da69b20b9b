//! SQL of casework.

use super::case::Case;
use super::draft::Draft;
use super::file::StoredFile;
use super::materials::GivenMaterial;
use super::notice::Notice;
use crate::Cx;
use crate::catalog::{Answers, ItemVersion};
use crate::identity::Party;
use base::{Error, Id, Millis, Result};
use db::{Param, Row, Tx, params};
use norms::Day;

/// A case as it is stored. Names and answers stay sealed until somebody entitled looks at them.
#[derive(Debug, Clone)]
pub(super) struct StoredCase {
    pub id: Id,
    pub area: String,
    pub number: String,
    pub ticket: String,
    pub item_code: String,
    pub item_version: ItemVersion,
    pub item_name: String,
    pub body: String,
    pub applicant: Party,
    pub sealed_applicant: Vec<u8>,
    pub applicant_masked: String,
    pub account: Id,
    pub idempotency: String,
    /// Fingerprint of the submission, to tell a repeat from a reuse of its key.
    pub request: String,
    pub channel: String,
    pub sealed_answers: Vec<u8>,
    pub materials: Vec<GivenMaterial>,
    pub case: Case,
    pub submitted_at: Millis,
    pub version: i64,
}

/// What a row keeps of the clock, so that lists sort and colour without reading cases.
pub(super) struct RowClock {
    pub queue: &'static str,
    pub due_on: String,
    pub warn_on: String,
}

pub(super) const CORRUPT: &str = "a case row says what no case can be";

/// The columns [`read_case`] knows, of the rows the rest names.
macro_rules! select_case {
    ($rest:literal) => {
        concat!(
            "SELECT id, area, number, ticket, item_code, item_version, base_version, item_name, body, \
             applicant_kind, applicant_id, applicant, applicant_masked, account_id, idempotency, \
             channel, answers, materials, facts, submitted_at, request, version FROM casework_case ",
            $rest
        )
    };
}

pub(super) const INSERT_CASE: &str = "INSERT INTO casework_case (id, area, number, ticket, item_code, item_version, \
     base_version, item_name, body, applicant_kind, applicant_id, applicant, applicant_masked, account_id, \
     idempotency, channel, answers, materials, state, queue, due_on, warn_on, facts, outcome, submitted_at, request, \
     version) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
     $23, '', $24, $25, 1)";

/// Inserts a case; `Conflict` when the account used the key before.
pub(super) async fn insert_case(tx: &mut Tx<'_>, new: &StoredCase, clock: &RowClock) -> Result<()> {
    let facts = to_json(&new.case)?;
    let materials = to_json(&new.materials)?;
    let params: [Param<'_>; 25] = params![
        new.id,
        &new.area,
        &new.number,
        &new.ticket,
        &new.item_code,
        new.item_version.item,
        new.item_version.base,
        &new.item_name,
        &new.body,
        new.applicant.kind(),
        new.applicant.id(),
        &new.sealed_applicant,
        &new.applicant_masked,
        new.account,
        &new.idempotency,
        &new.channel,
        &new.sealed_answers,
        &materials,
        new.case.state.word(),
        clock.queue,
        &clock.due_on,
        &clock.warn_on,
        &facts,
        new.submitted_at,
        &new.request
    ];
    tx.execute_soon(INSERT_CASE, &params).await
}

/// Writes what a verb changed, when nobody else did meanwhile.
pub(super) async fn save_case(tx: &mut Tx<'_>, stored: &StoredCase, clock: &RowClock) -> Result<()> {
    let outcome = stored.case.outcome.map_or("", |outcome| outcome.word());
    let changed = tx
        .execute(
            "UPDATE casework_case SET state = $4, queue = $5, due_on = $6, warn_on = $7, facts = $8, outcome = $9, \
             version = version + 1 WHERE id = $1 AND area = $2 AND version = $3",
            &params![
                stored.id,
                &stored.area,
                stored.version,
                stored.case.state.word(),
                clock.queue,
                &clock.due_on,
                &clock.warn_on,
                &to_json(&stored.case)?,
                outcome
            ],
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

pub(super) async fn case(tx: &mut Tx<'_>, id: Id) -> Result<Option<StoredCase>> {
    tx.first(select_case!("WHERE id = $1"), &params![id], read_case).await
}

pub(super) async fn case_by_key(
    tx: &mut Tx<'_>,
    area: &str,
    account: Id,
    idempotency: &str,
) -> Result<Option<StoredCase>> {
    tx.first(
        select_case!("WHERE area = $1 AND account_id = $2 AND idempotency = $3"),
        &params![area, account, idempotency],
        read_case,
    )
    .await
}

/// By case number (46 characters); its first digits hold the body, not the area, so the area is asked for.
pub(super) async fn case_by_number(tx: &mut Tx<'_>, area: &str, number: &str) -> Result<Option<StoredCase>> {
    tx.first(select_case!("WHERE area = $1 AND number = $2"), &params![area, number], read_case).await
}

/// By ticket, the number people use.
pub(super) async fn case_by_ticket(tx: &mut Tx<'_>, ticket: &str) -> Result<Option<StoredCase>> {
    tx.first(select_case!("WHERE ticket = $1"), &params![ticket], read_case).await
}

/// The number people use, for lists of what happened to cases.
pub(super) async fn ticket(tx: &mut Tx<'_>, id: Id) -> Result<Option<String>> {
    tx.first("SELECT ticket FROM casework_case WHERE id = $1", &params![id], |row| row.text(0)).await
}

pub(super) async fn id_of_ticket(tx: &mut Tx<'_>, ticket: &str) -> Result<Option<Id>> {
    tx.first("SELECT id FROM casework_case WHERE ticket = $1", &params![ticket], |row| row.id(0)).await
}

fn read_case(row: &Row<'_>) -> Result<StoredCase> {
    let party = Party::from_parts(row.str(9)?, row.id(10)?).ok_or_else(|| Error::bug(CORRUPT))?;
    Ok(StoredCase {
        id: row.id(0)?,
        area: row.text(1)?,
        number: row.text(2)?,
        ticket: row.text(3)?,
        item_code: row.text(4)?,
        item_version: ItemVersion { item: row.int(5)?, base: row.int(6)? },
        item_name: row.text(7)?,
        body: row.text(8)?,
        applicant: party,
        sealed_applicant: row.blob(11)?,
        applicant_masked: row.text(12)?,
        account: row.id(13)?,
        idempotency: row.text(14)?,
        channel: row.text(15)?,
        sealed_answers: row.blob(16)?,
        materials: from_json(row.str(17)?)?,
        case: from_json(row.str(18)?)?,
        submitted_at: row.int(19)?,
        request: row.text(20)?,
        version: row.int(21)?,
    })
}

/// What a case was answered with, still sealed, and by whom.
pub(super) struct Answered {
    pub account: Id,
    pub item_name: String,
    pub sealed_answers: Vec<u8>,
    pub submitted_at: Millis,
}

/// The answers of the applicant's cases, the newest first.
pub(super) async fn answered_by(tx: &mut Tx<'_>, party: Party, most: i64) -> Result<Vec<Answered>> {
    tx.rows(
        "SELECT account_id, item_name, answers, submitted_at FROM casework_case \
         WHERE applicant_kind = $1 AND applicant_id = $2 ORDER BY id DESC LIMIT $3",
        &params![party.kind(), party.id(), most],
        |row| {
            Ok(Answered {
                account: row.id(0)?,
                item_name: row.text(1)?,
                sealed_answers: row.blob(2)?,
                submitted_at: row.int(3)?,
            })
        },
    )
    .await
}

/// Materials that came with a supplement; the row was saved, and its version compared, just before.
pub(super) async fn save_materials(tx: &mut Tx<'_>, stored: &StoredCase) -> Result<()> {
    let changed = tx
        .execute(
            "UPDATE casework_case SET materials = $4 WHERE id = $1 AND area = $2 AND version = $3",
            &params![stored.id, &stored.area, stored.version, &to_json(&stored.materials)?],
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Answers as a supplement corrected them; the row was saved, and its version compared, just before.
pub(super) async fn save_answers(tx: &mut Tx<'_>, stored: &StoredCase) -> Result<()> {
    let changed = tx
        .execute(
            "UPDATE casework_case SET answers = $4 WHERE id = $1 AND area = $2 AND version = $3",
            &params![stored.id, &stored.area, stored.version, &stored.sealed_answers],
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Supplements whose term ended before `today`.
pub(super) async fn lapsed_supplements(tx: &mut Tx<'_>, today: Day, most: i64, skip: i64) -> Result<Vec<Id>> {
    tx.rows(
        "SELECT id FROM casework_case WHERE queue = 'waiting' AND state = 'supplement_noticed' AND due_on < $1 \
         ORDER BY due_on, id LIMIT $2 OFFSET $3",
        &params![&today.to_string(), most, skip],
        |row| row.id(0),
    )
    .await
}

/// Submissions nobody has answered whose term ended before `today`.
pub(super) async fn silent_cases(tx: &mut Tx<'_>, today: Day, most: i64, skip: i64) -> Result<Vec<Id>> {
    tx.rows(
        "SELECT id FROM casework_case WHERE queue = 'clerk' AND state = 'submitted' AND due_on < $1 \
         ORDER BY due_on, id LIMIT $2 OFFSET $3",
        &params![&today.to_string(), most, skip],
        |row| row.id(0),
    )
    .await
}

pub(super) async fn insert_draft(tx: &mut Tx<'_>, cx: &Cx, draft: &Draft) -> Result<()> {
    let acting_for = cx.actor.person().and_then(|person| person.acting_for.as_ref()).map(|a| a.organisation);
    tx.execute(
        "INSERT INTO casework_draft (id, account_id, acting_for, item_code, item_version, base_version, answers, \
         materials, idempotency, case_id, created_at, updated_at, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, $10, $10, 1)",
        &params![
            draft.id,
            draft.account,
            acting_for,
            &draft.item_code,
            draft.item_version.item,
            draft.item_version.base,
            &seal_answers(cx, "casework_draft.answers", &draft.answers)?,
            &to_json(&draft.materials)?,
            &draft.idempotency,
            cx.now
        ],
    )
    .await?;
    Ok(())
}

/// A draft of this account, acting as now; anybody else's is not there.
pub(super) async fn draft(tx: &mut Tx<'_>, cx: &Cx, id: Id, account: Id) -> Result<Option<Draft>> {
    tx.first(
        "SELECT id, account_id, acting_for, item_code, item_version, base_version, answers, materials, idempotency, \
         case_id, updated_at, version FROM casework_draft WHERE id = $1 AND account_id = $2",
        &params![id, account],
        |row| read_draft(cx, row),
    )
    .await
}

pub(super) async fn open_drafts(tx: &mut Tx<'_>, cx: &Cx, account: Id) -> Result<Vec<Draft>> {
    tx.rows(
        "SELECT id, account_id, acting_for, item_code, item_version, base_version, answers, materials, idempotency, \
         case_id, updated_at, version FROM casework_draft WHERE account_id = $1 AND case_id IS NULL \
         ORDER BY id DESC LIMIT 50",
        &params![account],
        |row| read_draft(cx, row),
    )
    .await
}

fn read_draft(cx: &Cx, row: &Row<'_>) -> Result<Draft> {
    Ok(Draft {
        id: row.id(0)?,
        account: row.id(1)?,
        acting_for: row.opt_id(2)?,
        item_code: row.text(3)?,
        item_version: ItemVersion { item: row.int(4)?, base: row.int(5)? },
        answers: open_answers(cx, "casework_draft.answers", &row.blob(6)?)?,
        materials: from_json(row.str(7)?)?,
        idempotency: row.text(8)?,
        case: row.opt_id(9)?,
        updated_at: row.int(10)?,
        version: row.int(11)?,
    })
}

pub(super) async fn save_draft(tx: &mut Tx<'_>, cx: &Cx, draft: &Draft) -> Result<()> {
    let changed = tx
        .execute(
            "UPDATE casework_draft SET answers = $3, materials = $4, updated_at = $5, version = version + 1 \
             WHERE id = $1 AND version = $2 AND case_id IS NULL",
            &params![
                draft.id,
                draft.version,
                &seal_answers(cx, "casework_draft.answers", &draft.answers)?,
                &to_json(&draft.materials)?,
                cx.now
            ],
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Remembers which case a draft became. Its answers live on in the case alone.
pub(super) async fn finish_draft(tx: &mut Tx<'_>, cx: &Cx, id: Id, account: Id, case: Id) -> Result<()> {
    let nothing = seal_answers(cx, "casework_draft.answers", &Answers::new())?;
    tx.execute_soon(
        "UPDATE casework_draft SET case_id = $3, answers = $4, materials = '[]' \
         WHERE id = $1 AND account_id = $2 AND case_id IS NULL",
        &params![id, account, case, &nothing],
    )
    .await
}

pub(super) async fn delete_draft(tx: &mut Tx<'_>, id: Id, account: Id) -> Result<u64> {
    tx.execute(
        "DELETE FROM casework_draft WHERE id = $1 AND account_id = $2 AND case_id IS NULL",
        &params![id, account],
    )
    .await
}

pub(super) async fn insert_file(tx: &mut Tx<'_>, cx: &Cx, account: Id, file: &StoredFile) -> Result<()> {
    tx.execute(
        "INSERT INTO casework_file (digest, account_id, name, media, bytes, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (account_id, digest) DO NOTHING",
        &params![&file.digest, account, &file.name, &file.media, file.bytes, cx.now],
    )
    .await?;
    Ok(())
}

pub(super) async fn file(tx: &mut Tx<'_>, account: Id, digest: &str) -> Result<Option<StoredFile>> {
    tx.first(
        "SELECT digest, name, media, bytes FROM casework_file WHERE account_id = $1 AND digest = $2",
        &params![account, digest],
        |row| {
            Ok(StoredFile {
                digest: row.text(0)?,
                name: row.text(1)?,
                media: row.text(2)?,
                bytes: row.int(3)?,
            })
        },
    )
    .await
}

pub(super) async fn bytes_of_account(tx: &mut Tx<'_>, account: Id) -> Result<i64> {
    let sum = tx
        .first(
            "SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM casework_file WHERE account_id = $1",
            &params![account],
            |row| row.int(0),
        )
        .await?;
    Ok(sum.unwrap_or(0))
}

pub(super) async fn insert_notice(tx: &mut Tx<'_>, id: Id, party: Party, notice: &Notice) -> Result<()> {
    tx.execute_soon(
        "INSERT INTO casework_notice (id, party_kind, party_id, case_id, words, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        &params![id, party.kind(), party.id(), notice.case, &notice.words, notice.created_at],
    )
    .await
}

/// `items`: base codes one after the other, of which the case's must be one; empty for all.
pub(super) async fn notices(tx: &mut Tx<'_>, party: Party, items: &str, most: i64) -> Result<Vec<Notice>> {
    tx.rows(
        "SELECT case_id, words, created_at FROM casework_notice WHERE party_kind = $1 AND party_id = $2 \
         AND ($3 = '' OR EXISTS (SELECT 1 FROM casework_case c WHERE c.id = case_id \
         AND $3 LIKE '%' || substr(c.item_code, 20, 12) || '%')) ORDER BY id DESC LIMIT $4",
        &params![party.kind(), party.id(), items, most],
        |row| Ok(Notice { case: row.id(0)?, words: row.text(1)?, created_at: row.int(2)? }),
    )
    .await
}

/// The newest cases of a party as news: case, item, ticket and when it was submitted. `items` as above.
pub(super) async fn submissions(
    tx: &mut Tx<'_>,
    party: Party,
    items: &str,
    most: i64,
) -> Result<Vec<(Id, String, String, Millis)>> {
    tx.rows(
        "SELECT id, item_name, ticket, submitted_at FROM casework_case WHERE applicant_kind = $1 AND applicant_id = $2 \
         AND ($3 = '' OR $3 LIKE '%' || substr(item_code, 20, 12) || '%') ORDER BY id DESC LIMIT $4",
        &params![party.kind(), party.id(), items, most],
        |row| Ok((row.id(0)?, row.text(1)?, row.text(2)?, row.int(3)?)),
    )
    .await
}

pub(super) fn seal_answers(cx: &Cx, place: &str, answers: &Answers) -> Result<Vec<u8>> {
    Ok(cx.keys().seal(cx.rng(), place, to_json(answers)?.as_bytes()))
}

pub(super) fn open_answers(cx: &Cx, place: &str, sealed: &[u8]) -> Result<Answers> {
    from_json(&cx.keys().open_text(place, sealed)?)
}

fn to_json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Bug(e.into()))
}

pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::Bug(e.into()))
}

pub(super) fn day(text: &str) -> Result<Option<Day>> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Error::bug(CORRUPT)),
    }
}

/// Moves a counter on by `length` and gives its new value: the last number of the block.
pub(super) async fn reserve_serials(tx: &mut Tx<'_>, counter: &str, day: &str, length: i64) -> Result<i64> {
    let latest = tx
        .first(
            "INSERT INTO casework_serial (counter, day_on, latest) VALUES ($1, $2, $3) \
             ON CONFLICT (counter, day_on) DO UPDATE SET latest = casework_serial.latest + $3 RETURNING latest",
            &params![counter, day, length],
            |row| row.int(0),
        )
        .await?;
    latest.ok_or_else(|| Error::bug("a serial was not returned"))
}
