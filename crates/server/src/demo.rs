//! The demonstration province: real items from `data/`, synthetic persons that say so.

use base::Result;
use base::crypt::sm3_of;
use db::Tx;
use domain::catalog::{Body, Catalogue, Sources};
use domain::certs::{self, NewCertificate};
use domain::feedback::RatingOptions;
use domain::identity::{
    self, AccountKind, Actor, NewAccount, NewMandate, NewOrganisation, NewPerson, NewPost, PasswordHash,
    PostKind, Profile, Registered, Role,
};
use domain::seals;
use domain::{Cx, World};
use norms::{CitizenNumber, CreditCode, Day};
use rust_embed::RustEmbed;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../data"]
#[include = "*.toml"]
struct Data;

/// Printed on the terminal and shown on the log-in page of a demonstration, and used nowhere else.
pub use domain::identity::DEMONSTRATION_PASSWORD as PASSWORD;

#[derive(Deserialize)]
struct File {
    organisation: Vec<DemoOrganisation>,
    registered: Vec<DemoRegistered>,
    account: Vec<DemoAccount>,
}

#[derive(Deserialize)]
struct DemoOrganisation {
    name: String,
    credit_code: String,
    division: String,
    kind: String,
    leader: String,
    leader_login: String,
    address: String,
    scope: String,
    founded: String,
    capital: u64,
}

/// An organisation nobody has claimed yet.
#[derive(Deserialize)]
struct DemoRegistered {
    name: String,
    credit_code: String,
    kind: String,
    leader_login: String,
    address: String,
    #[serde(default)]
    ended: bool,
}

#[derive(Deserialize)]
struct DemoAccount {
    login: String,
    name: String,
    kind: String,
    citizen_number: String,
    phone: String,
    level: u8,
    #[serde(default)]
    posts: Vec<DemoPost>,
    #[serde(default)]
    mandates: Vec<DemoMandate>,
    #[serde(default)]
    role: String,
}

#[derive(Deserialize)]
struct DemoPost {
    department: String,
    division: String,
    post: PostKind,
}

#[derive(Deserialize)]
struct DemoMandate {
    credit_code: String,
}

/// The day of the demonstration's registry.
const REGISTRY_TOLD_ON: (i32, u32, u32) = (2026, 9, 1);

/// The texts of `data/`, embedded in the binary.
pub fn sources() -> Sources {
    Sources::from_files(Data::iter().filter_map(|path| Some((path.to_string(), embedded(&path)?))))
}

fn embedded(path: &str) -> Option<String> {
    Some(String::from_utf8_lossy(&Data::get(path)?.data).into_owned())
}

fn parse<T: serde::de::DeserializeOwned>(path: &str) -> Result<T> {
    let text = embedded(path).ok_or_else(|| base::Error::bug(format!("data/{path} is missing")))?;
    toml::from_str(&text).map_err(|e| base::Error::bug(format!("data/{path}: {e}")))
}

/// The options of 好差评; a set that is there already stays.
pub async fn seed_options(world: &World) -> Result<()> {
    let set: RatingOptions = parse("ratings.toml")?;
    world.db.write(async |tx| RatingOptions::publish(tx, &set).await).await
}

/// Accounts for the log-in page: who they are, and the secret of their second factor.
pub fn accounts() -> Vec<web::DemoAccount> {
    let Ok(file) = parse::<File>("accounts.toml") else { return Vec::new() };
    let shown = |account: DemoAccount| web::DemoAccount {
        who: describe(&account),
        totp_secret: has_second_factor(&account).then(|| secret(&account.login)),
        login: account.login,
        password: PASSWORD.to_owned(),
    };
    file.account.into_iter().map(shown).collect()
}

fn describe(account: &DemoAccount) -> String {
    let what = match account.kind.as_str() {
        "citizen" => "群众".to_owned(),
        "agent" => "企业经办人".to_owned(),
        "staff" => posts_of(account),
        _ => "管理员".to_owned(),
    };
    format!("{}（{what}）", account.name)
}

/// Each post once: a keeper has hers at many bodies.
fn posts_of(account: &DemoAccount) -> String {
    let mut names: Vec<&str> = account.posts.iter().map(|post| post.post.name()).collect();
    names.dedup();
    names.join("、")
}

fn has_second_factor(account: &DemoAccount) -> bool {
    matches!(account.kind.as_str(), "staff" | "admin")
}

