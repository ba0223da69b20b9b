//! One case as its applicant follows it, and the files in it.

use super::check::{AnswerRow, way_words};
use super::light_kind;
use super::owed::{OwedView, owed_view};
use super::stations::{Station, refused, stations};
use crate::documents::{DocumentRow, rows};
use crate::form::answer_text;
use crate::page::Page;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use base::{Error, Id};
use domain::casework::{self, Awaited, CaseView, Event, State, StoredFile};
use domain::catalog::{Element, ElementType};
use domain::documents::Kind;
use domain::feedback::{self, RatingState};
use norms::Outcome;

#[derive(Template)]
#[template(path = "casework/show.html")]
struct CasePage {
    page: Page,
    view: CaseView,
    light: &'static str,
    bar: Option<LimitBar>,
    line: Vec<Station>,
    sections: Vec<(String, Vec<AnswerRow>)>,
    materials: Vec<FileRow>,
    documents: Vec<DocumentRow>,
    owed: Option<OwedView>,
    rating: Rating,
}

/// Working days of `light::limit`.
pub(crate) struct LimitBar {
    pub promised: u32,
    pub statutory: u32,
    pub used: u32,
}

struct FileRow {
    name: String,
    how: String,
    /// Address and name.
    files: Vec<(String, String)>,
}

enum Rating {
    Closed,
    Open(String),
    Given(&'static str),
}

/// The colour of an ending.
pub(super) fn tone(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Granted) => "ok",
        Some(Outcome::Refused | Outcome::NotAccepted) => "bad",
        Some(_) => "plain",
        None => "",
    }
}

impl CasePage {
    fn may_withdraw(&self) -> bool {
        self.view.case.state.next().contains(&State::Withdrawn)
    }

    /// How it stands: 已送达 alone would not say how it ended.
    fn standing(&self) -> &'static str {
        match self.view.case.outcome {
            Some(Outcome::Refused) => refused(&self.view),
            Some(outcome) => outcome.name(),
            None => self.view.case.state.name(),
        }
    }

    fn tone(&self) -> &'static str {
        tone(self.view.case.outcome)
    }

    /// The paper that says so: notice or decision.
    fn refusal_paper(&self) -> Option<&DocumentRow> {
        let said = [Kind::Refused, Kind::Rejection, Kind::NotNeeded, Kind::WrongBody];
        let paper = self.view.documents.iter().rposition(|document| said.contains(&document.kind))?;
        self.documents.get(paper)
    }

    /// It was withdrawn while the body had no seal: its paper is made when it is asked for.
    fn document_waits(&self) -> bool {
        let made = self.view.documents.iter().any(|document| document.kind == Kind::Withdrawal);
        self.view.case.state == State::Withdrawn && !made
    }

    /// How and why the case ended without what was asked for.
    fn refusal(&self) -> Option<(&'static str, String)> {
        let reason = |event: &Event| match event {
            Event::Refused { reason, .. } => Some((refused(&self.view), reason.clone())),
            Event::NotAccepted { reason, .. } => Some(("不予受理", reason.clone())),
            Event::NotNeeded { reason, .. } => Some(("这件事不需要办理", reason.clone())),
            Event::WrongBody { right_body, .. } => {
                Some(("这件事不归这个单位办", format!("请向{right_body}申请。")))
            }
            _ => None,
        };
        self.view.timeline.iter().rev().find_map(|entry| reason(&entry.event))
    }

    /// The last lawful day, while the decision is awaited.
    fn lawful_day(&self) -> Option<String> {
        let awaited = self.view.clock.awaited == Awaited::Decision;
        self.view.clock.statutory_due.as_ref().filter(|_| awaited).map(words::day)
    }

    fn supplement(&self) -> Option<(String, &[String])> {
        let noticed = self.view.case.state == State::SupplementNoticed;
        let supplement = self.view.case.supplement.as_ref().filter(|_| noticed)?;
        Some((words::day(&supplement.due), &supplement.missing))
    }

    fn until(&self, certificate: &domain::certs::Certificate) -> String {
        certificate
            .valid_until
            .as_ref()
            .map_or("长期有效".into(), |last| format!("有效期至{}", words::day(last)))
    }
}

pub(crate) async fn show(visit: Visit, Path(case): Path<String>) -> PageResult {
    let (cx, case): (_, Id) = (&visit.cx, case.parse()?);
    // Staff have a page of their own, with what they may do about the case.
    if cx.actor.staff().is_some() {
        return Ok(Redirect::to(&format!("/desk/cases/{case}")).into_response());
    }
    let read = cx.db().read(async |tx| {
        let view = casework::show_case(tx, cx, case).await?;
        Ok((view, feedback::rating_state(tx, cx, case).await?))
    });
    let (view, rating) = read.await?;
    let mut page = case_page(&visit, view, rating);
    let done = visit.path().ends_with("?done=owed");
    page.page.notice = done.then(|| "材料已补交，受理单位会尽快确认。".into());
    visit.show(&page)
}

