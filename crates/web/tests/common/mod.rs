//! The application in process, on a fresh database, with callers of every kind.

#![allow(dead_code, reason = "each test file uses its own part of the harness")]

use axum::ServiceExt as _;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use db::testing::TestDb;
use domain::casework::{CaseId, FileStore, Receipt};
use domain::identity::{
    self, AccountKind, Actor, Credentials, NewAccount, NewPost, PostKind, Role, SessionToken, current_code,
};
use domain::testing::{ELSEWHERE, HOME, PASSWORD, Town};
use http_body_util::BodyExt;
use std::collections::HashMap;
use std::sync::Mutex;
use tower::ServiceExt;
use yiwang_web::{App, Gate, Limits, Proxies, Settings};

pub struct TestApp {
    pub town: Town,
    gate: Gate,
    app: App,
    _db: TestDb,
    files: tempfile::TempDir,
    /// The app of everybody who was opened here, by name.
    secrets: Mutex<HashMap<&'static str, Vec<u8>>>,
}

/// Somebody with a browser and a token.
#[derive(Clone)]
pub struct Caller {
    pub name: &'static str,
    pub token: Option<SessionToken>,
    pub csrf: String,
}

/// The firm of the town's agent.
pub const FIRM: &str = "91320102MA0XX00151";
/// Synthetic.
const BOSS: &str = "演示·周文远";
const BOSS_NUMBER: &str = "320508197906069974";
pub const FIRM_NAME: &str = "演示·金陵小厨餐饮有限公司";
const VISITOR: &str = "0123456789abcdef0123456789abcdef";

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Caller {
    /// A form with the token and a small document, boundary `x`.
    pub fn multipart(&self) -> String {
        let part = "--x\r\ncontent-disposition: form-data; name=";
        format!(
            "{part}\"csrf\"\r\n\r\n{}\r\n{part}\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.4 %%EOF\r\n--x--\r\n",
            self.csrf
        )
    }
}

