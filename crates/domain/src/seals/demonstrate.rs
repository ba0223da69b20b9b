//! Seals of the demonstration: each body that offers items gets one for notices and decisions and one for
//! certificates, with the standing word of whoever holds its keeper's post. The verbs are those of a real body.

use super::authorise::{NewAuthorisation, authorise};
use super::draw::{Look, draw};
use super::kind::{Category, usual_kinds};
use super::make::make_in;
use super::order::{NewSeal, approve, order};
use super::store;
use crate::Cx;
use crate::catalog::Body;
use crate::identity::{self, Actor, Post, PostKind, StaffActor};
use base::{Error, Result};
use db::Tx;
use ofd::ses::Picture;
use std::collections::HashSet;
use std::sync::Arc;

/// One of the two seals of each body.
#[derive(Clone, Copy)]
struct Usual {
    category: Category,
    /// Words under the star.
    title: &'static str,
    purpose: &'static str,
    certificates: bool,
}

/// Notices and decisions bear the seal made for them, certificates the body's name (行政许可法 arts. 32, 39).
const SEALS: [Usual; 2] = [
    Usual {
        category: Category::Business,
        title: "行政审批专用章",
        purpose: "用于行政审批的通知书和决定书（演示）",
        certificates: false,
    },
    Usual {
        category: Category::StatutoryName,
        title: "",
        purpose: "用于签发电子证照（演示）",
        certificates: true,
    },
];
const YEARS: i32 = 10;

/// Founds the seals of those of these bodies that have none, each kept by a keeper of its own. How many bodies.
pub async fn demonstrate(cx: &Cx, bodies: &[&Body]) -> Result<usize> {
    let cx = &cx.as_system();
    let having = cx.db().read(async |tx| store::bodies(tx).await).await?;
    let bodies: Vec<&Body> =
        bodies.iter().copied().filter(|body| !having.contains(&body.credit_code)).collect();
    if bodies.is_empty() {
        return Ok(0);
    }
    let wanted: Vec<_> = bodies.iter().flat_map(|body| SEALS.map(|seal| (*body, seal))).collect();
    let drawn = draw(&cx.world().fonts, wanted.iter().map(|(body, seal)| look(body, *seal)).collect());
    let drawn = drawn.await?;
    // All of one round or nothing: a body never stands with a seal that nobody may use.
    cx.db()
        .write(async |tx| {
            for ((body, seal), drawn) in wanted.iter().zip(&drawn) {
                let keeper = keeper_at(tx, cx, body).await?;
                found(tx, cx, &keeper, body, *seal, drawn).await?;
            }
            Ok(())
        })
        .await?;
    Ok(bodies.len())
}

fn look(body: &Body, usual: Usual) -> Look {
    let (shape, width_mm, _) = usual.category.usual_form(body.division.ends_with("0000"));
    Look { shape, body_name: body.name.clone(), title: usual.title.to_owned(), width_mm }
}

/// Up to `most` bodies that offer items and have no seal yet. None when all have theirs.
pub async fn without_seals(cx: &Cx, most: usize) -> Result<Vec<Arc<Body>>> {
    let having = cx.db().read(async |tx| store::bodies(tx).await).await?;
    let mut seen: HashSet<&str> = HashSet::new();
    let bodies = cx.catalogue.items().map(|item| &item.body);
    let without = bodies.filter(|body| !having.contains(&body.credit_code) && seen.insert(&body.credit_code));
    Ok(without.take(most).cloned().collect())
}

async fn keeper_at(tx: &mut Tx<'_>, cx: &Cx, body: &Body) -> Result<Actor> {
    let staff = identity::staff_at(tx, &body.credit_code, PostKind::Keeper).await?;
    let Some((account, name)) = staff.into_iter().next() else {
        return Err(Error::bug(format!("{}: nobody keeps its seals", body.name)));
    };
    let post =
        Post { body: body.credit_code.clone(), division: body.division.clone(), post: PostKind::Keeper };
    Ok(Actor::Staff(StaffActor { account, name, posts: vec![post], stepped_up_at: cx.now }))
}

async fn found(
    tx: &mut Tx<'_>,
    cx: &Cx,
    actor: &Actor,
    body: &Body,
    usual: Usual,
    drawn: &Picture,
) -> Result<()> {
    let as_keeper = cx.acting_as(actor.clone());
    let new = NewSeal {
        body: body.credit_code.clone(),
        category: usual.category.word().to_owned(),
        title: usual.title.to_owned(),
        purpose: usual.purpose.to_owned(),
        kinds: usual_kinds(usual.certificates),
        keepers: actor.account().into_iter().collect(),
        valid_until: Some(cx.today().plus_months(12 * YEARS)),
        ..NewSeal::default()
    };
    let id = order(tx, &as_keeper, new).await?;
    approve(tx, cx, id, None).await?;
    let seal = store::seal(tx, id).await?.ok_or(Error::NotFound)?;
    make_in(tx, cx, &seal, drawn).await?;
    let new = NewAuthorisation {
        kinds: seal.kinds.clone(),
        until: Some(cx.today().plus(365)),
        reason: "演示：审批系统按决定自动用印".to_owned(),
    };
    authorise(tx, &as_keeper, id, new).await.map(drop)
}
