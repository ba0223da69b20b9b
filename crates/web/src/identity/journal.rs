//! The journal for the audit administrator: who, what, when; and the same as a table to take away.

use super::admin::{Link, links};
use super::journal_words::{self, Group};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::Query;
use axum::http::header;
use axum::response::IntoResponse;
use base::{Id, Result};
use domain::catalog::Catalogue;
use domain::health::{self, JournalExport, JournalFilter};
use domain::journal::{Event, Sealed};
use norms::Day;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ask {
    page: String,
    who: String,
    what: String,
    from: String,
    until: String,
    case: String,
    /// Where an export goes on: the number the last one ended with.
    before: String,
}

#[derive(Template)]
#[template(path = "identity/admin_journal.html")]
struct AdminJournalPage {
    page: Page,
    links: Vec<&'static Link>,
    errors: Vec<(String, String)>,
    ask: Ask,
    events: Vec<Event>,
    called: BTreeMap<Id, String>,
    /// The first day looked at, when none was named.
    since: Option<Day>,
    groups: Vec<Group>,
    sealed: Option<Sealed>,
    number: u32,
    last: u32,
    base: String,
    catalogue: Arc<Catalogue>,
}

pub(crate) async fn show(visit: Visit, Query(ask): Query<Ask>) -> PageResult {
    let page = journal_page(&visit, ask, Vec::new()).await?;
    if page.errors.is_empty() { visit.show(&page) } else { visit.show_again(&page) }
}

/// What a faulty filter would find was not asked for: nothing is shown until it is put right.
async fn journal_page(
    visit: &Visit,
    ask: Ask,
    mut errors: Vec<(String, String)>,
) -> Result<AdminJournalPage> {
    let (filter, faults) = filter(&ask);
    errors.extend(faults);
    let asked = base::Page::of(ask.page.parse().ok(), Some(50));
    let mut report = health::journal_report(&visit.cx, &filter, asked).await?;
    if report.case_unknown && errors.iter().all(|(field, _)| field != "case") {
        errors.push(("case".to_owned(), UNKNOWN_CASE.to_owned()));
    }
    if !errors.is_empty() {
        (report.events, report.more, report.since) = (Vec::new(), false, None);
    }
    let mut page = visit.page("审计日志").under(&[("管理", "/admin")]);
    page.path = format!("/admin/journal?{}&page={}", query(&ask), asked.number);
    page.error = !errors.is_empty();
    Ok(AdminJournalPage {
        page,
        links: links(visit),
        events: report.events,
        called: report.called,
        since: report.since,
        groups: journal_words::groups(),
        catalogue: visit.cx.catalogue.clone(),
        sealed: report.sealed,
        number: asked.number,
        last: asked.number + u32::from(report.more),
        base: format!("/admin/journal?{}&page=", query(&ask)),
        errors,
        ask,
    })
}

const UNKNOWN_CASE: &str = "没有这个编号的办件，请核对";
const NO_NUMBER: &str = "请照抄上一个文件末行的编号，只写数字；第一次导出不用填";

/// The same events as CSV. Taking the journal away is an act of its own and stands in the journal.
pub(crate) async fn export(form: Posted) -> PageResult {
    let get = |name: &str| form.get(name).trim().to_owned();
    let ask = Ask {
        page: String::new(),
        who: get("who"),
        what: get("what"),
        from: get("from"),
        until: get("until"),
        case: get("case"),
        before: get("before"),
    };
    let (filter, mut errors) = filter(&ask);
    let before = match ask.before.as_str() {
        "" => None,
        number => number.parse::<Id>().ok(),
    };
    if before.is_none() && !ask.before.is_empty() {
        errors.push(("before".to_owned(), NO_NUMBER.to_owned()));
    }
    let taken = match errors.is_empty() {
        true => health::journal_export(&form.visit.cx, &filter, before).await?,
        false => None,
    };
    let Some(taken) = taken else {
        errors.retain(|(field, _)| field == "before");
        return form.visit.show_again(&journal_page(&form.visit, ask, errors).await?);
    };
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"journal.csv\""),
    ];
    Ok((headers, csv(&taken)).into_response())
}

/// Days that are none are told, and do not widen what is shown.
fn filter(ask: &Ask) -> (JournalFilter, Vec<(String, String)>) {
    let mut errors = Vec::new();
    let mut day = |field: &str, text: &str| -> Option<Day> {
        if text.trim().is_empty() {
            return None;
        }
        let day = text.trim().parse().ok();
        if day.is_none() {
            errors.push((field.to_owned(), "日期应写成 2026-09-24 这样".to_owned()));
        }
        day
    };
    let (from, until) = (day("from", &ask.from), day("until", &ask.until));
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        errors.push(("until".to_owned(), "“到”不能早于“从”".to_owned()));
    }
    let text = |typed: &str| typed.trim().to_owned();
    let filter =
        JournalFilter { who: text(&ask.who), what: text(&ask.what), from, until, case: text(&ask.case) };
    (filter, errors)
}

