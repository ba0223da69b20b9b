//! A text of a template with `{field}` places.

use super::values::Scope;
use crate::Result;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Literal(String),
    Field(String),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phrase(pub Vec<Part>);

impl Phrase {
    /// Braces hold a field's name; `{{` and `}}` stand for the braces themselves.
    pub fn parse(text: &str) -> std::result::Result<Phrase, &'static str> {
        let (mut parts, mut literal) = (Vec::new(), String::new());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            literal.push_str(&rest[..at]);
            let brace = &rest[at..at + 1];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                literal.push_str(brace);
                rest = after;
                continue;
            }
            let (name, after) = rest.split_once('}').ok_or("has a brace without its other half")?;
            if brace == "}" || !is_name(name) {
                return Err("needs a field's name of small letters, digits and _ between its braces");
            }
            if !literal.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
            }
            parts.push(Part::Field(name.to_owned()));
            rest = after;
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Ok(Phrase(parts))
    }

    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Field(name) => Some(name.as_str()),
            Part::Literal(_) => None,
        })
    }

    /// Appends the text with its values.
    pub fn fill(&self, scope: &Scope<'_>, into: &mut String) -> Result<()> {
        for part in &self.0 {
            match part {
                Part::Literal(text) => into.push_str(text),
                Part::Field(name) => into.push_str(scope.text(name)?),
            }
        }
        Ok(())
    }

    pub fn filled(&self, scope: &Scope<'_>) -> Result<String> {
        let mut text = String::new();
        self.fill(scope, &mut text)?;
        Ok(text)
    }
}

pub fn is_name(name: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase()) && name.bytes().all(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_doubled_braces_are_told_apart() {
        let phrase = Phrase::parse("你（{name}）于{day}{{提交}}").unwrap();
        assert_eq!(phrase.fields().collect::<Vec<_>>(), ["name", "day"]);
        assert_eq!(phrase.0.last(), Some(&Part::Literal("{提交}".to_owned())));
    }

    #[test]
    fn a_brace_without_a_name_is_refused() {
        for wrong in ["{", "}", "{}", "{Name}", "{姓名}", "a}b", "{a b}", "{9}"] {
            assert!(Phrase::parse(wrong).is_err(), "{wrong}");
        }
    }
}
