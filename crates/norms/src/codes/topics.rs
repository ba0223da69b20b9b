//! Topics by which people and legal persons find an item in the portals.

use super::code_list;

code_list! {
    /// 自然人主题.
    PersonTopic {
        Birth = "005", "birth", "生育收养";
        Household = "010", "household", "户籍办理";
        EthnicityReligion = "015", "ethnicity_religion", "民族宗教";
        Education = "020", "education", "教育科研";
        MilitaryService = "025", "military_service", "入伍服役";
        Employment = "030", "employment", "就业创业";
        Establishment = "035", "establishment", "设立变更";
        BusinessPermits = "040", "business_permits", "准营准办";
        Mortgage = "045", "mortgage", "抵押质押";
        Qualification = "050", "qualification", "职业资格";
        Payments = "055", "payments", "行政缴费";
        Marriage = "060", "marriage", "婚姻登记";
        Veterans = "065", "veterans", "优待抚恤";
        Planning = "070", "planning", "规划建设";
        Housing = "075", "housing", "住房保障";
        /// 社会保险、社会救助.
        SocialSecurity = "085", "social_security", "社会保障";
        Documents = "090", "documents", "证件办理";
        Transport = "095", "transport", "交通出行";
        Tourism = "100", "tourism", "旅游观光";
        EntryExit = "105", "entry_exit", "出境入境";
        ConsumerRights = "110", "consumer_rights", "消费维权";
        PublicSafety = "115", "public_safety", "公共安全";
        Notary = "120", "notary", "司法公证";
        IntellectualProperty = "125", "intellectual_property", "知识产权";
        Environment = "130", "environment", "环保绿化";
        CultureSport = "135", "culture_sport", "文化体育";
        Utilities = "140", "utilities", "公用事业";
        Health = "145", "health", "医疗卫生";
        Retirement = "150", "retirement", "离职退休";
        Funeral = "155", "funeral", "死亡殡葬";
        Local = "998", "local", "地方特色";
        Other = "999", "other", "其他";
    }
}

code_list! {
    /// 法人主题.
    LegalTopic {
        Establishment = "005", "establishment", "设立变更";
        BusinessPermits = "010", "business_permits", "准营准办";
        Accreditation = "015", "accreditation", "资质认证";
        AnnualInspection = "020", "annual_inspection", "年检年审";
        Taxation = "025", "taxation", "税收财务";
        HumanResources = "030", "human_resources", "人力资源";
        SocialSecurity = "035", "social_security", "社会保障";
        Investment = "040", "investment", "投资审批";
        Financing = "045", "financing", "融资信贷";
        Mortgage = "050", "mortgage", "抵押质押";
        Commerce = "055", "commerce", "商务贸易";
        Tendering = "060", "tendering", "招标拍卖";
        Customs = "065", "customs", "海关口岸";
        ForeignServices = "070", "foreign_services", "涉外服务";
        Agriculture = "075", "agriculture", "农林牧渔";
        LandAndConstruction = "085", "land_and_construction", "国土和规划建设";
        Transport = "090", "transport", "交通运输";
        Environment = "095", "environment", "环保绿化";
        ClimateChange = "100", "climate_change", "应对气候变化";
        WaterAndWeather = "105", "water_and_weather", "水务气象";
        Health = "110", "health", "医疗卫生";
        Innovation = "115", "innovation", "科技创新";
        CultureEducation = "120", "culture_education", "文体教育";
        IntellectualProperty = "125", "intellectual_property", "知识产权";
        EthnicityReligion = "130", "ethnicity_religion", "民族宗教";
        Quality = "135", "quality", "质量技术";
        Quarantine = "140", "quarantine", "检验检疫";
        WorkSafety = "145", "work_safety", "安全生产";
        PoliceAndFire = "150", "police_and_fire", "公安消防";
        Notary = "155", "notary", "司法公证";
        Utilities = "160", "utilities", "公用事业";
        Deregistration = "165", "deregistration", "法人注销";
        ArchivesAndRelics = "170", "archives_and_relics", "档案文物";
        Local = "998", "local", "地方特色";
        Other = "999", "other", "其他";
    }
}
