//! `yiwang journal verify`: every row against the chain.

use crate::config::Config;
use crate::world;
use domain::{evidence, journal};
use std::process::ExitCode;

/// Prints what was checked and every fault; fails when there is one.
pub async fn verify(config: &Config, head: Option<&str>) -> Result<ExitCode, String> {
    let world = world::connect(config).await?;
    let bar = indicatif::ProgressBar::new_spinner();
    let progress = bar.clone();
    let checked = world
        .db
        .read(async |tx| {
            let signed = evidence::newest_head(tx).await?.map(|signed| signed.hash);
            let heads: Vec<&str> = head.into_iter().chain(signed.as_deref()).collect();
            journal::verify(tx, &heads, |batches| progress.set_message(format!("已核对 {batches} 批"))).await
        })
        .await
        .map_err(|e| format!("核对没有完成：{e}"))?;
    bar.finish_and_clear();
    println!("已核对 {} 批、{} 条封存的记录", checked.batches, checked.events);
    if checked.unsealed > 0 {
        println!("另有 {} 条最近的记录还没有封存，没有核对", checked.unsealed);
    }
    println!("链头 {}", checked.head);
    for fault in &checked.faults {
        println!("有误：{fault}");
    }
    match checked.faults.is_empty() {
        true => {
            println!("封存的记录完整，没有改动");
            if head.is_none() {
                println!(
                    "没有与别处抄下的链头核对：能写数据库的人可以截去链尾，请用 --head 给出以前抄下的链头"
                );
            }
            Ok(ExitCode::SUCCESS)
        }
        false => Ok(ExitCode::FAILURE),
    }
}
