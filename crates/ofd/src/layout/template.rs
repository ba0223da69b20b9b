//! A template: page, frames, blocks, custom data and a sample, read from TOML.

use super::block::{self, Block};
use super::frame::{self, Frame};
use super::galley::Um;
use super::keys::{Keys, Source};
use super::phrase::Phrase;
use super::sample;
use super::style::{self, TextStyle};
use super::values::Values;
use crate::Result;
use crate::model::{A4, Font, Rect};
use toml::de::DeTable;

/// Parsed once, used for any number of documents.
#[derive(Debug, Clone)]
pub struct Template {
    pub key: String,
    pub version: u32,
    /// Of the document; also the field `{title}`.
    pub title: String,
    pub(crate) page: Rect,
    pub(crate) frames: Vec<Frame>,
    pub(crate) fonts: Vec<Font>,
    pub(crate) text: TextStyle,
    pub(crate) blocks: Vec<Block>,
    pub(crate) custom: Vec<(String, Phrase)>,
    /// Fields that must have something to show, whatever the blocks say.
    pub(crate) needs: Vec<String>,
    pub(crate) cross_page: Option<String>,
    sample: Values,
}

/// A field a template asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field {
    pub name: String,
    /// Blocks appear or not with it: it may be left out.
    pub optional: bool,
}

/// What the parser of a block needs beside its own keys.
pub(crate) struct Parts {
    pub page: Rect,
    pub frames: Vec<Frame>,
    pub fonts: Vec<Font>,
    pub text: TextStyle,
}

impl Template {
    pub fn parse(toml: &str) -> Result<Template> {
        Template::parse_file("template", toml, &[])
    }

    /// `file` is named in refusals: `acceptance.toml line 12, key align: is not known here`. `bases` are the
    /// templates it may be made like.
    pub fn parse_file(file: &str, toml: &str, bases: &[Template]) -> Result<Template> {
        let source = Source { file, text: toml };
        let whole = DeTable::parse(toml).map_err(|error| {
            source.fault(error.span().map_or(0, |span| span.start), "(TOML)", error.message())
        })?;
        let mut keys = Keys::new(source, 0, whole.get_ref());
        let template = read(&mut keys, bases)?;
        keys.finish()?;
        Ok(template)
    }

    /// Files by name and text, those that others are made like among them; they come first in the result. A
    /// template made like another has no further ones made like it.
    pub fn parse_all(files: &[(&str, &str)]) -> Result<Vec<Template>> {
        let mut sorted: Vec<_> = files.to_vec();
        sorted.sort_by_key(|(_, text)| text.lines().any(|line| line.starts_with("like")));
        let mut templates = Vec::with_capacity(files.len());
        for (file, text) in sorted {
            let template = Template::parse_file(file, text, &templates)?;
            templates.push(template);
        }
        Ok(templates)
    }

    /// The values the template shows itself with.
    pub fn sample(&self) -> &Values {
        &self.sample
    }

    /// Every field, list and picture that is asked for, by name.
    pub fn fields(&self) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        let mut add = |name: &str, optional: bool| match fields.iter_mut().find(|field| field.name == name) {
            Some(field) => field.optional &= optional,
            None => fields.push(Field { name: name.to_owned(), optional }),
        };
        self.custom.iter().flat_map(|(_, phrase)| phrase.fields()).for_each(|name| add(name, false));
        self.needs.iter().for_each(|name| add(name, false));
        for block in &self.blocks {
            block.fields(&mut add);
        }
        fields.sort();
        fields
    }

    fn blank() -> Template {
        Template {
            key: String::new(),
            version: 0,
            title: String::new(),
            page: A4,
            frames: Vec::new(),
            fonts: Vec::new(),
            text: TextStyle::default(),
            blocks: Vec::new(),
            custom: Vec::new(),
            needs: Vec::new(),
            cross_page: None,
            sample: Values::new(),
        }
    }
}

