//! One's own space: what waits for me first, then what I have.

use super::light_kind;
use super::show::tone;
use crate::page::Page;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Millis, PageOf, Result};
use domain::casework::{self, DraftRow, Light, MyCase, Notice, State};
use domain::certs::{self, Certificate};
use domain::feedback::{self, RatingState};
use domain::identity::policy::permits;
use domain::identity::{Action, Actor};
use norms::Day;
use serde::Deserialize;

/// Rows on the space itself; the full lists are one link away.
const CASES: usize = 5;
const CERTIFICATES: usize = 3;
const NOTICES: u32 = 8;
/// Finished cases that are asked whether they can still be rated: older ones are past their days.
const RATABLE: usize = 5;

#[derive(Template)]
#[template(path = "casework/space.html")]
struct SpacePage {
    page: Page,
    name: String,
    acting_for: Option<String>,
    todos: Vec<Todo>,
    cases: Vec<CaseRow>,
    all_cases: i64,
    certificates: Vec<Certificate>,
    all_certificates: usize,
    drafts: Vec<DraftRow>,
    news: Vec<News>,
    today: Day,
}

/// A line of what happened: to a case, or to a certificate.
struct News {
    href: String,
    words: String,
    more: String,
    at: Millis,
}

struct Todo {
    words: String,
    note: String,
    href: String,
    action: &'static str,
}

/// A case in a list.
struct CaseRow {
    href: String,
    item_name: String,
    ticket: String,
    state: String,
    /// The tone of its tag.
    tone: &'static str,
    light: &'static str,
    light_words: String,
    when: String,
}

#[derive(Template)]
#[template(path = "casework/cases.html")]
struct CasesPage {
    page: Page,
    rows: Vec<CaseRow>,
    number: u32,
    last: u32,
    total: i64,
}

#[derive(Deserialize)]
pub(crate) struct ListQuery {
    page: Option<String>,
}

struct Mine {
    cases: PageOf<MyCase>,
    certificates: Vec<Certificate>,
    drafts: Vec<DraftRow>,
    notices: Vec<Notice>,
    certificate_news: Vec<certs::News>,
    ratable: Vec<(MyCase, Day)>,
}

pub(crate) async fn show(visit: Visit) -> PageResult {
    if let Some(elsewhere) = own_home(&visit.cx.actor) {
        return Ok(elsewhere);
    }
    let mut mine = look_up(&visit).await?;
    let todos = todos(&mine);
    let person = visit.cx.actor.require_person()?;
    mine.cases.rows.truncate(CASES);
    let all_certificates = mine.certificates.len();
    mine.certificates.truncate(CERTIFICATES);
    visit.show(&SpacePage {
        page: visit.page("我的空间"),
        name: person.name.clone(),
        acting_for: person.acting_for.as_ref().map(|acting| acting.name.clone()),
        todos,
        cases: mine.cases.rows.iter().map(case_row).collect(),
        all_cases: mine.cases.total,
        all_certificates,
        certificates: mine.certificates,
        drafts: mine.drafts,
        news: news(mine.notices, mine.certificate_news),
        today: visit.cx.today(),
    })
}

pub(crate) async fn cases(visit: Visit, Query(query): Query<ListQuery>) -> PageResult {
    if let Some(elsewhere) = own_home(&visit.cx.actor) {
        return Ok(elsewhere);
    }
    let cx = &visit.cx;
    let place = base::Page::of(query.page.and_then(|page| page.parse().ok()), None);
    let found = cx.db().read(async |tx| casework::my_cases(tx, cx, place).await).await?;
    visit.show(&CasesPage {
        page: visit.page("我的办件").under(&[("我的空间", "/me")]),
        rows: found.rows.iter().map(case_row).collect(),
        number: found.number,
        last: found.pages(),
        total: found.total,
    })
}

/// Staff and administrators have no space here: their work is elsewhere.
fn own_home(actor: &Actor) -> Option<Response> {
    let home = match actor {
        Actor::Staff(_) => "/desk",
        Actor::Administrator(_) => "/admin",
        _ => return None,
    };
    Some(Redirect::to(home).into_response())
}

async fn look_up(visit: &Visit) -> Result<Mine> {
    let cx = &visit.cx;
    let read = cx.db().read(async |tx| {
        let cases = casework::my_cases(tx, cx, base::Page::of(None, None)).await?;
        let mut ratable = Vec::new();
        // Whoever took her application back has had no service yet.
        let served = |case: &&MyCase| case.outcome.is_some() && case.state != State::Withdrawn;
        for case in cases.rows.iter().filter(served).take(RATABLE) {
            if let RatingState::Open { until } = feedback::rating_state(tx, cx, case.id).await? {
                ratable.push((case.clone(), until));
            }
        }
        let (certificates, certificate_news) = match permits(&cx.actor, Action::CertificateRead) {
            true => (certs::of_holder(tx, cx).await?, certs::news_of(tx, cx, NOTICES).await?),
            false => (Vec::new(), Vec::new()),
        };
        Ok(Mine {
            cases,
            ratable,
            certificates,
            certificate_news,
            drafts: casework::drafts_of(tx, cx).await?,
            notices: casework::notices_of(tx, cx, NOTICES).await?,
        })
    });
    read.await
}

