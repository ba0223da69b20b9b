//! Stories of the library, on both engines.

use super::*;
use crate::casework::{self, decide};
use crate::identity::{Actor, PostKind};
use crate::journal;
use crate::testing::{DAY, ELSEWHERE, FOOD, REGISTRATION, Town, story};
use base::{Error, Result};
use norms::LicenceId;
use norms::codes::LicenceStatus;

/// A business licence of the first citizen.
pub(crate) async fn licence(town: &Town, key: &str) -> String {
    let case = town.submit(&town.citizen, REGISTRATION, &format!("licence-{key}")).await.case;
    let cx = town.cx(&town.market(PostKind::Clerk));
    let decided = town.world.db.write(async |tx| decide(tx, &cx, case, true, String::new(), None).await);
    decided.await.unwrap().certificate.unwrap().identifier
}

/// A food licence (five years) of the first citizen, which needs the business licence.
pub(crate) async fn food(town: &Town, key: &str) -> String {
    let case = town.submit(&town.citizen, FOOD, &format!("food-{key}")).await.case;
    let db = &town.world.db;
    let cx = town.cx(&town.market(PostKind::Clerk));
    db.write(async |tx| casework::accept(tx, &cx, case, None).await).await.unwrap();
    loop {
        let view = db.read(async |tx| casework::show_case(tx, &cx, case).await).await.unwrap();
        let Some(step) = view.case.open_steps().next().cloned() else { break };
        let cx = town.cx(&town.market(step.post));
        let opinion = crate::testing::passing(&step.key);
        db.write(async |tx| casework::review(tx, &cx, case, opinion, None).await).await.unwrap();
    }
    let cx = town.cx(&town.market(PostKind::Approver));
    let decided = db.write(async |tx| decide(tx, &cx, case, true, String::new(), None).await);
    decided.await.unwrap().certificate.unwrap().identifier
}

/// With a second factor given just now.
async fn act(town: &Town, actor: &Actor, identifier: &str, act: Act) -> Result<Certificate> {
    let cx = town.cx(&town.stepped_up(actor));
    let done =
        town.world.db.write(async |tx| change_status(tx, &cx, identifier, act, "依据核查结论", None).await);
    done.await
}

async fn seen(town: &Town, identifier: &str) -> PublicView {
    let cx = town.cx(&Actor::Visitor);
    town.world.db.read(async |tx| verify(tx, &cx, identifier).await).await.unwrap()
}

fn remake<'a>(identifier: &'a str, fields: &[(&str, &str)]) -> Remake<'a> {
    let fields = fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Remake { supersedes: identifier, fields, reason: "申请人来件，核对无误", expected: None }
}

#[tokio::test]
async fn what_the_issuing_body_does_counts_with_the_next_verification() {
    story(async |town| {
        let identifier = licence(&town, "acts").await;
        let manager = town.market(PostKind::Approver);
        let suspended = act(&town, &manager, &identifier, Act::Suspend).await.unwrap();
        assert_eq!((suspended.status, suspended.version), (LicenceStatus::Suspended, 2));
        assert_eq!(seen(&town, &identifier).await.status, LicenceStatus::Suspended);
        // A suspended licence stands in for no material.
        let cx = town.cx(&town.citizen);
        let profile =
            town.world.db.read(async |tx| crate::identity::profile_of(tx, &cx).await).await.unwrap();
        let held = async |town: &Town| {
            let cx = town.cx(&town.citizen);
            let found =
                town.world.db.read(async |tx| find_of_type(tx, &cx, &profile, "business-licence").await);
            found.await.unwrap().is_some()
        };
        assert!(!held(&town).await);
        let twice = act(&town, &manager, &identifier, Act::Suspend).await.unwrap_err();
        assert_eq!(twice.code(), "certs.wrong_status");
        act(&town, &manager, &identifier, Act::Resume).await.unwrap();
        assert!(seen(&town, &identifier).await.counts() && held(&town).await);
        act(&town, &manager, &identifier, Act::Revoke).await.unwrap();
        assert_eq!(seen(&town, &identifier).await.status_name, "吊销");
        let over = act(&town, &manager, &identifier, Act::Resume).await.unwrap_err();
        assert_eq!(over.code(), "certs.wrong_status");

        let cx = town.cx(&manager);
        let managed = town.world.db.read(async |tx| manage(tx, &cx, &identifier).await).await.unwrap();
        let acts: Vec<&str> = managed.history.iter().map(|line| line.act.as_str()).collect();
        assert_eq!(acts, ["new", "suspend", "resume", "revoke"]);
        assert!(managed.acts.is_empty() && !managed.remake);
        let id = managed.certificate.id;
        let events = town.world.db.read(async |tx| journal::of_subject(tx, "certificate", id).await).await;
        let kinds: Vec<String> = events.unwrap().into_iter().map(|event| event.kind).collect();
        assert_eq!(kinds, ["certs.issued", "certs.suspended", "certs.resumed", "certs.revoked"]);
    })
    .await;
}

