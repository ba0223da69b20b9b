//! `/items`: all items, narrowed by facets, each a real address.

mod order;
mod wanted;

use super::Params;
use super::lines::{ItemLine, item_line};
use crate::page::Page;
use crate::session::{PageResult, Visit};
use askama::Template;
use domain::catalog::{BaseItem, Catalogue};
use std::collections::HashMap;
use std::sync::Arc;
use wanted::{Facet, Side, Sort, Wanted, topic_name};

const EVERYTHING: &str = "全部事项";
/// The option that takes a filter away.
const NO_FILTER: &str = "全部";

#[derive(Template)]
#[template(path = "portal/browse.html")]
pub(super) struct List<'a> {
    pub heading: String,
    pub total: usize,
    /// (words, address, chosen).
    pub sorts: Vec<(&'static str, String, bool)>,
    pub items: Vec<ItemLine<'a>>,
    pub facets: Vec<FacetView<'a>>,
    /// Filters in force: (words, the list without it).
    pub chosen: Vec<(&'a str, String)>,
    /// Ways on when nothing was found.
    pub ways: Vec<(String, String)>,
    pub base: String,
    pub number: u32,
    pub last: u32,
}

pub(super) struct FacetView<'a> {
    pub title: &'static str,
    pub options: Vec<OptionView<'a>>,
}

pub(super) struct OptionView<'a> {
    pub label: &'a str,
    pub count: usize,
    pub href: String,
    pub on: bool,
}

pub(crate) async fn list(visit: Visit, params: Params) -> PageResult {
    let catalogue = &visit.cx.catalogue.clone();
    let wanted = Wanted::read(&params, &visit);
    let asked = base::Page::of(params.number("page"), None);
    let address = format!("{}{}", wanted.href_of_page(), asked.number);
    let page = |visit: &Visit| frame(visit, catalogue, wanted);
    let main = async |visit: &Visit| Ok(items(catalogue, wanted, &visit.division, asked));
    visit.show_shared_main(address, page, main).await
}

fn frame(visit: &Visit, catalogue: &Catalogue, wanted: Wanted) -> Page {
    let heading = heading(catalogue, &wanted);
    let above: &[(&str, &str)] = if heading == EVERYTHING { &[] } else { &[(EVERYTHING, "/items?side=all")] };
    Page { side: wanted.side.tab(), ..visit.page(heading).under(above) }
}

/// `own` is the visitor's division.
fn items<'a>(catalogue: &'a Catalogue, wanted: Wanted<'a>, own: &str, asked: base::Page) -> List<'a> {
    let division = if wanted.division.is_empty() { own } else { wanted.division };
    let reachable = reachable(catalogue, division);
    let mut found = matching(&reachable, &wanted);
    order::sort(&mut found, wanted.sort, catalogue, division);
    let shown = base::PageOf::new(asked, found.len() as i64, Vec::<()>::new());
    let skip = usize::try_from(asked.offset()).unwrap_or(usize::MAX);
    let rows = found.iter().skip(skip).take(asked.size as usize);
    let facets = facets(catalogue, &reachable, wanted);
    List {
        heading: heading(catalogue, &wanted),
        total: found.len(),
        sorts: sorts(wanted),
        items: rows.map(|item| item_line(catalogue, item, division, !wanted.division.is_empty())).collect(),
        chosen: chosen(&facets),
        facets,
        ways: if found.is_empty() { ways_on(catalogue, wanted, division) } else { Vec::new() },
        base: wanted.href_of_page(),
        number: asked.number.min(shown.pages()),
        last: shown.pages(),
    }
}

/// Base items that people of a division can have: offered there, above it, or somewhere inside it.
fn reachable<'a>(catalogue: &'a Catalogue, division: &str) -> Vec<&'a BaseItem> {
    let top = catalogue.division(division).is_none_or(|row| row.level == "province");
    let inside =
        |item: &BaseItem| catalogue.claimants(&item.code).any(|claimant| top || claimant.parent == division);
    let can_have = |item: &&BaseItem| catalogue.offer(&item.code, division).is_some() || inside(item);
    catalogue.base_items.iter().map(Arc::as_ref).filter(can_have).collect()
}

fn matching<'a>(items: &[&'a BaseItem], wanted: &Wanted) -> Vec<&'a BaseItem> {
    items.iter().copied().filter(|item| wanted.matches(item)).collect()
}

