//! `yiwang verify FILE`: an OFD, a seal, a seal signature or an evidence archive, checked off line.

use crate::config::Config;
use base64ct::{Base64, Encoding};
use domain::documents::{Annotation, sentence, words};
use domain::evidence::{self, Standing};
use ofd::package::Package;
use ofd::ses::{Seal, SealSignature};
use ofd::verdict::{Code, Context, Finding, SealStatus, Severity};
use ofd::x509::{Certificate, Crl, Trust};
use ofd::{Limits, Time};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct VerifyArguments {
    /// OFD 文件、印章（.esl）、签章值（.dat）或证据包（.zip） / OFD, seal, seal signature or evidence archive
    file: PathBuf,
    /// 可信根证书（DER 或 PEM），可以多次给出；和中间证书；默认用数据文件夹 authority 里的 / trusted root certificates and those below
    #[arg(long)]
    anchor: Vec<PathBuf>,
    /// 证书吊销列表（DER），可以多次给出；默认和证书一样用数据文件夹 authority 里的 / certificate revocation lists
    #[arg(long)]
    crl: Vec<PathBuf>,
}

/// What a file is, by its bytes and never by its name.
enum Kind {
    Ofd,
    Archive(Package),
    Seal(Box<Seal>),
    Signature(Box<SealSignature>),
}

/// Prints each check with its code. Success only when every check holds; 2 when the file cannot be read.
pub fn run(config: &Config, arguments: &VerifyArguments) -> Result<ExitCode, String> {
    let bytes = read(&arguments.file)?;
    let limits = Limits::default();
    let trust = trust(config, arguments)?;
    if trust.anchors.is_empty() {
        println!("提示：没有可信根证书，证书链都会报不受信任；用 --anchor 指定从可靠来源取得的根证书");
    }
    // Off line there is no register of seals: revocation shows in the lists of revoked certificates.
    let status = |_: &str, _: Time| SealStatus::Unknown;
    let context = Context { trust: &trust, now: now(), making: false, seal_status: &status, memory: None };
    let kind = match recognise(&bytes, &limits) {
        Ok(kind) => kind,
        Err(fault) => {
            eprintln!("BAD_FORMAT 这不是能验证的文件：{fault}");
            return Ok(ExitCode::from(2));
        }
    };
    let holds = match kind {
        Kind::Ofd => ofd_file(&bytes, &limits, &context)?,
        Kind::Archive(package) => archive(&package, &limits, &context)?,
        Kind::Seal(seal) => findings("印章", seal.name(), &seal_alone(&seal, &context)),
        Kind::Signature(signature) => {
            println!("签章值单独验证，不含原文比对：SIGN_XML_CHANGED 和 CONTENT_CHANGED 需要整个 OFD 文件");
            let mut found = ofd::ses::check(&signature, b"", signature.property(), &context);
            found.retain(|finding| finding.code != Code::SignXmlChanged);
            findings("签章", signature.seal().name(), &found)
        }
    };
    println!("{}", if holds { "结论：通过" } else { "结论：不通过" });
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let size = std::fs::metadata(path).map_err(|e| format!("打不开 {}：{e}", path.display()))?.len();
    let most = Limits::default().package_bytes as u64;
    if size > most {
        return Err(format!("{} 太大：最多 {} MB", path.display(), most >> 20));
    }
    std::fs::read(path).map_err(|e| format!("打不开 {}：{e}", path.display()))
}

#[allow(clippy::disallowed_methods, reason = "the command line is a boundary: it asks for the day")]
fn now() -> Time {
    Time(base::Clock::now(&base::SystemClock::default()) / 1000)
}

fn recognise(bytes: &[u8], limits: &Limits) -> ofd::Result<Kind> {
    if bytes.starts_with(b"PK") {
        let package = Package::open(bytes, limits)?;
        return Ok(if evidence::is_archive(&package) { Kind::Archive(package) } else { Kind::Ofd });
    }
    match SealSignature::parse(bytes, limits) {
        Ok(signature) => Ok(Kind::Signature(Box::new(signature))),
        Err(_) => Seal::parse(bytes, limits).map(|seal| Kind::Seal(Box::new(seal))),
    }
}

fn trust(config: &Config, arguments: &VerifyArguments) -> Result<Trust, String> {
    let mut trust = Trust::default();
    let given = match arguments.anchor.is_empty() {
        true => own_files(config, "cer"),
        false => arguments.anchor.clone(),
    };
    for path in given {
        let certificate = Certificate::parse(&der(&read(&path)?));
        let certificate = certificate.map_err(|e| format!("{} 不是证书：{e}", path.display()))?;
        // A certificate of an authority below a root only leads to it.
        let list = match certificate.issuer().der() == certificate.subject().der() {
            true => &mut trust.anchors,
            false => &mut trust.intermediates,
        };
        list.push(certificate);
    }
    let lists = match arguments.anchor.is_empty() && arguments.crl.is_empty() {
        true => own_files(config, "crl"),
        false => arguments.crl.clone(),
    };
    for path in &lists {
        let list = Crl::parse(&der(&read(path)?));
        trust.crls.push(list.map_err(|e| format!("{} 不是吊销列表：{e}", path.display()))?);
    }
    Ok(trust)
}

