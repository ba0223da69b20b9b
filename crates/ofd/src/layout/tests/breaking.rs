//! Lines.

use super::super::class;
use super::*;
use proptest::prelude::*;

#[test]
fn a_closing_mark_takes_the_character_before_it_along() {
    assert_eq!(lines(10, "一二三四五六七八九十。"), ["一二三四五六七八九", "十。"]);
    assert_eq!(lines(10, "一二三四五六七八九《十》"), ["一二三四五六七八九", "《十》"]);
    assert_eq!(lines(10, "一二三四五六七八九”）。十"), ["一二三四五六七八", "九”）。十"]);
}

#[test]
fn a_line_is_squeezed_rather_than_left_with_a_hole() {
    assert_eq!(lines(10, "一二三，五六七，九十。"), ["一二三，五六七，九十。"]);
    assert_eq!(lines(10, "一二三，五六七，九十。十二"), ["一二三，五六七，九十。", "十二"]);
}

#[test]
fn numbers_words_and_their_signs_stay_whole() {
    assert_eq!(lines(10, "一二三四五六七八12345.67元"), ["一二三四五六七八", "12345.67元"]);
    assert_eq!(lines(10, "一二三四五六七八2026年"), ["一二三四五六七八", "2026年"]);
    assert_eq!(lines(10, "一二三四五六七八九30%以上"), ["一二三四五六七八九", "30%以上"]);
    assert_eq!(lines(10, "一二三四五六七八九25℃"), ["一二三四五六七八九", "25℃"]);
    assert_eq!(lines(10, "一二三四五六七八Yoshino Co"), ["一二三四五六七八", "Yoshino Co"]);
    assert_eq!(lines(10, "一二三四五六七八九￥12"), ["一二三四五六七八九", "￥12"]);
}

#[test]
fn only_a_word_longer_than_a_line_is_parted() {
    assert_eq!(lines(5, "见https://a.cn/b"), ["见", "https://a.", "cn/b"]);
    assert_eq!(lines(5, "1234567890123"), ["1234567890", "123"]);
    assert_eq!(lines(5, "1234567890%12"), ["123456789", "0%12"]);
    assert_eq!(lines(5, "%%%%%%%%%%%%"), ["%%%%%%%%%%", "%%"]);
}

#[test]
fn dashes_and_dots_in_pairs_are_not_parted_and_do_not_begin_a_line() {
    assert_eq!(lines(5, "一二三四——五"), ["一二三", "四——五"]);
    assert_eq!(lines(5, "一二三四……五"), ["一二三", "四……五"]);
    assert_eq!(lines(5, "一二三——五"), ["一二三——", "五"]);
}

#[test]
fn a_full_line_fills_its_measure_and_the_last_does_not() {
    let layout = lay_out(&paragraph(10, ""), &values("一二三四五六七八九《十》一二"), &Fonts::new()).unwrap();
    let widths: Vec<f64> = all_texts(&layout).iter().map(|text| text.boundary.w).collect();
    assert_eq!(widths, [50.0, 25.0]);
    let last = |text: &Text| text.runs[0].delta_x.iter().sum::<f64>();
    assert!((last(all_texts(&layout)[0]) - 45.0).abs() < 0.002, "the ninth character ends at the margin");
}

#[test]
fn the_first_line_is_indented_by_two_characters() {
    let template = paragraph(10, "indent=2\n");
    let layout = lay_out(&template, &values("一二三四五六七八九十\n甲"), &Fonts::new()).unwrap();
    let found: Vec<_> = all_texts(&layout).iter().map(|text| (said(text), text.boundary.x)).collect();
    let expected = [("一二三四五六七八", 20.0), ("九十", 10.0), ("甲", 20.0)];
    assert_eq!(found, expected.map(|(text, x)| (text.to_owned(), x)));
}

#[test]
fn rare_characters_and_marks_are_one_cluster_in_a_run_of_their_own() {
    // U+20BB7, a variation selector, a combining dot.
    let layout = lay_out(&paragraph(4, ""), &values("一𠮷二葛\u{e0100}e\u{323}三"), &Fonts::new()).unwrap();
    let first = all_texts(&layout)[0];
    let runs: Vec<(&str, f64)> = first.runs.iter().map(|run| (run.text.as_str(), run.x)).collect();
    assert_eq!(runs, [("一", 0.0), ("𠮷", 5.0), ("二", 10.0), ("葛\u{e0100}", 15.0)]);
    assert_eq!(said(all_texts(&layout)[1]), "e\u{323}三");
}

struct Narrow;

