//! What stands in the journal, in the words of the office. The codes stay in the table to take away: they are
//! what is filtered by and what the sealed record says.

use domain::journal::{self, KINDS};

/// What was done; empty for a code the journal does not know.
pub(super) fn act(kind: &str) -> &'static str {
    journal::words(kind).unwrap_or_default()
}

/// What it was done to.
pub(super) fn thing(kind: &str) -> &str {
    match kind {
        "account" => "账户",
        "base_item" => "基本目录事项",
        "case" => "办件",
        "certificate" => "证照",
        "document" => "文书",
        "installation" => "本系统",
        "key" => "密钥",
        "layout" => "文书版式",
        "organisation" => "企业",
        "stock_import" => "存量表格",
        "rating" => "评价",
        "seal" => "印章",
        other => other,
    }
}

/// Modules, and what their acts are about: the groups of the choice.
const MODULES: [(&str, &str); 10] = [
    ("casework", "办件"),
    ("catalog", "事项目录"),
    ("certs", "证照"),
    ("desk", "工作台"),
    ("documents", "文书"),
    ("evidence", "证据"),
    ("feedback", "评价"),
    ("identity", "账户、身份和授权"),
    ("journal", "日志"),
    ("seals", "印章"),
];

/// The acts of one module, as a choice offers them: code and words; first all of them together.
pub(super) struct Group {
    pub name: &'static str,
    pub acts: Vec<(String, String)>,
}

pub(super) fn groups() -> Vec<Group> {
    let group = |(module, name): &(&str, &'static str)| {
        let all = (format!("{module}."), format!("{name}：全部"));
        let own = KINDS.iter().filter(|(code, _)| code.split('.').next() == Some(*module));
        let acts = own.map(|(code, words)| ((*code).to_owned(), (*words).to_owned()));
        Group { name, acts: std::iter::once(all).chain(acts).collect() }
    };
    MODULES.iter().map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_are_told_in_words_and_foreign_codes_stay_as_they_are() {
        assert_eq!(act("seals.used"), "用印");
        assert_eq!((act("other.thing"), thing("other")), ("", "other"));
    }

    #[test]
    fn every_kind_of_event_is_offered_once() {
        let offered: Vec<String> = groups()
            .into_iter()
            .flat_map(|group| group.acts.into_iter().skip(1))
            .map(|(code, _)| code)
            .collect();
        assert_eq!(offered, KINDS.iter().map(|(code, _)| *code).collect::<Vec<_>>());
    }
}
