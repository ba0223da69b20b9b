//! Stories of organisations, their representatives and their agents.

use super::*;
use crate::casework;
use crate::identity::*;
use crate::testing::{DAY, FOOD, PASSWORD, Town, story};
use base::{Error, Id};
use norms::{CitizenNumber, CreditCode, Day};

/// Synthetic, both checks pass.
const FIRM: &str = "91320102MA0XX00151";
const SHOP: &str = "92320102MA0XX0031K";
const WANG: &str = "320102199001019998";
const LI: &str = "320102198802029980";
const NAME: &str = "演示·玄武便民理发店";

fn told(code: &str, name: &str, leader: &str, number: &str, on: &str) -> Registered {
    let today = Day::new(2026, 9, 24).unwrap();
    Registered {
        credit_code: CreditCode::parse(code).unwrap(),
        name: name.into(),
        kind: "个体工商户".into(),
        address: "南京市玄武区锁金村（演示地址）3号".into(),
        active: true,
        leader: leader.into(),
        leader_number: CitizenNumber::parse(number, today).unwrap(),
        told_on: on.parse().unwrap(),
        synthetic: true,
    }
}

async fn take(town: &Town, batch: &[Registered]) -> Taken {
    let cx = town.cx(&Actor::System);
    town.world.db.write(async |tx| take_registry(tx, &cx, "演示", batch).await).await.expect("a batch")
}

fn shop() -> Claim<'static> {
    // Spaces and the width of brackets are how people write, not another name.
    Claim { credit_code: SHOP, name: " 演示·玄武便民理发店 ", kind: "个体工商户" }
}

/// A session of somebody with the town's password.
async fn session_of(town: &Town, login: &str) -> SessionToken {
    let cx = town.cx(&Actor::Visitor);
    log_in(&cx, Credentials { login, password: PASSWORD }).await.expect("a log-in").token
}

async fn actor_of(town: &Town, token: &SessionToken) -> Actor {
    find_session(&town.cx(&Actor::Visitor), token).await.unwrap().expect("a session").actor
}

async fn switch(town: &Town, token: &SessionToken, organisation: Id) -> base::Result<Actor> {
    let cx = town.cx(&actor_of(town, token).await);
    town.world.db.write(async |tx| act_for(tx, &cx, token, Some(organisation)).await).await?;
    Ok(actor_of(town, token).await)
}

/// The neighbour has claimed the shop, and acts for it.
async fn representative(town: &Town) -> (Actor, SessionToken, Id) {
    take(town, &[told(SHOP, NAME, "演示·李秀英", LI, "2026-09-01")]).await;
    let cx = town.cx(&town.neighbour);
    let ClaimOutcome::Settled(shop) = claim_organisation(&cx, shop()).await.expect("claimed") else {
        panic!("the registry knows it")
    };
    let token = session_of(town, "li").await;
    let actor = switch(town, &token, shop).await.expect("she may act for it");
    (actor, token, shop)
}

fn mandate_for_wang(items: Vec<String>) -> GiveMandate<'static> {
    let valid_until = Day::new(2027, 3, 1).unwrap();
    GiveMandate { agent: "wang", name: "演示·王小明", items, valid_until, password: PASSWORD }
}

async fn kinds(town: &Town, subject: &str, id: Id) -> Vec<String> {
    let read = town.world.db.read(async |tx| crate::journal::of_subject(tx, subject, id).await).await;
    read.unwrap().into_iter().map(|event| event.kind).collect()
}

#[tokio::test]
async fn the_registry_decides_who_represents() {
    story(async |town| {
        take(&town, &[told(SHOP, NAME, "演示·李秀英", LI, "2026-09-01")]).await;
        let (wang, li) = (town.cx(&town.citizen), town.cx(&town.neighbour));
        let stranger = claim_organisation(&wang, shop()).await.unwrap_err();
        let other_kind = Claim { kind: "公司", ..shop() };
        let other_name = Claim { name: "演示·玄武理发店", ..shop() };
        for wrong in [claim_organisation(&li, other_kind).await, claim_organisation(&li, other_name).await] {
            // One answer for all: a claim is no way to ask who represents whom.
            assert_eq!(wrong.unwrap_err().to_string(), stranger.to_string());
        }
        assert_eq!(stranger.code(), "identity.registry_mismatch");
        let account = town.citizen.account().unwrap();
        assert!(kinds(&town, "account", account).await.contains(&"identity.claim_refused".into()));

        assert!(matches!(claim_organisation(&li, shop()).await, Ok(ClaimOutcome::Settled(_))));
        let own = town.world.db.read(async |tx| own_organisations(tx, &li).await).await.unwrap();
        assert_eq!(own.represented[0].name, NAME);
        assert_eq!(own.represented[0].address, "南京市玄武区锁金村（演示地址）3号");
        let events = kinds(&town, "organisation", own.represented[0].id).await;
        assert_eq!(events, ["identity.organisation_claimed"]);
        let again = claim_organisation(&li, shop()).await.unwrap_err();
        assert_eq!(again.code(), "identity.already_representative");
    })
    .await;
}

