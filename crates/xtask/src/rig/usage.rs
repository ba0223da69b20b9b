//! What processes use, from `/proc`.

use super::{Result, said};

/// Linux counts processor time in hundredths of a second on every machine we build for.
const TICKS: f64 = 100.0;

/// Processor seconds of a process and of all its descendants, those that ended among them.
pub fn cpu_seconds(pid: u32) -> f64 {
    let mut ticks = 0;
    let mut waiting = vec![pid];
    let all = processes();
    while let Some(pid) = waiting.pop() {
        ticks += all.iter().find(|process| process.pid == pid).map_or(0, |process| process.ticks);
        waiting.extend(all.iter().filter(|process| process.parent == pid).map(|process| process.pid));
    }
    ticks as f64 / TICKS
}

struct Process {
    pid: u32,
    parent: u32,
    ticks: u64,
}

fn processes() -> Vec<Process> {
    let folders = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    folders.filter_map(|folder| process(folder.file_name().to_str()?.parse().ok()?)).collect()
}

fn process(pid: u32) -> Option<Process> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may contain blanks.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    // utime, stime, and those of children that were waited for.
    let ticks = (11..15).map(number).sum::<Option<u64>>()?;
    Some(Process { pid, parent: u32::try_from(number(1)?).ok()?, ticks })
}

/// Megabytes a process holds for itself, files and their caches excluded.
pub fn own_memory(pid: u32) -> Result<f64> {
    let path = format!("/proc/{pid}/status");
    let text = std::fs::read_to_string(&path).map_err(said(path))?;
    let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kib = line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse::<f64>().ok());
    Ok(kib.ok_or("no RssAnon in /proc")? / 1024.0)
}

/// The machine, for the top of a report.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':').map_or("?", |(_, value)| value.trim()).to_owned()
    };
    let (cpu, memory) = (read("/proc/cpuinfo"), read("/proc/meminfo"));
    let cores = std::thread::available_parallelism().map_or(0, |cores| cores.get());
    let kib: f64 =
        field(&memory, "MemTotal").split(' ').next().and_then(|kib| kib.parse().ok()).unwrap_or(0.0);
    format!(
        "{}, {cores} virtual cores, {:.0} GB, Linux {}",
        field(&cpu, "model name"),
        kib / 1024.0 / 1024.0,
        read("/proc/sys/kernel/osrelease").trim()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_uses_time_and_memory() {
        let mut sum = 0_u64;
        let begun = super::super::now();
        while begun.elapsed().as_millis() < 60 {
            sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(7));
        }
        assert!(cpu_seconds(std::process::id()) > 0.0);
        assert!(own_memory(std::process::id()).is_ok_and(|mb| mb > 0.1));
    }
}
