//! A small catalogue without mistakes, to put mistakes into.

use super::{Sources, sources};

pub const DEPARTMENTS: &str = r#"[[department]]
key = "market"
guiding = "31"
short = "市场监管"
province = "江苏省市场监督管理局"
city = "{name}市场监督管理局"
county = "{name}市场监督管理局"
consult = "{area}-12345"
complain = "{area}-12315"
"#;

pub const ELEMENTS: &str = r#"[[element]]
key = "person.name"
label = "姓名"
type = "text"
max = 5
source = "account"

[[element]]
key = "place.kind"
label = "场所类型"
type = "radio"
options = ["店铺", "食堂"]

[[element]]
key = "place.services"
label = "服务项目"
type = "checkbox"
options = ["堂食", "外卖"]

[[element]]
key = "place.area"
label = "面积"
type = "number"
max = 10000

[[element]]
key = "trade.name"
label = "字号"
type = "text"
source = "certificate:licence.name"
"#;

pub const KINDS: &str = r#"[[kind]]
key = "licence"
name = "营业执照"
satisfied_by = "certificate"
certificate = "licence"

[[kind]]
key = "identity-card"
name = "居民身份证"
satisfied_by = "resource"
resource = "人口信息"

[[kind]]
key = "plan"
name = "平面图"
satisfied_by = "document"
"#;

pub const CERTIFICATES: &str = r#"[[certificate]]
key = "licence"
code = "11100000MB0143028R001"
synthetic = true
name = "营业执照"
result = "certificate"
holder = "legal"
years = 0
number = "{division}{year}{serial:06}"
fields = [
  { key = "name", label = "名称", from = "trade.name" },
]
"#;

pub const LIFE_EVENTS: &str = r#"[[life_event]]
key = "starting-business"
name = "我要开店"
hint = "执照和许可"
for = "both"
"#;

pub const SYNONYMS: &str = r#"[[synonym]]
words = ["餐饮", "饭店"]
"#;

pub const CLAIMS: &str = r#"[[claim]]
item = "canteen"
division = "320102"
promised = { days = 3, unit = "working_day" }
without = ["plan"]
"#;

pub const ITEM: &str = r#"slug = "canteen"
code = "000131012000"
name = "食堂许可"
type = "01"
department = "market"
claim = "county"
audience = ["enterprise"]
processing = "promise"
statutory = { days = 20, unit = "working_day" }
promised = { days = 5, unit = "working_day" }
depth = [2, 3, 4, 5, 6, 7]
visits = 0
visits_reason = ""
assurance = 2
result_name = "食堂许可证"
result_certificate = "licence"
fee = false
legal_topics = ["010"]
life_events = ["starting-business"]
summary = "开食堂要办。"
conditions = ["有场所。"]
minutes = 5

[[basis]]
law = "食品安全法"
article = "第三十五条"
text = "国家对食品生产经营实行许可制度。"

[open]
fields = ["promised", "materials"]

[[material]]
key = "licence"
kind = "licence"
need = "required"
form = "electronic"
copies = 1
source = "government"
issuer = "市场监管部门"

[[material]]
key = "plan"
kind = "plan"
need = "conditional"
when = { field = "place.kind", is = ["店铺"] }
form = "electronic"
copies = 1
source = "applicant"
accept = ["pdf", "jpg"]

[[page]]
title = "场所"
[[page.field]]
element = "trade.name"
required = true
[[page.field]]
element = "place.kind"
required = true
[[page.field]]
element = "place.area"
required_if = { field = "place.kind", is = ["食堂"] }

[[step]]
key = "review"
name = "审查"
order = 1
post = "reviewer"
days = 3

[[faq]]
question = "多久？"
answer = "五天。"
"#;

/// The files of the fixture; cities, halls and what is done elsewhere are the real ones.
pub fn small() -> Sources {
    let real = sources();
    let own = [
        ("departments.toml", DEPARTMENTS),
        ("elements.toml", ELEMENTS),
        ("kinds.toml", KINDS),
        ("certificates.toml", CERTIFICATES),
        ("life_events.toml", LIFE_EVENTS),
        ("synonyms.toml", SYNONYMS),
        ("claims.toml", CLAIMS),
        ("items/canteen.toml", ITEM),
    ];
    let shared = ["cities.toml", "halls.toml", "elsewhere.toml"]
        .map(|path| (path, real.text(path).expect("in data/")));
    Sources::from_files(own.into_iter().chain(shared).map(|(path, text)| (path.to_owned(), text.to_owned())))
}
