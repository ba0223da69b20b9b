//! Administrative divisions: GB/T 2260 codes of Jiangsu, and the form of 6-, 9- and 12-digit codes.

use std::sync::LazyLock;

use crate::day::Day;

/// One division or statistical zone of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// 6 digits.
    pub code: &'static str,
    /// `玄武区`
    pub name: &'static str,
    /// `江苏省南京市玄武区`
    pub full_name: &'static str,
    pub level: DivisionLevel,
    /// False for functional zones: offices work there, but GB/T 2260 does not know them.
    pub statutory: bool,
    pub parent: Option<&'static str>,
    /// None: older than the table.
    pub valid_from: Option<Day>,
    /// None: in force. The day itself no longer counts.
    pub valid_to: Option<Day>,
    /// Which code continues an abolished one; historical cases keep the old code.
    pub successor: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DivisionLevel {
    Province,
    City,
    County,
}

/// What a county-level unit is, by the last two digits of its code (GB/T 2260) and the statutory flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CountyKind {
    District,
    County,
    CountyCity,
    Zone,
}

impl Division {
    pub fn in_force(&self, on: Day) -> bool {
        self.valid_from.is_none_or(|from| from <= on) && self.valid_to.is_none_or(|to| on < to)
    }

    /// None for provinces and cities.
    pub fn county_kind(&self) -> Option<CountyKind> {
        let last: u8 = self.code[4..].parse().ok()?;
        match (self.level, self.statutory, last) {
            (DivisionLevel::Province | DivisionLevel::City, _, _) => None,
            (_, false, _) => Some(CountyKind::Zone),
            (_, _, 1..=20) => Some(CountyKind::District),
            (_, _, 21..=80) => Some(CountyKind::County),
            (_, _, _) => Some(CountyKind::CountyCity),
        }
    }
}

struct Table {
    in_force: Vec<Division>,
    abolished: Vec<Division>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let rows =
        include_str!("../data/divisions.csv").lines().filter(|line| line.starts_with(char::is_numeric));
    let (in_force, abolished) = rows.map(read_row).partition(|division| division.valid_to.is_none());
    Table { in_force, abolished }
});

/// Every division and zone in force: the province, then each city followed by its counties, in code order.
pub fn divisions() -> &'static [Division] {
    &TABLE.in_force
}

/// Divisions that no longer exist, for old numbers and old cases.
pub fn abolished_divisions() -> &'static [Division] {
    &TABLE.abolished
}

/// By 6-digit code, abolished ones included.
pub fn find(code: &str) -> Option<&'static Division> {
    divisions().iter().chain(abolished_divisions()).find(|division| division.code == code)
}

/// The divisions in force directly under a code.
pub fn children(code: &str) -> impl Iterator<Item = &'static Division> {
    divisions().iter().filter(move |division| division.parent == Some(code))
}

/// The embedded table is part of the program, so a broken row is a bug and a test reads every one of them.
fn read_row(row: &'static str) -> Division {
    let fields: Vec<&'static str> = row.split(',').collect();
    let [code, name, full_name, level, statutory, parent, valid_from, valid_to, successor] = fields[..]
    else {
        panic!("divisions.csv: nine fields expected in {row}");
    };
    let some = |text: &'static str| (!text.is_empty()).then_some(text);
    let day = |text: &'static str| some(text).map(|text| text.parse().expect("divisions.csv: a day"));
    let level = match level {
        "province" => DivisionLevel::Province,
        "city" => DivisionLevel::City,
        "county" => DivisionLevel::County,
        other => panic!("divisions.csv: unknown level {other}"),
    };
    Division {
        code,
        name,
        full_name,
        level,
        statutory: statutory == "true",
        parent: some(parent),
        valid_from: day(valid_from),
        valid_to: day(valid_to),
        successor: some(successor),
    }
}

/// Kind of a unit under a county, as its code hints at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TownshipKind {
    Subdistrict,
    Town,
    Township,
    /// Zones and farms that are administered like a township.
    QuasiUnit,
}

impl TownshipKind {
    pub fn name(self) -> &'static str {
        match self {
            TownshipKind::Subdistrict => "街道",
            TownshipKind::Town => "镇",
            TownshipKind::Township => "乡",
            TownshipKind::QuasiUnit => "类似乡级单位",
        }
    }
}

/// Kind of a unit under a township, as its code hints at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VillageKind {
    ResidentsCommittee,
    VillagersCommittee,
}

impl VillageKind {
    pub fn name(self) -> &'static str {
        match self {
            VillageKind::ResidentsCommittee => "居委会",
            VillageKind::VillagersCommittee => "村委会",
        }
    }
}

/// A well-formed code of 6 digits (county and above), 9 (township) or 12 (village), of any province.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DivisionCode(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("区划代码应为 6、9 或 12 位数字")]
pub struct DivisionCodeError;

