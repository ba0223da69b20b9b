//! 谁用过我的证照: one line for each look at a certificate that goes beyond the public check.

use super::store;
use crate::Cx;
use crate::certs::Certificate;
use crate::certs::store as library;
use crate::identity::{self, Action, Thing, authorize};
use base::{Error, Millis, Result};
use db::Tx;

/// How somebody came to see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    Scan,
    Grant,
    /// Fetched for a case, as a duty.
    Duty,
    /// Looked up for a case: name, number, term and status only.
    Query,
    /// The sealed file, fetched for a case.
    File,
    Copy,
}

impl Way {
    const ALL: [Way; 6] = [Way::Scan, Way::Grant, Way::Duty, Way::Query, Way::File, Way::Copy];

    pub fn word(self) -> &'static str {
        match self {
            Way::Scan => "scan",
            Way::Grant => "grant",
            Way::Duty => "duty",
            Way::Query => "query",
            Way::File => "file",
            Way::Copy => "copy",
        }
    }

    /// Chinese.
    pub fn name(self) -> &'static str {
        match self {
            Way::Scan => "扫亮证码",
            Way::Grant => "按授权取用",
            Way::Duty => "办件调取",
            Way::Query => "办件查询",
            Way::File => "办件调取文件",
            Way::Copy => "生成加注件",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Way> {
        Way::ALL.into_iter().find(|way| way.word() == word)
    }
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Use {
    pub at: Millis,
    pub identifier: String,
    pub type_name: String,
    pub way: Way,
    /// Credit code; empty for a person who scanned.
    pub body: String,
    pub body_name: String,
    /// Staff by name, persons masked.
    pub user_name: String,
    /// The program that asked: `web`, `api`, or the name a department system gave.
    pub app: String,
    pub purpose: String,
    pub case_number: String,
    pub item_code: String,
}

/// What only the one who uses a certificate knows.
#[derive(Debug, Clone, Default)]
pub(super) struct Because<'a> {
    pub body: &'a str,
    pub app: &'a str,
    pub purpose: &'a str,
    pub case_number: &'a str,
    pub item_code: &'a str,
}

/// Writes the line, in the transaction of the look.
pub(super) async fn note(
    tx: &mut Tx<'_>,
    cx: &Cx,
    certificate: &Certificate,
    way: Way,
    because: Because<'_>,
) -> Result<()> {
    let body_name = cx.catalogue.body(because.body).map(|body| body.name.clone()).unwrap_or_default();
    let line = Use {
        at: cx.now,
        identifier: certificate.identifier.clone(),
        type_name: certificate.type_name.clone(),
        way,
        body: because.body.to_owned(),
        body_name,
        user_name: cx.actor.journal_actor_name(),
        app: app_of(because.app)?.to_owned(),
        purpose: because.purpose.to_owned(),
        case_number: because.case_number.to_owned(),
        item_code: because.item_code.to_owned(),
    };
    store::insert_use(tx, cx.id(), certificate.id, &line).await
}

fn app_of(app: &str) -> Result<&str> {
    let app = app.trim();
    if app.is_empty() || app.chars().count() > 64 || app.chars().any(crate::legible::is_unprintable) {
        return Err(Error::refused_at("certs.app", "app", "请写明调用的应用名称，最多64字"));
    }
    Ok(app)
}

/// The log of everything whoever is logged in holds, newest first; of one certificate when named.
pub async fn uses_of_holder(tx: &mut Tx<'_>, cx: &Cx, identifier: Option<&str>) -> Result<Vec<Use>> {
    let profile = identity::profile_of(tx, cx).await?;
    authorize(&cx.actor, Action::CertificateRead, Thing::owned(profile.party()))?;
    let holder = profile.holder_index(cx);
    match identifier {
        None => store::uses_of_holder(tx, &holder).await,
        Some(identifier) => {
            let held = library::by_identifier(tx, cx, identifier).await?.ok_or(Error::NotFound)?;
            if !held.is_of(&holder) {
                return Err(Error::NotFound);
            }
            store::uses_of_certificate(tx, held.id).await
        }
    }
}
