//! Stories of agents: what a mandate for some items reaches, and what one agent's files and keys are to another.

use super::*;
use crate::certs;
use crate::identity::{Actor, PersonActor, PostKind};
use crate::testing::{FOOD, REGISTRATION, Town, story};
use base::{Error, Id, Page};

/// The town's agent as whoever this makes of her.
fn agent(town: &Town, change: impl FnOnce(&mut PersonActor)) -> Actor {
    let Actor::Person(mut person) = town.agent.clone() else { unreachable!("the agent is a person") };
    change(&mut person);
    Actor::Person(person)
}

fn only_for(town: &Town, slug: &str) -> Actor {
    let code = town.item(slug).base.code.clone();
    agent(town, |person| person.acting_for.as_mut().expect("an organisation").items = vec![code])
}

/// The firm's food licence, applied for by the town's agent.
async fn food(town: &Town, key: &str) -> CaseId {
    submit(&town.cx(&town.agent), with_licence(town, key)).await.expect("a sound submission").case
}

/// On paper what no library holds of this firm.
fn with_licence(town: &Town, key: &str) -> Submission {
    let mut submission = town.submission(FOOD, key);
    submission.materials.push(GivenMaterial { key: "licence".into(), way: Way::Paper });
    submission
}

async fn view(town: &Town, actor: &Actor, case: CaseId) -> base::Result<CaseView> {
    let cx = town.cx(actor);
    town.world.db.read(async |tx| show_case(tx, &cx, case).await).await
}

