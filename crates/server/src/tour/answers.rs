//! What else a body can answer than yes: each with its document. Supplement, rejection, not needed, wrong body,
//! withdrawn by the applicant, and a case that is suspended, extended and refused.

use super::client::{Client, text};
use super::steps::{Desk, FOOD, REGISTRATION, Tour, now};
use domain::documents::Kind;
use norms::Day;
use serde_json::{Value, json};

impl Tour<'_> {
    pub(super) fn other_answers(&mut self, citizen: &Client, desk: &Desk<'_>) -> Result<(), String> {
        self.supplemented_and_rejected(citizen, desk.clerk)?;
        let not_needed = json!({ "kind": "not_needed", "reason": "演示：这件事依法不需要登记" });
        self.turned_away(citizen, desk.clerk, "告知不需要办理", &not_needed, Kind::NotNeeded)?;
        let wrong_body = json!({ "kind": "wrong_body", "reason": "演示：请向区卫生健康委员会申请" });
        self.turned_away(citizen, desk.clerk, "告知不属于本机关职权", &wrong_body, Kind::WrongBody)?;
        self.withdrawn(citizen)?;
        self.suspended_extended_and_refused(citizen, desk)
    }

    fn supplemented_and_rejected(&mut self, citizen: &Client, clerk: &Client) -> Result<(), String> {
        let receipt = self.apply(citizen, REGISTRATION, "rejected")?;
        let case = text(&receipt, "id")?;
        let due_on = Day::from_millis_shanghai(now()).plus(15).to_string();
        let missing = json!({ "missing": ["演示：经营场所的产权证明"], "due_on": due_on });
        self.act(clerk, "一次性告知补正", case, "supplement-notice", &missing)?;
        self.act(citizen, "补正（纸质，送到窗口）", case, "supplement", &json!({ "on_paper": true }))?;
        let reason = json!({ "kind": "not_accepted", "reason": "演示：补正以后仍然不符合法定形式" });
        self.act(clerk, "不予受理", case, "rejection", &reason)?;
        self.documents(citizen, &receipt, "rejected", &[Kind::Receipt, Kind::Supplement, Kind::Rejection])
    }

    fn turned_away(
        &mut self,
        citizen: &Client,
        clerk: &Client,
        what: &str,
        answer: &Value,
        kind: Kind,
    ) -> Result<(), String> {
        let receipt = self.apply(citizen, REGISTRATION, kind.word())?;
        self.act(clerk, what, text(&receipt, "id")?, "rejection", answer)?;
        self.documents(citizen, &receipt, kind.word(), &[Kind::Receipt, kind])
    }

    fn withdrawn(&mut self, citizen: &Client) -> Result<(), String> {
        let receipt = self.apply(citizen, REGISTRATION, "withdrawn")?;
        let reason = json!({ "reason": "演示：暂时不办了" });
        self.act(citizen, "撤回申请", text(&receipt, "id")?, "withdrawal", &reason)?;
        self.documents(citizen, &receipt, "withdrawn", &[Kind::Receipt, Kind::Withdrawal])
    }

    fn suspended_extended_and_refused(&mut self, citizen: &Client, desk: &Desk<'_>) -> Result<(), String> {
        let receipt = self.apply(citizen, FOOD, "refused")?;
        let case = text(&receipt, "id")?;
        self.act(desk.clerk, "受理", case, "acceptance", &json!({}))?;
        let procedure = json!({ "procedure": "检验", "reason": "演示：送样检验", "working_days": 5 });
        self.act(desk.reviewer, "启动特别程序", case, "suspension", &procedure)?;
        self.act(desk.reviewer, "结束特别程序", case, "resumption", &json!({}))?;
        let longer = json!({ "working_days": 5, "reason": "演示：现场情况复杂" });
        self.act(desk.approver, "延长办理期限", case, "extension", &longer)?;
        self.review(desk.clerk, desk.reviewer, case)?;
        let refusal = json!({ "granted": false, "reason": "演示：经营场所不符合食品安全要求" });
        self.act(desk.approver, "决定不予行政许可", case, "decision", &refusal)?;
        let wanted = [Kind::Receipt, Kind::Acceptance, Kind::Suspension, Kind::Extension, Kind::Refused];
        self.documents(citizen, &receipt, "refused", &wanted)
    }
}
