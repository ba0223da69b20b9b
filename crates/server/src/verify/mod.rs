//! `yiwang verify FILE`: an OFD, a seal, a seal signature or an evidence archive, checked off line.

mod conclusion;
mod trust;

use crate::config::Config;
use crate::files;
use crate::terminal::say;
use conclusion::Conclusion;
use domain::documents::{Annotation, told};
use domain::evidence;
use ofd::package::Package;
use ofd::ses::{Seal, SealSignature};
use ofd::verdict::{Context, Mark, SealStatus};
use ofd::{Fault, Limits, Time, ses};
use std::path::PathBuf;
use std::process::ExitCode;

/// 离线验证，不联网，不改动文件
///
/// 每行一项检查：通过、提示、不符或未检查，括号里是稳定的代码。
/// 退出码：0 通过；1 不通过；2 读不出文件或不是能验证的文件；3 没有发现改动，但有记录还没有封存证明。
/// One line for each check. Exit codes: 0 holds, 1 does not hold, 2 cannot be read, 3 nothing changed but not all proven.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct VerifyArguments {
    /// OFD 文件、印章（.esl）、签章值（.dat）或证据包（.zip） / OFD, seal, seal signature or evidence archive
    file: PathBuf,
    /// 可信根证书和中间证书（DER 或 PEM），或放着它们（.cer）和吊销列表（.crl）的文件夹，可以多次给出；默认用数据文件夹 authority 里的；被验证文件旁边的证书不会自动采信 / trusted root certificates and those below, or a folder of them with lists of revoked ones; what lies beside the file is never trusted by itself
    #[arg(long)]
    anchor: Vec<PathBuf>,
    /// 证书吊销列表（DER 或 PEM），可以多次给出；默认和证书一样用数据文件夹 authority 里的 / certificate revocation lists
    #[arg(long)]
    crl: Vec<PathBuf>,
}

/// What a file is, by its bytes and never by its name.
enum Kind {
    Ofd(Package),
    Archive(Package),
    Seal(Box<Seal>),
    Signature(Box<SealSignature>),
}

/// Prints each check with its code. Success only when every check holds; 2 when the file cannot be read.
pub fn run(config: &Config, arguments: &VerifyArguments) -> Result<ExitCode, String> {
    match check(config, arguments, now()) {
        Ok(conclusion) => Ok(conclusion.tell()),
        Err(message) => {
            eprintln!("yiwang: {message}");
            Ok(ExitCode::from(2))
        }
    }
}

fn check(config: &Config, arguments: &VerifyArguments, now: Time) -> Result<Conclusion, String> {
    let bytes = files::read(&arguments.file, evidence::LIMITS.package_bytes)?;
    let limits = Limits::default();
    let kind = recognise(&bytes, &limits).map_err(|fault| unreadable(&fault))?;
    let trust = trust::trust(config, arguments)?;
    if trust.anchors.is_empty() {
        say!("提示：没有可信根证书，证书链都会报不受信任；用 --anchor 指定从可靠来源取得的根证书");
    }
    // Off line there is no register of seals: revocation shows in the lists of revoked certificates.
    let status = |_: &Seal, _: Time| SealStatus::Unknown;
    let context = Context { trust: &trust, now, making: false, seal_status: &status, memory: None };
    let mut conclusion = Conclusion::default();
    match kind {
        Kind::Ofd(package) => ofd_file(&package, &limits, &context, &mut conclusion),
        Kind::Archive(package) => archive(&package, &limits, &context, &mut conclusion)?,
        Kind::Seal(seal) => {
            say!("印章：{}", seal.name());
            conclusion.report(&ses::check_seal(&seal, &context));
        }
        Kind::Signature(signature) => {
            say!("签章值：{}", signature.seal().name());
            conclusion.report(&ses::check_signature(&signature, &context));
        }
    }
    Ok(conclusion)
}

fn unreadable(fault: &Fault) -> String {
    format!("不能验证：{}（{}）", told(fault), fault.reason)
}

#[allow(clippy::disallowed_methods, reason = "the command line is a boundary: it asks for the day")]
fn now() -> Time {
    Time(base::Clock::now(&base::SystemClock::default()) / 1000)
}

fn recognise(bytes: &[u8], limits: &Limits) -> ofd::Result<Kind> {
    if bytes.starts_with(b"PK") {
        let package = Package::open(bytes, &evidence::LIMITS)?;
        if evidence::is_archive(&package) {
            return Ok(Kind::Archive(package));
        }
        // An OFD has limits of its own.
        let package = Package::open(bytes, limits)?;
        let entrance = package.get("OFD.xml").is_some();
        return if entrance { Ok(Kind::Ofd(package)) } else { Err(Fault::new("verify.kind", "ZIP")) };
    }
    if let Ok(signature) = SealSignature::parse(bytes, limits) {
        return Ok(Kind::Signature(Box::new(signature)));
    }
    let seal = Seal::parse(bytes, limits).map_err(|_| Fault::new("verify.kind", ""))?;
    Ok(Kind::Seal(Box::new(seal)))
}

fn ofd_file(package: &Package, limits: &Limits, context: &Context<'_>, conclusion: &mut Conclusion) {
    match ofd::verify::verify_package(package, limits, context) {
        Ok(report) => signatures(&report, conclusion),
        Err(fault) => conclusion.line(Mark::Fails, fault.reason, &told(&fault)),
    }
    match ofd::read::read(package, limits) {
        Ok(document) => {
            if let Some(note) = Annotation::read(&document.info.custom) {
                annotated_copy(&note, context.now, conclusion);
            }
        }
        Err(fault) => {
            say!("内容：");
            conclusion.line(Mark::Fails, fault.reason, &told(&fault));
        }
    }
}

fn signatures(report: &ofd::verify::Verification, conclusion: &mut Conclusion) {
    if report.signatures.is_empty() {
        conclusion.line(Mark::Fails, "NO_SIGNATURE", "没有签章：这份文件没有人盖章，不能证明来源");
    }
    for signature in &report.signatures {
        let time = signature.time.map(Time::beijing).unwrap_or_default();
        say!("签章 {}（{time}）：{}", signature.id, signature.seal_name);
        conclusion.steps(signature.steps(), &signature.findings);
    }
    for path in &report.unprotected {
        conclusion.line(Mark::Fails, "UNPROTECTED", &format!("{path} 不在签名保护范围内"));
    }
}

/// What an annotated copy says of itself. When its term is over it may not be used, whatever its seal.
fn annotated_copy(note: &Annotation, now: Time, conclusion: &mut Conclusion) {
    say!("加注件：只能用于“{}”", note.purpose);
    let over = note.is_over(norms::Day::from_millis_shanghai(now.0 * 1000));
    let (mark, words) = match note.valid_until {
        Some(last) if over => (Mark::Fails, format!("有效期到{}，已经过期", last.chinese())),
        Some(last) => (Mark::Holds, format!("有效期到{}，没有过期", last.chinese())),
        None => (Mark::Warned, "没有写明有效期".to_owned()),
    };
    conclusion.line(mark, "COPY_EXPIRED", &words);
}

fn archive(
    package: &Package,
    limits: &Limits,
    context: &Context<'_>,
    conclusion: &mut Conclusion,
) -> Result<(), String> {
    let report = evidence::check(package, limits, context).map_err(|fault| unreadable(&fault))?;
    say!("证据包，办件编号 {}", report.case_number);
    for finding in &report.findings {
        conclusion.archive(finding.standing, finding.code, &finding.what);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
