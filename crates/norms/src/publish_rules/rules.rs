//! One function a rule. Each gives its breaches, none when the guide keeps it.

use std::cmp::Ordering;

use super::{Breach, GuideFacts};
use crate::codes::{Audience, Channel, Grade, ItemType, MaterialSource, Processing, ResultKind};
use crate::limit::Limit;

type Rule = fn(&GuideFacts) -> Vec<Breach>;

pub(super) const ALL: [Rule; 13] = [
    instant_means_zero,
    promise_within_the_law,
    visits_have_a_reason,
    fully_online_needs_no_visit,
    no_visit_needs_a_way,
    fees_are_complete,
    two_phones,
    topics_fit_the_audience,
    result_has_a_sample,
    licences_explain_themselves,
    no_catch_all_materials,
    bases_cite_an_article,
    shared_materials_are_exempt,
];

fn blocking(rule: u8, field: &'static str, message: impl Into<String>) -> Breach {
    Breach { rule, field, message: message.into(), blocking: true }
}

fn warning(rule: u8, field: &'static str, message: impl Into<String>) -> Breach {
    Breach { blocking: false, ..blocking(rule, field, message) }
}

fn one(broken: bool, breach: impl FnOnce() -> Breach) -> Vec<Breach> {
    if broken { vec![breach()] } else { Vec::new() }
}

fn instant_means_zero(facts: &GuideFacts) -> Vec<Breach> {
    let zero = facts.promised.is_some_and(Limit::is_instant);
    match (zero, facts.processing == Processing::Instant) {
        (true, false) => vec![blocking(1, "project_type", "承诺时限为即办，办件类型应为即办件")],
        (false, true) => vec![blocking(1, "promise_day", "办件类型为即办件，承诺时限应为 0（即办）")],
        _ => Vec::new(),
    }
}

fn promise_within_the_law(facts: &GuideFacts) -> Vec<Breach> {
    let (Some(statutory), Some(promised)) = (facts.statutory, facts.promised) else {
        return Vec::new();
    };
    one(promised.compare(statutory) == Ordering::Greater, || {
        blocking(2, "promise_day", format!("承诺时限（{promised}）长于法定时限（{statutory}）"))
    })
}

fn visits_have_a_reason(facts: &GuideFacts) -> Vec<Breach> {
    match (facts.visits > 0, !is_blank(&facts.visit_reason)) {
        (true, false) => vec![blocking(3, "limit_scene_explain", "需要到现场，必须说明必须现场办理的原因")],
        (false, true) => {
            vec![blocking(3, "limit_scene_explain", "到现场次数为 0，不应填写必须现场办理的原因")]
        }
        _ => Vec::new(),
    }
}

fn fully_online_needs_no_visit(facts: &GuideFacts) -> Vec<Breach> {
    one(facts.grade == Grade::FullyOnline && facts.visits > 0, || {
        blocking(4, "online_handle_depth", "网上办理深度为Ⅳ级（全程网办），到现场次数应为 0")
    })
}

fn no_visit_needs_a_way(facts: &GuideFacts) -> Vec<Breach> {
    let by_post = facts.channels.contains(&Channel::Post);
    one(facts.visits == 0 && !facts.online && !by_post, || {
        blocking(5, "handle_type", "到现场次数为 0 且不能网办，应提供快递申请")
    })
}

fn fees_are_complete(facts: &GuideFacts) -> Vec<Breach> {
    if !facts.charges_fee {
        return one(facts.pay_online == Some(true), || {
            blocking(6, "is_pay_online", "不收费的事项不应开通网上支付")
        });
    }
    let mut breaches = one(is_blank(&facts.fee_basis), || blocking(6, "fee_basis", "收费事项应填写收费依据"));
    if facts.fees.is_empty() || facts.fees.iter().any(|fee| is_blank(&fee.name)) {
        breaches.push(blocking(6, "fee_name", "收费事项应填写收费项目名称"));
    }
    if facts.fees.iter().any(|fee| is_blank(&fee.standard)) {
        breaches.push(blocking(6, "fee_stand", "每个收费项目应填写收费标准"));
    }
    if facts.pay_online.is_none() {
        breaches.push(blocking(6, "is_pay_online", "收费事项应注明是否支持网上支付"));
    }
    breaches
}

fn two_phones(facts: &GuideFacts) -> Vec<Breach> {
    let consultation = phones(&facts.consultation_phone);
    let complaint = phones(&facts.complaint_phone);
    let mut breaches = Vec::new();
    for (field, what, numbers) in
        [("link_way", "咨询", &consultation), ("supervise_way", "监督投诉", &complaint)]
    {
        if numbers.is_empty() || !numbers.iter().all(|number| has_area_code(number)) {
            breaches.push(blocking(7, field, format!("{what}电话应填写并带区号，如 025-83661234")));
        }
    }
    if consultation.iter().any(|number| complaint.contains(number)) {
        breaches.push(blocking(7, "supervise_way", "监督投诉电话不能与咨询电话相同"));
    }
    breaches
}

