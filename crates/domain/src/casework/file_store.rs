//! Where uploaded files lie: each encrypted under a key of its own, found by the keyed hash of its content.

use base::crypt::{CHUNK, HEADER, Keys, MAGIC, TAG, hex, sm3};
use base::{Error, Result, Rng};
use db::private;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// A folder of sealed files (`base::crypt`). Content never changes under a name, so writing twice is harmless.
/// Files of installations older than the sealing lie there in plain under the SM3 of their content; they are
/// read as before until [`FileStore::seal_plain`] has sealed them.
#[derive(Clone)]
pub struct FileStore {
    folder: PathBuf,
    keys: Keys,
    rng: Arc<dyn Rng>,
}

/// Says that a walk found no plain file: from then on there are none.
const ALL_SEALED: &str = ".all-sealed";
/// How the name of a file ends that is not whole yet.
const HALF: &str = "new";

impl FileStore {
    pub fn open(folder: &Path, keys: Keys, rng: Arc<dyn Rng>) -> Result<FileStore> {
        private::create_folder(folder).map_err(|e| Error::Bug(e.into()))?;
        Ok(FileStore { folder: folder.to_owned(), keys, rng })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(&name[..2]).join(name)
    }

    /// The name of a content, under which it is durable when this returns: content and directory entries are
    /// synced before the name appears. Takes long: call it off the async workers.
    pub fn put(&self, content: &[u8]) -> Result<String> {
        let name = self.keys.file_name(content);
        if !self.path(&name).exists() {
            self.write(&name, content).map_err(|error| match error.kind() {
                io::ErrorKind::StorageFull => Error::Busy,
                _ => Error::Bug(error.into()),
            })?;
        }
        Ok(name)
    }

    /// The content behind a name. One that was changed, cut off, put in another's place or lost is refused:
    /// nobody is ever given something else than what was handed in.
    pub fn get(&self, name: &str) -> Result<Vec<u8>> {
        self.read(name).map_err(|error| {
            tracing::error!(file = name, %error, "an uploaded file is damaged or lost");
            let message = "这个文件在服务器上已经损坏或丢失，不能打开。请重新提交，或拨打 12345";
            Error::refused("file.damaged", message)
        })
    }

    /// The same, off the async workers.
    pub async fn fetch(&self, name: &str) -> Result<Vec<u8>> {
        let (store, name) = (self.clone(), name.to_owned());
        tokio::task::spawn_blocking(move || store.get(&name)).await.map_err(|e| Error::Bug(e.into()))?
    }

    fn read(&self, name: &str) -> Result<Vec<u8>> {
        let fault = |e: io::Error| Error::Bug(e.into());
        let mut file = File::open(self.path(name)).map_err(fault)?;
        let size =
            usize::try_from(file.metadata().map_err(fault)?.len()).map_err(|e| Error::Bug(e.into()))?;
        let mut header = vec![0; HEADER.min(size)];
        file.read_exact(&mut header).map_err(fault)?;
        if !header.starts_with(MAGIC) {
            return read_plain(name, header, file);
        }
        let mut cipher = self.keys.open_file(name, &header)?;
        let mut left = size - header.len();
        let mut clear = Vec::with_capacity(left);
        let mut chunk = vec![0; CHUNK + TAG];
        loop {
            let length = left.min(CHUNK + TAG);
            left -= length;
            file.read_exact(&mut chunk[..length]).map_err(fault)?;
            clear.extend(cipher.open_chunk(&chunk[..length], left == 0)?);
            if left == 0 {
                return Ok(clear);
            }
        }
    }

    fn write(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let path = self.path(name);
        let folder = path.parent().unwrap_or(Path::new("."));
        private::create_folder(folder)?;
        // A name of its own for each writer: two who bring the same content at once write two files, each whole,
        // and whichever is renamed last stays.
        let temporary = path.with_extension(format!("{}.{HALF}", base::token(self.rng.as_ref(), 8)));
        let written = self.write_new(&temporary, name, content);
        if let Err(error) = written.and_then(|()| std::fs::rename(&temporary, &path)) {
            let _ = std::fs::remove_file(&temporary);
            return Err(error);
        }
        File::open(folder)?.sync_all()
    }

    fn write_new(&self, path: &Path, name: &str, content: &[u8]) -> io::Result<()> {
        let mut file = private::file().create_new(true).open(path)?;
        let (header, mut cipher) = self.keys.seal_file(self.rng.as_ref(), name);
        file.write_all(&header)?;
        let last = content.len().div_ceil(CHUNK).max(1) - 1;
        for number in 0..=last {
            let end = content.len().min((number + 1) * CHUNK);
            file.write_all(&cipher.seal_chunk(&content[number * CHUNK..end], number == last))?;
        }
        file.sync_all()
    }

