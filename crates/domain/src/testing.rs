//! A small town for stories: four real items in 玄武区 and 姑苏区, two citizens, a firm with its agent, and
//! staff at their posts. Every person is synthetic.

use crate::casework::{GivenMaterial, Opinion, Receipt, Serials, Submission, Way, submit};
use crate::catalog::{
    Answers, Catalogue, Element, ElementType, Item, Sources, load_catalogue, parse_sources, seed_catalog,
};
use crate::feedback::RatingOptions;
use crate::fonts::Fonts;
use crate::identity::*;
use crate::seals::{Keeper, Vault, demonstrate, found_authority};
use crate::search::SearchIndex;
use crate::{Cx, World};
use arc_swap::ArcSwap;
use base::crypt::Keys;
use base::{FixedClock, IdMaker, Millis, SeededRng};
use db::Db;
use norms::{CitizenNumber, CreditCode, Day};
use std::path::Path;
use std::sync::Arc;

/// Thursday 2026-09-24, 10:00 in Shanghai: the eve of 中秋.
pub const MORNING: Millis = 1_790_215_200_000;
pub const DAY: Millis = 24 * 3600 * 1000;
pub const HOME: &str = "320102";
pub const ELSEWHERE: &str = "320508";
pub const PASSWORD: &str = "a-synthetic-password-1";
/// Instant, for persons, no certificate needed.
pub const INSTANT: &str = "unemployment-registration";
/// Instant, gives the business licence.
pub const REGISTRATION: &str = "individual-business-registration";
/// Promised in five working days, needs the business licence.
pub const FOOD: &str = "food-business-licence";

pub struct Town {
    pub world: Arc<World>,
    pub clock: Arc<FixedClock>,
    pub citizen: Actor,
    pub neighbour: Actor,
    pub agent: Actor,
    pub security: Actor,
    pub audit: Actor,
    pub system: Actor,
    /// Keeps the seals of the town, which every body of home and elsewhere has.
    pub keeper: Keeper,
}

/// Runs a story on both engines.
pub async fn story(tell: impl AsyncFn(Town)) {
    db::testing::both(crate::MIGRATIONS, async |db| tell(Town::found(db).await).await).await;
}

/// `data/` with only the items of the stories: the rest is the catalogue's own test.
pub fn sources() -> Sources {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data"));
    let mut sources = Sources::from_dir(folder).expect("data/ can be read");
    let items = std::fs::read_dir(folder.join("items")).expect("data/items can be read");
    for entry in items {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        if ![INSTANT, REGISTRATION, FOOD].contains(&name.trim_end_matches(".toml")) {
            sources.remove(&format!("items/{name}"));
        }
    }
    let kept: Vec<String> = [INSTANT, REGISTRATION, FOOD].map(|slug| format!("\"{slug}\"")).into();
    let claims = sources.text("claims.toml").unwrap_or_default().split("[[claim]]").map(str::to_owned);
    let claims: Vec<String> =
        claims.filter(|claim| kept.iter().any(|slug| claim.contains(slug.as_str()))).collect();
    sources
        .replace("claims.toml", claims.iter().map(|claim| format!("[[claim]]{claim}")).collect::<String>());
    sources
}

impl Town {
    pub async fn found(db: Db) -> Town {
        let clock = Arc::new(FixedClock::at(MORNING));
        let world = Arc::new(World {
            db,
            clock: clock.clone(),
            rng: Arc::new(SeededRng::new(20260924)),
            ids: IdMaker::new(1),
            keys: Keys::derive(&[9; 32]),
            catalogue: ArcSwap::from_pointee(Catalogue::default()),
            search: ArcSwap::from_pointee(SearchIndex::empty().expect("an empty index")),
            layouts: Default::default(),
            serials: Serials::default(),
            public_url: "https://yiwang.example".into(),
            seals: Vault::software(Keys::derive(&[9; 32]), Arc::new(SeededRng::new(38540))),
            fonts: Fonts::found(),
        });
        seed(&world).await;
        publish_layouts(&world).await;
        let keeper = seal_bodies(&world).await;
        let citizen = person(&world, "wang", "演示·王小明", "320102199001019998").await;
        let neighbour = person(&world, "li", "演示·李秀英", "320102198802029980").await;
        let agent = agent(&world).await;
        let administrator = |role| {
            Actor::Administrator(AdministratorActor {
                account: world.ids.next(MORNING),
                name: "演示·管理员".into(),
                role,
            })
        };
        Town {
            citizen,
            neighbour,
            agent,
            keeper,
            security: administrator(Role::Security),
            audit: administrator(Role::Audit),
            system: administrator(Role::System),
            clock,
            world,
        }
    }

