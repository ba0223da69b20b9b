//! Stories of annotated copies, on both engines.

use super::tests::{grant_of, log_of};
use super::*;
use crate::casework::{
    GivenMaterial, Request, fetch_annotated_copy, fetch_certificate_file, submit, withdraw,
};
use crate::certs::tests::licence;
use crate::certs::{Act, Certificate, change_status, file};
use crate::documents::{self, Document, Kind};
use crate::identity::{Actor, PostKind};
use crate::seals;
use crate::testing::{DAY, ELSEWHERE, FOOD, Town, story};
use base::Id;
use norms::Day;
use ofd::Limits;
use ofd::model::{AnnotationKind, Document as Pages};
use ofd::package::Package;

async fn make(
    town: &Town,
    identifier: &str,
    purpose: &str,
    until: Day,
) -> Result<(Certificate, AnnotatedCopy)> {
    let cx = town.cx(&town.citizen);
    let new = NewCopy { identifier, purpose, receiver: "南京样例银行", valid_until: until };
    town.world.db.write(async |tx| annotate(tx, &cx, new).await).await
}

async fn open(town: &Town, actor: &Actor, id: Id) -> Result<(Document, Vec<u8>)> {
    let cx = town.cx(actor);
    town.world.db.read(async |tx| documents::open(tx, &cx, id).await).await
}

async fn original(town: &Town, identifier: &str) -> Vec<u8> {
    let cx = town.cx(&town.citizen);
    let write = town.world.db.write(async |tx| {
        let document = file(tx, &cx, identifier).await?;
        documents::content(tx, &cx, &document).await
    });
    write.await.unwrap()
}

fn pages(content: &[u8]) -> Pages {
    let limits = Limits::default();
    ofd::read::read(&Package::open(content, &limits).unwrap(), &limits).unwrap()
}

fn custom<'a>(pages: &'a Pages, key: &str) -> Option<&'a str> {
    let mut found = pages.info.custom.iter().filter(|(name, _)| name == key);
    let value = found.next().map(|(_, value)| value.as_str());
    assert!(found.next().is_none(), "{key} twice");
    value
}

/// The middle of each stamp: its page, and millimetres.
fn stamps(content: &[u8]) -> Vec<(usize, f64, f64)> {
    let limits = Limits::default();
    let drawn = ofd::verify::stamps_of(&Package::open(content, &limits).unwrap(), &limits);
    let middle = |stamp: ofd::sign::Stamp| {
        let b = stamp.boundary;
        (stamp.page, b.x + b.w / 2.0, b.y + b.h / 2.0)
    };
    drawn.into_iter().flat_map(|seal| seal.stamps).map(middle).collect()
}

/// Takes the word of the keeper away under which the body's certificates are sealed.
async fn stop_seals(town: &Town) {
    let cx = town.cx(&town.stepped_up(&town.market_keeper()));
    let body = town.item(FOOD).body.credit_code.clone();
    let write = town.world.db.write(async |tx| {
        for seal in seals::list(tx, &cx, &body, base::Page::of(None, None)).await?.rows {
            for word in seals::show(tx, &cx, seal.id).await?.authorisations {
                if word.kinds.iter().any(|kind| kind == "annotated_copy") {
                    seals::withdraw_authorisation(tx, &cx, seal.id, word.id, "保管人变动").await?;
                }
            }
        }
        Ok(())
    });
    write.await.unwrap();
}

