//! Certificates of the time before: a sheet with right and wrong rows, its progress, its error sheet.

use crate::harness::{Look, Person, Site};
use crate::steps::{files, staff};
use rust_xlsxwriter::Workbook;
use serde_json::json;

/// As the template has them.
const HEAD: [&str; 12] = [
    "证照标识",
    "证照编号",
    "持证人名称",
    "统一社会信用代码",
    "颁发日期",
    "有效期起",
    "有效期止",
    "法定代表人（负责人）",
    "住所",
    "经营场所",
    "主体业态",
    "经营项目",
];
const RIGHT: Row = row("JY32010220190001", "演示·旧店", "2024-03-01");
/// A day that never was.
const WRONG: Row = row("JY32010220190002", "演示·错店", "2024-02-30");
const MENDED: Row = row("JY32010220190002", "演示·错店", "2024-02-29");

type Row = [&'static str; 12];

const fn row(number: &'static str, holder: &'static str, day: &'static str) -> Row {
    let code = "91320102MA1XY2T8XJ";
    ["", number, holder, code, day, "", "2029-02-28", "演示·店主", "", "", "食品销售经营者", "预包装食品销售"]
}

#[tokio::test]
async fn stock_comes_in_and_wrong_rows_come_back_as_a_sheet() {
    let site = Site::start().await;
    let approver = staff::at_desk(&site, "market-approver").await;
    approver.follow("证照").await;
    approver.follow("存量入库").await;

    // Nothing chosen, then something that is no sheet: both are told at the field.
    approver.choose("证照类型", "食品经营许可证").await;
    approver.attach("表格文件", &files::text(&site, "旧证.xlsx")).await;
    approver.press("上传").await;
    assert!(approver.title().await.starts_with("错误："), "text is no sheet");
    approver.find("//*[@id='file-error']").await;

    approver.choose("证照类型", "食品经营许可证").await;
    approver.attach("表格文件", &files::of(&site, "旧证.xlsx", &sheet(&[RIGHT, WRONG, RIGHT]))).await;
    approver.press("上传").await;
    // The page follows the work by itself.
    approver.sees("已完成，共 3 行").await;
    approver.sees("1 行没有入库").await;
    assert_eq!(figure(&approver, "入库").await, "1行");
    assert_eq!(figure(&approver, "库里已有").await, "1行");
    approver.sees("颁发日期").await;
    approver.sees("不是日期").await;
    let errors = saved(&approver, "下载错误表").await;
    assert!(errors.starts_with(b"PK") && errors.len() > 1000, "the error sheet is a sheet");
    approver.troubles().await;
    approver.leave().await;

    // Without script: the corrected sheet, and what came in is found and marked.
    let plain = Person::visit(&site, Look::NO_SCRIPT).await;
    staff::enter(&plain, "market-approver").await;
    plain.open("/desk/imports").await;
    plain.choose("证照类型", "食品经营许可证").await;
    plain.attach("表格文件", &files::of(&site, "改好.xlsx", &sheet(&[MENDED]))).await;
    plain.press("上传").await;
    plain.sees("共 1 行").await;
    plain.open("/desk/certificates").await;
    plain.fill("证照标识", MENDED[1]).await;
    plain.press("查证照").await;
    plain.sees("存量").await;
    plain.follow("食品经营许可证").await;
    plain.sees(MENDED[1]).await;
    plain.sees("2029年2月28日").await;
    plain.leave().await;
    site.assert_quiet();
}

fn sheet(rows: &[Row]) -> Vec<u8> {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    for (down, row) in (0u32..).zip(std::iter::once(&HEAD).chain(rows)) {
        for (across, cell) in (0u16..).zip(row) {
            page.write_string(down, across, *cell).expect("a cell can be written");
        }
    }
    book.save_to_buffer().expect("a sheet can be made")
}

async fn figure(person: &Person, name: &str) -> String {
    let xpath =
        format!("//dl[contains(@class,'figures')]//dt[normalize-space(.)='{name}']/following-sibling::dd");
    person.read(&xpath).await.replace(char::is_whitespace, "")
}

/// What a link would save.
async fn saved(person: &Person, words: &str) -> Vec<u8> {
    let link = person.find(&format!("//a[starts-with(normalize-space(.), '{words}')]")).await;
    let href = link.attr("href").await.ok().flatten().expect("a link leads somewhere");
    let source = "const done = arguments[arguments.length - 1]; fetch(arguments[0]) \
        .then((reply) => reply.arrayBuffer()).then((bytes) => done([...new Uint8Array(bytes)]));";
    let bytes = person.script_async(source, vec![json!(href)]).await;
    bytes.as_array().expect("bytes").iter().filter_map(|byte| byte.as_u64()?.try_into().ok()).collect()
}
