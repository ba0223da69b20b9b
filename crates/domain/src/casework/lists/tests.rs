//! Stories of the desk's list, on both engines.

use super::{DeskFilter, DueFilter, DueOrder, Queue, desk};
use crate::identity::PostKind;
use crate::testing::{DAY, INSTANT, REGISTRATION, Town, story};
use base::Page;

/// Tickets of one page of the clerk's queue of the market body, with whether there is more.
async fn page(town: &Town, order: DueOrder, item: &str, number: u32) -> (Vec<String>, bool) {
    let cx = town.cx(&town.market(PostKind::Clerk));
    let filter = DeskFilter {
        body: town.item(REGISTRATION).body.credit_code.clone(),
        queue: Queue::Clerk,
        item: item.to_owned(),
        due: DueFilter::Any,
        order,
        page: Page::of(Some(number), Some(2)),
    };
    let found = desk(&cx, &filter).await.unwrap().rows;
    let more = found.pages() > found.number;
    (found.rows.into_iter().map(|row| row.ticket).collect(), more)
}

#[tokio::test]
async fn the_list_is_read_from_either_end_page_by_page() {
    story(async |town| {
        let mut submitted = Vec::new();
        for key in ["sorted-1", "sorted-2", "sorted-3"] {
            submitted.push(town.submit(&town.citizen, REGISTRATION, key).await.ticket);
            town.clock.advance(DAY);
        }
        let [first, second, third] = [0, 1, 2].map(|index: usize| submitted[index].clone());
        let earliest = DueOrder::EarliestFirst;
        assert_eq!(page(&town, earliest, "", 1).await, (vec![first.clone(), second.clone()], true));
        assert_eq!(page(&town, earliest, "", 2).await, (vec![third.clone()], false));
        let latest = DueOrder::LatestFirst;
        assert_eq!(page(&town, latest, "", 1).await, (vec![third, second], true));
        assert_eq!(page(&town, latest, "", 2).await, (vec![first], false));
        // Of another body, so that none of this one is left.
        let other = town.item(INSTANT).code.clone();
        assert_eq!(page(&town, latest, &other, 1).await, (vec![], false), "the filter holds in each order");
    })
    .await;
}

#[test]
fn what_is_over_shows_the_last_ended_first() {
    let usual = Queue::ALL.map(Queue::usual_order);
    assert_eq!(usual[..4], [DueOrder::EarliestFirst; 4]);
    assert_eq!(usual[4], DueOrder::LatestFirst);
    for order in usual {
        assert_eq!(DueOrder::from_word(order.word()), Some(order));
        assert_eq!(order.other().other(), order);
    }
    assert_eq!(DueOrder::from_word("due"), None);
}
