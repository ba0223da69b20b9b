//! Pages, tables, fixed frames, seals.

use super::*;
use crate::model::{AnnotationKind, Image, ImageFormat};

/// A notice of lines 10 mm high: 20 on a page of 100 mm width.
fn notice(blocks: &str) -> Template {
    let toml = format!(
        "key='n'\nversion=1\ntitle='通知书'\npage=[120, 240]\ncross_page_seal='body'\n[text]\nsize=14.1732\nline=2\n\
         [[frame]]\nkey='f'\nflow=true\nx=10\ny=20\nw=100\nh=200\n\
         [[frame]]\nkey='foot'\non='every'\nx=10\ny=225\nw=100\nh=10\n\
         [[block]]\nkind='paragraph'\nframe='foot'\ntext='第{{page}}页共{{pages}}页'\nalign='center'\n{blocks}"
    );
    Template::parse(&toml).unwrap()
}

const SIGNED: &str = "[[block]]\nkind='paragraph'\ntext='{text}'\n\
    [[block]]\nkind='signature'\nbefore=10\nrole='body'\nbody='{body_name}'\ndate='{date}'\n";

fn signed(lines: usize) -> Layout {
    let mut values = values(&vec!["一行"; lines].join("\n"));
    values.set("body_name", "某某行政审批局").set("date", "2026年9月24日");
    lay_out(&notice(SIGNED), &values, &Fonts::new()).unwrap()
}

#[test]
fn a_signature_never_stands_alone_on_a_page() {
    for lines in 1..70 {
        let layout = signed(lines);
        let seal = &layout.seals[0];
        let said: Vec<String> = texts(&layout, seal.page).iter().map(|text| said(text)).collect();
        assert_eq!(seal.page + 1, layout.document.pages.len());
        assert_eq!(said.iter().filter(|text| *text == "2026年9月24日").count(), 1);
        assert!(said.iter().any(|text| text == "一行"), "{lines} lines: {said:?}");
        let all = all_texts(&layout);
        assert_eq!(all.iter().filter(|text| super::said(text) == "一行").count(), lines);
        assert!(all.iter().all(|text| text.boundary.y + text.boundary.h <= 235.0));
    }
}

#[test]
fn the_seal_lies_on_the_axis_of_name_and_date_and_covers_both() {
    let layout = signed(3);
    let seal = &layout.seals[0];
    let find = |what: &str| texts(&layout, 0).into_iter().find(|text| said(text) == what).unwrap().boundary;
    let (name, date) = (find("某某行政审批局"), find("2026年9月24日"));
    for line in [name, date] {
        assert!((line.x + line.w / 2.0 - seal.x).abs() < 0.002, "{line:?} {seal:?}");
        let reach = (seal.y - line.y).abs().max((seal.y - line.y - line.h).abs());
        assert!(reach < 21.0, "a seal of 42 mm covers {line:?}");
    }
    assert!(date.y > seal.y, "the date lies in the lower half");
    // Four characters of 5 mm stay free at the right.
    assert!((name.x + name.w - 90.0).abs() < 0.002);
}

#[test]
fn pages_are_counted_and_a_seal_crosses_them_only_when_there_are_several() {
    let one = signed(3);
    assert_eq!(said(texts(&one, 0).last().unwrap()), "第1页共1页");
    assert_eq!(one.cross_page, None);
    let three = signed(45);
    let feet: Vec<String> = (0..3).map(|page| said(texts(&three, page).last().unwrap())).collect();
    assert_eq!(feet, ["第1页共3页", "第2页共3页", "第3页共3页"]);
    assert_eq!(three.cross_page, Some(CrossPage { role: "body".to_owned(), y: 120.0 }));
}

