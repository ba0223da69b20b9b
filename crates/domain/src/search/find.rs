//! Searching.

use super::document::Entry;
use super::index::{SearchIndex, bug};
use super::names::joined;
use super::query::{Idea, Query};
use super::{Filter, Fit, Found, Side, text};
use crate::catalog::Elsewhere;
use base::{Error, Page, PageOf, Result};
use std::collections::HashSet;
use std::sync::Arc;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur,
    Query as Node, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader, Term};

type Tree = Box<dyn Node>;

/// A synonym is worth less than the visitor's own word.
const SYNONYM: f32 = 0.6;

/// So many of the matches that fit best are weighed and ordered with what the engine cannot see; those after them
/// keep the engine's order.
const WEIGHED: usize = 1_000;
/// When a page of items is named as asked, those that merely mention it are left out: nobody reads on to them.
const ENOUGH: usize = 20;
/// More than all that [`SearchIndex::bonus`] can make of a score.
const MOST_BONUS: f32 = 3.0;

/// An item that was met: the engine's score and its position.
type Match = (f32, u32);

/// What was met, and whether each does so with every idea.
struct Met {
    found: Vec<Match>,
    wholly: bool,
}

impl SearchIndex {
    /// Items that answer the query, best first. An idea that no item knows is left out, and told
    /// ([`Found::left_out`]). All others must be met;
    /// if no item does so in its own words, items whose names hold all characters of the query will do, and then
    /// items that meet any idea. A blank query lists whatever the filter lets through, the most wanted first. Any
    /// text is a fair query: 60 characters and 12 ideas of it count.
    pub fn search(&self, query: &str, filter: &Filter, page: Page) -> Result<Found> {
        let (read, left_out) = self.without_unknown(self.read_query(query))?;
        let Met { mut found, wholly } = match query.trim().is_empty() {
            true => Met { found: self.collect(Box::new(AllQuery), filter)?, wholly: true },
            false => self.best_way(&read, filter)?,
        };
        let total = found.len() as i64;
        let skip = usize::try_from(page.offset()).unwrap_or(usize::MAX);
        self.order(&mut found, &read, skip.saturating_add(page.size as usize));
        let rows = found.into_iter().skip(skip).take(page.size as usize);
        let hit = |(score, position)| self.hit(position, score, self.fit(position, &read, wholly), &read);
        Ok(Found { hits: PageOf::new(page, total, rows.map(hit).collect()), left_out })
    }

    /// Brings what is shown to the front, in order.
    fn order(&self, found: &mut [Match], query: &Query, shown: usize) {
        let better =
            |a: &Match, b: &Match| b.0.total_cmp(&a.0).then_with(|| self.rank(a.1).cmp(&self.rank(b.1)));
        let mut others: &mut [Match] = &mut [];
        let mut best: &mut [Match] = found;
        if best.len() > WEIGHED {
            best.select_nth_unstable_by(WEIGHED, better);
            (best, others) = best.split_at_mut(WEIGHED);
        }
        for (score, position) in best.iter_mut() {
            *score *= 1.0 + self.bonus(*position, query);
        }
        best.sort_unstable_by(better);
        if shown > best.len() {
            others.sort_unstable_by(better);
        }
    }

    pub(super) fn entry(&self, position: u32) -> &Entry {
        &self.entries[position as usize]
    }

    fn rank(&self, position: u32) -> u32 {
        self.ranks[position as usize]
    }

    fn best_way(&self, query: &Query, filter: &Filter) -> Result<Met> {
        let wholly = |found| Met { found, wholly: true };
        if query.ideas.is_empty() {
            return Ok(wholly(Vec::new()));
        }
        let named = self.collect(self.all_own(query), filter)?;
        if named.len() >= ENOUGH {
            return Ok(wholly(named));
        }
        let mut met = self.collect(self.all(query), filter)?;
        named_first(&named, &mut met);
        if met.iter().any(|(_, position)| self.names_one(*position, query)) {
            return Ok(wholly(met));
        }
        // Long texts mention much that an item is not: items named with these characters come before them.
        let mut found = match self.all_characters(query) {
            Some(tree) => self.collect(tree, filter)?,
            None => Vec::new(),
        };
        let lowest = found.iter().map(|(score, _)| *score).fold(f32::INFINITY, f32::min);
        let known: HashSet<u32> = found.iter().map(|(_, position)| *position).collect();
        let others = met.into_iter().filter(|(_, position)| !known.contains(position));
        found.extend(others.map(|(score, position)| (score.min(lowest * 0.5), position)));
        match found.is_empty() && query.ideas.len() > 1 {
            true => Ok(Met { found: self.any_way(query, filter)?, wholly: false }),
            false => Ok(wholly(found)),
        }
    }

