//! Several insertions as one statement: parsed once, planned once, committed without a word, one answer to wait for.
//!
//! `WITH part1 AS (INSERT …), part2 AS (INSERT …) INSERT …`. Insertions do not see one another's rows, and none of ours
//! looks for any: an UPDATE would, so nothing else is united.

use std::fmt::Write;

/// The statements as one, with its parameters numbered through in their order; nothing when one is no plain insertion
/// or there are no two.
pub(super) fn united<'s>(statements: impl ExactSizeIterator<Item = &'s str>) -> Option<String> {
    let number = statements.len();
    if number < 2 {
        return None;
    }
    let mut whole = String::with_capacity(1024 * number);
    let mut offset = 0;
    for (at, sql) in statements.enumerate() {
        if !(sql.starts_with("INSERT INTO ") && sql.contains(" VALUES (")) {
            return None;
        }
        let last = at + 1 == number;
        match at {
            0 => whole.push_str("WITH part0 AS ("),
            _ if last => whole.push(' '),
            _ => write!(whole, ", part{at} AS (").ok()?,
        }
        offset += append(&mut whole, sql, offset)?;
        if !last {
            whole.push(')');
        }
    }
    Some(whole)
}

/// Appends a statement with its parameters counted from behind `offset`; how many it has.
fn append(whole: &mut String, sql: &str, offset: usize) -> Option<usize> {
    let mut most = 0;
    let mut rest = sql;
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        let digits = from[1..].bytes().take_while(u8::is_ascii_digit).count();
        let number: usize = from[1..=digits].parse().ok()?;
        whole.push_str(before);
        write!(whole, "${}", number + offset).ok()?;
        most = most.max(number);
        rest = &from[1 + digits..];
    }
    whole.push_str(rest);
    Some(most)
}

#[cfg(test)]
mod tests {
    use super::united;

    fn of(statements: &[&str]) -> Option<String> {
        united(statements.iter().copied())
    }

    #[test]
    fn parameters_are_numbered_through() {
        let one = "INSERT INTO a (x, y) VALUES ($1, $2)";
        let two = "INSERT INTO b (z) VALUES ($1) ON CONFLICT DO NOTHING";
        let three = "INSERT INTO c (x, y, z) VALUES ($2, $1, $2)";
        assert_eq!(
            of(&[one, two, three]).unwrap(),
            "WITH part0 AS (INSERT INTO a (x, y) VALUES ($1, $2)), \
             part1 AS (INSERT INTO b (z) VALUES ($3) ON CONFLICT DO NOTHING) \
             INSERT INTO c (x, y, z) VALUES ($5, $4, $5)"
        );
    }

    #[test]
    fn nothing_but_insertions_is_united() {
        let insert = "INSERT INTO a (x) VALUES ($1)";
        assert_eq!(of(&[insert, "UPDATE a SET x = $1"]), None);
        assert_eq!(of(&["WITH x AS (SELECT 1) INSERT INTO a SELECT 1", insert]), None);
        assert_eq!(
            of(&[insert, "INSERT INTO b (x) SELECT x FROM a"]),
            None,
            "it might look for a row of the other"
        );
        assert_eq!(of(&[insert]), None);
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[insert, "INSERT INTO a (x) VALUES ('$')"]), None, "a dollar that is no parameter");
    }
}