#[test]
fn no_paragraph_leaves_one_line_behind_or_sends_one_ahead() {
    for before in 10..22 {
        let mut values = values(&"三".repeat(60));
        values.set("first", &vec!["行"; before].join("\n"));
        let blocks =
            "[[block]]\nkind='paragraph'\ntext='{first}'\n[[block]]\nkind='paragraph'\ntext='{text}'\n";
        let layout = lay_out(&notice(blocks), &values, &Fonts::new()).unwrap();
        for page in 0..layout.document.pages.len() {
            let count = texts(&layout, page).iter().filter(|text| said(text).starts_with('三')).count();
            assert_ne!(count, 1, "{before} lines before, page {page}");
        }
    }
}

const TABLE: &str = "[[block]]\nkind='table'\nlist='materials'\nline=1.2\n\
    [[block.column]]\ntitle='序号'\nwidth=20\ntext='{row}'\nalign='center'\n\
    [[block.column]]\ntitle='名称'\ntext='{name}'\n";

fn table(names: &[String]) -> Layout {
    let mut values = Values::new();
    values.list("materials", names.iter().map(|name| vec![("name", name.as_str())]));
    lay_out(&notice(TABLE), &values, &Fonts::new()).unwrap()
}

#[test]
fn a_table_repeats_its_head_and_shows_every_row_once() {
    let names: Vec<String> = (1..=60).map(|n| format!("材料{n}的名称比一格长因此在格子里换行")).collect();
    let layout = table(&names);
    let pages = layout.document.pages.len();
    assert!(pages > 3);
    for page in 0..pages {
        let said: Vec<String> = texts(&layout, page).iter().map(|text| said(text)).collect();
        assert_eq!(said.iter().filter(|text| *text == "名称").count(), 1, "page {page}");
        assert_eq!(said[..2], ["序号", "名称"]);
    }
    let numbers: Vec<String> = all_texts(&layout)
        .iter()
        .filter(|text| text.boundary.x < 30.0)
        .map(|text| said(text))
        .filter(|text| text.parse::<usize>().is_ok())
        .collect();
    assert_eq!(numbers, (1..=60).map(|n| n.to_string()).collect::<Vec<_>>());
    let cells: String =
        all_texts(&layout).iter().filter(|text| text.boundary.x > 30.0).map(|text| said(text)).collect();
    let plain = cells.replace("名称第", "第");
    assert!(names.iter().all(|name| plain.contains(name.as_str())));
}

#[test]
fn a_row_taller_than_a_page_is_cut_between_lines_and_closed_at_the_cut() {
    let long: String = (0..1000).map(|n| char::from_u32(0x4E00 + n).unwrap()).collect();
    let layout = table(&["短".to_owned(), long.clone()]);
    assert!(layout.document.pages.len() > 2);
    let cells: String = all_texts(&layout)
        .iter()
        .filter(|text| text.boundary.x > 30.0 && text.boundary.y < 221.0)
        .map(|text| said(text))
        .filter(|text| text != "名称" && !text.starts_with('第'))
        .collect();
    assert_eq!(cells, format!("短{long}"));
    for page in &layout.document.pages {
        let bottom = page.objects.iter().filter_map(|object| match object {
            Object::Path(path) => Some(path.boundary.y + path.boundary.h),
            _ => None,
        });
        assert!(bottom.fold(0.0, f64::max) <= 220.5);
    }
}

const FIXED: &str = "key='c'\nversion=1\ntitle='证'\npage=[100, 60]\n[text]\nsize=14.1732\nline=1.2\n\
    [[frame]]\nkey='name'\nx=10\ny=10\nw=50\nh=13\nleast=0.6\n\
    [[block]]\nkind='paragraph'\nframe='name'\ntext='{text}'\nsingle=true\nalign='center'\n\
    [[block]]\nkind='seal'\nrole='body'\nx=80\ny=40\n";