impl DivisionCode {
    pub fn parse(text: &str) -> Result<DivisionCode, DivisionCodeError> {
        if matches!(text.len(), 6 | 9 | 12) && crate::text::all_digits(text) {
            Ok(DivisionCode(text.to_string()))
        } else {
            Err(DivisionCodeError)
        }
    }

    /// The first 6 digits.
    pub fn county(&self) -> &str {
        &self.0[..6]
    }

    /// The first 4 digits followed by `00`.
    pub fn city(&self) -> String {
        format!("{}00", &self.0[..4])
    }

    /// The first 9 digits, when the code goes that far.
    pub fn township(&self) -> Option<&str> {
        self.0.get(..9)
    }

    /// All 12 digits, when the code goes that far.
    pub fn village(&self) -> Option<&str> {
        self.0.get(..12)
    }

    /// What the township part looks like, by its first digit. A hint and no rule: of the 1,487 rows of Jiangsu
    /// three are something else. None for digits nobody uses, and for shorter codes.
    pub fn township_hint(&self) -> Option<TownshipKind> {
        match self.0.as_bytes().get(6)? {
            b'0' => Some(TownshipKind::Subdistrict),
            b'1' => Some(TownshipKind::Town),
            b'2' | b'3' => Some(TownshipKind::Township),
            b'4' | b'5' => Some(TownshipKind::QuasiUnit),
            _ => None,
        }
    }

    /// What the village part looks like, by its first digit; a hint too. None for shorter codes.
    pub fn village_hint(&self) -> Option<VillageKind> {
        match self.0.as_bytes().get(9)? {
            b'0' | b'1' => Some(VillageKind::ResidentsCommittee),
            b'2' | b'3' => Some(VillageKind::VillagersCommittee),
            _ => None,
        }
    }

    /// The row of the county part, if the table has it. Unknown is no error: only one province is embedded.
    pub fn known(&self) -> Option<&'static Division> {
        find(self.county())
    }
}

crate::text::text_identifier!(DivisionCode, DivisionCodeError);

#[cfg(test)]
mod tests {
    use super::*;

    fn count(kind: CountyKind) -> usize {
        divisions().iter().filter(|d| d.county_kind() == Some(kind)).count()
    }

    #[test]
    fn the_table_has_the_counted_units() {
        assert_eq!(divisions().iter().filter(|d| d.level == DivisionLevel::City).count(), 13);
        assert_eq!(count(CountyKind::District), 55);
        assert_eq!(count(CountyKind::CountyCity), 21);
        assert_eq!(count(CountyKind::County), 19);
        assert_eq!(count(CountyKind::Zone), 9);
        assert_eq!(divisions().len(), 1 + 13 + 95 + 9);
        assert_eq!(children("320000").count(), 13);
        assert_eq!(children("320500").count(), 10);
        assert_eq!(children("320102").count(), 0);
    }

    /// The table of standards §1.3, written out: code and name of each city, last two digits and name of each of
    /// its counties. A number alone would not notice a name in another's place.
    #[rustfmt::skip]
    const COUNTIES: [(&str, &str, &str); 13] = [
        ("320100", "南京", "02玄武区 04秦淮区 05建邺区 06鼓楼区 11浦口区 13栖霞区 14雨花台区 15江宁区 16六合区 17溧水区 18高淳区"),
        ("320200", "无锡", "05锡山区 06惠山区 11滨湖区 13梁溪区 14新吴区 81江阴市 82宜兴市"),
        ("320300", "徐州", "02鼓楼区 03云龙区 05贾汪区 11泉山区 12铜山区 21丰县 22沛县 24睢宁县 81新沂市 82邳州市"),
        ("320400", "常州", "02天宁区 04钟楼区 11新北区 12武进区 13金坛区 81溧阳市"),
        ("320500", "苏州", "05虎丘区 06吴中区 07相城区 08姑苏区 09吴江区 81常熟市 82张家港市 83昆山市 85太仓市"),
        ("320600", "南通", "12通州区 13崇川区 14海门区 23如东县 81启东市 82如皋市 85海安市"),
        ("320700", "连云港", "03连云区 06海州区 07赣榆区 22东海县 23灌云县 24灌南县"),
        ("320800", "淮安", "03淮安区 04淮阴区 12清江浦区 13洪泽区 26涟水县 30盱眙县 31金湖县"),
        ("320900", "盐城", "02亭湖区 03盐都区 04大丰区 21响水县 22滨海县 23阜宁县 24射阳县 25建湖县 81东台市"),
        ("321000", "扬州", "02广陵区 03邗江区 12江都区 23宝应县 81仪征市 84高邮市"),
        ("321100", "镇江", "02京口区 11润州区 12丹徒区 81丹阳市 82扬中市 83句容市"),
        ("321200", "泰州", "02海陵区 03高港区 04姜堰区 81兴化市 82靖江市 83泰兴市"),
        ("321300", "宿迁", "02宿城区 11宿豫区 22沭阳县 23泗阳县 24泗洪县"),
    ];

