//! What a reader of the pages would notice.

mod breaking;
mod pages;
mod refusals;

use super::*;
use crate::model::{Object, Text};

const EM: f64 = 5.0;

/// A page with one paragraph, `characters` of 5 mm wide.
fn paragraph(characters: usize, keys: &str) -> Template {
    let width = characters as f64 * EM;
    let toml = format!(
        "key='t'\nversion=1\ntitle='测试'\npage=[{}, 400]\n[text]\nsize={}\n[[frame]]\nkey='f'\nflow=true\nx=10\ny=10\nw={width}\nh=380\n\
         [[block]]\nkind='paragraph'\ntext='{{text}}'\n{keys}\n",
        width + 20.0,
        EM * 72.0 / 25.4,
    );
    Template::parse(&toml).unwrap()
}

fn values(text: &str) -> Values {
    let mut values = Values::new();
    values.set("text", text);
    values
}

fn texts(layout: &Layout, page: usize) -> Vec<&Text> {
    let objects = layout.document.pages[page].objects.iter();
    objects.filter_map(|object| if let Object::Text(text) = object { Some(text) } else { None }).collect()
}

fn all_texts(layout: &Layout) -> Vec<&Text> {
    (0..layout.document.pages.len()).flat_map(|page| texts(layout, page)).collect()
}

fn said(text: &Text) -> String {
    text.runs.iter().map(|run| run.text.as_str()).collect()
}

/// The lines of a paragraph of that many characters.
fn lines(characters: usize, text: &str) -> Vec<String> {
    let layout = lay_out(&paragraph(characters, ""), &values(text), &Fonts::new()).unwrap();
    all_texts(&layout).into_iter().map(said).collect()
}