/// The files of a material that a form still holds from an earlier try.
pub fn kept(page: &str, material: &str) -> Vec<String> {
    let mark = format!("name=\"kept.{material}\" value=\"");
    page.split(&mark).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

impl Answer {
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

impl TestApp {
    pub async fn new() -> TestApp {
        TestApp::limited(Limits { requests_per_minute: 1_000_000, guesses_per_minute: 1_000_000 }).await
    }

    pub async fn limited(limits: Limits) -> TestApp {
        TestApp::behind(limits, Proxies::default()).await
    }

    pub async fn behind(limits: Limits, proxies: Proxies) -> TestApp {
        let db = TestDb::sqlite(domain::MIGRATIONS).await;
        let town = Town::found(db.db().clone()).await;
        let files = tempfile::tempdir().expect("a temporary folder");
        let settings = Settings {
            public_url: "http://127.0.0.1".into(),
            demo: None,
            home_division: HOME.into(),
            limits,
            proxies,
        };
        let store = FileStore::open(files.path(), town.world.keys.clone(), town.world.rng.clone())
            .expect("a file store");
        let app = App::new(town.world.clone(), store, settings);
        let gate = yiwang_web::app(app.clone());
        TestApp { town, gate, app, _db: db, files, secrets: Mutex::default() }
    }

    /// Serves on an address of its own until the test ends.
    pub async fn listen(&self) -> std::net::SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("an address");
        let address = listener.local_addr().expect("an address");
        let service = self.gate.clone().into_make_service_with_connect_info::<std::net::SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        address
    }

    /// Changes the last byte of every uploaded file.
    pub fn damage_files(&self) {
        for folder in std::fs::read_dir(self.files.path()).expect("a folder").flatten() {
            for file in std::fs::read_dir(folder.path()).into_iter().flatten().flatten() {
                let mut bytes = std::fs::read(file.path()).expect("a file");
                *bytes.last_mut().expect("not empty") ^= 1;
                std::fs::write(file.path(), bytes).expect("written");
            }
        }
    }

    pub fn visitor(&self) -> Caller {
        // A token under an empty mask: what the pages would give this visitor's cookie.
        Caller { name: "visitor", token: None, csrf: format!("{}{VISITOR}", "00".repeat(16)) }
    }

    /// What the background job does once a minute.
    pub async fn keep_misses(&self) {
        self.app.keep_misses().await.expect("searches are written down");
    }

    pub fn visitor_token(&self) -> String {
        self.visitor().csrf
    }

    /// Whoever holds this cookie.
    pub async fn with_session(&self, name: &'static str, token: &str) -> Caller {
        let token = Some(SessionToken(token.to_owned()));
        self.with_csrf(Caller { name, token, csrf: String::new() }).await
    }

    pub async fn citizen(&self) -> Caller {
        self.person("citizen", "wang").await
    }

    /// A citizen with nothing to do with the first one's matters.
    pub async fn neighbour(&self) -> Caller {
        self.person("neighbour", "li").await
    }

    pub async fn agent(&self) -> Caller {
        let caller = self.person("agent", "agent").await;
        let organisation =
            self.town.agent.person().and_then(|p| p.acting_for.as_ref()).map(|a| a.organisation);
        let cx = self.town.cx(&self.town.agent);
        let token = caller.token.clone().expect("a session");
        let acting =
            self.town.world.db.write(async |tx| identity::act_for(tx, &cx, &token, organisation).await);
        acting.await.expect("the agent holds a mandate");
        caller
    }

    /// The legal representative of the firm the agent acts for: the registry says so.
    pub async fn representative(&self) -> Caller {
        let cx = self.town.cx(&Actor::System);
        let told = identity::Registered {
            credit_code: norms::CreditCode::parse(FIRM).expect("a credit code"),
            name: FIRM_NAME.into(),
            kind: "公司".into(),
            address: "南京市玄武区珠江路（演示地址）1号".into(),
            active: true,
            leader: BOSS.into(),
            leader_number: norms::CitizenNumber::parse(BOSS_NUMBER, cx.today()).expect("a number"),
            told_on: cx.today(),
            synthetic: true,
        };
        let db = &self.town.world.db;
        let taken =
            db.write(async |tx| identity::take_registry(tx, &cx, "演示", std::slice::from_ref(&told)).await);
        taken.await.expect("the registry is taken");
        let caller = self.open_boss(&cx).await;
        let token = caller.token.clone().expect("a session");
        let session = identity::find_session(&cx, &token).await.expect("a lookup").expect("a session");
        let own = self.town.cx(&session.actor);
        let claim = identity::Claim { credit_code: FIRM, name: FIRM_NAME, kind: "公司" };
        identity::claim_organisation(&own, claim).await.expect("claimed");
        let firm = self.town.agent.person().and_then(|p| p.acting_for.as_ref()).map(|a| a.organisation);
        let acting = db.write(async |tx| identity::act_for(tx, &own, &token, firm).await);
        acting.await.expect("she represents it");
        caller
    }

    async fn open_boss(&self, cx: &domain::Cx) -> Caller {
        let number = norms::CitizenNumber::parse(BOSS_NUMBER, cx.today()).expect("a number");
        let password = identity::hash_password(cx.rng(), PASSWORD).await.expect("a hash");
        let opened = self.town.world.db.write(async |tx| {
            let new = identity::NewPerson {
                name: BOSS.into(),
                number: number.clone(),
                phone: "13800138006".into(),
                synthetic: true,
            };
            let person = identity::create_person(tx, cx, new).await?;
            let new = NewAccount {
                login: "boss".into(),
                kind: AccountKind::Person,
                name: String::new(),
                person: Some(person),
                role: None,
                assurance: 3,
                password: password.clone(),
                totp_secret: None,
                posts: vec![],
            };
            identity::create_account(tx, cx, new).await
        });
        opened.await.expect("an account");
        self.person("representative", "boss").await
    }

    /// A mandate of the agent's firm to the first citizen.
    pub async fn mandate(&self) -> base::Id {
        let cx = self.town.cx(&Actor::System);
        let firm = self.town.agent.person().and_then(|p| p.acting_for.as_ref()).expect("a firm").organisation;
        let new = identity::NewMandate {
            organisation: firm,
            account: self.town.citizen.account().expect("an account"),
            items: Vec::new(),
            valid_from: cx.today(),
            valid_until: cx.today().plus_months(1),
        };
        let granted = self.town.world.db.write(async |tx| {
            let new = identity::NewMandate { items: new.items.clone(), ..new };
            identity::grant_mandate(tx, &cx, new).await
        });
        granted.await.expect("a mandate")
    }

    /// The neighbour under a mandate of the agent's firm for food licences alone.
    #[allow(dead_code, reason = "not every story has one")]
    pub async fn limited_agent(&self) -> Caller {
        let cx = self.town.cx(&Actor::System);
        let firm = self.town.agent.person().and_then(|p| p.acting_for.as_ref()).expect("a firm").organisation;
        let account = self.town.neighbour.account().expect("an account");
        let items = vec![self.town.item(domain::testing::FOOD).base.code.clone()];
        let granted = self.town.world.db.write(async |tx| {
            let (valid_from, valid_until) = (cx.today(), cx.today().plus_months(1));
            let items = items.clone();
            let new = identity::NewMandate { organisation: firm, account, items, valid_from, valid_until };
            identity::grant_mandate(tx, &cx, new).await
        });
        granted.await.expect("a mandate");
        let caller = self.neighbour().await;
        let token = caller.token.clone().expect("a session");
        let own = self.town.cx(&self.town.neighbour);
        let acting =
            self.town.world.db.write(async |tx| identity::act_for(tx, &own, &token, Some(firm)).await);
        acting.await.expect("she holds a mandate");
        caller
    }

    async fn person(&self, name: &'static str, login: &str) -> Caller {
        let cx = self.town.cx(&Actor::Visitor);
        let logged_in =
            identity::log_in(&cx, Credentials { login, password: PASSWORD }).await.expect("a log-in");
        self.with_csrf(Caller { name, token: Some(logged_in.token), csrf: String::new() }).await
    }

    pub async fn staff(&self, name: &'static str, division: &str, post: PostKind) -> Caller {
        let catalogue = self.town.world.catalogue.load();
        let body =
            catalogue.bodies().find(|b| b.department == "market" && b.division == division).expect("a body");
        let post = NewPost { body: body.credit_code.clone(), division: division.into(), post };
        self.open(name, AccountKind::Staff, None, vec![post]).await
    }

    pub async fn clerk(&self) -> Caller {
        self.staff("clerk", HOME, PostKind::Clerk).await
    }

    pub async fn foreign_clerk(&self) -> Caller {
        self.staff("foreign-clerk", ELSEWHERE, PostKind::Clerk).await
    }

    pub async fn administrator(&self, name: &'static str, role: Role) -> Caller {
        self.open(name, AccountKind::Administrator, Some(role), vec![]).await
    }

    async fn open(
        &self,
        name: &'static str,
        kind: AccountKind,
        role: Option<Role>,
        posts: Vec<NewPost>,
    ) -> Caller {
        let cx = self.town.cx(&Actor::System);
        let secret = identity::new_secret(cx.rng());
        let password = identity::hash_password(cx.rng(), PASSWORD).await.expect("a hash");
        let new = NewAccount {
            login: name.into(),
            kind,
            name: format!("演示·{name}"),
            person: None,
            role,
            assurance: 4,
            password,
            totp_secret: Some(secret.clone()),
            posts,
        };
        let opened = self.town.world.db.write(async |tx| identity::create_account(tx, &cx, new).await);
        opened.await.expect("an account");
        let cx = self.town.cx(&Actor::Visitor);
        let waiting =
            identity::log_in(&cx, Credentials { login: name, password: PASSWORD }).await.expect("a log-in");
        let code = current_code(&secret, cx.now);
        self.secrets.lock().expect("secrets").insert(name, secret);
        let full = identity::confirm_code(&cx, &waiting.token, &code).await.expect("a session");
        self.with_csrf(Caller { name, token: Some(full.token), csrf: String::new() }).await
    }

    /// A member of staff gives her second factor again: a code works once, so the clock goes on first.
    pub async fn step_up(&self, caller: &Caller, back: &str) {
        self.town.clock.advance(60_000);
        let secret = self.secrets.lock().expect("secrets")[caller.name].clone();
        let code = current_code(&secret, self.town.cx(&Actor::Visitor).now);
        let answer = self.post(caller, "/step-up", &[("code", code.as_str()), ("return", back)]).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, back), "{}", answer.body);
    }

    async fn with_csrf(&self, caller: Caller) -> Caller {
        let page = self.get(&caller, "/help").await;
        Caller { csrf: form_token(&page.body), ..caller }
    }

    pub async fn get(&self, caller: &Caller, path: &str) -> Answer {
        self.send(caller, "GET", path, &[], Body::empty()).await
    }

    /// Posts a form with its token, as the page would.
    pub async fn post(&self, caller: &Caller, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &caller.csrf);
        form.extend_pairs(fields);
        let media = [("content-type", "application/x-www-form-urlencoded")];
        self.send(caller, "POST", path, &media, Body::from(form.finish())).await
    }

    pub async fn api(&self, caller: &Caller, method: &str, path: &str, body: &serde_json::Value) -> Answer {
        let headers = [("content-type", "application/json")];
        self.send(caller, method, path, &headers, Body::from(body.to_string())).await
    }

    pub async fn send(
        &self,
        caller: &Caller,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "127.0.0.1");
        if let Some(token) = &caller.token {
            request = match path.starts_with("/api/") {
                true => request.header("authorization", format!("Bearer {}", token.0)),
                false => request.header("cookie", format!("session={}", token.0)),
            };
        }
        if caller.token.is_none() {
            request = request.header("cookie", format!("visitor={VISITOR}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).expect("a request");
        let response = self.gate.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// The seal of the home body for its decisions, and its keeper's standing word.
    pub async fn seal(&self) -> (String, String) {
        let cx = self.town.cx(&self.town.market_keeper());
        let body = self.town.item(domain::testing::REGISTRATION).body.credit_code.clone();
        let page = base::Page::of(None, None);
        let read = self.town.world.db.read(async |tx| {
            let rows = domain::seals::list(tx, &cx, &body, page).await?.rows;
            let mut ids: Vec<_> = rows.iter().map(|seal| seal.id).collect();
            ids.sort_unstable();
            let view = domain::seals::show(tx, &cx, ids[0]).await?;
            Ok((view.seal.id.to_string(), view.authorisations[0].id.to_string()))
        });
        read.await.expect("the town has seals")
    }

    /// A case of the first citizen at the home body, waiting for its clerk.
    /// Somebody whose session was begun elsewhere.
    pub async fn caller(&self, name: &'static str, token: SessionToken) -> Caller {
        self.with_csrf(Caller { name, token: Some(token), csrf: String::new() }).await
    }

    pub async fn case(&self, key: &str) -> Receipt {
        self.town.submit(&self.town.citizen, domain::testing::REGISTRATION, key).await
    }

    /// The first document of a case of the first citizen, decided.
    pub async fn document(&self, key: &str) -> base::Id {
        let (case, _) = self.certificate(key).await;
        let read = self.town.world.db.read(async |tx| domain::documents::of_case(tx, case).await).await;
        read.expect("documents").first().expect("a document").id
    }

    /// The same, decided and with its certificate: (case, identifier).
    pub async fn certificate(&self, key: &str) -> (CaseId, String) {
        let case = self.case(key).await.case;
        let cx = self.town.cx(&self.town.market(PostKind::Clerk));
        let decided = self
            .town
            .world
            .db
            .write(async |tx| domain::casework::decide(tx, &cx, case, true, String::new(), None).await);
        let issued = decided.await.expect("a decision").certificate.expect("a certificate");
        (case, issued.identifier)
    }

    /// A stock import of the home body.
    pub async fn import(&self) -> base::Id {
        let manager = self.town.market(PostKind::Approver);
        let body = self.town.item(domain::testing::FOOD).body.credit_code.clone();
        let cx = self.town.cx(&manager);
        let kind = cx.catalogue.certificate_type("food-business-licence").expect("a type");
        let wrong = domain::certs::stock::WrongRow {
            number: 2,
            cells: vec!["x".into(); domain::certs::stock::columns(kind).len()],
            faults: Vec::new(),
        };
        let content = domain::certs::stock::error_sheet(kind, &[wrong]).expect("a sheet");
        let new = domain::certs::stock::NewImport {
            body: &body,
            type_key: &kind.key,
            file_name: "a.xlsx",
            content,
        };
        let begun = domain::certs::stock::begin_import(&cx, new).await.expect("an import");
        domain::certs::stock::work_import(&self.town.cx(&Actor::System), begun.id).await.expect("done");
        begun.id
    }

    /// A grant of the first citizen to the home body.
    pub async fn grant(&self, key: &str) -> base::Id {
        let (_, identifier) = self.certificate(key).await;
        let cx = self.town.cx(&self.town.citizen);
        let body = self.town.item(domain::testing::REGISTRATION).body.credit_code.clone();
        let new = domain::certs::usage::NewGrant {
            identifier: &identifier,
            body: &body,
            purpose: "办理贷款",
            valid_until: cx.today().plus(7),
            password: PASSWORD,
        };
        domain::certs::usage::make_grant(&cx, new).await.expect("a grant").id
    }
}

/// The token in a page's first form.
pub fn form_token(page: &str) -> String {
    let mark = "name=\"csrf\" value=\"";
    let Some(start) = page.find(mark) else { return String::new() };
    page[start + mark.len()..].chars().take_while(|c| *c != '"').collect()
}
