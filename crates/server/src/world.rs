//! Opening an installation: database, migrations, catalogue, demonstration persons.

use crate::config::Config;
use crate::{demo, master_key};
use arc_swap::ArcSwap;
use base::crypt::Keys;
use base::{IdMaker, Millis, OsRng, SystemClock, ThreadRng};
use db::{Db, Options, Tx};
use domain::World;
use domain::casework::Serials;
use domain::catalog::{Catalogue, LoadError, load_catalogue, parse_sources, seed_catalog};
use domain::documents::{self, Layouts};
use domain::fonts::Fonts;
use domain::identity::{Actor, check_key, has_key};
use domain::journal;
use domain::seals::Vault;
use domain::search::SearchIndex;
use indicatif::{ProgressBar, ProgressStyle};
use norms::Day;
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

const HOUR: Millis = 60 * 60 * 1000;
const DAY: Millis = 24 * HOUR;

/// Opens or creates everything; a second start finds it there and reuses it.
pub async fn open(config: &Config) -> Result<Arc<World>, String> {
    let world = connect(config).await?;
    check_clock(world.clock.astray())?;
    demo::settle(&world, config.demo).await?;
    let sources = demo::sources();
    let parsed = parse_sources(&sources).map_err(|faults| tell_faults(&faults))?;
    let bar = progress_bar();
    let cx = world.cx(Actor::System);
    let mut tell = |done: usize, total: usize, what: &str| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        bar.set_message(what.to_owned());
    };
    seed_catalog(&cx, parsed, &mut tell).await.map_err(|e| format!("载入事项目录失败：{e}"))?;
    bar.finish_and_clear();
    let publish = async |tx: &mut Tx<'_>| documents::publish_layouts(tx, &cx, &sources).await;
    world.db.write(publish).await.map_err(|e| format!("载入文书版式失败：{e}"))?;
    refresh(&world).await.map_err(|e| format!("读取事项目录失败：{e}"))?;
    demo::seed_options(&world).await.map_err(|e| format!("载入评价选项失败：{e}"))?;
    if config.demo {
        demo::seed_persons(&world).await.map_err(|e| format!("载入演示人员失败：{e}"))?;
        demo::seed_registry(&world).await.map_err(|e| format!("载入演示单位失败：{e}"))?;
        demo::seed_seals(&world).await.map_err(|e| format!("制作演示印章失败：{e}"))?;
    }
    publish_authority(&world, &config.data).await?;
    Ok(world)
}

/// Folder inside the data folder with the certificates of this installation's authority, for whoever verifies
/// its documents off line. They are public.
pub const AUTHORITY: &str = "authority";

/// The list of revoked certificates beside them, as it was last published.
pub const REVOKED: &str = "revoked.crl";

/// Copies the list as soon as it is another one than `seen`: whoever verifies off line must not go on believing a
/// seal whose revocation is committed here or by another process.
pub async fn follow_revocations(world: &World, data: &Path, seen: &mut Option<i64>) -> base::Result<()> {
    let number = world.db.read(async |tx| domain::seals::revocation_number(tx).await).await?;
    if number != *seen {
        publish_authority(world, data).await.map_err(base::Error::bug)?;
        *seen = number;
    }
    Ok(())
}

/// Writes them anew where they differ: there is nothing else in the folder that could be lost.
pub async fn publish_authority(world: &World, data: &Path) -> Result<(), String> {
    let trust = world.db.read(async |tx| domain::seals::trust(tx).await).await.map_err(|e| e.to_string())?;
    let folder = data.join(AUTHORITY);
    let certificates = trust.anchors.iter().chain(&trust.intermediates).enumerate();
    let certificates = certificates.map(|(number, one)| (format!("{}.cer", number + 1), one.der()));
    let list = trust.crls.first().map(|list| (REVOKED.to_owned(), list.der()));
    for (name, der) in certificates.chain(list) {
        let file = folder.join(&name);
        replace(&folder, &file, der).map_err(|e| format!("不能写入 {}：{e}", file.display()))?;
    }
    Ok(())
}

/// Whoever verifies meanwhile reads the old bytes or the new ones, never half of them.
fn replace(folder: &Path, file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if std::fs::read(file).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    let unfinished = file.with_extension("new");
    std::fs::write(&unfinished, bytes)?;
    std::fs::rename(&unfinished, file)
}

/// Opens the database and brings its tables up to date, nothing more.
pub async fn connect(config: &Config) -> Result<Arc<World>, String> {
    let options = Options { location: config.location(), ..Options::default() };
    let db = Db::open(options).await.map_err(|e| format!("打不开数据库：{e}"))?;
    db.migrate(domain::MIGRATIONS).await.map_err(|e| format!("数据库升级失败：{e}"))?;
    let begun = db.read(async |tx| has_key(tx).await).await.map_err(|e| e.to_string())?;
    let key = if begun { master_key::find(&config.data)? } else { master_key::find_or_make(&config.data)? };
    let keys = Keys::derive(&key);
    // Identifiers and journal go on from the newest event, whatever the machine's clock shows.
    let newest = db.read(async |tx| journal::latest_id(tx).await).await.map_err(|e| e.to_string())?.made_at();
    let empty = Catalogue::default();
    let search = SearchIndex::build(&empty).map_err(|e| e.to_string())?;
    let world = Arc::new(World {
        db,
        clock: Arc::new(SystemClock::not_before(newest)),
        rng: Arc::new(ThreadRng),
        ids: IdMaker::new(config.node),
        catalogue: ArcSwap::from_pointee(empty),
        search: ArcSwap::from_pointee(search),
        layouts: ArcSwap::from_pointee(Layouts::default()),
        serials: Serials::default(),
        public_url: config.public_url.clone(),
        seals: Vault::software(keys.clone(), Arc::new(OsRng)),
        fonts: fonts(config)?,
        keys,
    });
    let cx = world.cx(Actor::System);
    world.db.write(async |tx| check_key(tx, &cx).await).await.map_err(|e| e.to_string())?;
    Ok(world)
}

