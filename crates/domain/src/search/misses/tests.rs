//! What is kept of a search that found nothing, and for whom.

use super::*;
use crate::identity::Actor;
use crate::testing::{DAY, story};
use base::Error;

#[test]
fn nothing_that_can_be_a_number_or_an_address_is_kept() {
    for kept in ["遛狗证", "gou zheng", "  宠物  登记 "] {
        assert!(countable(kept).is_some(), "{kept}");
    }
    let hostile =
        ["320102199001019998", "王小明 13800138001", "a@b.example", "x", "", "一三八零零一三八零零一", "٣٢٠"];
    for personal in hostile {
        assert_eq!(countable(personal), None, "{personal}");
    }
    assert_eq!(countable(&"长".repeat(21)), None);
    assert_eq!(countable("<script>"), None);
}

#[tokio::test]
async fn what_many_ask_for_is_seen_and_what_one_asked_is_not() {
    story(async |town| {
        let misses = Misses::default();
        let system = town.cx(&Actor::System);
        for _ in 0..2 {
            assert!(misses.count("遛狗证") && misses.count("演示王小明"));
        }
        keep_misses(&system, &misses).await.unwrap();
        misses.count("遛狗证");
        keep_misses(&system, &misses).await.unwrap();
        let db = &town.world.db;
        let admin = town.cx(&town.system);
        let page = Page::of(None, None);
        let seen = db.read(async |tx| frequent_misses(tx, &admin, page).await).await.unwrap();
        assert_eq!(seen.rows, [Miss { words: "遛狗证".into(), asked: 3, last_on: "2026-09-24".into() }]);
        for other in [&town.citizen, &town.security, &town.audit] {
            let cx = town.cx(other);
            let refused = db.read(async |tx| frequent_misses(tx, &cx, page).await).await;
            assert!(matches!(refused, Err(Error::NotFound)));
        }
        town.clock.advance(91 * DAY);
        keep_misses(&town.cx(&Actor::System), &misses).await.unwrap();
        let admin = town.cx(&town.system);
        let later = db.read(async |tx| frequent_misses(tx, &admin, page).await).await.unwrap();
        assert!(later.rows.is_empty(), "forgotten");
    })
    .await;
}

#[test]
fn a_flood_of_nonsense_costs_no_more() {
    let misses = Misses::default();
    let letters: Vec<char> = ('a'..='z').collect();
    let mut kept = 0;
    for one in &letters {
        for two in &letters {
            kept += usize::from(misses.count(&format!("{one}{two}")));
        }
    }
    assert_eq!(kept, MOST);
    assert!(misses.count("aa"), "a known word is still counted");
}
