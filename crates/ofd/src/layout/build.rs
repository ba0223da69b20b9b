//! Blocks with their values become pieces: what stands one below the other and is never parted.

use super::block::{Block, Paragraph, Rule, Signature, Size, What};
use super::fonts::{Fonts, Metrics};
use super::galley::{Align, Galley, Shape, Style, Um};
use super::rows::Row;
use super::style::TextStyle;
use super::template::Template;
use super::values::{Scope, Values};
use crate::{Fault, Result};

#[derive(Debug, Clone)]
pub struct Piece {
    /// White above, unless it is first in its frame.
    pub before: Um,
    pub height: Um,
    /// Stays with the next piece.
    pub keep: bool,
    /// The row repeated above it when it is first in its frame.
    pub head: Option<usize>,
    pub draw: Draw,
}

#[derive(Debug, Clone)]
pub enum Draw {
    Line(usize),
    Row(usize),
    Rule(Rule, Um),
    Picture(String, Size, Um),
    Qr(String, Size, Um),
}

impl Piece {
    pub fn row(row: usize, rows: &[Row]) -> Piece {
        Piece { before: 0, height: rows[row].height, keep: false, head: None, draw: Draw::Row(row) }
    }
}

pub struct Builder<'a> {
    pub template: &'a Template,
    pub values: &'a Values,
    faces: Vec<Option<&'a dyn Metrics>>,
    pub galley: Galley,
    pub rows: Vec<Row>,
    pub pieces: Vec<Piece>,
    /// Roles of seals in the text.
    pub roles: Vec<&'a str>,
    /// Size of the text in hundredths.
    pub scale: i32,
    /// A paragraph that should take one line took several.
    pub several: bool,
    /// Height of the lowest flow frame.
    pub tallest: Um,
}

impl<'a> Builder<'a> {
    pub fn new(template: &'a Template, values: &'a Values, fonts: &Fonts<'a>) -> Builder<'a> {
        let face = |font: &crate::model::Font| fonts.face(&font.name, font.bold);
        let flows = template.frames.iter().filter(|frame| frame.flow).map(|frame| frame.area.h);
        Builder {
            template,
            values,
            faces: template.fonts.iter().map(face).collect(),
            galley: Galley::default(),
            rows: Vec::new(),
            pieces: Vec::new(),
            roles: Vec::new(),
            scale: 100,
            several: false,
            tallest: flows.min().unwrap_or(Um::MAX),
        }
    }

    pub fn face(&self, font: usize) -> Option<&'a dyn Metrics> {
        self.faces[font]
    }

    pub fn style(&self, style: &TextStyle) -> Style {
        style.scaled(self.scale)
    }

    /// Appends the pieces of a block for a measure.
    pub fn block(&mut self, block: &'a Block, measure: Um, own: &[(&'static str, &str)]) -> Result<()> {
        if !self.values.meet(&block.when) {
            return Ok(());
        }
        let scope = Scope { own, ..Scope::new(self.values) };
        let before = block.before;
        let first = self.pieces.len();
        let alone = |height, draw| Piece { before, height, keep: false, head: None, draw };
        match &block.what {
            What::Paragraph(paragraph) => self.paragraph(paragraph, &scope, measure, before)?,
            What::Fields(fields) => self.field_list(fields, &scope, measure, before)?,
            What::Table(table) => self.table(table, &scope, before)?,
            What::Grid(grid) => self.grid(grid, &scope, before)?,
            What::Signature(signature) => self.signature(signature, &scope, measure, before)?,
            What::Rule(rule) => {
                let height = rule.width * if rule.double { 4 } else { 1 };
                self.pieces.push(alone(height, Draw::Rule(*rule, measure)));
            }
            What::Picture(name, size) => {
                self.values.picture_of(name)?;
                self.pieces.push(alone(size.h, Draw::Picture(name.clone(), *size, measure)));
            }
            What::Qr(text, size) => {
                self.pieces.push(alone(size.h, Draw::Qr(text.filled(&scope)?, *size, measure)));
            }
            What::Border(_) | What::Watermark(_) | What::Seal(_) => {}
        }
        if block.keep && self.pieces.len() > first {
            let last = self.pieces.len() - 1;
            self.pieces[last].keep = true;
        }
        Ok(())
    }

    fn paragraph(&mut self, paragraph: &Paragraph, scope: &Scope<'_>, measure: Um, before: Um) -> Result<()> {
        let style = self.style(&paragraph.style);
        let start = self.fill(&paragraph.text, scope)?;
        let indent = |hundredths: i32| (i64::from(style.size) * i64::from(hundredths) / 100) as Um;
        let indent = (indent(paragraph.indent.0), indent(paragraph.indent.1));
        if measure - indent.0.max(indent.1) < style.size {
            return Err(Fault::new("layout.narrow", "an indent leaves no room for a character"));
        }
        let face = self.face(style.font);
        let lines = self.galley.set(start, style, Shape { measure, indent, align: paragraph.align }, face);
        self.several |= paragraph.single && lines.len() > 1;
        let count = lines.len();
        for (index, line) in lines.enumerate() {
            // Neither the first nor the last line of a paragraph stands alone on a page.
            let keep = count > 1 && (index == 0 || index + 2 == count);
            let before = if index == 0 { before } else { 0 };
            self.pieces.push(Piece {
                before,
                height: style.line_height,
                keep,
                head: None,
                draw: Draw::Line(line),
            });
        }
        Ok(())
    }

    /// The body's name centred over the date, the wider of both as far from the right as `indent` says; the
    /// seal's centre lies on the date's axis a little above the middle, so that name and date come to lie in
    /// its lower half (GB/T 9704 §7.3.5.1). It stays with the text before it.
    fn signature(
        &mut self,
        signature: &'a Signature,
        scope: &Scope<'_>,
        measure: Um,
        before: Um,
    ) -> Result<()> {
        let style = self.style(&signature.style);
        let indent = (i64::from(style.size) * i64::from(signature.indent) / 100) as Um;
        let body = self.fill(&signature.body, scope)?;
        let room = (measure - indent).max(style.size * 2);
        let mut cells = vec![self.cell(body, (0, room), &signature.style, Align::Center, 0)];
        let date = self.fill(&signature.date, scope)?;
        cells.push(self.cell(date, (0, room), &signature.style, Align::Center, 0));
        let lines = cells[0].lines.start..cells[1].lines.end;
        let widest = self.galley.lines[lines].iter().map(|line| line.width).max().unwrap_or(0);
        let left = room - widest;
        let axis = left + widest / 2;
        for cell in &mut cells {
            cell.text_x = axis - room / 2;
        }
        let body_height = self.cell_height(&cells[0]);
        cells[1].text_y = body_height;
        let height = body_height + self.cell_height(&cells[1]);
        let role = self.role(&signature.role);
        let seal = Some((role, axis, body_height - style.line_height / 2));
        self.rows.push(Row { cells, height, pen: None, above: false, below: false, seal });
        if let Some(last) = self.pieces.last_mut() {
            last.keep = true;
        }
        let row = self.rows.len() - 1;
        self.pieces.push(Piece { before, ..Piece::row(row, &self.rows) });
        Ok(())
    }

    fn role(&mut self, role: &'a str) -> usize {
        let known = self.roles.iter().position(|known| *known == role);
        known.unwrap_or_else(|| {
            self.roles.push(role);
            self.roles.len() - 1
        })
    }
}
