use super::fixture::small;
use super::{parse_sources, parsed, sources};
use crate::catalog::{LoadError, Sources};
use norms::DivisionLevel;
use std::collections::HashSet;

/// Puts `to` in the place of `from` and expects the rule at the line where `to` has its `¦`.
fn expect(path: &str, from: &str, to: &str, rule: &str) {
    let mut files = small();
    let text = files.text(path).unwrap_or_else(|| panic!("{path} is in the fixture")).to_owned();
    assert!(text.contains(from), "{path} has no {from}");
    let marked = text.replacen(from, to, 1);
    let line = 1 + marked[..marked.find('¦').expect("a mark")].matches('\n').count();
    files.replace(path, marked.replace('¦', ""));
    let found = faults(&files);
    let hit = found
        .iter()
        .any(|fault| (fault.file.as_str(), fault.line, fault.rule.as_str()) == (path, line, rule));
    assert!(hit, "{rule} at {path}:{line}, but found {found:#?}");
}

fn faults(files: &Sources) -> Vec<LoadError> {
    match parse_sources(files) {
        Ok(parsed) => parsed.warnings,
        Err(errors) => errors,
    }
}

#[test]
fn the_fixture_has_no_mistake() {
    assert_eq!(faults(&small()), []);
}

#[test]
fn the_data_of_the_product_has_no_mistake() {
    let parsed = parsed();
    assert!(parsed.base_items.len() >= 12, "{} base items", parsed.base_items.len());
    let departments: HashSet<&str> = parsed.base_items.iter().map(|item| item.department.as_str()).collect();
    assert!(departments.len() >= 5, "{departments:?}");
    let counties = norms::divisions().iter().filter(|division| division.level == DivisionLevel::County);
    assert_eq!(counties.count(), 95 + 9);
    assert!(parsed.base_items.iter().all(|item| item.fields().next().is_some() && !item.basis.is_empty()));
    let hot: Vec<u32> = parsed.base_items.iter().filter_map(|item| item.hot).collect();
    assert_eq!(hot.iter().collect::<HashSet<_>>().len(), hot.len(), "two items with one rank: {hot:?}");
}

#[test]
fn a_layout_asks_for_nothing_the_type_does_not_give() {
    let mut files = small();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/layouts/certificate_business_licence.toml");
    let layout = std::fs::read_to_string(path).unwrap().replace("certificate_business_licence", "own");
    files.replace("layouts/own.toml", layout);
    let types = files.text("certificates.toml").unwrap().replace("years = 0", "layout = \"own\"\nyears = 0");
    files.replace("certificates.toml", types);
    let found = faults(&files);
    let fault =
        found.iter().find(|fault| fault.rule == "layout_field").unwrap_or_else(|| panic!("{found:?}"));
    assert_eq!((fault.file.as_str(), fault.line), ("certificates.toml", 8));
    assert!(fault.message.contains("credit_code") && !fault.message.contains("body_name"), "{fault}");
}

#[test]
fn files_that_cannot_be_read_are_all_named() {
    let mut files = small();
    files.replace("kinds.toml", "[[kind]\n");
    files.replace("elements.toml", "\n[[element]]\nkey = \"a\"\nlable = \"b\"\n");
    files.remove("claims.toml");
    let found: Vec<_> = faults(&files).into_iter().map(|f| (f.file, f.line, f.rule)).collect();
    let expected = [
        ("elements.toml", 4, "unknown_field"),
        ("kinds.toml", 1, "syntax"),
        ("claims.toml", 1, "missing_file"),
    ];
    assert_eq!(found, expected.map(|(file, line, rule)| (file.to_owned(), line, rule.to_owned())));
}

const ITEM: &str = "items/canteen.toml";

