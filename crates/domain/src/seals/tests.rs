//! Stories of seals, on both engines.

use super::*;
use crate::World;
use crate::identity::{self, PostKind};
use crate::testing::{DAY, ELSEWHERE, HOME, MORNING, Town, story};
use base::{Error, Id, Page};
use norms::Day;
use ofd::verdict::{Code, Context, SealStatus};
use ofd::{Limits, Time, ses};
use std::sync::Arc;

fn body(town: &Town, division: &str) -> String {
    let Actor::Staff(staff) = town.staff("market", division, PostKind::Clerk) else { unreachable!() };
    staff.posts[0].body.clone()
}

fn wanted<'a>(body: &'a str, kind: &'a str) -> SealUse<'a> {
    SealUse {
        body, document_kind: kind, number: "玄市监许准〔2026〕1号", case: None, reason: "作出决定"
    }
}

fn window_seal(town: &Town) -> NewSeal {
    NewSeal {
        body: body(town, HOME),
        category: "business".into(),
        title: "窗口专用章".into(),
        purpose: "窗口收件".into(),
        kinds: vec!["receipt".into()],
        keepers: vec![town.keeper.account],
        valid_until: Some(Day::from_millis_shanghai(MORNING).plus_months(12)),
        ..NewSeal::default()
    }
}

/// The keeper, the approver and another clerk of the market body, each just stepped up.
struct People {
    keeper: Actor,
    approver: Actor,
    clerk: Actor,
}

fn people(town: &Town) -> People {
    People {
        keeper: town.stepped_up(&town.market_keeper()),
        approver: town.stepped_up(&town.market(PostKind::Approver)),
        clerk: town.stepped_up(&town.market(PostKind::Clerk)),
    }
}

async fn place(town: &Town, actor: &Actor, new: NewSeal) -> Result<Id> {
    let cx = town.cx(actor);
    town.world.db.write(async |tx| order(tx, &cx, new).await).await
}

/// Ordered, approved and made.
async fn window(town: &Town) -> Id {
    let people = people(town);
    let id = place(town, &people.keeper, window_seal(town)).await.unwrap();
    let cx = town.cx(&people.approver);
    town.world.db.write(async |tx| approve(tx, &cx, id, Some(1)).await).await.unwrap();
    assert!(make(&cx, id).await.unwrap());
    id
}

async fn seal_of(town: &Town, id: Id) -> Seal {
    town.world.db.read(async |tx| store::seal(tx, id).await).await.unwrap().unwrap()
}

async fn try_take(world: &Arc<World>, actor: &Actor, body: &str, kind: &str) -> Result<Id> {
    let cx = world.cx(actor.clone());
    world.db.write(async |tx| take(tx, &cx, &wanted(body, kind)).await.map(|seal| seal.id())).await
}

/// The town's own seal for decisions of the market body.
async fn decision_seal(town: &Town) -> Id {
    try_take(&town.world, &town.market(PostKind::Clerk), &body(town, HOME), "decision").await.unwrap()
}

/// A signature with a seal over some Signature.xml, made now.
async fn sign_with(town: &Town, kind: &str) -> ses::SealSignature {
    let cx = town.cx(&town.market(PostKind::Approver));
    let body = body(town, HOME);
    let signing = town.world.db.write(async |tx| {
        let seal = take(tx, &cx, &wanted(&body, kind)).await?;
        let hash = ofd::sm2::sm3(b"<Signature/>");
        let time = Time(cx.now / 1000);
        let path = "/Doc_0/Signs/Sign_0/Signature.xml";
        let made = ses::make_signature(seal.seal_der(), time, &hash, path, seal.signer());
        used(tx, &cx, &seal, &wanted(&body, kind), &base::crypt::hex(&hash)).await?;
        Ok(made.expect("a signature"))
    });
    ses::SealSignature::parse(&signing.await.unwrap(), &Limits::default()).unwrap()
}

/// A seal as it was made.
async fn made_seal(town: &Town, id: Id) -> ses::Seal {
    let made = town.world.db.read(async |tx| store::made(tx, id).await).await.unwrap();
    ses::Seal::parse(&made.expect("it was made").0, &Limits::default()).unwrap()
}

