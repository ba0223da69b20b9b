//! Cases: filing, reading, acting on them, rating them.

pub(crate) mod act;
pub(crate) mod case;
pub(crate) mod lists;
pub(crate) mod owed;
pub(crate) mod rate;
pub(crate) mod read;
pub(crate) mod special;
pub(crate) mod submit;

pub(crate) use act::{accept, decide, reject, review, withdraw};
pub(crate) use lists::{desk, mine};
pub(crate) use owed::{answer_owed, hand_in_owed};
pub(crate) use rate::{rate, rating};
pub(crate) use read::{progress, show};
pub(crate) use special::{extend, hand_in, notice, resume, suspend};
pub(crate) use submit::{put_file, submit};

use super::asked::Sent;
use crate::error::Failure;
use base::Result;
use domain::Cx;
use domain::casework::{self, CaseId};

/// The case a path names: by identifier, by ticket (with its hyphens) or by case number (46 characters).
/// Only the last two need a look into the database.
pub(super) async fn case_id(cx: &Cx, named: &str) -> Result<CaseId> {
    match named.contains('-') || named.len() == 46 {
        true => cx.db().read(async |tx| casework::find_by_number(tx, cx, named).await).await,
        false => named.parse(),
    }
}

/// The case an act is about, and what was sent for it. To somebody who may not know the case a body that
/// cannot be read is no news: the case does not exist.
async fn about<T: serde::de::DeserializeOwned>(
    cx: &Cx,
    named: &str,
    sent: &Sent,
) -> std::result::Result<(CaseId, T), Failure> {
    let id = case_id(cx, named).await?;
    match sent.json() {
        Ok(act) => Ok((id, act)),
        Err(malformed) => {
            cx.db().read(async |tx| casework::show_case(tx, cx, id).await.map(drop)).await?;
            Err(malformed)
        }
    }
}
