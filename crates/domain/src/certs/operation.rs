//! What may happen to a certificate: the statuses, operations and acts of standards §4 as one pure table.

use base::Refusal;
use norms::codes::LicenceStatus;
use serde::{Deserialize, Serialize};

/// 证照操作, the codes that are reported upward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    New,
    Renew,
    Suspend,
    Expire,
    /// 注销、撤销、吊销、转出.
    End,
    /// Given back after a suspension.
    Return,
    /// Needs a text.
    Other,
    TransferIn,
}

impl Operation {
    pub const ALL: [Operation; 8] = [
        Operation::New,
        Operation::Renew,
        Operation::Suspend,
        Operation::Expire,
        Operation::End,
        Operation::Return,
        Operation::Other,
        Operation::TransferIn,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Operation::New => "01",
            Operation::Renew => "02",
            Operation::Suspend => "03",
            Operation::Expire => "04",
            Operation::End => "05",
            Operation::Return => "06",
            Operation::Other => "07",
            Operation::TransferIn => "08",
        }
    }

    pub fn from_code(code: &str) -> Option<Operation> {
        Operation::ALL.into_iter().find(|operation| operation.code() == code)
    }
}

/// What staff of the issuing body do to a certificate that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// 暂扣.
    Suspend,
    /// 暂扣期满发还.
    Resume,
    /// 撤销: it should not have been granted (行政许可法 art. 69).
    Withdraw,
    /// 注销: it has lost its purpose (行政许可法 art. 70).
    Cancel,
    /// 吊销: as a penalty.
    Revoke,
    /// 办理转出: another body will issue its successor.
    TransferOut,
}

impl Act {
    pub const ALL: [Act; 6] =
        [Act::Suspend, Act::Resume, Act::Withdraw, Act::Cancel, Act::Revoke, Act::TransferOut];

    pub fn word(self) -> &'static str {
        match self {
            Act::Suspend => "suspend",
            Act::Resume => "resume",
            Act::Withdraw => "withdraw",
            Act::Cancel => "cancel",
            Act::Revoke => "revoke",
            Act::TransferOut => "transfer_out",
        }
    }

    pub fn from_word(word: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|act| act.word() == word)
    }

    /// Chinese, as the button says it.
    pub fn name(self) -> &'static str {
        match self {
            Act::Suspend => "暂扣",
            Act::Resume => "发还（结束暂扣）",
            Act::Withdraw => "撤销",
            Act::Cancel => "注销",
            Act::Revoke => "吊销",
            Act::TransferOut => "转出",
        }
    }

    pub fn status(self) -> LicenceStatus {
        match self {
            Act::Suspend => LicenceStatus::Suspended,
            Act::Resume => LicenceStatus::Valid,
            Act::Withdraw => LicenceStatus::Withdrawn,
            Act::Cancel => LicenceStatus::Cancelled,
            Act::Revoke => LicenceStatus::Revoked,
            Act::TransferOut => LicenceStatus::TransferredOut,
        }
    }

    pub fn operation(self) -> Operation {
        match self {
            Act::Suspend => Operation::Suspend,
            Act::Resume => Operation::Return,
            Act::Withdraw | Act::Cancel | Act::Revoke | Act::TransferOut => Operation::End,
        }
    }

    /// Whether the certificate can never count again as it is.
    pub fn is_final(self) -> bool {
        !matches!(self, Act::Suspend | Act::Resume)
    }

    /// What the act does, for whoever is about to do it.
    pub fn effect(self) -> &'static str {
        match self {
            Act::Suspend => "暂扣期间不能用它办事、亮证，用它的人查验时看到“暂扣”。以后可以发还。",
            Act::Resume => "暂扣结束，证照恢复有效，又能用来办事、亮证。",
            Act::Withdraw | Act::Cancel | Act::Revoke => {
                "证照从此不能使用，不能恢复。以后再要，只能由持证人重新申请。"
            }
            Act::TransferOut => "证照在本单位不能再用，不能撤回，等新的发证机关办理转入、换发新证。",
        }
    }

    /// The law an act rests on; none where it ends a suspension or moves a file. 行政处罚法 in the text of 2021.
    pub fn basis(self) -> Option<&'static str> {
        match self {
            Act::Suspend => {
                Some("暂扣许可证件是行政处罚：《行政处罚法》第九条，先告知陈述、申辩的权利（第四十四条）")
            }
            Act::Revoke => Some(
                "吊销许可证件是行政处罚：《行政处罚法》第九条，先告知陈述、申辩（第四十四条）和听证（第六十三条）的权利",
            ),
            Act::Withdraw => Some("撤销行政许可：《行政许可法》第六十九条"),
            Act::Cancel => Some("注销行政许可：《行政许可法》第七十条"),
            Act::Resume | Act::TransferOut => None,
        }
    }

    /// Past participle, for the journal.
    pub(super) fn event(self) -> &'static str {
        match self {
            Act::Suspend => "certs.suspended",
            Act::Resume => "certs.resumed",
            Act::Withdraw => "certs.withdrawn",
            Act::Cancel => "certs.cancelled",
            Act::Revoke => "certs.revoked",
            Act::TransferOut => "certs.transferred_out",
        }
    }
}

