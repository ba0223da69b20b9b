//! `yiwang journal verify`: every row against the chain.

use crate::config::Config;
use crate::terminal::say;
use db::{Db, Options};
use domain::{evidence, journal};
use std::process::ExitCode;

/// Prints what was checked and every fault; fails when there is one.
pub async fn verify(config: &Config, head: Option<&str>) -> Result<ExitCode, String> {
    let db = look(config).await?;
    let bar = indicatif::ProgressBar::new_spinner();
    let progress = bar.clone();
    let checked = db
        .read(async |tx| {
            let signed = evidence::newest_head(tx).await?.map(|signed| signed.hash);
            let heads: Vec<&str> = head.into_iter().chain(signed.as_deref()).collect();
            journal::verify(tx, &heads, |batches| progress.set_message(format!("已核对 {batches} 批"))).await
        })
        .await
        .map_err(|e| format!("核对没有完成：{e}"))?;
    bar.finish_and_clear();
    say!("已核对 {} 批、{} 条封存的记录", checked.batches, checked.events);
    if checked.unsealed > 0 {
        say!("另有 {} 条最近的记录还没有封存，没有核对", checked.unsealed);
    }
    say!("链头 {}", checked.head);
    for fault in &checked.faults {
        say!("有误：{fault}");
    }
    match checked.faults.is_empty() {
        true => {
            match checked.batches {
                0 => say!("日志里还没有封存的记录，没有可以核对的内容"),
                _ => say!("封存的记录完整，没有改动"),
            }
            if head.is_none() {
                say!("没有与别处抄下的链头核对：能写数据库的人可以截去链尾，请用 --head 给出以前抄下的链头");
            }
            Ok(ExitCode::SUCCESS)
        }
        false => Ok(ExitCode::FAILURE),
    }
}

/// The database as it is: nothing is made, changed or decrypted, so no key is needed.
async fn look(config: &Config) -> Result<Db, String> {
    let location = config.location();
    if let Some(file) = location.missing() {
        return Err(format!(
            "没有可以核对的数据库：找不到 {}（数据文件夹用 --data 指定，PostgreSQL 用 --database-url）",
            file.display()
        ));
    }
    let db = Db::open(Options { location, ..Options::default() }).await;
    let db = db.map_err(|e| format!("打不开数据库：{e}"))?;
    match db.founded().await.map_err(|e| format!("读不了数据库：{e}"))? {
        true => Ok(db),
        false => Err("这个数据库是空的，没有可以核对的日志".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world;

    #[tokio::test]
    async fn checking_makes_nothing_and_needs_no_key() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let config = Config::on(&data);
        assert!(verify(&config, None).await.unwrap_err().contains("没有可以核对的数据库"));
        assert!(!data.exists());
        drop(world::connect(&config).await.unwrap());
        let key = data.join("master.key");
        std::fs::remove_file(&key).unwrap();
        assert_eq!(verify(&config, None).await.unwrap(), ExitCode::SUCCESS);
        assert!(!key.exists());
        // The program itself does not go on with another key either.
        let refused = world::connect(&config).await.err().expect("no key, no start");
        assert!(refused.contains("从备份恢复") && !key.exists(), "{refused}");
        std::fs::write(&key, "00".repeat(32)).unwrap();
        assert_eq!(verify(&config, None).await.unwrap(), ExitCode::SUCCESS, "whatever lies beside it");
        let empty = folder.path().join("empty");
        std::fs::create_dir(&empty).unwrap();
        std::fs::write(empty.join("yiwang.db"), b"").unwrap();
        assert!(verify(&Config::on(&empty), None).await.unwrap_err().contains("空的"));
    }
}
