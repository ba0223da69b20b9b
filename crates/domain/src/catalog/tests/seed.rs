use super::fixture::{CLAIMS, DEPARTMENTS, ITEM, small};
use super::{MORNING, Sources, parse_sources, parsed, system};
use crate::catalog::{
    Catalogue, Item, ItemVersion, Parsed, SeedCounts, item_at_version, load_catalogue, seed_catalog,
};
use crate::{Cx, MIGRATIONS, journal};
use base::{Error, Id};
use db::testing::both;
use norms::{CreditCode, HandlingCode};
use std::sync::Arc;

async fn seed(cx: &Cx, parsed: Parsed) -> SeedCounts {
    let mut seen = Vec::new();
    let counts = seed_catalog(cx, parsed, &mut |done, total, _| seen.push((done, total))).await.unwrap();
    assert!(seen.is_sorted() && seen.last().is_none_or(|(done, total)| done == total), "{seen:?}");
    counts
}

async fn load(cx: &Cx) -> Catalogue {
    cx.db().read(async |tx| load_catalogue(tx, cx.today()).await).await.unwrap()
}

async fn at_version(cx: &Cx, catalogue: &Catalogue, code: &str, version: ItemVersion) -> Option<Arc<Item>> {
    cx.db().read(async |tx| item_at_version(tx, catalogue, code, version).await).await.unwrap()
}

