//! The chain finds what somebody did to the rows behind its back.

use super::*;
use crate::testing::{INSTANT, REGISTRATION, story};
use base::Id;
use db::params;

const LATER: i64 = 60_000;

async fn append_one(cx: &crate::Cx) {
    let new = NewEvent {
        subject_kind: "case",
        subject_id: Id(1),
        area: "",
        kind: "casework.submitted",
        detail: &serde_json::json!({}),
    };
    cx.db().write(async |tx| append(tx, cx, new).await).await.unwrap();
}

#[tokio::test]
async fn a_changed_a_missing_an_inserted_and_a_swapped_row_are_named() {
    story(async |town| {
        for number in 0..4 {
            town.submit(&town.citizen, INSTANT, &format!("journal-{number}")).await;
        }
        town.clock.advance(LATER);
        let cx = town.cx(&crate::identity::Actor::System);
        let db = &town.world.db;
        let sealed = db.write(async |tx| seal_batch(tx, &cx).await).await.unwrap().unwrap();
        let check = async || db.read(async |tx| verify(tx, &[&sealed.hash], |_| {}).await).await.unwrap();
        assert_eq!(check().await.faults, []);

        let events = db.read(async |tx| find(tx, &Wanted::all(), 20, 0).await).await.unwrap();
        let (changed, gone, left) = (events[0].id, events[1].id, &events[2]);
        db.write(async |tx| {
            tx.execute("UPDATE journal_event SET actor_name = '别人' WHERE id = $1", &params![changed])
                .await?;
            tx.execute("DELETE FROM journal_event WHERE id = $1", &params![gone]).await?;
            let forged = Event { id: Id(left.id.0 - 1), ..left.clone() };
            super::store::insert(tx, &forged).await
        })
        .await
        .unwrap();
        let mut faults = check().await.faults;
        faults.sort_by_key(|fault| format!("{fault:?}"));
        assert_eq!(
            faults,
            [Fault::Changed(changed), Fault::Inserted(Id(left.id.0 - 1)), Fault::Missing(gone)]
        );
    })
    .await;
}

#[tokio::test]
async fn swapped_rows_and_a_cut_chain_show() {
    story(async |town| {
        town.submit(&town.citizen, INSTANT, "swap-one").await;
        town.submit(&town.neighbour, REGISTRATION, "swap-two").await;
        town.clock.advance(LATER);
        let cx = town.cx(&crate::identity::Actor::System);
        let db = &town.world.db;
        db.write(async |tx| seal_batch(tx, &cx).await).await.unwrap();
        town.submit(&town.citizen, INSTANT, "swap-three").await;
        town.clock.advance(LATER);
        let cx = town.cx(&crate::identity::Actor::System);
        let second = db.write(async |tx| seal_batch(tx, &cx).await).await.unwrap().unwrap();
        assert_eq!(second.number, 2);

        let events = db.read(async |tx| find(tx, &Wanted::all(), 20, 0).await).await.unwrap();
        // Two events of the first batch change places, and the second batch is cut off.
        let (one, two) = (&events[1], &events[2]);
        db.write(async |tx| {
            tx.execute("UPDATE journal_event SET detail = $2 WHERE id = $1", &params![one.id, &two.detail])
                .await?;
            tx.execute("UPDATE journal_event SET detail = $2 WHERE id = $1", &params![two.id, &one.detail])
                .await?;
            tx.execute("DELETE FROM journal_batch WHERE id = 2", &params![]).await
        })
        .await
        .unwrap();
        let checked = db.read(async |tx| verify(tx, &[&second.hash], |_| {}).await).await.unwrap();
        let swapped = [Fault::Changed(two.id), Fault::Changed(one.id)];
        assert_eq!(checked.faults, [&swapped[..], &[Fault::HeadMissing(second.hash.clone())]].concat());
        assert!(checked.unsealed > 0, "what the second batch held is not sealed any more");
    })
    .await;
}

#[tokio::test]
async fn what_has_not_settled_waits_for_the_next_batch() {
    story(async |town| {
        let cx = town.cx(&crate::identity::Actor::System);
        let db = &town.world.db;
        while db.write(async |tx| seal_batch(tx, &cx).await).await.unwrap().is_some() {}
        town.submit(&town.citizen, INSTANT, "young-event").await;
        let cx = town.cx(&crate::identity::Actor::System);
        assert!(db.write(async |tx| seal_batch(tx, &cx).await).await.unwrap().is_none());
    })
    .await;
}

/// An act that began early and wrote late has an old time and a new id: batches are cut by id, so that it
/// does not carry the chain past an event that is still young.
#[tokio::test]
async fn an_event_older_than_its_id_does_not_hide_the_one_before_it() {
    story(async |town| {
        let system = crate::identity::Actor::System;
        let db = &town.world.db;
        let early = town.cx(&system);
        town.clock.advance(50_000);
        let late = town.cx(&system);
        for cx in [&late, &early] {
            append_one(cx).await;
        }
        for wait in [10_000, LATER] {
            town.clock.advance(wait);
            let cx = town.cx(&system);
            while db.write(async |tx| seal_batch(tx, &cx).await).await.unwrap().is_some() {}
        }
        let checked = db.read(async |tx| verify(tx, &[], |_| {}).await).await.unwrap();
        assert_eq!(checked.faults, []);
    })
    .await;
}

/// Two processes share a database: what one of them writes at the end of a long act comes behind what the other
/// wrote and sealed meanwhile.
#[tokio::test]
async fn a_long_act_of_another_process_is_sealed_like_any_other() {
    story(async |town| {
        let system = crate::identity::Actor::System;
        let db = &town.world.db;
        let long = town.with_keys(town.world.keys.clone());
        let seal_all = async || {
            town.clock.advance(LATER);
            let cx = town.cx(&system);
            while db.write(async |tx| seal_batch(tx, &cx).await).await.unwrap().is_some() {}
        };
        town.clock.advance(10 * LATER);
        town.submit(&town.citizen, INSTANT, "meanwhile").await;
        seal_all().await;
        append_one(&long).await;
        seal_all().await;
        let checked = db.read(async |tx| verify(tx, &[], |_| {}).await).await.unwrap();
        assert_eq!((checked.faults, checked.unsealed), (vec![], 0));
    })
    .await;
}
