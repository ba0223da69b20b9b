//! `/desk/certificates/{identifier}`: one certificate of one's body, its history, and what may be done to it.

use super::confirm;
use crate::certs::fields;
use crate::form::{FieldView, OptionView, error_list};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Refusal, Result};
use domain::Cx;
use domain::certs::{self, Certificate, Managed, Remake};
use norms::{Day, LicenceStatus};

#[derive(Template)]
#[template(path = "certs/desk/certificate.html")]
struct CertificatePage {
    page: Page,
    errors: Vec<(String, String)>,
    managed: Managed,
    status: LicenceStatus,
    /// The holder's code in clear, once somebody said why.
    shown_code: Option<String>,
    show_reason: FieldView,
    act: FieldView,
    act_reason: FieldView,
    remake: FieldView,
    remake_fields: Vec<FieldView>,
    until: FieldView,
    remake_reason: FieldView,
    /// A second factor was given just now.
    fresh: bool,
    /// Something was typed before it had to be given.
    typed: bool,
}

impl CertificatePage {
    fn certificate(&self) -> &Certificate {
        &self.managed.certificate
    }

    fn term(&self) -> String {
        let certificate = self.certificate();
        crate::certs::term(&certificate.valid_from, certificate.valid_until.as_ref())
    }

    fn counts(&self) -> bool {
        self.status == LicenceStatus::Valid && !self.certificate().is_superseded()
    }
}

/// Which form failed, and with what.
#[derive(Default)]
struct Attempt<'a> {
    form: &'static str,
    choice: &'a str,
    reason: &'a str,
    fields: Vec<(String, String)>,
    until: [&'a str; 3],
    refusals: Vec<Refusal>,
    shown: bool,
}

/// The file under seal of a certificate of one's body.
pub(crate) async fn file(visit: Visit, Path(identifier): Path<String>) -> PageResult {
    super::places(&visit, "")?;
    crate::certs::mine::to_file(&visit, &identifier).await
}

pub(crate) async fn show(visit: Visit, Path(identifier): Path<String>) -> PageResult {
    visit.show(&load(&visit, &identifier, Attempt::default()).await?)
}

/// The holder's code in clear: with a reason, journalled.
pub(crate) async fn reveal(Path(identifier): Path<String>, form: Posted) -> PageResult {
    let (visit, reason) = (&form.visit, form.get("reason"));
    let cx = &visit.cx;
    let write = cx.db().write(async |tx| certs::reveal(tx, cx, &identifier, reason).await.map(drop));
    match write.await {
        Ok(()) => {
            let attempt = Attempt { form: "show", shown: true, ..Attempt::default() };
            visit.show(&load(visit, &identifier, attempt).await?)
        }
        Err(error) => {
            failed(visit, &identifier, Attempt { form: "show", reason, ..Attempt::default() }, error).await
        }
    }
}

pub(crate) async fn change_status(Path(identifier): Path<String>, form: Posted) -> PageResult {
    let (visit, choice, reason) = (&form.visit, form.get("act"), form.get("reason"));
    let cx = &visit.cx;
    let attempt = || Attempt { form: "act", choice, reason, ..Attempt::default() };
    let outcome = match form.get("stage") {
        "change" => return visit.show(&load(visit, &identifier, attempt()).await?),
        "preview" => match confirm::proposed(&form, &identifier).await {
            Ok((act, proposed)) => return confirm::page(&form, act, proposed),
            Err(error) => Err(error),
        },
        _ => {
            let write = cx.db().write(async |tx| {
                // Rights first: who may not do this is told that, not what was wrong with the form.
                certs::may_manage(tx, cx, &identifier).await?;
                let (act, version) = confirm::asked(&form)?;
                certs::change_status(tx, cx, &identifier, act, reason, Some(version)).await
            });
            write.await.map(drop)
        }
    };
    match outcome {
        Ok(_) => Ok(done(&identifier, "changed")),
        Err(error) => failed(visit, &identifier, attempt(), error).await,
    }
}

/// 变更 or 延续: a new version in place of this one.
pub(crate) async fn remake(Path(identifier): Path<String>, form: Posted) -> PageResult {
    let (visit, choice, reason) = (&form.visit, form.get("kind"), form.get("reason"));
    let cx = &visit.cx;
    let fields = typed_fields(&form);
    let write = cx.db().write(async |tx| {
        certs::may_manage(tx, cx, &identifier).await?;
        let expected = Some(form.version().ok_or(Error::Conflict)?);
        let remake = Remake { supersedes: &identifier, fields: fields.clone(), reason, expected };
        match choice {
            "change" => certs::change(tx, cx, remake).await,
            "renew" => certs::renew(tx, cx, remake, until_of(&form)?).await,
            _ => Err(Error::refused_at("certs.kind_missing", "kind", "请选择变更还是延续")),
        }
    });
    match write.await {
        Ok(new) => Ok(done(&new.identifier, "remade")),
        Err(error) => {
            let until = typed_until(&form);
            let attempt = Attempt { form: "remake", choice, reason, fields, until, ..Attempt::default() };
            failed(visit, &identifier, attempt, error).await
        }
    }
}

/// The last day of a renewed version, as it was typed; without one it is what the type gives.
fn until_of(form: &Posted) -> Result<Option<Day>> {
    let typed = typed_until(form);
    let empty = typed.iter().all(|part| part.trim().is_empty());
    if empty { Ok(None) } else { fields::day_of("valid_until_on", typed).map(Some) }
}

