//! The authority behind e-seals, founded by an operator, and foreign ones she believes.

use crate::config::Config;
use crate::terminal::say;
use crate::{files, world};
use clap::Subcommand;
use domain::identity::Actor;
use domain::seals;
use std::path::PathBuf;
use std::process::ExitCode;

/// No certificate is as large.
const MOST_BYTES: usize = 1 << 20;

#[derive(Debug, Subcommand)]
pub enum SealsCommand {
    /// 建立本系统的证书机构，只能做一次 / found this installation's authority, once
    InitCa {
        /// 机构名称，写进证书，例如“某省政务服务” / its name, which stands in the certificates
        name: String,
    },
    /// 信任另一个证书机构，它签发的印章可以通过验证 / believe the seals of a foreign authority
    Trust {
        /// 根证书文件（DER 或 PEM） / its root certificate
        file: PathBuf,
        /// 来源说明 / where it is from
        #[arg(long, default_value = "")]
        note: String,
    },
}

pub async fn run(config: &Config, command: SealsCommand) -> Result<ExitCode, String> {
    let world = world::connect(config).await?;
    let cx = world.cx(Actor::System);
    match command {
        SealsCommand::InitCa { name } => {
            let founding = world.db.write(async |tx| seals::found_authority(tx, &cx, &name).await);
            founding.await.map_err(|e| e.to_string())?;
            say!("已建立证书机构“{name}”。私钥由密钥服务加密保存在数据库里，请一并备份主密钥。");
        }
        SealsCommand::Trust { file, note } => {
            let bytes = files::read(&file, MOST_BYTES)?;
            let der = if bytes.starts_with(b"-----") { unarmoured(&bytes)? } else { bytes };
            let entering = world.db.write(async |tx| seals::trust_anchor(tx, &cx, &der, &note).await);
            say!("已信任：{}", entering.await.map_err(|e| e.to_string())?);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The bytes between the lines of a PEM file.
fn unarmoured(pem: &[u8]) -> Result<Vec<u8>, String> {
    let text = std::str::from_utf8(pem).map_err(|_| "PEM 文件应为文本")?;
    let inside = text.lines().skip_while(|line| !line.starts_with("-----BEGIN")).skip(1);
    let body: String = inside.take_while(|line| !line.starts_with("-----END")).map(str::trim).collect();
    decode(&body).ok_or_else(|| "PEM 文件里没有可以读取的证书".to_owned())
}

fn decode(text: &str) -> Option<Vec<u8>> {
    use base64ct::{Base64, Encoding};
    Base64::decode_vec(text).ok().filter(|bytes| !bytes.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn armour_is_taken_off() {
        let pem = b"subject=x\n-----BEGIN CERTIFICATE-----\nAAEC\nAwQF\n-----END CERTIFICATE-----\n";
        assert_eq!(unarmoured(pem).unwrap(), [0, 1, 2, 3, 4, 5]);
        assert!(unarmoured(b"-----BEGIN CERTIFICATE-----\n").is_err());
        assert!(unarmoured(b"-----BEGIN X\n!!!\n-----END X").is_err());
    }
}
