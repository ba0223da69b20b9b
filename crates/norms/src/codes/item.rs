//! Lists about an item as such: what it is, who exercises it, for whom, how far it reaches.

use super::code_list;

code_list! {
    /// 事项类型, GB/T 39046 A.1. Codes 11–19 and 21–99 are provinces' extensions: see [`ItemType::is_code`].
    ItemType {
        /// The group of all powers; a catalogue heading, not a type of an item people apply for.
        AdministrativePower = "00", "power", "行政权力";
        AdministrativeLicence = "01", "licence", "行政许可";
        Penalty = "02", "penalty", "行政处罚";
        Coercion = "03", "coercion", "行政强制";
        Levy = "04", "levy", "行政征收";
        Payment = "05", "payment", "行政给付";
        Inspection = "06", "inspection", "行政检查";
        Confirmation = "07", "confirmation", "行政确认";
        Reward = "08", "reward", "行政奖励";
        Adjudication = "09", "adjudication", "行政裁决";
        OtherPower = "10", "other_power", "其他行政权力";
        PublicService = "20", "public_service", "公共服务";
    }
}

impl ItemType {
    /// Whether people apply for it (依申请).
    pub const fn on_application(self) -> bool {
        use ItemType::*;
        matches!(
            self,
            AdministrativeLicence
                | Payment
                | Confirmation
                | Reward
                | Adjudication
                | OtherPower
                | PublicService
        )
    }

    /// A code of the list or of an extension range.
    pub fn is_code(code: &str) -> bool {
        let extension = code.len() == 2
            && crate::text::all_digits(code)
            && matches!(code.parse(), Ok(11..=19u8 | 21..=99u8));
        extension || ItemType::from_code(code).is_some()
    }
}

code_list! {
    /// 行使层级, GB/T 39046 A.2. The digit stands in every implementation code.
    Level {
        Nation = "1", "nation", "国家级";
        Province = "2", "province", "省级";
        City = "3", "city", "市级";
        County = "4", "county", "县级";
        Township = "5", "township", "镇（乡、街道）级";
        Village = "6", "village", "村（社区）级";
        Shared = "7", "shared", "分级管理";
    }
}

impl Level {
    /// Reads `2^3^4`, the exchange form of several levels; None if any of them is unknown.
    pub fn parse_list(text: &str) -> Option<Vec<Level>> {
        text.split('^').map(Level::from_code).collect()
    }

    /// Writes `2^3^4`.
    pub fn join_list(levels: &[Level]) -> String {
        levels.iter().map(|level| level.code()).collect::<Vec<_>>().join("^")
    }
}

code_list! {
    /// 实施主体性质, GB/T 39046 A.3.
    BodyKind {
        Statutory = "1", "statutory", "法定机关";
        Authorised = "2", "authorised", "授权组织";
        Entrusted = "3", "entrusted", "受委托组织";
        Other = "9", "other", "其他";
    }
}

code_list! {
    /// 服务对象. `code` is that of the platform exchange list, which tells all seven apart; GB/T 39046 A.4 has six,
    /// see [`Audience::gb_code`].
    Audience {
        Person = "1", "person", "自然人";
        Enterprise = "2", "enterprise", "企业法人";
        PublicInstitution = "3", "public_institution", "事业法人";
        SocialOrganisation = "4", "social_organisation", "社会组织法人";
        UnincorporatedEnterprise = "5", "unincorporated_enterprise", "非法人企业";
        GovernmentBody = "6", "government_body", "行政机关";
        Other = "9", "other", "其他组织";
    }
}

impl Audience {
    /// GB/T 39046 A.4. An unincorporated enterprise becomes 其他组织 there, so the way back loses it.
    pub const fn gb_code(self) -> &'static str {
        match self {
            Audience::Person => "1",
            Audience::Enterprise => "2",
            Audience::PublicInstitution => "3",
            Audience::SocialOrganisation => "4",
            Audience::GovernmentBody => "5",
            Audience::UnincorporatedEnterprise | Audience::Other => "6",
        }
    }

    pub fn from_gb_code(code: &str) -> Option<Audience> {
        match code {
            "5" => Some(Audience::GovernmentBody),
            "6" => Some(Audience::Other),
            "9" => None,
            same => Audience::from_code(same),
        }
    }

    /// Everyone but a natural person is served under legal-person topics.
    pub const fn is_person(self) -> bool {
        matches!(self, Audience::Person)
    }
}

