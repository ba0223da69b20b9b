//! SQL has a home: the private `store` of each module of `domain`, and `db` itself.

use super::Finding;
use super::source::Source;
use super::tree::File;

const STATEMENTS: [&str; 8] = [
    "SELECT ",
    "INSERT INTO ",
    "UPDATE ",
    "DELETE FROM ",
    "CREATE TABLE",
    "CREATE INDEX",
    "ALTER TABLE",
    "DROP TABLE",
];

pub fn home(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    let product = ["crates/domain/", "crates/web/", "crates/server/", "crates/base/", "crates/norms/"];
    let watched = |file: &&File| {
        let of_product = product.iter().any(|folder| file.path.starts_with(folder));
        of_product && file.is_rust() && !file.is_test() && !is_home(&file.path)
    };
    for file in files.iter().filter(watched) {
        let source = Source::new(&file.text);
        for literal in &source.strings {
            let text = literal.text.trim_start_matches(['\\', ' ', '\n']);
            let is_sql = STATEMENTS.iter().any(|statement| text.starts_with(statement));
            if is_sql && !source.in_test(literal.at) {
                let message =
                    "SQL outside a store. Move the statement into a function of the module's store.rs.";
                found.push(Finding::new(file, source.line(literal.at), "sql-home", message));
            }
        }
    }
    found
}

/// `store.rs`, or a file in a folder `store`, of a module of `domain`.
fn is_home(path: &str) -> bool {
    let Some(inside) = path.strip_prefix("crates/domain/src/") else { return false };
    inside.ends_with("/store.rs") || inside.contains("/store/")
}

#[cfg(test)]
mod tests {
    use super::super::tests::said;
    use super::*;

    #[test]
    fn a_statement_outside_a_store_is_found() {
        let text = "fn a() {\n    tx.first(\"SELECT 1 FROM casework_case\");\n}\n";
        assert_eq!(said(home, "crates/domain/src/casework/lists.rs", text), ["2: sql-home"]);
        assert_eq!(said(home, "crates/web/src/page.rs", text), ["2: sql-home"]);
        assert!(said(home, "crates/domain/src/casework/store.rs", text).is_empty());
        assert!(said(home, "crates/domain/src/catalog/store/items.rs", text).is_empty());
        assert!(
            said(home, "crates/web/src/page.rs", "// \"SELECT 1\"\nconst A: &str = \"Selected \";\n")
                .is_empty()
        );
    }
}
