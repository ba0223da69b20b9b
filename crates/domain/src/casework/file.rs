//! Uploaded files: checked by content, size and name, stored sealed under the keyed hash of their content.

use super::materials::{MOST_FILES, too_many_files};
use super::release::release_unnamed;
use super::{FileStore, GivenFile, Way, store};
use crate::Cx;
use crate::catalog::Material;
use crate::file_kind::{self, Kind};
use crate::legible::is_unprintable;
use base::{Error, Id, Refusal, Result};
use db::Tx;
use std::sync::Arc;

/// The largest file anybody may upload, whatever an item says.
pub const MAX_FILE_BYTES: usize = 20 * 1024 * 1024;
/// Per account: files that no case holds yet count too.
const MAX_ACCOUNT_BYTES: i64 = 500 * 1024 * 1024;

pub struct NewFile<'a> {
    /// As the applicant's device called it; shown, never used as a path.
    pub name: &'a str,
    pub content: &'a [u8],
    /// Extensions the material accepts.
    pub accept: &'a [String],
    pub max_mb: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct StoredFile {
    /// What it is found by: of files since the sealing a keyed hash, of older ones the SM3 of the content.
    pub digest: String,
    pub name: String,
    pub media: String,
    pub bytes: i64,
}

/// Stores a file for whoever is logged in. The content must be what its name says; the same content
/// twice is one file. Hashing, sealing and syncing happen before the transaction, off the async workers: a large
/// file must not hold up anybody else's submission.
pub async fn put_file(cx: &Cx, files: &FileStore, new: NewFile<'_>) -> Result<StoredFile> {
    let account = cx.actor.require_account()?;
    let media = check(&new)?;
    make_room(cx, account, new.content.len() as i64).await?;
    let (folder, content) = (files.clone(), Arc::<[u8]>::from(new.content));
    let bytes = content.len() as i64;
    let put = move || folder.put(&content);
    let digest = tokio::task::spawn_blocking(put.clone()).await.map_err(|e| Error::Bug(e.into()))??;
    let stored = StoredFile { digest, name: clean_name(new.name), media: media.to_owned(), bytes };
    cx.db().write(async |tx| store::insert_file(tx, cx, account, &stored).await).await?;
    // The same content may have been removed for somebody else meanwhile; with the row there, it no longer is.
    tokio::task::spawn_blocking(put).await.map_err(|e| Error::Bug(e.into()))??;
    Ok(stored)
}

/// Refuses when the account has no room, also after letting go of what it never used.
async fn make_room(cx: &Cx, account: Id, bytes: i64) -> Result<()> {
    let full = |used: i64| used + bytes > MAX_ACCOUNT_BYTES;
    if !full(cx.db().read(async |tx| store::bytes_of_account(tx, account).await).await?) {
        return Ok(());
    }
    let used = cx.db().write(async |tx| {
        release_unnamed(tx, cx, account).await?;
        store::bytes_of_account(tx, account).await
    });
    match full(used.await?) {
        true => {
            let message =
                "您上传的文件总量已到上限（500 MB）。请在“我的空间”删除不用的草稿，草稿里的文件会一起删除";
            Err(refuse("file.quota", message))
        }
        false => Ok(()),
    }
}

fn refuse(code: &'static str, message: impl Into<String>) -> Error {
    Error::refused_at(code, "file", message)
}

