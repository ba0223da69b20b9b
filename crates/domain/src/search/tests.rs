//! What people type, and what they must find.

use super::text::{Run, is_han, normal, runs, without_brackets, words};
use super::{Filter, Fit, Found, SearchIndex, Side, pinyin};
use crate::catalog::{Catalogue, ClaimLevel};
use base::{Page, PageOf};
use proptest::prelude::*;
use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

static INDEX: LazyLock<SearchIndex> =
    LazyLock::new(|| SearchIndex::build(&Catalogue::of_data()).expect("the index is built"));

fn page() -> Page {
    Page::of(None, None)
}

fn find(query: &str) -> PageOf<super::Hit> {
    INDEX.search(query, &Filter::default(), page()).expect("a search never fails").hits
}

fn slugs(query: &str) -> Vec<String> {
    find(query).rows.into_iter().map(|hit| hit.slug).collect()
}

#[test]
fn the_right_item_comes_first() {
    for (query, slug) in [
        ("食品经营", "food-business-licence"),
        ("食品经营许可证", "food-business-licence"),
        ("spjyxk", "food-business-licence"),
        ("SPJY", "food-business-licence"),
        ("shipinjingying", "food-business-licence"),
        ("shipinjingy", "food-business-licence"),
        ("开饭店", "food-business-licence"),
        ("我想开个饭店要办什么证", "food-business-licence"),
        ("饭馆", "food-business-licence"),
        ("失业", "unemployment-registration"),
        ("失业了怎么办", "unemployment-registration"),
        ("下岗", "unemployment-registration"),
        ("shiye", "unemployment-registration"),
        ("尊老金", "old-age-allowance"),
        ("上户口", "birth-household-registration"),
        ("教师资格", "teacher-qualification"),
        ("护士证", "nurse-registration"),
        ("失 业 登 记", "unemployment-registration"),
        ("食品　经营", "food-business-licence"),
    ] {
        assert_eq!(slugs(query).first().map(String::as_str), Some(slug), "{query}: {:?}", find(query).rows);
    }
}

/// Some real items many times over, as a province has them.
fn many(times: usize) -> SearchIndex {
    let mut catalogue = Catalogue::of_data();
    let some = [
        "food-business-licence",
        "individual-business-registration",
        "nurse-registration",
        "old-age-allowance",
    ];
    let mut real = std::mem::take(&mut catalogue.base_items);
    real.retain(|item| some.contains(&item.slug.as_str()));
    for number in 0..times {
        catalogue.base_items.extend(real.iter().map(|item| {
            let mut item = crate::catalog::BaseItem::clone(item);
            item.slug = format!("{}-{number:04}", item.slug);
            item.name = format!("{}第{number}类", item.name);
            // The one that is wanted most comes last in every other order.
            item.hot = (number + 1 == times).then_some(1);
            std::sync::Arc::new(item)
        }));
    }
    SearchIndex::build(&catalogue).expect("the index is built")
}

#[test]
fn among_many_items_those_named_so_are_found_and_the_most_wanted_come_first() {
    let index = many(300);
    let find =
        |query, page| index.search(query, &Filter::default(), page).expect("a search never fails").hits;
    let everything = find("", page());
    assert_eq!(everything.total, 1200);
    let first: Vec<_> = everything.rows.iter().take(4).map(|hit| hit.slug.as_str()).collect();
    assert!(first.iter().all(|slug| slug.ends_with("-0299")), "{first:?}");
    let licences = find("食品经营许可", page());
    assert_eq!(licences.total, 300, "whoever registers a business is told of this licence, and gets another");
    assert_eq!(licences.rows[0].slug, "food-business-licence-0299");
    // Each is on one page, also behind those that are weighed.
    let mut slugs: Vec<String> = (1..=12)
        .flat_map(|number| find("", Page::of(Some(number), Some(100))).rows)
        .map(|hit| hit.slug)
        .collect();
    slugs.sort();
    slugs.dedup();
    assert_eq!(slugs.len(), 1200);
}

