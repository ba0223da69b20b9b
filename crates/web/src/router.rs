//! All routes, one page: method, path, handler, and what it needs. `docs/routes.golden` is its print-out.

use crate::gate::Gate;
use crate::state::App;
use crate::{api, casework, certs, documents, feedback, identity, portal, seals, static_files};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use domain::identity::Action;
use std::time::Duration;
use tower_http::timeout::TimeoutLayer;

/// What a route asks of whoever calls it. The verbs decide again, with the thing at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Open to everybody.
    Public,
    /// Any session.
    Session,
    /// A right of the policy table.
    Right(Action),
}

#[derive(Debug, Clone, Copy)]
pub struct RouteRow {
    pub method: &'static str,
    pub path: &'static str,
    pub need: Need,
}

macro_rules! routes {
    ($($method:ident $path:literal $handler:path, $need:expr;)*) => {
        /// The table, in order.
        pub const ROUTES: &[RouteRow] =
            &[$(RouteRow { method: stringify!($method), path: $path, need: $need }),*];

        fn table() -> Router<App> {
            Router::new()$(.route($path, axum::routing::$method($handler)))*
        }
    };
}

use Action::*;
use Need::*;

routes! {
    get "/" portal::home::show, Public;
    get "/person" portal::home::person, Public;
    get "/legal" portal::home::legal, Public;
    get "/items" portal::browse::list, Public;
    get "/items/{slug}" portal::guide::show, Public;
    get "/search" portal::search::show, Public;
    get "/search/suggestions" portal::search::suggestions, Public;
    get "/divisions" portal::divisions::show, Public;
    post "/preferences" portal::preferences::save, Public;
    get "/progress" portal::progress::ask, Public;
    post "/progress" portal::progress::show, Public;
    get "/verify" certs::verify::show, Public;
    post "/verify/file" documents::check, Public;
    get "/help" portal::help::help, Public;
    get "/halls" portal::help::halls, Public;
    get "/about" portal::help::about, Public;
    get "/about/accessibility" portal::help::accessibility, Public;
    get "/about/privacy" portal::help::privacy, Public;
    get "/sitemap" portal::help::sitemap, Public;

    get "/login" identity::login::ask, Public;
    post "/login" identity::login::enter, Public;
    get "/login/code" identity::login::ask_code, Public;
    post "/login/code" identity::login::enter_code, Public;
    post "/session/end" identity::login::leave, Public;
    get "/step-up" identity::step_up::ask, Session;
    post "/step-up" identity::step_up::enter, Session;
    post "/session/extension" identity::extension::extend, Session;
    get "/register" identity::register::ask, Public;
    post "/register" identity::register::enter, Public;
    get "/register/notice" identity::register::notice, Public;
    get "/activation/{token}" identity::activation::ask, Public;
    post "/activation/{token}" identity::activation::enter, Public;
    get "/me/security" identity::security::show, Session;
    post "/me/security/password" identity::security::password, Session;
    post "/me/security/phone" identity::security::phone, Session;
    post "/me/security/sessions" identity::security::sessions, Session;
    get "/me/capacity" identity::capacity::show, Session;
    post "/me/capacity" identity::capacity::choose, Session;
    get "/me/organisations" identity::organisations::show, Session;
    post "/me/organisations" identity::organisations::claim, Right(OrganisationClaim);
    get "/me/organisations/claim" identity::organisations::ask, Right(OrganisationClaim);
    get "/me/mandates" identity::mandates::show, Session;
    post "/me/mandates" identity::mandates::give, Right(MandateManage);
    get "/me/mandates/new" identity::mandates::ask, Right(MandateManage);
    post "/me/mandates/{mandate}/revocation" identity::mandates::revoke, Right(MandateManage);
    post "/me/mandates/{mandate}/continuation" identity::mandates::go_on, Right(MandateManage);
    post "/me/mandates/{mandate}/renunciation" identity::mandates::renounce, Right(MandateLayDown);

    get "/apply/{item}" casework::apply::start, Public;
    post "/apply/{item}" casework::apply::begin, Right(CaseSubmit);
    get "/drafts/{draft}/pages/{page}" casework::apply::page, Right(CaseSubmit);
    post "/drafts/{draft}/pages/{page}" casework::apply::save, Right(CaseSubmit);
    get "/drafts/{draft}/materials" casework::materials::show, Right(CaseSubmit);
    post "/drafts/{draft}/materials" casework::materials::go_on, Right(CaseSubmit);
    post "/drafts/{draft}/materials/{material}" casework::materials::choose, Right(CaseSubmit);
    post "/drafts/{draft}/materials/{material}/file" casework::materials::upload, Right(CaseSubmit);
    get "/drafts/{draft}/check" casework::check::show, Right(CaseSubmit);
    post "/drafts/{draft}/submission" casework::check::submit, Right(CaseSubmit);
    post "/drafts/{draft}/deletion" casework::apply::delete, Right(CaseSubmit);

    get "/me" casework::space::show, Right(CaseRead);
    get "/me/cases" casework::space::cases, Right(CaseRead);
    get "/cases/{case}" casework::show::show, Right(CaseRead);
    get "/cases/{case}/receipt" casework::receipt::show, Right(CaseWithdraw);
    get "/cases/{case}/receipt/document" documents::receipt, Right(CaseRead);
    get "/cases/{case}/files/{material}" casework::show::file, Right(CaseRead);
    get "/cases/{case}/supplement" casework::supplement::ask, Right(CaseWithdraw);
    post "/cases/{case}/supplement" casework::supplement::hand_in, Right(CaseWithdraw);
    get "/cases/{case}/owed/{material}" casework::owed::ask, Right(CaseWithdraw);
    post "/cases/{case}/owed/{material}" casework::owed::hand_in, Right(CaseWithdraw);
    get "/cases/{case}/withdrawal" casework::withdraw::ask, Right(CaseWithdraw);
    post "/cases/{case}/withdrawal" casework::withdraw::withdraw, Right(CaseWithdraw);
    get "/cases/{case}/withdrawal/document" documents::withdrawal, Right(CaseRead);
    post "/cases/{case}/evidence" casework::evidence::export, Right(CaseRead);
    get "/cases/{case}/rating" feedback::rate::ask, Right(RatingGive);
    post "/cases/{case}/rating" feedback::rate::give, Right(RatingGive);

    get "/documents/{document}" documents::show, Right(DocumentRead);
    get "/documents/{document}/ofd" documents::ofd, Right(DocumentRead);
    get "/documents/{document}/pdf" documents::pdf, Right(DocumentRead);

    get "/me/certificates" certs::mine::list, Right(CertificateRead);
    get "/me/certificates/{identifier}" certs::mine::show, Right(CertificateRead);
    get "/me/certificates/{identifier}/file" certs::mine::file, Right(CertificateRead);
    get "/desk/certificates/{identifier}/file" certs::desk::certificate::file, Right(CertificateSearch);
    get "/me/certificates/{identifier}/show" certs::showing::code, Right(CertificateRead);
    get "/me/certificates/{identifier}/grant" certs::grants::ask, Right(CertificateRead);
    post "/me/certificates/{identifier}/grant" certs::grants::make, Right(CertificateRead);
    get "/me/certificates/{identifier}/copies" certs::copies::show, Right(CertificateRead);
    post "/me/certificates/{identifier}/copies" certs::copies::make, Right(CertificateRead);
    get "/me/grants" certs::grants::list, Right(CertificateRead);
    post "/me/grants/{grant}/revocation" certs::grants::revoke, Right(CertificateRead);
    get "/me/uses" certs::uses::list, Right(CertificateRead);
    get "/show" certs::showing::ask, Session;
    post "/show" certs::showing::enter, Session;
    get "/show/{token}" certs::showing::scan, Session;

    get "/desk" casework::desk::show, Right(DeskRead);
    get "/desk/cases/{case}" casework::desk_case::show, Right(CaseRead);
    post "/desk/cases/{case}/numbers" casework::desk_case::numbers, Right(CaseReveal);
    get "/desk/cases/{case}/files/{material}" casework::desk_case::file, Right(DeskRead);
    post "/desk/cases/{case}/acceptance" casework::desk_case::accept, Right(CaseAccept);
    post "/desk/cases/{case}/rejection" casework::desk_case::reject, Right(CaseAccept);
    post "/desk/cases/{case}/supplement" casework::desk_case::supplement, Right(CaseAccept);
    post "/desk/cases/{case}/suspension" casework::desk_case::suspend, Right(CaseSuspend);
    post "/desk/cases/{case}/resumption" casework::desk_case::resume, Right(CaseSuspend);
    post "/desk/cases/{case}/extension" casework::desk_case::extend, Right(CaseDecide);
    post "/desk/cases/{case}/reviews" casework::desk_case::review, Right(CaseReview);
    post "/desk/cases/{case}/owed/{material}" casework::desk_case::owed, Right(CaseReview);
    post "/desk/cases/{case}/decision" casework::desk_case::decide, Right(CaseDecide);

    get "/desk/certificates" certs::desk::library::search, Right(CertificateSearch);
    get "/desk/certificates/{identifier}" certs::desk::certificate::show, Right(CertificateSearch);
    post "/desk/certificates/{identifier}/holder" certs::desk::certificate::reveal, Right(CertificateSearch);
    post "/desk/certificates/{identifier}/status" certs::desk::certificate::change_status, Right(CertificateManage);
    post "/desk/certificates/{identifier}/version" certs::desk::certificate::remake, Right(CertificateManage);
    post "/desk/transfers" certs::desk::library::transfer, Right(CertificateManage);
    get "/desk/grants" certs::desk::grants::list, Right(CertificateUse);
    post "/desk/grants/{grant}/use" certs::desk::grants::use_one, Right(CertificateUse);
    get "/desk/fetches" certs::desk::fetch::ask, Right(CertificateUse);
    post "/desk/fetches" certs::desk::fetch::fetch, Right(CertificateUse);
    get "/desk/identity" identity::confirm::ask, Right(IdentityConfirm);
    post "/desk/identity" identity::confirm::enter, Right(IdentityConfirm);
    get "/desk/organisations" identity::claims::ask, Right(IdentityConfirm);
    post "/desk/organisations" identity::claims::enter, Right(IdentityConfirm);
    get "/desk/imports" certs::desk::imports::list, Right(CertificateManage);
    post "/desk/imports" certs::desk::imports::upload, Right(CertificateManage);
    get "/desk/imports/{import}" certs::desk::imports::show, Right(CertificateManage);
    get "/desk/imports/{import}/errors" certs::desk::imports::errors, Right(CertificateManage);
    get "/desk/import-template" certs::desk::imports::template, Right(CertificateSearch);

    get "/desk/seals" seals::list::show, Right(SealRead);
    get "/desk/seals/order" seals::order::ask, Right(SealOrder);
    post "/desk/seals" seals::order::place, Right(SealOrder);
    get "/desk/seals/{seal}" seals::show::show, Right(SealRead);
    get "/desk/seals/{seal}/picture" seals::show::picture, Right(SealRead);
    post "/desk/seals/{seal}/approval" seals::acts::approve, Right(SealApprove);
    post "/desk/seals/{seal}/suspension" seals::acts::suspend, Right(SealStop);
    post "/desk/seals/{seal}/resumption" seals::acts::resume, Right(SealApprove);
    post "/desk/seals/{seal}/revocation" seals::acts::revoke, Right(SealStop);
    post "/desk/seals/{seal}/authorisations" seals::acts::authorise, Right(SealAuthorise);
    post "/desk/seals/{seal}/authorisations/{word}/withdrawal" seals::acts::withdraw, Right(SealStop);
    get "/seals/revocation-list" seals::show::revocation_list, Public;

    get "/admin" identity::admin::home, Session;
    get "/admin/accounts" identity::admin::accounts, Right(AccountManage);
    post "/admin/accounts/{account}/state" identity::admin::set_state, Right(AccountManage);
    get "/admin/accounts/{account}" identity::staff::show, Right(AccountManage);
    post "/admin/accounts/{account}/posts" identity::staff::grant, Right(AccountManage);
    post "/admin/accounts/{account}/posts/removal" identity::staff::revoke, Right(AccountManage);
    get "/admin/openings" identity::openings::show, Right(AccountOpen);
    post "/admin/openings" identity::openings::open, Right(AccountOpen);
    post "/admin/openings/{account}" identity::openings::reopen, Right(AccountOpen);
    get "/admin/journal" identity::journal::show, Right(JournalRead);
    post "/admin/journal/export" identity::journal::export, Right(JournalRead);
    get "/admin/searches" identity::searches::show, Right(SystemRead);
    get "/admin/system" identity::admin::system, Right(SystemRead);
    get "/admin/layouts" documents::layouts, Right(SystemRead);
    get "/admin/layouts/{key}" documents::layout, Right(SystemRead);

    get "/static/{*file}" static_files::file, Public;
    get "/sw.js" static_files::service_worker, Public;

    post "/api/v1/sessions" api::sessions::begin, Public;
    delete "/api/v1/sessions/current" api::sessions::end, Session;
    put "/api/v1/sessions/current/capacity" api::sessions::act_for, Session;
    post "/api/v1/sessions/current/step-up" api::sessions::step_up, Session;
    get "/api/v1/organisations" api::organisations::mine, Session;
    post "/api/v1/organisations" api::organisations::claim, Right(OrganisationClaim);
    get "/api/v1/mandates" api::mandates::list, Session;
    post "/api/v1/mandates" api::mandates::give, Right(MandateManage);
    post "/api/v1/mandates/{mandate}/revocation" api::mandates::revoke, Right(MandateManage);
    post "/api/v1/mandates/{mandate}/continuation" api::mandates::go_on, Right(MandateManage);
    post "/api/v1/mandates/{mandate}/renunciation" api::mandates::renounce, Right(MandateLayDown);
    get "/api/v1/divisions" api::catalog::divisions, Public;
    get "/api/v1/items" api::catalog::items, Public;
    get "/api/v1/items/{code}" api::catalog::item, Public;
    get "/api/v1/search" api::catalog::search, Public;
    post "/api/v1/files" api::cases::put_file, Right(CaseSubmit);
    post "/api/v1/cases" api::cases::submit, Right(CaseSubmit);
    get "/api/v1/cases" api::cases::mine, Right(CaseRead);
    get "/api/v1/cases/{case}" api::cases::show, Right(CaseRead);
    post "/api/v1/cases/{case}/acceptance" api::cases::accept, Right(CaseAccept);
    post "/api/v1/cases/{case}/rejection" api::cases::reject, Right(CaseAccept);
    post "/api/v1/cases/{case}/supplement-notice" api::cases::notice, Right(CaseAccept);
    post "/api/v1/cases/{case}/supplement" api::cases::hand_in, Right(CaseWithdraw);
    post "/api/v1/cases/{case}/owed/{material}" api::cases::hand_in_owed, Right(CaseWithdraw);
    post "/api/v1/cases/{case}/owed/{material}/answer" api::cases::answer_owed, Right(CaseReview);
    post "/api/v1/cases/{case}/suspension" api::cases::suspend, Right(CaseSuspend);
    post "/api/v1/cases/{case}/resumption" api::cases::resume, Right(CaseSuspend);
    post "/api/v1/cases/{case}/extension" api::cases::extend, Right(CaseDecide);
    post "/api/v1/cases/{case}/reviews" api::cases::review, Right(CaseReview);
    post "/api/v1/cases/{case}/decision" api::cases::decide, Right(CaseDecide);
    post "/api/v1/cases/{case}/withdrawal" api::cases::withdraw, Right(CaseWithdraw);
    get "/api/v1/cases/{case}/rating" api::cases::rating, Right(RatingGive);
    post "/api/v1/cases/{case}/rating" api::cases::rate, Right(RatingGive);
    get "/api/v1/cases/{case}/documents" api::documents::of_case, Right(CaseRead);
    post "/api/v1/cases/{case}/receipt" api::documents::receipt, Right(CaseRead);
    post "/api/v1/cases/{case}/withdrawal/document" api::documents::withdrawal, Right(CaseRead);
    post "/api/v1/cases/{case}/evidence" api::documents::evidence, Right(CaseRead);
    get "/api/v1/documents/{document}/file" api::documents::content, Right(DocumentRead);
    post "/api/v1/verifications" api::documents::verify, Public;
    post "/api/v1/progress" api::cases::progress, Public;
    get "/api/v1/desk/cases" api::cases::desk, Right(DeskRead);
    get "/api/v1/certificates" api::certificates::mine, Right(CertificateRead);
    get "/api/v1/certificates/{identifier}" api::certificates::show, Right(CertificateRead);
    get "/api/v1/certificates/{identifier}/verification" api::certificates::verify, Public;
    get "/api/v1/seals" api::seals::list, Right(SealRead);
    post "/api/v1/seals" api::seals::order, Right(SealOrder);
    get "/api/v1/seals/{seal}" api::seals::show, Right(SealRead);
    get "/api/v1/seals/{seal}/uses" api::seals::uses, Right(SealRead);
    post "/api/v1/seals/{seal}/approval" api::seals::approve, Right(SealApprove);
    post "/api/v1/seals/{seal}/suspension" api::seals::suspend, Right(SealStop);
    post "/api/v1/seals/{seal}/resumption" api::seals::resume, Right(SealApprove);
    post "/api/v1/seals/{seal}/revocation" api::seals::revoke, Right(SealStop);
    post "/api/v1/seals/{seal}/authorisations" api::seals::authorise, Right(SealAuthorise);
    post "/api/v1/seals/{seal}/authorisations/{word}/withdrawal" api::seals::withdraw, Right(SealStop);
    get "/api/v1/certificates/{identifier}/uses" api::certificate_use::uses, Right(CertificateRead);
    post "/api/v1/certificates/{identifier}/show-codes" api::certificate_use::show_code, Right(CertificateRead);
    get "/api/v1/certificates/{identifier}/copies" api::certificate_use::copies, Right(CertificateRead);
    post "/api/v1/certificates/{identifier}/copies" api::certificate_use::copy, Right(CertificateRead);
    post "/api/v1/certificates/{identifier}/grants" api::certificate_use::grant, Right(CertificateRead);
    get "/api/v1/grants" api::certificate_use::grants, Right(CertificateRead);
    post "/api/v1/grants/{grant}/revocation" api::certificate_use::revoke, Right(CertificateRead);
    post "/api/v1/grants/{grant}/use" api::certificate_use::use_grant, Right(CertificateUse);
    post "/api/v1/scans" api::certificate_use::scan, Session;
    post "/api/v1/sharing/queries" api::sharing::query, Right(CertificateUse);
    post "/api/v1/sharing/fetches" api::sharing::fetch, Right(CertificateUse);
    post "/api/v1/sharing/files" api::sharing::certificate_file, Right(CertificateUse);
    post "/api/v1/sharing/copies" api::sharing::annotated_copy, Right(CertificateUse);
    get "/api/v1/library" api::library::search, Right(CertificateSearch);
    get "/api/v1/library/{identifier}" api::library::show, Right(CertificateSearch);
    post "/api/v1/library/{identifier}/status" api::library::change_status, Right(CertificateManage);
    post "/api/v1/library/{identifier}/versions" api::library::remake, Right(CertificateManage);
    post "/api/v1/library/transfers" api::library::transfer, Right(CertificateManage);
    get "/api/v1/directory" api::library::directory, Right(CertificateManage);
    get "/api/v1/imports" api::imports::list, Right(CertificateManage);
    post "/api/v1/imports" api::imports::begin, Right(CertificateManage);
    get "/api/v1/imports/{import}" api::imports::show, Right(CertificateManage);
    get "/api/v1/imports/{import}/errors" api::imports::errors, Right(CertificateManage);
    get "/api/v1/import-template" api::imports::template, Right(CertificateSearch);
    get "/api/openapi.json" api::document, Public;
}

/// The whole application.
pub fn app(app: App) -> Gate {
    // From the outside in, as one layer: each of its own would box every answer once more.
    let layers = (
        TimeoutLayer::with_status_code(axum::http::StatusCode::REQUEST_TIMEOUT, Duration::from_secs(30)),
        DefaultBodyLimit::max(domain::casework::MAX_FILE_BYTES + 64 * 1024),
    );
    Gate::before(table().merge(api::viewer()).layer(layers).with_state(app.clone()), app)
}
