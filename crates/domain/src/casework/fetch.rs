//! Statutory fetch: a body that has a case reads the applicant's certificates its item asks for.
//!
//! What can be had by sharing may not be asked of the applicant (decree 716 art. 7); what is fetched is
//! tied to a case and leaves a line in the holder's log (standards §4).

use super::decide::pinned_item;
use super::show::{applicant_profile, find};
use super::store::{self, StoredCase};
use crate::Cx;
use crate::certs::Certificate;
use crate::certs::usage::{self, Duty, Wanted};
use crate::documents::Document;
use crate::identity::{self, Action, Thing, authorize};
use base::{Error, Result};
use db::Tx;
use norms::Day;

/// What every request of the sharing interface says of itself.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The program that asks: `web`, or the name of a department's system.
    pub app: &'a str,
    /// Number, ticket or identifier of the case.
    pub case: &'a str,
    /// Handling-item code of the case; empty when the asker leaves it to the case.
    pub item_code: &'a str,
    /// 用证事由, at most 200 characters.
    pub purpose: &'a str,
}

/// Certificates of a holder, found for a case.
pub async fn query_certificates(
    tx: &mut Tx<'_>,
    cx: &Cx,
    request: &Request<'_>,
    holder_code: Option<&str>,
    wanted: &Wanted<'_>,
) -> Result<Vec<Certificate>> {
    let ground = ground(tx, cx, request).await?;
    if let Some(code) = holder_code {
        // Asking for anybody but the applicant is asking without a duty.
        if identity::code_index(cx, &code.trim().to_ascii_uppercase()) != ground.holder {
            let message = "只能查询这个办件的申请人持有的证照";
            return Err(Error::refused_at("certs.not_the_applicant", "holder_code", message));
        }
    }
    usage::query_under_duty(tx, cx, &ground.duty(request), wanted).await
}

/// One certificate of the applicant of a case, in full.
pub async fn fetch_certificate(
    tx: &mut Tx<'_>,
    cx: &Cx,
    request: &Request<'_>,
    identifier: &str,
) -> Result<Certificate> {
    let ground = ground(tx, cx, request).await?;
    usage::fetch_under_duty(tx, cx, &ground.duty(request), identifier).await
}

/// The sealed file of one certificate of the applicant of a case.
pub async fn fetch_certificate_file(
    tx: &mut Tx<'_>,
    cx: &Cx,
    request: &Request<'_>,
    identifier: &str,
) -> Result<(Document, Vec<u8>)> {
    let ground = ground(tx, cx, request).await?;
    usage::file_under_duty(tx, cx, &ground.duty(request), identifier).await
}

/// A copy of one certificate of the applicant of a case, for the body that has the case.
pub async fn fetch_annotated_copy(
    tx: &mut Tx<'_>,
    cx: &Cx,
    request: &Request<'_>,
    identifier: &str,
    valid_until: Day,
) -> Result<(Document, Vec<u8>)> {
    let ground = ground(tx, cx, request).await?;
    usage::copy_under_duty(tx, cx, &ground.duty(request), identifier, valid_until).await
}

/// What the case gives as a ground.
struct Ground {
    stored: StoredCase,
    holder: String,
    types: Vec<String>,
}

impl Ground {
    fn duty<'a>(&'a self, request: &'a Request<'_>) -> Duty<'a> {
        Duty {
            holder: self.holder.clone(),
            types: self.types.clone(),
            body: &self.stored.body,
            case_number: &self.stored.number,
            item_code: &self.stored.item_code,
            app: request.app,
            purpose: request.purpose,
        }
    }
}

/// The case must be open and lie with a body of the actor; its item must be the one that was named.
async fn ground(tx: &mut Tx<'_>, cx: &Cx, request: &Request<'_>) -> Result<Ground> {
    cx.actor.require_account()?;
    let stored = match request.case.trim().parse() {
        Ok(id) => store::case(tx, id).await?,
        Err(_) => find(tx, cx, request.case.trim()).await?,
    };
    let stored = stored.ok_or(Error::NotFound)?;
    let thing = Thing { body: Some(&stored.body), ..Thing::NOTHING };
    authorize(&cx.actor, Action::CertificateUse, thing).map_err(|_| Error::NotFound)?;
    if stored.case.ended_on.is_some() {
        let message = "这个办件已经办结，不能再凭它调取证照";
        return Err(Error::refused_at("certs.case_closed", "case", message));
    }
    if !request.item_code.is_empty() && request.item_code != stored.item_code {
        let message = "事项编码和办件的事项不一致";
        return Err(Error::refused_at("certs.wrong_item", "item_code", message));
    }
    let item = pinned_item(tx, cx, &stored).await?;
    let offer = item.offer();
    let kinds = offer.materials.iter().filter_map(|material| cx.catalogue.kind(&material.kind));
    let types = kinds.filter_map(|kind| kind.certificate.clone()).collect();
    let holder = applicant_profile(tx, cx, &stored).await?.holder_index(cx);
    Ok(Ground { stored, holder, types })
}
