use super::*;
use crate::codes::LimitUnit;

/// A licence guide that keeps every rule; each test breaks one thing in it.
fn sound() -> GuideFacts {
    GuideFacts {
        item_type: ItemType::AdministrativeLicence,
        processing: Processing::Promised,
        statutory: Some(Limit::working_days(20)),
        promised: Some(Limit::working_days(5)),
        visits: 0,
        visit_reason: String::new(),
        online: true,
        grade: Grade::FullyOnline,
        channels: vec![Channel::Window, Channel::Online],
        charges_fee: false,
        fee_basis: String::new(),
        fees: Vec::new(),
        pay_online: Some(false),
        consultation_phone: "025-83661234、025-83661235".into(),
        complaint_phone: "025-12345".into(),
        audiences: vec![Audience::Enterprise],
        person_topics: Vec::new(),
        legal_topics: vec![LegalTopic::BusinessPermits],
        result_kind: Some(ResultKind::Licence),
        result_name: "食品经营许可证".into(),
        has_result_sample: true,
        faqs: 2,
        steps: ["受理", "审查", "决定", "办结"].map(String::from).to_vec(),
        legal_bases: vec![LegalBasisFacts {
            law: "中华人民共和国食品安全法".into(),
            article: "第三十五条".into(),
        }],
        materials: vec![MaterialFacts {
            name: "营业执照".into(),
            source: MaterialSource::Government,
            available_by_sharing: true,
            exempt: true,
        }],
    }
}

/// The (rule, field, blocking) triples after one change.
fn after(change: impl FnOnce(&mut GuideFacts)) -> Vec<(u8, &'static str, bool)> {
    let mut facts = sound();
    change(&mut facts);
    check_guide(&facts).into_iter().map(|breach| (breach.rule, breach.field, breach.blocking)).collect()
}

#[test]
fn a_sound_guide_has_no_breach() {
    assert_eq!(check_guide(&sound()), []);
}

#[test]
fn rule_1_instant_means_zero() {
    assert_eq!(after(|f| f.promised = Some(Limit::INSTANT)), [(1, "project_type", true)]);
    assert_eq!(after(|f| f.processing = Processing::Instant), [(1, "promise_day", true)]);
    let both = after(|f| {
        f.promised = Some(Limit::INSTANT);
        f.processing = Processing::Instant;
    });
    assert_eq!(both, []);
}

#[test]
fn rule_2_promise_within_the_law() {
    assert_eq!(after(|f| f.promised = Some(Limit::working_days(21))), [(2, "promise_day", true)]);
    assert_eq!(after(|f| f.promised = Some(Limit::new(1, LimitUnit::Month))), [(2, "promise_day", true)]);
    assert_eq!(after(|f| f.promised = Some(Limit::new(28, LimitUnit::NaturalDay))), []);
    assert_eq!(after(|f| f.statutory = None), []);
}

#[test]
fn rules_3_to_5_visits() {
    let visit = |reason: &'static str| {
        after(move |f| {
            f.visits = 1;
            f.visit_reason = reason.into();
            f.grade = Grade::OneVisit;
        })
    };
    assert_eq!(visit(" "), [(3, "limit_scene_explain", true)]);
    assert_eq!(visit("需现场核验身份"), []);
    assert_eq!(after(|f| f.visit_reason = "需现场核验".into()), [(3, "limit_scene_explain", true)]);
    let fully_online_with_visit = after(|f| {
        f.visits = 1;
        f.visit_reason = "需现场核验身份".into();
    });
    assert_eq!(fully_online_with_visit, [(4, "online_handle_depth", true)]);
    assert_eq!(after(|f| f.online = false), [(5, "handle_type", true)]);
    let by_post = after(|f| {
        f.online = false;
        f.channels.push(Channel::Post);
    });
    assert_eq!(by_post, []);
}

#[test]
fn rule_6_fees() {
    assert_eq!(after(|f| f.pay_online = Some(true)), [(6, "is_pay_online", true)]);
    let bare = after(|f| {
        f.charges_fee = true;
        f.pay_online = None;
    });
    assert_eq!(bare, [(6, "fee_basis", true), (6, "fee_name", true), (6, "is_pay_online", true)]);
    let with = |standard: &'static str| {
        after(move |f| {
            f.charges_fee = true;
            f.fee_basis = "苏价费〔2010〕1号".into();
            f.fees = vec![FeeFacts { name: "工本费".into(), standard: standard.into() }];
            f.pay_online = Some(true);
        })
    };
    assert_eq!(with(""), [(6, "fee_stand", true)]);
    assert_eq!(with("每证 10 元"), []);
}

