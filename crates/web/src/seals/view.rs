//! The page of one seal, with the forms of what may be done to it now.

use super::list::last_day;
use super::tone;
use crate::form::{FieldView, OptionView, element_id};
use crate::page::Page;
use crate::session::Visit;
use crate::words;
use askama::Template;
use base::{Id, PageOf, Refusal, Result};
use domain::catalog::Answers;
use domain::identity::{Action, Thing, authorize};
use domain::seals::{
    self, Authorisation, CertificateFacts, Keeper, Seal, SealView, Status, UseRow, document_kind_name,
};
use norms::Day;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "seals/show.html")]
pub(super) struct ShowPage {
    pub page: Page,
    id: String,
    version: i64,
    name: String,
    status: &'static str,
    tone: &'static str,
    made: bool,
    /// Why it was declined, suspended or revoked.
    note: String,
    facts: Vec<(&'static str, String)>,
    certificate: Option<CertificateFacts>,
    authorisations: Vec<AuthorisationRow>,
    acts: Acts,
    /// A second factor was given just now: the forms are shown.
    fresh: bool,
    /// Any act is this actor's to do.
    may_act: bool,
    log: Log,
    errors: Vec<(String, String)>,
}

impl ShowPage {
    fn second(&self, seconds: &i64) -> String {
        words::instant(&(seconds * 1000))
    }
}

struct AuthorisationRow {
    id: String,
    name: String,
    kinds: String,
    reason: String,
    until: String,
    status: &'static str,
    tone: &'static str,
    /// None when it cannot be withdrawn (any more, or by this actor).
    withdraw: Option<FieldView>,
}

/// The forms that fit the seal's status and the actor's posts.
#[derive(Default)]
struct Acts {
    approve: Option<(FieldView, FieldView)>,
    suspend: Option<FieldView>,
    resume: Option<FieldView>,
    revoke: Option<(FieldView, FieldView)>,
    authorise: Vec<FieldView>,
    renew: bool,
}

struct Log {
    rows: Vec<UseView>,
    total: i64,
    day: String,
    list: String,
    number: u32,
    last: u32,
}

struct UseView {
    at: String,
    kind: String,
    number: String,
    actor: String,
    word: &'static str,
    reason: String,
    digest: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ask {
    done: String,
    /// `YYYY-MM-DD`: only the uses of this day.
    day: String,
    page: String,
}

/// An act that was refused, with what was typed for it.
pub(super) struct Attempt {
    /// Name of its form: `approve`, `suspend` …
    pub act: String,
    pub answers: Answers,
    pub refusals: Vec<Refusal>,
}

pub(super) async fn page(visit: &Visit, id: Id, ask: &Ask, attempt: Option<Attempt>) -> Result<ShowPage> {
    let cx = &visit.cx;
    let day: Option<Day> = ask.day.parse().ok();
    let asked = base::Page::of(ask.page.parse().ok(), Some(20));
    let read = cx.db().read(async |tx| {
        let view = seals::show(tx, cx, id).await?;
        Ok((view, seals::uses(tx, cx, id, day, asked).await?))
    });
    let (view, uses) = read.await?;
    let mut page = visit.page(view.seal.name()).under(&[("印章", "/desk/seals")]);
    page.path = format!("/desk/seals/{id}");
    page.error = attempt.is_some();
    page.notice = done(&ask.done).map(str::to_owned);
    let forms = Forms { visit, seal: &view.seal, status: view.status, attempt: attempt.as_ref() };
    Ok(ShowPage {
        page,
        id: id.to_string(),
        version: view.seal.version,
        name: view.seal.name(),
        status: view.status.name(),
        tone: tone(view.status),
        made: view.seal.made_at.is_some(),
        note: view.seal.note.clone(),
        facts: facts(&view),
        authorisations: forms.authorisations(&view),
        acts: forms.acts(),
        fresh: cx.actor.require_step_up(cx.now).is_ok(),
        may_act: [Action::SealStop, Action::SealApprove].into_iter().any(|action| forms.may(action)),
        log: log(id, day, uses),
        errors: errors(attempt.as_ref()),
        certificate: view.certificate,
    })
}

fn done(word: &str) -> Option<&'static str> {
    Some(match word {
        "ordered" => "已提交申请，等本单位决定岗审批。",
        "made" => "已批准并制作完成。保管人授权以后就可以自动用印。",
        "declined" => "没有批准，原因已记录。",
        "suspended" => "已停用，从现在起不能用印。",
        "resumed" => "已恢复使用。",
        "revoked" => "已注销，从现在起不能用印，验证时会显示。",
        "authorised" => "已授权自动用印。",
        "withdrawn" => "授权已收回。",
        _ => return None,
    })
}

fn facts(view: &SealView) -> Vec<(&'static str, String)> {
    let seal = &view.seal;
    let size = format!("{}，{}×{} 毫米", seal.shape.name(), seal.width_mm, seal.height_mm);
    let from = words::day(&Day::from_millis_shanghai(seal.valid_from_at));
    let kinds: Vec<&str> = seal.kinds.iter().map(|kind| document_kind_name(kind)).collect();
    let keeper = |keeper: &Keeper| match view.gone.contains(&keeper.account) {
        true => format!("{}（已不在印章保管岗）", keeper.name),
        false => keeper.name.clone(),
    };
    let keepers: Vec<String> = seal.keepers.iter().map(keeper).collect();
    let ordered = format!("{}，{}", seal.ordered_by_name, words::instant(&seal.ordered_at));
    let mut facts = vec![
        ("单位", seal.body_name.clone()),
        ("印章编号", seal.es_id.clone().unwrap_or_else(|| "制作后生成".to_owned())),
        ("种类", seal.category.name().to_owned()),
        ("式样", size),
        ("用途", seal.purpose.clone()),
        ("可以盖的文书", kinds.join("、")),
        ("保管人", keepers.join("、")),
        ("有效期", format!("{from}至{}", last_day(seal.valid_until_at))),
        ("申请", ordered),
    ];
    let settled = seal.settled_at.map(|at| format!("{}，{}", seal.settled_by_name, words::instant(&at)));
    facts.extend(settled.map(|settled| ("审批", settled)));
    facts.extend(seal.made_at.map(|at| ("制作", words::instant(&at))));
    facts.extend(seal.revoked_at.map(|at| ("注销", words::instant(&at))));
    facts
}

fn log(id: Id, day: Option<Day>, uses: PageOf<UseRow>) -> Log {
    let text = day.map(|day| day.to_string()).unwrap_or_default();
    let view = |row: &UseRow| UseView {
        at: words::instant(&row.at),
        kind: document_kind_name(&row.document_kind).to_owned(),
        number: row.number.clone(),
        actor: row.actor_name.clone(),
        word: if row.authorisation.is_some() { "自动用印" } else { "保管人用印" },
        reason: row.reason.clone(),
        digest: row.digest.chars().take(12).collect(),
    };
    Log {
        rows: uses.rows.iter().map(view).collect(),
        total: uses.total,
        list: format!("/desk/seals/{id}?day={text}&page="),
        day: text,
        number: uses.number,
        last: uses.pages(),
    }
}

fn errors(attempt: Option<&Attempt>) -> Vec<(String, String)> {
    let Some(attempt) = attempt else { return Vec::new() };
    let place = |refusal: &Refusal| match refusal.field.as_deref() {
        Some(field) => format!("{}-{}", attempt.act, element_id(field)),
        None => "main".to_owned(),
    };
    attempt.refusals.iter().map(|refusal| (place(refusal), refusal.message.clone())).collect()
}

/// Builds the forms, each filled with what was typed when it was the one refused.
struct Forms<'a> {
    visit: &'a Visit,
    seal: &'a Seal,
    status: Status,
    attempt: Option<&'a Attempt>,
}

