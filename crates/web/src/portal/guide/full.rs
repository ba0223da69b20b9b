//! The complete version: every element of the norm for guides (GB/T 39046), for who wants to know.

use super::materials;
use domain::casework::ACCEPTANCE_DAYS;
use domain::catalog::{BaseItem, Basis, Catalogue, Item, Material, Step};
use domain::identity::PostKind;
use norms::{ItemType, Limit};
use std::borrow::Cow;

#[derive(Debug, Clone)]
pub(in crate::portal) struct Full<'a> {
    /// (label, value): codes, body, type, depth, version.
    pub basics: Vec<(&'static str, Cow<'a, str>)>,
    pub materials: Vec<MaterialDetail<'a>>,
    pub steps: Vec<StepRow<'a>>,
    /// Each law once: (law as quoted, articles and texts).
    pub bases: Vec<(String, Vec<&'a Basis>)>,
    /// (label, value): place, hours, phones.
    pub contacts: [(&'static str, &'a str); 5],
    pub result: Vec<(&'static str, Cow<'a, str>)>,
}

#[derive(Debug, Clone)]
pub(in crate::portal) struct MaterialDetail<'a> {
    pub name: &'a str,
    pub source: Cow<'static, str>,
    pub form: &'static str,
    pub copies: u32,
    pub need: Cow<'a, str>,
    pub standard: &'a str,
    pub note: &'a str,
}

#[derive(Debug, Clone)]
pub(in crate::portal) struct StepRow<'a> {
    pub name: &'a str,
    pub post: &'static str,
    pub limit: Cow<'static, str>,
    /// What is looked at.
    pub checks: Cow<'a, str>,
}

pub(super) fn full<'a>(catalogue: &'a Catalogue, item: &'a Item, offer: &'a BaseItem) -> Full<'a> {
    Full {
        basics: basics(item, offer),
        materials: offer.materials.iter().filter_map(|material| detail(catalogue, material)).collect(),
        steps: steps(item, offer),
        bases: offer.laws().into_iter().map(|(law, bases)| (quoted(law), bases)).collect(),
        contacts: contacts(item),
        result: result(offer),
    }
}

fn basics<'a>(item: &'a Item, offer: &'a BaseItem) -> Vec<(&'static str, Cow<'a, str>)> {
    // The code of a loaded item has been checked; should it not parse, it is shown once, as it is.
    let depths: Vec<&str> = offer.depths().into_iter().map(|depth| depth.name()).collect();
    let invented = if offer.code_synthetic { "（后六位为演示编制）" } else { "" };
    vec![
        ("实施主体", item.body.name.as_str().into()),
        ("行使层级", offer.claim.level().name().into()),
        ("事项类型", ItemType::from_code(&offer.item_type).map_or("其他", |kind| kind.name()).into()),
        ("基本编码", format!("{}{invented}", offer.code).into()),
        ("实施编码", item.handling_code.item().to_string().into()),
        ("业务办理项编码", item.code.as_str().into()),
        ("网办深度", depths.join("、").into()),
        ("网办等级", offer.grade().name().into()),
        ("版本", format!("实施清单第 {} 版，基本目录第 {} 版", item.version.item, item.version.base).into()),
    ]
}

fn detail<'a>(catalogue: &'a Catalogue, material: &'a Material) -> Option<MaterialDetail<'a>> {
    Some(MaterialDetail {
        name: &catalogue.kind(&material.kind)?.name,
        source: materials::source(material),
        form: materials::form(material),
        copies: material.copies,
        need: materials::need(catalogue, material),
        standard: &material.standard,
        note: &material.note,
    })
}

/// Acceptance and decision frame the steps of the item; an item without steps is decided at once.
fn steps<'a>(item: &Item, offer: &'a BaseItem) -> Vec<StepRow<'a>> {
    let at_once = item.promised().is_instant();
    let acceptance: Cow<'static, str> = match at_once {
        true => "当场".into(),
        false => format!("收到后 {ACCEPTANCE_DAYS} 个工作日内答复").into(),
    };
    let mut rows =
        vec![row("受理", PostKind::Clerk, acceptance, "材料齐全、符合形式，属于本机关办理".into())];
    let mut own: Vec<&Step> = offer.steps.iter().collect();
    own.sort_by_key(|step| step.order);
    // The steps were planned for the longest promise: days that do not fit into this body's are not shown.
    let fits = fit(own.iter().map(|step| step.days), item.promised());
    let limit = |step: &Step| if fits { days(step.days) } else { "含在办理时限内".into() };
    rows.extend(own.into_iter().map(|step| row(&step.name, step.post, limit(step), checks(step))));
    let decided = if at_once { "当场".into() } else { format!("受理后{}内", item.promised()).into() };
    rows.push(row("决定", PostKind::Approver, decided, "作出准予或不予的决定，不予的说明理由".into()));
    rows
}

fn checks(step: &Step) -> Cow<'_, str> {
    match step.checks.as_slice() {
        [only] => only.into(),
        checks => checks.join("；").into(),
    }
}

fn fit(days: impl IntoIterator<Item = u32>, promised: Limit) -> bool {
    f64::from(days.into_iter().sum::<u32>()) <= promised.working_days_equivalent()
}

fn row<'a>(name: &'a str, post: PostKind, limit: Cow<'static, str>, checks: Cow<'a, str>) -> StepRow<'a> {
    StepRow { name, post: post.name(), limit, checks }
}

fn days(days: u32) -> Cow<'static, str> {
    if days == 0 { "当场".into() } else { format!("{days} 个工作日").into() }
}

/// 《…办法》（…令第…号）: what stands in brackets is no part of the name.
fn quoted(law: &str) -> String {
    let (name, number) = law.split_at(law.find('（').unwrap_or(law.len()));
    format!("《{name}》{number}")
}

fn contacts(item: &Item) -> [(&'static str, &str); 5] {
    [
        ("办理地点", &item.place),
        ("办理时间", &item.hours),
        ("窗口电话", &item.phone),
        ("咨询电话", &item.body.consult),
        ("投诉电话", &item.body.complain),
    ]
}

fn result(offer: &BaseItem) -> Vec<(&'static str, Cow<'_, str>)> {
    let kind = if offer.result_certificate.is_some() {
        "电子证照，办结时存入“我的证照”"
    } else {
        "办理结果"
    };
    let fee = if offer.fee { "收费" } else { "不收费" };
    let mut rows = vec![
        ("结果名称", offer.result_name.as_str().into()),
        ("结果形式", kind.into()),
        ("收费", fee.into()),
    ];
    let charges = offer.charges.iter();
    rows.extend(charges.map(|one| ("收费标准", format!("{}：{}", one.name, one.standard).into())));
    if !offer.fee_basis.is_empty() {
        rows.push(("收费依据", offer.fee_basis.as_str().into()));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use norms::LimitUnit;

    #[test]
    fn days_of_steps_are_shown_only_where_they_fit_into_the_promise() {
        let five = [2, 3];
        assert!(fit(five, Limit::working_days(5)) && fit(five, Limit::new(7, LimitUnit::NaturalDay)));
        assert!(!fit(five, Limit::working_days(3)) && !fit(five, Limit::INSTANT));
    }

    #[test]
    fn laws_are_quoted_by_name() {
        assert_eq!(quoted("中华人民共和国食品安全法"), "《中华人民共和国食品安全法》");
        assert_eq!(quoted("管理办法（总局令第78号）"), "《管理办法》（总局令第78号）");
    }
}