fn typed_until(form: &Posted) -> [&str; 3] {
    fields::typed_day(form, "valid_until_on")
}

fn typed_fields(form: &Posted) -> Vec<(String, String)> {
    let answers = form.answers();
    let field = |(name, values): (String, Vec<String>)| {
        let key = name.strip_prefix("fields.")?.to_owned();
        Some((key, values.into_iter().next().unwrap_or_default()))
    };
    answers.into_iter().filter_map(field).collect()
}

fn done(identifier: &str, word: &str) -> axum::response::Response {
    Redirect::to(&format!("/desk/certificates/{identifier}?done={word}")).into_response()
}

async fn failed(visit: &Visit, identifier: &str, attempt: Attempt<'_>, error: Error) -> PageResult {
    let (refusals, status) = match error {
        Error::Refused(refusals) => (refusals, StatusCode::UNPROCESSABLE_ENTITY),
        Error::Conflict => {
            let message = "您打开页面之后，别人已经办理过。下面是最新的内容，请核对后再办";
            (vec![Refusal::new("conflict", message)], StatusCode::CONFLICT)
        }
        other => return Err(other.into()),
    };
    let page = load(visit, identifier, Attempt { refusals, ..attempt }).await?;
    let mut response = visit.show(&page)?;
    *response.status_mut() = status;
    Ok(response)
}

async fn load(visit: &Visit, identifier: &str, attempt: Attempt<'_>) -> Result<CertificatePage> {
    let cx = &visit.cx;
    let managed = cx.db().read(async |tx| certs::manage(tx, cx, identifier).await).await?;
    let mut page = visit.page(managed.certificate.type_name.clone());
    // After a refused POST the address is that of the act: coming back must lead to the certificate.
    page.path = format!("/desk/certificates/{identifier}");
    page.error = !attempt.refusals.is_empty();
    page.notice = match visit.path().split_once("done=").map(|(_, word)| word) {
        Some("changed") => Some("已办理，立即生效。持证人在“我的空间”的消息里能看到。".into()),
        Some("remade") => Some("新版本已生效，旧版本查验时显示已被替代。".into()),
        Some("transferred") => Some("已转入，这是新的证照。".into()),
        _ => None,
    };
    let own = |form: &str| if attempt.form == form { attempt.refusals.as_slice() } else { &[] };
    let text = |form: &str| if attempt.form == form { attempt.reason } else { "" };
    let reason = |form: &'static str, label| FieldView {
        id: format!("{form}-reason"),
        ..fields::words("reason", label, text(form), 500, own(form))
    };
    let acts: Vec<_> = managed.acts.iter().map(|act| (act.word(), act.name())).collect();
    Ok(CertificatePage {
        errors: error_list(&placed(&attempt)),
        status: managed.certificate.status_on(cx.today()),
        shown_code: attempt.shown.then(|| managed.certificate.holder_code.clone()),
        show_reason: reason("show", "为什么要看完整号码"),
        act: radio("act", "办理", &acts, attempt.choice, own("act")),
        act_reason: reason("act", "理由和依据"),
        remake: radio(
            "kind",
            "种类",
            &[("change", "变更：改正下面的内容"), ("renew", "延续：换一个有效期")],
            attempt.choice,
            own("remake"),
        ),
        remake_fields: remake_fields(visit, &managed.certificate, &attempt),
        until: until(cx, &managed.certificate, &attempt),
        remake_reason: reason("remake", "理由和依据"),
        fresh: cx.actor.require_step_up(cx.now).is_ok(),
        typed: matches!(attempt.form, "act" | "remake"),
        page,
        managed,
    })
}

/// Three forms have a reason each: the summary must lead to the right one.
fn placed(attempt: &Attempt<'_>) -> Vec<Refusal> {
    let moved = |refusal: &Refusal| match refusal.field.as_deref() {
        Some("reason") => Refusal { field: Some(format!("{}-reason", attempt.form)), ..refusal.clone() },
        _ => refusal.clone(),
    };
    attempt.refusals.iter().map(moved).collect()
}

fn radio(name: &str, label: &str, options: &[(&str, &str)], chosen: &str, refusals: &[Refusal]) -> FieldView {
    let option = |(value, label): &(&str, &str)| OptionView {
        value: (*value).to_owned(),
        label: (*label).to_owned(),
        checked: *value == chosen,
    };
    let field = fields::line(name, label, "", 0, refusals);
    FieldView { kind: "radio", options: options.iter().map(option).collect(), ..field }
}

fn until(cx: &Cx, certificate: &Certificate, attempt: &Attempt<'_>) -> FieldView {
    let usual = certs::renewed_until(cx, certificate);
    let hint = "延续时填写，最后一天也有效。变更不改有效期。".to_owned();
    let date = fields::date("valid_until_on", "新的有效期止", attempt.until, usual, &attempt.refusals);
    FieldView { hint, ..date }
}

fn remake_fields(visit: &Visit, certificate: &Certificate, attempt: &Attempt<'_>) -> Vec<FieldView> {
    let Some(kind) = visit.cx.catalogue.certificate_type(&certificate.type_key) else { return Vec::new() };
    let field = |field: &domain::catalog::CertificateField| {
        let typed = attempt.fields.iter().find(|(key, _)| *key == field.key).map(|(_, value)| value.as_str());
        let value = typed.or_else(|| certificate.datum(&field.key)).unwrap_or_default();
        fields::line(&format!("fields.{}", field.key), &field.label, value, 0, &attempt.refusals)
    };
    kind.fields.iter().map(field).collect()
}
