//! The product's own layouts: every one is read, shown with its sample, and missed when a field is missing.

use ofd::layout::{Fonts, Layout, Template, Values, lay_out, preview};
use ofd::model::{Object, Rect, Text};
use std::path::Path;

const EXPECTED: [&str; 16] = [
    "acceptance",
    "annotated_copy",
    "certificate",
    "certificate_business_licence",
    "decision_granted",
    "decision_refused",
    "delivery",
    "extension",
    "not_needed",
    "notice",
    "receipt",
    "rejection",
    "supplement",
    "suspension",
    "withdrawal",
    "wrong_body",
];

fn shipped() -> Vec<Template> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/layouts");
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| {
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    let files: Vec<(&str, &str)> = files.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    let templates = Template::parse_all(&files).unwrap_or_else(|fault| panic!("{fault}"));
    for (file, _) in &files {
        assert!(templates.iter().any(|template| template.key == *file), "{file} has another key");
    }
    templates
}

fn texts(layout: &Layout) -> Vec<(usize, &Text)> {
    let mut found = Vec::new();
    for (number, page) in layout.document.pages.iter().enumerate() {
        let marks = page.annotations.iter().flat_map(|annotation| &annotation.objects);
        for object in page.objects.iter().chain(marks) {
            if let Object::Text(text) = object {
                found.push((number, text));
            }
        }
    }
    found
}

fn layout(key: &str) -> Template {
    shipped().into_iter().find(|template| template.key == key).unwrap()
}

fn words(layout: &Layout) -> String {
    texts(layout).into_iter().map(|(_, text)| said(text)).collect()
}

fn said(text: &Text) -> String {
    text.runs.iter().map(|run| run.text.as_str()).collect()
}

#[test]
fn all_layouts_are_here_and_show_their_sample() {
    let templates = shipped();
    let mut keys: Vec<&str> = templates.iter().map(|template| template.key.as_str()).collect();
    keys.sort_unstable();
    assert_eq!(keys, EXPECTED);
    for template in &templates {
        let layout =
            preview(template, &Fonts::new()).unwrap_or_else(|fault| panic!("{}: {fault}", template.key));
        let pages = layout.document.pages.len();
        assert!((1..=2).contains(&pages), "{} has {pages} pages", template.key);
        assert_eq!(layout.document.info.title, template.title);
        let sealed = template.key != "annotated_copy";
        assert_eq!(layout.seals.len(), usize::from(sealed), "{}", template.key);
    }
}

#[test]
fn nothing_leaves_the_page_and_no_line_begins_or_ends_wrongly() {
    for template in shipped() {
        let layout = preview(&template, &Fonts::new()).unwrap();
        for (page, text) in texts(&layout) {
            let (b, line): (Rect, String) = (text.boundary, said(text));
            let area = layout.document.pages[page].area;
            let inside = b.x >= 0.0 && b.y >= 0.0 && b.x + b.w <= area.w && b.y + b.h <= area.h;
            assert!(inside, "{}: {line} at {b:?}", template.key);
            let first = line.chars().next().unwrap();
            // A cell may be nothing but the colon of its label; a page number begins with a dash.
            let alone = line == "：" || line.starts_with("— ");
            assert!(alone || !"，。、；：？！）》」』】〉”’…—～".contains(first), "{}: {line}", template.key);
            assert!(!"（《「『【〈“‘".contains(line.chars().last().unwrap()), "{}: {line}", template.key);
        }
    }
}

#[test]
fn a_field_that_is_asked_for_is_missed_by_name() {
    for template in shipped() {
        for field in template.fields().iter().filter(|field| !field.optional) {
            let mut values = template.sample().clone();
            values.remove(&field.name);
            let fault = lay_out(&template, &values, &Fonts::new()).expect_err(&field.name);
            assert_eq!(
                fault.to_string(),
                format!("layout.field: no value for field {}", field.name),
                "{}",
                template.key
            );
        }
        assert!(lay_out(&template, &Values::new(), &Fonts::new()).is_err(), "{}", template.key);
    }
}

#[test]
fn a_refusal_tells_reasons_and_both_remedies() {
    for (key, why) in [("rejection", "reason"), ("wrong_body", "right_body"), ("decision_refused", "reason")]
    {
        let template = layout(key);
        let all = words(&preview(&template, &Fonts::new()).unwrap());
        for part in [
            "六十日内",
            "《中华人民共和国行政复议法》第二十条",
            "南京市玄武区人民政府申请行政复议",
            "六个月内",
            "《中华人民共和国行政诉讼法》第四十六条",
            "有管辖权的人民法院提起行政诉讼",
        ] {
            assert!(all.contains(part), "{key} lacks {part}");
        }
        for field in [why, "legal_basis", "review_body", "court"] {
            let mut values = template.sample().clone();
            values.set(field, "");
            assert!(lay_out(&template, &values, &Fonts::new()).is_err(), "{key} without {field}");
        }
    }
}

#[test]
fn certificates_say_who_sealed_them_and_carry_what_comes_with_them() {
    for key in ["certificate", "certificate_business_licence"] {
        let template = shipped().into_iter().find(|template| template.key == key).unwrap();
        let mut values = template.sample().clone();
        values.custom("KZ_JYCS", "样例路1号");
        let custom = lay_out(&template, &values, &Fonts::new()).unwrap().document.info.custom;
        let names: Vec<&str> = custom.iter().map(|(name, _)| name.as_str()).collect();
        for name in ["ZZQZR", "ZZQZSJ", "ZZQZMC", "KZ_JYCS"] {
            assert!(names.contains(&name), "{key} lacks {name}");
        }
    }
}

#[test]
fn long_names_and_lists_of_thirty_rows_find_their_place() {
    let name = "江苏省超长名称样例国际餐饮连锁管理与供应链技术服务有限公司南京玄武区珠江路第三分公司";
    for template in shipped() {
        let mut values = template.sample().clone();
        for field in ["applicant_name", "holder_name", "name", "body_name", "receiver"] {
            values.set(field, name);
        }
        values.set("reason", &"经审查，不符合第十三条规定的条件；".repeat(60));
        let rows = |label: &'static str| (1..=30).map(move |n| vec![(label, format!("第{n}项：{name}"))]);
        let with = |rows: Vec<Vec<(&'static str, String)>>| {
            rows.into_iter().map(|mut row| {
                let text = row[0].1.clone();
                row.extend([
                    ("source", text.clone()),
                    ("copies", "1".to_owned()),
                    ("what", text.clone()),
                    ("reason", text),
                ]);
                row
            })
        };
        values.list("materials", with(rows("name").collect()));
        values.list("supplements", with(rows("name").collect()));
        let layout = lay_out(&template, &values, &Fonts::new())
            .unwrap_or_else(|fault| panic!("{}: {fault}", template.key));
        for (page, text) in texts(&layout) {
            let (b, area) = (text.boundary, layout.document.pages[page].area);
            assert!(
                b.x >= 0.0 && b.x + b.w <= area.w && b.y + b.h <= area.h,
                "{}: {}",
                template.key,
                said(text)
            );
        }
    }
}