    pub fn cx(&self, actor: &Actor) -> Cx {
        self.world.cx(actor.clone())
    }

    /// The same town seen by an installation with other keys.
    pub fn with_keys(&self, keys: Keys) -> Cx {
        self.seen_with(2, keys, Fonts::found()).cx(Actor::System)
    }

    /// The same town in an installation that was given a font.
    pub fn in_font(self, fonts: Fonts) -> Town {
        let world = self.seen_with(3, self.world.keys.clone(), fonts);
        Town { world, ..self }
    }

    fn seen_with(&self, node: u8, keys: Keys, fonts: Fonts) -> Arc<World> {
        Arc::new(World {
            db: self.world.db.clone(),
            clock: self.clock.clone(),
            rng: self.world.rng.clone(),
            ids: IdMaker::new(node),
            catalogue: ArcSwap::new(self.world.catalogue.load_full()),
            search: ArcSwap::new(self.world.search.load_full()),
            layouts: ArcSwap::new(self.world.layouts.load_full()),
            serials: Serials::default(),
            public_url: self.world.public_url.clone(),
            seals: Vault::software(keys.clone(), self.world.rng.clone()),
            fonts,
            keys,
        })
    }

    pub fn item(&self, slug: &str) -> Arc<Item> {
        self.item_in(slug, HOME)
    }

    pub fn item_in(&self, slug: &str, division: &str) -> Arc<Item> {
        let catalogue = self.world.catalogue.load();
        let base = catalogue.base_item(slug).unwrap_or_else(|| panic!("no item {slug}"));
        catalogue.offer(&base.code, division).expect("offered").clone()
    }

    /// Somebody who sits at one post of the market body of a division.
    pub fn staff(&self, department: &str, division: &str, post: PostKind) -> Actor {
        let catalogue = self.world.catalogue.load();
        let body = catalogue
            .bodies()
            .find(|b| b.department == department && b.division == division)
            .expect("a body");
        let post = Post { body: body.credit_code.clone(), division: division.into(), post };
        let account = self.world.ids.next(MORNING);
        let name = format!("演示·{}", post.post.name());
        Actor::Staff(StaffActor { account, name, posts: vec![post], stepped_up_at: 0 })
    }

    /// The same member of staff just after giving her second factor again.
    pub fn stepped_up(&self, actor: &Actor) -> Actor {
        match actor {
            Actor::Staff(staff) => {
                Actor::Staff(StaffActor { stepped_up_at: self.world.clock.now(), ..staff.clone() })
            }
            other => other.clone(),
        }
    }

    /// The keeper of the town's seals at the market body of home.
    pub fn market_keeper(&self) -> Actor {
        let Actor::Staff(staff) = self.market(PostKind::Keeper) else { unreachable!("staff") };
        let keeper = self.keeper.clone();
        Actor::Staff(StaffActor { account: keeper.account, name: keeper.name, ..staff })
    }

    /// A second keeper of the market body of home.
    pub async fn another_keeper(&self) -> Actor {
        let Actor::Staff(staff) = self.market(PostKind::Keeper) else { unreachable!("staff") };
        let name = "演示·印章保管员乙";
        let catalogue = self.world.catalogue.load();
        let body = catalogue.body(&staff.posts[0].body).expect("a body");
        let account = open_keeper(&self.world, "second-keeper", name, &[body]).await;
        Actor::Staff(StaffActor { account, name: name.into(), ..staff })
    }

    pub fn market(&self, post: PostKind) -> Actor {
        self.staff("market", HOME, post)
    }

