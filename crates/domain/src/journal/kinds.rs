//! The kinds of events there are, each in the words of the office.

/// In order of kind. An event of no kind of this list is refused where assertions are checked: every test, and every
/// build but the released one.
pub const KINDS: &[(&str, &str)] = &[
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
    ("certs.revoked", "吊销证照"),
    ("certs.stock_imported", "存量证照入库"),
    ("certs.stock_received", "收到存量表格"),
    ("certs.suspended", "暂扣证照"),
    ("certs.transferred_in", "证照转入"),
    ("certs.transferred_out", "证照转出"),
    ("certs.version_followed", "改用证照的新版本"),
    ("certs.withdrawn", "撤销证照"),
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
    ("identity.account_reset", "重设密码和动态验证码"),
    ("identity.account_unlocked", "解除暂停登录"),
    ("identity.claim_confirmed", "确认认领单位"),
    ("identity.claim_refused", "认领单位没有通过"),
    ("identity.claim_waits", "认领单位，等窗口核对"),
    ("identity.installation_real", "定为正式环境"),
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

/// What was done; none for a kind that is not listed.
pub fn words(kind: &str) -> Option<&'static str> {
    let found = KINDS.binary_search_by(|(listed, _)| (*listed).cmp(kind)).ok()?;
    Some(KINDS[found].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_stand_in_order_so_that_each_is_found() {
        assert!(KINDS.is_sorted_by(|one, next| one.0 < next.0), "each once");
        for (kind, told) in KINDS {
            assert_eq!(words(kind), Some(*told));
            assert!(!told.is_empty(), "{kind}");
        }
        assert_eq!(words("other.thing"), None);
    }
}
