//! Lists about the guide 办事指南: channels, online depth, materials, results.

use super::code_list;

code_list! {
    /// 办理形式, GB/T 39046 A.5.
    Channel {
        Window = "1", "window", "窗口办理";
        Online = "2", "online", "电脑端网上办理";
        Mobile = "3", "mobile", "移动端办理";
        Post = "4", "post", "快递申请";
        Other = "9", "other", "其他";
    }
}

impl Channel {
    /// The platform exchange list has window 1, online 2 (both screens) and post 3 only.
    pub const fn platform_code(self) -> Option<&'static str> {
        match self {
            Channel::Window => Some("1"),
            Channel::Online | Channel::Mobile => Some("2"),
            Channel::Post => Some("3"),
            Channel::Other => None,
        }
    }

    pub fn from_platform_code(code: &str) -> Option<Channel> {
        match code {
            "1" => Some(Channel::Window),
            "2" => Some(Channel::Online),
            "3" => Some(Channel::Post),
            _ => None,
        }
    }
}

code_list! {
    /// 网上办理深度, several per item.
    Depth {
        Consultation = "1", "consultation", "互联网咨询";
        Receipt = "2", "receipt", "互联网收件";
        Precheck = "3", "precheck", "互联网预审";
        Acceptance = "4", "acceptance", "互联网受理";
        Handling = "5", "handling", "互联网办理";
        ResultNotice = "6", "result_notice", "互联网办理结果信息反馈";
        LicenceNotice = "7", "licence_notice", "互联网电子证照反馈";
        Other = "9", "other", "其他";
    }
}

code_list! {
    /// The older grade of online handling, Ⅰ to Ⅳ.
    Grade {
        Information = "1", "information", "Ⅰ级（信息公开）";
        Booking = "2", "booking", "Ⅱ级（下载或预约）";
        OneVisit = "3", "one_visit", "Ⅲ级（网上预审）";
        FullyOnline = "4", "fully_online", "Ⅳ级（全程网办）";
    }
}

/// Derives the grade: Ⅳ when accepted, handled and answered online without a visit and without paper; Ⅲ with an
/// online pre-check; Ⅱ with consultation or receipt; else Ⅰ.
pub fn grade(depth: &[Depth], visits: u32, needs_paper: bool) -> Grade {
    let has = |wanted: Depth| depth.contains(&wanted);
    if has(Depth::Acceptance)
        && has(Depth::Handling)
        && has(Depth::ResultNotice)
        && visits == 0
        && !needs_paper
    {
        Grade::FullyOnline
    } else if has(Depth::Precheck) {
        Grade::OneVisit
    } else if has(Depth::Consultation) || has(Depth::Receipt) {
        Grade::Booking
    } else {
        Grade::Information
    }
}

code_list! {
    /// 材料类型.
    MaterialKind {
        Certificate = "1", "certificate", "证件证书证明";
        Form = "2", "form", "申请表格文书";
        Other = "3", "other", "其他";
    }
}

code_list! {
    /// 材料形式.
    MaterialForm {
        Paper = "1", "paper", "纸质";
        Electronic = "2", "electronic", "电子";
        Either = "3", "either", "纸质或电子";
    }
}

impl MaterialForm {
    pub const fn needs_paper(self) -> bool {
        matches!(self, MaterialForm::Paper)
    }
}

code_list! {
    /// 材料必要性.
    MaterialNeed {
        Required = "1", "required", "必要";
        /// In some situations only; which ones must be told 情形说明.
        Conditional = "2", "conditional", "非必要";
        /// May follow after acceptance 容缺后补; the decision waits for it.
        MayFollow = "3", "may_follow", "容缺后补";
    }
}

code_list! {
    /// 材料来源渠道. Systems number them differently, so `code` is our word.
    MaterialSource {
        Applicant = "applicant", "applicant", "申请人自备";
        Government = "government", "government", "政府部门核发";
        Other = "other", "other", "其他";
    }
}

code_list! {
    /// 收取方式 of a material in a case.
    MaterialReceipt {
        Paper = "1", "paper", "纸质收取";
        Upload = "2", "upload", "附件上传";
        Scan = "3", "scan", "扫描";
        Later = "4", "later", "容缺后补";
        LicenceLibrary = "5", "licence_library", "证照库";
    }
}

code_list! {
    /// 审批结果类型; the codes are from memory.
    ResultKind {
        Licence = "10", "licence", "证照";
        Document = "20", "document", "批文";
        Other = "30", "other", "其他";
        None = "40", "none", "无";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Depth::*;

    #[test]
    fn grades() {
        let full = [Acceptance, Handling, ResultNotice];
        assert_eq!(grade(&full, 0, false), Grade::FullyOnline);
        assert_eq!(grade(&full, 1, false), Grade::Information);
        assert_eq!(grade(&full, 0, true), Grade::Information);
        assert_eq!(grade(&[Precheck, Acceptance, Handling, ResultNotice], 1, false), Grade::OneVisit);
        assert_eq!(grade(&[Acceptance, Handling, Consultation], 0, false), Grade::Booking);
        assert_eq!(grade(&[Receipt], 2, true), Grade::Booking);
        assert_eq!(grade(&[], 0, false), Grade::Information);
    }

    #[test]
    fn channels_are_mapped_at_the_border() {
        assert_eq!(Channel::Mobile.platform_code(), Some("2"));
        assert_eq!(Channel::Post.platform_code(), Some("3"));
        assert_eq!(Channel::Other.platform_code(), Option::None);
        assert_eq!(Channel::from_platform_code("3"), Some(Channel::Post));
        assert_eq!(Channel::from_platform_code("4"), Option::None);
    }
}