impl Metrics for Narrow {
    fn advance(&self, character: char) -> Option<f64> {
        (character != '龘').then_some(if character == 'i' { 0.25 } else { 1.0 })
    }
}

#[test]
fn a_font_file_gives_the_widths_and_what_it_lacks_is_set_in_the_spare_font() {
    let metrics = Narrow;
    let fonts = Fonts::new().with("宋体", false, &metrics).spare("楷体");
    let layout = lay_out(&paragraph(4, ""), &values("iiii一龘二三"), &fonts).unwrap();
    let names: Vec<(String, &str)> = all_texts(&layout)
        .iter()
        .map(|text| (said(text), layout.document.fonts[text.font].name.as_str()))
        .collect();
    let expected = [("iiii一", "宋体"), ("龘", "楷体"), ("二", "宋体"), ("三", "宋体")];
    assert_eq!(names, expected.map(|(text, name)| (text.to_owned(), name)));
    let sets = characters(&layout.document);
    assert_eq!(sets[1].iter().collect::<String>(), "龘");
    assert!(sets[0].contains(&'二') && !sets[0].contains(&'龘'));
}

/// Pieces of text as officials write them; no more than three marks come together.
fn piece() -> impl Strategy<Value = String> {
    let han = "[一-十国行政许可审批局𠮷龘]{1,6}";
    prop_oneof![
        6 => han,
        2 => "[甲乙丙][，。、；：？！]",
        1 => "《[甲乙丙]{1,4}》[，。]?",
        1 => "（[甲乙丙0-9]{1,4}）",
        1 => "“[甲乙丙]{1,3}。”",
        1 => "[甲乙](——|……)[丙丁]",
        1 => "[1-9][0-9]{0,6}(\\.[0-9]{1,2})?[年元个%]",
        1 => "[A-Za-z]{1,9} ?",
        1 => "葛\u{e0100}|e\u{301}|¥12|25 ?m",
    ]
}

proptest! {
    #[test]
    fn every_character_stands_once_in_order_within_its_frame(
        pieces in proptest::collection::vec(piece(), 1..60),
        characters in 10_usize..34,
        indent in 0..=2_i32,
    ) {
        let text = crate::layout::values::clean(&pieces.concat());
        let template = paragraph(characters, &format!("indent={indent}\n"));
        let layout = lay_out(&template, &values(&text), &Fonts::new()).unwrap();
        let lines = all_texts(&layout);
        prop_assert_eq!(lines.iter().map(|line| said(line)).collect::<String>(), text.as_str());
        let right = 10.0 + characters as f64 * EM;
        for line in &lines {
            let said = said(line);
            let first = said.chars().next().unwrap();
            let last = said.trim_end().chars().rfind(|c| !class::is_mark(*c)).unwrap();
            prop_assert!(class::of(first).may_begin(), "{} begins a line: {}", first, said);
            prop_assert!(class::of(last).may_end(), "{} ends a line: {}", last, said);
            prop_assert!(line.boundary.x >= 10.0 && line.boundary.x + line.boundary.w <= right + 1e-6);
            for run in &line.runs {
                prop_assert_eq!(run.delta_x.len() + 1, run.text.chars().count().max(1) - marks(&run.text));
                // Where the last character that is seen begins; half of it may be the empty half of a mark.
                let seen = run.text.trim_end().chars().count() - marks(&run.text);
                let at = line.boundary.x + run.x + run.delta_x.iter().take(seen.max(1) - 1).sum::<f64>();
                let empty = class::is_half_empty(last, class::of(last));
                let width = fonts::rule_width(last) as f64 / 1000.0 * EM / if empty { 2.0 } else { 1.0 };
                let is_last = std::ptr::eq(run, line.runs.last().unwrap());
                prop_assert!(!is_last || at + width <= right + 0.01, "{} leaves its frame by {}", said, at + width - right);
            }
        }
        prop_assert_eq!(&layout, &lay_out(&template, &values(&text), &Fonts::new()).unwrap());
    }

    #[test]
    fn whatever_the_text_nothing_is_lost(text in "\\PC{0,200}", characters in 4_usize..40) {
        let text = crate::layout::values::clean(&text);
        let layout = lay_out(&paragraph(characters, ""), &values(&text), &Fonts::new()).unwrap();
        let all: String = all_texts(&layout).iter().map(|line| said(line)).collect();
        prop_assert_eq!(all.replace([' ', '\n'], ""), text.replace([' ', '\n'], ""));
    }
}

/// Characters of a text that have no step of their own.
fn marks(text: &str) -> usize {
    if text.chars().any(class::is_mark) { text.chars().count() - 1 } else { 0 }
}