fn heading(catalogue: &Catalogue, wanted: &Wanted) -> String {
    let event =
        catalogue.life_events.iter().find(|event| event.key == wanted.event).map(|event| event.name.clone());
    let topic = topic_name(wanted.side, wanted.topic).map(str::to_owned);
    let department =
        catalogue.department(wanted.department).map(|department| format!("{}部门", department.short));
    event.or(topic).or(department).unwrap_or_else(|| match wanted.side {
        Side::Person => "个人服务事项".to_owned(),
        Side::Legal => "法人服务事项".to_owned(),
        Side::All => EVERYTHING.to_owned(),
    })
}

fn sorts(wanted: Wanted) -> Vec<(&'static str, String, bool)> {
    let link = |sort: Sort| (sort.name(), Wanted { sort, ..wanted }.href(), sort == wanted.sort);
    Sort::ALL.into_iter().map(link).collect()
}

/// All facets, each option with the number of items it would leave.
fn facets<'a>(catalogue: &'a Catalogue, items: &[&BaseItem], wanted: Wanted) -> Vec<FacetView<'a>> {
    let sides = Side::ALL.iter().map(|side| (side.word(), side.name())).collect();
    let departments =
        catalogue.departments.iter().map(|one| (one.key.as_str(), one.short.as_str())).collect();
    let events = catalogue.life_events.iter().map(|one| (one.key.as_str(), one.name.as_str())).collect();
    let all = [
        (Facet::Side, "服务对象", sides),
        (Facet::Topic, "主题", topics(wanted.side)),
        (Facet::Event, "人生和经营阶段", events),
        (Facet::Kind, "办件类型", vec![("instant", "当场办结"), ("promise", "承诺办理")]),
        (Facet::Department, "部门", departments),
    ];
    let views = all
        .into_iter()
        .map(|(facet, title, values)| FacetView { title, options: options(items, wanted, facet, values) });
    views.filter(|facet| facet.options.len() > 1).collect()
}

/// What was chosen, each with the way back from it: the first option of its facet takes the filter away.
fn chosen<'a>(facets: &[FacetView<'a>]) -> Vec<(&'a str, String)> {
    let one = |facet: &FacetView<'a>| {
        let (none, rest) = facet.options.split_first().filter(|(first, _)| first.label == NO_FILTER)?;
        let on = rest.iter().find(|option| option.on)?;
        Some((on.label, none.href.clone()))
    };
    facets.iter().filter_map(one).collect()
}

fn topics(side: Side) -> Vec<(&'static str, &'static str)> {
    match side {
        Side::Person => norms::PersonTopic::ALL.iter().map(|topic| (topic.code(), topic.name())).collect(),
        Side::Legal => norms::LegalTopic::ALL.iter().map(|topic| (topic.code(), topic.name())).collect(),
        Side::All => Vec::new(),
    }
}

/// Options that lead to something, and the chosen one; first the one that takes the filter away.
fn options<'a>(
    items: &[&BaseItem],
    wanted: Wanted,
    facet: Facet,
    values: Vec<(&'a str, &'a str)>,
) -> Vec<OptionView<'a>> {
    let none = (facet != Facet::Side).then_some(("", NO_FILTER));
    // What this filter does not take away: each option counts among these.
    let open = matching(items, &wanted.with(facet, facet.open()));
    let mut counts: HashMap<&str, usize> = HashMap::from([("", open.len())]);
    for item in open {
        facet.each_value(wanted.side, item, |value| *counts.entry(value).or_default() += 1);
    }
    let option = |(value, label): (&'a str, &'a str)| {
        let count = counts.get(value).copied().unwrap_or_default();
        let on = wanted.value(facet) == value;
        (count > 0 || on).then(|| OptionView { label, count, href: wanted.with(facet, value).href(), on })
    };
    none.into_iter().chain(values).filter_map(option).collect()
}