    /// A submission whose every required answer is valid and whose every material comes on paper.
    pub fn submission(&self, slug: &str, key: &str) -> Submission {
        let item = self.item(slug);
        let offer = item.offer();
        let catalogue = self.world.catalogue.load();
        let mut answers = Answers::new();
        for field in offer.fields().filter(|field| field.required) {
            let element = catalogue.element(&field.element).expect("an element");
            answers.insert(field.element.clone(), vec![sample(element)]);
        }
        let mut submission = Submission {
            item_code: item.code.clone(),
            item_version: Some(item.version),
            materials: Vec::new(),
            idempotency: key.to_owned(),
            channel: "web",
            draft: None,
            answers,
        };
        satisfy_conditions(&catalogue, &offer, &mut submission.answers);
        let on_paper = |m: &crate::catalog::Material| GivenMaterial { key: m.key.clone(), way: Way::Paper };
        submission.materials = offer
            .materials
            .iter()
            .map(Arc::as_ref)
            .filter(|m| !["licence", "form"].contains(&m.key.as_str()))
            .map(on_paper)
            .collect();
        submission
    }

    pub async fn submit(&self, actor: &Actor, slug: &str, key: &str) -> Receipt {
        submit(&self.cx(actor), self.submission(slug, key)).await.expect("a sound submission")
    }
}

/// Fields that become required by what was answered.
fn satisfy_conditions(catalogue: &Catalogue, offer: &crate::catalog::BaseItem, answers: &mut Answers) {
    for field in offer.fields() {
        let wanted = field.required_if.as_ref().is_some_and(|when| crate::catalog::wants(when, answers));
        if wanted && !answers.contains_key(&field.element) {
            let element = catalogue.element(&field.element).expect("an element");
            answers.insert(field.element.clone(), vec![sample(element)]);
        }
    }
}

/// An opinion for a step of the town's items, as its form asks it.
pub fn passing(step: &str) -> Opinion {
    let officers = match step {
        "inspect" => vec!["演示·钱文博".to_owned(), "演示·冯雅琴".to_owned()],
        _ => Vec::new(),
    };
    Opinion {
        step: step.to_owned(), passed: Some(true), words: "符合".into(), checked: Vec::new(), officers
    }
}

/// A valid answer for an element.
pub fn sample(element: &Element) -> String {
    match element.element_type {
        ElementType::Date if element.earliest.is_some() => "2099-12-31".into(),
        ElementType::Date => "2026-09-01".into(),
        ElementType::Number | ElementType::Amount => "1".into(),
        ElementType::Select | ElementType::Radio | ElementType::Checkbox => element.options[0].clone(),
        ElementType::CitizenNumber => "320102199001019998".into(),
        ElementType::CreditCode => "91320102MA1XY2T8XJ".into(),
        ElementType::Phone => "13800138001".into(),
        ElementType::Url => "https://shop.example.com/1".into(),
        ElementType::Text | ElementType::Textarea | ElementType::Address => "演示内容".into(),
    }
}

async fn publish_layouts(world: &Arc<World>) {
    let (cx, sources) = (world.cx(Actor::System), sources());
    let publish = world.db.write(async |tx| crate::documents::publish_layouts(tx, &cx, &sources).await);
    publish.await.expect("layouts of data/");
    let read = world.db.read(async |tx| crate::documents::load_layouts(tx).await);
    world.layouts.store(Arc::new(read.await.expect("layouts")));
}

async fn seed(world: &Arc<World>) {
    let cx = world.cx(Actor::System);
    let parsed = parse_sources(&sources()).unwrap_or_else(|faults| panic!("{faults:?}"));
    seed_catalog(&cx, parsed, &mut |_, _, _| {}).await.expect("the catalogue is seeded");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/ratings.toml");
    let options: RatingOptions =
        toml::from_str(&std::fs::read_to_string(folder).expect("ratings")).expect("options");
    world.db.write(async |tx| RatingOptions::publish(tx, &options).await).await.expect("options are stored");
    let today = Day::from_millis_shanghai(MORNING);
    let catalogue = world.db.read(async |tx| load_catalogue(tx, today).await).await.expect("a catalogue");
    world.search.store(Arc::new(SearchIndex::build(&catalogue).expect("an index")));
    world.catalogue.store(Arc::new(catalogue));
}

