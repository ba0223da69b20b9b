//! Stories of stock, on both engines, and hostile files.

use super::sheet::read;
use super::*;
use crate::certs::tests::{food, licence};
use crate::certs::{Remake, change, find_of_type, manage, of_holder, search, verify};
use crate::identity::{self, Actor, PostKind};
use crate::testing::{ELSEWHERE, Town, story};
use base::{Error, Result};
use norms::LicenceId;
use rust_xlsxwriter::{Formula, Workbook};
use std::io::Write;

const TYPE: &str = "food-business-licence";
const LICENCE: &str = "business-licence";
/// The synthetic company of standards §1.2.
const CODE: &str = "91320102MA0XX00151";

fn body(actor: &Actor) -> String {
    actor.staff().unwrap().posts[0].body.clone()
}

/// A sheet with the columns of the type and these cells below.
fn sheet(town: &Town, rows: &[&[(&str, &str)]]) -> Vec<u8> {
    sheet_of(town, TYPE, rows)
}

fn sheet_of(town: &Town, type_key: &str, rows: &[&[(&str, &str)]]) -> Vec<u8> {
    let catalogue = town.world.catalogue.load();
    let columns = columns(catalogue.certificate_type(type_key).unwrap());
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    for (at, column) in (0u16..).zip(&columns) {
        page.write_string(0, at, &column.label).unwrap();
    }
    for (line, row) in (1u32..).zip(rows) {
        for (key, value) in *row {
            let at = columns.iter().position(|column| column.key == *key).expect("a column");
            page.write_string(line, at as u16, *value).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

fn right(number: &str) -> Vec<(&str, &str)> {
    vec![
        ("number", number),
        ("holder_name", "演示·金陵小厨餐饮有限公司"),
        ("holder_code", CODE),
        ("issued_on", "2023-03-01"),
        ("valid_until", "2028年2月29日"),
        ("fields.place", "演示路1号"),
    ]
}

async fn import(town: &Town, actor: &Actor, content: Vec<u8>) -> Result<Import> {
    Ok(import_of(town, actor, TYPE, content).await?.0)
}

async fn import_of(
    town: &Town,
    actor: &Actor,
    type_key: &str,
    content: Vec<u8>,
) -> Result<(Import, Vec<WrongRow>)> {
    let cx = town.cx(actor);
    let body = body(&town.market(PostKind::Approver));
    let new = NewImport { body: &body, type_key, file_name: "存量.xlsx", content };
    let begun = begin_import(&cx, new).await?;
    work_import(&town.cx(&Actor::System), begun.id).await?;
    town.world.db.read(async |tx| find_import(tx, &cx, begun.id, 100).await).await
}

/// What is wrong with each row, in the words of the error sheet.
fn words_of(town: &Town, type_key: &str, wrong: &[WrongRow]) -> Vec<String> {
    let catalogue = town.world.catalogue.load();
    let columns = columns(catalogue.certificate_type(type_key).unwrap());
    wrong.iter().map(|row| row.words(&columns).join("；")).collect()
}

#[tokio::test]
async fn nobody_enters_what_another_body_will_give_out_and_what_is_taken_is_passed_over() {
    story(async |town| {
        let manager = town.market(PostKind::Approver);
        let (own, other) = (body(&manager), body(&town.staff("market", ELSEWHERE, PostKind::Approver)));
        licence(&town, "for-food").await;
        let issued = LicenceId::parse(&food(&town, "first").await).unwrap();
        let digits = issued.serial().len() - 7;
        let (series, last) = (&issued.serial()[..digits], issued.serial()[digits..].parse::<i64>().unwrap());
        let serial = |ahead: i64| format!("{series}{:07}", last + ahead);
        let made = |code: &str, issuer: &str, ahead: i64| {
            LicenceId::make(code, issuer, &serial(ahead), 1).unwrap().as_str().to_owned()
        };
        let next = [made(issued.type_code(), &own, 1), made(issued.type_code(), &own, 2)];
        let foreign = made(issued.type_code(), &other, 1);
        let mistyped = made("11320000001431013H999", &own, 1);
        let numbers = ["JY-1", "JY-2", "JY-3", "JY-4"];
        let identifiers = [&next[0], &next[1], &foreign, &mistyped];
        let rows: Vec<Vec<(&str, &str)>> = numbers
            .iter()
            .zip(identifiers)
            .map(|(number, id)| [right(number).as_slice(), &[("identifier", id.as_str())]].concat())
            .collect();
        let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
        let (done, wrong) = import_of(&town, &manager, TYPE, sheet(&town, &rows)).await.unwrap();
        assert_eq!((done.imported, done.wrong), (2, 2));
        let words = words_of(&town, TYPE, &wrong);
        assert!(words[0].starts_with("A4 证照标识：这个标识属于"), "{words:?}");
        assert!(words[1].starts_with("A5 证照标识：标识里的证照类型代码"), "{words:?}");

        let after = LicenceId::parse(&food(&town, "second").await).unwrap();
        assert_eq!(after.serial(), serial(3), "the one after what is taken");
    })
    .await;
}

#[tokio::test]
async fn what_a_field_cannot_say_is_wrong_and_what_people_write_is_kept_as_it_is_meant() {
    story(async |town| {
        let manager = town.market(PostKind::Approver);
        let row = |number: &'static str, founded: &'static str, capital: &'static str| {
            vec![
                ("number", number),
                ("holder_name", "演示·金陵小厨餐饮有限公司"),
                ("holder_code", CODE),
                ("issued_on", "2023-03-01"),
                ("fields.kind", "有限责任公司（自然人独资）"),
                ("fields.founded", founded),
                ("fields.capital", capital),
            ]
        };
        let kept = row("YY-1", "2020年3月1日", "人民币1,000.000000万元");
        let (odd, future) = (row("YY-2", "abc", "abc"), row("YY-3", "2030-01-01", "100元"));
        let turned = [row("YY-4", "", "").as_slice(), &[("fields.leader", "张\u{202e}三")]].concat();
        let content = sheet_of(&town, LICENCE, &[&kept, &odd, &future, &turned]);
        let (done, wrong) = import_of(&town, &manager, LICENCE, content).await.unwrap();
        assert_eq!((done.imported, done.wrong), (1, 3));
        let words = words_of(&town, LICENCE, &wrong);
        for (row, expected) in [
            (0, "成立日期：成立日期不是真实的日期"),
            (0, "注册资本（万元）：注册资本（万元）应填数字"),
            (1, "成立日期：成立日期不能晚于今天"),
            (1, "注册资本（万元）：注册资本（万元）应填数字"),
            (2, "经营者或法定代表人：里面有看不见或不能识别的字符"),
        ] {
            assert!(words[row].contains(expected), "{expected}: {words:?}");
        }
        let (cx, db) = (town.cx(&manager), &town.world.db);
        let found = db.read(async |tx| search(tx, &cx, &body(&manager), "YY-1").await).await.unwrap();
        let one = db.read(async |tx| manage(tx, &cx, &found[0].identifier).await).await.unwrap().certificate;
        assert_eq!(one.datum("founded"), Some("2020-03-01"));
        assert_eq!(one.datum("capital"), Some("1000.00"));
        assert_eq!(one.datum("kind"), Some("有限责任公司（自然人独资）"), "no form offers that any more");
    })
    .await;
}

#[tokio::test]
async fn right_rows_enter_once_and_wrong_ones_come_back_with_their_reasons() {
    story(async |town| {
        let manager = town.market(PostKind::Approver);
        let bad_check = "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430598.001.F";
        let kept = [right("JY-2").as_slice(), &[("identifier", bad_check)]].concat();
        let wrong = [
            ("number", "JY-3"),
            ("holder_code", "91320102MA0XX00152"),
            ("issued_on", "2099-01-01"),
            ("valid_until", "2020-13-01"),
        ];
        let first = right("JY-1");
        let content = sheet(&town, &[&first, &kept, &wrong, &first]);
        let done = import(&town, &manager, content.clone()).await.unwrap();
        assert!(done.is_over());
        assert_eq!((done.total, done.imported, done.repeated, done.wrong), (4, 2, 1, 1));

        let cx = town.cx(&manager);
        let db = &town.world.db;
        let (_, wrong) = db.read(async |tx| find_import(tx, &cx, done.id, 10).await).await.unwrap();
        let kind = cx.catalogue.certificate_type(TYPE).unwrap();
        let words = wrong[0].words(&columns(kind)).join("；");
        assert_eq!(wrong[0].number, 4);
        for expected in [
            "C4 持证人名称：不能为空",
            "D4 统一社会信用代码：",
            "E4 颁发日期：不能晚于今天",
            "G4 有效期止：不是日期",
        ] {
            assert!(words.contains(expected), "{words}");
        }
        // The error sheet, sent back as it is, is a sheet like any other.
        let again = import(&town, &manager, error_sheet(kind, &wrong).unwrap()).await.unwrap();
        assert_eq!((again.total, again.wrong), (1, 1));
        let repeated = import(&town, &manager, content).await.unwrap();
        assert_eq!((repeated.imported, repeated.repeated), (0, 3));

        let view = db.read(async |tx| verify(tx, &cx, bad_check).await).await.unwrap();
        assert!(!view.check_ok && view.counts(), "identifiers of other systems are kept");
        let body = body(&manager);
        let found = db.read(async |tx| search(tx, &cx, &body, CODE).await).await.unwrap();
        assert!(found.len() == 2 && found.iter().all(|row| row.stock));
        let agent = town.cx(&town.agent);
        let profile = db.read(async |tx| identity::profile_of(tx, &agent).await).await.unwrap();
        let held = db.read(async |tx| find_of_type(tx, &agent, &profile, TYPE).await).await.unwrap();
        assert!(held.is_some(), "stock stands in for materials");
        assert_eq!(db.read(async |tx| of_holder(tx, &agent).await).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn an_interrupted_import_goes_on_where_it_was_and_doing_it_twice_changes_nothing() {
    story(async |town| {
        let manager = town.market(PostKind::Approver);
        let numbers: Vec<String> = (0..120).map(|n| format!("JY-{n:03}")).collect();
        let rows: Vec<Vec<(&str, &str)>> = numbers.iter().map(|number| right(number)).collect();
        let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
        let done = import(&town, &manager, sheet(&town, &rows)).await.unwrap();
        assert_eq!((done.done, done.imported), (120, 120));
        work_import(&town.cx(&Actor::System), done.id).await.unwrap();
        let cx = town.cx(&manager);
        let same = town.world.db.read(async |tx| find_import(tx, &cx, done.id, 1).await).await.unwrap().0;
        assert_eq!(same, done);
    })
    .await;
}

#[tokio::test]
async fn only_the_certificate_manager_enters_stock_of_the_types_of_her_body() {
    story(async |town| {
        let content = sheet(&town, &[&right("JY-9")]);
        for (actor, code) in [
            (town.market(PostKind::Clerk), "denied"),
            (town.staff("market", ELSEWHERE, PostKind::Approver), "not_found"),
            (town.citizen.clone(), "not_found"),
            (Actor::Visitor, "unauthenticated"),
        ] {
            assert_eq!(import(&town, &actor, content.clone()).await.unwrap_err().code(), code, "{actor:?}");
        }
        let manager = town.market(PostKind::Approver);
        let body = body(&manager);
        let cx = town.cx(&manager);
        let new = NewImport { body: &body, type_key: "nurse-certificate", file_name: "a", content };
        assert_eq!(begin_import(&cx, new).await.unwrap_err().code(), "stock.type");
    })
    .await;
}

fn code_of(content: &[u8], columns: &[Column]) -> &'static str {
    read(content, columns).map_or_else(|error| error.code(), |_| "read")
}

fn plain_columns() -> Vec<Column> {
    let column = |key: &str, label: &str| Column { key: key.into(), label: label.into(), required: true };
    vec![column("number", "证照编号"), column("holder_name", "持证人名称")]
}

fn book(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "证照编号").unwrap();
    sheet.write_string(0, 1, "持证人名称").unwrap();
    fill(sheet);
    book.save_to_buffer().unwrap()
}

#[test]
fn hostile_files_are_refused_with_a_reason() {
    let columns = plain_columns();
    let row = |sheet: &mut rust_xlsxwriter::Worksheet| drop(sheet.write_string(1, 0, "JY1").map(drop));
    assert_eq!(code_of(&book(row), &columns), "read");
    assert_eq!(code_of(b"", &columns), "stock.no_file");
    assert_eq!(code_of(b"%PDF-1.7", &columns), "stock.not_xlsx");
    assert_eq!(code_of(b"PK\x03\x04 but no more", &columns), "stock.unreadable");
    assert_eq!(code_of(&vec![0; MOST_BYTES + 1], &columns), "stock.too_large");
    let formula = book(|sheet| drop(sheet.write_formula(1, 0, Formula::new("=1+1")).map(drop)));
    assert_eq!(code_of(&formula, &columns), "stock.formula");
    let last = book(|sheet| drop(sheet.write_string(1_048_575, 1, "x").map(drop)));
    assert_eq!(code_of(&last, &columns), "stock.too_many_rows");
    let wide = book(|sheet| {
        drop(sheet.write_string(1, 0, "JY1").map(drop));
        drop(sheet.write_string(1, 16_383, "x").map(drop));
    });
    assert_eq!(code_of(&wide, &columns), "read", "cells beyond the columns are passed over");
    let extra = book(|sheet| drop(sheet.write_string(0, 2, "手机号").map(drop)));
    assert_eq!(code_of(&extra, &columns), "stock.columns");
    assert_eq!(code_of(&book(|_| {}), &columns), "stock.empty");
    assert_eq!(code_of(&book(row), &columns[..1]), "stock.columns");
    for cut in [10, 100, 1000] {
        let content = book(row);
        assert_eq!(code_of(&content[..content.len() - cut], &columns), "stock.unreadable");
    }
}

#[test]
fn a_package_that_unpacks_too_far_is_refused_before_it_is_parsed() {
    let mut package = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    package.start_file("xl/workbook.xml", options).unwrap();
    let zeros = vec![b' '; 1024 * 1024];
    for _ in 0..80 {
        package.write_all(&zeros).unwrap();
    }
    let bomb = package.finish().unwrap().into_inner();
    assert!(bomb.len() < MOST_BYTES, "80 MB in {} bytes", bomb.len());
    assert_eq!(code_of(&bomb, &plain_columns()), "stock.bomb");
}

#[test]
fn columns_are_named_as_a_spreadsheet_names_them() {
    assert_eq!([0, 25, 26, 51, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "ZZ", "AAA"]);
}

#[tokio::test]
async fn the_template_holds_the_columns_and_nothing_else() {
    story(async |town| {
        let catalogue = town.world.catalogue.load();
        let kind = catalogue.certificate_type(TYPE).unwrap();
        let empty = read(&template(kind).unwrap(), &columns(kind)).unwrap_err();
        assert!(matches!(&empty, Error::Refused(_)) && empty.code() == "stock.empty");
        let labels: Vec<String> = columns(kind).into_iter().map(|column| column.label).collect();
        assert_eq!(labels[..3], ["证照标识", "证照编号", "持证人名称"]);
        assert!(!labels.contains(&"经营者名称".to_owned()), "what the holder says is asked once");
    })
    .await;
}

#[tokio::test]
async fn a_foreign_identifier_is_kept_and_its_next_version_is_one_of_our_own() {
    story(async |town| {
        let manager = town.market(PostKind::Approver);
        // Of another ministry's type and another province's body, its check character right.
        let foreign = "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F";
        let row = [right("JY-1").as_slice(), &[("identifier", foreign)]].concat();
        let own = right("JY-2");
        let done = import(&town, &manager, sheet(&town, &[&row, &own])).await.unwrap();
        assert_eq!((done.imported, done.wrong), (2, 0));
        let cx = town.cx(&town.stepped_up(&manager));
        let db = &town.world.db;
        let changed = async |identifier: &str, place: &str| {
            let fields = vec![("place".to_owned(), place.to_owned())];
            let remake = Remake { supersedes: identifier, fields, reason: "来件", expected: None };
            db.write(async |tx| change(tx, &cx, remake).await).await.unwrap()
        };
        let new = changed(foreign, "演示路2号").await;
        let id = LicenceId::parse(&new.identifier).unwrap();
        assert_eq!((id.issuer(), id.type_code(), id.version()), (&*body(&manager), &*new.type_code, 1));
        assert_eq!((new.number.as_str(), new.supersedes.as_str()), ("JY-1", foreign));
        let old = db.read(async |tx| verify(tx, &cx, foreign).await).await.unwrap();
        assert_eq!((old.counts(), old.superseded_by), (false, new.identifier.clone()));
        assert_eq!(
            LicenceId::parse(&changed(&new.identifier, "演示路3号").await.identifier).unwrap().version(),
            2
        );

        let held = db.read(async |tx| search(tx, &cx, &body(&manager), "JY-2").await).await.unwrap();
        let next = changed(&held[0].identifier, "演示路2号").await;
        let (before, after) = (LicenceId::parse(&held[0].identifier), LicenceId::parse(&next.identifier));
        let (before, after) = (before.unwrap(), after.unwrap());
        assert_eq!((before.serial(), after.version()), (after.serial(), 2), "our own goes on");
    })
    .await;
}

#[tokio::test]
async fn stock_enters_with_the_status_its_sheet_says() {
    story(async |town| {
        let manager = town.market(PostKind::Approver);
        let with = |number, status| [right(number).as_slice(), &[("status", status)]].concat();
        let rows = [with("JY-1", "07"), with("JY-2", "暂扣"), with("JY-3", ""), with("JY-4", "06")];
        let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
        let done = import(&town, &manager, sheet(&town, &rows)).await.unwrap();
        assert_eq!((done.imported, done.wrong), (3, 1));
        let cx = town.cx(&manager);
        let db = &town.world.db;
        let body = body(&manager);
        for (number, status) in [("JY-1", "吊销"), ("JY-2", "暂扣"), ("JY-3", "有效")] {
            let found = db.read(async |tx| search(tx, &cx, &body, number).await).await.unwrap();
            assert_eq!(found[0].status.name(), status, "{number}");
        }
        let kind = cx.catalogue.certificate_type(TYPE).unwrap();
        let (_, wrong) = db.read(async |tx| find_import(tx, &cx, done.id, 10).await).await.unwrap();
        assert!(wrong[0].words(&columns(kind)).join("").contains("不认识这个状态"));
        // A template from before the column was there.
        let columns = columns(kind);
        let older: Vec<Column> = columns.iter().filter(|column| column.key != "status").cloned().collect();
        let page = book_of(&older, &right("JY-5"));
        assert_eq!(code_of(&page, &columns), "read");
    })
    .await;
}

fn book_of(columns: &[Column], row: &[(&str, &str)]) -> Vec<u8> {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    for (at, column) in (0u16..).zip(columns) {
        page.write_string(0, at, &column.label).unwrap();
        if let Some((_, value)) = row.iter().find(|(key, _)| *key == column.key) {
            page.write_string(1, at, *value).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}
