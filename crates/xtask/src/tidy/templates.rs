//! Pages carry no code of their own: the content security policy would drop it.

use super::Finding;
use super::tree::File;

pub fn inline_code(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    let pages =
        files.iter().filter(|file| file.path.starts_with("crates/web/") && file.path.ends_with(".html"));
    for file in pages {
        for (line, text) in file.lines() {
            for (what, instead) in faults(text) {
                found.push(Finding::new(file, line, "inline-code", format!("{what} in a page. {instead}")));
            }
        }
    }
    found
}

fn faults(line: &str) -> Vec<(&'static str, &'static str)> {
    let line = line.to_ascii_lowercase();
    let script = line.match_indices("<script").any(|(at, _)| {
        let tag = &line[at..];
        !tag[..tag.find('>').unwrap_or(tag.len())].contains("src=")
    });
    let checks = [
        (has_attribute(&line, |name| name == "style"), "`style=`", "Use a class and a token of yiwang.css."),
        (line.contains("<style"), "`<style>`", "Use a class of yiwang.css."),
        (script, "a script without `src`", "Put it into yiwang.js."),
        (
            has_attribute(&line, |name| name.starts_with("on") && name.len() > 4),
            "an event attribute",
            "Listen in yiwang.js.",
        ),
        (line.contains("javascript:"), "a `javascript:` address", "Use a button and yiwang.js."),
    ];
    checks.into_iter().filter(|check| check.0).map(|(_, what, instead)| (what, instead)).collect()
}

/// Whether a line has an attribute with such a name: letters between a blank (or a quote) and `=`.
fn has_attribute(line: &str, wanted: impl Fn(&str) -> bool) -> bool {
    line.match_indices('=').any(|(at, _)| {
        let before = &line[..at];
        let begin = before.rfind(|c: char| !c.is_ascii_lowercase() && c != '-').map_or(0, |at| at + 1);
        let separated = before[..begin].ends_with([' ', '"', '\'', '\t']) || begin == 0;
        separated && wanted(&before[begin..])
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::said;
    use super::*;

    #[test]
    fn code_in_a_page_is_found() {
        for bad in [
            "<p style=\"color:red\">",
            "<script>alert(1)</script>",
            "<button onclick=\"go()\">",
            "<body class=\"a\" onload='x'>",
            "<a href=\"javascript:go()\">",
            "<style>p{}</style>",
        ] {
            assert_eq!(said(inline_code, "crates/web/templates/a.html", bad), ["1: inline-code"], "{bad}");
        }
        for good in [
            "<script src=\"/static/a.js\" defer></script>",
            "<p class=\"x\" data-on=\"1\">",
            "{% if a.style == 1 %}",
        ] {
            assert!(said(inline_code, "crates/web/templates/a.html", good).is_empty(), "{good}");
        }
    }
}