/// The demonstration's second factors are known to everybody, like its password.
fn secret(login: &str) -> Vec<u8> {
    sm3_of(&[b"yiwang demonstration second factor ", login.as_bytes()])[..20].to_vec()
}

/// Enters the synthetic persons, organisations and accounts, once.
pub async fn seed_persons(world: &Arc<World>) -> Result<()> {
    let cx = world.cx(Actor::System);
    if world.db.read(async |tx| identity::has_synthetic(tx).await).await? {
        return Ok(());
    }
    let file: File = parse("accounts.toml")?;
    // One hash for all: they share one public password, and each hash costs a quarter of the start.
    let password = identity::hash_demonstration_password(cx.rng()).await?;
    world.db.write(async |tx| seed_all(tx, &cx, &file, &password).await).await
}

/// What the registration authorities say about the firms of the demonstration, claimed or not. The same on
/// every start, and then nothing changes.
pub async fn seed_registry(world: &Arc<World>) -> Result<()> {
    let file: File = parse("accounts.toml")?;
    let today = world.cx(Actor::System).today();
    let (year, month, day) = REGISTRY_TOLD_ON;
    let told_on = Day::new(year, month, day).ok_or_else(|| base::Error::bug("a day that is none"))?;
    let leader = |login: &str| {
        let account = file.account.iter().find(|account| account.login == login);
        account.ok_or_else(|| base::Error::bug(format!("accounts.toml: nobody is called {login}")))
    };
    let told = |name: &str, code: &str, kind: &str, address: &str, active: bool, login: &str| {
        let leader = leader(login)?;
        let fault = |what: String| base::Error::bug(format!("accounts.toml, {name}: {what}"));
        Ok::<_, base::Error>(Registered {
            credit_code: CreditCode::parse(code).map_err(|e| fault(e.to_string()))?,
            name: name.to_owned(),
            kind: kind.to_owned(),
            address: address.to_owned(),
            active,
            leader: leader.name.clone(),
            leader_number: CitizenNumber::parse(&leader.citizen_number, today)
                .map_err(|e| fault(e.to_string()))?,
            told_on,
            synthetic: true,
        })
    };
    let mut batch = Vec::new();
    for o in &file.organisation {
        batch.push(told(&o.name, &o.credit_code, &o.kind, &o.address, true, &o.leader_login)?);
    }
    for r in &file.registered {
        batch.push(told(&r.name, &r.credit_code, &r.kind, &r.address, !r.ended, &r.leader_login)?);
    }
    crate::registry::take(world, "演示数据（合成）", &batch).await.map(drop)
}

/// An authority and the seals of those bodies whose staff have accounts here; the others' follow in the
/// background. Nothing on a second start.
pub async fn seed_seals(world: &Arc<World>) -> Result<()> {
    let cx = world.cx(Actor::System);
    if !world.db.read(async |tx| seals::has_authority(tx).await).await? {
        world.db.write(async |tx| seals::found_authority(tx, &cx, "一网演示").await).await?;
    }
    let file: File = parse("accounts.toml")?;
    let mut codes = Vec::new();
    for post in file.account.iter().flat_map(|account| &account.posts) {
        codes.push(new_post(&cx.catalogue, post)?.body);
    }
    codes.sort_unstable();
    codes.dedup();
    let bodies: Vec<&Body> =
        codes.iter().filter_map(|code| cx.catalogue.body(code).map(AsRef::as_ref)).collect();
    let Some(first) = bodies.first() else { return Ok(()) };
    let keepers =
        world.db.read(async |tx| identity::staff_at(tx, &first.credit_code, PostKind::Keeper).await).await?;
    if keepers.is_empty() {
        tracing::warn!(
            "this demonstration is older than its seals; start on a fresh data folder to have them"
        );
        return Ok(());
    }
    seals::demonstrate(&cx, &bodies).await.map(drop)
}

/// The seals of up to `most` further bodies, each with somebody at its keeper's post. Whether some were left.
pub async fn seal_more(world: &Arc<World>, most: usize) -> Result<bool> {
    let cx = world.cx(Actor::System);
    let bodies = seals::without_seals(&cx, most).await?;
    for body in &bodies {
        seat_keeper(&cx, body).await?;
    }
    let bodies: Vec<&Body> = bodies.iter().map(AsRef::as_ref).collect();
    seals::demonstrate(&cx, &bodies).await.map(|served| served > 0)
}

