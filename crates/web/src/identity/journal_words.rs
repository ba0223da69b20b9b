//! What stands in the journal, in the words of the office. The codes stay in the table to take away: they are
//! what is filtered by and what the sealed record says.

/// What was done; empty for a code this table does not know.
pub(super) fn act(kind: &str) -> &'static str {
    ACTS.iter().find(|(code, _)| *code == kind).map_or("", |(_, words)| words)
}

/// What it was done to.
pub(super) fn thing(kind: &str) -> &str {
    match kind {
        "account" => "账户",
        "base_item" => "基本目录事项",
        "case" => "办件",
        "certificate" => "证照",
        "document" => "文书",
        "key" => "密钥",
        "layout" => "文书版式",
        "organisation" => "企业",
        "stock_import" => "存量表格",
        "rating" => "评价",
        "seal" => "印章",
        other => other,
    }
}

/// Modules, and what their acts are about: the groups of the choice.
const MODULES: [(&str, &str); 10] = [
    ("casework", "办件"),
    ("catalog", "事项目录"),
    ("certs", "证照"),
    ("desk", "工作台"),
    ("documents", "文书"),
    ("evidence", "证据"),
    ("feedback", "评价"),
    ("identity", "账户、身份和授权"),
    ("journal", "日志"),
    ("seals", "印章"),
];

/// The acts of one module, as a choice offers them: code and words; first all of them together.
pub(super) struct Group {
    pub name: &'static str,
    pub acts: Vec<(String, String)>,
}

pub(super) fn groups() -> Vec<Group> {
    let group = |(module, name): &(&str, &'static str)| {
        let all = (format!("{module}."), format!("{name}：全部"));
        let own = ACTS.iter().filter(|(code, _)| code.split('.').next() == Some(*module));
        let acts = own.map(|(code, words)| ((*code).to_owned(), (*words).to_owned()));
        Group { name, acts: std::iter::once(all).chain(acts).collect() }
    };
    MODULES.iter().map(group).collect()
}

