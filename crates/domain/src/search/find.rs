//! Searching.

use super::document::Entry;
use super::index::{SearchIndex, bug};
use super::query::{Idea, Query};
use super::{Filter, Hit, Side, hit, text};
use base::{Page, PageOf, Result};
use tantivy::Term;
use tantivy::collector::TopDocs;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur,
    Query as Node, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

type Tree = Box<dyn Node>;

/// A synonym is worth less than the visitor's own word.
const SYNONYM: f32 = 0.6;

impl SearchIndex {
    /// Items that answer the query, best first. All ideas of the query must be met; if no item does so in its
    /// own words, items whose names hold all its characters will do, and then items that meet any idea. A
    /// blank query lists whatever the filter lets through, the most wanted first. Any text is a fair query:
    /// 60 characters and 12 ideas of it count.
    pub fn search(&self, query: &str, filter: &Filter, page: Page) -> Result<PageOf<Hit>> {
        let read = self.read_query(query);
        let found = match query.trim().is_empty() {
            true => self.collect(Box::new(AllQuery), filter)?,
            false => self.best_way(&read, filter)?,
        };
        let mut ranked: Vec<(f32, &Entry)> =
            found.into_iter().map(|(score, entry)| (score * (1.0 + bonus(entry, &read)), entry)).collect();
        ranked.sort_by(|a, b| {
            let rank = |entry: &Entry| entry.item.hot.unwrap_or(u32::MAX);
            b.0.total_cmp(&a.0).then(rank(a.1).cmp(&rank(b.1))).then(a.1.item.slug.cmp(&b.1.item.slug))
        });
        let total = ranked.len() as i64;
        let skip = usize::try_from(page.offset()).unwrap_or(usize::MAX);
        let rows = ranked.into_iter().skip(skip).take(page.size as usize);
        Ok(PageOf::new(page, total, rows.map(|(score, entry)| hit::of(entry, score, &read)).collect()))
    }

    fn best_way(&self, query: &Query, filter: &Filter) -> Result<Vec<(f32, &Entry)>> {
        if query.ideas.is_empty() {
            return Ok(Vec::new());
        }
        let met = self.collect(self.all(query), filter)?;
        if met.iter().any(|(_, entry)| names(entry, query)) {
            return Ok(met);
        }
        // Long texts mention much that an item is not: items named with these characters come before them.
        let mut found = match self.all_characters(query) {
            Some(tree) => self.collect(tree, filter)?,
            None => Vec::new(),
        };
        let lowest = found.iter().map(|(score, _)| *score).fold(f32::INFINITY, f32::min);
        for (score, entry) in met {
            if !found.iter().any(|(_, other)| std::ptr::eq(*other, entry)) {
                found.push((score.min(lowest * 0.5), entry));
            }
        }
        if found.is_empty() && query.ideas.len() > 1 {
            self.collect(self.any(query), filter)
        } else {
            Ok(found)
        }
    }

    fn collect(&self, tree: Tree, filter: &Filter) -> Result<Vec<(f32, &Entry)>> {
        let mut parts = vec![(Occur::Must, tree)];
        parts.extend(self.conditions(filter).into_iter().map(|condition| (Occur::Must, condition)));
        let most = self.entries.len().max(1);
        let top =
            self.searcher.search(&BooleanQuery::new(parts), &TopDocs::with_limit(most).order_by_score());
        let mut found = Vec::new();
        for (score, address) in top.map_err(bug)? {
            let segment = self.searcher.segment_reader(address.segment_ord);
            let positions = segment.fast_fields().u64("position").map_err(bug)?;
            let position =
                positions.first(address.doc_id).and_then(|position| usize::try_from(position).ok());
            found
                .extend(position.and_then(|position| self.entries.get(position)).map(|entry| (score, entry)));
        }
        Ok(found)
    }

    fn conditions(&self, filter: &Filter) -> Vec<Tree> {
        let fields = &self.fields;
        let only = |field: Field, value: &str| -> Tree { Box::new(BoostQuery::new(term(field, value), 0.0)) };
        let mut conditions = Vec::new();
        match filter.side {
            Side::Person => conditions.push(only(fields.side, "person")),
            Side::Legal => conditions.push(only(fields.side, "legal")),
            Side::Any => {}
        }
        conditions.extend(filter.department.as_ref().map(|key| only(fields.department, key)));
        conditions.extend(filter.life_event.as_ref().map(|key| only(fields.life_event, key)));
        conditions.extend(filter.level.map(|level| only(fields.level, level.word())));
        conditions.extend(filter.topic.as_ref().map(|code| match filter.side {
            Side::Person => only(fields.person_topic, code),
            Side::Legal => only(fields.legal_topic, code),
            Side::Any => {
                let either = vec![only(fields.person_topic, code), only(fields.legal_topic, code)];
                Box::new(BooleanQuery::union(either)) as Tree
            }
        }));
        conditions
    }

