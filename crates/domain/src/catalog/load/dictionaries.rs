//! What must hold inside the dictionary files.

use super::faults::Faults;
use super::words::{Sheet, Words, in_force};
use crate::catalog::{ElementType, SatisfiedBy, Source, Sources};
use norms::{CreditCode, DivisionLevel};
use ofd::layout::Template;

impl Words<'_> {
    pub fn check(&self, faults: &mut Faults) {
        self.check_keys(faults);
        self.check_departments(faults);
        self.check_places(faults);
        self.check_elements(faults);
        self.check_kinds(faults);
        self.check_certificates(faults);
        for (index, synonym) in self.synonyms.rows.iter().enumerate() {
            let path = format!("synonym/{index}/words");
            let enough = synonym.words.len() >= 2 && synonym.words.iter().all(|word| !word.trim().is_empty());
            faults.unless(enough, &self.synonyms.document, &path, "synonym", "至少要有两个词，且不能有空词");
            let word = |position| format!("{path}/{position}");
            faults.duplicates(&self.synonyms.document, synonym.words.iter().map(String::as_str), word);
        }
        for (index, row) in self.elsewhere.rows.iter().enumerate() {
            let path = format!("elsewhere/{index}/words");
            let long = |word: &String| word.trim().chars().count() >= 2;
            let all = !row.words.is_empty() && row.words.iter().all(long);
            faults.unless(all, &self.elsewhere.document, &path, "elsewhere", "每个词至少要有两个字");
            for (field, text) in [("text", &row.text), ("norm", &row.norm)] {
                let path = format!("elsewhere/{index}/{field}");
                let message = "要写明到哪里办和依据";
                faults.unless(!text.trim().is_empty(), &self.elsewhere.document, &path, "elsewhere", message);
            }
        }
    }

    fn check_keys(&self, faults: &mut Faults) {
        keys(&self.departments, "department/{}/key", |row| &row.key, faults);
        keys(&self.elements, "element/{}/key", |row| &row.key, faults);
        keys(&self.kinds, "kind/{}/key", |row| &row.key, faults);
        keys(&self.certificates, "certificate/{}/key", |row| &row.key, faults);
        keys(&self.certificates, "certificate/{}/code", |row| &row.code, faults);
        keys(&self.life_events, "life_event/{}/key", |row| &row.key, faults);
        keys(&self.cities, "city/{}/division", |row| &row.division, faults);
        let halls = self.halls.1.halls.iter().map(|hall| hall.division.as_str());
        faults.duplicates(&self.halls.0, halls, |index| format!("hall/{index}/division"));
    }

    fn check_departments(&self, faults: &mut Faults) {
        for (index, department) in self.departments.rows.iter().enumerate() {
            let digits =
                department.guiding.len() == 2 && department.guiding.bytes().all(|b| b.is_ascii_digit());
            let path = format!("department/{index}/guiding");
            faults.unless(
                digits,
                &self.departments.document,
                &path,
                "bad_code",
                "业务指导部门代码应为两位数字",
            );
            for (field, name) in [("city", &department.city), ("county", &department.county)] {
                let path = format!("department/{index}/{field}");
                let message = "机构名称里应有 {name}，否则各地同名";
                faults.unless(
                    name.contains("{name}"),
                    &self.departments.document,
                    &path,
                    "body_name",
                    message,
                );
            }
        }
    }

    fn check_places(&self, faults: &mut Faults) {
        let cities = norms::divisions().iter().filter(|division| division.level == DivisionLevel::City);
        for (index, city) in self.cities.rows.iter().enumerate() {
            let path = format!("city/{index}/division");
            let known = norms::find(&city.division)
                .is_some_and(|d| d.level == DivisionLevel::City && d.name == city.name);
            let message = format!("没有代码为“{}”、名称为“{}”的设区市", city.division, city.name);
            faults.unless(known, &self.cities.document, &path, "unknown_division", message);
        }
        for missing in cities.filter(|city| !self.cities.rows.iter().any(|row| row.division == city.code)) {
            let message = format!("缺少{}（{}）的区号", missing.name, missing.code);
            faults.say(&self.cities.document, "", "missing_city", message);
        }
        for (index, hall) in self.halls.1.halls.iter().enumerate() {
            let path = format!("hall/{index}/division");
            let message = format!("没有区划“{}”", hall.division);
            let known = in_force(&hall.division);
            faults.unless(known, &self.halls.0, &path, "unknown_division", message);
        }
    }

    fn check_elements(&self, faults: &mut Faults) {
        for (index, element) in self.elements.rows.iter().enumerate() {
            let choice = matches!(
                element.element_type,
                ElementType::Select | ElementType::Radio | ElementType::Checkbox
            );
            let document = &self.elements.document;
            let path = format!("element/{index}/options");
            let message = if choice { "选择题要有选项" } else { "只有选择题才有选项" };
            faults.unless(choice != element.options.is_empty(), document, &path, "options", message);
            let option = |position| format!("{path}/{position}");
            faults.duplicates(document, element.options.iter().map(String::as_str), option);
            let Source::Certificate { certificate, field } = &element.source else { continue };
            let found = self.dictionary.certificate_types.get(certificate);
            let path = format!("element/{index}/source");
            let Some(found) = found else {
                faults.say(document, &path, "unknown_certificate", format!("没有证照类型“{certificate}”"));
                continue;
            };
            let known = found.fields.iter().any(|own| own.key == *field);
            let message = format!("“{}”上没有字段“{field}”", found.name);
            faults.unless(known, document, &path, "unknown_certificate_field", message);
        }
    }

    fn check_kinds(&self, faults: &mut Faults) {
        for (index, kind) in self.kinds.rows.iter().enumerate() {
            let document = &self.kinds.document;
            let wants = |by: SatisfiedBy| kind.satisfied_by == by;
            let path = format!("kind/{index}/certificate");
            let paired = wants(SatisfiedBy::Certificate) == kind.certificate.is_some();
            let message = "satisfied_by = \"certificate\" 时才写、且必须写 certificate";
            faults.unless(paired, document, &path, "satisfied_by", message);
            let known = kind
                .certificate
                .as_ref()
                .is_none_or(|key| self.dictionary.certificate_types.contains_key(key));
            let message = format!("没有证照类型“{}”", kind.certificate.as_deref().unwrap_or_default());
            faults.unless(known, document, &path, "unknown_certificate", message);
            let path = format!("kind/{index}/resource");
            let paired = wants(SatisfiedBy::Resource) == kind.resource.is_some();
            let message = "satisfied_by = \"resource\" 时才写、且必须写 resource";
            faults.unless(paired, document, &path, "satisfied_by", message);
        }
    }

    fn check_certificates(&self, faults: &mut Faults) {
        for (index, certificate) in self.certificates.rows.iter().enumerate() {
            let document = &self.certificates.document;
            let mut word = |field: &str, known: bool, rule: &str, message: String| {
                faults.unless(known, document, &format!("certificate/{index}/{field}"), rule, message);
            };
            if let Err(message) = type_code(&certificate.code) {
                word("code", false, "bad_code", message);
            }
            let result = matches!(certificate.result.as_str(), "certificate" | "approval");
            word("result", result, "unknown_word", "应为 certificate（证照）或 approval（批文）".to_owned());
            let holder = matches!(certificate.holder.as_str(), "natural" | "legal");
            word("holder", holder, "unknown_word", "应为 natural（自然人）或 legal（法人）".to_owned());
            let message = "证号应含 {serial} 或 {serial:06}，可含 {division}、{year}".to_owned();
            word("number", is_number_pattern(&certificate.number), "number_pattern", message);
            for (position, field) in certificate.fields.iter().enumerate() {
                let known = self.dictionary.elements.contains_key(&field.from);
                let message = format!("没有数据元“{}”", field.from);
                word(&format!("fields/{position}/from"), known, "unknown_element", message);
            }
            let field = |position| format!("certificate/{index}/fields/{position}");
            faults.duplicates(document, certificate.fields.iter().map(|field| field.key.as_str()), field);
        }
    }
}