fn query(ask: &Ask) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let asked = [
        ("who", &ask.who),
        ("what", &ask.what),
        ("from", &ask.from),
        ("until", &ask.until),
        ("case", &ask.case),
    ];
    for (name, value) in asked {
        query.append_pair(name, value);
    }
    query.finish()
}

/// A file that does not hold all says so in its last line, with the number to go on with. UTF-8 with its mark, so that spreadsheet programs read the Chinese; no cell begins a formula
/// (ASVS v5.0.0-1.2.10).
fn csv(taken: &JournalExport) -> String {
    let mut text = String::from("\u{feff}编号,时间,做了什么,谁,账户,代表,对象,对象编号,区划,内容\r\n");
    for event in &taken.events {
        let cells = [
            event.id.to_string(),
            words::instant(&event.at),
            event.kind.clone(),
            event.actor_name.clone(),
            event.actor.clone(),
            event.on_behalf_of.clone(),
            event.subject_kind.clone(),
            event.subject_id.to_string(),
            event.area.clone(),
            event.detail.clone(),
        ];
        text.push_str(&cells.map(|cell| quoted(&cell)).join(","));
        text.push_str("\r\n");
    }
    if let (true, Some(oldest)) = (taken.more, taken.events.last()) {
        let note =
            format!("没有导完：还有更早的记录。要接着导出，请用同样的条件，在“接着导出”一栏填 {}", oldest.id);
        text.push_str(&quoted(&note));
        text.push_str("\r\n");
    }
    text
}

fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

impl AdminJournalPage {
    fn at(&self, at: &base::Millis) -> String {
        words::instant(at)
    }

    /// Whether an event is part of the chain already.
    fn is_sealed(&self, event: &Event) -> bool {
        self.sealed.as_ref().is_some_and(|sealed| event.id <= sealed.last_event)
    }

    fn act(&self, event: &Event) -> &'static str {
        journal_words::act(&event.kind)
    }

    /// Before a log-in nobody is logged in: whoever it is about did it, or tried.
    fn who(&self, event: &Event) -> String {
        let account = (event.subject_kind == "account").then(|| self.called.get(&event.subject_id)).flatten();
        match account {
            Some(name) if event.actor == "visitor" => name.clone(),
            _ => event.actor_name.clone(),
        }
    }

    fn behalf(&self, event: &Event) -> &'static str {
        match event.on_behalf_of.split_once(':') {
            Some(("organisation", _)) => "代表单位",
            Some(_) => "代表本人",
            None => "",
        }
    }

    fn thing(&self, event: &Event) -> String {
        let thing = journal_words::thing(&event.subject_kind);
        let called = self.called.get(&event.subject_id).cloned();
        let called = called.or_else(|| journal_words::number(event));
        called.map_or_else(|| thing.to_owned(), |name| format!("{thing} {name}"))
    }

    /// The address of everything that happened to the case.
    fn case_href(&self, event: &Event) -> Option<String> {
        let ticket = self.called.get(&event.subject_id).filter(|_| event.subject_kind == "case")?;
        Some(format!("/admin/journal?{}", query(&Ask { case: ticket.clone(), ..Ask::default() })))
    }

    fn reason(&self, event: &Event) -> String {
        journal_words::reason(event).unwrap_or_default()
    }

    fn place(&self, event: &Event) -> String {
        match self.catalogue.full_name(&event.area) {
            name if name.is_empty() => "—".to_owned(),
            name => name,
        }
    }

    /// What is filtered by, when it is none of the choices: typed into the address.
    fn other(&self) -> &str {
        let known = self.groups.iter().flat_map(|group| &group.acts).any(|(code, _)| *code == self.ask.what);
        if known { "" } else { &self.ask.what }
    }

    fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|(name, _)| name == field).map_or("", |(_, message)| message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_quotes_stay_inside() {
        assert_eq!(quoted("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        for start in ["+1", "-1", "@x", "\tx"] {
            assert!(quoted(start).starts_with("\"'"), "{start}");
        }
        assert_eq!(quoted("演示·王"), "\"演示·王\"");
    }

    #[test]
    fn a_file_that_does_not_hold_all_ends_with_the_number_to_go_on_with() {
        let event = |id| Event {
            id: Id(id),
            at: 0,
            actor: String::new(),
            actor_name: String::new(),
            on_behalf_of: String::new(),
            area: String::new(),
            subject_kind: String::new(),
            subject_id: Id(1),
            kind: "identity.logged_in".into(),
            detail: "{}".into(),
        };
        let taken = |more| JournalExport { events: vec![event(4712), event(4711)], more };
        let cut = csv(&taken(true));
        let last = cut.lines().last().unwrap();
        assert!(last.contains("没有导完") && last.contains("填 4711"), "{last}");
        assert!(csv(&taken(false)).lines().last().unwrap().contains("identity.logged_in"));
    }

    #[test]
    fn a_wrong_day_is_told() {
        let ask = Ask { from: "2026-02-30".into(), until: "2026-09-24".into(), ..Ask::default() };
        let (filter, errors) = filter(&ask);
        assert_eq!(errors.len(), 1);
        assert_eq!((errors[0].0.as_str(), filter.until), ("from", Day::new(2026, 9, 24)));
    }
}
