//! Lists about ends: how a case ends, what a licence is worth, how content people were.

use super::code_list;

code_list! {
    /// 办结结果, our own list; `code` is the upper-case word of the journal, e-supervision has its own digit.
    Outcome {
        Granted = "GRANTED", "granted", "准予";
        Refused = "REFUSED", "refused", "不予";
        NotAccepted = "NOT_ACCEPTED", "not_accepted", "不予受理";
        Withdrawn = "WITHDRAWN", "withdrawn", "申请人撤回";
        SupplementLapsed = "SUPPLEMENT_LAPSED", "supplement_lapsed", "逾期未补正";
        Transferred = "TRANSFERRED", "transferred", "转报";
        Void = "VOID", "void", "作废";
    }
}

impl Outcome {
    /// The digit of the e-supervision tradition: 0 出证, 1 退回, 2 作废, 4 转报, 5 补正不来, 6 办结. Digit 3 (删除)
    /// is never written, for nothing is deleted; a withdrawal ends as plain 办结.
    pub const fn supervision_code(self) -> &'static str {
        match self {
            Outcome::Granted => "0",
            Outcome::Refused | Outcome::NotAccepted => "1",
            Outcome::Void => "2",
            Outcome::Transferred => "4",
            Outcome::SupplementLapsed => "5",
            Outcome::Withdrawn => "6",
        }
    }
}

code_list! {
    /// 证照状态, the construction-sector list.
    LicenceStatus {
        Valid = "01", "valid", "有效";
        Suspended = "02", "suspended", "暂扣";
        Withdrawn = "03", "withdrawn", "撤销";
        Cancelled = "04", "cancelled", "注销";
        Expired = "05", "expired", "失效";
        TransferredOut = "06", "transferred_out", "办理转出";
        Revoked = "07", "revoked", "吊销";
        /// Needs a text.
        Other = "99", "other", "其他";
    }
}

impl LicenceStatus {
    /// Only 01⇄02, 01→03…07 and 02→03, 04, 07; every ended licence stays ended.
    pub const fn can_become(self, next: LicenceStatus) -> bool {
        use LicenceStatus::*;
        match self {
            Valid => matches!(next, Suspended | Withdrawn | Cancelled | Expired | TransferredOut | Revoked),
            Suspended => matches!(next, Valid | Withdrawn | Cancelled | Revoked),
            _ => false,
        }
    }
}

code_list! {
    /// 持证主体代码类型, GB/T 36903; from 414 on from memory of the police document codes.
    HolderCodeType {
        CreditCode = "001", "credit_code", "统一社会信用代码";
        CitizenNumber = "111", "citizen_number", "公民身份号码";
        Passport = "414", "passport", "护照";
        TaiwanTravelPermit = "511", "taiwan_travel_permit", "台湾居民来往大陆通行证";
        HkMacaoTravelPermit = "516", "hk_macao_travel_permit", "港澳居民来往内地通行证";
        ForeignPermanentResident = "553", "foreign_permanent_resident", "外国人永久居留身份证";
        Other = "999", "other", "其他";
    }
}

code_list! {
    /// 满意度, GB/T 39046 A.8: 1 is the best, five stars.
    Satisfaction {
        VerySatisfied = "1", "very_satisfied", "非常满意";
        Satisfied = "2", "satisfied", "满意";
        FairlySatisfied = "3", "fairly_satisfied", "基本满意";
        Dissatisfied = "4", "dissatisfied", "不满意";
        VeryDissatisfied = "5", "very_dissatisfied", "非常不满意";
    }
}

impl Satisfaction {
    /// 5 for 非常满意 down to 1.
    pub const fn stars(self) -> u8 {
        5 - self as u8
    }

    /// A bad review 差评, which must be answered, set right and called back.
    pub const fn is_negative(self) -> bool {
        matches!(self, Satisfaction::Dissatisfied | Satisfaction::VeryDissatisfied)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_change_status_only_as_the_norm_allows() {
        let allowed: Vec<String> = LicenceStatus::ALL
            .iter()
            .flat_map(|from| LicenceStatus::ALL.iter().map(move |to| (from, to)))
            .filter(|(from, to)| from.can_become(**to))
            .map(|(from, to)| format!("{}>{}", from.code(), to.code()))
            .collect();
        let expected =
            ["01>02", "01>03", "01>04", "01>05", "01>06", "01>07", "02>01", "02>03", "02>04", "02>07"];
        assert_eq!(allowed, expected);
    }

    #[test]
    fn stars_and_bad_reviews() {
        let stars: Vec<u8> = Satisfaction::ALL.iter().map(|s| s.stars()).collect();
        assert_eq!(stars, [5, 4, 3, 2, 1]);
        let negative: Vec<_> =
            Satisfaction::ALL.iter().filter(|s| s.is_negative()).map(|s| s.code()).collect();
        assert_eq!(negative, ["4", "5"]);
    }

    #[test]
    fn outcomes_have_a_supervision_digit() {
        assert_eq!(Outcome::Granted.supervision_code(), "0");
        assert_eq!(Outcome::SupplementLapsed.supervision_code(), "5");
        assert!(Outcome::ALL.iter().all(|outcome| outcome.supervision_code() != "3"));
    }
}