    #[test]
    fn the_table_has_the_95_units_by_name() {
        let mut seen = 0;
        for (code, city, units) in COUNTIES {
            assert_eq!(find(code).unwrap().name, format!("{city}市"));
            let written: Vec<(String, &str)> =
                units.split(' ').map(|unit| (format!("{}{}", &code[..4], &unit[..2]), &unit[2..])).collect();
            let statutory: Vec<(String, &str)> = children(code)
                .filter(|division| division.statutory)
                .map(|division| (division.code.to_string(), division.name))
                .collect();
            assert_eq!(statutory, written, "{city}");
            seen += written.len();
        }
        assert_eq!(seen, 95);
    }

    #[test]
    fn longer_codes_hint_at_what_they_are() {
        let kinds = |code: &str| {
            let code = DivisionCode::parse(code).unwrap();
            (code.township_hint(), code.village_hint())
        };
        use TownshipKind::*;
        use VillageKind::*;
        for (code, township, village) in [
            ("320583", None, None),
            ("320102002", Some(Subdistrict), None),
            ("320583100", Some(Town), None),
            ("320583100201", Some(Town), Some(VillagersCommittee)),
            ("320583100001", Some(Town), Some(ResidentsCommittee)),
            ("320583100101", Some(Town), Some(ResidentsCommittee)),
            ("320583200301", Some(Township), Some(VillagersCommittee)),
            ("320583300498", Some(Township), None),
            ("320583400498", Some(QuasiUnit), None),
            ("320583500", Some(QuasiUnit), None),
            ("320583900", None, None),
        ] {
            assert_eq!(kinds(code), (township, village), "{code}");
        }
        let names = [Subdistrict.name(), Town.name(), Township.name(), QuasiUnit.name()];
        assert_eq!(names, ["街道", "镇", "乡", "类似乡级单位"]);
        assert_eq!([ResidentsCommittee.name(), VillagersCommittee.name()], ["居委会", "村委会"]);
    }

    #[test]
    fn codes_parents_and_names_agree() {
        for division in divisions().iter().chain(abolished_divisions()) {
            assert!(DivisionCode::parse(division.code).is_ok());
            match division.level {
                DivisionLevel::Province => assert_eq!(division.parent, None),
                DivisionLevel::City => assert_eq!(division.parent, Some("320000")),
                DivisionLevel::County => assert_eq!(division.parent.unwrap()[..4], division.code[..4]),
            }
            let parent = division.parent.map_or("", |code| find(code).unwrap().full_name);
            assert_eq!(division.full_name, format!("{parent}{}", division.name));
        }
        let mut codes: Vec<_> = divisions().iter().map(|d| d.code).collect();
        assert!(codes.is_sorted());
        codes.dedup();
        assert_eq!(codes.len(), divisions().len());
    }

    #[test]
    fn names_end_as_their_kind_says() {
        for division in divisions() {
            let ending = match division.county_kind() {
                Some(CountyKind::District) => "区",
                Some(CountyKind::County) => "县",
                Some(CountyKind::CountyCity) => "市",
                _ => continue,
            };
            assert!(division.name.ends_with(ending), "{}", division.full_name);
        }
    }

    #[test]
    fn finds_zones_and_the_abolished() {
        let park = find("320576").unwrap();
        assert_eq!((park.name, park.statutory), ("苏州工业园区", false));
        let haimen = find("320684").unwrap();
        assert_eq!(haimen.successor, Some("320614"));
        assert!(haimen.in_force(Day::new(2019, 1, 1).unwrap()));
        assert!(!haimen.in_force(Day::new(2020, 7, 3).unwrap()));
        assert!(find(haimen.successor.unwrap()).unwrap().in_force(Day::new(2020, 7, 3).unwrap()));
        assert_eq!(find("990000"), None);
        for old in abolished_divisions() {
            assert!(find(old.successor.unwrap()).unwrap().valid_to.is_none());
        }
    }

    #[test]
    fn longer_codes() {
        let village = DivisionCode::parse("320583100201").unwrap();
        assert_eq!(village.township(), Some("320583100"));
        assert_eq!(village.village(), Some("320583100201"));
        assert_eq!(village.city(), "320500");
        assert_eq!(village.known().unwrap().name, "昆山市");
        assert_eq!(DivisionCode::parse("320583").unwrap().township(), None);
        for wrong in ["", "32058", "3205830", "32058A", "３２０５", "3205831002010"] {
            assert_eq!(DivisionCode::parse(wrong), Err(DivisionCodeError), "{wrong}");
        }
    }
}