/// A body without a keeper gets the one of another body of its division, or the division a new one.
async fn seat_keeper(cx: &Cx, body: &Body) -> Result<()> {
    let read = cx.db().read(async |tx| {
        let own = identity::staff_at(tx, &body.credit_code, PostKind::Keeper).await?;
        let mut others = Vec::new();
        for other in cx.catalogue.bodies().filter(|other| other.division == body.division) {
            others.extend(identity::staff_at(tx, &other.credit_code, PostKind::Keeper).await?);
        }
        Ok((own.is_empty(), others.into_iter().next()))
    });
    let (account, post) = match read.await? {
        (false, _) => return Ok(()),
        (true, Some((account, _))) => (account, PostKind::Keeper),
        (true, None) => return open_keeper(cx, body).await,
    };
    cx.db().write(async |tx| identity::grant_post(tx, cx, account, &body.credit_code, post).await).await
}

async fn open_keeper(cx: &Cx, body: &Body) -> Result<()> {
    let login = format!("seal-keeper-{}", body.division);
    let post =
        NewPost { body: body.credit_code.clone(), division: body.division.clone(), post: PostKind::Keeper };
    let new = NewAccount {
        kind: AccountKind::Staff,
        name: "演示·印章保管员".to_owned(),
        person: None,
        role: None,
        assurance: 4,
        password: identity::hash_demonstration_password(cx.rng()).await?,
        totp_secret: Some(secret(&login)),
        login,
        posts: vec![post],
    };
    cx.db().write(async |tx| identity::create_account(tx, cx, new).await.map(drop)).await
}

async fn seed_all(tx: &mut Tx<'_>, cx: &Cx, file: &File, password: &PasswordHash) -> Result<()> {
    let mut persons = HashMap::new();
    let mut opened = HashMap::new();
    for account in &file.account {
        let person = seed_person(tx, cx, account).await?;
        persons.insert(account.login.as_str(), person);
        opened.insert(account.login.as_str(), seed_account(tx, cx, account, person, password).await?);
    }
    let mut organisations = HashMap::new();
    for organisation in &file.organisation {
        let id = seed_organisation(tx, cx, organisation, &persons).await?;
        organisations.insert(organisation.credit_code.as_str(), id);
    }
    for account in &file.account {
        for mandate in &account.mandates {
            let organisation = organisations.get(mandate.credit_code.as_str());
            let organisation = *organisation.ok_or_else(|| base::Error::bug("a mandate for nobody"))?;
            seed_mandate(tx, cx, organisation, opened[account.login.as_str()]).await?;
        }
    }
    Ok(())
}

async fn seed_person(tx: &mut Tx<'_>, cx: &Cx, account: &DemoAccount) -> Result<base::Id> {
    let number = CitizenNumber::parse(&account.citizen_number, cx.today())
        .map_err(|e| base::Error::bug(format!("accounts.toml, {}: {e}", account.login)))?;
    let new = NewPerson { name: account.name.clone(), number, phone: account.phone.clone(), synthetic: true };
    identity::create_person(tx, cx, new).await
}

async fn seed_account(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &DemoAccount,
    person: base::Id,
    password: &PasswordHash,
) -> Result<base::Id> {
    let kind = match account.kind.as_str() {
        "staff" => AccountKind::Staff,
        "admin" => AccountKind::Administrator,
        _ => AccountKind::Person,
    };
    let posts = account.posts.iter().map(|post| new_post(&cx.catalogue, post)).collect::<Result<Vec<_>>>()?;
    let new = NewAccount {
        login: account.login.clone(),
        kind,
        name: if kind == AccountKind::Person { String::new() } else { account.name.clone() },
        person: (kind == AccountKind::Person).then_some(person),
        role: Role::from_word(&account.role),
        assurance: account.level,
        password: password.clone(),
        totp_secret: has_second_factor(account).then(|| secret(&account.login)),
        posts,
    };
    identity::create_account(tx, cx, new).await
}

fn new_post(catalogue: &Catalogue, post: &DemoPost) -> Result<NewPost> {
    let body = catalogue
        .bodies()
        .find(|body| body.department == post.department && body.division == post.division)
        .ok_or_else(|| base::Error::bug(format!("no {} in {}", post.department, post.division)))?;
    Ok(NewPost { body: body.credit_code.clone(), division: post.division.clone(), post: post.post })
}

async fn seed_mandate(tx: &mut Tx<'_>, cx: &Cx, organisation: base::Id, account: base::Id) -> Result<()> {
    let valid_until = cx.today().plus_months(12);
    let new = NewMandate { organisation, account, items: Vec::new(), valid_from: cx.today(), valid_until };
    identity::grant_mandate(tx, cx, new).await.map(|_| ())
}