/// The codes a verification finds at this moment.
async fn findings(town: &Town, signature: &ses::SealSignature) -> Vec<Code> {
    let seals = [signature.seal().clone()];
    let read = town.world.db.read(async |tx| {
        let register = Register::read(tx, &seals).await?;
        Ok((trust(tx).await?, register))
    });
    let (trust, register) = read.await.unwrap();
    let context = Context {
        trust: &trust,
        now: Time(town.cx(&Actor::System).now / 1000),
        making: false,
        seal_status: &|seal, at| register.status(seal, at),
        memory: None,
    };
    let path = "/Doc_0/Signs/Sign_0/Signature.xml";
    let found = ses::check(signature, b"<Signature/>", path, &context);
    found.findings().iter().map(|finding| finding.code).collect()
}

#[tokio::test]
async fn a_seal_is_ordered_approved_made_and_its_signature_verifies() {
    story(async |town| {
        let id = window(&town).await;
        let seal = seal_of(&town, id).await;
        assert_eq!(seal.status(town.cx(&Actor::System).now), Status::InForce);
        let es_id = seal.es_id.clone().unwrap();
        assert_eq!(norms::SealNumber::parse(&es_id).unwrap().division().as_str(), HOME);
        assert!(seal.name().ends_with("市场监督管理局窗口专用章"), "{}", seal.name());

        let view = town.world.db.read(async |tx| show(tx, &town.cx(&town.market_keeper()), id).await);
        let facts = view.await.unwrap().certificate.unwrap();
        assert!(facts.subject.contains(&es_id) && facts.subject.contains(&seal.body), "{}", facts.subject);

        let signature = sign_with(&town, "decision").await;
        assert_eq!(findings(&town, &signature).await, []);
        assert_eq!(signature.seal().kind(), 6);
        assert!(signature.seal().picture().kind.eq_ignore_ascii_case("png"));
        assert_eq!((signature.seal().picture().width, signature.seal().picture().height), (42, 42));
    })
    .await;
}

#[tokio::test]
async fn two_persons_of_the_body_make_a_seal_and_nobody_else() {
    story(async |town| {
        let people = people(&town);
        let refused = place(&town, &people.clerk, window_seal(&town)).await;
        assert!(refused.is_err(), "a clerk orders no seal");
        let id = place(&town, &people.keeper, window_seal(&town)).await.unwrap();
        let approving = async |actor: &Actor| {
            let cx = town.cx(actor);
            town.world.db.write(async |tx| approve(tx, &cx, id, None).await).await
        };
        assert!(matches!(approving(&people.keeper).await, Err(Error::Denied)));
        let elsewhere = town.stepped_up(&town.staff("market", ELSEWHERE, PostKind::Approver));
        assert!(matches!(approving(&elsewhere).await, Err(Error::NotFound)));
        assert!(matches!(approving(&town.citizen).await, Err(Error::NotFound)));
        assert!(matches!(approving(&Actor::Visitor).await, Err(Error::Unauthenticated)));
        // Both posts in one hand are still one person.
        let Actor::Staff(mut both) = people.keeper.clone() else { unreachable!() };
        both.posts.extend(people.approver.staff().unwrap().posts.clone());
        let refused = approving(&Actor::Staff(both)).await.unwrap_err();
        assert_eq!(refused.code(), "seals.same_person");
        let idle = town.market(PostKind::Approver);
        assert_eq!(approving(&idle).await.unwrap_err().code(), "identity.step_up_needed");
        approving(&people.approver).await.unwrap();
        assert_eq!(approving(&people.approver).await.unwrap_err().code(), "seals.wrong_state");
    })
    .await;
}

#[tokio::test]
async fn every_fault_of_an_order_is_told_at_its_field() {
    story(async |town| {
        let wrong = NewSeal {
            category: "royal".into(),
            title: "章".into(),
            shape: "star".into(),
            width_mm: Some(99),
            purpose: " ".into(),
            kinds: vec!["poem".into()],
            keepers: vec![Id(5)],
            valid_from: Some(Day::from_millis_shanghai(MORNING - DAY)),
            valid_until: None,
            ..window_seal(&town)
        };
        let Err(Error::Refused(faults)) = place(&town, &people(&town).keeper, wrong).await else { panic!() };
        let mut fields: Vec<_> = faults.iter().filter_map(|fault| fault.field.as_deref()).collect();
        fields.sort_unstable();
        let all = ["category", "keepers", "kinds", "purpose", "shape", "title", "valid_from", "valid_until"];
        assert_eq!(fields[..8], all);
        assert_eq!(fields[8], "width_mm");
    })
    .await;
}

