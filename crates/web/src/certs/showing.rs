//! 亮证: the holder's page with a code that refreshes itself, and what the one who scans it sees.

use super::fields;
use crate::form::{FieldView, error_list};
use crate::page::Page;
use crate::posted::Posted;
use crate::qr;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use base::{Error, Refusal};
use domain::certs::usage::{self, SHOWN_FOR, Shown, Use, Way};
use domain::certs::{self, Certificate};
use norms::LicenceStatus;

/// Seconds after which the page asks for a new code: well before the old one ends.
const REFRESH: i64 = SHOWN_FOR / 1000 - 15;
/// How far back "just scanned" reaches, in milliseconds.
const RECENT: i64 = 10 * 60 * 1000;

#[derive(Template)]
#[template(path = "certs/show_code.html")]
struct CodePage {
    page: Page,
    certificate: Certificate,
    /// SVG of our own making.
    qr: String,
    /// In two groups, to be read aloud.
    code: String,
    refresh: i64,
    seconds: i64,
    made_at: String,
    scans: Vec<Use>,
}

#[derive(Template)]
#[template(path = "certs/scanned.html")]
struct ScannedPage {
    page: Page,
    shown: Shown,
}

#[derive(Template)]
#[template(path = "certs/enter_code.html")]
struct EnterPage {
    page: Page,
    errors: Vec<(String, String)>,
    code: FieldView,
}

#[derive(Template)]
#[template(path = "certs/not_scanned.html")]
struct NotScannedPage {
    page: Page,
    words: String,
}

impl ScannedPage {
    fn counts(&self) -> bool {
        self.shown.status == LicenceStatus::Valid && self.shown.superseded_by.is_empty()
    }

    fn term(&self) -> String {
        super::term(&self.shown.valid_from, self.shown.valid_until.as_ref())
    }
}

pub(crate) async fn code(visit: Visit, Path(identifier): Path<String>) -> PageResult {
    let cx = &visit.cx;
    let token = visit.token.clone().ok_or(Error::Unauthenticated)?;
    let made = cx.db().write(async |tx| {
        let certificate = certs::show(tx, cx, &identifier).await?;
        let code = usage::show_code(tx, cx, &identifier, &token).await?;
        Ok((certificate, code, usage::uses_of_holder(tx, cx, Some(&identifier)).await?))
    });
    let (certificate, code, mut scans) = made.await?;
    scans.retain(|line| line.way == Way::Scan && cx.now - line.at < RECENT);
    visit.show(&CodePage {
        page: visit.page(format!("亮证：{}", certificate.type_name)),
        qr: qr::svg(&format!("{}/show/{}", visit.app.settings.public_url, code.token), "亮证二维码"),
        refresh: REFRESH,
        seconds: (code.ends_at - cx.now) / 1000,
        made_at: crate::words::instant(&cx.now),
        code: format!("{} {}", &code.code[..4], &code.code[4..]),
        certificate,
        scans,
    })
}

/// Where a code is typed that no camera reads.
pub(crate) async fn ask(visit: Visit) -> PageResult {
    visit.cx.actor.require_account()?;
    visit.show(&enter_page(&visit, "", &[]))
}

pub(crate) async fn enter(form: Posted) -> PageResult {
    let visit = &form.visit;
    visit.app.count_guess(visit.peer, "scan")?;
    let (cx, code) = (&visit.cx, form.get("code"));
    match cx.db().write(async |tx| usage::scan_typed(tx, cx, code).await).await {
        Ok(shown) => visit.show(&ScannedPage { page: visit.page("对方出示的证照"), shown }),
        Err(Error::Refused(refusals)) => visit.show_again(&enter_page(visit, code, &refusals)),
        Err(other) => Err(other.into()),
    }
}

fn enter_page(visit: &Visit, code: &str, refusals: &[Refusal]) -> EnterPage {
    // Whatever is wrong with a code, it is typed again here.
    let placed: Vec<Refusal> =
        refusals.iter().map(|refusal| Refusal { field: Some("code".into()), ..refusal.clone() }).collect();
    let page = visit.page("输入亮证码");
    EnterPage {
        page: if placed.is_empty() { page } else { page.failed() },
        errors: error_list(&placed),
        code: FieldView {
            hint: format!("{} 位字母和数字，在对方页面的二维码旁边", usage::CODE_LENGTH),
            ..fields::line("code", "亮证码", code, 20, &placed)
        },
    }
}

/// What is left of an address that was scanned or typed.
const LONGEST: usize = 200;

/// Looking is using: the code is spent by the first who opens it.
pub(crate) async fn scan(visit: Visit, Path(token): Path<String>) -> PageResult {
    visit.app.count_guess(visit.peer, "scan")?;
    let cx = &visit.cx;
    let token: String = token.chars().take(LONGEST).collect();
    match cx.db().write(async |tx| usage::scan(tx, cx, &token).await).await {
        Ok(shown) => {
            let page = visit.page("对方出示的证照");
            visit.show(&ScannedPage { page, shown })
        }
        Err(Error::Refused(refusals)) => {
            let words = refusals.into_iter().map(|refusal| refusal.message).collect();
            let page = visit.page("亮证码不能使用").failed();
            let mut response = visit.show(&NotScannedPage { page, words })?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(other) => Err(other.into()),
    }
}