#[tokio::test]
async fn the_holder_is_told_of_every_act_what_why_and_what_she_can_do() {
    story(async |town| {
        let identifier = licence(&town, "told").await;
        let manager = town.market(PostKind::Approver);
        let told = async |actor: &Actor| {
            let cx = town.cx(actor);
            town.world.db.read(async |tx| news_of(tx, &cx, 10).await).await.unwrap()
        };
        assert!(told(&town.citizen).await.is_empty(), "its case told of the issue");
        let db = &town.world.db;
        let cx = town.cx(&town.stepped_up(&manager));
        let wanted = remake(&identifier, &[("scope", "餐饮服务")]);
        let newer =
            db.write(async |tx| change(tx, &cx, remake(wanted.supersedes, &[("scope", "餐饮服务")])).await);
        let newer = newer.await.unwrap().identifier;
        act(&town, &manager, &newer, Act::Suspend).await.unwrap();
        act(&town, &manager, &newer, Act::Resume).await.unwrap();
        act(&town, &manager, &newer, Act::Revoke).await.unwrap();
        let news = told(&town.citizen).await;
        let day = cx.today().chinese();
        for (line, done) in news.iter().zip(["被吊销", "恢复有效", "被暂扣", "变更"]) {
            assert!(line.words.contains(done) && line.words.contains(&day), "{line:?}");
            assert!(line.identifier == newer && line.more.contains("理由："), "{line:?}");
        }
        assert_eq!(news.len(), 4, "the superseded version is told with the new one");
        for against in [0, 2] {
            assert!(news[against].more.contains("依据核查结论"), "{:?}", news[against]);
            assert!(news[against].more.contains("陈述、申辩") && news[against].more.contains("行政复议"));
        }
        assert!(!news[1].more.contains("行政复议"), "nothing to object to: {:?}", news[1]);
        assert!(told(&town.neighbour).await.is_empty());
        let cx = town.cx(&manager);
        assert!(db.read(async |tx| news_of(tx, &cx, 10).await).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn only_the_certificate_manager_of_the_issuing_body_acts_and_says_why() {
    story(async |town| {
        let identifier = licence(&town, "rights").await;
        for (actor, expected) in [
            (town.market(PostKind::Clerk), "denied"),
            (town.market(PostKind::Reviewer), "denied"),
            (town.staff("market", ELSEWHERE, PostKind::Approver), "not_found"),
            (town.citizen.clone(), "not_found"),
            (town.security.clone(), "not_found"),
            (Actor::Visitor, "unauthenticated"),
        ] {
            let refused = act(&town, &actor, &identifier, Act::Cancel).await.unwrap_err();
            assert_eq!(refused.code(), expected, "{actor:?}");
        }
        let idle = town.cx(&town.market(PostKind::Approver));
        let db = &town.world.db;
        let unproven =
            db.write(async |tx| change_status(tx, &idle, &identifier, Act::Cancel, "理由", None).await).await;
        assert_eq!(unproven.unwrap_err().code(), "identity.step_up_needed");
        let cx = town.cx(&town.stepped_up(&town.market(PostKind::Approver)));
        let long = "长".repeat(501);
        for (reason, code) in [
            ("  ", "certs.reason_missing"),
            (long.as_str(), "certs.reason_too_long"),
            ("不符\u{202e}合", "form.characters"),
        ] {
            let refused = db
                .write(async |tx| change_status(tx, &cx, &identifier, Act::Cancel, reason, None).await)
                .await;
            assert_eq!(refused.unwrap_err().code(), code);
        }
        let late = db
            .write(async |tx| change_status(tx, &cx, &identifier, Act::Cancel, "理由", Some(9)).await)
            .await;
        assert!(matches!(late, Err(Error::Conflict)));
        assert!(seen(&town, &identifier).await.counts());
    })
    .await;
}

#[tokio::test]
async fn a_change_makes_the_next_version_and_the_old_one_names_it() {
    story(async |town| {
        let identifier = licence(&town, "change").await;
        let idle = town.cx(&town.market(PostKind::Approver));
        let cx = town.cx(&town.stepped_up(&town.market(PostKind::Approver)));
        let db = &town.world.db;
        let again = || remake(&identifier, &[("scope", "餐饮服务")]);
        for unproven in [
            db.write(async |tx| change(tx, &idle, again()).await).await,
            db.write(async |tx| renew(tx, &idle, again(), None).await).await,
        ] {
            assert_eq!(unproven.unwrap_err().code(), "identity.step_up_needed");
        }
        let new = remake(&identifier, &[("scope", "餐饮服务")]);
        let new = db.write(async |tx| change(tx, &cx, new).await).await.unwrap();
        let (old_id, new_id) =
            (LicenceId::parse(&identifier).unwrap(), LicenceId::parse(&new.identifier).unwrap());
        assert_eq!((new_id.serial(), new_id.version()), (old_id.serial(), 2));
        assert_eq!((new.datum("scope"), new.supersedes.as_str()), (Some("餐饮服务"), identifier.as_str()));

        let old = seen(&town, &identifier).await;
        assert_eq!(
            (old.status, old.superseded_by.as_str()),
            (LicenceStatus::Expired, new.identifier.as_str())
        );
        assert!(!old.counts() && seen(&town, &new.identifier).await.counts());
        let again = db.write(async |tx| change(tx, &cx, remake(&identifier, &[("scope", "无")])).await).await;
        assert_eq!(again.unwrap_err().code(), "certs.superseded");
        for (fields, code) in [
            (vec![], "certs.nothing_changed"),
            (vec![("colour", "红")], "certs.unknown_field"),
            (vec![("credit_code", "91320102MA1XY2T8XJ")], "certs.holder_fixed"),
        ] {
            let refused = db
                .write(async |tx| change(tx, &cx, remake(&new.identifier, &fields)).await)
                .await
                .unwrap_err();
            assert_eq!(refused.code(), code);
        }
        let cx = town.cx(&town.citizen);
        let mine = db.read(async |tx| of_holder(tx, &cx).await).await.unwrap();
        assert_eq!(mine.iter().filter(|held| !held.is_superseded()).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_renewal_gives_a_new_term_without_a_gap_and_long_term_ones_need_none() {
    story(async |town| {
        let business = licence(&town, "renew-business").await;
        let identifier = food(&town, "renew-food").await;
        let manager = town.market(PostKind::Approver);
        let cx = town.cx(&town.stepped_up(&manager));
        let db = &town.world.db;
        let long = db.write(async |tx| renew(tx, &cx, remake(&business, &[]), None).await).await;
        assert_eq!(long.unwrap_err().code(), "certs.long_term");
        let until = seen(&town, &identifier).await.valid_until.unwrap();
        let renewed =
            db.write(async |tx| renew(tx, &cx, remake(&identifier, &[]), None).await).await.unwrap();
        assert_eq!(renewed.operation, Operation::Renew);
        assert_eq!(renewed.valid_until, Some(until.plus_months(60)));
        assert!(renewed.valid_from <= cx.today(), "it counts from the moment the old one ended");

        // Past its last day it reads as expired, and can still be renewed.
        town.clock.advance(DAY * 366 * 11);
        assert_eq!(seen(&town, &renewed.identifier).await.status, LicenceStatus::Expired);
        let cx = town.cx(&town.stepped_up(&manager));
        let late = remake(&renewed.identifier, &[]);
        let late = db.write(async |tx| renew(tx, &cx, late, None).await).await.unwrap();
        assert_eq!(LicenceId::parse(&late.identifier).unwrap().version(), 3);
        assert!(seen(&town, &late.identifier).await.counts());
    })
    .await;
}

#[tokio::test]
async fn a_new_version_says_nothing_that_cannot_be_and_leaves_out_nothing_it_must_say() {
    story(async |town| {
        let identifier = licence(&town, "corrected").await;
        let cx = town.cx(&town.stepped_up(&town.market(PostKind::Approver)));
        let db = &town.world.db;
        let make = async |key: &str, value: &str| {
            let new = remake(&identifier, &[(key, value)]);
            db.write(async |tx| change(tx, &cx, new).await).await
        };
        for (key, value, code) in [
            ("founded", "2026-02-30", "form.date"),
            ("founded", "2099-01-01", "form.date"),
            ("capital", "abc", "form.amount"),
            ("scope", "餐饮\0服务", "form.characters"),
            ("leader", "张\u{202e}三", "form.characters"),
            ("leader", "张\n三", "form.characters"),
            ("leader", " ", "form.required"),
            ("founded", "", "form.required"),
        ] {
            let Err(Error::Refused(faults)) = make(key, value).await else { panic!("{key} {value:?} taken") };
            let field = format!("fields.{key}");
            assert_eq!(
                (faults[0].code, faults[0].field.as_deref()),
                (code, Some(field.as_str())),
                "{value:?}"
            );
        }
        let new = make("founded", "2020年1月5日").await.unwrap();
        assert_eq!(new.datum("founded"), Some("2020-01-05"));
        let new = remake(&new.identifier, &[("scope", "餐饮服务\n食品销售")]);
        let new = db.write(async |tx| change(tx, &cx, new).await).await.unwrap();
        assert_eq!(new.datum("scope"), Some("餐饮服务\n食品销售"), "what is a paragraph has lines");
    })
    .await;
}

#[tokio::test]
async fn a_body_takes_over_no_licence_of_its_own() {
    story(async |town| {
        let identifier = licence(&town, "own-transfer").await;
        let manager = town.market(PostKind::Approver);
        let body = manager.staff().unwrap().posts[0].body.clone();
        act(&town, &manager, &identifier, Act::TransferOut).await.unwrap();
        let cx = town.cx(&town.stepped_up(&manager));
        let db = &town.world.db;
        let own = db.write(async |tx| transfer_in(tx, &cx, remake(&identifier, &[]), &body).await).await;
        assert_eq!(own.unwrap_err().code(), "certs.own_licence");
        assert_eq!(seen(&town, &identifier).await.superseded_by, "", "nothing came in its place");
    })
    .await;
}

#[tokio::test]
async fn a_licence_moves_to_another_body_and_names_where_it_came_from() {
    story(async |town| {
        let identifier = licence(&town, "transfer").await;
        let there = town.staff("market", ELSEWHERE, PostKind::Approver);
        let body = there.staff().unwrap().posts[0].body.clone();
        let idle = town.cx(&there);
        let cx = town.cx(&town.stepped_up(&there));
        let db = &town.world.db;
        let unproven =
            db.write(async |tx| transfer_in(tx, &idle, remake(&identifier, &[]), &body).await).await;
        assert_eq!(unproven.unwrap_err().code(), "identity.step_up_needed");
        let early = db.write(async |tx| transfer_in(tx, &cx, remake(&identifier, &[]), &body).await).await;
        assert_eq!(early.unwrap_err().code(), "certs.not_transferred_out");
        act(&town, &town.market(PostKind::Approver), &identifier, Act::TransferOut).await.unwrap();
        let new =
            db.write(async |tx| transfer_in(tx, &cx, remake(&identifier, &[]), &body).await).await.unwrap();
        let id = LicenceId::parse(&new.identifier).unwrap();
        assert_eq!((id.issuer(), id.version()), (body.as_str(), 1));
        assert_eq!((new.operation, new.supersedes.as_str()), (Operation::TransferIn, identifier.as_str()));
        let old = seen(&town, &identifier).await;
        assert_eq!((old.status, old.superseded_by), (LicenceStatus::TransferredOut, new.identifier.clone()));
        let twice = db.write(async |tx| transfer_in(tx, &cx, remake(&identifier, &[]), &body).await).await;
        assert_eq!(twice.unwrap_err().code(), "certs.superseded");
    })
    .await;
}

#[tokio::test]
async fn the_desk_finds_by_identifier_number_and_holder_and_only_its_own() {
    story(async |town| {
        let identifier = licence(&town, "search").await;
        let clerk = town.market(PostKind::Clerk);
        let body = clerk.staff().unwrap().posts[0].body.clone();
        let db = &town.world.db;
        let cx = town.cx(&clerk);
        let held = db.read(async |tx| manage(tx, &cx, &identifier).await).await.unwrap().certificate;
        for words in [identifier.as_str(), &held.number, "320102199001019998", &held.holder_code] {
            let rows = db.read(async |tx| search(tx, &cx, &body, words).await).await.unwrap();
            assert_eq!(rows.len(), 1, "{words}");
        }
        let none = db.read(async |tx| search(tx, &cx, &body, "320102198802029980").await).await.unwrap();
        assert!(none.is_empty());
        let foreign = town.staff("market", ELSEWHERE, PostKind::Clerk);
        let other = foreign.staff().unwrap().posts[0].body.clone();
        let cx = town.cx(&foreign);
        let hidden = db.read(async |tx| search(tx, &cx, &other, &identifier).await).await.unwrap();
        assert!(hidden.is_empty(), "another body's certificates are not searched");
        let forbidden = db.read(async |tx| search(tx, &cx, &body, &identifier).await).await;
        assert!(matches!(forbidden, Err(Error::NotFound)));
    })
    .await;
}

/// The custom data that stands in a sealed file, and what the check of its seal says: name of the seal, signer.
async fn in_the_file(town: &Town, identifier: &str) -> (Vec<(String, String)>, String, String) {
    let cx = town.cx(&town.citizen);
    let read = town.world.db.write(async |tx| {
        let document = file(tx, &cx, identifier).await?;
        let content = crate::documents::content(tx, &cx, &document).await?;
        let checked = crate::documents::check_file(tx, &cx, &content).await?;
        Ok((content, checked))
    });
    let (content, checked) = read.await.unwrap();
    assert!(checked.intact() && checked.identifier.as_deref() == Some(identifier));
    let limits = ofd::Limits::default();
    let package = ofd::package::Package::open(&content, &limits).unwrap();
    let custom = ofd::read::read(&package, &limits).unwrap().info.custom;
    let signature = &checked.verification.signatures[0];
    (custom, signature.seal_name.clone(), signature.signer.clone())
}

#[tokio::test]
async fn the_file_carries_the_data_the_norm_names() {
    story(async |town| {
        let identifier = licence(&town, "metadata").await;
        let (custom, seal, signer) = in_the_file(&town, &identifier).await;
        let cx = town.cx(&town.market(PostKind::Approver));
        let db = &town.world.db;
        let held = db.read(async |tx| manage(tx, &cx, &identifier).await).await.unwrap().certificate;
        let value = |key: &str| {
            let mut found = custom.iter().filter(|(k, _)| k == key).map(|(_, v)| v.as_str());
            let value = found.next();
            assert!(found.next().is_none(), "{key} twice");
            value
        };
        assert_eq!(value("ZZMC"), Some("营业执照"));
        assert_eq!(value("ZZBS"), Some(identifier.as_str()));
        assert_eq!((value("ZZLXDM"), value("ZZBH")), (Some("11100000MB0143028R001"), Some(&*held.number)));
        assert_eq!((value("ZZBFJG"), value("ZZBFJGDM")), (Some(&*held.issuer_name), Some(&*held.issuer)));
        assert_eq!((value("CZZT"), value("CZZTDM")), (Some(&*held.holder_name), Some(&*held.holder_code)));
        assert_eq!((value("CZZTDMLXDM"), value("CZZTDMLX")), (Some("001"), Some("统一社会信用代码")));
        assert_eq!((value("ZZBFRQ"), value("ZZYXQQSRQ")), (Some("20260924"), Some("20260924")));
        assert_eq!((value("CJSJ"), value("ZZQZSJ")), (Some("20260924T100000"), Some("20260924T100000")));
        assert_eq!((value("ZZQZMC"), value("ZZQZR")), (Some(seal.as_str()), Some(signer.as_str())));
        assert!(seal.starts_with(&held.issuer_name) && !signer.contains('*'), "{seal}, {signer}");
        assert_eq!(value("ZZYXQJZRQ"), None, "long-term");
        assert_eq!(value("KZ_credit_code"), Some(held.holder_code.as_str()));

        // A file that is made later says so; the day of issue stays what it was.
        let late = unfiled(&town).await;
        town.clock.advance(3 * DAY);
        let (custom, ..) = in_the_file(&town, &late).await;
        let value = |key: &str| custom.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str());
        assert_eq!((value("ZZBFRQ"), value("CJSJ")), (Some("20260924"), Some("20260927T100000")));
        assert_eq!(value("ZZYXQJZRQ"), Some("20310923"));
        assert!(!value("ZZQZR").unwrap().contains('*'), "the holder who asked is nobody who seals");
    })
    .await;
}

#[tokio::test]
async fn a_type_has_its_own_layout_and_others_the_one_for_all() {
    story(async |town| {
        let drawn = async |identifier: &str| {
            let cx = town.cx(&town.citizen);
            let write = town.world.db.write(async |tx| {
                let document = file(tx, &cx, identifier).await?;
                let content = crate::documents::content(tx, &cx, &document).await?;
                Ok((document.layout_key, crate::documents::text(&content)?))
            });
            write.await.unwrap()
        };
        let (layout, words) = drawn(&licence(&town, "own-layout").await).await;
        assert_eq!(layout, "certificate_business_licence");
        for part in ["统一社会信用代码", "登记机关", "2026年9月24日", "长期"] {
            assert!(words.contains(part), "{part}: {words}");
        }
        let (layout, words) = drawn(&unfiled(&town).await).await;
        assert!(layout == "certificate" && words.contains("食品经营许可证"), "{layout}: {words}");
    })
    .await;
}

#[tokio::test]
async fn the_directory_is_read_on_from_a_cursor_and_every_reading_is_journalled() {
    story(async |town| {
        let manager = town.market(PostKind::Approver);
        let body = manager.staff().unwrap().posts[0].body.clone();
        let read = async |after: base::Id| {
            // An act rests before it is reported.
            town.clock.advance(60_000);
            let cx = town.cx(&manager);
            town.world.db.write(async |tx| directory(tx, &cx, &body, after, 10).await).await.unwrap()
        };
        let of = |rows: &[(base::Id, DirectoryRow)]| -> Vec<(String, String, String, String)> {
            let row = |(_, row): &(base::Id, DirectoryRow)| {
                let row = row.clone();
                (row.certificate_source_id, row.status, row.operation, row.supersedes)
            };
            rows.iter().map(row).collect()
        };
        let text = |identifier: &str, rest: [&str; 3]| {
            (identifier.to_owned(), rest[0].to_owned(), rest[1].to_owned(), rest[2].to_owned())
        };
        let (first, second) = (licence(&town, "first").await, licence(&town, "second").await);
        let rows = read(base::Id(0)).await;
        assert_eq!(of(&rows), [text(&first, ["01", "01", ""]), text(&second, ["01", "01", ""])]);
        assert_eq!(rows[0].1.version, "001");
        let cursor = rows[1].0;
        assert_eq!(read(cursor).await, []);

        act(&town, &manager, &first, Act::Suspend).await.unwrap();
        let cx = town.cx(&town.stepped_up(&manager));
        let corrected = remake(&second, &[("scope", "餐饮服务")]);
        let new = town.world.db.write(async |tx| change(tx, &cx, corrected).await).await.unwrap();
        let later = read(cursor).await;
        assert_eq!(
            of(&later),
            [
                text(&first, ["02", "03", ""]),
                text(&second, ["05", "04", ""]),
                text(&new.identifier, ["01", "07", &second]),
            ],
            "what was read before comes again once it changes"
        );
        assert_eq!(later[1].1.superseded_by, new.identifier);
        let events = town
            .world
            .db
            .read(async |tx| journal::of_subject(tx, "certificate_directory", base::Id(0)).await)
            .await
            .unwrap();
        assert_eq!(events.len(), 3);
        assert_eq!(events[2].detail_json().unwrap()["rows"], 3);

        let clerk = town.cx(&town.market(PostKind::Clerk));
        let denied = town.world.db.write(async |tx| directory(tx, &clerk, &body, cursor, 10).await).await;
        assert!(matches!(denied, Err(Error::Denied)));
    })
    .await;
}

/// A food licence of the citizen from before this library, for whose file nobody has asked yet.
async fn unfiled(town: &Town) -> String {
    let (cx, citizen) = (town.cx(&Actor::System), town.cx(&town.citizen));
    let (item, answers) = (town.item(FOOD), crate::catalog::Answers::new());
    let kind = cx.catalogue.certificate_type("food-business-licence").unwrap();
    let write = town.world.db.write(async |tx| {
        let holder = crate::identity::profile_of(tx, &citizen).await?;
        let new = NewCertificate {
            certificate_type: kind,
            holder: &holder,
            issuer: &item.body,
            answers: &answers,
            case: None,
        };
        issue(tx, &cx, new).await
    });
    write.await.unwrap().identifier
}

async fn filed(town: &Town, actor: &Actor, identifier: &str) -> Result<crate::documents::Document> {
    let cx = town.cx(actor);
    town.world.db.write(async |tx| file(tx, &cx, identifier).await).await
}

#[tokio::test]
async fn what_does_not_count_is_not_sealed_anew_and_a_file_from_before_stays() {
    story(async |town| {
        let manager = town.market(PostKind::Approver);
        let early = unfiled(&town).await;
        let made = filed(&town, &town.citizen, &early).await.unwrap();
        act(&town, &manager, &early, Act::Revoke).await.unwrap();
        assert_eq!(filed(&town, &town.citizen, &early).await.unwrap().id, made.id, "the old one is shown");

        for (ended, word) in [(Act::Suspend, "暂扣"), (Act::Cancel, "注销"), (Act::Revoke, "吊销")] {
            let late = unfiled(&town).await;
            act(&town, &manager, &late, ended).await.unwrap();
            for asker in [&town.citizen, &manager] {
                let refused = filed(&town, asker, &late).await.unwrap_err();
                assert_eq!(refused.code(), "certs.not_valid");
                assert!(refused.to_string().contains(word), "{refused}");
            }
        }
        let over = unfiled(&town).await;
        town.clock.advance(DAY * 366 * 5);
        assert_eq!(filed(&town, &town.citizen, &over).await.unwrap_err().code(), "certs.not_valid");
        // Correcting what has expired is allowed, and seals nothing either.
        let cx = town.cx(&town.stepped_up(&manager));
        let corrected = remake(&over, &[("place", "演示路2号")]);
        let new = town.world.db.write(async |tx| change(tx, &cx, corrected).await).await.unwrap();
        let refused = filed(&town, &town.citizen, &new.identifier).await.unwrap_err();
        assert_eq!(refused.code(), "certs.not_valid");
        assert_eq!(filed(&town, &town.citizen, &over).await.unwrap_err().code(), "certs.superseded");
    })
    .await;
}

#[tokio::test]
async fn the_series_of_organisation_codes_goes_on_when_a_year_begins() {
    story(async |town| {
        let next = async |year: i32| {
            town.world.db.write(async |tx| super::store::next_serial(tx, "a body", year).await).await.unwrap()
        };
        let code = async || {
            town.world.db.write(async |tx| super::store::next_code_serial(tx, "320102").await).await.unwrap()
        };
        assert_eq!([next(2026).await, next(2026).await, next(2026).await], [1, 2, 3]);
        // Behind what codes were once made of.
        assert_eq!([code().await, code().await], [4, 5]);
        assert_eq!([next(2027).await, code().await], [1, 6]);
    })
    .await;
}