#[tokio::test]
async fn a_seal_for_money_contracts_or_a_person_is_not_ordered_for_documents_of_a_case() {
    story(async |town| {
        let keeper = people(&town).keeper;
        for word in ["finance", "invoice", "contract", "representative"] {
            let title = if word == "representative" { "演示·张三" } else { "" };
            let new = NewSeal { category: word.into(), title: title.into(), ..window_seal(&town) };
            let Err(Error::Refused(faults)) = place(&town, &keeper, new).await else { panic!("{word}") };
            let [fault] = faults.as_slice() else { panic!("{faults:?}") };
            assert_eq!(fault.field.as_deref(), Some("category"));
            assert!(fault.message.contains("不能盖在办件的文书和证照上"), "{}", fault.message);
        }
        let name = NewSeal { category: "statutory_name".into(), title: String::new(), ..window_seal(&town) };
        place(&town, &keeper, name).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_seal_ordered_before_its_category_had_a_rule_is_neither_authorised_nor_used() {
    story(async |town| {
        let id = window(&town).await;
        let people = people(&town);
        let home = body(&town, HOME);
        let cx = town.cx(&people.keeper);
        let word = || NewAuthorisation {
            kinds: vec!["receipt".into()],
            until: Some(Day::from_millis_shanghai(MORNING)),
            reason: "收件".into(),
        };
        town.world.db.write(async |tx| authorise(tx, &cx, id, word()).await).await.unwrap();
        assert_eq!(try_take(&town.world, &people.clerk, &home, "receipt").await.unwrap(), id);
        let old = town.world.db.write(async |tx| store::recategorise(tx, id, Category::Finance).await);
        old.await.unwrap();
        assert_ne!(try_take(&town.world, &people.clerk, &home, "receipt").await.unwrap(), id);
        let refused = town.world.db.write(async |tx| authorise(tx, &cx, id, word()).await).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), "seals.kinds");
        assert!(refused.to_string().contains("财务专用章不能盖在办件的文书和证照上"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn a_revocation_counts_at_once_for_use_for_verification_and_for_other_processes() {
    story(async |town| {
        let before = sign_with(&town, "decision").await;
        let id = decision_seal(&town).await;
        // Another process of the same installation revokes; this one has the seal in its memory.
        let other = town.with_keys(base::crypt::Keys::derive(&[9; 32]));
        town.clock.advance(60_000);
        let approver = town.stepped_up(&town.market(PostKind::Approver));
        let cx = other.world().cx(approver);
        let revoking = other.db().write(async |tx| revoke(tx, &cx, id, None, "机构撤销", false).await);
        revoking.await.unwrap();

        let home = body(&town, HOME);
        let refused = try_take(&town.world, &town.market(PostKind::Clerk), &home, "decision").await;
        assert_eq!(refused.unwrap_err().code(), "seals.none_in_force");
        assert_eq!(findings(&town, &before).await, [], "what was sealed before stays good");
        let seals = [before.seal().clone()];
        let register = town.world.db.read(async |tx| Register::read(tx, &seals).await);
        let register = register.await.unwrap();
        let now = Time(town.cx(&Actor::System).now / 1000);
        assert_eq!(register.status(before.seal(), now), SealStatus::Revoked);
        // A seal of another authority that was given the same number has nothing to do with ours.
        let mut other = before.seal().der().to_vec();
        *other.last_mut().unwrap() ^= 1;
        let seals = [ses::Seal::parse(&other, &Limits::default()).unwrap()];
        assert_eq!(seals[0].es_id(), before.seal().es_id());
        let register = town.world.db.read(async |tx| Register::read(tx, &seals).await).await.unwrap();
        assert_eq!(register.status(&seals[0], now), SealStatus::Unknown);

        let key = town.world.db.read(async |tx| store::key_of_seal(tx, id).await).await.unwrap();
        assert!(key.is_none(), "the key is destroyed");
        let again = town.world.db.write(async |tx| revoke(tx, &cx, id, None, "再来", false).await).await;
        assert_eq!(again.unwrap_err().code(), "seals.wrong_state");
    })
    .await;
}

#[tokio::test]
async fn a_list_of_revocations_grown_old_is_told_until_the_next_one() {
    story(async |town| {
        let before = sign_with(&town, "decision").await;
        town.clock.advance(31 * 24 * 3_600_000);
        assert_eq!(findings(&town, &before).await, [Code::RevocationUnknown]);
        let cx = town.cx(&Actor::System);
        assert!(town.world.db.write(async |tx| refresh_revocations(tx, &cx).await).await.unwrap());
        assert_eq!(findings(&town, &before).await, []);
    })
    .await;
}

#[tokio::test]
async fn an_exposed_key_takes_everything_back_and_the_certificate_is_on_the_list() {
    story(async |town| {
        let before = sign_with(&town, "decision").await;
        let id = decision_seal(&town).await;
        town.clock.advance(60_000);
        let cx = town.cx(&people(&town).keeper);
        let lost = town.world.db.write(async |tx| revoke(tx, &cx, id, None, "密钥泄露", true).await);
        lost.await.unwrap();
        let found = findings(&town, &before).await;
        assert!(found.contains(&Code::SealRevoked) && found.contains(&Code::SignerUntrusted), "{found:?}");
        let list = town.world.db.read(async |tx| revocation_list(tx).await).await.unwrap();
        let list = ofd::x509::Crl::parse(&list).unwrap();
        let revocation = list.revocation(before.signer().serial()).expect("on the list");
        assert_eq!(revocation.reason, 1, "key compromise");
    })
    .await;
}

#[tokio::test]
async fn a_suspended_seal_seals_nothing_and_works_again_when_the_approver_says_so() {
    story(async |town| {
        let id = decision_seal(&town).await;
        let people = people(&town);
        let home = body(&town, HOME);
        let cx = town.cx(&people.keeper);
        let long = "长".repeat(201);
        for (why, code) in [
            (" ", "seals.reason_needed"),
            (long.as_str(), "seals.reason_long"),
            ("保管\u{202e}员交接", "form.characters"),
        ] {
            let refused = town.world.db.write(async |tx| suspend(tx, &cx, id, None, why).await).await;
            assert_eq!(refused.unwrap_err().code(), code);
        }
        town.world.db.write(async |tx| suspend(tx, &cx, id, None, "保管员交接").await).await.unwrap();
        assert!(try_take(&town.world, &people.clerk, &home, "decision").await.is_err());
        let refused = town.world.db.write(async |tx| resume(tx, &cx, id, None, "交接完毕").await).await;
        assert!(matches!(refused, Err(Error::Denied)), "whoever stops it does not start it");

        let seals = [made_seal(&town, id).await];
        let during = Time(town.cx(&Actor::System).now / 1000);
        town.clock.advance(3_600_000);
        let cx = town.cx(&town.stepped_up(&people.approver));
        town.world.db.write(async |tx| resume(tx, &cx, id, None, "交接完毕").await).await.unwrap();
        assert_eq!(try_take(&town.world, &people.clerk, &home, "decision").await.unwrap(), id);
        let register = town.world.db.read(async |tx| Register::read(tx, &seals).await).await.unwrap();
        assert_eq!(register.status(&seals[0], during), SealStatus::Suspended);
        assert_eq!(register.status(&seals[0], Time(cx.now / 1000)), SealStatus::Valid);
    })
    .await;
}

#[tokio::test]
async fn an_old_page_changes_nothing() {
    story(async |town| {
        let id = decision_seal(&town).await;
        let cx = town.cx(&people(&town).keeper);
        let late = town.world.db.write(async |tx| suspend(tx, &cx, id, Some(1), "停用").await).await;
        assert!(matches!(late, Err(Error::Conflict)));
    })
    .await;
}

#[tokio::test]
async fn without_a_keepers_word_a_seal_in_force_is_not_used() {
    story(async |town| {
        let id = window(&town).await;
        let (people, home) = (people(&town), body(&town, HOME));
        // The town's other seal also covers receipts; the newest one is asked first, and not without a word.
        let first = try_take(&town.world, &people.clerk, &home, "receipt").await.unwrap();
        assert_ne!(first, id);
        let give = async |actor: &Actor, kinds: &[&str], until: Day| {
            let cx = town.cx(actor);
            let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
            let new = NewAuthorisation { kinds, until: Some(until), reason: "窗口收件".into() };
            town.world.db.write(async |tx| authorise(tx, &cx, id, new).await).await
        };
        let today = Day::from_millis_shanghai(MORNING);
        assert!(matches!(give(&people.approver, &["receipt"], today).await, Err(Error::Denied)));
        let unstepped = town.market_keeper();
        assert_eq!(
            give(&unstepped, &["receipt"], today).await.unwrap_err().code(),
            "identity.step_up_needed"
        );
        assert_eq!(give(&people.keeper, &["decision"], today).await.unwrap_err().code(), "seals.kinds");
        let year = today.plus_months(12);
        let late = give(&people.keeper, &["receipt"], year.plus(1)).await;
        assert_eq!(late.unwrap_err().code(), "seals.valid_until");
        let word = give(&people.keeper, &["receipt"], year).await.unwrap();
        assert_eq!(try_take(&town.world, &people.clerk, &home, "receipt").await.unwrap(), id);

        let cx = town.cx(&people.keeper);
        let back = town.world.db.write(async |tx| withdraw_authorisation(tx, &cx, id, word, "收回").await);
        back.await.unwrap();
        assert_eq!(try_take(&town.world, &people.clerk, &home, "receipt").await.unwrap(), first);
        give(&people.keeper, &["receipt"], today).await.unwrap();
        town.clock.advance(DAY);
        assert_eq!(
            try_take(&town.world, &people.clerk, &home, "receipt").await.unwrap(),
            first,
            "until today"
        );
    })
    .await;
}

#[tokio::test]
async fn a_keeper_may_seal_herself_with_a_second_factor_given_just_now() {
    story(async |town| {
        let id = decision_seal(&town).await;
        let home = body(&town, HOME);
        let end = town.world.db.write(async |tx| store::end_authorisations(tx, id, MORNING).await);
        end.await.unwrap();
        let people = people(&town);
        assert_eq!(
            try_take(&town.world, &people.clerk, &home, "decision").await.unwrap_err().code(),
            "seals.none_in_force"
        );
        let unstepped = town.market_keeper();
        assert!(try_take(&town.world, &unstepped, &home, "decision").await.is_err());
        assert_eq!(try_take(&town.world, &people.keeper, &home, "decision").await.unwrap(), id);
    })
    .await;
}

/// The one refusal of an act, as the person reads it.
fn words_of(refused: Error) -> String {
    assert_eq!(refused.code(), "seals.none_in_force");
    refused.to_string()
}

#[tokio::test]
async fn a_keeper_who_lost_the_post_seals_nothing_and_her_word_counts_no_longer() {
    story(async |town| {
        let (people, home) = (people(&town), body(&town, HOME));
        let id = decision_seal(&town).await;
        let by = town.cx(&town.security);
        let keeper = town.keeper.account;
        let post = PostKind::Keeper;
        let end = town.world.db.write(async |tx| identity::revoke_post(tx, &by, keeper, &home, post).await);
        end.await.unwrap();

        let refused = try_take(&town.world, &people.clerk, &home, "decision").await.unwrap_err();
        let words = words_of(refused);
        for part in ["玄武区市场监督管理局", "保管人已经不在本单位印章保管岗", "行政决定书", "换发"]
        {
            assert!(words.contains(part), "{words}");
        }
        // Nor by her own hand: her session may be older than the end of her post.
        let herself = try_take(&town.world, &people.keeper, &home, "decision").await;
        assert_eq!(herself.unwrap_err().code(), "seals.none_in_force");
        let cx = town.cx(&people.keeper);
        let new = || NewAuthorisation {
            kinds: vec!["decision".into()],
            until: Some(Day::from_millis_shanghai(MORNING)),
            reason: "再授权".into(),
        };
        let again = town.world.db.write(async |tx| authorise(tx, &cx, id, new()).await).await;
        assert!(matches!(again, Err(Error::Denied)), "{again:?}");
        let reading = town.cx(&people.clerk);
        let view = town.world.db.read(async |tx| show(tx, &reading, id).await).await.unwrap();
        assert_eq!(view.gone, [keeper]);
        assert!(view.authorisations.iter().all(|word| !word.is_in_force(reading.now)));
        // Elsewhere she keeps her post, and the seals there work on.
        let elsewhere = body(&town, ELSEWHERE);
        try_take(&town.world, &people.clerk, &elsewhere, "decision").await.unwrap();

        // Given the post anew, she has to give her word anew.
        town.clock.advance(60_000);
        let by = town.cx(&town.security);
        let anew = town.world.db.write(async |tx| identity::grant_post(tx, &by, keeper, &home, post).await);
        anew.await.unwrap();
        let refused = try_take(&town.world, &people.clerk, &home, "decision").await.unwrap_err();
        assert!(words_of(refused).contains("没有自动用印授权"));
        let cx = town.cx(&town.stepped_up(&people.keeper));
        town.world.db.write(async |tx| authorise(tx, &cx, id, new()).await).await.unwrap();
        assert_eq!(try_take(&town.world, &people.clerk, &home, "decision").await.unwrap(), id);
    })
    .await;
}

#[tokio::test]
async fn a_disabled_keeper_is_no_keeper_while_another_one_keeps_the_seal() {
    story(async |town| {
        let (people, home) = (people(&town), body(&town, HOME));
        let second = town.another_keeper().await;
        let new = NewSeal {
            kinds: vec!["receipt".into()],
            keepers: vec![town.keeper.account, second.account().unwrap()],
            ..window_seal(&town)
        };
        let id = place(&town, &people.keeper, new).await.unwrap();
        let cx = town.cx(&people.approver);
        town.world.db.write(async |tx| approve(tx, &cx, id, Some(1)).await).await.unwrap();
        assert!(make(&cx, id).await.unwrap());
        let first = decision_seal(&town).await;
        let give = async |actor: &Actor| {
            let cx = town.cx(&town.stepped_up(actor));
            let until = Some(Day::from_millis_shanghai(MORNING));
            let new = NewAuthorisation { kinds: vec!["receipt".into()], until, reason: "收件".into() };
            town.world.db.write(async |tx| authorise(tx, &cx, id, new).await).await.unwrap()
        };
        give(&people.keeper).await;
        assert_eq!(try_take(&town.world, &people.clerk, &home, "receipt").await.unwrap(), id);

        let by = town.cx(&town.security);
        let account = town.keeper.account;
        let off = town.world.db.write(async |tx| identity::disable_account(tx, &by, account, "调离").await);
        off.await.unwrap();
        let refused = try_take(&town.world, &people.clerk, &home, "receipt").await.unwrap_err();
        assert!(words_of(refused).contains("窗口专用章”用于“收件凭证”没有自动用印授权"));
        give(&second).await;
        assert_eq!(try_take(&town.world, &people.clerk, &home, "receipt").await.unwrap(), id);
        let refused = try_take(&town.world, &people.clerk, &home, "decision").await.unwrap_err();
        assert!(words_of(refused).contains("保管人已经不在本单位印章保管岗"));
        // A pause is no end.
        let on = town.world.db.write(async |tx| identity::enable_account(tx, &by, account, "返岗").await);
        on.await.unwrap();
        assert_eq!(try_take(&town.world, &people.clerk, &home, "decision").await.unwrap(), first);
    })
    .await;
}

#[tokio::test]
async fn every_use_is_a_row_and_an_event_that_names_word_and_officer() {
    story(async |town| {
        sign_with(&town, "decision").await;
        let id = decision_seal(&town).await;
        let cx = town.cx(&town.market(PostKind::Reviewer));
        let page = Page::of(None, None);
        let all = town.world.db.read(async |tx| uses(tx, &cx, id, None, page).await).await.unwrap();
        let [row] = all.rows.as_slice() else { panic!("{:?}", all.rows) };
        assert_eq!((row.document_kind.as_str(), row.reason.as_str()), ("decision", "作出决定"));
        assert_eq!(row.actor_name, "演示·决定岗");
        assert!(row.authorisation.is_some() && row.digest.len() == 64);
        let yesterday = Day::from_millis_shanghai(MORNING - DAY);
        let none =
            town.world.db.read(async |tx| uses(tx, &cx, id, Some(yesterday), page).await).await.unwrap();
        assert_eq!(none.total, 0);
        let foreign = town.cx(&town.staff("market", ELSEWHERE, PostKind::Keeper));
        let hidden = town.world.db.read(async |tx| uses(tx, &foreign, id, None, page).await).await;
        assert!(matches!(hidden, Err(Error::NotFound)));

        let events = town.world.db.read(async |tx| journal::of_subject(tx, "seal", id).await).await.unwrap();
        let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
        let life = ["seals.ordered", "seals.approved", "seals.made", "seals.authorised", "seals.used"];
        assert_eq!(kinds, life);
        let detail = events[4].detail_json().unwrap();
        assert!(detail["key"].is_string() && detail["authorisation"].is_string(), "{detail}");
    })
    .await;
}

#[tokio::test]
async fn without_an_authority_nothing_is_made_and_the_operator_is_told_what_to_do() {
    db::testing::both(crate::MIGRATIONS, async |db| {
        let town = Town::found(db).await;
        let (people, cx) = (people(&town), town.cx(&Actor::System));
        let id = place(&town, &people.keeper, window_seal(&town)).await.unwrap();
        let approving = town.cx(&people.approver);
        town.world.db.write(async |tx| approve(tx, &approving, id, None).await).await.unwrap();
        town.world.db.write(async |tx| store::forget_authorities(tx).await).await.unwrap();
        let refused = make(&cx, id).await.unwrap_err();
        assert_eq!(refused.code(), "seals.no_authority");
        assert!(refused.to_string().contains("yiwang seals init-ca"));
        let founding = town.cx(&people.approver);
        let denied = town.world.db.write(async |tx| found_authority(tx, &founding, "某单位").await).await;
        assert!(matches!(denied, Err(Error::Denied)));
        town.world.db.write(async |tx| found_authority(tx, &cx, "某省").await).await.unwrap();
        assert_eq!(make_waiting(&cx, 10).await.unwrap(), 1, "what was approved is made afterwards");
        let twice = town.world.db.write(async |tx| found_authority(tx, &cx, "某省").await).await;
        assert_eq!(twice.unwrap_err().code(), "seals.authority_exists");
    })
    .await;
}

#[tokio::test]
async fn renewal_makes_a_new_seal_with_a_new_key() {
    story(async |town| {
        let old = window(&town).await;
        let new = NewSeal { renews: Some(old), ..window_seal(&town) };
        let people = people(&town);
        let id = place(&town, &people.keeper, new).await.unwrap();
        let cx = town.cx(&people.approver);
        town.world.db.write(async |tx| approve(tx, &cx, id, None).await).await.unwrap();
        make(&cx, id).await.unwrap();
        let keys = town.world.db.read(async |tx| {
            Ok((store::key_of_seal(tx, old).await?.unwrap(), store::key_of_seal(tx, id).await?.unwrap()))
        });
        let (was, is) = keys.await.unwrap();
        assert_ne!(was.public_key, is.public_key);
        let (was, is) = (seal_of(&town, old).await, seal_of(&town, id).await);
        assert_ne!(was.es_id, is.es_id);
        assert_eq!(is.renews, Some(old));
    })
    .await;
}

#[tokio::test]
async fn a_foreign_authority_is_believed_once_its_certificate_is_entered() {
    story(async |town| {
        let cx = town.cx(&Actor::System);
        let anchors = async || town.world.db.read(async |tx| trust(tx).await).await.unwrap().anchors;
        let own = anchors().await.remove(0);
        let enter =
            async |der: &[u8]| town.world.db.write(async |tx| trust_anchor(tx, &cx, der, "外省").await).await;
        assert_eq!(enter(b"not a certificate").await.unwrap_err().code(), "seals.anchor");
        enter(own.der()).await.unwrap();
        assert_eq!(enter(own.der()).await.unwrap_err().code(), "seals.anchor_known");
        assert_eq!(anchors().await.len(), 2);
    })
    .await;
}