#[test]
fn words_that_nobody_defined() {
    for (path, from, to, rule) in [
        (ITEM, "element = \"trade.name\"", "element = ¦\"trade.nmae\"", "unknown_element"),
        (ITEM, "kind = \"plan\"", "kind = ¦\"plans\"", "unknown_kind"),
        (
            ITEM,
            "result_certificate = \"licence\"",
            "result_certificate = ¦\"licenses\"",
            "unknown_certificate",
        ),
        (ITEM, "department = \"market\"", "department = ¦\"markt\"", "unknown_department"),
        (
            ITEM,
            "life_events = [\"starting-business\"]",
            "life_events = [\n  ¦\"starting\",\n]",
            "unknown_life_event",
        ),
        (ITEM, "legal_topics = [\"010\"]", "legal_topics = [¦\"011\"]", "unknown_topic"),
        (ITEM, "audience = [\"enterprise\"]", "audience = [¦\"enterprises\"]", "unknown_audience"),
        (ITEM, "depth = [2, 3, 4,", "depth = [2, 3, ¦8, 4,", "unknown_depth"),
        (ITEM, "type = \"01\"", "type = ¦\"02\"", "unknown_type"),
        (ITEM, "is = [\"食堂\"]", "is = [¦\"饭堂\"]", "unknown_option"),
        (ITEM, "when = { field = \"place.kind\"", "when = { field = ¦\"place.services\"", "unknown_element"),
        (ITEM, "accept = [\"pdf\", \"jpg\"]", "accept = [\"pdf\", ¦\"exe\"]", "unknown_word"),
        (ITEM, "[open]", "[given]\n¦\"a.b\" = \"c\"\n[open]", "unknown_element"),
        (ITEM, "[open]", "[given]\n¦\"place.services\" = \"打包\"\n[open]", "unknown_option"),
        (ITEM, "[open]", "[given]\n¦\"place.kind\" = \"店铺\"\n[open]", "given_and_asked"),
        (ITEM, "fields = [\"promised\"", "fields = [¦\"name\", \"promised\"", "unknown_field"),
        ("claims.toml", "item = \"canteen\"", "item = ¦\"canteens\"", "unknown_item"),
        ("claims.toml", "division = \"320102\"", "division = ¦\"320103\"", "unknown_division"),
        ("claims.toml", "division = \"320102\"", "division = ¦\"320100\"", "claim_level"),
        ("kinds.toml", "certificate = \"licence\"", "certificate = ¦\"licenses\"", "unknown_certificate"),
        (
            "elements.toml",
            "source = \"certificate:licence.name\"",
            "source = ¦\"certificate:licence.nam\"",
            "unknown_certificate_field",
        ),
        ("certificates.toml", "from = \"trade.name\"", "from = ¦\"trade.title\"", "unknown_element"),
        ("certificates.toml", "years = ", "layout = ¦\"licences\"\nyears = ", "unknown_layout"),
        ("halls.toml", "division = \"320100\"", "division = ¦\"320199\"", "unknown_division"),
        ("cities.toml", "division = \"320100\"", "division = ¦\"320101\"", "unknown_division"),
    ] {
        expect(path, from, to, rule);
    }
}

