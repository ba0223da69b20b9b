//! The font file pictures and documents are drawn with. A font that was only found on the machine is read while
//! seals are drawn and dropped afterwards: a Chinese font has 15 to 30 MB, and the product at rest must stay small.
//! One that somebody configured stays, because every document is set in it and carries what it needs of it.

use base::{Error, Result};
use ofd::font::Face;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a font may be. `Fonts::default()` looks for none.
#[derive(Clone, Default)]
pub struct Fonts {
    /// File and face inside a collection.
    file: Option<(PathBuf, u32)>,
    configured: Option<Arc<Face>>,
}

/// A font file in memory, and which face of it.
pub struct FontFile {
    pub bytes: Vec<u8>,
    pub index: u32,
}

/// Where systems keep their fonts.
const FOLDERS: [&str; 3] = ["/usr/share/fonts", "/usr/local/share/fonts", "/opt/share/fonts"];
/// Chinese fonts, the best for seals first: a bold serif. With the face of simplified Chinese in a
/// collection.
const NAMES: [(&str, u32); 11] = [
    ("NotoSerifCJK-Bold.ttc", 2),
    ("SourceHanSerifSC-Bold.otf", 0),
    ("NotoSerifCJKsc-Bold.otf", 0),
    ("NotoSerifSC-Bold.otf", 0),
    ("NotoSerifCJK-Regular.ttc", 2),
    ("simsun.ttc", 0),
    ("FandolSong-Bold.otf", 0),
    ("uming.ttc", 0),
    ("NotoSansCJK-Regular.ttc", 2),
    ("wqy-zenhei.ttc", 0),
    ("DroidSansFallbackFull.ttf", 0),
];
const DEEPEST: usize = 4;

impl Fonts {
    /// A configured file: `FILE`, or `FILE#N` for the face N of a collection. An error that names the file
    /// when it cannot be read as a font.
    pub fn configured(given: &str) -> Result<Fonts> {
        let (file, index) = match given.rsplit_once('#') {
            Some((file, index)) => (file, index.parse().map_err(|_| unreadable(given, "#后面应为数字"))?),
            None => (given, usual_index(given)),
        };
        let fonts = Fonts { file: Some((PathBuf::from(file), index)), configured: None };
        let font = fonts.load()?.ok_or_else(|| unreadable(given, "没有内容"))?;
        let refused = |fault: ofd::Fault| unreadable(given, &fault.to_string());
        let face = Face::parse(&font.bytes, font.index).map_err(refused)?;
        // Found out now and not while a decision is made: its maker may forbid embedding.
        face.subset("一".chars()).map_err(refused)?;
        Ok(Fonts { configured: Some(Arc::new(face)), ..fonts })
    }

    /// The face documents are set in; none unless somebody configured one.
    pub fn for_documents(&self) -> Option<&Face> {
        self.configured.as_deref()
    }

    /// The first Chinese font in the usual folders; none is an answer too.
    pub fn found() -> Fonts {
        let mut files = Vec::new();
        for folder in FOLDERS {
            collect(Path::new(folder), DEEPEST, &mut files);
        }
        let found = NAMES.iter().find_map(|(name, index)| {
            let file = files.iter().find(|file| file.file_name().is_some_and(|own| own == *name))?;
            Some((file.clone(), *index))
        });
        Fonts { file: found, configured: None }
    }

    /// The file as somebody would configure it.
    #[cfg(test)]
    pub(crate) fn given(&self) -> Option<String> {
        self.file.as_ref().map(|(file, index)| format!("{}#{index}", file.display()))
    }

    /// Reads the file; `None` when there is no font.
    pub fn load(&self) -> Result<Option<FontFile>> {
        let Some((file, index)) = &self.file else { return Ok(None) };
        let read = std::fs::read(file);
        let bytes = read.map_err(|e| unreadable(&file.display().to_string(), &e.to_string()))?;
        Ok(Some(FontFile { bytes, index: *index }))
    }
}

fn usual_index(file: &str) -> u32 {
    NAMES.iter().find(|(name, _)| file.ends_with(name)).map_or(0, |(_, index)| *index)
}

fn unreadable(file: &str, why: &str) -> Error {
    Error::refused("fonts.unreadable", format!("字体文件 {file} 不能使用：{why}"))
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth > 0 => collect(&entry.path(), depth - 1, files),
            Ok(_) => files.push(entry.path()),
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_font_is_named() {
        let error = Fonts::configured("/no/such/font.ttf").err().unwrap();
        assert!(error.to_string().contains("/no/such/font.ttf"));
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        assert!(Fonts::configured(here).is_err());
        assert!(Fonts::configured("font.ttc#x").is_err());
    }

    #[test]
    fn no_font_is_an_answer() {
        assert!(Fonts::default().load().unwrap().is_none());
        assert_eq!(usual_index("/a/NotoSerifCJK-Bold.ttc"), 2);
    }
}
