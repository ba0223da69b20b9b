//! Drafts: what somebody has filled in so far, kept on every step.

use super::materials::{GivenMaterial, MOST_FILES, Way, too_many_files};
use super::release::release;
use super::submit::Submission;
use super::{CaseId, store};
use crate::Cx;
use crate::catalog::{Answers, Item, ItemVersion, turn_page, visible_pages};
use crate::identity::{Action, Thing, authorize};
use base::{Error, Id, Millis, Result};
use db::Tx;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub struct Draft {
    pub id: Id,
    pub account: Id,
    pub acting_for: Option<Id>,
    pub item_code: String,
    pub item_version: ItemVersion,
    pub answers: Answers,
    pub materials: Vec<GivenMaterial>,
    /// The key its submission will carry: pressing the button twice makes one case.
    pub idempotency: String,
    /// The case it became.
    pub case: Option<CaseId>,
    pub updated_at: Millis,
    pub version: i64,
}

/// A row of "my drafts".
#[derive(Debug, Clone)]
pub struct DraftRow {
    pub id: Id,
    pub item_code: String,
    pub item_name: String,
    pub body_name: String,
    pub updated_at: Millis,
}

/// Begins a draft with what is already known.
pub async fn begin_draft(tx: &mut Tx<'_>, cx: &Cx, item: &Item, known: Answers) -> Result<Draft> {
    let account = cx.actor.require_person()?.account;
    let party = cx.actor.require_party()?;
    authorize(&cx.actor, Action::CaseSubmit, Thing::owned(party))?;
    let draft = Draft {
        id: cx.id(),
        account,
        acting_for: acting_for(cx),
        item_code: item.code.clone(),
        item_version: item.version,
        answers: known,
        materials: Vec::new(),
        idempotency: base::token(cx.rng(), 16),
        case: None,
        updated_at: cx.now,
        version: 1,
    };
    store::insert_draft(tx, cx, &draft).await?;
    Ok(draft)
}

fn acting_for(cx: &Cx) -> Option<Id> {
    cx.actor.person().and_then(|person| person.acting_for.as_ref()).map(|acting| acting.organisation)
}

/// One's own draft, in the capacity it was begun in.
pub async fn find_draft(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<Draft> {
    let account = cx.actor.require_account()?;
    let draft = store::draft(tx, cx, id, account).await?.ok_or(Error::NotFound)?;
    if draft.acting_for == acting_for(cx) { Ok(draft) } else { Err(Error::NotFound) }
}

/// Keeps the answers of one page (numbered from 0) when they will do, and drops what they make unasked;
/// otherwise nothing is kept and the refusals name the fields.
pub async fn save_page(tx: &mut Tx<'_>, cx: &Cx, id: Id, page: usize, given: &Answers) -> Result<Draft> {
    let mut draft = find_draft(tx, cx, id).await?;
    let item = item_of(cx, &draft)?;
    let pages = visible_pages(&item.base);
    let page = pages.get(page).ok_or(Error::NotFound)?;
    draft.answers = turn_page(&cx.catalogue, &item.base, page, given, &draft.answers, cx.today())
        .map_err(Error::Refused)?;
    store::save_draft(tx, cx, &draft).await?;
    Ok(draft)
}

/// Gives a material of the draft. Files join those that are there; anything else takes the place of what was given
/// before.
pub async fn attach(tx: &mut Tx<'_>, cx: &Cx, id: Id, key: &str, way: Way) -> Result<Draft> {
    let (draft, taken) = open(tx, cx, id, key).await?;
    let there = taken.iter().flat_map(|material| material.way.files());
    let new = way.files();
    let way = if new.is_empty() { Some(way) } else { Way::of_files(there.chain(new)) };
    if way.as_ref().is_some_and(|way| way.files().len() > MOST_FILES) {
        return Err(too_many_files(key).into());
    }
    give(tx, cx, draft, key, way, &taken).await
}

/// Takes a material back as a whole.
pub async fn detach(tx: &mut Tx<'_>, cx: &Cx, id: Id, key: &str) -> Result<Draft> {
    let (draft, taken) = open(tx, cx, id, key).await?;
    give(tx, cx, draft, key, None, &taken).await
}

/// Takes one file of a material back. One that is not there any more is no mistake: somebody pressed twice.
pub async fn detach_file(tx: &mut Tx<'_>, cx: &Cx, id: Id, key: &str, digest: &str) -> Result<Draft> {
    let (draft, taken) = open(tx, cx, id, key).await?;
    let files = taken.iter().flat_map(|material| material.way.files());
    let way = match taken.first().map(|material| &material.way) {
        Some(Way::File { .. }) | None => Way::of_files(files.filter(|file| file.digest != digest)),
        Some(other) => Some(other.clone()),
    };
    give(tx, cx, draft, key, way, &taken).await
}

/// A draft without one of its materials, and what was given for it.
async fn open(tx: &mut Tx<'_>, cx: &Cx, id: Id, key: &str) -> Result<(Draft, Vec<GivenMaterial>)> {
    let mut draft = find_draft(tx, cx, id).await?;
    item_of(cx, &draft)?.base.material(key).ok_or(Error::NotFound)?;
    let taken = draft.materials.extract_if(.., |material| material.key == key).collect();
    Ok((draft, taken))
}

/// Keeps a material as it is given now, and lets go of the files that were given for it before and are not any more.
async fn give(
    tx: &mut Tx<'_>,
    cx: &Cx,
    mut draft: Draft,
    key: &str,
    way: Option<Way>,
    before: &[GivenMaterial],
) -> Result<Draft> {
    draft.materials.extend(way.map(|way| GivenMaterial { key: key.to_owned(), way }));
    store::save_draft(tx, cx, &draft).await?;
    release(tx, cx, draft.account, before).await?;
    Ok(draft)
}

/// Deletes a draft and lets go of the files that only it named.
pub async fn delete_draft(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<()> {
    let draft = find_draft(tx, cx, id).await?;
    store::delete_draft(tx, draft.id, draft.account).await?;
    release(tx, cx, draft.account, &draft.materials).await
}

/// Drafts that have not become cases, newest first, in the present capacity.
pub async fn drafts_of(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<DraftRow>> {
    let account = cx.actor.require_account()?;
    let drafts = store::open_drafts(tx, cx, account).await?;
    let mine = drafts.into_iter().filter(|draft| draft.acting_for == acting_for(cx));
    Ok(mine
        .filter_map(|draft| {
            let item = cx.catalogue.item(&draft.item_code)?;
            Some(DraftRow {
                id: draft.id,
                item_code: item.code.clone(),
                item_name: item.base.name.clone(),
                body_name: item.body.name.clone(),
                updated_at: draft.updated_at,
            })
        })
        .collect())
}

pub(super) fn item_of(cx: &Cx, draft: &Draft) -> Result<Arc<Item>> {
    cx.catalogue.item(&draft.item_code).cloned().ok_or(Error::NotFound)
}

/// The submission a draft leads to. The version is the one the applicant saw when she began.
pub fn submission_of(draft: &Draft, channel: &'static str) -> Submission {
    Submission {
        item_code: draft.item_code.clone(),
        item_version: Some(draft.item_version),
        answers: draft.answers.clone(),
        materials: draft.materials.clone(),
        idempotency: draft.idempotency.clone(),
        channel,
        draft: Some(draft.id),
    }
}