#[test]
fn things_said_twice_or_not_in_their_form() {
    for (path, from, to, rule) in [
        ("kinds.toml", "key = \"plan\"", "key = ¦\"licence\"", "duplicate_key"),
        ("elements.toml", "key = \"place.area\"", "key = ¦\"place.kind\"", "duplicate_key"),
        ("elements.toml", "[\"店铺\", \"食堂\"]", "[\"店铺\", ¦\"店铺\", \"食堂\"]", "duplicate_key"),
        ("elements.toml", "max = 10000", "options = [¦\"大\"]", "options"),
        ("departments.toml", "guiding = \"31\"", "guiding = ¦\"3\"", "bad_code"),
        (
            "departments.toml",
            "county = \"{name}市场监督管理局\"",
            "county = ¦\"市场监督管理局\"",
            "body_name",
        ),
        (
            "certificates.toml",
            "code = \"11100000MB0143028R001\"",
            "code = ¦\"11100000MB01430280001\"",
            "bad_code",
        ),
        ("certificates.toml", "{serial:06}", "¦{serial:6}", "number_pattern"),
        ("synonyms.toml", "words = [\"餐饮\", \"饭店\"]", "words = ¦[\"餐饮\"]", "synonym"),
        ("elsewhere.toml", "words = [\"护照\"", "words = ¦[\"护\"", "elsewhere"),
        ("elsewhere.toml", "norm = \"护照法第五条\"", "norm = ¦\" \"", "elsewhere"),
        ("kinds.toml", "\"resource\"\nresource", "\"document\"\n¦resource", "satisfied_by"),
        (ITEM, "element = \"place.kind\"", "element = ¦\"trade.name\"", "duplicate_key"),
        (ITEM, "key = \"plan\"", "key = ¦\"licence\"", "duplicate_key"),
        (ITEM, "slug = \"canteen\"", "slug = ¦\"canteens\"", "file_name"),
        (ITEM, "code = \"000131012000\"", "code = ¦\"00013101200\"", "bad_code"),
        (ITEM, "code = \"000131012000\"", "code = ¦\"000731012000\"", "code_type"),
        (ITEM, "code = \"000131012000\"", "code = ¦\"000132012000\"", "code_department"),
        (ITEM, "assurance = 2", "assurance = ¦5", "unknown_word"),
        (ITEM, "need = \"conditional\"", "need = \"required\"", "condition"),
        (ITEM, "days = 3\n", "days = 6\n", "step_days"),
        (ITEM, "post = \"reviewer\"", "post = ¦\"keeper\"", "step_post"),
        (ITEM, "source = \"applicant\"", "source = ¦\"government\"", "material_source"),
        (ITEM, "issuer = \"市场监管部门\"\n", "", "issuer"),
        (ITEM, "fee = false", "fee = ¦true", "charge"),
        (ITEM, "summary = \"开食堂要办。\"", &format!("summary = ¦\"{}\"", "长".repeat(61)), "too_long"),
        (ITEM, "minutes = 5", "minuts = ¦5", "unknown_field"),
        (ITEM, "need = \"required\"", "need = ¦\"must\"", "unknown_word"),
    ] {
        // Where the fault is not in the changed words, the line it must name.
        let elsewhere = match rule {
            "condition" => Some("when = { field = \"place.kind\", is = [\"店铺\"]"),
            "step_days" => Some("promised = { days = 5"),
            "issuer" => Some("[[material]]\nkey = \"licence\""),
            _ => None,
        };
        match elsewhere {
            None => expect(path, from, to, rule),
            Some(place) => expect_at(path, from, to, place, rule),
        }
    }
}

fn expect_at(path: &str, from: &str, to: &str, place: &str, rule: &str) {
    let mut files = small();
    let text = files.text(path).expect("in the fixture").replacen(from, to, 1);
    let line = 1 + text[..text.find(place).expect("the place")].matches('\n').count();
    files.replace(path, text);
    let found = faults(&files);
    let hit = found.iter().any(|fault| (fault.line, fault.rule.as_str()) == (line, rule));
    assert!(hit, "{rule} at {path}:{line}, but found {found:#?}");
}

#[test]
fn claims_that_leave_the_lattice() {
    let claim = "promised = { days = 3, unit = \"working_day\" }";
    for (to, rule) in [
        ("promised = ¦{ days = 6, unit = \"working_day\" }", "catalog.limit_longer"),
        ("promised = ¦{ days = 1, unit = \"month\" }", "catalog.limit_longer"),
        ("place = ¦\"别处\"", "catalog.field_not_open"),
        ("phone = ¦\"025-1234567\"", "catalog.field_not_open"),
    ] {
        expect("claims.toml", claim, to, rule);
    }
    expect("claims.toml", "without = [\"plan\"]", "without = ¦[\"plans\"]", "catalog.unknown_material");
    expect(
        "claims.toml",
        "without = [\"plan\"]\n",
        "without = [\"plan\"]\n¦[[claim]]\nitem = \"canteen\"\ndivision = \"320102\"\n",
        "duplicate_key",
    );
}

#[test]
fn a_question_stands_behind_the_answer_it_depends_on() {
    let area = "[[page.field]]\nelement = \"place.area\"\nrequired_if = { field = \"place.kind\", is = [\"食堂\"] }\n";
    let name = "[[page.field]]\nelement = \"trade.name\"\nrequired = true\n";
    let mut files = small();
    let text = files.text(ITEM).expect("the item").replace(area, "");
    let first = format!("[[page]]\ntitle = \"面积\"\n{area}[[page]]\ntitle = \"场所\"\n{name}");
    let text = text.replacen(&format!("[[page]]\ntitle = \"场所\"\n{name}"), &first, 1);
    let line = 1 + text[..text.find("required_if").expect("the condition")].matches('\n').count();
    files.replace(ITEM, text);
    let found = faults(&files);
    assert!(
        found.iter().any(|fault| fault.rule == "condition_order" && fault.line == line && fault.file == ITEM),
        "{found:#?}"
    );
}

