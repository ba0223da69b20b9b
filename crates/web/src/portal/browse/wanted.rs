//! Which items a list shows: the filters of its address.

use crate::portal::{Params, address};
use crate::session::Visit;
use domain::catalog::{BaseItem, Catalogue, Processing};

/// The filters of `/items`. Empty texts filter nothing; what the catalogue does not know is passed over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Wanted<'a> {
    pub side: Side,
    /// A topic code of the side.
    pub topic: &'a str,
    /// Key of a department.
    pub department: &'a str,
    /// Key of a life event.
    pub event: &'a str,
    /// `instant` or `promise`.
    pub kind: &'a str,
    /// Named in the address; empty means the visitor's own.
    pub division: &'a str,
    pub sort: Sort,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Side {
    #[default]
    Person,
    Legal,
    All,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Sort {
    #[default]
    Hot,
    Pinyin,
    Limit,
}

/// A filter that visitors change one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Facet {
    Side,
    Topic,
    Department,
    Event,
    Kind,
}

impl Facet {
    pub const ALL: [Facet; 5] = [Facet::Side, Facet::Topic, Facet::Department, Facet::Event, Facet::Kind];

    /// The value that lets every item through.
    pub fn open(self) -> &'static str {
        if self == Facet::Side { Side::All.word() } else { "" }
    }

    /// Values of this filter that let an item through, besides the empty one. Topics are those of `side`.
    pub fn each_value<'i>(self, side: Side, item: &'i BaseItem, mut act: impl FnMut(&'i str)) {
        match self {
            Facet::Side => {
                let serves =
                    [(Side::Person, item.serves_persons()), (Side::Legal, item.serves_organisations())];
                serves.into_iter().filter(|(_, serves)| *serves).for_each(|(side, _)| act(side.word()));
                act(Side::All.word());
            }
            Facet::Topic => item.topics(side == Side::Legal).iter().for_each(|code| act(code)),
            Facet::Department => act(&item.department),
            Facet::Event => item.life_events.iter().for_each(|key| act(key)),
            Facet::Kind => act(match item.processing {
                Processing::Instant => "instant",
                Processing::Promise => "promise",
            }),
        }
    }

    /// Whether this filter, set to `value`, lets an item through.
    fn admits(self, value: &str, side: Side, item: &BaseItem) -> bool {
        let mut found = value.is_empty();
        if !found {
            self.each_value(side, item, |one| found |= one == value);
        }
        found
    }
}

impl Side {
    pub const ALL: [Side; 3] = [Side::Person, Side::Legal, Side::All];

    pub fn word(self) -> &'static str {
        match self {
            Side::Person => "person",
            Side::Legal => "legal",
            Side::All => "all",
        }
    }

    /// The tab of the page that is marked; none when both sides show.
    pub fn tab(self) -> &'static str {
        if self == Side::All { "" } else { self.word() }
    }

    pub fn name(self) -> &'static str {
        match self {
            Side::Person => "个人",
            Side::Legal => "法人",
            Side::All => "全部",
        }
    }

    pub fn from_word(word: &str) -> Option<Side> {
        Side::ALL.into_iter().find(|side| side.word() == word)
    }
}

impl Sort {
    pub const ALL: [Sort; 3] = [Sort::Hot, Sort::Pinyin, Sort::Limit];

    pub fn word(self) -> &'static str {
        match self {
            Sort::Hot => "",
            Sort::Pinyin => "pinyin",
            Sort::Limit => "limit",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Sort::Hot => "按热度",
            Sort::Pinyin => "按拼音",
            Sort::Limit => "按办理时限",
        }
    }
}

impl<'a> Wanted<'a> {
    pub fn read(params: &'a Params, visit: &Visit) -> Wanted<'a> {
        let own = Side::from_word(visit.side).unwrap_or_default();
        Wanted::of(params, &visit.cx.catalogue, own)
    }

    pub fn of(params: &'a Params, catalogue: &Catalogue, own: Side) -> Wanted<'a> {
        let side = Side::from_word(params.get("side")).unwrap_or(own);
        let known = |name: &str, known: bool| if known { params.get(name) } else { "" };
        let event = catalogue.life_events.iter().any(|event| event.key == params.get("event"));
        Wanted {
            side,
            topic: known("topic", topic_name(side, params.get("topic")).is_some()),
            department: known("department", catalogue.department(params.get("department")).is_some()),
            event: known("event", event),
            kind: known("kind", matches!(params.get("kind"), "instant" | "promise")),
            division: known("division", catalogue.division(params.get("division")).is_some()),
            sort: Sort::ALL.into_iter().find(|sort| sort.word() == params.get("sort")).unwrap_or_default(),
        }
    }

    pub fn matches(&self, item: &BaseItem) -> bool {
        Facet::ALL.into_iter().all(|facet| facet.admits(self.value(facet), self.side, item))
    }

    /// The same list with one filter set otherwise. Topics belong to a side and go with it.
    pub fn with<'b>(self, facet: Facet, value: &'b str) -> Wanted<'b>
    where
        'a: 'b,
    {
        let mut wanted: Wanted<'b> = self;
        match facet {
            Facet::Side => {
                wanted.side = Side::from_word(value).unwrap_or_default();
                wanted.topic = "";
            }
            Facet::Topic => wanted.topic = value,
            Facet::Department => wanted.department = value,
            Facet::Event => wanted.event = value,
            Facet::Kind => wanted.kind = value,
        }
        wanted
    }

    pub fn value(&self, facet: Facet) -> &'a str {
        match facet {
            Facet::Side => self.side.word(),
            Facet::Topic => self.topic,
            Facet::Department => self.department,
            Facet::Event => self.event,
            Facet::Kind => self.kind,
        }
    }

    /// No filter but the side.
    pub fn is_open(&self) -> bool {
        *self == Wanted { side: self.side, division: self.division, sort: self.sort, ..Wanted::default() }
    }

    /// The address of this list, the side always named so that it can be shared.
    pub fn href(&self) -> String {
        address("/items", &self.params())
    }

    /// The address up to the number of the page.
    pub fn href_of_page(&self) -> String {
        format!("{}&page=", self.href())
    }

    fn params(&self) -> [(&'static str, &'a str); 7] {
        [
            ("side", self.side.word()),
            ("topic", self.topic),
            ("department", self.department),
            ("event", self.event),
            ("kind", self.kind),
            ("division", self.division),
            ("sort", self.sort.word()),
        ]
    }
}

pub(super) fn topic_name(side: Side, code: &str) -> Option<&'static str> {
    match side {
        Side::Person => norms::PersonTopic::from_code(code).map(|topic| topic.name()),
        Side::Legal => norms::LegalTopic::from_code(code).map(|topic| topic.name()),
        Side::All => None,
    }
}