#[tokio::test]
async fn an_ended_organisation_and_a_low_level_claim_nothing() {
    story(async |town| {
        let ended = Registered { active: false, ..told(SHOP, NAME, "演示·李秀英", LI, "2026-09-01") };
        take(&town, &[ended]).await;
        let cx = town.cx(&town.neighbour);
        assert_eq!(claim_organisation(&cx, shop()).await.unwrap_err().code(), "identity.organisation_ended");
        let Actor::Person(person) = town.neighbour.clone() else { unreachable!("a person") };
        let low = Actor::Person(PersonActor { assurance: 2, ..person });
        let refused = claim_organisation(&town.cx(&low), shop()).await.unwrap_err();
        assert_eq!(refused.code(), "identity.assurance_too_low");
        let wrong = Claim { credit_code: "92320102MA0XX00311", name: "", kind: "" };
        let Err(Error::Refused(refusals)) = claim_organisation(&cx, wrong).await else { panic!("accepted") };
        let fields: Vec<&str> = refusals.iter().filter_map(|r| r.field.as_deref()).collect();
        assert_eq!(fields, ["credit_code", "name", "kind"]);
    })
    .await;
}

#[tokio::test]
async fn what_the_registry_does_not_know_waits_for_a_window() {
    story(async |town| {
        let cx = town.cx(&town.neighbour);
        assert_eq!(claim_organisation(&cx, shop()).await.unwrap(), ClaimOutcome::Waits);
        let own = town.world.db.read(async |tx| own_organisations(tx, &cx).await).await.unwrap();
        assert!(own.represented.is_empty(), "a claim alone gives nothing");
        assert_eq!(own.waiting[0].credit_code, SHOP);
        assert_eq!(claim_organisation(&cx, shop()).await.unwrap_err().code(), "identity.claim_waits");

        let clerk = town.market(PostKind::Clerk);
        let body = clerk.staff().unwrap().posts[0].body.clone();
        let given = |login: &'static str, name: &'static str| ClaimConfirmation {
            login,
            credit_code: SHOP,
            name,
            address: "南京市玄武区锁金村（演示地址）3号",
            document: CERTIFICATES[0],
            body: &body,
            compared: true,
        };
        let (desk, citizen) = (town.cx(&clerk), town.cx(&town.citizen));
        let foreign = confirm_claim(&citizen, given("li", NAME)).await;
        assert!(matches!(foreign, Err(Error::NotFound | Error::Denied)), "{foreign:?}");
        for (login, name) in [("wang", NAME), ("nobody", NAME), ("li", "演示·另一家")] {
            let refused = confirm_claim(&desk, given(login, name)).await.unwrap_err();
            assert_eq!(refused.code(), "identity.claim_mismatch", "{login} {name}");
        }
        let unseen = ClaimConfirmation { compared: false, ..given("li", NAME) };
        assert_eq!(confirm_claim(&desk, unseen).await.unwrap_err().code(), "identity.compare");
        confirm_claim(&desk, given("li", NAME)).await.unwrap();
        let own = town.world.db.read(async |tx| own_organisations(tx, &cx).await).await.unwrap();
        assert_eq!((own.represented.len(), own.waiting.len()), (1, 0));

        // What the registry says since then no window overrules.
        take(&town, &[told(FIRM, "演示·一家", "演示·王小明", WANG, "2026-09-02")]).await;
        let claim = Claim { credit_code: FIRM, name: "演示·一家", kind: "个体工商户" };
        assert!(claim_organisation(&cx, claim).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_window_settles_nothing_against_the_registry() {
    story(async |town| {
        let cx = town.cx(&town.neighbour);
        claim_organisation(&cx, shop()).await.unwrap();
        take(&town, &[told(SHOP, NAME, "演示·王小明", WANG, "2026-09-02")]).await;
        let clerk = town.market(PostKind::Clerk);
        let body = clerk.staff().unwrap().posts[0].body.clone();
        let given = ClaimConfirmation {
            login: "li",
            credit_code: SHOP,
            name: NAME,
            address: "演示地址",
            document: CERTIFICATES[0],
            body: &body,
            compared: true,
        };
        let refused = confirm_claim(&town.cx(&clerk), given).await.unwrap_err();
        assert_eq!(refused.code(), "identity.registry_mismatch");
    })
    .await;
}

#[tokio::test]
async fn a_mandate_covers_its_items_and_ends_at_once_in_open_sessions() {
    story(async |town| {
        let (boss, _, shop) = representative(&town).await;
        let cx = town.cx(&boss);
        let food = town.item(FOOD);
        let given = mandate_for_wang(vec![food.base.code.clone()]);
        let mandate = give_mandate(&cx, given).await.expect("given");
        let agent_session = session_of(&town, "wang").await;
        let agent = switch(&town, &agent_session, shop).await.expect("he may act for it");
        let acting = agent.person().unwrap().acting_for.clone().unwrap();
        assert!(!acting.representative);
        assert_eq!(acting.items, std::slice::from_ref(&food.base.code));
        casework::may_apply(&town.cx(&agent), &food).expect("covered");
        let other = casework::may_apply(&town.cx(&agent), &town.item(crate::testing::REGISTRATION));
        assert!(matches!(other.unwrap_err().code(), "identity.outside_mandate" | "casework.wrong_audience"));
        let name = &town.world.db.read(async |tx| mandates_given(tx, &cx).await).await.unwrap()[0].agent;
        assert_eq!(name, "演示·王小明");

        town.world.db.write(async |tx| revoke_mandate(tx, &cx, mandate).await).await.unwrap();
        let after = actor_of(&town, &agent_session).await;
        assert!(after.person().unwrap().acting_for.is_none(), "the open session acts for it no more");
        assert!(switch(&town, &agent_session, shop).await.is_err());
        let again = town.world.db.write(async |tx| revoke_mandate(tx, &cx, mandate).await).await;
        assert_eq!(again.unwrap_err().code(), "identity.mandate_over");
        let events = kinds(&town, "organisation", shop).await;
        for kind in ["identity.mandate_granted", "identity.mandate_revoked"] {
            assert!(events.iter().any(|k| k == kind), "{kind} is not in {events:?}");
        }
        let told = kinds(&town, "account", town.citizen.account().unwrap()).await;
        assert!(told.contains(&"identity.mandate_taken_back".into()), "the agent is told: {told:?}");
    })
    .await;
}

#[tokio::test]
async fn whoever_holds_a_mandate_gives_none_and_takes_none_back() {
    story(async |town| {
        let (boss, _, shop) = representative(&town).await;
        give_mandate(&town.cx(&boss), mandate_for_wang(vec![])).await.unwrap();
        let token = session_of(&town, "wang").await;
        let agent = switch(&town, &token, shop).await.unwrap();
        let cx = town.cx(&agent);
        let valid_until = Day::new(2027, 1, 1).unwrap();
        let onward = GiveMandate {
            agent: "agent",
            name: "演示·孙晓燕",
            items: vec![],
            valid_until,
            password: PASSWORD,
        };
        assert!(matches!(give_mandate(&cx, onward).await, Err(Error::Denied)));
        let account = town.agent.account().unwrap();
        let new =
            NewMandate { organisation: shop, account, items: vec![], valid_from: cx.today(), valid_until };
        let direct = town.world.db.write(async |tx| grant_mandate(tx, &cx, new).await).await;
        assert!(matches!(direct, Err(Error::Denied)), "{direct:?}");
        let given = town.world.db.read(async |tx| mandates_given(tx, &cx).await).await;
        assert!(matches!(given, Err(Error::Denied)));
        // Not even the representative's own session gives any while she acts for herself.
        let herself = give_mandate(&town.cx(&town.neighbour), mandate_for_wang(vec![])).await;
        assert!(matches!(herself, Err(Error::NotFound | Error::Denied)));
    })
    .await;
}

#[tokio::test]
async fn who_may_be_an_agent_and_for_how_long() {
    story(async |town| {
        let (boss, ..) = representative(&town).await;
        let cx = town.cx(&boss);
        let today = cx.today();
        let wrong =
            |agent: &'static str, name: &'static str| GiveMandate { agent, name, ..mandate_for_wang(vec![]) };
        for (agent, name) in [("wang", "演示·别人"), ("nobody", "演示·王小明"), (LI, "演示·王小明")]
        {
            let refused = give_mandate(&cx, wrong(agent, name)).await.unwrap_err();
            assert_eq!(refused.code(), "identity.agent_unknown", "{agent} {name}");
        }
        let own = give_mandate(&cx, wrong("li", "演示·李秀英")).await.unwrap_err();
        assert_eq!(own.code(), "identity.own_mandate");
        for until in [today.plus(-1), today.plus_months(12).plus(1)] {
            let long = GiveMandate { valid_until: until, ..mandate_for_wang(vec![]) };
            assert_eq!(give_mandate(&cx, long).await.unwrap_err().code(), "identity.mandate_term", "{until}");
        }
        let nothing = mandate_for_wang(vec!["000000000000".into()]);
        assert_eq!(give_mandate(&cx, nothing).await.unwrap_err().code(), "identity.mandate_items");
        let guessed = GiveMandate { password: "not-the-password", ..mandate_for_wang(vec![]) };
        assert_eq!(give_mandate(&cx, guessed).await.unwrap_err().code(), "identity.wrong_password");
        // By citizen number as well, for the last day the term allows.
        let valid_until = today.plus_months(12);
        let by_number = GiveMandate { agent: WANG, valid_until, ..mandate_for_wang(vec![]) };
        give_mandate(&cx, by_number).await.expect("given");
    })
    .await;
}

#[tokio::test]
async fn the_agent_lays_down_what_is_hers_alone() {
    story(async |town| {
        let (boss, ..) = representative(&town).await;
        let mandate = give_mandate(&town.cx(&boss), mandate_for_wang(vec![])).await.unwrap();
        for other in [&town.neighbour, &town.agent, &town.security] {
            let cx = town.cx(other);
            let refused = town.world.db.write(async |tx| lay_down_mandate(tx, &cx, mandate).await).await;
            assert!(matches!(refused, Err(Error::NotFound | Error::Denied)), "{other:?}: {refused:?}");
        }
        let cx = town.cx(&town.citizen);
        town.world.db.write(async |tx| lay_down_mandate(tx, &cx, mandate).await).await.unwrap();
        let received = town.world.db.read(async |tx| mandates_received(tx, &cx).await).await.unwrap();
        assert_eq!(received[0].state_on(cx.today()), MandateState::LaidDown);
        let capacities = town.world.db.read(async |tx| capacities(tx, &cx).await).await.unwrap();
        assert!(capacities.is_empty());
    })
    .await;
}

#[tokio::test]
async fn mandates_rest_when_the_registry_names_another_representative() {
    story(async |town| {
        let (boss, boss_session, shop) = representative(&town).await;
        let given = GiveMandate {
            agent: "agent",
            name: "演示·孙晓燕",
            items: vec![],
            valid_until: Day::new(2027, 3, 1).unwrap(),
            password: PASSWORD,
        };
        let mandate = give_mandate(&town.cx(&boss), given).await.unwrap();
        let agent_session = session_of(&town, "agent").await;
        switch(&town, &agent_session, shop).await.unwrap();

        // Old word changes nothing; new word ends the representative at once.
        let old = take(&town, &[told(SHOP, NAME, "演示·王小明", WANG, "2026-08-01")]).await;
        assert_eq!(old, Taken::default());
        let new = take(&town, &[told(SHOP, NAME, "演示·王小明", WANG, "2026-09-20")]).await;
        assert_eq!(new, Taken { changed: 1, ended: 1 });
        for token in [&boss_session, &agent_session] {
            let now = actor_of(&town, token).await;
            assert!(now.person().unwrap().acting_for.is_none(), "nobody acts for it");
        }
        let cx = town.cx(&town.citizen);
        let claim = Claim { credit_code: SHOP, name: NAME, kind: "个体工商户" };
        claim_organisation(&cx, claim).await.expect("the new one claims it");
        assert!(switch(&town, &agent_session, shop).await.is_err(), "her mandate rests");
        let token = session_of(&town, "wang").await;
        let successor = town.cx(&switch(&town, &token, shop).await.unwrap());
        let given = town.world.db.read(async |tx| mandates_given(tx, &successor).await).await.unwrap();
        assert_eq!(given[0].state_on(successor.today()), MandateState::Rests);
        town.world.db.write(async |tx| continue_mandate(tx, &successor, mandate).await).await.unwrap();
        switch(&town, &agent_session, shop).await.expect("it goes on under the new one");
        // A term ends by itself.
        town.clock.advance(200 * DAY);
        let late = session_of(&town, "agent").await;
        assert!(switch(&town, &late, shop).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn several_mandates_count_together() {
    story(async |town| {
        let (boss, _, shop) = representative(&town).await;
        let cx = town.cx(&boss);
        let food = town.item(FOOD).base.code.clone();
        give_mandate(&cx, mandate_for_wang(vec![food.clone()])).await.unwrap();
        let token = session_of(&town, "wang").await;
        let limited = switch(&town, &token, shop).await.unwrap();
        assert_eq!(limited.person().unwrap().acting_for.as_ref().unwrap().items, [food]);
        give_mandate(&cx, mandate_for_wang(vec![])).await.unwrap();
        let all = actor_of(&town, &token).await;
        assert!(all.person().unwrap().acting_for.as_ref().unwrap().items.is_empty(), "all items");
        let listed = town.cx(&actor_of(&town, &token).await);
        let capacities = town.world.db.read(async |tx| capacities(tx, &listed).await).await.unwrap();
        assert_eq!(capacities.len(), 1, "one organisation, once");
    })
    .await;
}
