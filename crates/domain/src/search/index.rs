//! Building the index.

use super::document::{Entry, Shared};
use super::names::{Names, joined};
use super::near::NearNames;
use super::suggest::Suggestions;
use super::{pinyin, text};
use crate::catalog::{Catalogue, Elsewhere};
use base::{Error, Result};
use std::collections::HashMap;
use std::sync::Arc;
use tantivy::schema::{FAST, Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, WhitespaceTokenizer};
use tantivy::{Index, IndexWriter, Searcher, SegmentReader, TantivyDocument};

/// All base items of one catalogue. Read-only and cheap to share.
pub struct SearchIndex {
    pub(super) entries: Vec<Entry>,
    /// Words that mean the same, in normal form: row by word.
    pub(super) synonyms: HashMap<String, usize>,
    pub(super) rows: Vec<Vec<String>>,
    /// What no item is for, with its words in normal form.
    pub(super) elsewhere: Vec<(Vec<String>, Elsewhere)>,
    pub(super) fields: Fields,
    pub(super) searcher: Searcher,
    /// Position in `entries` by document of each segment: the engine orders documents as it likes.
    pub(super) positions: Vec<Arc<[u32]>>,
    /// Place of each entry when nothing else decides: the most wanted first, then by slug.
    pub(super) ranks: Vec<u32>,
    /// What being wanted adds to the score of each entry.
    pub(super) heat: Vec<f32>,
    pub(super) names: Names,
    pub(super) near: NearNames,
    pub(super) suggestions: Suggestions,
}

#[derive(Clone, Copy)]
pub(super) struct Fields {
    /// Position in `entries`.
    pub position: Field,
    pub title: Field,
    pub keywords: Field,
    pub summary: Field,
    pub body: Field,
    pub pinyin: Field,
    /// Single characters of title and keywords.
    pub characters: Field,
    /// Title and keywords together.
    pub own: Field,
    /// Beginnings of the base code, six digits and more.
    pub code: Field,
    pub side: Field,
    pub department: Field,
    pub life_event: Field,
    pub person_topic: Field,
    pub legal_topic: Field,
    pub level: Field,
}

/// Words are cut before they reach tantivy; it only splits at the blanks we put between them.
const WORDS: &str = "words";
/// Bytes tantivy may use while building; its least.
const MEMORY: usize = 15_000_000;

impl SearchIndex {
    /// An index without documents, before the first catalogue is there.
    pub fn empty() -> Result<SearchIndex> {
        SearchIndex::build(&Catalogue::default())
    }

    /// Indexes every base item of the catalogue; some 10 ms for a few dozen.
    pub fn build(catalogue: &Catalogue) -> Result<SearchIndex> {
        let mut shared = Shared::default();
        let entries: Vec<Entry> =
            catalogue.base_items.iter().map(|item| Entry::of(item, catalogue, &mut shared)).collect();
        let (schema, fields) = schema();
        let index = Index::create_in_ram(schema);
        index.tokenizers().register(WORDS, TextAnalyzer::from(WhitespaceTokenizer::default()));
        let mut writer: IndexWriter = index.writer_with_num_threads(1, MEMORY).map_err(bug)?;
        for (position, entry) in entries.iter().enumerate() {
            writer.add_document(document(&fields, position, entry)).map_err(bug)?;
        }
        writer.commit().map_err(bug)?;
        writer.wait_merging_threads().map_err(bug)?;
        let searcher = index.reader().map_err(bug)?.searcher();
        let (synonyms, rows) = synonyms(catalogue);
        let words = |row: &Elsewhere| row.words.iter().map(|word| joined(word)).collect();
        let elsewhere = catalogue.elsewhere().iter().map(|row| (words(row), row.clone())).collect();
        let (positions, ranks) = (positions(&searcher)?, ranks(&entries));
        let heat =
            entries.iter().map(|entry| entry.item.hot.map_or(0.0, |rank| 0.1 / rank.max(1) as f32)).collect();
        let names = Names::of(catalogue.base_items.iter().map(Arc::as_ref))?;
        let near = NearNames::of(&entries, &rows);
        let suggestions = Suggestions::of(&entries, &names)?;
        Ok(SearchIndex {
            entries,
            synonyms,
            rows,
            elsewhere,
            fields,
            searcher,
            positions,
            ranks,
            heat,
            names,
            near,
            suggestions,
        })
    }
}

