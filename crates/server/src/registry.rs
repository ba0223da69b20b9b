//! The registry of organisations: a file the operator has from the registration authorities, one organisation
//! on each line, followed as it changes. The demonstration brings its own, synthetic one.

use base::Result;
use domain::World;
use domain::identity::{self, Actor, KINDS, Registered, Taken};
use norms::{CitizenNumber, CreditCode, Day};
use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

/// Lines entered in one transaction: a province's registry must not hold up anybody else.
const BATCH: usize = 200;

/// One line, a JSON object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    credit_code: String,
    name: String,
    kind: String,
    #[serde(default)]
    address: String,
    #[serde(default = "yes")]
    active: bool,
    leader: String,
    leader_number: String,
    told_on: String,
}

fn yes() -> bool {
    true
}

/// A file that is read again when it has changed.
pub struct Source {
    path: PathBuf,
    seen: Option<(Option<SystemTime>, u64)>,
}

impl Source {
    /// A setting that names no file, or one that is no registry, stops the start instead of filling the log later.
    pub fn open(path: PathBuf, today: Day) -> std::result::Result<Source, String> {
        let fault = |e: std::io::Error| format!("读不到单位数据 {}：{e}（设置 registry）", path.display());
        let mut fault_of_first = None;
        for line in BufReader::new(File::open(&path).map_err(fault)?).lines() {
            let line = line.map_err(fault)?;
            match read(&line, today) {
                Ok(_) => return Ok(Source { path, seen: None }),
                Err(_) if line.trim().is_empty() => {}
                Err(reason) => {
                    fault_of_first.get_or_insert(reason);
                }
            }
        }
        let reason = fault_of_first.map_or_else(String::new, |reason| format!("，第一行：{reason}"));
        Err(format!("{} 里没有一行读得懂的单位数据{reason}（设置 registry）", path.display()))
    }

    /// Takes the file when it is not the one read last. A line that cannot be read is named in the log, by
    /// number and field, and passed over: one slip of a clerk elsewhere must not keep a province's firms out.
    pub async fn follow(&mut self, world: &Arc<World>) -> Result<()> {
        let fault = |e: std::io::Error| base::Error::Bug(format!("{}: {e}", self.path.display()).into());
        let about = std::fs::metadata(&self.path).map_err(fault)?;
        let now = (about.modified().ok(), about.len());
        if self.seen.as_ref() == Some(&now) {
            return Ok(());
        }
        let lines = BufReader::new(File::open(&self.path).map_err(fault)?).lines();
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut batch = Vec::with_capacity(BATCH);
        for (number, line) in lines.enumerate() {
            let line = line.map_err(fault)?;
            if line.trim().is_empty() {
                continue;
            }
            match read(&line, Day::from_millis_shanghai(world.clock.now())) {
                Ok(told) => batch.push(told),
                Err(reason) => {
                    tracing::warn!(
                        file = name,
                        line = number + 1,
                        reason,
                        "a line of the registry was passed over"
                    )
                }
            }
            if batch.len() == BATCH {
                take(world, &name, &std::mem::take(&mut batch)).await?;
            }
        }
        take(world, &name, &batch).await?;
        self.seen = Some(now);
        Ok(())
    }
}

/// One batch in one transaction.
pub async fn take(world: &Arc<World>, source: &str, batch: &[Registered]) -> Result<Taken> {
    let cx = world.cx(Actor::System);
    world.db.write(async |tx| identity::take_registry(tx, &cx, source, batch).await).await
}

/// What a line says, or which field is at fault; never what stands in it, which is personal.
fn read(line: &str, today: Day) -> std::result::Result<Registered, String> {
    let line: Line =
        serde_json::from_str(line).map_err(|e| format!("column {}: not readable", e.column()))?;
    let kind = KINDS.contains(&line.kind.as_str());
    Ok(Registered {
        credit_code: CreditCode::parse(line.credit_code.trim()).map_err(|_| "credit_code")?,
        name: filled(line.name).ok_or("name")?,
        kind: kind.then_some(line.kind).ok_or("kind")?,
        address: line.address.trim().to_owned(),
        active: line.active,
        leader: filled(line.leader).ok_or("leader")?,
        leader_number: CitizenNumber::parse(line.leader_number.trim(), today).map_err(|_| "leader_number")?,
        told_on: line.told_on.trim().parse().map_err(|_| "told_on")?,
        synthetic: false,
    })
}

fn filled(text: String) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"credit_code":"92320102MA0XX0031K","name":"演示·玄武便民理发店","kind":"个体工商户","address":"演示地址3号","leader":"演示·李秀英","leader_number":"320102198802029980","told_on":"2026-09-01"}"#;

    #[test]
    fn a_line_is_read_or_its_field_is_named_without_what_stood_in_it() {
        let today = Day::new(2026, 9, 24).unwrap();
        let told = read(LINE, today).unwrap();
        assert!(told.active && !told.synthetic);
        assert_eq!(told.name, "演示·玄武便民理发店");
        for (from, to, field) in [
            ("0031K", "0031X", "credit_code"),
            ("个体工商户", "商店", "kind"),
            ("029980", "029981", "leader_number"),
            ("2026-09-01", "2026-09-31", "told_on"),
        ] {
            assert_eq!(read(&LINE.replace(from, to), today).err().unwrap(), field);
        }
        let unknown = read(&LINE.replace("\"name\"", "\"title\""), today).err().unwrap();
        assert!(!unknown.contains("理发店"), "{unknown}");
    }
    #[test]
    fn a_file_that_is_no_registry_stops_the_start() {
        let today = Day::new(2026, 9, 24).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registry.jsonl");
        let tried = |content: &str| {
            std::fs::write(&path, content).unwrap();
            Source::open(path.clone(), today).map(drop)
        };
        assert!(Source::open(path.clone(), today).err().unwrap().contains("读不到单位数据"));
        assert!(tried("name;code\n").unwrap_err().contains("第一行：column"), "another kind of file");
        assert!(tried("\n\n").unwrap_err().contains("没有一行"));
        assert_eq!(tried(&format!("{{}}\n\n{LINE}\n")), Ok(()), "a slip keeps nobody out");
    }
}
