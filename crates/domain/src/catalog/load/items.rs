//! The files of base items: codes, references, and the rules of publication.

use super::document::Document;
use super::faults::Faults;
use super::words::Words;
use super::{Sources, forms};
use crate::catalog::definition::audience;
use crate::catalog::{BaseItem, Processing, publish_faults};
use norms::{BaseCode, Breach, Depth, ItemType, LegalTopic, PersonTopic};
use std::collections::HashMap;

/// What a claim may be allowed to override.
const OPENABLE: [&str; 5] = ["place", "hours", "phone", "promised", "materials"];

pub(super) fn read<'a>(sources: &'a Sources, faults: &mut Faults) -> Vec<(Document<'a>, BaseItem)> {
    let mut items = Vec::new();
    for (file, text) in sources.items() {
        match Document::read::<BaseItem>(file, text) {
            Ok(item) => items.push(item),
            Err(error) => faults.errors.push(error),
        }
    }
    items
}

pub(super) fn check(items: &[(Document<'_>, BaseItem)], words: &Words<'_>, faults: &mut Faults) {
    let mut codes = HashMap::new();
    for (document, item) in items {
        check_names(document, item, faults);
        check_code(document, item, words, faults);
        if let Some(first) = codes.insert(item.code.as_str(), document.file) {
            faults.say(
                document,
                "code",
                "duplicate_key",
                format!("基本编码 {} 在 {first} 里已经有了", item.code),
            );
        }
        check_references(document, item, words, faults);
        check_words(document, item, faults);
        forms::check(document, item, words, faults);
        check_publication(document, item, words, faults);
    }
}

fn check_names(document: &Document<'_>, item: &BaseItem, faults: &mut Faults) {
    let named = document.file == format!("items/{}.toml", item.slug);
    faults.unless(named, document, "slug", "file_name", "文件名应为 items/<slug>.toml");
    let clean = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let proper = !item.slug.is_empty() && item.slug.chars().all(clean);
    faults.unless(proper, document, "slug", "bad_key", "slug 会出现在网址里，只能用小写字母、数字和 -");
    faults.unless(!item.name.trim().is_empty(), document, "name", "empty", "事项名称不能为空");
    let short = item.summary.chars().count() <= 60;
    faults.unless(short, document, "summary", "too_long", "简版说明最多 60 个字");
}

fn check_code(document: &Document<'_>, item: &BaseItem, words: &Words<'_>, faults: &mut Faults) {
    let applied_for = ItemType::from_code(&item.item_type).is_some_and(ItemType::on_application);
    let message = format!("“{}”不是依申请办理的事项类型", item.item_type);
    faults.unless(applied_for, document, "type", "unknown_type", message);
    let code = match BaseCode::parse(&item.code) {
        Ok(code) => code,
        Err(error) => return faults.say(document, "code", "bad_code", error.to_string()),
    };
    let message = format!("编码第 3、4 位是 {}，事项类型却是 {}", code.item_type_code(), item.item_type);
    faults.unless(code.item_type_code() == item.item_type, document, "code", "code_type", message);
    let Some((_, department)) = words.department(&item.department) else { return };
    if !department.guiding_synthetic {
        let message = format!(
            "编码第 5、6 位是 {}，{}的指导部门却是 {}",
            code.guiding(),
            department.short,
            department.guiding
        );
        faults.unless(code.guiding() == department.guiding, document, "code", "code_department", message);
    }
}

fn check_references(document: &Document<'_>, item: &BaseItem, words: &Words<'_>, faults: &mut Faults) {
    let known = words.department(&item.department).is_some();
    let message = format!("没有部门“{}”", item.department);
    faults.unless(known, document, "department", "unknown_department", message);
    if let Some(key) = &item.result_certificate {
        let known = words.dictionary.certificate_types.contains_key(key);
        let message = format!("没有证照类型“{key}”");
        faults.unless(known, document, "result_certificate", "unknown_certificate", message);
    }
    for (index, key) in item.life_events.iter().enumerate() {
        let known = words.life_events.rows.iter().any(|event| event.key == *key);
        let message = format!("没有人生事件“{key}”");
        faults.unless(known, document, &format!("life_events/{index}"), "unknown_life_event", message);
    }
    let topic = |field: &str, index: usize, code: &str, known: bool, faults: &mut Faults| {
        let message = format!("没有主题代码“{code}”");
        faults.unless(known, document, &format!("{field}/{index}"), "unknown_topic", message);
    };
    for (index, code) in item.person_topics.iter().enumerate() {
        topic("person_topics", index, code, PersonTopic::from_code(code).is_some(), faults);
    }
    for (index, code) in item.legal_topics.iter().enumerate() {
        topic("legal_topics", index, code, LegalTopic::from_code(code).is_some(), faults);
    }
}

fn check_words(document: &Document<'_>, item: &BaseItem, faults: &mut Faults) {
    for (index, word) in item.audience.iter().enumerate() {
        let known = word == "legal" || audience(word).is_some();
        let message = format!("没有服务对象“{word}”");
        faults.unless(known, document, &format!("audience/{index}"), "unknown_audience", message);
    }
    faults.unless(!item.audience.is_empty(), document, "audience", "empty", "至少要有一类服务对象");
    for (index, code) in item.depth.iter().enumerate() {
        let known = Depth::from_code(&code.to_string()).is_some();
        faults.unless(
            known,
            document,
            &format!("depth/{index}"),
            "unknown_depth",
            format!("没有办理深度“{code}”"),
        );
    }
    for (index, field) in item.open.fields.iter().enumerate() {
        let known = OPENABLE.contains(&field.as_str());
        let message = format!("“{field}”不能开放给下级，可开放的是 {}", OPENABLE.join("、"));
        faults.unless(known, document, &format!("open/fields/{index}"), "unknown_field", message);
    }
    faults.unless(
        (1..=4).contains(&item.assurance),
        document,
        "assurance",
        "unknown_word",
        "实名等级应为 1 至 4",
    );
    let charged = item.fee != item.charges.is_empty();
    faults.unless(charged, document, "fee", "charge", "收费的事项要列出收费项目，不收费的不列");
    let stepless = item.processing == Processing::Promise || item.steps.is_empty();
    faults.unless(stepless, document, "step", "instant_steps", "即办件没有审查步骤");
}

/// The thirteen rules; a breach of the phones is the department's.
fn check_publication(document: &Document<'_>, item: &BaseItem, words: &Words<'_>, faults: &mut Faults) {
    let Some((position, department)) = words.department(&item.department) else { return };
    for breach in publish_faults(item, department, &words.dictionary) {
        let rule = format!("publish.{}", breach.rule);
        let (document, path) = match breach.field {
            "link_way" => (&words.departments.document, format!("department/{position}/consult")),
            "supervise_way" => (&words.departments.document, format!("department/{position}/complain")),
            _ => (document, path_of(item, words, &breach)),
        };
        match breach.blocking {
            true => faults.say(document, &path, &rule, breach.message),
            false => faults.warn(document, &path, &rule, breach.message),
        }
    }
}

/// From the element of the exchange model to the line of the file.
fn path_of(item: &BaseItem, words: &Words<'_>, breach: &Breach) -> String {
    let material = || {
        let kind = |key: &str| {
            words.dictionary.kinds.get(key).map_or(String::new(), |kind| format!("“{}”", kind.name))
        };
        let named = |key: &str| !kind(key).is_empty() && breach.message.contains(&kind(key));
        item.materials.iter().position(|material| named(&material.kind)).unwrap_or(0)
    };
    let path = match breach.field {
        "project_type" => "processing",
        "promise_day" => "promised",
        "limit_scene_explain" => "visits_reason",
        "online_handle_depth" | "handle_type" => "depth",
        "is_pay_online" if item.pay_online.is_none() => "fee",
        "is_pay_online" => "pay_online",
        "fee_basis" if item.fee_basis.is_empty() => "fee",
        "fee_basis" => "fee_basis",
        "fee_name" | "fee_stand" => "charge",
        "user_topic_type" => "person_topics",
        "corp_topic_type" => "legal_topics",
        "result_guid" | "result_type" => "result_name",
        "handle_flow" => "step",
        "material_name" => return format!("material/{}/kind", material()),
        "source_explain" => return format!("material/{}/source", material()),
        "by_law" => {
            let cited = |law: &str| breach.message.contains(&format!("《{law}》"));
            let index = item.basis.iter().position(|basis| cited(&basis.law)).unwrap_or(0);
            return format!("basis/{index}/article");
        }
        other => other,
    };
    path.to_owned()
}