#[test]
fn rule_7_phones() {
    assert_eq!(after(|f| f.complaint_phone = "025-83661235".into()), [(7, "supervise_way", true)]);
    assert_eq!(after(|f| f.consultation_phone = "83661234".into()), [(7, "link_way", true)]);
    assert_eq!(after(|f| f.complaint_phone = String::new()), [(7, "supervise_way", true)]);
    assert_eq!(after(|f| f.complaint_phone = "0512-68888888-801".into()), []);
    assert_eq!(after(|f| f.complaint_phone = "0512-68888888-801-2".into()), [(7, "supervise_way", true)]);
}

#[test]
fn rule_8_topics() {
    assert_eq!(after(|f| f.legal_topics.clear()), [(8, "corp_topic_type", true)]);
    assert_eq!(after(|f| f.person_topics.push(PersonTopic::Employment)), [(8, "user_topic_type", true)]);
    let both = after(|f| {
        f.audiences.push(Audience::Person);
        f.person_topics.push(PersonTopic::Employment);
    });
    assert_eq!(both, []);
    assert_eq!(after(|f| f.audiences.push(Audience::Person)), [(8, "user_topic_type", true)]);
}

#[test]
fn rule_9_results() {
    assert_eq!(after(|f| f.has_result_sample = false), [(9, "result_guid", true)]);
    assert_eq!(after(|f| f.result_kind = Some(ResultKind::Document)), [(9, "result_type", false)]);
    let unnamed = after(|f| {
        f.result_name = String::new();
        f.has_result_sample = false;
        f.result_kind = Some(ResultKind::None);
    });
    assert_eq!(unnamed, []);
}

#[test]
fn rule_10_licences_explain_themselves() {
    assert_eq!(after(|f| f.faqs = 0), [(10, "faq", false)]);
    assert_eq!(after(|f| f.steps.truncate(3)), [(10, "handle_flow", false)]);
    assert_eq!(after(|f| f.steps[3] = "制证与送达".into()), []);
    let service = after(|f| {
        f.item_type = ItemType::PublicService;
        f.faqs = 0;
        f.steps.clear();
    });
    assert_eq!(service, []);
}

#[test]
fn rule_11_catch_all_materials() {
    for name in ["其他材料", "法律法规规定的其他材料", "其他相关材料", "有关证明"] {
        assert_eq!(after(|f| f.materials[0].name = name.into()), [(11, "material_name", true)], "{name}");
    }
    for name in ["与申请人有关的产权证书", "房屋租赁合同"] {
        assert_eq!(after(|f| f.materials[0].name = name.into()), [], "{name}");
    }
}

#[test]
fn rule_12_articles() {
    for article in ["", "全文", "第条"] {
        assert_eq!(after(|f| f.legal_bases[0].article = article.into()), [(12, "by_law", true)], "{article}");
    }
    assert_eq!(after(|f| f.legal_bases[0].article = "第三十五条第二款".into()), []);
}

#[test]
fn rule_13_shared_materials() {
    assert_eq!(after(|f| f.materials[0].exempt = false), [(13, "source_explain", true)]);
    let not_shared = after(|f| {
        f.materials[0].exempt = false;
        f.materials[0].available_by_sharing = false;
    });
    assert_eq!(not_shared, []);
    let own = after(|f| {
        f.materials[0].exempt = false;
        f.materials[0].source = MaterialSource::Applicant;
    });
    assert_eq!(own, []);
}

#[test]
fn breaches_come_in_order_and_speak_to_the_editor() {
    let mut facts = sound();
    facts.materials[0].exempt = false;
    facts.promised = Some(Limit::working_days(30));
    let breaches = check_guide(&facts);
    assert_eq!(breaches.iter().map(|b| b.rule).collect::<Vec<_>>(), [2, 13]);
    assert_eq!(breaches[0].message, "承诺时限（30 个工作日）长于法定时限（20 个工作日）");
}