/// Both kinds of news as one list, the newest first.
fn news(notices: Vec<Notice>, certificates: Vec<certs::News>) -> Vec<News> {
    let of_case = |notice: Notice| News {
        href: format!("/cases/{}", notice.case),
        words: notice.words,
        more: String::new(),
        at: notice.created_at,
    };
    let of_certificate = |told: certs::News| News {
        href: format!("/me/certificates/{}", told.identifier),
        words: told.words,
        more: told.more,
        at: told.at,
    };
    let told = certificates.into_iter().map(of_certificate);
    let mut news: Vec<News> = notices.into_iter().map(of_case).chain(told).collect();
    news.sort_by_key(|line| std::cmp::Reverse(line.at));
    news.truncate(NOTICES as usize);
    news
}

/// What waits for the reader, the most pressing first.
fn todos(mine: &Mine) -> Vec<Todo> {
    let supplements =
        mine.cases.rows.iter().filter(|case| case.state == State::SupplementNoticed).map(|case| Todo {
            words: format!("补正材料：{}", case.item_name),
            note: case.due.as_ref().map(|due| format!("{}前补齐", words::day(due))).unwrap_or_default(),
            href: format!("/cases/{}", case.id),
            action: "去补正",
        });
    let owing = mine.cases.rows.iter().filter_map(|case| {
        let until = case.owed.filter(|_| case.outcome.is_none())?;
        Some(Todo {
            words: format!("补交材料：{}", case.item_name),
            note: format!("{}前补交，过期视为撤回", words::day(&until)),
            href: format!("/cases/{}", case.id),
            action: "去补交",
        })
    });
    let drafts = mine.drafts.iter().map(|draft| Todo {
        words: format!("没填完：{}", draft.item_name),
        note: format!("{}保存", words::instant(&draft.updated_at)),
        href: format!("/drafts/{}/pages/1", draft.id),
        action: "接着填",
    });
    let ratings = mine.ratable.iter().map(|(case, until)| Todo {
        words: format!("评价：{}", case.item_name),
        note: format!("{}前可以评价", words::day(until)),
        href: format!("/cases/{}/rating", case.id),
        action: "去评价",
    });
    supplements.chain(owing).chain(drafts).chain(ratings).collect()
}

fn case_row(case: &MyCase) -> CaseRow {
    let awaits_her = case.state == State::SupplementNoticed;
    CaseRow {
        href: format!("/cases/{}", case.id),
        item_name: case.item_name.clone(),
        ticket: case.ticket.clone(),
        // 已送达 says nothing about how it ended.
        state: match case.state {
            State::SupplementNoticed => "等您补正".to_owned(),
            state => case.outcome.map_or(state.name(), |outcome| outcome.name()).to_owned(),
        },
        tone: if awaits_her { "warn" } else { tone(case.outcome) },
        // The office is in time; it is she who must not be late.
        light: if awaits_her && case.light == Light::Normal { "soon" } else { light_kind(case.light) },
        light_words: match (case.outcome, &case.due) {
            (Some(_), _) => "已办结".to_owned(),
            // The day moves while the clock stands.
            (None, _) if case.light == Light::Paused => "暂停计时".to_owned(),
            (None, Some(due)) if awaits_her => format!("请在{}前补齐", words::day(due)),
            (None, Some(due)) => format!("{}，{}前", case.light.name(), words::day(due)),
            (None, None) => case.light.name(),
        },
        when: words::instant(&case.submitted_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{Id, Page};

    fn case(id: i64, state: State) -> MyCase {
        MyCase {
            id: Id(id),
            ticket: "320100-1".into(),
            item_name: "食品经营许可".into(),
            body: String::new(),
            state,
            outcome: None,
            due: Day::new(2026, 10, 12),
            warn: None,
            owed: None,
            submitted_at: 0,
            light: Light::Normal,
        }
    }

    #[test]
    fn whoever_must_act_is_not_told_that_all_is_well() {
        let row = case_row(&case(1, State::SupplementNoticed));
        assert_eq!((row.state.as_str(), row.tone, row.light), ("等您补正", "warn", "soon"));
        assert_eq!(row.light_words, "请在2026年10月12日前补齐");
        let row = case_row(&case(2, State::Review));
        assert_eq!((row.tone, row.light), ("", "normal"));
        let ended = |outcome| case_row(&MyCase { outcome: Some(outcome), ..case(3, State::Delivered) }).tone;
        assert_eq!((ended(norms::Outcome::Granted), ended(norms::Outcome::Refused)), ("ok", "bad"));
    }

    #[test]
    fn what_is_due_comes_before_what_can_wait() {
        let cases = vec![case(1, State::Review), case(2, State::SupplementNoticed)];
        let mine = Mine {
            cases: PageOf::new(Page::of(None, None), 2, cases),
            certificates: Vec::new(),
            drafts: vec![DraftRow {
                id: Id(9),
                item_code: String::new(),
                item_name: "店招".into(),
                body_name: String::new(),
                updated_at: 0,
            }],
            notices: Vec::new(),
            certificate_news: Vec::new(),
            ratable: vec![(case(3, State::Delivered), Day::new(2026, 10, 20).unwrap())],
        };
        let hrefs: Vec<String> = todos(&mine).into_iter().map(|todo| todo.href).collect();
        assert_eq!(hrefs, ["/cases/2", "/drafts/9/pages/1", "/cases/3/rating"]);
    }
}