    fn all(&self, query: &Query) -> Tree {
        Box::new(BooleanQuery::intersection(query.ideas.iter().map(|idea| self.idea_tree(idea)).collect()))
    }

    fn any(&self, query: &Query) -> Tree {
        Box::new(BooleanQuery::union(query.ideas.iter().map(|idea| self.idea_tree(idea)).collect()))
    }

    /// 饭馆 finds what is called 饭店 and 餐馆. Only for short words: long ones meet by chance.
    fn all_characters(&self, query: &Query) -> Option<Tree> {
        let characters = text::characters(&query.normal);
        let worth = (2..=4).contains(&characters.len());
        let tree = || {
            let terms = characters.iter().map(|character| term(self.fields.characters, character)).collect();
            Box::new(BooleanQuery::intersection(terms)) as Tree
        };
        worth.then(tree)
    }

    fn idea_tree(&self, idea: &Idea) -> Tree {
        let mut ways = vec![self.phrase(&idea.said)];
        for synonym in &idea.synonyms {
            ways.push(Box::new(BoostQuery::new(self.own_phrase(synonym), SYNONYM)));
        }
        if idea.latin {
            ways.push(Box::new(BoostQuery::new(term(self.fields.pinyin, &idea.said), 3.0)));
            ways.push(Box::new(BoostQuery::new(term(self.fields.code, &idea.said), 5.0)));
            if idea.said.len() >= 2 {
                let begins = FuzzyTermQuery::new_prefix(
                    Term::from_field_text(self.fields.pinyin, &idea.said),
                    0,
                    true,
                );
                ways.push(Box::new(ConstScoreQuery::new(Box::new(begins), 0.5)));
            }
        }
        Box::new(DisjunctionMaxQuery::with_tie_breaker(ways, 0.1))
    }

    /// Every word of it, each in the field where it counts most.
    fn phrase(&self, said: &str) -> Tree {
        let fields = &self.fields;
        let weights =
            [(fields.title, 4.0), (fields.keywords, 3.0), (fields.summary, 1.5), (fields.body, 0.5)];
        every_word(said, &weights)
    }

    /// Synonyms count only where an item names itself: in long texts they are about something else.
    fn own_phrase(&self, said: &str) -> Tree {
        every_word(said, &[(self.fields.title, 4.0), (self.fields.keywords, 3.0)])
    }
}

fn every_word(said: &str, weights: &[(Field, f32)]) -> Tree {
    let words = text::runs(said).into_iter().flat_map(|run| match run {
        text::Run::Han(han) => text::words(han),
        text::Run::Other(word) => vec![word],
    });
    let places = |word: &str| -> Tree {
        let places = weights
            .iter()
            .map(|(field, weight)| -> Tree { Box::new(BoostQuery::new(term(*field, word), *weight)) });
        Box::new(DisjunctionMaxQuery::with_tie_breaker(places.collect(), 0.2))
    };
    Box::new(BooleanQuery::intersection(words.map(places).collect()))
}

fn term(field: Field, text: &str) -> Tree {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

/// Whether title, keywords or summary say one of the ideas, or a code or pinyin led here.
fn names(entry: &Entry, query: &Query) -> bool {
    let says = |idea: &Idea| {
        idea.latin
            || entry.words.contains(&idea.said)
            || idea.synonyms.iter().any(|w| entry.words.contains(w))
    };
    query.ideas.iter().any(says)
}

/// What the engine cannot see: the whole query as the name of the thing beats the same words apart.
fn bonus(entry: &Entry, query: &Query) -> f32 {
    let asked = query.normal.as_str();
    let mut bonus = 0.0;
    if entry.title.starts_with(asked) {
        bonus += 1.0;
    } else if entry.title.contains(asked) {
        bonus += 0.6;
    }
    if entry.keywords.iter().any(|word| word == asked) {
        bonus += 0.8;
    } else if entry.keywords.iter().any(|word| asked.contains(word.as_str())) {
        bonus += 0.4;
    }
    bonus + entry.item.hot.map_or(0.0, |rank| 0.1 / rank.max(1) as f32)
}