/// An authority, and seals for every body of the stories, all kept by one member of staff with a post at each.
/// The picture is drawn once for all stories.
async fn seal_bodies(world: &Arc<World>) -> Keeper {
    let cx = world.cx(Actor::System);
    let founding = world.db.write(async |tx| found_authority(tx, &cx, "一网演示").await);
    founding.await.expect("an authority");
    let here = |item: &&Arc<Item>| [HOME, ELSEWHERE].contains(&item.body.division.as_str());
    let mut bodies: Vec<&crate::catalog::Body> =
        cx.catalogue.items().filter(here).map(|item| item.body.as_ref()).collect();
    bodies.sort_by_key(|body| &body.credit_code);
    bodies.dedup_by_key(|body| &body.credit_code);
    let name = "演示·印章保管员";
    let account = open_keeper(world, "town-keeper", name, &bodies).await;
    demonstrate(&cx, &bodies).await.expect("seals");
    Keeper { account, name: name.into() }
}

/// Staff with the keeper's post at these bodies. No story logs in as her, so any hash will do.
async fn open_keeper(
    world: &Arc<World>,
    login: &str,
    name: &str,
    bodies: &[&crate::catalog::Body],
) -> base::Id {
    let cx = world.cx(Actor::System);
    let post = |body: &&crate::catalog::Body| NewPost {
        body: body.credit_code.clone(),
        division: body.division.clone(),
        post: PostKind::Keeper,
    };
    let opened = world.db.write(async |tx| {
        let new = NewAccount {
            login: login.into(),
            kind: AccountKind::Staff,
            name: name.into(),
            person: None,
            role: None,
            assurance: 4,
            password: PasswordHash("never asked".into()),
            totp_secret: Some(new_secret(cx.rng())),
            posts: bodies.iter().map(post).collect(),
        };
        create_account(tx, &cx, new).await
    });
    opened.await.expect("a keeper")
}

async fn person(world: &Arc<World>, login: &str, name: &str, number: &str) -> Actor {
    let cx = world.cx(Actor::System);
    let (account, person) = open_person(world, &cx, login, name, number).await;
    let name = name.into();
    Actor::Person(PersonActor { account, person, name, assurance: 3, acting_for: None, profile: None })
}

async fn open_person(
    world: &Arc<World>,
    cx: &Cx,
    login: &str,
    name: &str,
    number: &str,
) -> (base::Id, base::Id) {
    let number = CitizenNumber::parse(number, cx.today()).expect("a citizen number");
    let password = hash_password(cx.rng(), PASSWORD).await.expect("a hash");
    let opened = world.db.write(async |tx| {
        let new = NewPerson {
            name: name.into(),
            number: number.clone(),
            phone: "13800138001".into(),
            synthetic: true,
        };
        let person = create_person(tx, cx, new).await?;
        let new = NewAccount {
            login: login.into(),
            kind: AccountKind::Person,
            name: String::new(),
            person: Some(person),
            role: None,
            assurance: 3,
            password: password.clone(),
            totp_secret: None,
            posts: vec![],
        };
        Ok((create_account(tx, cx, new).await?, person))
    });
    opened.await.expect("an account")
}

async fn agent(world: &Arc<World>) -> Actor {
    let cx = world.cx(Actor::System);
    let name = "演示·孙晓燕";
    let (account, person) = open_person(world, &cx, "agent", name, "320102199207079988").await;
    let credit_code = CreditCode::parse("91320102MA0XX00151").expect("a credit code");
    let organisation = world.db.write(async |tx| {
        let new = NewOrganisation {
            credit_code: credit_code.clone(),
            name: "演示·金陵小厨餐饮有限公司".into(),
            kind: "公司".into(),
            address: "南京市玄武区珠江路（演示地址）1号".into(),
            representative: None,
            synthetic: true,
        };
        let organisation = create_organisation(tx, &cx, new).await?;
        let valid_until = cx.today().plus_months(6);
        let new = NewMandate { organisation, account, items: vec![], valid_from: cx.today(), valid_until };
        grant_mandate(tx, &cx, new).await?;
        Ok(organisation)
    });
    let organisation = organisation.await.expect("an organisation");
    let acting = ActingFor {
        organisation,
        name: "演示·金陵小厨餐饮有限公司".into(),
        credit_code: credit_code.as_str().to_owned(),
        representative: false,
        items: vec![],
    };
    let (name, acting_for) = (name.into(), Some(acting));
    Actor::Person(PersonActor { account, person, name, assurance: 3, acting_for, profile: None })
}
