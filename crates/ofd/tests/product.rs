//! The layouts with exactly the values the product gives them (domain, casework/document.rs): nothing else is
//! asked for, matters that are no administrative licence do not speak of its law, and signatures never stand
//! alone.

use ofd::layout::{Fonts, Layout, Template, Values, lay_out};
use ofd::model::Object;
use std::path::Path;

const LICENCE_LAW: &str = "行政许可";

/// What every document of a case is given.
const COMMON: [(&str, &str); 16] = [
    ("document_number", "受字〔2026〕320102-20260924-000017号"),
    ("document_date", "2026年9月24日"),
    ("body_name", "南京市玄武区行政审批局"),
    ("contact", "南京市玄武区政务服务中心综合窗口，025-12345"),
    ("applicant_name", "样例甲"),
    ("applicant_code_masked", "3201**********0017"),
    ("item_name", "失业登记"),
    ("legal_basis", "《就业服务与就业管理规定》第六十三条"),
    ("case_number", "1132000000140090352000123014000012026092400017"),
    ("query_code", "K7M2QX"),
    ("verify_url", "https://zwfw.example.cn/progress?number=320102-20260924-000017"),
    ("channel", "政务服务网"),
    ("submitted_on", "2026年9月24日"),
    ("accepted_on", "2026年9月24日"),
    ("due_on", "2026年10月9日"),
    ("due_sentence", "9月24日受理，承诺 5个工作日办结；应在10月9日前作出决定。"),
];

const REMEDIES: [(&str, &str); 2] =
    [("review_body", "南京市玄武区人民政府"), ("court", "有管辖权的人民法院")];

/// What each is given beside: key, values, is it an answer against the applicant.
type Given = (&'static str, &'static [(&'static str, &'static str)], bool);

const PARTICULAR: [Given; 11] = [
    ("receipt", &[], false),
    ("acceptance", &[("by_silence", "")], false),
    ("rejection", &[("reason", "申请人年龄不符合规定")], true),
    ("supplement", &[("supplement_due_on", "2026年10月16日")], false),
    ("not_needed", &[("reason", "已经登记，仍在有效期内")], false),
    ("wrong_body", &[("right_body", "南京市鼓楼区人力资源和社会保障局")], true),
    (
        "suspension",
        &[
            ("procedure_name", "专家评审"),
            ("procedure_begins_on", "2026年9月28日"),
            ("reason", "需要专家评审"),
            ("former_due_on", "2026年10月9日"),
            ("due_on", ""),
            ("due_sentence", ""),
        ],
        false,
    ),
    (
        "extension",
        &[
            ("extension_days", "10"),
            ("approver", "本机关负责人"),
            ("reason", "需要进一步核实"),
            ("former_due_on", "2026年10月9日"),
        ],
        false,
    ),
    (
        "decision_granted",
        &[("reason", ""), ("permit_content", "就业创业证"), ("valid_term", "以办理结果载明的为准")],
        false,
    ),
    ("decision_refused", &[("reason", "没有达到法定劳动年龄")], true),
    ("withdrawal", &[("withdrawn_on", "2026年9月28日"), ("reason", "申请人自愿撤回")], false),
];

fn template(key: &str) -> Template {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/layouts");
    let read = |key: &str| std::fs::read_to_string(folder.join(format!("{key}.toml"))).unwrap();
    let files = [("notice", read("notice")), (key, read(key))];
    let files: Vec<(&str, &str)> = files.iter().map(|(key, text)| (*key, text.as_str())).collect();
    Template::parse_all(&files).unwrap().into_iter().find(|template| template.key == key).unwrap()
}

/// Values of a matter, of a licence or not, with so many rows in its lists.
fn values(particular: &[(&str, &str)], against: bool, licence: bool, rows: usize) -> Values {
    let mut values = Values::new();
    let remedies = if against { &REMEDIES[..] } else { &[] };
    for (name, text) in COMMON.iter().chain(particular).chain(remedies) {
        values.set(name, text);
    }
    values.set("licence", if licence { "行政许可" } else { "" });
    let material = |n: usize| {
        vec![
            ("name", format!("材料{n}")),
            ("source", "电子证照，免提交".to_owned()),
            ("copies", "1".to_owned()),
        ]
    };
    values.list("materials", (0..rows).map(material));
    let what = |n: usize| vec![("what", format!("第{n}份材料缺少签章，请补盖公章后重新提交。"))];
    values.list("supplements", (0..rows.max(1)).map(what));
    values
}

fn by_page(layout: &Layout) -> Vec<String> {
    let text = |object: &Object| match object {
        Object::Text(text) => text.runs.iter().map(|run| run.text.as_str()).collect(),
        _ => String::new(),
    };
    layout.document.pages.iter().map(|page| page.objects.iter().map(text).collect()).collect()
}