#[tokio::test]
async fn a_mandate_for_some_items_reaches_the_cases_of_those_and_no_certificate() {
    story(async |town| {
        let case = food(&town, "firm-food").await;
        let (within, without) = (only_for(&town, FOOD), only_for(&town, REGISTRATION));
        assert!(view(&town, &within, case).await.is_ok());
        assert!(matches!(view(&town, &without, case).await, Err(Error::NotFound)));
        let listed = async |actor: &Actor| {
            let cx = town.cx(actor);
            let found = town.world.db.read(async |tx| my_cases(tx, &cx, Page::of(None, None)).await);
            let found = found.await.unwrap();
            (found.total, found.rows.len())
        };
        assert_eq!((listed(&town.agent).await, listed(&within).await), ((1, 1), (1, 1)));
        assert_eq!(listed(&without).await, (0, 0));
        let db = &town.world.db;
        let told = async |actor: &Actor| {
            let cx = town.cx(actor);
            db.read(async |tx| notices_of(tx, &cx, 10).await).await.unwrap().len()
        };
        assert_eq!((told(&town.agent).await, told(&within).await, told(&without).await), (1, 1, 0));
        // News that was written is hers by the same mandate.
        let clerk = town.cx(&town.market(PostKind::Clerk));
        db.write(async |tx| accept(tx, &clerk, case, None).await).await.unwrap();
        assert_eq!((told(&town.agent).await, told(&within).await, told(&without).await), (2, 2, 0));
        let withdrawn = async |actor: &Actor| {
            let cx = town.cx(actor);
            db.write(async |tx| withdraw(tx, &cx, case, String::new(), None).await).await.map(drop)
        };
        assert!(matches!(withdrawn(&without).await, Err(Error::NotFound)));
        let held = async |actor: &Actor| {
            let cx = town.cx(actor);
            db.read(async |tx| certs::of_holder(tx, &cx).await).await.map(|held| held.len())
        };
        assert!(held(&town.agent).await.is_ok());
        assert!(matches!(held(&within).await, Err(Error::Denied | Error::NotFound)));
        let cx = town.cx(&within);
        let receipt = db.write(async |tx| receipt_document(tx, &cx, case).await).await.unwrap();
        let opened = async |actor: &Actor| {
            let cx = town.cx(actor);
            db.read(async |tx| open_document(tx, &cx, receipt.id).await).await.map(drop)
        };
        assert!(opened(&within).await.is_ok());
        assert!(matches!(opened(&without).await, Err(Error::NotFound)));
        withdrawn(&within).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_key_used_for_one_firm_files_nothing_for_another_and_shows_nothing_of_the_first() {
    story(async |town| {
        food(&town, "one-key-two-firms").await;
        let herself = agent(&town, |person| person.acting_for = None);
        let reused = submit(&town.cx(&herself), with_licence(&town, "one-key-two-firms")).await.unwrap_err();
        assert_eq!(reused.code(), "casework.key_reused");
        let again = submit(&town.cx(&town.agent), with_licence(&town, "one-key-two-firms")).await.unwrap();
        assert!(again.repeated);
    })
    .await;
}

#[tokio::test]
async fn a_file_another_agent_brings_is_the_applicant_s_and_keeps_its_own_name() {
    story(async |town| {
        let case = food(&town, "two-agents").await;
        let clerk = town.cx(&town.market(PostKind::Clerk));
        let due_on = clerk.today().plus(10).to_string();
        let notice = SupplementNotice { missing: vec!["平面图".into()], due_on, ..Default::default() };
        let db = &town.world.db;
        db.write(async |tx| notice_supplement(tx, &clerk, case, notice.clone(), None).await).await.unwrap();
        let second = agent(&town, |person| person.account = Id(4_711));
        let cx = town.cx(&second);
        let folder = tempfile::tempdir().unwrap();
        let files = FileStore::open(folder.path(), town.world.keys.clone(), town.world.rng.clone()).unwrap();
        let put = async |name: &str, content: &[u8], accept: &str| {
            let accept = [accept.to_owned()];
            put_file(&cx, &files, NewFile { name, content, accept: &accept, max_mb: 10 })
                .await
                .unwrap()
                .digest
        };
        let drawing = put("平面图.pdf", b"%PDF-1.4 x %%EOF", "pdf").await;
        let hand = async |key: &str, digest: &str| {
            let way = Way::file(digest, "\u{202e}fdp.exe\0");
            let materials = vec![GivenMaterial { key: key.into(), way }];
            let brought = HandedIn { materials, ..Default::default() };
            db.write(async |tx| hand_in(tx, &cx, case, brought, None).await).await
        };
        let layout = town.item(FOOD).offer().material("layout").expect("a drawing").clone();
        assert!(layout.accept.contains(&"pdf".to_owned()), "{:?}", layout.accept);
        hand("layout", &drawing).await.unwrap();
        for reader in [&town.agent, &second, &town.market(PostKind::Clerk)] {
            let cx = town.cx(reader);
            let found = db.read(async |tx| case_file(tx, &cx, case, "layout").await).await.unwrap();
            assert_eq!((found.name.as_str(), &found.digest), ("平面图.pdf", &drawing));
        }
        let seen = view(&town, &town.agent, case).await.unwrap();
        let named = seen.materials.iter().find(|given| given.key == "layout").unwrap();
        assert_eq!(named.way, Way::file(drawing, "平面图.pdf"));
    })
    .await;
}

#[tokio::test]
async fn an_account_proves_nobody_but_its_own_holder() {
    story(async |town| {
        let offer = town.item(REGISTRATION).offer();
        let waived = async |actor: &Actor, name: &str, number: &str| {
            let cx = town.cx(actor);
            let mut answers = town.submission(REGISTRATION, "whose-identity").answers;
            answers.insert("trade.leader".into(), vec![name.to_owned()]);
            answers.insert("trade.leader_number".into(), vec![number.to_owned()]);
            let planned = town.world.db.read(async |tx| {
                let profile = crate::identity::profile_of(tx, &cx).await?;
                plan_materials(tx, &cx, &offer, &answers, &profile).await
            });
            let planned = planned.await.unwrap();
            planned.into_iter().find(|plan| plan.material.key == "identity").unwrap().waived
        };
        assert_eq!(waived(&town.citizen, "演示·王小明", "320102199001019998").await, Some(Way::Account));
        assert_eq!(waived(&town.citizen, "张三", "320102199001019998").await, None);
        assert_eq!(waived(&town.citizen, "演示·王小明", "320102198802029980").await, None);
        assert_eq!(waived(&town.agent, "演示·李秀英", "320102198802029980").await, None);
    })
    .await;
}