    /// Items that meet any of the ideas, in their names if those are many.
    fn any_way(&self, query: &Query, filter: &Filter) -> Result<Vec<Match>> {
        let own = query.ideas.iter().map(|idea| self.own_tree(idea)).collect();
        let named = self.collect(Box::new(BooleanQuery::union(own)), filter)?;
        if named.len() >= ENOUGH {
            return Ok(named);
        }
        let any = query.ideas.iter().map(|idea| self.idea_tree(idea)).collect();
        self.collect(Box::new(BooleanQuery::union(any)), filter)
    }

    /// The query without the ideas that no item knows, when it has others: nothing could meet all of it. With it the
    /// words of those ideas, each once, but for words that say nothing: they are not missed.
    fn without_unknown(&self, query: Query) -> Result<(Query, Vec<String>)> {
        let known = query.ideas.iter().map(|idea| self.knows(idea)).collect::<Result<Vec<bool>>>()?;
        if known.iter().all(|known| *known) || !known.contains(&true) {
            return Ok((query, Vec::new()));
        }
        let (mut ideas, mut left_out) = (Vec::new(), Vec::new());
        for (idea, known) in query.ideas.into_iter().zip(known) {
            if known {
                ideas.push(idea);
            } else if idea.says_something() && !left_out.contains(&idea.said) {
                left_out.push(idea.said);
            }
        }
        Ok((Query { ideas, ..query }, left_out))
    }

    /// Whether some item has each of its words, or a synonym of it; asked of the dictionary alone.
    fn knows(&self, idea: &Idea) -> Result<bool> {
        let fields = &self.fields;
        let in_own = [fields.own];
        let in_all = [fields.own, fields.summary, fields.body];
        if self.has_words(&idea.said, &in_all)? {
            return Ok(true);
        }
        for synonym in &idea.synonyms {
            if self.has_words(synonym, &in_own)? {
                return Ok(true);
            }
        }
        Ok(idea.latin
            && (self.has(fields.code, &idea.said)? || self.has_beginning(fields.pinyin, &idea.said)?))
    }