impl Forms<'_> {
    fn may(&self, action: Action) -> bool {
        let thing = Thing { body: Some(&self.seal.body), ..Thing::NOTHING };
        authorize(&self.visit.cx.actor, action, thing).is_ok()
    }

    fn acts(&self) -> Acts {
        use Status::{Expired, InForce, NotYetInForce, Ordered, Revoked, Suspended};
        let mut acts = Acts::default();
        let alive = matches!(self.status, InForce | NotYetInForce);
        if self.status == Ordered && self.may(Action::SealApprove) {
            let options = [("yes", "批准并制作"), ("no", "不批准")];
            let why = FieldView { optional: true, ..self.reason("approve", "不批准的原因") };
            acts.approve = Some((self.choice("approve", "approved", "审批意见", "radio", &options), why));
        }
        if alive && self.may(Action::SealStop) {
            acts.suspend = Some(self.reason("suspend", "停用的原因"));
        }
        if self.status == Suspended && self.may(Action::SealApprove) {
            acts.resume = Some(self.reason("resume", "恢复的原因"));
        }
        if (alive || self.status == Suspended) && self.may(Action::SealStop) {
            let options = [("yes", "密钥可能泄露：这枚印章盖过的文书都不再有效")];
            let exposed = self.choice("revoke", "exposed", "密钥", "checkbox", &options);
            acts.revoke = Some((self.reason("revoke", "注销的原因"), exposed));
        }
        let own = self.visit.cx.actor.account();
        if alive && self.may(Action::SealAuthorise) && self.seal.is_kept_by(own) {
            acts.authorise = self.authorise();
        }
        acts.renew =
            (alive || matches!(self.status, Suspended | Expired | Revoked)) && self.may(Action::SealOrder);
        acts
    }

    fn authorise(&self) -> Vec<FieldView> {
        let options: Vec<(&str, &str)> =
            self.seal.kinds.iter().map(|kind| (kind.as_str(), document_kind_name(kind))).collect();
        let usual = self.visit.cx.today().plus_months(6).to_string();
        let typed = self.typed("authorise", "until").into_iter().next().unwrap_or(usual);
        let mut parts: Vec<String> = typed.splitn(3, '-').map(str::to_owned).collect();
        parts.resize(3, String::new());
        vec![
            self.choice("authorise", "kinds", "文书", "checkbox", &options),
            FieldView {
                kind: "date",
                values: parts,
                hint: "最长一年。".into(),
                ..self.field("authorise", "until", "到哪一天（含当天）")
            },
            self.reason("authorise", "授权的原因"),
        ]
    }

    fn authorisations(&self, view: &SealView) -> Vec<AuthorisationRow> {
        let now = self.visit.cx.now;
        let row = |word: &Authorisation| {
            let kinds: Vec<&str> = word.kinds.iter().map(|kind| document_kind_name(kind)).collect();
            let (status, tone) = match (word.is_in_force(now), word.revoked_at) {
                (true, _) => ("有效", "ok"),
                (false, Some(_)) => ("已收回", "bad"),
                (false, None) if !word.giver_stays => ("授权人已离岗，不再有效", "bad"),
                (false, None) => ("已到期", "plain"),
            };
            let act = format!("withdraw-{}", word.id);
            AuthorisationRow {
                id: word.id.to_string(),
                name: word.account_name.clone(),
                kinds: kinds.join("、"),
                reason: word.reason.clone(),
                until: last_day(word.until_at),
                status,
                tone,
                withdraw: (word.is_in_force(now) && self.may(Action::SealStop))
                    .then(|| self.reason(&act, "收回的原因")),
            }
        };
        view.authorisations.iter().map(row).collect()
    }

    fn typed(&self, act: &str, name: &str) -> Vec<String> {
        let own = self.attempt.filter(|attempt| attempt.act == act);
        own.and_then(|attempt| attempt.answers.get(name)).cloned().unwrap_or_default()
    }

    fn field(&self, act: &str, name: &str, label: &str) -> FieldView {
        let own = self.attempt.filter(|attempt| attempt.act == act);
        let error = own.map(|attempt| crate::form::error_of(&attempt.refusals, name)).unwrap_or_default();
        FieldView {
            name: name.to_owned(),
            id: format!("{act}-{name}"),
            label: label.to_owned(),
            kind: "text",
            value: self.typed(act, name).into_iter().next().unwrap_or_default(),
            error,
            autocomplete: "off",
            ..FieldView::default()
        }
    }

    fn reason(&self, act: &str, label: &str) -> FieldView {
        FieldView { max: 200, ..self.field(act, "reason", label) }
    }

    fn choice(
        &self,
        act: &str,
        name: &str,
        label: &str,
        kind: &'static str,
        options: &[(&str, &str)],
    ) -> FieldView {
        let chosen = self.typed(act, name);
        let option = |(value, label): &(&str, &str)| OptionView {
            checked: chosen.iter().any(|word| word == value),
            value: (*value).to_owned(),
            label: (*label).to_owned(),
        };
        FieldView { kind, options: options.iter().map(option).collect(), ..self.field(act, name, label) }
    }
}