fn case_page(visit: &Visit, view: CaseView, rating: RatingState) -> CasePage {
    let crumbs = [("我的空间", "/me"), ("我的办件", "/me/cases")];
    let used = casework::days_used(&view.case, &visit.cx.catalogue.calendar, visit.cx.today());
    CasePage {
        page: visit.page(view.item.base.name.clone()).under(&crumbs),
        light: light_kind(view.clock.light),
        bar: limit_bar(used, view.case.promised, view.case.statutory),
        line: stations(&visit.cx.catalogue, &view),
        sections: sections(visit, &view),
        materials: materials(visit, &view),
        documents: rows(&view.documents),
        owed: owed_view(visit, &view),
        rating: match rating {
            // Whoever took her application back has had no service yet.
            RatingState::Open { .. } if view.case.state == State::Withdrawn => Rating::Closed,
            RatingState::Open { until } => Rating::Open(words::day(&until)),
            RatingState::Given { rating } => Rating::Given(rating.grade_name),
            RatingState::TooEarly | RatingState::Over => Rating::Closed,
        },
        view,
    }
}

/// Only where both clocks run: an instant item, or one without a limit in law, is told in words.
pub(crate) fn limit_bar(
    used: Option<u32>,
    promised: norms::Limit,
    statutory: Option<norms::Limit>,
) -> Option<LimitBar> {
    let days = |limit: norms::Limit| limit.working_days_equivalent().ceil() as u32;
    let (promised, statutory) = (days(promised), days(statutory?));
    (promised > 0).then_some(LimitBar { promised, statutory, used: used? })
}

fn sections(visit: &Visit, view: &CaseView) -> Vec<(String, Vec<AnswerRow>)> {
    let row = |field: &domain::catalog::Field| {
        let element = visit.cx.catalogue.element(&field.element)?;
        let values = view.answers.get(&field.element)?;
        Some(AnswerRow {
            label: field.label.clone().unwrap_or_else(|| element.label.clone()),
            value: masked(element, answer_text(element, Some(values))),
            href: String::new(),
            source: String::new(),
            error: String::new(),
        })
    };
    let pages = view.item.base.pages.iter();
    let sections =
        pages.map(|page| (page.title.clone(), page.fields.iter().filter_map(row).collect::<Vec<_>>()));
    sections.filter(|(_, rows)| !rows.is_empty()).collect()
}

/// The page may be open on a counter for others to see: numbers are masked even for their owner.
fn masked(element: &Element, text: String) -> String {
    match element.element_type {
        ElementType::CitizenNumber => norms::mask::citizen_number(&text),
        ElementType::Phone if element.sensitive => norms::mask::phone(&text),
        _ => text,
    }
}

fn materials(visit: &Visit, view: &CaseView) -> Vec<FileRow> {
    let row = |given: &casework::GivenMaterial| {
        let kind = view.item.base.material(&given.key).and_then(|m| visit.cx.catalogue.kind(&m.kind));
        FileRow {
            name: kind.map_or_else(|| given.key.clone(), |kind| kind.name.clone()),
            how: way_words(&given.way),
            files: given
                .marked_files()
                .into_iter()
                .map(|(mark, file)| (format!("/cases/{}/files/{mark}", view.id), file.name))
                .collect(),
        }
    };
    view.materials.iter().map(row).collect()
}

/// A file of a case, for its applicant and the desk: saved, never shown inside our origin.
pub(crate) async fn file(visit: Visit, Path((case, material)): Path<(String, String)>) -> PageResult {
    let (file, content) = fetch(&visit, case.parse()?, &material).await?;
    Ok(attachment(&file, content)?)
}

pub(super) async fn fetch(visit: &Visit, case: Id, material: &str) -> Result<(StoredFile, Vec<u8>), Error> {
    let cx = &visit.cx;
    let file = cx.db().read(async |tx| casework::case_file(tx, cx, case, material).await).await?;
    let content = visit.app.files.fetch(&file.digest).await?;
    Ok((file, content))
}

pub(super) fn attachment(file: &StoredFile, content: Vec<u8>) -> Result<Response, Error> {
    let value = |text: &str| HeaderValue::from_str(text).map_err(|e| Error::Bug(e.into()));
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, value(&file.media)?);
    headers.insert(header::CONTENT_DISPOSITION, value(&disposition(&file.name))?);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// RFC 6266 with the encoding of RFC 5987: the plain name is for programs that know no other.
pub(crate) fn disposition(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'-' | b'_' | b'~' => {
                encoded.push(char::from(byte))
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_its_chinese_name_and_cannot_break_the_header() {
        assert_eq!(
            disposition("平面图.pdf"),
            "attachment; filename=\"___.pdf\"; filename*=UTF-8''%E5%B9%B3%E9%9D%A2%E5%9B%BE.pdf"
        );
        let nasty = disposition("a\"; filename=\"x.html\r\nX: y");
        assert!(!nasty.contains(['\r', '\n']) && nasty.matches('"').count() == 2, "{nasty}");
        assert!(HeaderValue::from_str(&nasty).is_ok());
    }
}