#[tokio::test]
async fn an_annotated_copy_is_a_sealed_file_that_says_for_what_and_until_when() {
    story(async |town| {
        let identifier = licence(&town, "annotated").await;
        let until = town.cx(&town.citizen).today().plus(30);
        let (_, copy) = make(&town, &identifier, "投标\r\n第二标段", until).await.unwrap();
        let (document, content) = open(&town, &town.citizen, copy.document.unwrap()).await.unwrap();
        assert_eq!(document.kind, Kind::AnnotatedCopy);
        assert!(document.title.ends_with("加注件") && document.case.is_none());
        assert!(document.number.starts_with("加字〔2026〕") && document.number.ends_with("之1号"));

        let (sealed, pages_of_copy) = (original(&town, &identifier).await, pages(&content));
        let certificate = pages(&sealed);
        assert!(!certificate.pages.is_empty());
        for (page, old) in pages_of_copy.pages.iter().zip(&certificate.pages) {
            assert_eq!(page.objects, old.objects, "the certificate's own page");
            let mark = page.annotations.iter().find(|note| note.kind == AnnotationKind::Watermark).unwrap();
            for part in ["投标 第二标段", "南京样例银行", "2026年10月24日", document.number.as_str()]
            {
                assert!(mark.remark.contains(part), "{part}: {}", mark.remark);
            }
            assert!(mark.visible && !mark.objects.is_empty());
        }
        assert_eq!(pages_of_copy.pages.len(), certificate.pages.len());
        assert_eq!(stamps(&content), stamps(&sealed), "the seal stands where the certificate has it");
        for (key, value) in &certificate.info.custom {
            assert_eq!(custom(&pages_of_copy, key), Some(value.as_str()), "{key}");
        }
        for (key, value) in copy.metadata() {
            assert_eq!(custom(&pages_of_copy, &key), Some(value.as_str()), "{key}");
        }
        assert_eq!(custom(&pages_of_copy, "JZJZZSY"), Some("投标 第二标段"));
        assert_eq!(custom(&pages_of_copy, "JZJYXQJZSJ"), Some("20261024"));
        assert_eq!(custom(&pages_of_copy, "JZJZZSJ"), Some("20260924T100000"));
        assert_eq!(custom(&pages_of_copy, "JZJZZZ"), Some("演示·王小明"));

        let cx = town.cx(&Actor::Visitor);
        let check = town.world.db.read(async |tx| documents::check_file(tx, &cx, &content).await);
        let checked = check.await.unwrap();
        assert!(checked.intact() && checked.known.is_some());
        assert_eq!(checked.identifier.as_deref(), Some(identifier.as_str()));
        let note = checked.annotation.unwrap();
        assert_eq!((note.purpose.as_str(), note.valid_until), ("投标 第二标段", Some(until)));
        let check = town.world.db.read(async |tx| documents::check_file(tx, &cx, &sealed).await);
        assert_eq!(check.await.unwrap().annotation, None, "the certificate itself is no copy");
        let drawn = documents::pages(&content).unwrap().concat();
        assert!(
            drawn.contains("第二标段") && documents::pdf(&document, &content).unwrap().starts_with(b"%PDF")
        );
    })
    .await;
}

#[tokio::test]
async fn copies_are_numbered_listed_and_opened_by_their_holder_alone() {
    story(async |town| {
        let identifier = licence(&town, "numbered").await;
        let cx = town.cx(&town.citizen);
        let until = cx.today().plus(30);
        for (until, code) in
            [(cx.today().plus(91), "certs.copy_term"), (cx.today().plus(-1), "certs.copy_term")]
        {
            assert_eq!(make(&town, &identifier, "投标", until).await.unwrap_err().code(), code);
        }
        assert_eq!(make(&town, &identifier, " ", until).await.unwrap_err().code(), "certs.purpose_missing");
        let turned = make(&town, &identifier, "投\u{202e}标", until).await;
        assert_eq!(turned.unwrap_err().code(), "form.characters");
        let long = NewCopy {
            identifier: &identifier,
            purpose: "投标",
            receiver: &"单".repeat(101),
            valid_until: until,
        };
        let refused = town.world.db.write(async |tx| annotate(tx, &cx, long).await).await;
        assert_eq!(refused.unwrap_err().code(), "certs.copy_receiver");

        let (_, first) = make(&town, &identifier, "投标", until).await.unwrap();
        let longest = "用".repeat(200);
        let (_, second) = make(&town, &identifier, &longest, until).await.unwrap();
        assert_eq!((first.serial, second.serial), (1, 2));
        let listed = town.world.db.read(async |tx| copies(tx, &cx, &identifier).await).await.unwrap().1;
        assert_eq!(listed, [second, first.clone()]);
        assert!(listed[1].is_over(until.plus(1)) && !listed[1].is_over(until));
        let id = first.document.unwrap();
        for stranger in [
            town.neighbour.clone(),
            town.agent.clone(),
            // The body that sealed it has the certificate, and no business with its holder's copies.
            town.market(PostKind::Clerk),
            town.market(PostKind::Approver),
            town.staff("market", ELSEWHERE, PostKind::Clerk),
            town.audit.clone(),
        ] {
            assert!(matches!(open(&town, &stranger, id).await, Err(Error::NotFound)), "{stranger:?}");
        }
        assert!(matches!(open(&town, &Actor::Visitor, id).await, Err(Error::Unauthenticated)));
        let log = log_of(&town, &town.citizen, &identifier).await.unwrap();
        assert_eq!((log.len(), log[1].way, log[1].purpose.as_str()), (2, Way::Copy, "投标"));
        let foreign = town.cx(&town.neighbour);
        let theirs = NewCopy { identifier: &identifier, purpose: "投标", receiver: "", valid_until: until };
        let refused = town.world.db.write(async |tx| annotate(tx, &foreign, theirs).await).await;
        assert!(matches!(refused, Err(Error::NotFound)));

        let mut hardly_known = town.citizen.clone();
        let Actor::Person(person) = &mut hardly_known else { panic!("a person") };
        person.assurance = 2;
        let hardly_known = town.cx(&hardly_known);
        let own = || NewCopy { identifier: &identifier, purpose: "投标", receiver: "", valid_until: until };
        let refused = town.world.db.write(async |tx| annotate(tx, &hardly_known, own()).await).await;
        assert_eq!(refused.unwrap_err().code(), "identity.assurance_too_low");
        let manager = town.cx(&town.stepped_up(&town.market(PostKind::Approver)));
        let suspend = town
            .world
            .db
            .write(async |tx| change_status(tx, &manager, &identifier, Act::Suspend, "查处", None).await);
        suspend.await.unwrap();
        let refused = town.world.db.write(async |tx| annotate(tx, &cx, own()).await).await;
        assert_eq!(refused.unwrap_err().code(), "certs.not_valid");
    })
    .await;
}

