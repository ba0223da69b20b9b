//! `yiwang ofd …`: looking into an OFD file from the command line.

use crate::config::Config;
use crate::files;
use crate::terminal::say;
use crate::verify::{self, VerifyArguments};
use domain::documents::told;
use ofd::model::Document;
use ofd::package::Package;
use ofd::ses::Seal;
use ofd::verdict::{Context, SealStatus};
use ofd::verify::{SignatureReport, verify_package};
use ofd::x509::Trust;
use ofd::{Limits, Time};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub enum OfdCommand {
    /// 文件、页面、签章、元数据一览 / files, pages, signatures, metadata
    Inspect { file: PathBuf },
    /// 验证全部签章，同 yiwang verify / the same as yiwang verify
    Verify(VerifyArguments),
    /// 按阅读顺序打印文字，最后是页面上的加注和水印 / the words in reading order, then what stands over the pages
    Text { file: PathBuf },
    /// 把一页画成 SVG，输出到标准输出 / one page as SVG on standard output
    Svg {
        file: PathBuf,
        /// 第几页 / which page
        #[arg(long, default_value_t = 1)]
        page: usize,
    },
}

pub fn run(config: &Config, command: &OfdCommand) -> Result<ExitCode, String> {
    match command {
        OfdCommand::Inspect { file } => inspect(file)?,
        OfdCommand::Verify(arguments) => return verify::run(config, arguments),
        OfdCommand::Text { file } => text(file)?,
        OfdCommand::Svg { file, page } => svg(file, *page)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn open(path: &Path) -> Result<(Package, Document), String> {
    let limits = Limits::default();
    let bytes = files::read(path, limits.package_bytes)?;
    let refuse = |fault: ofd::Fault| format!("{}：{}（{}）", path.display(), told(&fault), fault.reason);
    let package = Package::open(&bytes, &limits).map_err(refuse)?;
    let document = ofd::read::read(&package, &limits).map_err(refuse)?;
    Ok((package, document))
}

fn text(path: &Path) -> Result<(), String> {
    let (_, document) = open(path)?;
    say!("{}", ofd::text::document_text(&document));
    for line in ofd::text::annotation_lines(&document) {
        say!("［加注］{line}");
    }
    Ok(())
}

/// Who sealed it, when and on which pages; whether that holds is for `yiwang verify` to say.
fn signatures(package: &Package) -> Vec<String> {
    let (trust, status) = (Trust::default(), |_: &Seal, _: Time| SealStatus::Unknown);
    let context = Context { trust: &trust, now: Time(0), making: false, seal_status: &status, memory: None };
    match verify_package(package, &Limits::default(), &context) {
        Ok(report) if report.signatures.is_empty() => vec!["没有".to_owned()],
        Ok(report) => report.signatures.iter().map(line).collect(),
        Err(fault) => vec![format!("读不出来：{}", told(&fault))],
    }
}

fn line(signature: &SignatureReport) -> String {
    let mut pages: Vec<usize> = signature.stamps.iter().map(|stamp| stamp.page + 1).collect();
    pages.dedup();
    let pages: Vec<String> = pages.iter().map(usize::to_string).collect();
    let place = match pages.as_slice() {
        [] => "没有盖在页面上".to_owned(),
        pages => format!("盖在第 {} 页", pages.join("、")),
    };
    let time = signature.time.map(Time::beijing).unwrap_or_default();
    format!(
        "{} {} {}，签章人证书 {}，{time}，{place}（没有验证，验证用 yiwang verify）",
        signature.id, signature.seal_name, signature.es_id, signature.signer
    )
}

fn inspect(path: &Path) -> Result<(), String> {
    let (package, document) = open(path)?;
    let info = &document.info;
    say!("文档标识  {}", info.id);
    say!("标题      {}", info.title);
    say!("作者      {}", info.author);
    say!("创建日期  {}", info.created_on);
    say!("页数      {}", document.pages.len());
    for (number, page) in document.pages.iter().enumerate() {
        let area = page.area;
        let (w, h) = (area.w, area.h);
        say!(
            "  第 {} 页  {w}×{h} 毫米，{} 个对象，{} 个注释",
            number + 1,
            page.objects.len(),
            page.annotations.len()
        );
    }
    say!("字体      {}", document.fonts.iter().map(|font| font.name.as_str()).collect::<Vec<_>>().join("、"));
    say!("图片      {}", document.images.len());
    for attachment in &document.attachments {
        say!("附件      {}.{}，{} 字节", attachment.name, attachment.format, attachment.bytes.len());
    }
    for (name, value) in &info.custom {
        say!("自定义    {name} = {value}");
    }
    for signature in signatures(&package) {
        say!("签章      {signature}");
    }
    say!("文件：");
    for path in package.paths() {
        say!("  {:>9}  {path}", package.get(path).map_or(0, <[u8]>::len));
    }
    Ok(())
}

fn svg(path: &Path, page: usize) -> Result<(), String> {
    let (package, document) = open(path)?;
    if !(1..=document.pages.len()).contains(&page) {
        return Err(format!("没有第 {page} 页：这份文件有 {} 页", document.pages.len()));
    }
    let drawn = domain::documents::draw(&package, page - 1).map_err(|e| e.to_string())?;
    say!("{drawn}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_listed_with_seal_time_and_page() {
        let sealed =
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../ofd/fuzz/corpus/package/sealed.ofd"));
        let package = Package::open(sealed, &Limits::default()).unwrap();
        let lines = signatures(&package);
        assert_eq!(lines.len(), 1, "{lines:?}");
        let seals = ofd::verify::seals(&package, &Limits::default());
        assert!(lines[0].contains(seals[0].es_id()) && lines[0].contains("盖在第 1 页"), "{lines:?}");
        let bare = Package::default();
        assert!(signatures(&bare)[0].starts_with("读不出来"));
    }
}