#[test]
fn every_layout_is_content_with_what_the_product_gives() {
    for (key, particular, against) in PARTICULAR {
        for (licence, rows) in [(true, 0), (true, 3), (false, 0), (false, 15)] {
            let values = values(particular, against, licence, rows);
            // The product gives a decision that is no licence its own title (domain, documents/document.rs).
            let mut template = template(key);
            if !licence {
                template.title = template.title.replace("行政许可", "办理");
            }
            let layout = lay_out(&template, &values, &Fonts::new())
                .unwrap_or_else(|fault| panic!("{key}, licence {licence}, {rows} rows: {fault}"));
            let words = by_page(&layout).concat();
            let cites = words.contains("《中华人民共和国行政许可法》");
            // Only a withdrawal rests on the applicant's own will.
            assert_eq!(cites, licence && key != "withdrawal", "{key}: {words}");
            assert!(licence || !words.contains(LICENCE_LAW), "{key}: {words}");
            assert!(
                licence || ["receipt", "withdrawal"].contains(&key) || words.contains("《就业服务"),
                "{key}"
            );
            assert_eq!(words.contains("行政复议"), against, "{key}");
            assert_eq!(layout.seals.len(), 1, "{key}");
        }
    }
}

#[test]
fn nothing_that_may_be_empty_is_needed() {
    for (key, particular, against) in PARTICULAR {
        let mut values = values(particular, against, false, 0);
        for name in ["contact", "applicant_code_masked", "due_on", "due_sentence", "channel", "verify_url"] {
            values.set(name, "");
        }
        lay_out(&template(key), &values, &Fonts::new()).unwrap_or_else(|fault| panic!("{key}: {fault}"));
    }
}

#[test]
fn an_acceptance_by_silence_does_not_claim_that_anything_was_checked() {
    let how = "收到申请后五个工作日内没有告知补正或者不予受理，自收到申请材料之日起即为受理。";
    let silent =
        lay_out(&template("acceptance"), &values(&[("by_silence", how)], false, true, 1), &Fonts::new());
    let words = by_page(&silent.unwrap()).concat();
    assert!(words.contains("即为受理") && !words.contains("经核对"), "{words}");
}

#[test]
fn a_suspension_names_no_end_and_promises_word_of_it() {
    let (_, particular, _) = PARTICULAR[6];
    let layout =
        lay_out(&template("suspension"), &values(particular, false, true, 0), &Fonts::new()).unwrap();
    let words = by_page(&layout).concat();
    assert!(words.contains("第四十五条") && words.contains("不计算在办理期限内"), "{words}");
    assert!(words.contains("新的办理期限") && !words.contains("预计结束"), "{words}");
}

#[test]
fn a_signature_never_stands_alone_however_long_the_reasons() {
    let template = template("decision_refused");
    let mut pages = Vec::new();
    for length in (100..2100).step_by(20) {
        let reason = "不符合规定的条件，".repeat(length / 9);
        let values = values(&[("reason", &reason)], true, false, 0);
        let layout = lay_out(&template, &values, &Fonts::new()).unwrap();
        let words = by_page(&layout);
        let last = words.last().unwrap();
        let before = last.split("南京市玄武区行政审批局").next().unwrap();
        assert!(before.chars().count() > 10, "{length}: the last page begins with the signature");
        pages.push(words.len());
    }
    assert_eq!((pages[0], pages[pages.len() - 1]), (1, 4));
}

/// Most certificates use one layout: four fields or a dozen long ones stand on its one page, none cut.
#[test]
fn a_certificate_holds_a_dozen_long_fields() {
    let certificate = template("certificate");
    for count in [0, 4, 12] {
        let mut values = certificate.sample().clone();
        values.set("valid_term", "长期有效");
        values.set(
            "holder_name",
            "江苏省超长名称样例国际餐饮连锁管理与供应链技术服务有限公司南京玄武区第三分公司",
        );
        let long =
            "江苏省南京市玄武区样例路1号样例大厦东座一层101室、102室、103室，二层整层，地下一层仓库，末";
        let label = |n: usize| if n < 6 { "住所" } else { "法定代表人（负责人）" };
        values.list("fields", (0..count).map(|n| vec![("label", label(n)), ("text", long)]));
        values.custom("KZ_DZ", "样例路1号");
        let layout =
            lay_out(&certificate, &values, &Fonts::new()).unwrap_or_else(|fault| panic!("{count}: {fault}"));
        let words = by_page(&layout);
        assert_eq!((words.len(), words[0].matches("仓库，末").count()), (1, count));
    }
}
