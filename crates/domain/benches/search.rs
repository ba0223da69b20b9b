//! Searching 125,000 items beside R6, a scan of their titles in memory, in the same run:
//! `cargo bench -p yiwang-domain --features testing --bench search [-- ITEMS]`.
//!
//! Titles are composed of the real items' names, what people call them, divisions and acts; everything else of an
//! item is that of the real one. A **round** asks every query once; figures are over all rounds.

use base::Page;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use yiwang_domain::catalog::{BaseItem, Catalogue, Sources, parse_sources};
use yiwang_domain::search::{Filter, SearchIndex};

const ITEMS: usize = 125_000;
const ROUNDS: usize = 30;
const ACTS: [&str; 8] = ["新办", "变更", "延续", "注销", "补发", "备案", "年度报告", "信息更正"];

/// Every idea is met by some item.
const MET: [(&str, &[&str]); 5] = [
    ("one word", &["食品经营", "失业登记", "护士", "消防", "户外广告", "营业执照", "医保", "诊所"]),
    (
        "two words",
        &["食品 许可", "失业 登记", "开饭店 南京", "公司 变更", "玄武区 户外广告", "昆山 食品经营许可"],
    ),
    (
        "a sentence",
        &["我想开个饭店要办什么证", "失业了怎么办", "公司注销去哪里办理", "小孩出生上户口要什么材料"],
    ),
    ("pinyin", &["spjyxk", "shipinjingying", "shiye", "hushi", "yingyezhizhao"]),
    ("what a third of the titles say", &["许可", "登记", "备案", "变更"]),
];
/// None is, as a whole.
const UNMET: [(&str, &[&str]); 2] = [
    ("any idea will do", &["食品经营 魑魅", "失业登记 摩天轮", "护士 注册 彗星", "饭馆 火星"]),
    ("nothing", &["魑魅魍魉", "zzzqqq", "9999999"]),
];

fn main() {
    let wanted = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(ITEMS);
    let before = own_memory();
    let catalogue = catalogue(wanted);
    let with_catalogue = own_memory();
    let begun = now();
    let index = SearchIndex::build(&catalogue).expect("the index is built");
    println!("{wanted} items: {:.1} s to build, one thread", begun.elapsed().as_secs_f64());
    println!(
        "memory: catalogue {:.0} MB, index {:.0} MB more",
        with_catalogue - before,
        own_memory() - with_catalogue
    );
    let titles: Vec<String> = catalogue.base_items.iter().map(|item| item.name.clone()).collect();
    let reference = scan(&titles);
    println!("| queries | p50 µs | p99 µs | p99 ÷ R6 | goal |\n|---|---:|---:|---:|---|");
    println!("| R6: scan of {} titles | {reference:.0} | | 1 | |", titles.len());
    for (groups, goal) in [(&MET[..], "≤ 1"), (&UNMET[..], "≤ 3")] {
        let mut together = Vec::new();
        for (name, queries) in groups {
            let times = ask(&index, queries);
            row(name, &times, reference, goal);
            together.extend(times);
        }
        row("**all of these**", &together, reference, goal);
    }
    let typed: Vec<f64> = rounds(&["食", "食品", "shi", "spjy", "公司变"], |text| {
        std::hint::black_box(index.suggest(text));
    });
    row("suggestions while typing", &typed, reference, "");
    let slips: Vec<f64> =
        rounds(&["食品经赢", "shipinjinying", "失业登记", "公司变更南京市"], |text| {
            std::hint::black_box(index.did_you_mean(text).expect("a search never fails"));
        });
    row("what may have been meant", &slips, reference, "");
}

fn ask(index: &SearchIndex, queries: &[&str]) -> Vec<f64> {
    rounds(queries, |query| {
        let found =
            index.search(query, &Filter::default(), Page::of(None, None)).expect("a search never fails");
        std::hint::black_box(found);
    })
}

/// Microseconds of each act, the first round not counted.
fn rounds(texts: &[&str], act: impl Fn(&str)) -> Vec<f64> {
    texts.iter().for_each(|text| act(text));
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        for text in texts {
            let begun = now();
            act(text);
            times.push(begun.elapsed().as_secs_f64() * 1e6);
        }
    }
    times
}

fn row(name: &str, times: &[f64], reference: f64, goal: &str) {
    let p99 = share(times, 0.99);
    println!("| {name} | {:.0} | {p99:.0} | {:.2} | {goal} |", share(times, 0.5), p99 / reference);
}

fn share(times: &[f64], part: f64) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * part).round() as usize]
}

/// R6, microseconds.
fn scan(titles: &[String]) -> f64 {
    let queries: Vec<&str> = MET.iter().flat_map(|(_, queries)| queries.iter().copied()).collect();
    let times = rounds(&queries, |query| {
        std::hint::black_box(titles.iter().filter(|title| title.contains(query)).count());
    });
    share(&times, 0.5)
}

fn catalogue(wanted: usize) -> Catalogue {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data"));
    let sources = Sources::from_dir(folder).expect("data/ can be read");
    let mut catalogue = Catalogue::of_parsed(parse_sources(&sources).expect("data/ has no mistakes"));
    let real = std::mem::take(&mut catalogue.base_items);
    let divisions: Vec<&str> =
        norms::divisions().iter().filter(|d| d.code.starts_with("32")).map(|d| d.name).collect();
    let mut seen = HashSet::new();
    let mut made = Vec::with_capacity(wanted);
    // The real ones first, then by act, so that a smaller number has fewer divisions and not fewer items.
    made.extend(real.iter().cloned());
    'all: for called in 0.. {
        for act in ACTS {
            for division in &divisions {
                for item in &real {
                    if made.len() >= wanted {
                        break 'all;
                    }
                    let own = item.name.split('（').next().unwrap_or(&item.name);
                    let name = match item.keywords.get(called % (item.keywords.len() + 1)) {
                        Some(keyword) => format!("{division}{own}（{keyword}）{act}"),
                        None => format!("{division}{own}{act}第{called}类"),
                    };
                    if seen.insert(name.clone()) {
                        made.push(named(item, name, made.len()));
                    }
                }
            }
        }
    }
    catalogue.base_items = made;
    catalogue
}

fn named(item: &BaseItem, name: String, number: usize) -> Arc<BaseItem> {
    let mut item = item.clone();
    item.slug = format!("{}-{number}", item.slug);
    item.code = format!("{:09}{:03}", 100_000_000 + number, 0);
    item.name = name;
    item.hot = None;
    Arc::new(item)
}

/// Megabytes this process holds for itself.
fn own_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}

#[allow(clippy::disallowed_methods, reason = "a measurement")]
fn now() -> Instant {
    Instant::now()
}