#[tokio::test]
async fn without_a_seal_there_is_no_copy_and_nothing_is_recorded() {
    story(async |town| {
        let identifier = licence(&town, "unsealed").await;
        stop_seals(&town).await;
        let cx = town.cx(&town.citizen);
        let refused = make(&town, &identifier, "投标", cx.today().plus(30)).await.unwrap_err();
        assert_eq!(refused.code(), "seals.none_in_force");
        assert!(refused.to_string().contains("请联系发证机关"), "told to the holder: {refused}");
        let listed = town.world.db.read(async |tx| copies(tx, &cx, &identifier).await).await.unwrap().1;
        assert!(listed.is_empty() && log_of(&town, &town.citizen, &identifier).await.unwrap().is_empty());

        // What a body was granted does not wait for somebody else's seal.
        let there = town.staff("market", ELSEWHERE, PostKind::Clerk);
        let body = there.staff().unwrap().posts[0].body.clone();
        let grant = make_grant(&cx, grant_of(&town, &identifier, &body)).await.unwrap();
        let there = town.cx(&there);
        let used = town.world.db.write(async |tx| use_grant(tx, &there, grant.id, "web").await);
        let used = used.await.unwrap();
        assert!(used.copy.is_none() && used.certificate.identifier == identifier);
    })
    .await;
}

