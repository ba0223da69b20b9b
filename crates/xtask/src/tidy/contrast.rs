//! The colours of yiwang.css can be read: contrast by WCAG 2.2 (1.4.3, 1.4.11), in every mode.

use super::Finding;
use super::tree::File;
use std::collections::BTreeMap;

const CSS: &str = "crates/web/static/yiwang.css";
const TEXT: f64 = 4.5;
const GRAPHICS: f64 = 3.0;

/// Least contrast, foreground, and the grounds it stands on.
const PAIRS: &[(f64, &str, &[&str])] = &[
    (TEXT, "ink", &["paper", "wash", "wash-2", "brand-wash", "seal-wash", "ok-wash", "warn-wash", "focus"]),
    (TEXT, "ink-2", &["paper", "wash", "wash-2", "brand-wash"]),
    (TEXT, "link", &["paper", "wash", "wash-2", "brand-wash"]),
    (TEXT, "brand", &["paper", "wash", "brand-wash"]),
    (TEXT, "brand-deep", &["paper", "wash", "brand-wash"]),
    (TEXT, "seal", &["paper", "wash", "seal-wash"]),
    (TEXT, "ok", &["paper", "wash", "ok-wash"]),
    (TEXT, "warn", &["paper", "wash", "warn-wash"]),
    (TEXT, "paper", &["brand", "brand-deep", "seal", "ok", "warn"]),
    (GRAPHICS, "line-strong", &["paper", "wash"]),
    (GRAPHICS, "gold", &["paper"]),
    (GRAPHICS, "focus-edge", &["paper", "wash", "wash-2", "focus"]),
    // The light half of the focus ring is for dark grounds.
    (GRAPHICS, "focus", &["focus-edge", "brand", "brand-deep"]),
];

/// Colours nobody has to see.
const DECORATION: [&str; 1] = ["line"];

type Tokens<'a> = BTreeMap<&'a str, (usize, &'a str)>;

pub fn tokens(files: &[File]) -> Vec<Finding> {
    let Some(file) = files.iter().find(|file| file.path == CSS) else { return Vec::new() };
    let modes = modes(&file.text);
    let mut found = Vec::new();
    for (mode, tokens) in &modes {
        for (least, fore, grounds) in PAIRS {
            for ground in *grounds {
                found.extend(check(file, mode, tokens, *least, fore, ground));
            }
        }
    }
    let first = modes.first().map(|mode| &mode.1).into_iter().flatten();
    for (name, (line, _)) in first {
        let known =
            PAIRS.iter().any(|pair| pair.1 == *name || pair.2.contains(name)) || DECORATION.contains(name);
        if !known {
            let message =
                format!("Nobody says what --{name} must contrast with. Add it to PAIRS in {}.", file!());
            found.push(Finding::new(file, *line, "contrast", message));
        }
    }
    found
}

fn check(
    file: &File,
    mode: &str,
    tokens: &Tokens<'_>,
    least: f64,
    fore: &str,
    ground: &str,
) -> Option<Finding> {
    let (Some((line, one)), Some((_, two))) = (tokens.get(fore), tokens.get(ground)) else {
        if is_part(mode) {
            return None;
        }
        let message = format!(
            "--{fore} or --{ground} is no longer a colour token of {mode}. Correct PAIRS in {}.",
            file!()
        );
        return Some(Finding::new(file, 1, "contrast", message));
    };
    let ratio = contrast(luminance(one)?, luminance(two)?);
    (ratio < least).then(|| {
        let message = format!(
            "{mode}: --{fore} on --{ground} is {ratio:.2}:1, at least {least}:1. Make it darker or lighter."
        );
        Finding::new(file, *line, "contrast", message)
    })
}

/// A component with colours of its own answers only for the pairs it sets both of.
fn is_part(selector: &str) -> bool {
    selector.starts_with('.')
}

/// The colours of `:root`, then those of each block that changes some of them, on top of the first.
fn modes(css: &str) -> Vec<(String, Tokens<'_>)> {
    let mut modes: Vec<(String, Tokens<'_>)> = Vec::new();
    let mut selector = String::new();
    for (index, text) in css.lines().enumerate() {
        if let Some((before, _)) = text.split_once('{').filter(|(before, _)| !before.contains("--")) {
            selector = before.trim().to_owned();
        }
        for (name, value) in colours(text) {
            if modes.last().is_none_or(|mode| mode.0 != selector) {
                let whole = modes.first().filter(|_| !is_part(&selector));
                let base = whole.map(|mode| mode.1.clone()).unwrap_or_default();
                modes.push((selector.clone(), base));
            }
            if let Some(mode) = modes.last_mut() {
                mode.1.insert(name, (index + 1, value));
            }
        }
    }
    modes
}

/// `--name: #hex` pairs of a line.
fn colours(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split(['{', ';', '}']).filter_map(|declaration| {
        let (name, value) = declaration.trim().strip_prefix("--")?.split_once(':')?;
        let value = value.trim().strip_prefix('#')?;
        Some((name.trim(), value))
    })
}

/// Relative luminance of `rgb` or `rrggbb`.
fn luminance(hex: &str) -> Option<f64> {
    let wide = if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.to_owned() };
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(wide.get(at..at + 2)?, 16).ok()?) / 255.0;
        Some(if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    Some(0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?)
}

fn contrast(one: f64, two: f64) -> f64 {
    (one.max(two) + 0.05) / (one.min(two) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::super::tests::said;
    use super::*;

    #[test]
    fn black_on_white_is_twenty_one() {
        let ratio = contrast(luminance("000").unwrap_or_default(), luminance("ffffff").unwrap_or_default());
        assert!((ratio - 21.0).abs() < 1e-9);
    }

    #[test]
    fn a_pale_text_is_found_in_its_mode() {
        let names = PAIRS.iter().flat_map(|pair| pair.2.iter().chain([&pair.1]));
        let mut names: Vec<_> = names.copied().collect();
        names.sort_unstable();
        names.dedup();
        // Every token the same grey: every pair fails, once.
        let grey: String = names.iter().map(|name| format!("  --{name}: #777;\n")).collect();
        let pairs: usize = PAIRS.iter().map(|pair| pair.2.len()).sum();
        assert_eq!(said(tokens, CSS, &format!(":root {{\n{grey}}}\n")).len(), pairs);
    }

    #[test]
    fn a_new_colour_needs_a_pair() {
        let found = tokens(&[File::new(CSS, ":root {\n  --new: #123456;\n}\n")]);
        assert!(found.iter().any(|f| f.line == 2 && f.message.contains("--new")), "{found:?}");
    }

    #[test]
    fn a_mode_stands_on_the_first() {
        let css = ":root { --ink: #000; --paper: #fff; }\nhtml.elder {\n  --ink: #eee;\n}\n";
        let modes = modes(css);
        assert_eq!(modes.len(), 2);
        assert_eq!(modes[1].0, "html.elder");
        assert_eq!(modes[1].1["paper"].1, "fff");
        assert_eq!(modes[1].1["ink"], (3, "eee"));
        let part = ":root { --ink: #000; }\n.screen { --ink-2: #ccc; --paper: #ddd; }\n";
        let found = tokens(&[File::new(CSS, part)]);
        let of_part: Vec<_> = found.iter().filter(|f| f.message.starts_with(".screen")).collect();
        assert!(of_part.len() == 1 && of_part[0].message.contains("--ink-2 on --paper"), "{of_part:?}");
    }
}
