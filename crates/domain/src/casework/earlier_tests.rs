//! Stories of what need not be written twice, on both engines.

use super::earlier::from_earlier;
use super::{GivenMaterial, Prefilled, Way, prefill, submit};
use crate::catalog::{Element, Source};
use crate::identity::{Actor, PersonActor, profile_of};
use crate::testing::{DAY, FOOD, INSTANT, REGISTRATION, Town, story};
use std::collections::BTreeMap;

const ADDRESS: &str = "南京市玄武区珠江路（演示地址）8号";

/// The same person in no capacity but her own.
fn private(actor: &Actor) -> Actor {
    let Actor::Person(person) = actor else { panic!("a person") };
    Actor::Person(PersonActor { acting_for: None, ..person.clone() })
}

/// Applies for an item with these answers laid over sound ones.
async fn apply(town: &Town, actor: &Actor, slug: &str, key: &str, answers: &[(&str, &str)]) {
    let mut submission = town.submission(slug, &format!("earlier-{key}"));
    for (element, value) in answers {
        submission.answers.insert((*element).to_owned(), vec![(*value).to_owned()]);
    }
    let asks_licence = town.item(slug).base.material("licence").is_some();
    submission
        .materials
        .extend(asks_licence.then(|| GivenMaterial { key: "licence".into(), way: Way::Paper }));
    submit(&town.cx(actor), submission).await.expect("a sound submission");
}

/// What the form of an item comes filled in with.
async fn known(town: &Town, actor: &Actor, slug: &str) -> BTreeMap<String, Prefilled> {
    let cx = town.cx(actor);
    let offer = town.item(slug).offer();
    let read = town.world.db.read(async |tx| {
        let profile = profile_of(tx, &cx).await?;
        prefill(tx, &cx, &offer, &profile).await
    });
    read.await.unwrap()
}

/// What earlier applications in this capacity say about these elements.
async fn written(town: &Town, actor: &Actor, elements: &[Element]) -> BTreeMap<String, Prefilled> {
    let cx = town.cx(actor);
    let wanted: Vec<&Element> = elements.iter().collect();
    let read = town.world.db.read(async |tx| {
        let profile = profile_of(tx, &cx).await?;
        from_earlier(tx, &cx, &wanted, &profile).await
    });
    read.await.unwrap()
}

fn element(town: &Town, key: &str) -> Element {
    town.world.catalogue.load().element(key).expect("an element").clone()
}

#[tokio::test]
async fn what_was_written_once_is_offered_with_its_day_and_its_item() {
    story(async |town| {
        assert!(!known(&town, &town.citizen, INSTANT).await.contains_key("person.address"), "nothing yet");
        apply(&town, &town.citizen, REGISTRATION, "first", &[("person.address", ADDRESS)]).await;
        let offered = known(&town, &town.citizen, INSTANT).await;
        assert_eq!(
            offered["person.address"],
            Prefilled {
                value: ADDRESS.to_owned(),
                source: "您2026年9月24日办理“个体工商户设立登记”时填写".to_owned()
            }
        );
        assert_eq!(offered["person.name"].source, "我的账户", "what is known better comes from there");

        town.clock.advance(DAY);
        let moved = [("person.address", "苏州市姑苏区（演示地址）2号"), ("person.name", "演示·王小明")];
        apply(&town, &town.citizen, INSTANT, "moved", &moved).await;
        let offered = known(&town, &town.citizen, REGISTRATION).await;
        assert_eq!(offered["person.address"].value, moved[0].1, "the newest counts");
        assert!(offered["person.address"].source.starts_with("您2026年9月25日"));
        assert!(
            offered["person.nation"].source.starts_with("您2026年9月24日"),
            "each from where it was said"
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_is_offered_what_somebody_else_wrote() {
    story(async |town| {
        apply(&town, &town.citizen, REGISTRATION, "hers", &[("person.address", ADDRESS)]).await;
        assert!(!known(&town, &town.neighbour, INSTANT).await.contains_key("person.address"));
        assert!(!known(&town, &private(&town.agent), INSTANT).await.contains_key("person.address"));
    })
    .await;
}

#[tokio::test]
async fn what_was_written_about_somebody_else_is_not_offered() {
    story(async |town| {
        let number = "320102198802029980";
        let of_her_mother =
            [("person.address", ADDRESS), ("person.citizen_number", number), ("person.name", "演示·王小明")];
        apply(&town, &town.citizen, INSTANT, "number-of-another", &of_her_mother).await;
        let named = [("person.address", ADDRESS), ("person.name", "演示·李秀英")];
        apply(&town, &town.citizen, INSTANT, "name-of-another", &named).await;
        let shop = [("person.address", ADDRESS), ("trade.leader_number", number)];
        apply(&town, &town.citizen, REGISTRATION, "shop-of-another", &shop).await;
        assert!(!known(&town, &town.citizen, INSTANT).await.contains_key("person.address"));
    })
    .await;
}

#[tokio::test]
async fn a_firm_and_its_agents_keep_apart_what_each_wrote() {
    story(async |town| {
        let own = private(&town.agent);
        let hers = [
            ("person.address", ADDRESS),
            ("person.citizen_number", "320102199207079988"),
            ("person.name", "演示·孙晓燕"),
        ];
        apply(&town, &own, INSTANT, "her-own", &hers).await;
        let elements = [element(&town, "person.address"), element(&town, "place.area")];
        let private_life = written(&town, &own, &elements).await;
        assert_eq!(private_life.keys().collect::<Vec<_>>(), ["person.address"]);
        assert_eq!(written(&town, &town.agent, &elements).await, BTreeMap::new(), "not for the firm");

        let food = [("place.area", "42"), ("trade.leader_number", "320102199207079988")];
        apply(&town, &town.agent, FOOD, "of-the-firm", &food).await;
        let firm = written(&town, &town.agent, &elements).await;
        assert_eq!(firm.keys().collect::<Vec<_>>(), ["place.area"], "what she wrote for the firm");
        assert_eq!(written(&town, &own, &elements).await, private_life, "and not for herself");

        let Actor::Person(agent) = &town.agent else { panic!("a person") };
        let account = town.neighbour.account().unwrap();
        let colleague = Actor::Person(PersonActor { account, ..agent.clone() });
        assert_eq!(written(&town, &colleague, &elements).await, BTreeMap::new(), "nor for another agent");
    })
    .await;
}

#[tokio::test]
async fn only_what_the_dictionary_marks_and_the_form_still_takes_is_offered() {
    story(async |town| {
        let education = [("person.education", "本科"), ("person.name", "演示·王小明")];
        apply(&town, &town.citizen, INSTANT, "education", &education).await;
        let offered = known(&town, &town.citizen, INSTANT).await;
        assert_eq!(offered["person.education"].value, "本科");
        let catalogue = town.world.catalogue.load_full();
        for (key, found) in &offered {
            let marked = catalogue.element(key).unwrap().source == Source::Earlier;
            assert_eq!(marked, found.source.starts_with('您'), "{key}: {}", found.source);
        }
        let mut narrowed = element(&town, "person.education");
        narrowed.options.retain(|option| option != "本科");
        assert_eq!(written(&town, &town.citizen, &[narrowed]).await, BTreeMap::new());
    })
    .await;
}