/// Without the filters, and at other levels when something is there.
fn ways_on(catalogue: &Catalogue, wanted: Wanted, division: &str) -> Vec<(String, String)> {
    let mut ways = Vec::new();
    let mut place = division;
    while let Some(above) = catalogue.division(place).and_then(|row| catalogue.division(&row.parent)) {
        let wider = Wanted { division: &above.code, ..wanted };
        let found = matching(&reachable(catalogue, &above.code), &wider).len();
        if found > 0 {
            ways.push((format!("看{}的 {found} 项", above.name), wider.href()));
        }
        place = &above.code;
    }
    if !wanted.is_open() {
        let open = Wanted { side: wanted.side, division: wanted.division, ..Wanted::default() };
        ways.push(("去掉筛选条件".to_owned(), open.href()));
    }
    ways.push((format!("看{EVERYTHING}"), "/items?side=all".to_owned()));
    ways.push(("问 12345".to_owned(), "tel:12345".to_owned()));
    ways
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::tests::catalogue;

    /// What an address asks for; leaked, so that it lives as long as a test wants it.
    fn asked(catalogue: &Catalogue, query: &str) -> Wanted<'static> {
        Wanted::of(Box::leak(Box::new(Params::of(query))), catalogue, Side::Person)
    }

    fn everything(catalogue: &Catalogue) -> Vec<&BaseItem> {
        catalogue.base_items.iter().map(Arc::as_ref).collect()
    }

    #[test]
    fn an_option_promises_as_many_items_as_it_gives() {
        let catalogue = catalogue();
        let items = &everything(&catalogue);
        for query in ["side=all", "side=person&topic=085", "side=legal&kind=instant", "event=having-a-baby"] {
            let wanted = asked(&catalogue, query);
            for option in facets(&catalogue, items, wanted).iter().flat_map(|facet| &facet.options) {
                let followed = option.href.split_once('?').map_or("", |(_, query)| query);
                let found = matching(items, &asked(&catalogue, followed));
                assert_eq!(found.len(), option.count, "{query} → {} {}", option.label, option.href);
            }
        }
    }

    #[test]
    fn a_filter_in_force_can_be_taken_away() {
        let catalogue = catalogue();
        let wanted = asked(&catalogue, "side=person&topic=085&kind=instant");
        let chosen = chosen(&facets(&catalogue, &everything(&catalogue), wanted));
        let [(topic, without_topic), (kind, without_kind)] = chosen.as_slice() else {
            panic!("two filters: {chosen:?}")
        };
        assert_eq!(topic_name(Side::Person, "085"), Some(*topic));
        assert_eq!(*kind, "当场办结");
        assert!(
            !without_topic.contains("topic=") && without_topic.contains("kind=instant"),
            "{without_topic}"
        );
        assert!(!without_kind.contains("kind=") && without_kind.contains("topic=085"), "{without_kind}");
    }

    #[test]
    fn filters_meet() {
        let catalogue = catalogue();
        let of = |query| matching(&everything(&catalogue), &asked(&catalogue, query));
        let found = of("side=person&topic=085&kind=instant");
        assert!(!found.is_empty());
        for item in &found {
            assert!(item.serves_persons() && item.person_topics.iter().any(|t| t == "085"), "{}", item.slug);
            assert_eq!(item.processing, domain::catalog::Processing::Instant, "{}", item.slug);
        }
        assert_eq!(of("side=all").len(), catalogue.base_items.len());
        assert!(of("side=legal&topic=110").iter().all(|item| item.serves_organisations()));
    }

    #[test]
    fn what_is_not_known_filters_nothing() {
        let catalogue = catalogue();
        let odd = "side='&topic=%00&department=../..&event=x&kind=y&division=9&sort=z&page=-1";
        assert_eq!(asked(&catalogue, odd), Wanted::default());
        // A topic of the other side is no topic here.
        assert_eq!(asked(&catalogue, "side=person&topic=165").topic, "");
    }

    #[test]
    fn another_side_has_other_topics() {
        let catalogue = catalogue();
        let legal = asked(&catalogue, "side=person&topic=085&kind=instant").with(Facet::Side, "legal");
        assert_eq!((legal.topic, legal.kind), ("", "instant"));
    }

    #[test]
    fn lists_are_ordered_as_asked() {
        let catalogue = catalogue();
        let mut items = everything(&catalogue);
        order::sort(&mut items, Sort::Hot, &catalogue, "320102");
        let ranks: Vec<u32> = items.iter().map(|item| item.hot.unwrap_or(u32::MAX)).collect();
        assert!(ranks.is_sorted());
        order::sort(&mut items, Sort::Limit, &catalogue, "320102");
        assert!(items.is_sorted_by(|a, b| a.promised.limit().compare(b.promised.limit()).is_le()));
    }
}