#[tokio::test]
async fn the_use_of_a_grant_gives_the_body_a_copy_for_the_term_of_the_grant() {
    story(async |town| {
        let identifier = licence(&town, "granted-copy").await;
        let there = town.staff("market", ELSEWHERE, PostKind::Clerk);
        let body = there.staff().unwrap().posts[0].body.clone();
        let cx = town.cx(&town.citizen);
        let using = async |id: Id| {
            let cx = town.cx(&there);
            town.world.db.write(async |tx| use_grant(tx, &cx, id, "web").await).await.unwrap()
        };
        let grant = make_grant(&cx, grant_of(&town, &identifier, &body)).await.unwrap();
        let copy = using(grant.id).await.copy.unwrap();
        assert_eq!((copy.purpose.as_str(), copy.valid_until), ("办理贷款", grant.valid_until));
        assert_eq!((&copy.receiver, &copy.maker), (&grant.body_name, &grant.body_name));
        let id = copy.document.unwrap();
        let sealed = open(&town, &there, id).await.unwrap().1;
        assert_eq!(custom(&pages(&sealed), "JZJZZSY"), Some("办理贷款"), "sealed as the holder wrote it");
        assert!(open(&town, &there, id).await.is_ok() && open(&town, &town.citizen, id).await.is_ok());
        for stranger in [town.market(PostKind::Clerk), town.neighbour.clone()] {
            assert!(matches!(open(&town, &stranger, id).await, Err(Error::NotFound)));
        }
        let listed = town.world.db.read(async |tx| copies(tx, &cx, &identifier).await).await.unwrap().1;
        assert_eq!((listed.len(), listed[0].document), (1, Some(id)), "the holder sees whom it went to");

        let second = make_grant(&cx, grant_of(&town, &identifier, &body)).await.unwrap();
        let manager = town.cx(&town.stepped_up(&town.market(PostKind::Approver)));
        let suspend = town
            .world
            .db
            .write(async |tx| change_status(tx, &manager, &identifier, Act::Suspend, "查处", None).await);
        suspend.await.unwrap();
        assert!(using(second.id).await.copy.is_none(), "what does not count is not copied");

        town.clock.advance(7 * DAY);
        assert!(open(&town, &there, id).await.is_ok(), "through its last day");
        town.clock.advance(DAY);
        assert!(matches!(open(&town, &there, id).await, Err(Error::NotFound)), "the term is over");
        assert!(open(&town, &town.citizen, id).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_body_with_a_case_gets_the_file_and_a_copy_under_the_same_guard() {
    story(async |town| {
        let identifier = licence(&town, "fetched-file").await;
        let mut paper = town.submission(FOOD, "case-for-files");
        paper.materials.push(GivenMaterial { key: "licence".into(), way: crate::casework::Way::Paper });
        let case = submit(&town.cx(&town.citizen), paper).await.unwrap();
        let clerk = town.market(PostKind::Clerk);
        let of =
            |purpose| Request { app: "市场监管业务系统", case: &case.number, item_code: "", purpose };
        let until = town.cx(&clerk).today().plus(20);
        let db = &town.world.db;
        let get_file = async |actor: &Actor, request: Request<'_>| {
            let cx = town.cx(actor);
            db.write(async |tx| fetch_certificate_file(tx, &cx, &request, &identifier).await).await
        };
        let get_copy = async |actor: &Actor, request: Request<'_>, until: Day| {
            let cx = town.cx(actor);
            db.write(async |tx| fetch_annotated_copy(tx, &cx, &request, &identifier, until).await).await
        };
        for stranger in [town.staff("market", ELSEWHERE, PostKind::Clerk), town.neighbour.clone()] {
            assert!(matches!(get_file(&stranger, of("核验")).await, Err(Error::NotFound)));
            assert!(matches!(get_copy(&stranger, of("核验"), until).await, Err(Error::NotFound)));
        }
        assert_eq!(get_file(&clerk, of("")).await.unwrap_err().code(), "certs.purpose_missing");
        assert_eq!(get_copy(&clerk, of(" "), until).await.unwrap_err().code(), "certs.purpose_missing");
        let wrong = Request { item_code: "113200000014009035200012301400001", ..of("核验") };
        assert_eq!(get_file(&clerk, wrong.clone()).await.unwrap_err().code(), "certs.wrong_item");
        assert_eq!(get_copy(&clerk, wrong, until).await.unwrap_err().code(), "certs.wrong_item");
        let late = get_copy(&clerk, of("核验"), until.plus(90)).await.unwrap_err();
        assert_eq!(late.code(), "certs.copy_term");
        assert!(log_of(&town, &town.citizen, &identifier).await.unwrap().is_empty());

        let (document, content) = get_file(&clerk, of("核验主体资格")).await.unwrap();
        assert_eq!((document.kind, &content), (Kind::Certificate, &original(&town, &identifier).await));
        let (copy, marked) = get_copy(&clerk, of("核验主体资格"), until).await.unwrap();
        assert_eq!(copy.kind, Kind::AnnotatedCopy);
        let body = town.item(FOOD).body.name.clone();
        let mark = pages(&marked).pages[0].annotations[0].remark.clone();
        assert!(mark.contains(&body) && mark.contains("核验主体资格"), "{mark}");
        assert!(open(&town, &clerk, copy.id).await.is_ok(), "again while its term lasts");
        let log = log_of(&town, &town.citizen, &identifier).await.unwrap();
        assert_eq!(log.iter().map(|line| line.way).collect::<Vec<_>>(), [Way::Copy, Way::File]);
        for line in &log {
            assert_eq!(
                (line.case_number.as_str(), line.body_name.as_str()),
                (case.number.as_str(), body.as_str())
            );
        }

        let cx = town.cx(&town.citizen);
        db.write(async |tx| withdraw(tx, &cx, case.case, String::new(), None).await).await.unwrap();
        assert_eq!(get_file(&clerk, of("核验")).await.unwrap_err().code(), "certs.case_closed");
        assert_eq!(get_copy(&clerk, of("核验"), until).await.unwrap_err().code(), "certs.case_closed");
    })
    .await;
}
