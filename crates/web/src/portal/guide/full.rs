//! The complete version: every element of the norm for guides (GB/T 39046), for who wants to know.

use super::materials;
use domain::casework::ACCEPTANCE_DAYS;
use domain::catalog::{BaseItem, Basis, Catalogue, Item, Material, Step};
use domain::identity::PostKind;
use norms::{HandlingCode, ItemType, Limit};

#[derive(Debug, Clone, Default)]
pub(in crate::portal) struct Full {
    /// (label, value): codes, body, type, depth, version.
    pub basics: Vec<(&'static str, String)>,
    pub materials: Vec<MaterialDetail>,
    pub steps: Vec<StepRow>,
    pub bases: Vec<Basis>,
    /// (label, value): place, hours, phones.
    pub contacts: Vec<(&'static str, String)>,
    pub result: Vec<(&'static str, String)>,
}

#[derive(Debug, Clone)]
pub(in crate::portal) struct MaterialDetail {
    pub name: String,
    pub source: String,
    pub form: &'static str,
    pub copies: u32,
    pub need: String,
    pub standard: String,
    pub note: String,
}

#[derive(Debug, Clone)]
pub(in crate::portal) struct StepRow {
    pub name: String,
    pub post: &'static str,
    pub limit: String,
    /// What is looked at.
    pub checks: String,
}

pub(super) fn full(catalogue: &Catalogue, item: &Item, offer: &BaseItem) -> Full {
    Full {
        basics: basics(item, offer),
        materials: offer.materials.iter().filter_map(|material| detail(catalogue, material)).collect(),
        steps: steps(item, offer),
        bases: offer.basis.iter().map(quoted).collect(),
        contacts: contacts(item),
        result: result(offer),
    }
}

fn basics(item: &Item, offer: &BaseItem) -> Vec<(&'static str, String)> {
    // The code of a loaded item has been checked; should it not parse, it is shown once, as it is.
    let handling = HandlingCode::parse(&item.code).ok();
    let implementation = handling.map_or_else(|| item.code.clone(), |code| code.item().to_string());
    let depths: Vec<&str> = offer.depths().into_iter().map(|depth| depth.name()).collect();
    let invented = if offer.code_synthetic { "（后六位为演示编制）" } else { "" };
    vec![
        ("实施主体", item.body.name.clone()),
        ("行使层级", offer.claim.level().name().to_owned()),
        ("事项类型", ItemType::from_code(&offer.item_type).map_or("其他", |kind| kind.name()).to_owned()),
        ("基本编码", format!("{}{invented}", offer.code)),
        ("实施编码", implementation),
        ("业务办理项编码", item.code.clone()),
        ("网办深度", depths.join("、")),
        ("网办等级", offer.grade().name().to_owned()),
        ("版本", format!("实施清单第 {} 版，基本目录第 {} 版", item.version.item, item.version.base)),
    ]
}

fn detail(catalogue: &Catalogue, material: &Material) -> Option<MaterialDetail> {
    Some(MaterialDetail {
        name: catalogue.kind(&material.kind)?.name.clone(),
        source: materials::source(material),
        form: materials::form(material),
        copies: material.copies,
        need: materials::need(catalogue, material),
        standard: material.standard.clone(),
        note: material.note.clone(),
    })
}

/// Acceptance and decision frame the steps of the item; an item without steps is decided at once.
fn steps(item: &Item, offer: &BaseItem) -> Vec<StepRow> {
    let acceptance = match item.promised().is_instant() {
        true => "当场".to_owned(),
        false => format!("收到后 {ACCEPTANCE_DAYS} 个工作日内答复"),
    };
    let mut rows =
        vec![row("受理", PostKind::Clerk, acceptance, "材料齐全、符合形式，属于本机关办理".to_owned())];
    let mut own: Vec<&Step> = offer.steps.iter().collect();
    own.sort_by_key(|step| step.order);
    // The steps were planned for the longest promise: days that do not fit into this body's are not shown.
    let fits = fit(own.iter().map(|step| step.days), item.promised());
    let limit = |step: &Step| if fits { days(step.days) } else { "含在办理时限内".to_owned() };
    rows.extend(own.iter().map(|step| row(&step.name, step.post, limit(step), step.checks.join("；"))));
    let decided = format!("受理后 {} 内", item.promised());
    let decided = if item.promised().is_instant() { "当场".to_owned() } else { decided };
    rows.push(row("决定", PostKind::Approver, decided, "作出准予或不予的决定，不予的说明理由".to_owned()));
    rows
}

fn fit(days: impl IntoIterator<Item = u32>, promised: Limit) -> bool {
    f64::from(days.into_iter().sum::<u32>()) <= promised.working_days_equivalent()
}

fn row(name: &str, post: PostKind, limit: String, checks: String) -> StepRow {
    StepRow { name: name.to_owned(), post: post.name(), limit, checks }
}

fn days(days: u32) -> String {
    if days == 0 { "当场".to_owned() } else { format!("{days} 个工作日") }
}

/// 《…办法》（…令第…号）: what stands in brackets is no part of the name.
fn quoted(basis: &Basis) -> Basis {
    let (name, number) = basis.law.split_at(basis.law.find('（').unwrap_or(basis.law.len()));
    Basis { law: format!("《{name}》{number}"), ..basis.clone() }
}

fn contacts(item: &Item) -> Vec<(&'static str, String)> {
    vec![
        ("办理地点", item.place.clone()),
        ("办理时间", item.hours.clone()),
        ("窗口电话", item.phone.clone()),
        ("咨询电话", item.body.consult.clone()),
        ("投诉电话", item.body.complain.clone()),
    ]
}

fn result(offer: &BaseItem) -> Vec<(&'static str, String)> {
    let kind = if offer.result_certificate.is_some() {
        "电子证照，办结时存入“我的证照”"
    } else {
        "办理结果"
    };
    let mut rows = vec![("结果名称", offer.result_name.clone()), ("结果形式", kind.to_owned())];
    rows.push(("收费", if offer.fee { "收费".to_owned() } else { "不收费".to_owned() }));
    rows.extend(
        offer.charges.iter().map(|charge| ("收费标准", format!("{}：{}", charge.name, charge.standard))),
    );
    if !offer.fee_basis.is_empty() {
        rows.push(("收费依据", offer.fee_basis.clone()));
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
        let law =
            |law: &str| quoted(&Basis { law: law.into(), article: String::new(), text: String::new() }).law;
        assert_eq!(law("中华人民共和国食品安全法"), "《中华人民共和国食品安全法》");
        assert_eq!(law("管理办法（总局令第78号）"), "《管理办法》（总局令第78号）");
    }
}
