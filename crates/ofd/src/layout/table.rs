//! Tables, grids and field lists: their keys. How they are set: `rows.rs`.

use super::block::{self, align, needed_phrase};
use super::galley::{Align, Um};
use super::keys::Keys;
use super::phrase::Phrase;
use super::style::{self, TextStyle};
use super::template::{Parts, um};
use super::values::When;
use crate::Result;
use crate::model::Color;

/// Rows from a list value, under a head that is repeated on each page.
#[derive(Debug, Clone)]
pub struct Table {
    pub list: String,
    pub columns: Vec<Column>,
    pub style: TextStyle,
    pub head: TextStyle,
    pub pen: Pen,
}

#[derive(Debug, Clone)]
pub struct Column {
    pub title: String,
    pub width: Um,
    pub text: Phrase,
    pub align: Align,
}

/// Rows of cells written in the template: labels and values in turn, in a ruled form.
#[derive(Debug, Clone)]
pub struct Grid {
    pub widths: Vec<Um>,
    pub rows: Vec<GridRow>,
    pub style: TextStyle,
    pub label: TextStyle,
    pub pen: Pen,
}

#[derive(Debug, Clone)]
pub struct GridRow {
    pub when: When,
    pub cells: Vec<Phrase>,
    pub height: Um,
}

/// Label and value, line by line.
#[derive(Debug, Clone)]
pub struct Fields {
    /// The rows are repeated for each row of this list.
    pub list: Option<String>,
    pub rows: Vec<FieldRow>,
    pub label_width: Um,
    /// Between label and value.
    pub space: Um,
    /// Between rows.
    pub gap: Um,
    pub style: TextStyle,
    pub label: TextStyle,
    /// Labels are spread over their width, as certificates do.
    pub spread: bool,
    /// After the label.
    pub colon: bool,
    pub single: bool,
}

#[derive(Debug, Clone)]
pub struct FieldRow {
    pub when: When,
    pub label: Phrase,
    pub text: Phrase,
}

/// The lines of a table.
#[derive(Debug, Clone, Copy)]
pub struct Pen {
    pub width: Um,
    pub color: Color,
}

type Add<'a> = &'a mut dyn FnMut(&str, bool);

impl Table {
    /// The list alone: its columns name fields of the rows.
    pub fn fields(&self, optional: bool, add: Add<'_>) {
        add(&self.list, optional);
    }
}

impl Grid {
    pub fn fields(&self, optional: bool, add: Add<'_>) {
        for row in &self.rows {
            let optional = optional || row.when.is_some();
            row.when.iter().for_each(|(_, name)| add(name, true));
            row.cells.iter().flat_map(Phrase::fields).for_each(|name| add(name, optional));
        }
    }
}

impl Fields {
    pub fn fields(&self, optional: bool, add: Add<'_>) {
        if let Some(list) = &self.list {
            return add(list, optional);
        }
        for row in &self.rows {
            let optional = optional || row.when.is_some();
            row.when.iter().for_each(|(_, name)| add(name, true));
            row.label.fields().chain(row.text.fields()).for_each(|name| add(name, optional));
        }
    }
}

pub(crate) fn read_table(keys: &mut Keys<'_>, parts: &mut Parts, measure: Um) -> Result<Table> {
    let list = keys.needed_text("list")?.to_owned();
    let style = style::read(keys, &mut parts.fonts, parts.text)?;
    let head = label_style(keys, parts, style)?;
    let pen = pen(keys)?;
    let mut columns = Vec::new();
    let mut widths = Vec::new();
    for mut column in keys.tables("column")? {
        let title = column.needed_text("title")?.to_owned();
        widths.push(column.number_in("width", 5.0, 500.0, 0.0)?);
        let text = needed_phrase(&mut column, "text")?;
        columns.push(Column { title, width: 0, text, align: align(&mut column, Align::Left)? });
        column.finish()?;
    }
    let widths = shared(keys, "column", &widths, measure, style)?;
    columns.iter_mut().zip(widths).for_each(|(column, width)| column.width = width);
    Ok(Table { list, columns, style, head, pen })
}

