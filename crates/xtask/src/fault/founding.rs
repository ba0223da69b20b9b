//! The first start of an installation ends at each of its moments: the next one carries on, and what stands
//! there then is what a start nobody disturbed leaves.

use super::Dice;
use crate::rig::{End, How, Place, Result, Rows, now, said, server};
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

/// `fault fsync` shows that it takes less than a second; here that many ends follow one another that one may be slow.
const GIVES_UP_WITHIN: Duration = Duration::from_secs(3);
const FOUNDED_WITHIN: Duration = Duration::from_secs(120);

/// Rows by table.
type Counts = BTreeMap<String, i64>;

/// What an undisturbed start leaves, and how many moments it has.
pub struct Undisturbed {
    counts: Counts,
    pub moments: u64,
}

pub async fn undisturbed(place: &Place, port: Option<u16>) -> Result<Undisturbed> {
    let counting = Place { end: Some(End { port, ..End::default() }), ..place.clone() };
    let status = ended(&mut seed(&counting)?, FOUNDED_WITHIN).await?;
    if !status.success() {
        return Err(format!("yiwang seed: {status}"));
    }
    let disk = place.disk.as_ref().ok_or("moments are counted on the modelled disk")?;
    Ok(Undisturbed { counts: counts(&Rows::at(place)).await?, moments: disk.moments()? })
}

/// Ends at one moment, starts again, compares.
pub async fn ends_at(place: &Place, end: End, wanted: &Undisturbed) -> Result<()> {
    let Some((at, how)) = end.at else { return Err("no moment was chosen".into()) };
    let what = format!("the first start, {} at moment {at} of {}", how.word(), wanted.moments);
    let doomed = Place { end: Some(end), ..place.clone() };
    let mut child = seed(&doomed)?;
    let status = match how {
        How::Fail => gives_up(&mut child, place, at).await,
        _ => ended(&mut child, FOUNDED_WITHIN).await,
    };
    let status = status.map_err(said(&what))?;
    let disk = place.disk.as_ref().ok_or("moments are counted on the modelled disk")?;
    let as_meant = match how {
        // Messages to a database do not come in the same number each time.
        _ if status.success() => disk.moments()? < at,
        How::Fail => true,
        _ => status.signal() == Some(9),
    };
    if !as_meant {
        return Err(format!("{what}: ended with {status}"));
    }
    let status = ended(&mut seed(place)?, FOUNDED_WITHIN).await?;
    if !status.success() {
        return Err(format!("{what}: the start after it ended with {status}"));
    }
    let rows = Rows::at(place);
    rows.integrity().await.map_err(said(&what))?;
    let counts = counts(&rows).await?;
    let differ = |(table, count): (&String, &i64)| {
        let found = counts.get(table).copied().unwrap_or(-1);
        (found != *count).then(|| format!("{table} holds {found} rows and not {count}"))
    };
    let differences: Vec<String> = wanted.counts.iter().filter_map(differ).collect();
    if !differences.is_empty() {
        return Err(format!("{what}: {}", differences.join(", ")));
    }
    server::verify_journal(place).map_err(said(&what))
}

/// As many moments of `all`, spread over them; every one when `wanted` is 0 or more than there are.
pub fn spread(all: u64, wanted: u64, dice: &mut Dice) -> Vec<u64> {
    if wanted == 0 || wanted >= all {
        return (1..=all).collect();
    }
    let from = |part: u64| part * all / wanted;
    (0..wanted).map(|part| 1 + from(part) + dice.below((from(part + 1) - from(part)).max(1))).collect()
}

fn seed(place: &Place) -> Result<Child> {
    let mut command = server::command(place)?;
    let told = std::fs::File::options().create(true).append(true).open(place.folder.with_extension("log"));
    let told = told.map_err(said("the log"))?;
    command.arg("seed").stdin(Stdio::null()).stdout(Stdio::null()).stderr(told);
    command.spawn().map_err(said("yiwang seed"))
}

async fn ended(child: &mut Child, patience: Duration) -> Result<ExitStatus> {
    let begun = now();
    loop {
        if let Some(status) = child.try_wait().map_err(said("wait"))? {
            return Ok(status);
        }
        if begun.elapsed() > patience {
            child.kill().and_then(|()| child.wait()).map_err(said("kill"))?;
            return Err(format!("did not end within {patience:?}"));
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// The end of a process whose disk fails from a moment on, at most a second after that.
async fn gives_up(child: &mut Child, place: &Place, at: u64) -> Result<ExitStatus> {
    let disk = place.disk.as_ref().ok_or("moments are counted on the modelled disk")?;
    let begun = now();
    while disk.moments()? < at && child.try_wait().map_err(said("wait"))?.is_none() {
        if begun.elapsed() > FOUNDED_WITHIN {
            child.kill().and_then(|()| child.wait()).map_err(said("kill"))?;
            return Err("the moment did not come".into());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    ended(child, GIVES_UP_WITHIN).await
}

async fn counts(rows: &Rows) -> Result<Counts> {
    let tables = match rows {
        Rows::Sqlite(_) => "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        Rows::Postgres(_) => "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    };
    let mut counts = Counts::new();
    for table in rows.query(tables).await?.into_iter().flatten() {
        let count = rows.number(&format!("SELECT count(*) FROM {table}")).await?;
        counts.insert(table, count);
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_spread_over_all_of_them() {
        let mut dice = Dice(7);
        assert_eq!(spread(4, 0, &mut dice), [1, 2, 3, 4]);
        assert_eq!(spread(3, 9, &mut dice), [1, 2, 3]);
        for _ in 0..100 {
            let some = spread(103, 10, &mut dice);
            assert_eq!(some.len(), 10);
            assert!(some.windows(2).all(|pair| pair[0] < pair[1]), "{some:?}");
            assert!(some.iter().all(|moment| (1..=103).contains(moment)), "{some:?}");
        }
    }
}
