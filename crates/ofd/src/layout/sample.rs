//! The sample of a template: texts, and lists of tables of texts.

use super::keys::{Keys, in_order};
use super::phrase::is_name;
use super::values::Values;
use crate::{Fault, Result};
use toml::de::DeValue;

/// Reads `[sample]` over what the base of the template shows.
pub(crate) fn read(keys: &mut Keys<'_>, values: &mut Values) -> Result<()> {
    let source = keys.source;
    for (name, value) in keys.entries("sample")? {
        let refuse = |message: &str| source.fault(value.span().start, name, message);
        if !is_name(name) {
            return Err(refuse("must be a field's name: small letters, digits and _"));
        }
        match value.get_ref() {
            DeValue::String(text) => {
                values.set(name, text);
            }
            DeValue::Array(rows) => {
                let row = |row: &DeValue<'_>| Some(texts(row, &refuse));
                let rows = rows.iter().filter_map(|one| row(one.get_ref())).collect::<Result<Vec<_>>>()?;
                values.list(name, rows);
            }
            _ => return Err(refuse("must be a text or a list of tables")),
        }
    }
    Ok(())
}

fn texts(row: &DeValue<'_>, refuse: &dyn Fn(&str) -> Fault) -> Result<Vec<(String, String)>> {
    let table = row.as_table().ok_or_else(|| refuse("must be a list of tables"))?;
    let text = |(name, value): (&str, &toml::Spanned<DeValue<'_>>)| {
        let text = value.get_ref().as_str().ok_or_else(|| refuse("must hold texts only"))?;
        Ok((name.to_owned(), text.to_owned()))
    };
    in_order(table).into_iter().map(text).collect()
}