#[test]
fn a_long_value_shrinks_then_wraps_then_is_refused_by_name() {
    let template = Template::parse(FIXED).unwrap();
    let sizes = |characters: usize| -> Result<Vec<f64>> {
        let layout = lay_out(&template, &values(&"一".repeat(characters)), &Fonts::new())?;
        Ok(all_texts(&layout).iter().map(|text| text.size).collect())
    };
    assert_eq!(sizes(10), Ok(vec![5.0]));
    assert_eq!(sizes(12), Ok(vec![4.0]), "smaller, one line");
    assert_eq!(sizes(30), Ok(vec![3.0; 2]), "smallest, two lines");
    let refused = sizes(60).unwrap_err();
    assert_eq!(refused.to_string(), "layout.overflow: frame name cannot hold field text");
    let layout = lay_out(&template, &values("一"), &Fonts::new()).unwrap();
    assert_eq!(layout.seals, [SealPlace { role: "body".to_owned(), page: 0, x: 80.0, y: 40.0 }]);
}

#[test]
fn a_block_appears_with_its_field() {
    let toml = "[[block]]\nkind='paragraph'\nwhen='court'\ntext='向{court}起诉'\n\
                [[block]]\nkind='paragraph'\nwhen='!court'\ntext='不可诉'\n";
    let shown = |values: &Values| said(all_texts(&lay_out(&notice(toml), values, &Fonts::new()).unwrap())[0]);
    let mut values = Values::new();
    assert_eq!(shown(&values), "不可诉");
    values.set("court", " ");
    assert_eq!(shown(&values), "不可诉");
    values.set("court", "法院");
    assert_eq!(shown(&values), "向法院起诉");
}

#[test]
fn a_picture_keeps_its_proportions_and_is_stored_once() {
    let toml = "key='p'\nversion=1\ntitle='证'\n[[frame]]\nkey='f'\nx=10\ny=10\nw=50\nh=90\n".to_owned()
        + &"[[block]]\nkind='picture'\nframe='f'\nfield='photo'\nw=30\nh=40\n".repeat(2);
    let bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x96\0\0\0\xc8".to_vec();
    let mut values = Values::new();
    values.picture("photo", Image { format: ImageFormat::Png, bytes }).unwrap();
    let layout = lay_out(&Template::parse(&toml).unwrap(), &values, &Fonts::new()).unwrap();
    let Object::Image(placed) = &layout.document.pages[0].objects[0] else { panic!("no picture") };
    assert_eq!((placed.boundary.w, placed.boundary.h), (30.0, 40.0));
    assert_eq!(layout.document.images.len(), 1);
    assert_eq!(layout.document.pages[0].objects.len(), 2);
}

#[test]
fn an_annotated_copy_bears_its_mark_on_every_page_within_the_page() {
    let mark = Template::parse(
        "key='a'\nversion=1\ntitle='加注件'\nneeds=['until']\n[[block]]\nkind='watermark'\ntext='仅供{to}使用\\n至{until}'\n\
         [custom]\nJZJZZSY='{to}'\n",
    );
    let mark = mark.unwrap();
    let mut values = Values::new();
    values.set("to", "南京市公安局").set("until", "");
    let mut document = signed(45).document;
    let before = document.clone();
    let fault = annotate(&mut document, &mark, &values, &Fonts::new()).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "layout.field: no value for field until",
        "a copy without its term is none"
    );
    assert_eq!(document, before);
    values.set("until", "2026年12月31日");
    annotate(&mut document, &mark, &values, &Fonts::new()).unwrap();
    assert_eq!(document.info.custom, [("JZJZZSY".to_owned(), "南京市公安局".to_owned())]);
    for (page, old) in document.pages.iter().zip(&before.pages) {
        assert_eq!(page.objects, old.objects);
        let annotation = &page.annotations[0];
        assert_eq!(annotation.kind, AnnotationKind::Watermark);
        assert!(annotation.objects.len() >= 2);
        for object in &annotation.objects {
            let Object::Text(text) = object else { panic!("not a text") };
            assert_eq!(document.fonts[text.font].name, "宋体");
            let (b, area) = (text.boundary, page.area);
            assert!(b.x >= 0.0 && b.y >= 0.0 && b.x + b.w <= area.w && b.y + b.h <= area.h, "{b:?}");
        }
    }
}