/// The status after an act, or why it cannot be done. Only the stored status counts: a certificate whose
/// last day has passed can still be cancelled.
pub fn after(status: LicenceStatus, act: Act) -> Result<LicenceStatus, Refusal> {
    if status.can_become(act.status()) {
        return Ok(act.status());
    }
    let message = format!("这张证照现在是“{}”，不能办理{}", status.name(), act.name());
    Err(Refusal::new("certs.wrong_status", message))
}

/// What may be done to a certificate of this status.
pub fn acts_for(status: LicenceStatus) -> Vec<Act> {
    Act::ALL.into_iter().filter(|act| after(status, *act).is_ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The ten transitions of the norm, written out by code.
    const ALLOWED: [(&str, &str); 10] = [
        ("01", "02"),
        ("02", "01"),
        ("01", "03"),
        ("01", "04"),
        ("01", "05"),
        ("01", "06"),
        ("01", "07"),
        ("02", "03"),
        ("02", "04"),
        ("02", "07"),
    ];

    proptest! {
        #[test]
        fn no_sequence_of_acts_leaves_the_allowed_transitions(acts in prop::collection::vec(0usize..6, 0..40)) {
            let mut status = LicenceStatus::Valid;
            let mut ended = false;
            for act in acts.into_iter().map(|at| Act::ALL[at]) {
                match after(status, act) {
                    Ok(next) => {
                        prop_assert!(!ended, "an ended licence stays ended");
                        prop_assert!(ALLOWED.contains(&(status.code(), next.code())));
                        status = next;
                        ended = !matches!(status, LicenceStatus::Valid | LicenceStatus::Suspended);
                    }
                    Err(refusal) => {
                        prop_assert_eq!(refusal.code, "certs.wrong_status");
                        prop_assert!(!ALLOWED.contains(&(status.code(), act.status().code())));
                    }
                }
            }
        }
    }

    #[test]
    fn every_act_is_reported_under_its_operation() {
        let codes: Vec<_> =
            Act::ALL.iter().map(|act| (act.operation().code(), act.status().code())).collect();
        assert_eq!(
            codes,
            [("03", "02"), ("06", "01"), ("05", "03"), ("05", "04"), ("05", "07"), ("05", "06")]
        );
        for (at, operation) in Operation::ALL.into_iter().enumerate() {
            assert_eq!(operation.code(), format!("{:02}", at + 1));
            assert_eq!(Operation::from_code(operation.code()), Some(operation));
        }
    }

    #[test]
    fn what_can_be_done_follows_from_the_status() {
        assert_eq!(
            acts_for(LicenceStatus::Suspended),
            [Act::Resume, Act::Withdraw, Act::Cancel, Act::Revoke]
        );
        assert_eq!(acts_for(LicenceStatus::Valid).len(), 5);
        assert!(acts_for(LicenceStatus::Revoked).is_empty());
    }
}