#[test]
fn an_item_that_only_mentions_a_word_is_not_given_for_the_answer() {
    let fits = |query: &str| -> Vec<(String, Fit)> {
        find(query).rows.into_iter().map(|hit| (hit.slug, hit.fit)).collect()
    };
    assert_eq!(fits("结婚"), [("birth-household-registration".to_owned(), Fit::Mentioned)]);
    assert!(fits("结婚登记").iter().all(|(_, fit)| *fit != Fit::Named), "{:?}", fits("结婚登记"));
    for called in ["饭馆", "下岗", "spjyxk", "护士证", "上户口", "000131012000", ""] {
        assert_eq!(fits(called)[0].1, Fit::Named, "{called}");
    }
    // Every one that is called so stands before those that mention it.
    for query in ["户口", "医保", "营业执照", "身份证", "护士", "公司"] {
        let fits = fits(query);
        let first = fits.iter().position(|(_, fit)| *fit != Fit::Named).unwrap_or(fits.len());
        assert!(fits[first..].iter().all(|(_, fit)| *fit != Fit::Named), "{query}: {fits:?}");
    }
    assert!(fits("医保").iter().any(|(_, fit)| *fit != Fit::Named), "there is something to put in order");
    let some = fits("失业登记 结婚");
    assert!(!some.is_empty() && some.iter().all(|(_, fit)| *fit == Fit::Partly), "{some:?}");
}

#[test]
fn what_no_item_is_for_is_told_where_to_go() {
    let phone = |query: &str| {
        let row = INDEX.elsewhere(query).expect("a search never fails")?;
        Some((row.phone.clone().unwrap_or_default(), row.norm.clone()))
    };
    let to = |norm: &str| Some(("12345".to_owned(), norm.to_owned()));
    assert_eq!(phone("我要 投诉"), to("国办发〔2020〕53号"));
    assert_eq!(phone("结婚登记怎么办"), to("民法典第一千零四十九条"));
    assert_eq!(phone("食品经营"), None);
    assert_eq!(phone(""), None);
    // An item that is called so takes the sentence away.
    let mut catalogue = Catalogue::of_data();
    let mut item = crate::catalog::BaseItem::clone(&catalogue.base_items[0]);
    item.slug = "marriage-registration".into();
    item.keywords.push("结婚登记".into());
    catalogue.base_items.push(item.into());
    let index = SearchIndex::build(&catalogue).expect("the index is built");
    assert_eq!(index.elsewhere("结婚登记怎么办").expect("a search never fails"), None);
}

#[test]
fn nonsense_finds_nothing() {
    for query in ["魑魅魍魉", "zzzqqq", "😀😀", "!!??……", "\u{0}\u{7}", "asdfghjkl", "9999999"] {
        assert_eq!(find(query).total, 0, "{query}: {:?}", find(query).rows);
    }
}

#[test]
fn all_ideas_come_before_any() {
    let both = slugs("失业 登记");
    assert_eq!(both.first().map(String::as_str), Some("unemployment-registration"));
    let mixed = find("食品经营许可 魑魅");
    assert!(
        mixed.rows.iter().any(|hit| hit.slug == "food-business-licence"),
        "any idea will do when all cannot"
    );
}

#[test]
fn a_filter_narrows_and_a_blank_query_lists() {
    let all = find("").total as usize;
    assert_eq!(all, INDEX.entries.len());
    let hot: Vec<Option<u32>> = find(" ").rows.iter().map(|hit| hot(&hit.slug)).collect();
    assert!(hot.first().is_some_and(|rank| *rank == Some(1)), "the most wanted first: {hot:?}");
    let only = |filter: Filter| {
        INDEX.search("", &filter, Page::of(None, Some(100))).expect("a search never fails").hits
    };
    let persons = only(Filter { side: Side::Person, ..Filter::default() });
    let legal = only(Filter { side: Side::Legal, ..Filter::default() });
    assert!(persons.total > 0 && legal.total > 0 && persons.total + legal.total >= all as i64);
    let market = only(Filter { department: Some("market".into()), ..Filter::default() });
    assert!(market.total > 0 && market.rows.iter().all(|hit| hit.department == "市场监管"));
    let event = only(Filter { life_event: Some("unemployed".into()), ..Filter::default() });
    assert!(event.rows.iter().any(|hit| hit.slug == "unemployment-registration"));
    let topic = only(Filter { topic: Some("010".into()), side: Side::Legal, ..Filter::default() });
    assert!(topic.rows.iter().any(|hit| hit.slug == "food-business-licence"));
    let level = only(Filter { level: Some(ClaimLevel::Province), ..Filter::default() });
    assert!(level.total < all as i64);
    let nothing = Filter { department: Some("\" OR 1=1".into()), ..Filter::default() };
    assert_eq!(INDEX.search("食品", &nothing, page()).expect("a search never fails").hits.total, 0);
}

fn hot(slug: &str) -> Option<u32> {
    INDEX.entries.iter().find(|entry| entry.item.slug == slug).and_then(|entry| entry.item.hot)
}