pub(crate) fn read_grid(keys: &mut Keys<'_>, parts: &mut Parts, measure: Um) -> Result<Grid> {
    let style = style::read(keys, &mut parts.fonts, parts.text)?;
    let label = label_style(keys, parts, style)?;
    let pen = pen(keys)?;
    let widths = keys.numbers("columns")?.ok_or_else(|| keys.missing("columns"))?;
    let widths = shared(keys, "columns", &widths, measure, style)?;
    let mut rows = Vec::new();
    for mut row in keys.tables("row")? {
        let when = block::when(&mut row)?;
        let source = row.source;
        let cell = |(at, text): (usize, &str)| {
            Phrase::parse(text).map_err(|message| source.fault(at, "cells", message))
        };
        let cells = row.texts("cells")?.into_iter().map(cell).collect::<Result<Vec<_>>>()?;
        if cells.is_empty() || cells.len() > widths.len() {
            return Err(row.wrong("cells", "must hold from one cell to as many as there are columns"));
        }
        rows.push(GridRow { when, cells, height: um(row.number_in("height", 0.0, 250.0, 10.0)?) });
        row.finish()?;
    }
    Ok(Grid { widths, rows, style, label, pen })
}

pub(crate) fn read_fields(keys: &mut Keys<'_>, parts: &mut Parts, measure: Um) -> Result<Fields> {
    let list = keys.text("list")?.map(str::to_owned);
    let style = style::read(keys, &mut parts.fonts, parts.text)?;
    let label = label_style(keys, parts, style)?;
    let label_width = um(keys.number_in("label_width", 5.0, 200.0, 30.0)?);
    let space = um(keys.number_in("space", 0.0, 50.0, 0.0)?);
    if label_width + space + 2 * style.size > measure {
        return Err(keys.wrong("label_width", "leaves no room for the values"));
    }
    let gap = um(keys.number_in("gap", 0.0, 50.0, 0.0)?);
    let spread = keys.choice("labels", &[("left", false), ("spread", true)])?;
    let colon = keys.flag("colon")?;
    let single = keys.flag("single")?;
    let mut rows = Vec::new();
    for mut row in keys.tables("row")? {
        let when = block::when(&mut row)?;
        let label = needed_phrase(&mut row, "label")?;
        let text = needed_phrase(&mut row, "text")?;
        row.finish()?;
        rows.push(FieldRow { when, label, text });
    }
    Ok(Fields { list, rows, label_width, space, gap, style, label, spread, colon, single })
}

/// `[block.label]`: what labels and heads have of their own.
fn label_style(keys: &mut Keys<'_>, parts: &mut Parts, around: TextStyle) -> Result<TextStyle> {
    let Some(mut label) = keys.table("label")? else { return Ok(around) };
    let style = style::read(&mut label, &mut parts.fonts, around)?;
    label.finish()?;
    Ok(style)
}

fn pen(keys: &mut Keys<'_>) -> Result<Pen> {
    let Some(mut line) = keys.table("rule")? else { return Ok(Pen { width: 200, color: Color::BLACK }) };
    let width = um(line.number_in("width", 0.05, 3.0, 0.2)?);
    let color = style::color(&mut line)?.unwrap_or(Color::BLACK);
    line.finish()?;
    Ok(Pen { width, color })
}

/// Millimetres of each column; those without a width share what is left.
fn shared(keys: &Keys<'_>, key: &str, widths: &[f64], measure: Um, style: TextStyle) -> Result<Vec<Um>> {
    let given: Um = widths.iter().map(|width| um(*width)).sum();
    let open = widths.iter().filter(|width| **width == 0.0).count() as Um;
    let part = if open > 0 { (measure - given) / open } else { 0 };
    let least = 2 * style.size + 2 * super::rows::PADDING;
    let widths: Vec<Um> = widths.iter().map(|width| if *width == 0.0 { part } else { um(*width) }).collect();
    if widths.is_empty() || widths.iter().any(|width| *width < least) || widths.iter().sum::<Um>() > measure {
        return Err(keys.wrong(key, "columns must fit into their frame, with room for two characters each"));
    }
    Ok(widths)
}