async fn seed_organisation(
    tx: &mut Tx<'_>,
    cx: &Cx,
    organisation: &DemoOrganisation,
    persons: &HashMap<&str, base::Id>,
) -> Result<base::Id> {
    let credit_code = CreditCode::parse(&organisation.credit_code)
        .map_err(|e| base::Error::bug(format!("accounts.toml, {}: {e}", organisation.name)))?;
    let new = NewOrganisation {
        credit_code,
        name: organisation.name.clone(),
        kind: organisation.kind.clone(),
        address: organisation.address.clone(),
        representative: persons.get(organisation.leader_login.as_str()).copied(),
        synthetic: true,
    };
    let id = identity::create_organisation(tx, cx, new).await?;
    seed_licence(tx, cx, organisation, id).await?;
    Ok(id)
}

/// Firms that exist already hold their business licence: stock, without a case (存量).
async fn seed_licence(tx: &mut Tx<'_>, cx: &Cx, organisation: &DemoOrganisation, id: base::Id) -> Result<()> {
    let Some(certificate_type) = cx.catalogue.certificate_type("business-licence") else { return Ok(()) };
    let issuer =
        cx.catalogue.bodies().find(|b| b.department == "market" && b.division == organisation.division);
    let issuer = issuer.ok_or_else(|| base::Error::bug("no market body for a demonstration firm"))?.clone();
    let answers = [
        ("trade.name", &organisation.name),
        ("trade.credit_code", &organisation.credit_code),
        ("trade.kind", &organisation.kind),
        ("trade.leader", &organisation.leader),
        ("trade.address", &organisation.address),
        ("place.address", &organisation.address),
        ("trade.scope", &organisation.scope),
        ("trade.founded", &organisation.founded),
        ("trade.capital", &organisation.capital.to_string()),
    ];
    let answers = answers.into_iter().map(|(key, value)| (key.to_owned(), vec![value.clone()])).collect();
    let holder = Profile {
        confirmed: false,
        id: base::Id(0),
        name: String::new(),
        number: String::new(),
        phone: String::new(),
        organisation: identity::find_organisation(tx, id).await?,
    };
    let new =
        NewCertificate { certificate_type, holder: &holder, issuer: &issuer, answers: &answers, case: None };
    certs::issue(tx, cx, new).await.map(|_| ())
}

/// A database belongs to a demonstration or to a real installation, and remains so. Asked before anything is
/// entered.
pub async fn settle(world: &Arc<World>, demo: bool) -> std::result::Result<(), String> {
    if demo {
        return refuse_real(world).await;
    }
    refuse_synthetic(world).await?;
    let cx = world.cx(Actor::System);
    let said = world.db.write(async |tx| identity::set_real(tx, &cx).await).await;
    said.map_err(|e| e.to_string())
}

async fn refuse_real(world: &World) -> std::result::Result<(), String> {
    match world.db.read(async |tx| identity::is_real(tx).await).await.map_err(|e| e.to_string())? {
        true => Err("这是正式环境的数据库，不能作为演示环境启动：演示账户的密码是公开的。请设置 --demo false\
             （或环境变量 YIWANG_DEMO=false，或配置文件中的 demo = false）；要看演示，请用 --data 另选一个空文件夹"
            .to_owned()),
        false => Ok(()),
    }
}

/// A real installation must not run on demonstration data, whose passwords everybody knows.
async fn refuse_synthetic(world: &World) -> std::result::Result<(), String> {
    let synthetic =
        world.db.read(async |tx| identity::has_synthetic(tx).await).await.map_err(|e| e.to_string())?;
    match synthetic {
        true => Err("这个数据库里有演示人员，密码是公开的；正式环境请使用新的数据文件夹或数据库".to_owned()),
        false => Ok(()),
    }
}

/// What the terminal shows after a demonstration has started.
pub fn announce() -> String {
    let mut lines = vec![format!("演示账户（密码都是 {PASSWORD}，均为合成数据）：")];
    for account in accounts() {
        let code = account
            .totp_secret
            .as_deref()
            .map(|secret| format!("  验证器密钥 {}", identity::secret_text(secret)));
        lines.push(format!("  {:<24} {}{}", account.login, account.who, code.unwrap_or_default()));
    }
    lines.push("工作人员登录时，输入密码之后的那一页会显示现在的动态验证码。".to_owned());
    lines.join("\n")
}
