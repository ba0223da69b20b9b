//! How long things may be (architecture §6).

use super::Finding;
use super::source::Source;
use super::tree::File;

const MOST_LINES: usize = 500;
const MOST_FUNCTION_LINES: usize = 70;
const MOST_HANDLER_LINES: usize = 40;
const MOST_TEMPLATE_LINES: usize = 150;

/// Files that may be longer, each with the reason why splitting them would be worse.
const RAISED: &[(&str, usize, &str)] = &[];

pub fn files(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_rust() && !file.is_test()) {
        let lines = Source::new(&file.text).lines_without_tests();
        let most = RAISED.iter().find(|raised| raised.0 == file.path).map_or(MOST_LINES, |raised| raised.1);
        if lines > most {
            let message = format!(
                "{lines} lines without tests, at most {most}. Split it by what it is about; \
                 if that would be worse, raise it with a reason in {}.",
                file!()
            );
            found.push(Finding::new(file, most, "file-length", message));
        }
    }
    found
}

pub fn functions(files: &[File]) -> Vec<Finding> {
    let handlers = handlers(files);
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_rust() && !file.is_test()) {
        let module = file.path.strip_prefix("crates/web/src/").map(module_of);
        for function in Source::new(&file.text).functions() {
            let is_handler = module
                .as_ref()
                .is_some_and(|module| handlers.contains(&format!("{module}::{}", function.name)));
            let (most, what) =
                if is_handler { (MOST_HANDLER_LINES, "handler") } else { (MOST_FUNCTION_LINES, "function") };
            if function.lines > most {
                let message = format!(
                    "{what} `{}` has {} lines, at most {most}. Give the parts names of their own.",
                    function.name, function.lines
                );
                found.push(Finding::new(file, function.line, "function-length", message));
            }
        }
    }
    found
}

pub fn templates(files: &[File]) -> Vec<Finding> {
    let pages = files.iter().filter(|file| file.path.contains("/templates/") && file.path.ends_with(".html"));
    let long = pages.filter(|file| file.lines().count() > MOST_TEMPLATE_LINES);
    let finding = |file: &File| {
        let message = format!(
            "{} lines, at most {MOST_TEMPLATE_LINES}. Move a part into a template with a leading underscore.",
            file.lines().count()
        );
        Finding::new(file, MOST_TEMPLATE_LINES, "template-length", message)
    };
    long.map(finding).collect()
}

/// `casework::apply` of `casework/apply.rs` or `casework/apply/mod.rs`.
fn module_of(path: &str) -> String {
    let stem = path.strip_suffix("/mod.rs").or_else(|| path.strip_suffix(".rs")).unwrap_or(path);
    stem.replace('/', "::")
}

/// The third word of each line of the route table.
fn handlers(files: &[File]) -> Vec<String> {
    let router = files.iter().find(|file| file.path == "crates/web/src/router.rs");
    let lines = router.into_iter().flat_map(|file| file.text.lines());
    let rows = lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        let (_method, path) = (words.next()?, words.next()?);
        let handler = words.next()?.strip_suffix(',')?;
        path.starts_with("\"/").then(|| handler.to_owned())
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::said;
    use super::*;

    #[test]
    fn a_long_file_is_found_and_its_tests_are_not_counted() {
        let long = "// x\n".repeat(MOST_LINES + 1);
        assert_eq!(said(files, "crates/a/src/b.rs", &long), ["500: file-length"]);
        assert!(said(files, "crates/a/tests/b.rs", &long).is_empty());
        let tested = format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{long}}}\n");
        assert!(said(files, "crates/a/src/b.rs", &tested).is_empty());
    }

    #[test]
    fn a_long_function_is_found() {
        let long = format!("fn a() {{\n{}}}\n", "    b();\n".repeat(MOST_FUNCTION_LINES));
        assert_eq!(said(functions, "crates/a/src/b.rs", &long), ["1: function-length"]);
        assert!(said(functions, "crates/a/src/b.rs", "fn a() {\n}\n").is_empty());
    }

    #[test]
    fn a_handler_must_be_shorter() {
        let body = format!("async fn show() {{\n{}}}\n", "    b();\n".repeat(MOST_HANDLER_LINES));
        let page = File::new("crates/web/src/casework/desk.rs", &body);
        let router = File::new(
            "crates/web/src/router.rs",
            "    get \"/desk\" casework::desk::show, Right(DeskRead);\n",
        );
        assert!(functions(std::slice::from_ref(&page)).is_empty());
        assert_eq!(functions(&[page, router]).len(), 1);
    }

    #[test]
    fn a_long_template_is_found() {
        let long = "<p>\n".repeat(MOST_TEMPLATE_LINES + 1);
        assert_eq!(said(templates, "crates/web/templates/a.html", &long), ["150: template-length"]);
    }
}