const ACTS: &[(&str, &str)] = &[
    ("casework.accepted", "受理"),
    ("casework.closed", "办结"),
    ("casework.delivered", "送达"),
    ("casework.extended", "延长办理期限"),
    ("casework.granted", "准予"),
    ("casework.materials_deferred", "容缺受理"),
    ("casework.not_accepted", "不予受理"),
    ("casework.not_needed", "告知不需要办理"),
    ("casework.owed_confirmed", "确认补交的材料"),
    ("casework.owed_handed_in", "补交容缺的材料"),
    ("casework.owed_lapsed", "逾期未补交，视为撤回"),
    ("casework.owed_returned", "退回补交的材料"),
    ("casework.refused", "不予许可"),
    ("casework.resumed", "恢复计时"),
    ("casework.review_finished", "审查结束"),
    ("casework.review_opened", "审查开始"),
    ("casework.step_done", "完成一个审查环节"),
    ("casework.submitted", "提交申请"),
    ("casework.supplement_handed_in", "补正材料"),
    ("casework.supplement_lapsed", "逾期没有补正"),
    ("casework.supplement_noticed", "告知补正"),
    ("casework.suspended", "启动特别程序"),
    ("casework.withdrawn", "撤回申请"),
    ("casework.wrong_body", "告知不属本机关职权"),
    ("catalog.claimed", "认领事项"),
    ("catalog.published", "发布事项"),
    ("catalog.words_changed", "更改目录用语"),
    ("certs.cancelled", "注销证照"),
    ("certs.changed", "变更证照"),
    ("certs.copied", "制作加注件"),
    ("certs.directory_read", "读取证照目录"),
    ("certs.found_not_valid", "发现材料中的证照已失效"),
    ("certs.grant_revoked", "收回用证授权"),
    ("certs.grant_used", "按授权用证"),
    ("certs.granted", "授权用证"),
    ("certs.holder_shown", "查看完整证件号码"),
    ("certs.issued", "签发证照"),
    ("certs.not_used", "没有取用证照"),
    ("certs.renewed", "延续证照"),
    ("certs.resumed", "恢复证照"),
    ("certs.revoked", "撤销或吊销证照"),
    ("certs.stock_imported", "存量证照入库"),
    ("certs.stock_received", "收到存量表格"),
    ("certs.suspended", "暂扣证照"),
    ("certs.transferred_in", "证照转入"),
    ("certs.transferred_out", "证照转出"),
    ("certs.version_followed", "改用证照的新版本"),
    ("certs.withdrawn", "撤回证照"),
    ("desk.numbers_shown", "查看办件的完整号码"),
    ("documents.layout_published", "发布文书版式"),
    ("documents.made", "制发文书"),
    ("evidence.exported", "导出证据包"),
    ("feedback.rated", "评价"),
    ("identity.account_activated", "激活账户"),
    ("identity.account_created", "建立账户"),
    ("identity.account_disabled", "停用账户"),
    ("identity.account_enabled", "启用账户"),
    ("identity.account_joined", "账户并入本人"),
    ("identity.account_locked", "暂停登录"),
    ("identity.account_opened", "开户"),
    ("identity.account_reopened", "换新激活链接"),
    ("identity.claim_confirmed", "确认认领单位"),
    ("identity.claim_refused", "认领单位没有通过"),
    ("identity.claim_waits", "认领单位，等窗口核对"),
    ("identity.logged_in", "登录"),
    ("identity.login_failed", "登录失败"),
    ("identity.mandate_continued", "恢复经办授权"),
    ("identity.mandate_granted", "授权经办"),
    ("identity.mandate_laid_down", "放弃经办授权"),
    ("identity.mandate_received", "收到经办授权"),
    ("identity.mandate_revoked", "收回经办授权"),
    ("identity.mandate_taken_back", "经办授权被收回"),
    ("identity.number_claimed", "证件号码被他人注册"),
    ("identity.organisation_claimed", "单位被认领"),
    ("identity.password_changed", "修改密码"),
    ("identity.phone_changed", "修改手机号"),
    ("identity.post_granted", "分配岗位"),
    ("identity.post_revoked", "收回岗位"),
    ("identity.real_name_confirmed", "实名核验通过"),
    ("identity.real_name_refused", "实名核验没有通过"),
    ("identity.registered", "注册"),
    ("identity.representation_ended", "不再代表单位"),
    ("identity.representative_ended", "单位更换法定代表人"),
    ("identity.represents", "成为单位的法定代表人"),
    ("identity.sessions_ended", "退出其他登录"),
    ("identity.stepped_up", "再次验证身份"),
    ("journal.exported", "导出日志"),
    ("seals.anchor_entered", "登记信任的根证书"),
    ("seals.approved", "批准印章"),
    ("seals.authorisation_withdrawn", "收回自动用印授权"),
    ("seals.authorised", "授权自动用印"),
    ("seals.authority_founded", "建立印章证书机构"),
    ("seals.declined", "不批准印章"),
    ("seals.key_destroyed", "销毁密钥"),
    ("seals.key_made", "生成密钥"),
    ("seals.made", "制作印章"),
    ("seals.ordered", "申请印章"),
    ("seals.resumed", "恢复印章"),
    ("seals.revoked", "注销印章"),
    ("seals.suspended", "停用印章"),
    ("seals.used", "用印"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_are_told_in_words_and_foreign_codes_stay_as_they_are() {
        assert_eq!(act("seals.used"), "用印");
        assert_eq!((act("other.thing"), thing("other")), ("", "other"));
        let mut codes: Vec<&str> = ACTS.iter().map(|(code, _)| *code).collect();
        codes.dedup();
        assert!(codes.is_sorted() && codes.len() == ACTS.len(), "sorted, each code once");
    }

    /// Codes of the same shape that are no events: of refusals, rights and background jobs.
    const OTHERS: [&str; 6] = [
        "casework.",
        "casework.file_removal",
        "casework.own_act",
        "certs.issuer_unknown",
        "certs.stock_import",
        "seals.none_in_force",
    ];

    /// Before the code of a refusal.
    const REFUSING: [&str; 6] =
        ["refuse(", "refused(", "refused_at(", "Refusal::new(", "Refusal::at(", "Fault::new("];

    /// Every kind of event the domain can write stands in its source as one text: the name of its module, or
    /// `desk`, and what was done.
    #[test]
    fn every_kind_of_event_has_words() {
        let sources = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../domain/src"));
        let folders = std::fs::read_dir(sources).expect("sources").map(|entry| entry.expect("an entry"));
        let mut modules: Vec<String> =
            folders.map(|entry| entry.file_name().to_string_lossy().replace(".rs", "")).collect();
        modules.push("desk".to_owned());
        let mut kinds = Vec::new();
        collect(sources, &modules, &mut kinds);
        assert!(kinds.len() > 80, "the sources are there: {}", kinds.len());
        let has_words = |kind: &String| {
            !act(kind).is_empty()
                && groups().iter().any(|group| group.acts.iter().any(|(code, _)| code == kind))
        };
        kinds.retain(|kind| !has_words(kind));
        assert_eq!(kinds, [""; 0], "have no words");
    }

    fn collect(folder: &std::path::Path, modules: &[String], kinds: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("sources").map(|entry| entry.expect("an entry").path())
        {
            let name = entry.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            // What tests say is no source.
            if name.contains("test") || name == "policy.rs" {
                continue;
            }
            if entry.is_dir() {
                collect(&entry, modules, kinds);
            } else {
                let text = std::fs::read_to_string(&entry).expect("text");
                kinds.extend(kinds_in(
                    modules,
                    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default(),
                ));
            }
        }
    }

    /// Texts of the shape `module.word` that are not the code of a refusal.
    fn kinds_in(modules: &[String], text: &str) -> Vec<String> {
        let parts: Vec<&str> = text.split('"').collect();
        let is_kind = |at: &usize| {
            let module = parts[*at].split_once('.').map(|(module, _)| module);
            let told = parts[at - 1].trim_end();
            // Compared with, not said.
            let read = parts.get(at + 1).is_some_and(|next| next.trim_start().starts_with("=>"));
            module.is_some_and(|module| modules.iter().any(|own| own == module))
                && parts[*at].chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '_'))
                && !read
                && !OTHERS.contains(&parts[*at])
                && !REFUSING.iter().any(|end| told.ends_with(end))
        };
        (1..parts.len()).filter(is_kind).map(|at| parts[at].to_owned()).collect()
    }
}