impl Words<'_> {
    /// A layout a certificate type names is there, and asks for nothing that certificates of the type do not give:
    /// else the first decision that grants one would fail.
    pub fn check_layouts(&self, sources: &Sources, faults: &mut Faults) {
        let files: Vec<(&str, &str)> = sources.folder("layouts/").collect();
        // What is wrong inside a layout is told when the layouts are published.
        let templates = Template::parse_all(&files).unwrap_or_default();
        for (index, certificate) in self.certificates.rows.iter().enumerate() {
            let Some(key) = &certificate.layout else { continue };
            let (document, path) = (&self.certificates.document, format!("certificate/{index}/layout"));
            let there = sources.text(&format!("layouts/{key}.toml")).is_some();
            let message = format!("没有版式文件 layouts/{key}.toml");
            faults.unless(there, document, &path, "unknown_layout", message);
            let wanted = templates.iter().filter(|template| template.key == *key).flat_map(Template::fields);
            let missing: Vec<String> = wanted
                .filter(|field| !field.optional && !certificate.gives(&field.name))
                .map(|field| field.name)
                .collect();
            let message = format!("版式 {key} 要用的内容，这类证照没有：{}", missing.join("、"));
            faults.unless(missing.is_empty(), document, &path, "layout_field", message);
        }
    }
}

/// GB/T 36904: the credit code of the body that defines the type, and three letters or digits.
fn type_code(code: &str) -> Result<(), String> {
    let (Some(body), Some(own)) = (code.get(..18), code.get(18..)) else {
        return Err("证照类型代码应为 21 位".to_owned());
    };
    if own.len() != 3 || !own.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
        return Err("证照类型代码后三位应为数字或大写字母".to_owned());
    }
    CreditCode::parse(body).map(|_| ()).map_err(|error| format!("证照类型代码前 18 位：{error}"))
}

/// A serial, plain or with as many digits as it says, and nothing in braces that nobody fills.
fn is_number_pattern(pattern: &str) -> bool {
    let pieces = || pattern.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default());
    let serial = |piece: &str| {
        let width = piece.strip_prefix("serial:0").map(str::parse::<u8>);
        piece == "serial" || width.is_some_and(|width| width.is_ok_and(|width| (1..=9).contains(&width)))
    };
    let even = pattern.matches('{').count() == pattern.matches('}').count();
    even && pieces().any(serial)
        && pieces().all(|piece| serial(piece) || matches!(piece, "division" | "year"))
}

/// `{}` in `path` stands for the row.
fn keys<T>(sheet: &Sheet<'_, T>, path: &str, key: impl Fn(&T) -> &String, faults: &mut Faults) {
    let path_of = |index: usize| path.replace("{}", &index.to_string());
    faults.duplicates(&sheet.document, sheet.rows.iter().map(|row| key(row).as_str()), path_of);
    for (index, row) in sheet.rows.iter().enumerate() {
        let clean = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let proper = !key(row).is_empty() && key(row).chars().all(clean);
        faults.unless(proper, &sheet.document, &path_of(index), "bad_key", "键只能用英文字母、数字和 - _ .");
    }
}