#[test]
fn pages_follow_one_another() {
    let whole = find("许可");
    let one = |number| {
        let page = Page::of(Some(number), Some(2));
        INDEX.search("许可", &Filter::default(), page).expect("a search never fails").hits
    };
    assert!(whole.total > 4);
    let pages: Vec<String> = [1, 2].into_iter().flat_map(|n| one(n).rows).map(|hit| hit.slug).collect();
    assert_eq!(pages, slugs("许可")[..4]);
    assert_eq!((one(9_999).rows.len(), one(9_999).total), (0, whole.total));
}

#[test]
fn hits_say_why() {
    let hit = find("食品经营").rows.remove(0);
    assert_eq!(&hit.title[hit.highlights[0].clone()], "食品经营");
    assert_eq!(hit.matched_synonym, None);
    let hit = find("spjy").rows.remove(0);
    assert_eq!(&hit.title[hit.highlights[0].clone()], "食品经营");
    let items = u32::try_from(INDEX.entries.len()).unwrap();
    let ours = |word: &str| (0..items).any(|item| INDEX.says(item, word));
    let foreign = INDEX.rows.iter().find(|row| ours(&row[0]) && row.iter().any(|word| !ours(word)));
    let foreign = foreign.expect("a synonym that no item uses");
    let word = foreign.iter().find(|word| !ours(word)).expect("the word itself");
    let hit = find(word).rows.remove(0);
    assert!(hit.matched_synonym.is_some_and(|ours| foreign.contains(&ours)), "{word}");
    assert_eq!(slugs("000131012000").first().map(String::as_str), Some("food-business-licence"));
}

#[test]
fn suggestions_complete_what_is_typed() {
    let texts = |prefix: &str| -> Vec<String> { INDEX.suggest(prefix).into_iter().map(|s| s.text).collect() };
    for prefix in ["spjy", "shipin", "食品", "ShiPin", "spjyxk"] {
        assert!(
            texts(prefix).iter().any(|text| text.starts_with("食品经营许可")),
            "{prefix}: {:?}",
            texts(prefix)
        );
    }
    assert!(texts("失").iter().all(|text| text.contains('失')));
    assert!(
        INDEX.suggest("食品经营").first().is_some_and(|s| s.slug.as_deref() == Some("food-business-licence"))
    );
    assert!(texts("s").len() <= 8);
    for nothing in ["", " ", "！", "zzzzz"] {
        assert_eq!(INDEX.suggest(nothing), [], "{nothing}");
    }
}

/// How well a name fits what was typed, by comparing it alone: less is better.
fn fit(name: &str, typed: &str) -> Option<u8> {
    let own = normal(name, usize::MAX).replace(' ', "");
    if own.starts_with(typed) {
        return Some(0);
    }
    if typed.chars().any(is_han) {
        return own.contains(typed).then_some(3);
    }
    let like =
        |text: &str| pinyin::full(text).starts_with(typed) || pinyin::initials(text).starts_with(typed);
    if like(name) {
        return Some(1);
    }
    // What stands in brackets may be typed on after the rest, if it comes last, but no word of it comes first.
    let short = without_brackets(name);
    let brackets = name.strip_prefix(&short).unwrap_or_default();
    let short = normal(&short, usize::MAX);
    let mut all: Vec<&str> = Vec::new();
    for run in runs(&short) {
        match run {
            Run::Han(han) => all.extend(words(han)),
            Run::Other(word) => all.push(word),
        }
    }
    let inside = |at: usize| all[at].chars().all(is_han) && like(&(all[at..].concat() + brackets));
    (typed.len() >= 2 && (0..all.len()).any(inside)).then_some(2)
}

#[test]
fn suggestions_are_the_best_of_all_names() {
    let mut names: Vec<(bool, u32, &str)> = Vec::new();
    for entry in &INDEX.entries {
        let hot = entry.item.hot.unwrap_or(u32::MAX);
        names.push((false, hot, &entry.item.name));
        names.extend(entry.item.keywords.iter().map(|keyword| (true, hot, keyword.as_str())));
    }
    let best = |typed: &str| -> Vec<&str> {
        let mut fitting: Vec<_> =
            names.iter().filter_map(|name| fit(name.2, typed).map(|fit| (fit, *name))).collect();
        fitting.sort_unstable();
        let mut seen = HashSet::new();
        fitting.retain(|(_, name)| seen.insert(name.2));
        fitting.into_iter().map(|(_, name)| name.2).take(8).collect()
    };
    let mut typed: BTreeSet<String> = BTreeSet::new();
    for (_, _, name) in &names {
        let han: Vec<char> = normal(name, usize::MAX).chars().filter(|c| *c != ' ').collect();
        typed.extend((1..=3.min(han.len())).map(|end| han[..end].iter().collect()));
        typed.extend(han.get(1..3).map(|inside| inside.iter().collect::<String>()));
        for spelled in [pinyin::full(name), pinyin::initials(name)] {
            typed.extend((1..=5).filter_map(|end| spelled.get(..end).map(str::to_owned)));
            typed.extend((2..6).filter_map(|from| spelled.get(from..from + 3).map(str::to_owned)));
        }
    }
    assert!(typed.len() > 500, "{}", typed.len());
    for typed in typed {
        let suggested = INDEX.suggest(&typed);
        let texts: Vec<&str> = suggested.iter().map(|suggestion| suggestion.text.as_str()).collect();
        assert_eq!(texts, best(&typed), "{typed}");
    }
}