#[test]
fn the_thirteen_rules_name_file_and_line() {
    for (path, from, to, rule) in [
        (ITEM, "processing = \"promise\"", "processing = ¦\"instant\"", "instant_steps"),
        (ITEM, "promised = { days = 5", "promised = ¦{ days = 21", "publish.2"),
        (ITEM, "visits_reason = \"\"", "visits_reason = ¦\"要来\"", "publish.3"),
        (
            ITEM,
            "depth = [2, 3, 4, 5, 6, 7]\nvisits = 0",
            "depth = ¦[2, 3, 4, 5, 6, 7]\nvisits = 1",
            "publish.4",
        ),
        (ITEM, "depth = [2, 3, 4, 5, 6, 7]", "depth = ¦[1]", "publish.5"),
        (ITEM, "fee = false", "fee = ¦true", "publish.6"),
        ("departments.toml", "complain = \"{area}-12315\"", "complain = ¦\"{area}-12345\"", "publish.7"),
        ("departments.toml", "consult = \"{area}-12345\"", "consult = ¦\"12345\"", "publish.7"),
        (
            ITEM,
            "legal_topics = [\"010\"]",
            "legal_topics = [\"010\"]\nperson_topics = ¦[\"030\"]",
            "publish.8",
        ),
        (ITEM, "result_certificate = \"licence\"", "¦", "publish.9"),
        (ITEM, "name = \"审查\"", "name = \"看看\"¦", "publish.10"),
        ("kinds.toml", "name = \"平面图\"", "name = \"其他材料\"¦", "publish.11"),
        (ITEM, "article = \"第三十五条\"", "article = ¦\"总则\"", "publish.12"),
        (
            ITEM,
            "form = \"electronic\"\ncopies = 1\nsource = \"government\"",
            "form = \"paper\"\ncopies = 1\nsource = ¦\"government\"",
            "publish.13",
        ),
    ] {
        match rule {
            "instant_steps" => {
                expect_at(path, from, "processing = \"instant\"", "promised = { days = 5", "publish.1")
            }
            "publish.9" => expect_at(path, from, "", "result_name = ", "publish.9"),
            "publish.10" => expect_at(path, from, "name = \"看看\"", "[[step]]", rule),
            "publish.11" => expect_in_item(path, from, "name = \"其他材料\"", "kind = \"plan\"", rule),
            _ => expect(path, from, to, rule),
        }
    }
}

/// The mistake is made in one file and found in the item that uses it.
fn expect_in_item(path: &str, from: &str, to: &str, place: &str, rule: &str) {
    let mut files = small();
    let text = files.text(path).expect("in the fixture").replacen(from, to, 1);
    files.replace(path, text);
    let item = files.text(ITEM).expect("in the fixture");
    let line = 1 + item[..item.find(place).expect("the place")].matches('\n').count();
    let found = faults(&files);
    let hit = found
        .iter()
        .any(|fault| (fault.file.as_str(), fault.line, fault.rule.as_str()) == (ITEM, line, rule));
    assert!(hit, "{rule} at {ITEM}:{line}, but found {found:#?}");
}

#[test]
fn warnings_do_not_stop_the_load() {
    let mut files = small();
    let text = files.text(ITEM).expect("in the fixture").replace("name = \"审查\"", "name = \"看看\"");
    files.replace(ITEM, text.split("[[faq]]").next().expect("before the questions").to_owned());
    let parsed = parse_sources(&files).expect("warnings only");
    let rules: Vec<&str> = parsed.warnings.iter().map(|warning| warning.rule.as_str()).collect();
    assert_eq!(rules, ["publish.10", "publish.10"]);
    assert!(parsed.warnings[0].to_string().starts_with("items/canteen.toml 第 "));
}

#[test]
fn each_law_of_a_basis_is_named_once_with_its_articles() {
    let parsed = parse_sources(&sources()).expect("no mistake");
    let drains = parsed.base_items.iter().find(|item| item.slug == "sewage-discharge-licence").unwrap();
    let laws: Vec<_> = drains.laws().into_iter().map(|(law, articles)| (law, articles.len())).collect();
    assert_eq!(laws, [("城镇排水与污水处理条例", 2), ("城镇污水排入排水管网许可管理办法", 3)]);
}

#[test]
fn sources_know_only_their_own_files() {
    assert!(sources().text("items/food-business-licence.toml").is_some());
    assert!(sources().text("README.md").is_none());
}