    /// Seals what lies there in plain, each file in its place and whole at every moment. Gives how many; zero
    /// when there are none any more. What is damaged is left as it is, for whoever looks for it.
    pub fn seal_plain(&self) -> Result<usize> {
        let fault = |e: io::Error| Error::Bug(e.into());
        let done = self.folder.join(ALL_SEALED);
        if done.exists() {
            return Ok(0);
        }
        let (mut sealed, mut damaged) = (0, 0);
        for folder in std::fs::read_dir(&self.folder).map_err(fault)? {
            let folder = folder.map_err(fault)?.path();
            if !folder.is_dir() {
                continue;
            }
            for entry in std::fs::read_dir(folder).map_err(fault)? {
                let entry = entry.map_err(fault)?;
                let name = entry.file_name().to_string_lossy().into_owned();
                match self.plain(&name).map_err(fault)? {
                    false => {}
                    true => match self.read(&name) {
                        Ok(content) => {
                            self.write(&name, &content).map_err(fault)?;
                            sealed += 1;
                        }
                        Err(error) => {
                            tracing::error!(file = name, %error, "an uploaded file is damaged");
                            damaged += 1;
                        }
                    },
                }
            }
        }
        if damaged == 0 {
            File::create(done).map_err(fault)?;
        }
        Ok(sealed)
    }

    /// Removes what a process that was killed left half written, when it was last written before `before`: other
    /// processes may share the folder, and no upload takes a day. Gives how many.
    pub fn remove_leftovers(&self, before: SystemTime) -> Result<usize> {
        let fault = |e: io::Error| Error::Bug(e.into());
        let mut removed = 0;
        for folder in std::fs::read_dir(&self.folder).map_err(fault)? {
            let folder = folder.map_err(fault)?.path();
            if !folder.is_dir() {
                continue;
            }
            for entry in std::fs::read_dir(folder).map_err(fault)? {
                let path = entry.map_err(fault)?.path();
                if path.extension().is_some_and(|end| end == HALF) && was_written_before(&path, before) {
                    found(std::fs::remove_file(&path))?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    fn aside(&self, name: &str) -> PathBuf {
        self.path(name).with_extension("gone")
    }

    /// Takes a file out of its place, so that it can still be put back. One that is not there is no fault: it was
    /// set aside before.
    pub(super) fn set_aside(&self, name: &str) -> Result<()> {
        found(std::fs::rename(self.path(name), self.aside(name)))
    }

    /// Puts what was set aside back into its place, unless a new one stands there, or removes it for good.
    pub(super) fn settle_aside(&self, name: &str, wanted: bool) -> Result<()> {
        match wanted && !self.path(name).exists() {
            true => found(std::fs::rename(self.aside(name), self.path(name))),
            false => found(std::fs::remove_file(self.aside(name))),
        }
    }

    fn plain(&self, name: &str) -> io::Result<bool> {
        // What a process that was killed left half written has another ending.
        if name.len() != 64 || !name.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(false);
        }
        let mut start = Vec::new();
        File::open(self.path(name))?.take(MAGIC.len() as u64).read_to_end(&mut start)?;
        Ok(start != MAGIC)
    }
}

/// A file that is gone meanwhile, or whose day nobody knows, is left alone.
fn was_written_before(path: &Path, before: SystemTime) -> bool {
    std::fs::metadata(path).and_then(|file| file.modified()).is_ok_and(|written| written < before)
}

/// Not being there is no fault of something that was to go.
fn found(done: io::Result<()>) -> Result<()> {
    match done {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::Bug(error.into())),
        _ => Ok(()),
    }
}

/// A file from before the sealing: named by the SM3 of its content, which is checked.
fn read_plain(name: &str, start: Vec<u8>, mut rest: File) -> Result<Vec<u8>> {
    let mut content = start;
    rest.read_to_end(&mut content).map_err(|e| Error::Bug(e.into()))?;
    if hex(&sm3(&content)) != name {
        return Err(Error::bug("the content is not what its name says"));
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRng;

    fn store(folder: &Path, master: u8) -> FileStore {
        FileStore::open(folder, Keys::derive(&[master; 32]), Arc::new(SeededRng::new(7))).unwrap()
    }

    /// Every size at which chunks begin and end.
    fn contents() -> Vec<Vec<u8>> {
        let sizes = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7];
        sizes.iter().map(|size| (0..*size).map(|at| (at % 251) as u8).collect()).collect()
    }

    #[test]
    fn an_upload_is_nobody_elses_to_read() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("files");
        let files = store(&folder, 9);
        let file = files.path(&files.put(b"%PDF-1.7").unwrap());
        let rights = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(rights(&folder), 0o700);
        assert_eq!((rights(file.parent().unwrap()), rights(&file)), (0o700, 0o600));
    }

    #[test]
    fn nothing_of_a_file_can_be_read_on_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let files = store(folder.path(), 1);
        for content in contents() {
            let name = files.put(&content).unwrap();
            assert_eq!(files.put(&content).unwrap(), name, "the same content is one file");
            assert_eq!(files.get(&name).unwrap(), content, "{} bytes", content.len());
            let stored = std::fs::read(files.path(&name)).unwrap();
            assert!(content.len() < 16 || !stored.windows(16).any(|window| window == &content[..16]));
            assert_ne!(name, hex(&sm3(&content)), "a name does not tell what the content is");
        }
    }