/// The media type, when size, extension and content agree and the material accepts them.
fn check(new: &NewFile<'_>) -> Result<&'static str> {
    if new.content.is_empty() {
        let message = if new.name.is_empty() {
            "请先选择要上传的文件"
        } else {
            "这个文件是空的，请重新选择"
        };
        return Err(refuse("file.empty", message));
    }
    let most = (new.max_mb as usize * 1024 * 1024).min(MAX_FILE_BYTES);
    if new.content.len() > most {
        let message =
            format!("文件太大：最多 {}，这个文件有 {}", size(most), size_over(new.content.len(), most));
        return Err(refuse("file.too_large", message));
    }
    let extension = new.name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    let accepted = formats(new.accept);
    if file_kind::is_word(&extension) {
        let message = format!("不接受 Word 文档，请另存为 PDF 后上传（这个材料接受 {accepted} 格式的文件）");
        return Err(refuse("file.type", message));
    }
    let Some(kind) = Kind::of(new.content) else {
        let message = format!("不能识别这个文件，可能已经损坏，请换一个 {accepted} 格式的文件");
        return Err(refuse("file.type", message));
    };
    if !kind.is_one_of(new.accept) {
        return Err(refuse("file.type", format!("这个材料接受 {accepted} 格式的文件")));
    }
    if !kind.extensions.contains(&extension.as_str()) {
        return Err(refuse("file.mismatch", "文件内容和扩展名不一致，请用原来的格式重新保存后上传"));
    }
    if !kind.is_whole(new.content) {
        return Err(refuse("file.damaged", "这个文件不完整，可能没有保存好，请打开检查后重新上传"));
    }
    Ok(kind.media)
}

/// What a material takes, for people: `PDF、JPG`.
pub fn formats(extensions: &[String]) -> String {
    extensions.join("、").to_ascii_uppercase()
}

/// `320 KB`, `2.4 MB`: below a tenth of a megabyte in kilobytes, for “0.0 MB” says nothing.
fn size(bytes: usize) -> String {
    const MB: usize = 1024 * 1024;
    match bytes {
        small if small < MB / 10 => format!("{} KB", (small / 1024).max(1)),
        whole if whole % MB == 0 => format!("{} MB", whole / MB),
        large => format!("{:.1} MB", large as f64 / MB as f64),
    }
}

/// The size of what is too large: never one that reads like the most there may be.
fn size_over(bytes: usize, most: usize) -> String {
    const MB: usize = 1024 * 1024;
    let (plain, limit) = (size(bytes), size(most));
    match plain.replace(".0 ", " ") == limit {
        true => format!("{:.2} MB", (bytes * 100).div_ceil(MB) as f64 / 100.0),
        false => plain,
    }
}

/// Files somebody gives for a material, by their digests. That alone proves nothing: this account must have uploaded
/// them, and they must be what the material accepts. They become the applicant's files too when another agent of hers
/// brought them.
pub(super) async fn take_files(
    tx: &mut Tx<'_>,
    cx: &Cx,
    brought: Brought,
    material: &Material,
    way: &mut Way,
) -> Result<()> {
    let mut files = way.files();
    if files.len() > MOST_FILES {
        return Err(too_many_files(&material.key).into());
    }
    for file in &mut files {
        take_file(tx, cx, brought, material, file).await?;
    }
    if let Some(taken) = Way::of_files(files) {
        *way = taken;
    }
    Ok(())
}

async fn take_file(
    tx: &mut Tx<'_>,
    cx: &Cx,
    brought: Brought,
    material: &Material,
    file: &mut GivenFile,
) -> Result<()> {
    let refuse = |code, message: String| Refusal::at(code, format!("material.{}", material.key), message);
    let Some(stored) = store::file(tx, brought.by, &file.digest).await? else {
        return Err(refuse("casework.file_unknown", "没有找到这个文件，请重新上传".to_owned()).into());
    };
    if !accepts(material, &stored) {
        let message =
            format!("这个材料接受 {} 格式、{} MB 以内的文件", formats(&material.accept), material.max_mb);
        return Err(refuse("file.type", message).into());
    }
    file.name = shown_name(&file.name, &stored);
    if brought.by != brought.of {
        store::insert_file(tx, cx, brought.of, &stored).await?;
    }
    Ok(())
}

/// Which account brings a file, and which one filed the case.
#[derive(Clone, Copy)]
pub(super) struct Brought {
    pub by: Id,
    pub of: Id,
}

/// The name it was given for this material, when that is one for such a file; else the one it was stored under: the same
/// content may have come before under another.
fn shown_name(given: &str, stored: &StoredFile) -> String {
    let cleaned = clean_name(given);
    let extension = cleaned.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    let kind = Kind::of_media(&stored.media);
    let fits = kind.zip(extension).is_some_and(|(kind, end)| kind.extensions.contains(&end.as_str()));
    if fits { cleaned } else { stored.name.clone() }
}

fn accepts(material: &Material, file: &StoredFile) -> bool {
    let fits = Kind::of_media(&file.media).is_none_or(|kind| kind.is_one_of(&material.accept));
    (fits || material.accept.is_empty()) && file.bytes <= i64::from(material.max_mb) * 1024 * 1024
}

/// The last part of the name, without characters that could steer a terminal, a header or a page.
fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !is_unprintable(*c) && !"\"<>:|?*;".contains(*c)).collect();
    let short: String = kept.trim().chars().take(100).collect();
    if short.is_empty() { "未命名".to_owned() } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_by_the_name_it_is_given_unless_that_deceives() {
        let media = "application/pdf".to_owned();
        let stored = StoredFile { digest: String::new(), name: "旧名.pdf".into(), media, bytes: 1 };
        for (given, shown) in [
            ("合同全文.pdf", "合同全文.pdf"),
            ("../../合同.PDF", "合同.PDF"),
            ("\u{202e}fdp.exe\0", "旧名.pdf"),
            ("图.png", "旧名.pdf"),
            ("", "旧名.pdf"),
        ] {
            assert_eq!(shown_name(given, &stored), shown, "{given:?}");
        }
        assert!(shown_name(&format!("{}.pdf", "长".repeat(200_000)), &stored).chars().count() <= 100);
    }

    fn code(name: &str, content: &[u8]) -> Result<&'static str, &'static str> {
        let accept = ["pdf".to_owned(), "jpg".to_owned(), "png".to_owned()];
        check(&NewFile { name, content, accept: &accept, max_mb: 1 }).map_err(|e| e.code())
    }

    #[test]
    fn content_decides_not_the_name() {
        assert_eq!(code("a.pdf", b"%PDF-1.7 %%EOF"), Ok("application/pdf"));
        assert_eq!(code("照片.JPG", b"\xFF\xD8\xFF\xD9"), Ok("image/jpeg"));
        assert_eq!(code("a.pdf", b"\xFF\xD8\xFF\xE0"), Err("file.mismatch"));
        assert_eq!(code("a.pdf", b"MZ executable"), Err("file.type"));
        assert_eq!(code("a.exe", b"%PDF-1.7"), Err("file.mismatch"));
        assert_eq!(code("a.pdf", b"%PDF-1.7"), Err("file.damaged"));
        assert_eq!(code("a.ofd", b"PK\x03\x04"), Err("file.type"), "this material takes none");
        assert_eq!(code("a.docx", b"PK\x03\x04"), Err("file.type"));
        assert_eq!(code("a.png", b""), Err("file.empty"));
        assert_eq!(code("a.pdf", &[b"%PDF-".as_slice(), &[0; 1 << 20]].concat()), Err("file.too_large"));
    }

    #[test]
    fn what_is_too_large_never_reads_like_what_is_allowed() {
        const MB: usize = 1024 * 1024;
        for (bytes, words) in [
            (10 * MB + 39, "10.01 MB"),
            (10 * MB + MB / 50, "10.02 MB"),
            (10 * MB + MB / 4, "10.2 MB"),
            (11 * MB, "11 MB"),
        ] {
            assert_eq!(size_over(bytes, 10 * MB), words);
        }
    }

    #[test]
    fn a_name_cannot_leave_its_place() {
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("C:\\用户\\平面图.pdf"), "平面图.pdf");
        assert_eq!(clean_name("a\r\nSet-Cookie: x.pdf"), "aSet-Cookie x.pdf");
        assert_eq!(clean_name("\u{202e}fdp.exe"), "fdp.exe");
        assert_eq!(clean_name("///"), "未命名");
    }
}
