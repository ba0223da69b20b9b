//! Rows of cells: of tables, grids and field lists.

use super::build::{Builder, Draw, Piece};
use super::galley::{Align, Shape, Um};
use super::phrase::Phrase;
use super::style::TextStyle;
use super::table::{FieldRow, Fields, Grid, Pen, Table};
use super::values::Scope;
use crate::Result;
use std::ops::Range;

/// White at both sides of a cell's text.
pub const PADDING: Um = 1500;
/// White above and below it.
const LEAD: Um = 900;

/// A row as it will be drawn; a row too tall for a page becomes several, one for each line.
#[derive(Debug, Clone)]
pub struct Row {
    pub cells: Vec<Cell>,
    pub height: Um,
    pub pen: Option<Pen>,
    /// Are there lines above and below; slices of a row have none between them.
    pub above: bool,
    pub below: bool,
    /// Role of the seal over the row and its centre from the row's corner.
    pub seal: Option<(usize, Um, Um)>,
}

#[derive(Debug, Clone)]
pub struct Cell {
    pub x: Um,
    pub width: Um,
    /// Left and top of the text within the row.
    pub text_x: Um,
    pub text_y: Um,
    pub lines: Range<usize>,
}

impl Builder<'_> {
    pub fn table(&mut self, table: &Table, scope: &Scope<'_>, before: Um) -> Result<()> {
        let rows = scope.values.rows(&table.list)?;
        let mut cells = Vec::with_capacity(table.columns.len());
        let mut x = 0;
        for column in &table.columns {
            let start = self.galley.text.len();
            self.galley.text.push_str(&column.title);
            cells.push(self.cell(start, (x, column.width), &table.head, Align::Center, PADDING));
            x += column.width;
        }
        let head = self.row(cells, 0, Some(table.pen));
        self.pieces.push(Piece { before, keep: true, ..Piece::row(head, &self.rows) });
        for (index, row) in rows.iter().enumerate() {
            let number = (index + 1).to_string();
            let own = [("row", number.as_str())];
            let scope = Scope { row: Some(row), own: &own, ..*scope };
            let mut cells = Vec::with_capacity(table.columns.len());
            let mut x = 0;
            for column in &table.columns {
                let start = self.fill(&column.text, &scope)?;
                cells.push(self.cell(start, (x, column.width), &table.style, column.align, PADDING));
                x += column.width;
            }
            let row = self.row(cells, 0, Some(table.pen));
            self.push_row(row, 0, Some(head));
        }
        Ok(())
    }

    pub fn grid(&mut self, grid: &Grid, scope: &Scope<'_>, before: Um) -> Result<()> {
        let mut before = before;
        let values = self.values;
        for row in grid.rows.iter().filter(|row| values.meet(&row.when)) {
            let mut cells = Vec::with_capacity(row.cells.len());
            let mut x = 0;
            for (index, phrase) in row.cells.iter().enumerate() {
                let last = index + 1 == row.cells.len();
                let rest = if last { &grid.widths[index..] } else { &grid.widths[index..index + 1] };
                let width = rest.iter().sum();
                let start = self.fill(phrase, scope)?;
                let label = index % 2 == 0 && !(last && index > 0);
                let (style, align) =
                    if label { (&grid.label, Align::Center) } else { (&grid.style, Align::Left) };
                cells.push(self.cell(start, (x, width), style, align, PADDING));
                x += width;
            }
            let row = self.row(cells, row.height, Some(grid.pen));
            self.push_row(row, before, None);
            before = 0;
        }
        Ok(())
    }

    pub fn field_list(&mut self, fields: &Fields, scope: &Scope<'_>, measure: Um, before: Um) -> Result<()> {
        let Some(list) = &fields.list else {
            return self.field_rows(fields, scope, measure, before);
        };
        for (index, row) in scope.values.rows(list)?.iter().enumerate() {
            let scope = Scope { row: Some(row), ..*scope };
            self.field_rows(fields, &scope, measure, if index == 0 { before } else { fields.gap })?;
        }
        Ok(())
    }

    fn field_rows(&mut self, fields: &Fields, scope: &Scope<'_>, measure: Um, before: Um) -> Result<()> {
        let values = self.values;
        let mut before = before;
        for row in fields.rows.iter().filter(|row| values.meet(&row.when)) {
            self.field_row(fields, row, scope, measure, before)?;
            before = fields.gap;
        }
        Ok(())
    }

    fn field_row(
        &mut self,
        fields: &Fields,
        row: &FieldRow,
        scope: &Scope<'_>,
        measure: Um,
        before: Um,
    ) -> Result<()> {
        let mut cells = self.label(fields, row, scope)?;
        let start = self.fill(&row.text, scope)?;
        let left = fields.label_width + fields.space;
        let place = (left, measure - left);
        let value = self.cell(start, place, &fields.style, Align::Left, 0);
        self.several |= fields.single && value.lines.len() > 1;
        cells.push(value);
        // Labels stand beside the first line of their value.
        let first = cells.iter().map(|cell| self.line_height(cell)).max().unwrap_or(0);
        for cell in &mut cells {
            cell.text_y = (first - self.line_height(cell)) / 2;
        }
        let height = cells.iter().map(|cell| cell.text_y + self.cell_height(cell)).max().unwrap_or(0);
        self.rows.push(Row { cells, height, pen: None, above: false, below: false, seal: None });
        self.push_row(self.rows.len() - 1, before, None);
        Ok(())
    }

    /// The cell of the label, and of the colon when that stands apart. A label too long for its width
    /// becomes smaller; only when that does not help it takes a second line.
    fn label(&mut self, fields: &Fields, row: &FieldRow, scope: &Scope<'_>) -> Result<Vec<Cell>> {
        const LEAST: i64 = 60;
        let colon = if fields.colon && fields.spread { self.style(&fields.label).size } else { 0 };
        let place = (0, fields.label_width - colon);
        let mark = self.galley.mark();
        let mut part = 100;
        let label = loop {
            let start = self.fill(&row.label, scope)?;
            if fields.colon && !fields.spread {
                self.galley.text.push('：');
            }
            let size = (i64::from(fields.label.size) * part / 100) as Um;
            let align = if fields.spread && part > LEAST { Align::Spread } else { Align::Left };
            let cell = self.cell(start, place, &TextStyle { size, ..fields.label }, align, 0);
            if cell.lines.len() == 1 || part == LEAST {
                break cell;
            }
            self.galley.rewind(mark);
            part -= 5;
        };
        let mut cells = vec![label];
        if colon > 0 {
            let start = self.galley.text.len();
            self.galley.text.push('：');
            cells.push(self.cell(start, (place.1, colon), &fields.label, Align::Left, 0));
        }
        Ok(cells)
    }

    /// Fills a phrase into the buffer; where it begins.
    pub fn fill(&mut self, phrase: &Phrase, scope: &Scope<'_>) -> Result<usize> {
        let start = self.galley.text.len();
        phrase.fill(scope, &mut self.galley.text)?;
        Ok(start)
    }

    pub fn cell(
        &mut self,
        start: usize,
        place: (Um, Um),
        style: &TextStyle,
        align: Align,
        padding: Um,
    ) -> Cell {
        let style = self.style(style);
        let shape = Shape { measure: place.1 - 2 * padding, indent: (0, 0), align };
        let face = self.face(style.font);
        let lines = self.galley.set(start, style, shape, face);
        Cell { x: place.0, width: place.1, text_x: place.0 + padding, text_y: 0, lines }
    }

    /// A row as tall as its tallest cell, the others in the middle.
    fn row(&mut self, mut cells: Vec<Cell>, least: Um, pen: Option<Pen>) -> usize {
        let tallest = cells.iter().map(|cell| self.cell_height(cell)).max().unwrap_or(0);
        let height = (tallest + 2 * LEAD).max(least);
        for cell in &mut cells {
            cell.text_y = (height - self.cell_height(cell)) / 2;
        }
        self.rows.push(Row { cells, height, pen, above: true, below: true, seal: None });
        self.rows.len() - 1
    }

    /// Hands the row on, cut into slices when it is taller than half a page.
    fn push_row(&mut self, row: usize, before: Um, head: Option<usize>) {
        if self.rows[row].height <= self.tallest / 2 {
            self.pieces.push(Piece { before, head, ..Piece::row(row, &self.rows) });
            return;
        }
        let whole = self.rows[row].clone();
        let slices = whole.cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
        for slice in 0..slices {
            let mut cells = whole.cells.clone();
            for cell in &mut cells {
                let at = (cell.lines.start + slice).min(cell.lines.end);
                cell.lines = at..(at + 1).min(cell.lines.end);
            }
            let (above, below) = (slice == 0, slice + 1 == slices);
            let lead = if whole.pen.is_some() { LEAD } else { 0 };
            let top = if above { lead } else { 0 };
            cells.iter_mut().for_each(|cell| cell.text_y = top);
            let tallest = cells.iter().map(|cell| self.cell_height(cell)).max().unwrap_or(0);
            let height = top + tallest + if below { lead } else { 0 };
            let (above, below) = (above && whole.above, below && whole.below);
            self.rows.push(Row { cells, height, above, below, ..whole.clone() });
            let id = self.rows.len() - 1;
            let keep = slice == 0 || slice + 2 == slices;
            let before = if slice == 0 { before } else { 0 };
            self.pieces.push(Piece { before, head, keep, height, draw: Draw::Row(id) });
        }
    }

    pub fn cell_height(&self, cell: &Cell) -> Um {
        cell.lines.len() as Um * self.line_height(cell)
    }

    pub fn line_height(&self, cell: &Cell) -> Um {
        let line = self.galley.lines.get(cell.lines.start).filter(|_| !cell.lines.is_empty());
        line.map_or(0, |line| self.galley.styles[line.style as usize].line_height)
    }
}