fn topics_fit_the_audience(facts: &GuideFacts) -> Vec<Breach> {
    let people = facts.audiences.iter().any(|audience| audience.is_person());
    let legal = facts.audiences.iter().any(|audience: &Audience| !audience.is_person());
    let mut breaches = Vec::new();
    for (field, what, served, named) in [
        ("user_topic_type", "自然人", people, !facts.person_topics.is_empty()),
        ("corp_topic_type", "法人", legal, !facts.legal_topics.is_empty()),
    ] {
        match (served, named) {
            (true, false) => breaches.push(blocking(8, field, format!("服务对象含{what}，应填写{what}主题"))),
            (false, true) => {
                breaches.push(blocking(8, field, format!("服务对象不含{what}，不应填写{what}主题")))
            }
            _ => {}
        }
    }
    breaches
}

fn result_has_a_sample(facts: &GuideFacts) -> Vec<Breach> {
    let name = facts.result_name.trim();
    let mut breaches = one(!name.is_empty() && !facts.has_result_sample, || {
        blocking(9, "result_guid", "填写了审批结果名称，应上传结果样本")
    });
    if name.ends_with('证') && facts.result_kind != Some(ResultKind::Licence) {
        breaches.push(warning(9, "result_type", "审批结果名称以“证”结尾，结果类型一般应为证照"));
    }
    breaches
}

fn licences_explain_themselves(facts: &GuideFacts) -> Vec<Breach> {
    if facts.item_type != ItemType::AdministrativeLicence {
        return Vec::new();
    }
    let has = |word: &str| facts.steps.iter().any(|step| step.contains(word));
    let mut breaches = one(facts.faqs == 0, || warning(10, "faq", "行政许可事项至少应有一条常见问题"));
    let mut missing: Vec<&str> = ["受理", "审查", "决定"].into_iter().filter(|word| !has(word)).collect();
    if !has("办结") && !has("送达") {
        missing.push("办结或送达");
    }
    if !missing.is_empty() {
        breaches.push(warning(
            10,
            "handle_flow",
            format!("行政许可办理流程缺少环节：{}", missing.join("、")),
        ));
    }
    breaches
}

fn no_catch_all_materials(facts: &GuideFacts) -> Vec<Breach> {
    const VAGUE: [&str; 5] = ["其他", "其它", "有关", "相关", "必要的"];
    const NOUNS: [&str; 5] = ["材料", "资料", "文件", "证件", "证明"];
    // "与……有关的材料" says which; a catch-all is the bare pair, like 其他材料 or 其他相关材料.
    let is_vague = |name: &str| {
        VAGUE.iter().any(|vague| NOUNS.iter().any(|noun| name.contains(&format!("{vague}{noun}"))))
    };
    let vague = facts.materials.iter().filter(|material| is_vague(&material.name));
    vague
        .map(|material| {
            blocking(11, "material_name", format!("材料名称“{}”是兜底条款，应写明具体材料", material.name))
        })
        .collect()
}

fn bases_cite_an_article(facts: &GuideFacts) -> Vec<Breach> {
    let uncited = facts.legal_bases.iter().filter(|basis| !cites_article(&basis.article));
    uncited
        .map(|basis| blocking(12, "by_law", format!("设定依据《{}》应写明条款，如“第十二条”", basis.law)))
        .collect()
}

fn shared_materials_are_exempt(facts: &GuideFacts) -> Vec<Breach> {
    let asked_again = facts.materials.iter().filter(|material| {
        material.source == MaterialSource::Government && material.available_by_sharing && !material.exempt
    });
    asked_again
        .map(|material| {
            let message = format!("“{}”可通过电子证照或数据共享取得，应标注为免提交", material.name);
            blocking(13, "source_explain", message)
        })
        .collect()
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Several numbers may stand in one field.
fn phones(text: &str) -> Vec<&str> {
    text.split(['、', '，', ',', ';', '；', '/', ' ']).filter(|number| !number.is_empty()).collect()
}

/// `0` and 2 or 3 digits, a hyphen, a line of 5 to 8 digits (12345 among them), perhaps an extension.
fn has_area_code(number: &str) -> bool {
    let digits = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && crate::text::all_digits(text)
    };
    let mut parts = number.split('-');
    let (Some(area), Some(line)) = (parts.next(), parts.next()) else {
        return false;
    };
    let extension_ok = parts.next().is_none_or(|extension| digits(extension, 1..=6));
    area.starts_with('0')
        && digits(area, 3..=4)
        && digits(line, 5..=8)
        && extension_ok
        && parts.next().is_none()
}

/// `第…条` with something between.
fn cites_article(article: &str) -> bool {
    article
        .split_once('第')
        .and_then(|(_, rest)| rest.split_once('条'))
        .is_some_and(|(number, _)| !is_blank(number))
}
