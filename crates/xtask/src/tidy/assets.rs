//! What a first visit downloads (ux §5), compressed as the server compresses it.

use super::Finding;
use super::tree::File;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Files, and how many bytes they may weigh compressed.
const BUDGETS: &[(&str, usize)] = &[
    ("crates/web/static/yiwang.css", 16 * 1024),
    ("crates/web/static/yiwang.js", 10 * 1024),
    ("crates/web/static/sw.js", 2 * 1024),
];

pub fn budgets(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files {
        let Some((_, most)) = BUDGETS.iter().find(|budget| budget.0 == file.path) else { continue };
        let weight = compressed(file.text.as_bytes());
        if weight > *most {
            let message =
                format!("{weight} bytes compressed, at most {most}. Remove what no page uses any more.");
            found.push(Finding::new(file, 1, "asset-budget", message));
        }
    }
    found
}

fn compressed(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Into memory: it cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().map_or(usize::MAX, |bytes| bytes.len())
}

#[cfg(test)]
mod tests {
    use super::super::tests::said;
    use super::*;

    #[test]
    fn a_heavy_file_is_found() {
        // Numbers that do not repeat hardly compress.
        let heavy: String =
            (0_u64..4000).map(|n| format!("{:x}\n", n.wrapping_mul(0x9E37_79B9_7F4A_7C15))).collect();
        assert_eq!(said(budgets, "crates/web/static/sw.js", &heavy), ["1: asset-budget"]);
        assert!(said(budgets, "crates/web/static/sw.js", "self.x = 1;\n").is_empty());
    }
}
