//! From what was typed to what is looked for.

use super::SearchIndex;
use super::text::{Run, normal, runs, words};

/// Characters of a query that count.
pub(super) const LONGEST: usize = 60;
/// Ideas of a query that count.
const MOST: usize = 12;

/// Words that say that somebody wants something, or what about it, not what. They count when there is nothing else.
const EMPTY_WORDS: [&str; 49] = [
    "我",
    "我要",
    "我想",
    "要",
    "想",
    "想要",
    "怎么",
    "怎么办",
    "怎样",
    "如何",
    "哪里",
    "在哪",
    "哪儿",
    "办",
    "办理",
    "申请",
    "开",
    "领",
    "去",
    "在",
    "的",
    "了",
    "吗",
    "呢",
    "个",
    "一个",
    "需要",
    "什么",
    "多少",
    "多久",
    "可以",
    "能",
    "能不能",
    "请问",
    "一下",
    "证",
    "和",
    "与",
    "及",
    "有",
    "带",
    "材料",
    "资料",
    "手续",
    "流程",
    "条件",
    "地点",
    "地址",
    "多少钱",
];

/// One idea of a query: any of its ways to be said will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Idea {
    /// As typed.
    pub said: String,
    /// Other words for it.
    pub synonyms: Vec<String>,
    /// Not Chinese: may be pinyin, initials or a code.
    pub latin: bool,
}

impl Idea {
    pub fn says_something(&self) -> bool {
        !EMPTY_WORDS.contains(&self.said.as_str())
    }
}

/// A query taken apart; without ideas it finds nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Query {
    pub normal: String,
    /// Without blanks, to be compared with names.
    pub joined: String,
    pub ideas: Vec<Idea>,
}

impl SearchIndex {
    pub(super) fn read_query(&self, typed: &str) -> Query {
        let normal = normal(typed, LONGEST);
        let mut ideas = Vec::new();
        for run in runs(&normal) {
            match run {
                Run::Other(word) => ideas.push(self.idea(word, true)),
                Run::Han(han) => self.read_han(han, &mut ideas),
            }
        }
        if ideas.iter().any(Idea::says_something) {
            ideas.retain(Idea::says_something);
        }
        ideas.dedup();
        ideas.truncate(MOST);
        Query { joined: normal.replace(' ', ""), normal, ideas }
    }

    /// Known words first, longest from the left, because visitors' words are in no dictionary; what is left
    /// between them is cut by the dictionary.
    fn read_han(&self, han: &str, ideas: &mut Vec<Idea>) {
        let mut rest = han;
        let mut unknown = 0;
        while unknown < rest.len() {
            match self.known_prefix(&rest[unknown..]) {
                Some(known) => {
                    let (before, from) = rest.split_at(unknown);
                    ideas.extend(words(before).into_iter().map(|word| self.idea(word, false)));
                    ideas.push(self.idea(known, false));
                    rest = &from[known.len()..];
                    unknown = 0;
                }
                None => unknown += rest[unknown..].chars().next().map_or(1, char::len_utf8),
            }
        }
        ideas.extend(words(rest).into_iter().map(|word| self.idea(word, false)));
    }

    fn known_prefix<'q>(&self, text: &'q str) -> Option<&'q str> {
        let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
        let mut prefixes: Vec<&str> = ends.skip(1).take(LONGEST).map(|end| &text[..end]).collect();
        prefixes.reverse();
        prefixes.into_iter().find(|prefix| self.synonyms.contains_key(*prefix))
    }

    fn idea(&self, said: &str, latin: bool) -> Idea {
        let row = self.synonyms.get(said).map_or(&[][..], |row| &self.rows[*row]);
        let synonyms = row.iter().filter(|word| *word != said).cloned().collect();
        Idea { said: said.to_owned(), synonyms, latin }
    }
}
