//! What stands in the journal, in the words of the office. The codes stay in the table to take away: they are
//! what is filtered by and what the sealed record says.

use domain::journal::{self, Event, KINDS};

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

/// The number of a document: what its event itself says.
pub(super) fn number(event: &Event) -> Option<String> {
    if event.subject_kind != "document" {
        return None;
    }
    Some(event.detail_json().ok()?["number"].as_str()?.to_owned())
}

/// Why an official did it, in her own words, with numbers of persons masked. What citizens write of themselves is
/// no matter of the journal's page.
pub(super) fn reason(event: &Event) -> Option<String> {
    let kind = event.kind.as_str();
    if !GIVEN_BY_OFFICIALS.iter().any(|start| kind.starts_with(start)) {
        return None;
    }
    let detail = event.detail_json().ok()?;
    let reason = detail["reason"].as_str().filter(|reason| !reason.is_empty())?;
    // That of a use names the document, whose number is no person's.
    Some(if kind == "seals.used" { reason.to_owned() } else { masked(reason) })
}

/// How the kinds begin whose reason an official wrote.
const GIVEN_BY_OFFICIALS: [&str; 13] = [
    "casework.extended",
    "casework.granted",
    "casework.not_accepted",
    "casework.not_needed",
    "casework.owed_returned",
    "casework.refused",
    "casework.suspended",
    "certs.",
    "desk.numbers_shown",
    "identity.account_disabled",
    "identity.account_enabled",
    "identity.account_unlocked",
    "seals.",
];

/// Runs of digits that are as long as a citizen number, a phone's or a bank card's.
fn masked(text: &str) -> String {
    let (mut masked, mut run) = (String::new(), String::new());
    for letter in text.chars().chain(std::iter::once('\0')) {
        if letter.is_ascii_digit() || (matches!(letter, 'x' | 'X') && run.len() == 17) {
            run.push(letter);
            continue;
        }
        masked.push_str(&match run.len() {
            15 | 18 => norms::mask::citizen_number(&run),
            11 => norms::mask::phone(&run),
            16 | 17 | 19 => norms::mask::bank_card(&run),
            _ => std::mem::take(&mut run),
        });
        run.clear();
        if letter != '\0' {
            masked.push(letter);
        }
    }
    masked
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

    fn event(kind: &str, detail: &str) -> Event {
        Event {
            id: base::Id(1),
            at: 0,
            actor: "account:1".into(),
            actor_name: "演示".into(),
            on_behalf_of: String::new(),
            area: String::new(),
            subject_kind: "case".into(),
            subject_id: base::Id(2),
            kind: kind.into(),
            detail: detail.into(),
        }
    }

    #[test]
    fn reasons_of_officials_are_told_without_numbers_of_persons_and_those_of_citizens_are_not() {
        let told = |kind: &str, reason: &str| {
            reason_of(kind, &format!("{{\"event\":\"x\",\"reason\":\"{reason}\"}}"))
        };
        fn reason_of(kind: &str, detail: &str) -> Option<String> {
            reason(&event(kind, detail))
        }
        let seen =
            told("certs.revoked", "持证人32010219900307123X，电话13800001234，处罚2026第11号").unwrap();
        assert!(!seen.contains("19900307") && !seen.contains("13800001234"), "{seen}");
        assert!(seen.starts_with("持证人320") && seen.ends_with("处罚2026第11号"), "{seen}");
        assert_eq!(told("casework.withdrawn", "家里有事"), None);
        assert_eq!(told("identity.representative_ended", "registry"), None);
        assert_eq!(reason_of("seals.revoked", "{}"), None);
        let number = "许可决定〔2026〕320102123456789012";
        assert_eq!(told("seals.used", number).as_deref(), Some(number));
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