fn positions(searcher: &Searcher) -> Result<Vec<Arc<[u32]>>> {
    let of_segment = |segment: &SegmentReader| {
        let column = segment.fast_fields().u64("position").map_err(bug)?;
        let position = |document| {
            let position = column.first(document).and_then(|position| u32::try_from(position).ok());
            position.ok_or_else(|| Error::bug("a document without position in the index"))
        };
        (0..segment.max_doc()).map(position).collect()
    };
    searcher.segment_readers().iter().map(of_segment).collect()
}

fn ranks(entries: &[Entry]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|at| entries[*at].item.by_heat());
    let mut ranks = vec![0; entries.len()];
    for (rank, at) in order.into_iter().enumerate() {
        ranks[at] = u32::try_from(rank).unwrap_or(u32::MAX);
    }
    ranks
}

fn synonyms(catalogue: &Catalogue) -> (HashMap<String, usize>, Vec<Vec<String>>) {
    let mut by_word = HashMap::new();
    let mut rows = Vec::new();
    for synonym in catalogue.synonyms() {
        let words: Vec<String> = synonym.words.iter().map(|word| joined(word)).collect();
        for word in &words {
            by_word.entry(word.clone()).or_insert(rows.len());
        }
        rows.push(words);
    }
    (by_word, rows)
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let indexing =
        TextFieldIndexing::default().set_tokenizer(WORDS).set_index_option(IndexRecordOption::WithFreqs);
    let words = TextOptions::default().set_indexing_options(indexing);
    let fields = Fields {
        position: schema.add_u64_field("position", FAST),
        title: schema.add_text_field("title", words.clone()),
        keywords: schema.add_text_field("keywords", words.clone()),
        summary: schema.add_text_field("summary", words.clone()),
        body: schema.add_text_field("body", words.clone()),
        pinyin: schema.add_text_field("pinyin", words.clone()),
        characters: schema.add_text_field("characters", words.clone()),
        own: schema.add_text_field("own", words),
        code: schema.add_text_field("code", STRING),
        side: schema.add_text_field("side", STRING),
        department: schema.add_text_field("department", STRING),
        life_event: schema.add_text_field("life_event", STRING),
        person_topic: schema.add_text_field("person_topic", STRING),
        legal_topic: schema.add_text_field("legal_topic", STRING),
        level: schema.add_text_field("level", STRING),
    };
    (schema.build(), fields)
}

fn document(fields: &Fields, position: usize, entry: &Entry) -> TantivyDocument {
    let item = &entry.item;
    let mut document = TantivyDocument::default();
    document.add_u64(fields.position, position as u64);
    document.add_text(fields.title, text::index_words(&item.name).join(" "));
    document.add_text(fields.keywords, text::index_words(&item.keywords.join(" ")).join(" "));
    document.add_text(fields.summary, text::index_words(&item.summary).join(" "));
    document.add_text(fields.body, text::index_words(&entry.body()).join(" "));
    let keys: Vec<String> = entry.short_names().flat_map(|name| pinyin::index_words(&name)).collect();
    document.add_text(fields.pinyin, keys.join(" "));
    let own = format!("{} {}", item.name, item.keywords.join(" "));
    document.add_text(fields.characters, text::characters(&own).join(" "));
    document.add_text(fields.own, text::index_words(&own).join(" "));
    for end in 6..=item.code.len() {
        document.add_text(fields.code, item.code.get(..end).unwrap_or_default());
    }
    if item.serves_persons() {
        document.add_text(fields.side, "person");
    }
    if item.serves_organisations() {
        document.add_text(fields.side, "legal");
    }
    document.add_text(fields.department, &item.department);
    for (field, values) in [
        (fields.life_event, &item.life_events),
        (fields.person_topic, &item.person_topics),
        (fields.legal_topic, &item.legal_topics),
    ] {
        for value in values {
            document.add_text(field, value);
        }
    }
    document.add_text(fields.level, item.claim.word());
    document
}

pub(super) fn bug(error: tantivy::TantivyError) -> Error {
    Error::Bug(error.into())
}