code_list! {
    /// 办件类型, GB/T 39046 A.6.
    Processing {
        Instant = "1", "instant", "即办件";
        Promised = "2", "promised", "承诺件";
        Other = "9", "other", "其他";
    }
}

code_list! {
    /// 特别程序种类, GB/T 39046 A.7.
    SpecialProcedure {
        /// Adds days to the limit, once.
        Extension = "1", "extension", "延长审批";
        /// Stops the clock: hearing, inspection, expert review and the like (行政许可法 art. 45).
        Suspension = "2", "suspension", "其他特别程序";
    }
}

code_list! {
    /// 权力来源.
    PowerSource {
        Own = "1", "own", "法定本级行使";
        Delegated = "2", "delegated", "上级下放";
        AuthorisedAbove = "3", "authorised_above", "上级授权";
        AuthorisedPeer = "4", "authorised_peer", "同级授权";
        EntrustedAbove = "5", "entrusted_above", "上级委托";
        EntrustedPeer = "6", "entrusted_peer", "同级委托";
    }
}

impl PowerSource {
    /// Entrusted powers must name the entrusting department 委托部门.
    pub const fn needs_entrusting_body(self) -> bool {
        matches!(self, PowerSource::EntrustedAbove | PowerSource::EntrustedPeer)
    }
}

code_list! {
    /// 事项状态.
    ItemState {
        InUse = "1", "in_use", "在用";
        Paused = "2", "paused", "暂停";
        /// The code is kept and never used again.
        Cancelled = "3", "cancelled", "取消";
    }
}

code_list! {
    /// 通办范围; the names are GB/T 39046's, the order of the codes is from memory.
    Reach {
        Nation = "1", "nation", "全国";
        AcrossProvinces = "2", "across_provinces", "跨省";
        AcrossCities = "3", "across_cities", "跨市";
        AcrossCounties = "4", "across_counties", "跨县";
    }
}

code_list! {
    /// 时限单位. Systems number the units differently, so `code` is our word.
    LimitUnit {
        WorkingDay = "working_day", "working_day", "工作日";
        NaturalDay = "natural_day", "natural_day", "自然日";
        Hour = "hour", "hour", "小时";
        Month = "month", "month", "月";
        Year = "year", "year", "年";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_applied_for_and_extensions() {
        let applied: Vec<_> = ItemType::ALL.iter().filter(|t| t.on_application()).map(|t| t.code()).collect();
        assert_eq!(applied, ["01", "05", "07", "08", "09", "10", "20"]);
        for code in ["01", "11", "19", "20", "21", "99"] {
            assert!(ItemType::is_code(code), "{code}");
        }
        for code in ["", "1", "+1", "1A", "100"] {
            assert!(!ItemType::is_code(code), "{code}");
        }
    }

    #[test]
    fn lists_of_levels() {
        let levels = vec![Level::Province, Level::City, Level::County];
        assert_eq!(Level::parse_list("2^3^4"), Some(levels.clone()));
        assert_eq!(Level::join_list(&levels), "2^3^4");
        assert_eq!(Level::parse_list("2^8"), None);
        assert_eq!(Level::parse_list(""), None);
    }

    #[test]
    fn audiences_are_mapped_at_the_border() {
        for audience in Audience::ALL {
            let back = Audience::from_gb_code(audience.gb_code());
            let expected = match audience {
                Audience::UnincorporatedEnterprise => Audience::Other,
                other => *other,
            };
            assert_eq!(back, Some(expected));
        }
        assert_eq!(Audience::GovernmentBody.gb_code(), "5");
        assert_eq!(Audience::GovernmentBody.code(), "6");
        assert_eq!(Audience::from_gb_code("9"), None);
    }

    #[test]
    fn entrusted_powers_name_their_source() {
        let named: Vec<_> =
            PowerSource::ALL.iter().filter(|s| s.needs_entrusting_body()).map(|s| s.code()).collect();
        assert_eq!(named, ["5", "6"]);
    }
}
