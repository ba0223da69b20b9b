//! Supplements (补正): the body's one complete notice of what is missing, and the applicant's answer
//! (行政许可法 art. 32(1)(4)).

use super::case::Command;
use super::change::{Expected, Ready, carry_out, load};
use super::submit::CLOSES_AT;
use super::{CaseId, GivenMaterial, State, Way, store};
use crate::Cx;
use crate::identity::{Action, PostKind, Thing, authorize};
use base::{Error, Refusal, Result};
use db::Tx;
use norms::Day;

const MOST_LINES: usize = 30;
const LONGEST_LINE: usize = 300;
/// Longer than any law allows: a slip of the pen, not a term.
const LONGEST_TERM: i32 = 366;

/// Tells the applicant once and completely what is missing, and until when it can be brought.
pub async fn notice_supplement(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    missing: Vec<String>,
    due: Day,
    expected: Expected,
) -> Result<State> {
    let (mut stored, commands) = ready_to_notice(tx, cx, case, missing, due, expected).await?;
    carry_out(tx, cx, &mut stored, commands).await?;
    Ok(stored.case.state)
}

pub(super) async fn ready_to_notice(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    missing: Vec<String>,
    due: Day,
    expected: Expected,
) -> Result<Ready> {
    let stored = load(tx, cx, case, Action::CaseAccept, Some(PostKind::Clerk), expected).await?;
    if missing.len() > MOST_LINES || missing.iter().any(|line| line.chars().count() > LONGEST_LINE) {
        let message = format!("最多{MOST_LINES}项，每项最多{LONGEST_LINE}个字");
        return Err(Error::refused_at("casework.supplement_too_long", "missing", message));
    }
    if due > cx.today().plus(LONGEST_TERM) {
        return Err(Error::refused_at("casework.supplement_term", "due", "补正期限不能超过一年"));
    }
    Ok((stored, vec![Command::NoticeSupplement { missing, due }]))
}

/// The applicant hands in what was asked for: the case is submitted anew, and the body's five days run from
/// this day. Materials that come again take the place of those handed in before.
pub async fn hand_in(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    materials: Vec<GivenMaterial>,
    expected: Expected,
) -> Result<State> {
    let mut stored = load(tx, cx, case, Action::CaseRead, None, expected).await?;
    authorize(&cx.actor, Action::CaseWithdraw, Thing::owned(stored.applicant))?;
    let account = cx.actor.require_account()?;
    // What was to come later comes with the supplement.
    let owed = |key: &String| stored.case.outstanding().any(|owed| owed.material == *key);
    let brought: Vec<String> = materials.iter().map(|given| given.key.clone()).filter(owed).collect();
    for material in materials {
        replace(tx, account, &mut stored, material).await?;
    }
    let received_on = cx.catalogue.calendar.received_day(cx.now, CLOSES_AT);
    let command = Command::HandIn { at: cx.now, received_on };
    let brought = brought.into_iter().map(|material| Command::HandInOwed { material });
    let commands = std::iter::once(command).chain(brought).collect();
    carry_out(tx, cx, &mut stored, commands).await?;
    store::save_materials(tx, &stored).await?;
    Ok(stored.case.state)
}

async fn replace(
    tx: &mut Tx<'_>,
    account: base::Id,
    stored: &mut store::StoredCase,
    new: GivenMaterial,
) -> Result<()> {
    let field = format!("material.{}", new.key);
    if let Way::File { digest, .. } = &new.way {
        // A digest alone proves nothing: the file must have been uploaded by this account.
        if store::file(tx, account, digest).await?.is_none() {
            return Err(Refusal::at("casework.file_unknown", field, "没有找到这个文件，请重新上传").into());
        }
    } else if !matches!(new.way, Way::Paper) {
        return Err(Refusal::at("casework.material_missing", field, "请上传文件，或者选择送纸质的").into());
    }
    match stored.materials.iter_mut().find(|given| given.key == new.key) {
        Some(given) => given.way = new.way,
        None => return Err(Refusal::at("casework.material_unknown", field, "这个事项不需要这份材料").into()),
    }
    Ok(())
}

const AT_ONCE: i64 = 200;

/// Ends the cases whose term for the supplement has passed without an answer. A background job, each case in
/// a transaction of its own.
pub async fn lapse_supplements(cx: &Cx) -> Result<Vec<CaseId>> {
    let cx = cx.as_system();
    let over = cx.db().read(async |tx| store::lapsed_supplements(tx, cx.today(), AT_ONCE).await).await?;
    let mut lapsed = Vec::new();
    for id in over {
        let lapse = cx.db().write(async |tx| {
            let mut stored = store::case(tx, id).await?.ok_or(Error::NotFound)?;
            carry_out(tx, &cx, &mut stored, vec![Command::LapseSupplement]).await.map(drop)
        });
        match lapse.await {
            Ok(()) => lapsed.push(id),
            // The applicant was quicker.
            Err(Error::Conflict | Error::Refused(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(lapsed)
}