#[test]
fn a_slip_is_understood() {
    let mean = |query: &str| INDEX.did_you_mean(query).expect("a search never fails");
    assert_eq!(mean("食品经赢").as_deref(), Some("食品经营"));
    assert_eq!(mean("shipinjinying").as_deref(), Some("食品经营"));
    assert_eq!(mean("事业登记").as_deref(), Some("失业登记"));
    assert_eq!(mean("教师资革").as_deref(), Some("教师资格"));
    for fine in ["食品经营", "shiye", "失业登记", "魑魅魍魉", "a", ""] {
        assert_eq!(mean(fine), None, "{fine}");
    }
}

#[test]
fn words_that_no_item_knows_are_left_out_and_told() {
    let left_out =
        |query: &str| INDEX.search(query, &Filter::default(), page()).expect("a search never fails").left_out;
    assert_eq!(left_out("食品经营 魑魅"), ["魑魅"]);
    assert_eq!(
        left_out("魑魅 食品经营 Qwzx 魑魅"),
        ["魑魅", "qwzx"],
        "each once, in the order they were typed"
    );
    assert_eq!(slugs("食品经营 魑魅"), slugs("食品经营"), "what is told is what was done");
    // Words that were used, words that say nothing, and words that are all there is.
    for nothing in ["食品经营", "我要开饭店", "spjy", "怎么办理食品经营", "魑魅", "", "我要"]
    {
        assert_eq!(left_out(nothing), [""; 0], "{nothing}");
    }
}

#[test]
fn an_index_without_items_answers() {
    let empty = SearchIndex::empty().expect("an empty index can be built");
    for query in ["", "食品", "shipin"] {
        assert_eq!(
            empty.search(query, &Filter::default(), page()).expect("a search never fails").hits.total,
            0
        );
        assert_eq!(empty.suggest(query), []);
    }
}

/// Pieces that break parsers, and pieces that find something.
fn pieces() -> impl Strategy<Value = String> {
    let fixed = vec![
        "食品", "许可", "AND", "OR NOT", "title:", "\"", "*", "~2", "^9", "(", ")", "[a TO z]", "\\", "\0",
        "\u{202e}", "😀", "𠮷", "shipin", "０１", "ı", "İ", "ß", "\u{301}", "000131", "%", "'; --",
    ];
    let fixed = prop::sample::select(fixed).prop_map(str::to_owned);
    prop_oneof![fixed, "(?s).{0,8}", "[\u{4e00}-\u{9fff}]{1,6}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_query_fails(parts in prop::collection::vec(pieces(), 0..8)) {
        let query = parts.concat();
        let Found { hits: found, left_out } = INDEX.search(&query, &Filter::default(), page()).unwrap();
        prop_assert!(found.rows.len() as i64 <= found.total);
        for hit in &found.rows {
            prop_assert!(hit.highlights.iter().all(|range| hit.title.get(range.clone()).is_some_and(|m| !m.is_empty())));
            prop_assert!(hit.highlights.windows(2).all(|pair| pair[0].end < pair[1].start));
            prop_assert!(hit.score.is_finite());
        }
        prop_assert!(INDEX.suggest(&query).len() <= 8);
        INDEX.did_you_mean(&query).unwrap();
        prop_assert!(left_out.iter().all(|word| !word.is_empty()));
    }
}

#[test]
fn a_very_long_query_is_cut() {
    let long = "食品经营许可 AND (title:\"失业\")".repeat(1_000);
    assert!(find(&long).total > 0);
    assert!(INDEX.read_query(&long).ideas.len() <= 12);
    assert_eq!(INDEX.suggest(&long), []);
}
