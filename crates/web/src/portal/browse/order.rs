//! The order of a list.

use super::wanted::Sort;
use domain::catalog::{BaseItem, Catalogue};
use norms::Limit;
use pinyin::ToPinyin;

/// Sorts items as they show to people of `division`. Equal ones stay in order of slug.
pub(super) fn sort(items: &mut [&BaseItem], sort: Sort, catalogue: &Catalogue, division: &str) {
    match sort {
        Sort::Hot => items.sort_by_key(|item| item.by_heat()),
        Sort::Pinyin => items.sort_by_cached_key(|item| pinyin(&item.name)),
        Sort::Limit => {
            let promised = |item: &BaseItem| promised(catalogue, item, division);
            items.sort_by(|a, b| promised(a).compare(promised(b)).then_with(|| a.slug.cmp(&b.slug)));
        }
    }
}

fn promised(catalogue: &Catalogue, item: &BaseItem, division: &str) -> Limit {
    catalogue.offer(&item.code, division).map_or_else(|| item.promised.limit(), |offer| offer.promised())
}

/// Syllable by syllable, with blanks between, so that 安 stands before 昂.
fn pinyin(name: &str) -> String {
    let syllable =
        |c: char| c.to_pinyin().map_or_else(|| c.to_string(), |pinyin| format!("{} ", pinyin.plain()));
    name.chars().map(syllable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_pinyin_go_syllable_by_syllable() {
        let mut names = ["昂贵", "食品", "安全", "诊所", "公司", "出生"];
        names.sort_by_cached_key(|name| pinyin(name));
        assert_eq!(names, ["安全", "昂贵", "出生", "公司", "食品", "诊所"]);
    }
}
