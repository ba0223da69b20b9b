//! Materials, forms and review steps of one base item.

use super::document::Document;
use super::faults::Faults;
use super::words::Words;
use crate::catalog::{BaseItem, ElementType, Material, Need, SatisfiedBy, When};
use crate::file_kind;
use crate::identity::PostKind;
use norms::{LimitUnit, MaterialForm, MaterialSource};
use std::collections::BTreeMap;

pub(super) fn check(document: &Document<'_>, item: &BaseItem, words: &Words<'_>, faults: &mut Faults) {
    let materials = item.materials.iter().map(|material| material.key.as_str());
    faults.duplicates(document, materials, |index| format!("material/{index}/key"));
    for (index, material) in item.materials.iter().enumerate() {
        check_material(document, item, (index, material), words, faults);
    }
    check_given(document, item, words, faults);
    check_pages(document, item, words, faults);
    faults.duplicates(document, item.steps.iter().map(|step| step.key.as_str()), |i| format!("step/{i}/key"));
    for (index, step) in item.steps.iter().enumerate() {
        let handles = step.post != PostKind::Keeper;
        let path = format!("step/{index}/post");
        faults.unless(handles, document, &path, "step_post", "印章保管岗不办理办件，不能审查".to_owned());
    }
    check_days(document, item, faults);
}

fn check_material(
    document: &Document<'_>,
    item: &BaseItem,
    (index, material): (usize, &Material),
    words: &Words<'_>,
    faults: &mut Faults,
) {
    let path = |field: &str| format!("material/{index}/{field}");
    match words.dictionary.kinds.get(&material.kind) {
        None => {
            faults.say(document, &path("kind"), "unknown_kind", format!("没有材料种类“{}”", material.kind))
        }
        Some(kind) => {
            let shared = matches!(kind.satisfied_by, SatisfiedBy::Certificate | SatisfiedBy::Resource);
            let government = material.source == MaterialSource::Government.word();
            let message = match shared {
                true => format!("“{}”可通过电子证照或数据共享取得，source 应为 government", kind.name),
                false => format!("“{}”没有证照或共享数据可取，source 不应为 government", kind.name),
            };
            faults.unless(shared == government, document, &path("source"), "material_source", message);
        }
    }
    let conditional = material.need == Need::Conditional;
    let message = "need = \"conditional\" 时才写、且必须写 when";
    faults.unless(conditional == material.when.is_some(), document, &path("when"), "condition", message);
    if let Some(when) = &material.when {
        check_condition(document, item, when, &path("when"), words, faults);
    }
    let known = MaterialForm::from_word(&material.form).is_some();
    faults.unless(known, document, &path("form"), "unknown_word", "应为 paper、electronic 或 either");
    let known = MaterialSource::from_word(&material.source).is_some();
    faults.unless(known, document, &path("source"), "unknown_word", "应为 applicant、government 或 other");
    let named = material.source != MaterialSource::Government.word() || !material.issuer.trim().is_empty();
    faults.unless(named, document, &path("issuer"), "issuer", "政府部门核发的材料要写核发部门");
    for (position, word) in material.accept.iter().enumerate() {
        let known = file_kind::extensions().any(|extension| extension == word);
        let message =
            format!("不收“{word}”格式，可收 {}", file_kind::extensions().collect::<Vec<_>>().join("、"));
        faults.unless(known, document, &path(&format!("accept/{position}")), "unknown_word", message);
    }
}

fn check_given(document: &Document<'_>, item: &BaseItem, words: &Words<'_>, faults: &mut Faults) {
    for (key, value) in &item.given {
        let path = format!("given/{key}");
        let Some(element) = words.dictionary.elements.get(key) else {
            faults.say(document, &path, "unknown_element", format!("没有数据元“{key}”"));
            continue;
        };
        let fits = element.options.is_empty() || element.options.contains(value);
        let message = format!("“{}”没有选项“{value}”", element.label);
        faults.unless(fits, document, &path, "unknown_option", message);
        let asked = item.fields().any(|field| field.element == *key);
        faults.unless(!asked, document, &path, "given_and_asked", "事项已经给出的答案不能再问");
    }
}

fn check_pages(document: &Document<'_>, item: &BaseItem, words: &Words<'_>, faults: &mut Faults) {
    let mut paths = Vec::new();
    for (page_index, page) in item.pages.iter().enumerate() {
        for (index, field) in page.fields.iter().enumerate() {
            let path = format!("page/{page_index}/field/{index}");
            let known = words.dictionary.elements.contains_key(&field.element);
            let message = format!("没有数据元“{}”", field.element);
            faults.unless(known, document, &format!("{path}/element"), "unknown_element", message);
            if let Some(when) = &field.required_if {
                let place = format!("{path}/required_if");
                faults.unless(
                    !field.required,
                    document,
                    &place,
                    "condition",
                    "required 和 required_if 只能写一个",
                );
                check_condition(document, item, when, &place, words, faults);
                check_order(document, item, when, page_index, &place, faults);
            }
            paths.push(format!("{path}/element"));
        }
    }
    faults.duplicates(document, item.fields().map(|field| field.element.as_str()), |i| paths[i].clone());
}

/// A question that depends on a later page could only be demanded when everything is filled in: it belongs
/// behind the answer it depends on.
fn check_order(
    document: &Document<'_>,
    item: &BaseItem,
    when: &When,
    page_index: usize,
    path: &str,
    faults: &mut Faults,
) {
    let later = item.pages.iter().skip(page_index + 1).flat_map(|page| &page.fields);
    let asked_later = later.into_iter().any(|field| field.element == when.field);
    let message = format!("“{}”在后面的页才问，这个问题应当放在它之后", when.field);
    faults.unless(!asked_later, document, &format!("{path}/field"), "condition_order", message);
}

/// A condition looks at an element of the same form, and at answers it can have.
fn check_condition(
    document: &Document<'_>,
    item: &BaseItem,
    when: &When,
    path: &str,
    words: &Words<'_>,
    faults: &mut Faults,
) {
    let asked =
        item.fields().any(|field| field.element == when.field) || item.given.contains_key(&when.field);
    let message = format!("表单里没有问“{}”，条件永远不成立", when.field);
    faults.unless(asked, document, &format!("{path}/field"), "unknown_element", message);
    let Some(element) = words.dictionary.elements.get(&when.field) else { return };
    let choice =
        matches!(element.element_type, ElementType::Select | ElementType::Radio | ElementType::Checkbox);
    faults.unless(!when.is.is_empty(), document, &format!("{path}/is"), "condition", "条件没有写答案");
    for (index, value) in when.is.iter().enumerate().filter(|_| choice) {
        let message = format!("“{}”没有选项“{value}”", element.label);
        let known = element.options.contains(value);
        faults.unless(known, document, &format!("{path}/is/{index}"), "unknown_option", message);
    }
}

/// The steps one after another fit into what is promised.
fn check_days(document: &Document<'_>, item: &BaseItem, faults: &mut Faults) {
    if !matches!(item.promised.unit, LimitUnit::WorkingDay | LimitUnit::NaturalDay) {
        return;
    }
    let mut longest: BTreeMap<u32, u32> = BTreeMap::new();
    for step in &item.steps {
        let days = longest.entry(step.order).or_default();
        *days = step.days.max(*days);
    }
    let needed: u32 = longest.values().sum();
    let message = format!("审查步骤依次共需 {needed} 天，超过承诺的 {}", item.promised);
    faults.unless(needed <= item.promised.days, document, "promised", "step_days", message);
}