fn read(keys: &mut Keys<'_>, bases: &[Template]) -> Result<Template> {
    let mut template = match keys.text("like")? {
        Some(name) => bases.iter().find(|base| base.key == name).cloned(),
        None => Some(Template::blank()),
    }
    .ok_or_else(|| keys.wrong("like", "names no template"))?;
    template.key = keys.needed_text("key")?.to_owned();
    let version = keys.number_in("version", 1.0, 1e6, 0.0)?;
    if version < 1.0 {
        return Err(keys.missing("version"));
    }
    template.version = version as u32;
    template.title = keys.needed_text("title")?.to_owned();
    template.page = page(keys, template.page)?;
    let Template { page, frames, fonts, text, .. } = &mut template;
    let mut parts =
        Parts { page: *page, frames: std::mem::take(frames), fonts: std::mem::take(fonts), text: *text };
    if let Some(mut text) = keys.table("text")? {
        parts.text = style::read(&mut text, &mut parts.fonts, parts.text)?;
        text.finish()?;
    }
    for table in keys.tables("frame")? {
        let frame = frame::read(table, parts.page)?;
        parts.frames.push(frame);
    }
    blocks(keys, &mut template, &mut parts)?;
    custom(keys, &mut template.custom)?;
    template.needs.extend(keys.texts("needs")?.into_iter().map(|(_, name)| name.to_owned()));
    template.cross_page = keys.text("cross_page_seal")?.map(str::to_owned).or(template.cross_page);
    sample::read(keys, &mut template.sample)?;
    Ok(Template { frames: parts.frames, fonts: parts.fonts, text: parts.text, ..template })
}

/// Own blocks come between those of the base and its tail.
fn blocks(keys: &mut Keys<'_>, template: &mut Template, parts: &mut Parts) -> Result<()> {
    let (tail, mut blocks): (Vec<_>, Vec<_>) = template.blocks.drain(..).partition(|block| block.tail);
    for table in keys.tables("block")? {
        blocks.push(block::read(table, parts)?);
    }
    blocks.extend(tail);
    if blocks.is_empty() {
        return Err(keys.missing("block"));
    }
    template.blocks = blocks;
    Ok(())
}

fn page(keys: &mut Keys<'_>, around: Rect) -> Result<Rect> {
    let Some(size) = keys.numbers("page")? else { return Ok(around) };
    match size.as_slice() {
        [w, h] if (20.0..=2000.0).contains(w) && (20.0..=2000.0).contains(h) => {
            Ok(Rect::new(0.0, 0.0, *w, *h))
        }
        _ => Err(keys.wrong("page", "must be width and height, 20 to 2000 millimetres each")),
    }
}

/// Keys of the norm for e-licences are capitals; `KZ_` begins those of the business (GB/T 36905).
fn custom(keys: &mut Keys<'_>, custom: &mut Vec<(String, Phrase)>) -> Result<()> {
    let source = keys.source;
    for (key, value) in keys.entries("custom")? {
        let at = value.span().start;
        let own = key.strip_prefix("KZ_");
        if !own.map_or(key.bytes().all(|byte| byte.is_ascii_uppercase()), |own| !own.is_empty()) {
            return Err(source.fault(at, key, "must be capital letters, or begin with KZ_"));
        }
        let text = value.get_ref().as_str().ok_or_else(|| source.fault(at, key, "must be a text"))?;
        let phrase = Phrase::parse(text).map_err(|message| source.fault(at, key, message))?;
        custom.push((key.to_owned(), phrase));
    }
    Ok(())
}

pub(crate) fn phrase(keys: &mut Keys<'_>, key: &'static str) -> Result<Option<Phrase>> {
    let Some((at, text)) = keys.placed_text(key)? else { return Ok(None) };
    Phrase::parse(text).map(Some).map_err(|message| keys.source.fault(at, key, message))
}

/// Millimetres of a template as micrometres.
pub(crate) fn um(mm: f64) -> Um {
    (mm * 1000.0).round() as Um
}
