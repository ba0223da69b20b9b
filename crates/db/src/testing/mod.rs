//! Temporary databases for tests: a folder for SQLite, a schema in a shared temporary cluster for
//! PostgreSQL. Both are gone when the test is.

mod cluster;

pub use cluster::{postgres_url, stop_cluster};

use crate::{Db, Engine, Location, Migration, Options};
use base::{Clock, SystemClock};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// A migrated database that removes itself. Use it as the [`Db`] it holds.
pub struct TestDb {
    db: Db,
    home: Home,
}

/// What a test database is in; removed with this.
pub struct Home(Kept);

enum Kept {
    Folder(TempDir),
    Schema(Schema),
}

impl std::ops::Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    pub async fn new(engine: Engine, migrations: &[Migration]) -> TestDb {
        match engine {
            Engine::Sqlite => Self::sqlite(migrations).await,
            Engine::Postgres => Self::postgres(migrations).await,
        }
    }

    pub async fn sqlite(migrations: &[Migration]) -> TestDb {
        let folder = temporary_folder();
        let location = Location::Folder(folder.path().to_owned());
        Self::open(location, Home(Kept::Folder(folder)), migrations).await
    }

    pub async fn postgres(migrations: &[Migration]) -> TestDb {
        let schema = Schema::new(postgres_url().await);
        let location = schema.location();
        Self::open(location, Home(Kept::Schema(schema)), migrations).await
    }

    async fn open(location: Location, home: Home, migrations: &[Migration]) -> TestDb {
        let readers = if matches!(home.0, Kept::Folder(_)) { 2 } else { 8 };
        let options = Options { location, readers, ..Options::default() };
        let db = Db::open(options).await.unwrap_or_else(|e| panic!("a test database does not open: {e}"));
        db.migrate(migrations).await.unwrap_or_else(|e| panic!("a test database does not migrate: {e}"));
        TestDb { db, home }
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Closes the database and keeps what it is in, to open it again: whoever drops the answer removes it.
    pub fn close(self) -> (Location, Home) {
        let location = self.location();
        let TestDb { db, home } = self;
        drop(db);
        (location, home)
    }

    /// Where to open it a second time; SQLite only after [`TestDb::close`].
    pub fn location(&self) -> Location {
        match &self.home.0 {
            Kept::Folder(folder) => Location::Folder(folder.path().to_owned()),
            Kept::Schema(schema) => schema.location(),
        }
    }
}

/// Runs a story on both engines, each with a fresh database. A failure says on which.
pub async fn both(migrations: &[Migration], story: impl AsyncFn(Db)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let named = Named(engine);
        let test = TestDb::new(engine, migrations).await;
        story(test.db.clone()).await;
        drop(test);
        drop(named);
    }
}

struct Named(Engine);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the story failed on {:?}", self.0);
        }
    }
}

/// In memory where there is such a file system: tests test commits, not disks.
pub fn temporary_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    tempfile::Builder::new().prefix("yiwang-test-").tempdir_in(&parent).unwrap_or_else(|e| {
        panic!("no temporary folder in {}: {e}", parent.display());
    })
}

/// A schema of its own, dropped with this.
struct Schema {
    url: String,
    name: String,
}

impl Schema {
    fn new(url: String) -> Schema {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("t_{}_{}_{number}", SystemClock::default().now(), std::process::id());
        Schema { url, name }
    }

    fn location(&self) -> Location {
        Location::PostgresSchema { url: self.url.clone(), schema: self.name.clone() }
    }
}

impl Drop for Schema {
    /// On a thread and runtime of its own: a test that panics has neither to spare. Connections that are
    /// still open are cut, or what they hold locked would be waited for.
    fn drop(&mut self) {
        let url = self.url.clone();
        let sql = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'yiwang {0}';
             SET lock_timeout = '5s'; DROP SCHEMA IF EXISTS {0} CASCADE",
            self.name
        );
        let dropped = std::thread::spawn(move || cluster::run_once(&url, &sql)).join();
        if !matches!(dropped, Ok(Ok(()))) {
            eprintln!("schema {} is left behind: {dropped:?}", self.name);
        }
    }
}

/// The first folder with a program in it.
fn folder_with(program: &str, folders: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    folders.into_iter().find(|folder| folder.join(program).is_file())
}
