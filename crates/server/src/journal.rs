//! `yiwang journal verify`: every row against the chain.

use crate::config::Config;
use crate::world;
use domain::journal;
use std::process::ExitCode;

/// Prints what was checked and every fault; fails when there is one.
pub async fn verify(config: &Config, head: Option<&str>) -> Result<ExitCode, String> {
    let world = world::connect(config).await?;
    let bar = indicatif::ProgressBar::new_spinner();
    let progress = bar.clone();
    let checked = world
        .db
        .read(async |tx| {
            journal::verify(tx, head, |batches| progress.set_message(format!("已核对 {batches} 批"))).await
        })
        .await
        .map_err(|e| format!("核对没有完成：{e}"))?;
    bar.finish_and_clear();
    println!("已核对 {} 批、{} 条封存的记录", checked.batches, checked.events);
    println!("链头 {}", checked.head);
    for fault in &checked.faults {
        println!("有误：{fault}");
    }
    match checked.faults.is_empty() {
        true => {
            println!("完整，没有改动");
            Ok(ExitCode::SUCCESS)
        }
        false => Ok(ExitCode::FAILURE),
    }
}
