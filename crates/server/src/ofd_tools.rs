//! `yiwang ofd …`: looking into an OFD file from the command line.

use crate::config::Config;
use crate::verify::{self, VerifyArguments};
use ofd::Limits;
use ofd::model::Document;
use ofd::package::Package;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub enum OfdCommand {
    /// 文件、页面、签章、元数据一览 / files, pages, signatures, metadata
    Inspect { file: PathBuf },
    /// 验证全部签章，同 yiwang verify / the same as yiwang verify
    Verify(VerifyArguments),
    /// 按阅读顺序打印文字 / the words in reading order
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
        OfdCommand::Text { file } => println!("{}", ofd::text::document_text(&open(file)?.1)),
        OfdCommand::Svg { file, page } => svg(file, *page)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn open(path: &Path) -> Result<(Package, Document), String> {
    let limits = Limits::default();
    let bytes = std::fs::read(path).map_err(|e| format!("打不开 {}：{e}", path.display()))?;
    let package = Package::open(&bytes, &limits).map_err(|e| format!("{} 不是 OFD：{e}", path.display()))?;
    let document = ofd::read::read(&package, &limits).map_err(|e| format!("{}：{e}", path.display()))?;
    Ok((package, document))
}

fn inspect(path: &Path) -> Result<(), String> {
    let (package, document) = open(path)?;
    let info = &document.info;
    println!("文档标识  {}", info.id);
    println!("标题      {}", info.title);
    println!("作者      {}", info.author);
    println!("创建日期  {}", info.created_on);
    println!("页数      {}", document.pages.len());
    for (number, page) in document.pages.iter().enumerate() {
        let area = page.area;
        let (w, h) = (area.w, area.h);
        println!(
            "  第 {} 页  {w}×{h} 毫米，{} 个对象，{} 个注释",
            number + 1,
            page.objects.len(),
            page.annotations.len()
        );
    }
    println!(
        "字体      {}",
        document.fonts.iter().map(|font| font.name.as_str()).collect::<Vec<_>>().join("、")
    );
    println!("图片      {}", document.images.len());
    for attachment in &document.attachments {
        println!("附件      {}.{}，{} 字节", attachment.name, attachment.format, attachment.bytes.len());
    }
    for (name, value) in &info.custom {
        println!("自定义    {name} = {value}");
    }
    println!("文件：");
    for path in package.paths() {
        println!("  {:>9}  {path}", package.get(path).map_or(0, <[u8]>::len));
    }
    Ok(())
}

fn svg(path: &Path, page: usize) -> Result<(), String> {
    let (package, document) = open(path)?;
    if !(1..=document.pages.len()).contains(&page) {
        return Err(format!("没有第 {page} 页：这份文件有 {} 页", document.pages.len()));
    }
    let drawn = domain::documents::draw(&package, page - 1).map_err(|e| e.to_string())?;
    println!("{drawn}");
    Ok(())
}
