//! Stories of certificates that ended or were made again while a case rested on them, on both engines.

use super::*;
use crate::certs::tests::licence;
use crate::certs::{self, Act, Remake};
use crate::identity::PostKind;
use crate::journal;
use crate::testing::{FOOD, Town, passing, story};

async fn view(town: &Town, case: CaseId) -> CaseView {
    let cx = town.cx(&town.market(PostKind::Clerk));
    town.world.db.read(async |tx| show_case(tx, &cx, case).await).await.unwrap()
}

async fn act(town: &Town, identifier: &str, act: Act) {
    let cx = town.cx(&town.stepped_up(&town.market(PostKind::Approver)));
    let write = town
        .world
        .db
        .write(async |tx| certs::change_status(tx, &cx, identifier, act, "依据核查结论", None).await);
    write.await.unwrap();
}

/// Accepts a case and finishes its steps.
async fn reviewed(town: &Town, case: CaseId) {
    let db = &town.world.db;
    let cx = town.cx(&town.market(PostKind::Clerk));
    db.write(async |tx| accept(tx, &cx, case, None).await).await.unwrap();
    loop {
        let Some(step) = view(town, case).await.case.open_steps().next().cloned() else { break };
        let cx = town.cx(&town.market(step.post));
        db.write(async |tx| review(tx, &cx, case, passing(&step.key), None).await).await.unwrap();
    }
}

async fn decided(town: &Town, case: CaseId, granted: bool) -> base::Result<Decided> {
    let cx = town.cx(&town.market(PostKind::Approver));
    let reason = if granted { "" } else { "主体资格证照已被吊销" };
    town.world.db.write(async |tx| decide(tx, &cx, case, granted, reason.into(), None).await).await
}

async fn journalled(town: &Town, case: CaseId, kind: &str) -> usize {
    let events = town.world.db.read(async |tx| journal::of_subject(tx, "case", case).await).await;
    events.unwrap().iter().filter(|event| event.kind == kind).count()
}

#[tokio::test]
async fn no_grant_rests_on_a_certificate_that_was_revoked_since() {
    story(async |town| {
        let identifier = licence(&town, "revoked-since").await;
        let case = town.submit(&town.citizen, FOOD, "rests-on-revoked").await.case;
        let before = view(&town, case).await.reliances;
        assert!(before[0].counts() && before[0].identifier == identifier && !before[0].is_remade());
        act(&town, &identifier, Act::Revoke).await;
        let after = view(&town, case).await.reliances;
        assert_eq!((after[0].counts(), after[0].standing()), (false, "吊销"), "shown at once");
        reviewed(&town, case).await;
        let looks = journalled(&town, case, "certs.found_not_valid").await;
        assert!(looks >= 2, "kept in the journal at the acceptance and at each step: {looks}");

        let refused = decided(&town, case, true).await.unwrap_err();
        assert_eq!(refused.code(), "casework.certificate_not_valid");
        assert!(refused.to_string().contains("吊销") && refused.to_string().contains("补正"), "{refused}");
        let open = view(&town, case).await;
        assert!(!open.case.state.is_final() && open.certificates.is_empty(), "nothing was decided");
        assert_eq!(decided(&town, case, false).await.unwrap().state, State::Delivered);
    })
    .await;
}

#[tokio::test]
async fn a_certificate_that_counts_again_carries_the_grant() {
    story(async |town| {
        let identifier = licence(&town, "resumed-since").await;
        let case = town.submit(&town.citizen, FOOD, "rests-on-suspended").await.case;
        reviewed(&town, case).await;
        act(&town, &identifier, Act::Suspend).await;
        let refused = decided(&town, case, true).await.unwrap_err();
        assert_eq!(refused.code(), "casework.certificate_not_valid");
        act(&town, &identifier, Act::Resume).await;
        assert!(decided(&town, case, true).await.unwrap().certificate.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_licence_made_again_stands_and_the_case_follows_it_to_its_newest_version() {
    story(async |town| {
        let identifier = licence(&town, "remade-since").await;
        let case = town.submit(&town.citizen, FOOD, "rests-on-remade").await.case;
        let cx = town.cx(&town.stepped_up(&town.market(PostKind::Approver)));
        let fields = vec![("scope".to_owned(), "餐饮服务".to_owned())];
        let remake = Remake { supersedes: &identifier, fields, reason: "申请人来件", expected: None };
        let new = town.world.db.write(async |tx| certs::change(tx, &cx, remake).await).await.unwrap();
        let seen = view(&town, case).await.reliances.remove(0);
        assert!(seen.counts() && seen.is_remade() && seen.identifier == identifier);

        reviewed(&town, case).await;
        let named = view(&town, case).await.reliances.remove(0);
        assert!(named.identifier == new.identifier && !named.is_remade(), "{named:?}");
        assert_eq!(journalled(&town, case, "certs.version_followed").await, 1);
        act(&town, &new.identifier, Act::Withdraw).await;
        let refused = decided(&town, case, true).await.unwrap_err();
        assert_eq!(refused.code(), "casework.certificate_not_valid");
    })
    .await;
}