    #[test]
    fn whoever_brings_the_same_file_at_once_brings_it_whole() {
        let folder = tempfile::tempdir().unwrap();
        let files = store(folder.path(), 1);
        for round in 0..8_u8 {
            let content = vec![round; 20 * CHUNK];
            let names: Vec<String> = std::thread::scope(|scope| {
                let put: Vec<_> = (0..8).map(|_| scope.spawn(|| files.put(&content).unwrap())).collect();
                put.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert!(names.iter().all(|name| files.get(name).unwrap() == content));
            let beside = std::fs::read_dir(files.path(&names[0]).parent().unwrap()).unwrap();
            assert!(beside.flatten().all(|entry| entry.path().extension().is_none()), "nothing half is left");
        }
    }

    #[test]
    fn what_a_killed_process_left_half_written_goes_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let files = store(folder.path(), 1);
        let content = vec![3; 2 * CHUNK];
        let name = files.put(&content).unwrap();
        let half = |token: &str| files.path(&name).with_extension(format!("{token}.new"));
        let day = std::time::Duration::from_secs(24 * 3600);
        for (path, age) in [(half("old"), 3), (half("young"), 1), (files.path(&name), 9)] {
            let file = std::fs::OpenOptions::new().create(true).append(true).open(&path).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + 20_000 * day - age * day).unwrap();
        }
        let aside = files.put(b"%PDF-set-aside").unwrap();
        files.set_aside(&aside).unwrap();
        let two_days_ago = SystemTime::UNIX_EPOCH + 19_998 * day;
        assert_eq!(files.remove_leftovers(two_days_ago).unwrap(), 1);
        assert!(!half("old").exists(), "nobody writes it any more");
        assert!(half("young").exists(), "another process may be writing it");
        assert_eq!(files.get(&name).unwrap(), content);
        files.settle_aside(&aside, true).unwrap();
        assert_eq!(files.get(&aside).unwrap(), b"%PDF-set-aside");
        assert_eq!(files.remove_leftovers(two_days_ago).unwrap(), 0);
    }

    #[test]
    fn a_changed_byte_a_cut_a_swap_and_a_loss_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let files = store(folder.path(), 1);
        let content = vec![5; 2 * CHUNK + 100];
        let name = files.put(&content).unwrap();
        let whole = std::fs::read(files.path(&name)).unwrap();
        let chunk = HEADER + CHUNK + TAG;
        for at in [0, 9, HEADER, chunk - 1, chunk, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            std::fs::write(files.path(&name), changed).unwrap();
            assert_eq!(files.get(&name).unwrap_err().code(), "file.damaged", "byte {at}");
        }
        for length in [0, 7, HEADER, chunk, chunk + CHUNK + TAG, whole.len() - 1] {
            std::fs::write(files.path(&name), &whole[..length]).unwrap();
            assert_eq!(files.get(&name).unwrap_err().code(), "file.damaged", "cut to {length}");
        }
        let other = files.put(b"%PDF-another").unwrap();
        std::fs::copy(files.path(&other), files.path(&name)).unwrap();
        assert_eq!(files.get(&name).unwrap_err().code(), "file.damaged", "another file in its place");
        // Not even in plain: its keyed name is no SM3 of it.
        std::fs::write(files.path(&name), &content).unwrap();
        assert_eq!(files.get(&name).unwrap_err().code(), "file.damaged");
        std::fs::remove_file(files.path(&name)).unwrap();
        assert_eq!(files.get(&name).unwrap_err().code(), "file.damaged");
        std::fs::write(files.path(&name), &whole).unwrap();
        assert_eq!(files.get(&name).unwrap(), content);
        assert!(store(folder.path(), 2).get(&name).is_err(), "another installation's key opens nothing");
    }

    #[test]
    fn files_from_before_are_read_and_then_sealed_in_their_place() {
        let folder = tempfile::tempdir().unwrap();
        let files = store(folder.path(), 1);
        let mut old = Vec::new();
        for content in contents() {
            let name = hex(&sm3(&content));
            std::fs::create_dir_all(files.path(&name).parent().unwrap()).unwrap();
            std::fs::write(files.path(&name), &content).unwrap();
            old.push((name, content));
        }
        let damaged = "a".repeat(64);
        std::fs::create_dir_all(files.path(&damaged).parent().unwrap()).unwrap();
        std::fs::write(files.path(&damaged), b"%PDF-not what it was").unwrap();
        files.put(b"%PDF-new").unwrap();
        for (name, content) in &old {
            assert_eq!(files.get(name).unwrap(), *content);
        }
        assert_eq!(files.seal_plain().unwrap(), old.len());
        for (name, content) in &old {
            assert_eq!(files.get(name).unwrap(), *content, "nothing is lost");
            assert!(std::fs::read(files.path(name)).unwrap().starts_with(MAGIC));
        }
        // The damaged one is looked at again each time, until somebody puts it right.
        assert!(!folder.path().join(ALL_SEALED).exists());
        assert_eq!(std::fs::read(files.path(&damaged)).unwrap(), b"%PDF-not what it was");
        std::fs::remove_file(files.path(&damaged)).unwrap();
        assert_eq!(files.seal_plain().unwrap(), 0);
        assert!(folder.path().join(ALL_SEALED).exists());
    }
}
