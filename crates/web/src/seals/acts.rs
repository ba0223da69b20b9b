//! What may be done to a seal: approval, suspension, resumption, revocation, authorisations.
//!
//! Each form carries the version of the seal it was made for and comes back with what was typed when it is
//! refused. All ask for a second factor given just now.

use super::order::day;
use super::staff;
use super::view::{self, Attempt};
use crate::posted::Posted;
use crate::session::PageResult;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Id, Refusal, Result};
use domain::identity::Action;
use domain::seals::{self, NewAuthorisation};

pub(crate) async fn approve(Path(seal): Path<String>, form: Posted) -> PageResult {
    staff(&form.visit, Action::SealApprove)?;
    let (id, cx) = (seal.parse::<Id>()?, &form.visit.cx);
    let outcome = match form.get("approved") {
        "yes" => {
            let approved = cx.db().write(async |tx| seals::approve(tx, cx, id, seen(&form)).await).await;
            // The order stands approved even when making fails: a job tries again.
            match approved {
                Ok(()) => return made(&form, id, seals::make(cx, id).await).await,
                refused => refused,
            }
        }
        "no" => {
            let why = form.get("reason");
            cx.db().write(async |tx| seals::decline(tx, cx, id, seen(&form), why).await).await
        }
        _ => Err(Refusal::at("seals.choice_needed", "approved", "请选择批准或者不批准").into()),
    };
    settle(&form, id, "approve", outcome, "declined").await
}

async fn made(form: &Posted, id: Id, outcome: Result<bool>) -> PageResult {
    match outcome {
        Ok(_) => settle(form, id, "approve", Ok(()), "made").await,
        Err(Error::Refused(refusals)) => {
            settle(form, id, "approve", Err(Error::Refused(refusals)), "approved").await
        }
        Err(other) => Err(other.into()),
    }
}

pub(crate) async fn suspend(Path(seal): Path<String>, form: Posted) -> PageResult {
    staff(&form.visit, Action::SealStop)?;
    let (id, cx, why) = (seal.parse::<Id>()?, &form.visit.cx, form.get("reason"));
    let outcome = cx.db().write(async |tx| seals::suspend(tx, cx, id, seen(&form), why).await).await;
    settle(&form, id, "suspend", outcome, "suspended").await
}

pub(crate) async fn resume(Path(seal): Path<String>, form: Posted) -> PageResult {
    staff(&form.visit, Action::SealApprove)?;
    let (id, cx, why) = (seal.parse::<Id>()?, &form.visit.cx, form.get("reason"));
    let outcome = cx.db().write(async |tx| seals::resume(tx, cx, id, seen(&form), why).await).await;
    settle(&form, id, "resume", outcome, "resumed").await
}

pub(crate) async fn revoke(Path(seal): Path<String>, form: Posted) -> PageResult {
    staff(&form.visit, Action::SealStop)?;
    let (id, cx, why) = (seal.parse::<Id>()?, &form.visit.cx, form.get("reason"));
    let exposed = form.get("exposed") == "yes";
    let outcome = cx.db().write(async |tx| seals::revoke(tx, cx, id, seen(&form), why, exposed).await).await;
    settle(&form, id, "revoke", outcome, "revoked").await
}

pub(crate) async fn authorise(Path(seal): Path<String>, form: Posted) -> PageResult {
    staff(&form.visit, Action::SealAuthorise)?;
    let (id, cx) = (seal.parse::<Id>()?, &form.visit.cx);
    let mut faults = Vec::new();
    let until = day(&form.answers(), "until", &mut faults);
    let new = NewAuthorisation { kinds: form.all("kinds"), until, reason: form.get("reason").to_owned() };
    let outcome = match faults.is_empty() {
        true => cx.db().write(async |tx| seals::authorise(tx, cx, id, new).await).await.map(drop),
        false => Err(Error::Refused(faults)),
    };
    settle(&form, id, "authorise", outcome, "authorised").await
}

pub(crate) async fn withdraw(Path((seal, word)): Path<(String, String)>, form: Posted) -> PageResult {
    staff(&form.visit, Action::SealStop)?;
    let (id, word, cx) = (seal.parse::<Id>()?, word.parse::<Id>()?, &form.visit.cx);
    let why = form.get("reason");
    let outcome = cx.db().write(async |tx| seals::withdraw_authorisation(tx, cx, id, word, why).await).await;
    settle(&form, id, &format!("withdraw-{word}"), outcome, "withdrawn").await
}

/// A form without its version is older than any seal.
fn seen(form: &Posted) -> Option<i64> {
    Some(form.version().unwrap_or(0))
}

/// Done: back to the seal. Refused: the forms again with what was wrong. Too late: the seal as it is now.
async fn settle(form: &Posted, id: Id, act: &str, outcome: Result<()>, word: &str) -> PageResult {
    let (refusals, status) = match outcome {
        Ok(()) => return Ok(Redirect::to(&format!("/desk/seals/{id}?done={word}")).into_response()),
        Err(Error::Refused(refusals)) => (refusals, StatusCode::UNPROCESSABLE_ENTITY),
        Err(Error::Conflict) => {
            let words = "别人刚刚办理过这枚印章，您的操作没有生效。下面是现在的情况，请核对后再办理";
            (vec![Refusal::new("conflict", words)], StatusCode::CONFLICT)
        }
        Err(other) => return Err(other.into()),
    };
    let attempt = Attempt { act: act.to_owned(), answers: form.answers(), refusals };
    let page = view::page(&form.visit, id, &view::Ask::default(), Some(attempt)).await?;
    let mut response = form.visit.show(&page)?;
    *response.status_mut() = status;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use crate::seals::list::last_day;

    #[test]
    fn the_last_day_is_the_one_before_it_ends() {
        let midnight = norms::Day::new(2027, 9, 24).unwrap().start_millis_shanghai();
        assert_eq!(last_day(midnight), "2027年9月23日");
    }
}