/// What this installation wrote beside its data when it started ([`crate::world::AUTHORITY`]).
fn own_files(config: &Config, extension: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(config.data.join(crate::world::AUTHORITY)).into_iter().flatten();
    let mut files: Vec<PathBuf> = files.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|own| own == extension));
    files.sort();
    files
}

/// The DER inside a PEM, or the bytes as they are.
pub(crate) fn der(bytes: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
    let lines = text.lines().skip_while(|line| !line.starts_with("-----BEGIN")).skip(1);
    let body: String = lines.take_while(|line| !line.starts_with("-----END")).map(str::trim).collect();
    Base64::decode_vec(&body).ok().filter(|der| !der.is_empty()).unwrap_or_else(|| bytes.to_vec())
}

fn ofd_file(bytes: &[u8], limits: &Limits, context: &Context<'_>) -> Result<bool, String> {
    let report = ofd::verify::verify(bytes, limits, context).map_err(|e| e.to_string())?;
    if report.signatures.is_empty() {
        println!("没有签章：这份文件没有人盖章，不能证明来源");
        return Ok(false);
    }
    for signature in &report.signatures {
        let what =
            format!("签章 {}（{}）", signature.id, signature.time.map(Time::beijing).unwrap_or_default());
        findings(&what, &signature.seal_name, &signature.findings);
    }
    for path in &report.unprotected {
        println!("  提示 UNPROTECTED {path} 不在签名保护范围内");
    }
    let usable = annotated_copy(bytes, limits, context.now)?;
    Ok(report.ok() && usable)
}

/// What an annotated copy says of itself; false when its term is over: it may not be used, whatever its seal.
fn annotated_copy(bytes: &[u8], limits: &Limits, now: Time) -> Result<bool, String> {
    let read = Package::open(bytes, limits).and_then(|package| ofd::read::read(&package, limits));
    let document = read.map_err(|e| e.to_string())?;
    let Some(note) = Annotation::read(&document.info.custom) else { return Ok(true) };
    println!("加注件：只能用于“{}”", note.purpose);
    let over = note.is_over(norms::Day::from_millis_shanghai(now.0 * 1000));
    match note.valid_until {
        Some(last) if over => println!("  不符 COPY_EXPIRED 有效期到{}，已经过期", last.chinese()),
        Some(last) => println!("  通过 COPY_EXPIRED 有效期到{}，没有过期", last.chinese()),
        None => println!("  提示 COPY_EXPIRED 没有写明有效期"),
    }
    Ok(!over)
}

/// Steps 2 to 5 for a seal that signed nothing yet.
fn seal_alone(seal: &Seal, context: &Context<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if !seal.signed_by_maker(None) {
        found.push(Finding::new(Code::SealForged, seal.es_id()));
    }
    if let Err(reason) = context.trust.check(seal.maker(), seal.created()) {
        found.push(Finding::new(Code::MakerUntrusted, reason.name()));
    }
    if !(seal.valid_start() <= context.now && context.now <= seal.valid_end()) {
        let period = format!("{} - {}", seal.valid_start().beijing(), seal.valid_end().beijing());
        found.push(Finding::new(Code::SealExpired, period));
    }
    found
}

/// Every check of the norm in its order; those with a finding say what.
fn findings(what: &str, name: &str, findings: &[Finding]) -> bool {
    println!("{what}：{name}");
    let distrusted = findings.iter().any(|finding| finding.code == Code::SignerUntrusted);
    for code in Code::ALL {
        let found: Vec<&Finding> = findings.iter().filter(|finding| finding.code == code).collect();
        match found.as_slice() {
            // Of a signer who is not trusted, nobody asked the lists.
            [] if code == Code::RevocationUnknown && distrusted => {}
            [] => println!("  通过 {} {}", code.name(), words(code).0),
            found => {
                for finding in found {
                    let mark = if code.severity() == Severity::Warning { "提示" } else { "不符" };
                    println!("  {mark} {} {}", code.name(), sentence(finding));
                }
            }
        }
    }
    findings.iter().all(|finding| finding.code.severity() == Severity::Warning)
}

fn archive(package: &Package, limits: &Limits, context: &Context<'_>) -> Result<bool, String> {
    let report = evidence::check(package, limits, context).map_err(|e| e.to_string())?;
    println!("证据包，办件编号 {}", report.case_number);
    for finding in &report.findings {
        let mark = match finding.standing {
            Standing::Holds => "通过",
            Standing::Note => "提示",
            Standing::Fails => "不符",
        };
        println!("  {mark} {} {}", finding.code, finding.what);
    }
    Ok(report.holds())
}