/// A machine a day behind its own journal is wrong about today, and would be about every legal day.
fn check_clock(astray: Millis) -> Result<(), String> {
    if astray >= -DAY {
        return Ok(());
    }
    let hours = -astray / HOUR;
    Err(format!(
        "本机时钟比日志中最新的记录早{hours}小时，期限会算错，本次启动已停止。请先校准时钟；若是写下记录时的时钟有误，请从那之前的备份恢复。"
    ))
}

/// The configured font must be readable; without one the usual folders are searched.
fn fonts(config: &Config) -> Result<Fonts, String> {
    match &config.font {
        Some(given) => Fonts::configured(given).map_err(|e| e.to_string()),
        None => Ok(Fonts::found()),
    }
}

/// Reads the catalogue anew and swaps it in with its search index: readers see the old pair or the new.
pub async fn refresh(world: &World) -> base::Result<()> {
    let today = Day::from_millis_shanghai(world.clock.now());
    let read =
        async |tx: &mut Tx<'_>| Ok((load_catalogue(tx, today).await?, documents::load_layouts(tx).await?));
    let (catalogue, layouts) = world.db.read(read).await?;
    let search = SearchIndex::build(&catalogue)?;
    world.catalogue.store(Arc::new(catalogue));
    world.search.store(Arc::new(search));
    world.layouts.store(Arc::new(layouts));
    Ok(())
}

fn tell_faults(faults: &[LoadError]) -> String {
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    format!("事项目录有 {} 处错误，没有载入任何内容：\n{}", faults.len(), lines.join("\n"))
}

/// For long work; nothing when nobody watches.
pub fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg:12} [{bar:40}] {pos}/{len} {elapsed}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::identity::{self, GivenAdministrator, Role};

    async fn open_administrator(world: &Arc<World>) {
        let cx = world.cx(Actor::System);
        let given =
            GivenAdministrator { login: "anna".into(), name: String::new(), role: Role::Audit, reset: false };
        let password = identity::hash_password(cx.rng(), "lotus-in-the-pond-3").await.unwrap();
        let set = async |tx: &mut Tx<'_>| {
            identity::set_administrator(tx, &cx, &given, password.clone(), &[7; 20]).await
        };
        world.db.write(set).await.unwrap();
    }

    #[tokio::test]
    async fn a_real_installation_never_becomes_a_demonstration() {
        let folder = tempfile::tempdir().unwrap();
        let refuses = async |world: &Arc<World>| {
            let refused = demo::settle(world, true).await.unwrap_err();
            assert!(refused.contains("--demo false") && refused.contains("YIWANG_DEMO"), "{refused}");
        };
        let founded = connect(&Config::on(&folder.path().join("a"))).await.unwrap();
        demo::settle(&founded, false).await.unwrap();
        demo::settle(&founded, false).await.unwrap();
        refuses(&founded).await;
        // Begun by an older version, or with an administrator alone: nothing says so but her account.
        let older = connect(&Config::on(&folder.path().join("b"))).await.unwrap();
        open_administrator(&older).await;
        refuses(&older).await;
        demo::settle(&older, false).await.unwrap();
    }

    #[tokio::test]
    async fn a_demonstration_is_completed_and_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::on(folder.path());
        // Stopped before anybody was entered.
        let world = connect(&config).await.unwrap();
        demo::settle(&world, true).await.unwrap();
        drop(world);
        let world = connect(&config).await.unwrap();
        demo::settle(&world, true).await.unwrap();
        let cx = world.cx(Actor::System);
        let number = norms::CitizenNumber::parse("320102199001019998", cx.today()).unwrap();
        let new = identity::NewPerson {
            name: "演示·王小明".into(),
            number,
            phone: "13800138000".into(),
            synthetic: true,
        };
        world.db.write(async |tx| identity::create_person(tx, &cx, new).await.map(drop)).await.unwrap();
        // Whoever registers there makes it no real installation.
        open_administrator(&world).await;
        demo::settle(&world, true).await.unwrap();
        assert!(demo::settle(&world, false).await.is_err());
    }

    #[tokio::test]
    async fn a_new_list_of_revocations_lies_beside_the_data_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let world = connect(&Config::on(&data)).await.unwrap();
        let (list, mut seen) = (data.join(AUTHORITY).join(REVOKED), None);
        follow_revocations(&world, &data, &mut seen).await.unwrap();
        assert!(!list.exists(), "nobody issues certificates yet");
        let cx = world.cx(Actor::System);
        let founding = world.db.write(async |tx| domain::seals::found_authority(tx, &cx, "一网测试").await);
        founding.await.unwrap();
        follow_revocations(&world, &data, &mut seen).await.unwrap();
        let published = world.db.read(async |tx| domain::seals::revocation_list(tx).await).await.unwrap();
        assert_eq!((std::fs::read(&list).unwrap(), seen), (published, Some(1)));
        // Nothing new, nothing written.
        std::fs::write(&list, b"old").unwrap();
        follow_revocations(&world, &data, &mut seen).await.unwrap();
        assert_eq!(std::fs::read(&list).unwrap(), b"old");
    }
}