    fn has_words(&self, said: &str, fields: &[Field]) -> Result<bool> {
        for word in cut(said) {
            let mut known = false;
            for field in fields {
                known = known || self.has(*field, word)?;
            }
            if !known {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn has(&self, field: Field, word: &str) -> Result<bool> {
        Ok(self.searcher.doc_freq(&Term::from_field_text(field, word)).map_err(bug)? > 0)
    }

    fn has_beginning(&self, field: Field, start: &str) -> Result<bool> {
        for segment in self.searcher.segment_readers() {
            let words = segment.inverted_index(field).map_err(bug)?;
            let mut from_there =
                words.terms().range().ge(start).into_stream().map_err(|e| Error::Bug(e.into()))?;
            if from_there.advance() && from_there.key().starts_with(start.as_bytes()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn collect(&self, tree: Tree, filter: &Filter) -> Result<Vec<Match>> {
        let conditions = self.conditions(filter);
        if conditions.is_empty() {
            return self.searcher.search(&*tree, &Everything(&self.positions)).map_err(bug);
        }
        let parts = std::iter::once(tree).chain(conditions).map(|part| (Occur::Must, part)).collect();
        self.searcher.search(&BooleanQuery::new(parts), &Everything(&self.positions)).map_err(bug)
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
        every(query.ideas.iter().map(|idea| self.idea_tree(idea)).collect())
    }

    /// Every idea in title and keywords.
    fn all_own(&self, query: &Query) -> Tree {
        every(query.ideas.iter().map(|idea| self.own_tree(idea)).collect())
    }

    fn own_tree(&self, idea: &Idea) -> Tree {
        let said = every_word(&idea.said, &[(self.fields.own, 1.0)]);
        let synonym = |word: &String| -> Tree {
            Box::new(BoostQuery::new(every_word(word, &[(self.fields.own, 1.0)]), SYNONYM))
        };
        let mut ways: Vec<Tree> = std::iter::once(said).chain(idea.synonyms.iter().map(synonym)).collect();
        if idea.latin {
            ways.push(term(self.fields.pinyin, &idea.said));
            ways.push(term(self.fields.code, &idea.said));
        }
        either(ways, 0.1)
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
        either(ways, 0.1)
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

/// Items that are called what was asked come before those that only mention it, whatever else speaks for them.
fn named_first(named: &[Match], met: &mut [Match]) {
    let mut own: Vec<u32> = named.iter().map(|(_, position)| *position).collect();
    own.sort_unstable();
    if own.is_empty() {
        return;
    }
    let is_named = |found: &Match| own.binary_search(&found.1).is_ok();
    let (mut lowest, mut highest) = (f32::INFINITY, 0.0_f32);
    for found in met.iter() {
        match is_named(found) {
            true => lowest = lowest.min(found.0),
            false => highest = highest.max(found.0),
        }
    }
    let room = lowest / (highest * MOST_BONUS);
    if room < 1.0 {
        met.iter_mut().filter(|found| !is_named(found)).for_each(|(score, _)| *score *= room);
    }
}

fn every_word(said: &str, weights: &[(Field, f32)]) -> Tree {
    let places = |word: &str| -> Tree {
        let places = weights
            .iter()
            .map(|(field, weight)| -> Tree { Box::new(BoostQuery::new(term(*field, word), *weight)) });
        either(places.collect(), 0.2)
    };
    every(cut(said).into_iter().map(places).collect())
}

/// The words of an idea, as documents have them.
fn cut(said: &str) -> Vec<&str> {
    let words = text::runs(said).into_iter().flat_map(|run| match run {
        text::Run::Han(han) => text::words(han),
        text::Run::Other(word) => vec![word],
    });
    words.collect()
}

/// A node around a single part would cost each document a call.
fn every(mut parts: Vec<Tree>) -> Tree {
    match parts.len() {
        1 => parts.remove(0),
        _ => Box::new(BooleanQuery::intersection(parts)),
    }
}

fn either(mut ways: Vec<Tree>, tie_breaker: f32) -> Tree {
    match ways.len() {
        1 => ways.remove(0),
        _ => Box::new(DisjunctionMaxQuery::with_tie_breaker(ways, tie_breaker)),
    }
}

/// Collects every match, in no order: how many there are is shown, and few of them are.
struct Everything<'a>(&'a [Arc<[u32]>]);

struct OfSegment {
    positions: Arc<[u32]>,
    found: Vec<Match>,
}

impl Collector for Everything<'_> {
    type Fruit = Vec<Match>;
    type Child = OfSegment;

    fn for_segment(&self, segment: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<OfSegment> {
        Ok(OfSegment { positions: self.0[segment as usize].clone(), found: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<Vec<Match>>) -> tantivy::Result<Vec<Match>> {
        Ok(fruits
            .into_iter()
            .reduce(|mut all, more| {
                all.extend(more);
                all
            })
            .unwrap_or_default())
    }
}

impl SegmentCollector for OfSegment {
    type Fruit = Vec<Match>;

    fn collect(&mut self, document: DocId, score: Score) {
        self.found.push((score, self.positions[document as usize]));
    }

    fn harvest(self) -> Vec<Match> {
        self.found
    }
}

fn term(field: Field, text: &str) -> Tree {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

impl SearchIndex {
    /// Whether title, keywords or summary say one of the ideas, or a code or pinyin led here.
    fn names_one(&self, position: u32, query: &Query) -> bool {
        let says = |word: &String| self.says(position, word);
        query.ideas.iter().any(|idea| idea.latin || says(&idea.said) || idea.synonyms.iter().any(says))
    }

    /// Whether title, keywords or summary say this: what counts as the item's own words.
    pub(super) fn says(&self, position: u32, word: &str) -> bool {
        self.is_called(position, word) || self.entry(position).explains(word)
    }

    /// How an item that was met answers the query. Asked of those that are shown only.
    fn fit(&self, position: u32, query: &Query, wholly: bool) -> Fit {
        let all = |word: &str| cut(word).into_iter().all(|word| self.is_called(position, word));
        let named = |idea: &Idea| idea.latin || all(&idea.said) || idea.synonyms.iter().any(|word| all(word));
        let characters = text::characters(&query.normal);
        let alike = (2..=4).contains(&characters.len())
            && characters.iter().all(|character| self.is_called(position, character));
        match query.ideas.iter().all(named) || alike {
            true => Fit::Named,
            false if wholly => Fit::Mentioned,
            false => Fit::Partly,
        }
    }

    /// Whether title or keywords say this.
    fn is_called(&self, position: u32, word: &str) -> bool {
        self.names.title(position).contains(word)
            || self.names.keywords(position).any(|keyword| keyword.contains(word))
    }

    /// Where to go for what no item is called, if the query says such a word. Asked of the dictionary of words alone.
    pub fn elsewhere(&self, query: &str) -> Result<Option<&Elsewhere>> {
        let asked = joined(query);
        for (words, row) in &self.elsewhere {
            let Some(word) = words.iter().find(|word| asked.contains(word.as_str())) else { continue };
            if !self.has_words(word, &[self.fields.own])? {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// What the engine cannot see: the whole query as the name of the thing beats the same words apart.
    fn bonus(&self, position: u32, query: &Query) -> f32 {
        let asked = query.joined.as_str();
        let title = self.names.title(position);
        let mut bonus = self.heat[position as usize];
        if title.starts_with(asked) {
            bonus += 1.0;
        } else if title.contains(asked) {
            bonus += 0.6;
        }
        if self.names.keywords(position).any(|word| word == asked) {
            bonus += 0.8;
        } else if self.names.keywords(position).any(|word| asked.contains(word)) {
            bonus += 0.4;
        }
        bonus
    }
}