fn small_with(path: &str, from: &str, to: &str) -> Parsed {
    let mut files: Sources = small();
    let text = files.text(path).unwrap().to_owned();
    assert!(text.contains(from), "{path} has no {from}");
    files.replace(path, text.replacen(from, to, 1));
    parse_sources(&files).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_province_is_on_offer_and_a_second_run_changes_nothing() {
    both(MIGRATIONS, async |db| {
        let cx = system(db, MORNING);
        let parsed = parsed();
        let bases = parsed.base_items.len();
        let counts = seed(&cx, parsed.clone()).await;
        assert_eq!((counts.divisions, counts.base_items), (118, bases));
        assert_eq!(counts.bodies, parsed.departments.len() * 118);
        assert_eq!(seed(&cx, parsed.clone()).await, SeedCounts::default());

        let catalogue = load(&cx).await;
        assert_eq!(catalogue.base_items.len(), bases);
        assert_eq!(catalogue.items().count(), counts.items);
        assert_eq!(catalogue.divisions.len(), 118);
        assert_eq!(catalogue.departments, parsed.departments);
        assert_eq!(catalogue.life_events, parsed.life_events);
        assert_eq!(catalogue.calendar, *norms::Calendar::state_council());
        assert_eq!(catalogue.dictionary, parsed.dictionary);
        for item in catalogue.base_items.iter() {
            assert_eq!(**item, *parsed.base_items.iter().find(|own| own.slug == item.slug).unwrap());
            for county in catalogue.divisions.values().filter(|division| division.level == "county") {
                assert!(
                    catalogue.offer(&item.code, &county.code).is_some(),
                    "{} in {}",
                    item.slug,
                    county.name
                );
            }
        }
        let food = catalogue.base_item("food-business-licence").unwrap();
        assert_eq!(catalogue.claimants(&food.code).count(), 95 + 9);
        for item in catalogue.items() {
            check_item(&catalogue, item);
        }
        check_events(&cx, bases).await;
    })
    .await;
}

fn check_item(catalogue: &Catalogue, item: &Item) {
    let code = HandlingCode::parse(&item.code).unwrap();
    assert_eq!(code.sequence(), 1);
    assert_eq!(code.item().base().as_str(), item.base.code);
    assert_eq!(code.item().body().as_str(), item.body.credit_code);
    assert_eq!(code.item().level(), item.base.claim.level());
    let body = CreditCode::parse(&item.body.credit_code).unwrap();
    assert_eq!((body.warning(), body.division().as_str()), (None, item.division.as_str()));
    assert!(item.body.synthetic && item.body.consult != item.body.complain);
    assert!(!item.place.contains('{') && !item.hours.is_empty() && !item.phone.contains('{'));
    assert!(item.promised().compare(item.base.promised.limit()).is_le());
    assert_eq!(item.version, ItemVersion { item: 1, base: 1 });
    assert_eq!(catalogue.item(&item.code).map(|found| &found.code), Some(&item.code));
}

async fn check_events(cx: &Cx, bases: usize) {
    let events =
        cx.db().read(async |tx| journal::find(tx, &journal::Wanted::all(), 100, 0).await).await.unwrap();
    let of_kind = |kind: &str| events.iter().filter(|event| event.kind == kind).count();
    assert_eq!((of_kind("catalog.published"), of_kind("catalog.claimed")), (bases, bases));
    assert_eq!(of_kind("catalog.words_changed") + 2 * bases, events.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn places_names_and_phones_are_those_of_the_division() {
    both(MIGRATIONS, async |db| {
        let cx = system(db, MORNING);
        seed(&cx, parse_sources(&small()).unwrap()).await;
        let catalogue = load(&cx).await;
        let offer = |division: &str| catalogue.offer("000131012000", division).unwrap().clone();
        let drum = offer("320106");
        assert_eq!(drum.body.name, "南京市鼓楼区市场监督管理局");
        assert_eq!(drum.place, "南京市鼓楼区政务服务中心综合窗口");
        assert_eq!((drum.phone.as_str(), drum.body.complain.as_str()), ("025-12345", "025-12315"));
        assert_eq!(offer("320576").body.name, "苏州工业园区市场监督管理局");
        assert_eq!(offer("320281").phone, "0510-12345");
        assert_eq!(offer("320102").promised().to_string(), "3 个工作日");
        assert!(offer("320102").offer().material("plan").is_none());
        assert_eq!(offer("320104").promised().to_string(), "5 个工作日");
        assert!(catalogue.offer("000131012000", "990000").is_none());
        let province = catalogue.bodies().find(|body| body.division == "320000").unwrap();
        assert_eq!(
            (province.name.as_str(), province.consult.as_str()),
            ("江苏省市场监督管理局", "025-12345")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_definition_is_a_new_version_and_the_old_one_stays() {
    both(MIGRATIONS, async |db| {
        let cx = system(db, MORNING);
        seed(&cx, parse_sources(&small()).unwrap()).await;
        let before = load(&cx).await;
        let old = before.offer("000131012000", "320102").unwrap().clone();

        let changed =
            small_with("items/canteen.toml", "summary = \"开食堂要办。\"", "summary = \"开食堂之前要办。\"");
        let counts = seed(&cx, changed).await;
        assert_eq!(counts, SeedCounts { base_items: 1, items: 104, ..SeedCounts::default() });
        let after = load(&cx).await;
        let new = after.offer("000131012000", "320102").unwrap();
        assert_eq!(new.code, old.code);
        assert_eq!(new.version, ItemVersion { item: 2, base: 2 });
        assert_eq!(new.base.summary, "开食堂之前要办。");
        assert_eq!(after.base_item("canteen").unwrap().summary, "开食堂之前要办。");
        assert!(after.sequence > before.sequence);

        let pinned = at_version(&cx, &after, &old.code, old.version).await.unwrap();
        assert_eq!(pinned.base.summary, "开食堂要办。");
        assert_eq!(pinned.differences, old.differences);
        let current = at_version(&cx, &after, &new.code, new.version).await.unwrap();
        assert!(Arc::ptr_eq(&current, new));
        for (code, version) in [
            (old.code.as_str(), ItemVersion { item: 3, base: 2 }),
            (old.code.as_str(), ItemVersion { item: 1, base: 2 }),
            ("no such item", ItemVersion { item: 1, base: 1 }),
        ] {
            assert!(at_version(&cx, &after, code, version).await.is_none(), "{code} {version:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_changed_claim_is_one_new_version() {
    both(MIGRATIONS, async |db| {
        let cx = system(db, MORNING);
        seed(&cx, parse_sources(&small()).unwrap()).await;
        let counts = seed(&cx, small_with("claims.toml", "days = 3", "days = 2")).await;
        assert_eq!(counts, SeedCounts { items: 1, ..SeedCounts::default() });
        let item = load(&cx).await.offer("000131012000", "320102").unwrap().clone();
        assert_eq!(
            (item.version, item.promised().to_string()),
            (ItemVersion { item: 2, base: 1 }, "2 个工作日".into())
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_is_no_longer_made_is_cancelled_and_may_come_back() {
    both(MIGRATIONS, async |db| {
        let cx = system(db, MORNING);
        seed(&cx, parse_sources(&small()).unwrap()).await;
        let mut files = small();
        files.replace("items/canteen.toml", ITEM.replace("claim = \"county\"", "claim = \"city\""));
        files.replace("claims.toml", CLAIMS.replace("320102", "320100"));
        let counts = seed(&cx, parse_sources(&files).unwrap()).await;
        assert_eq!((counts.items, counts.cancelled), (13, 104));
        let catalogue = load(&cx).await;
        assert_eq!(catalogue.items().count(), 13);
        assert_eq!(catalogue.offer("000131012000", "320104").unwrap().division, "320100");
        let counts = seed(&cx, parse_sources(&small()).unwrap()).await;
        assert_eq!((counts.base_items, counts.items, counts.cancelled), (1, 104, 13));
        let item = load(&cx).await.offer("000131012000", "320104").unwrap().clone();
        assert_eq!((item.division.as_str(), item.version), ("320104", ItemVersion { item: 2, base: 3 }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_phone_reaches_the_bodies_and_only_them() {
    both(MIGRATIONS, async |db| {
        let cx = system(db, MORNING);
        seed(&cx, parse_sources(&small()).unwrap()).await;
        let mut files = small();
        files.replace("departments.toml", DEPARTMENTS.replace("{area}-12345", "{area}-96123"));
        let counts = seed(&cx, parse_sources(&files).unwrap()).await;
        assert_eq!(counts, SeedCounts { bodies: 118, dictionary: 1, ..SeedCounts::default() });
        assert_eq!(load(&cx).await.offer("000131012000", "320281").unwrap().phone, "0510-96123");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_product_seeds() {
    both(MIGRATIONS, async |db| {
        let cx = system(db, MORNING);
        let visitor = cx.world().cx(crate::identity::Actor::Visitor);
        let refused = seed_catalog(&visitor, parse_sources(&small()).unwrap(), &mut |_, _, _| {}).await;
        assert!(matches!(refused, Err(Error::Denied)));
        let subjects = cx.db().read(async |tx| journal::latest_id(tx).await).await.unwrap();
        assert_eq!(subjects, Id(0));
    })
    .await;
}
