//! Which items a list shows: the filters of its address.

use crate::portal::{Params, address};
use crate::session::Visit;
use domain::catalog::{BaseItem, Catalogue, Processing};

/// The filters of `/items`. Empty texts filter nothing; what the catalogue does not know is passed over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub side: Side,
    /// A topic code of the side.
    pub topic: String,
    /// Key of a department.
    pub department: String,
    /// Key of a life event.
    pub event: String,
    /// `instant` or `promise`.
    pub kind: String,
    /// Named in the address; empty means the visitor's own.
    pub division: String,
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

impl Wanted {
    pub fn read(params: &Params, visit: &Visit) -> Wanted {
        let own = Side::from_word(visit.side).unwrap_or_default();
        Wanted::of(params, &visit.cx.catalogue, own)
    }

    pub fn of(params: &Params, catalogue: &Catalogue, own: Side) -> Wanted {
        let side = Side::from_word(params.get("side")).unwrap_or(own);
        let known = |name: &str, known: bool| if known { params.get(name).to_owned() } else { String::new() };
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
        let serves = match self.side {
            Side::Person => item.serves_persons(),
            Side::Legal => item.serves_organisations(),
            Side::All => true,
        };
        let topics = if self.side == Side::Legal { &item.legal_topics } else { &item.person_topics };
        let has = |asked: &String, own: &[String]| asked.is_empty() || own.contains(asked);
        let kind = match item.processing {
            Processing::Instant => "instant",
            Processing::Promise => "promise",
        };
        serves
            && has(&self.topic, topics)
            && has(&self.event, &item.life_events)
            && (self.department.is_empty() || self.department == item.department)
            && (self.kind.is_empty() || self.kind == kind)
    }

    /// The same list with one filter set otherwise. Topics belong to a side and go with it.
    pub fn with(&self, facet: Facet, value: &str) -> Wanted {
        let mut wanted = self.clone();
        match facet {
            Facet::Side => {
                wanted.side = Side::from_word(value).unwrap_or_default();
                wanted.topic.clear();
            }
            Facet::Topic => wanted.topic = value.to_owned(),
            Facet::Department => wanted.department = value.to_owned(),
            Facet::Event => wanted.event = value.to_owned(),
            Facet::Kind => wanted.kind = value.to_owned(),
        }
        wanted
    }

    pub fn value(&self, facet: Facet) -> &str {
        match facet {
            Facet::Side => self.side.word(),
            Facet::Topic => &self.topic,
            Facet::Department => &self.department,
            Facet::Event => &self.event,
            Facet::Kind => &self.kind,
        }
    }

    /// No filter but the side.
    pub fn is_open(&self) -> bool {
        *self
            == Wanted {
                side: self.side,
                division: self.division.clone(),
                sort: self.sort,
                ..Wanted::default()
            }
    }

    /// The address of this list, the side always named so that it can be shared.
    pub fn href(&self) -> String {
        address("/items", &self.params())
    }

    /// The address up to the number of the page.
    pub fn href_of_page(&self) -> String {
        format!("{}&page=", self.href())
    }

    fn params(&self) -> [(&'static str, &str); 7] {
        [
            ("side", self.side.word()),
            ("topic", &self.topic),
            ("department", &self.department),
            ("event", &self.event),
            ("kind", &self.kind),
            ("division", &self.division),
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
