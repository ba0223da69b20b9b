//! The sheets we give out: a template to fill in, and the rows that were wrong with their reasons.

use super::sheet::FAULTS;
use super::{Column, WrongRow, columns};
use crate::catalog::CertificateType;
use base::{Error, Result};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

/// An empty sheet with the columns of a type; every cell is text, so that long numbers keep their digits.
pub fn template(kind: &CertificateType) -> Result<Vec<u8>> {
    written(&kind.name, &columns(kind), &[]).map_err(|e| Error::Bug(e.into()))
}

/// The wrong rows as they stood, each with what is wrong at which cell. Corrected, it can be sent again.
pub fn error_sheet(kind: &CertificateType, rows: &[WrongRow]) -> Result<Vec<u8>> {
    written(&kind.name, &columns(kind), rows).map_err(|e| Error::Bug(e.into()))
}

fn written(name: &str, columns: &[Column], rows: &[WrongRow]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The same rows give the same file.
    let day = ExcelDateTime::from_ymd(2026, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    let (text, head) = (Format::new().set_num_format("@"), Format::new().set_num_format("@").set_bold());
    let sheet = book.add_worksheet();
    sheet.set_name(name.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect::<String>())?;
    sheet.set_freeze_panes(1, 0)?;
    for (at, column) in (0u16..).zip(columns) {
        sheet.set_column_format(at, &text)?;
        sheet.set_column_width(at, 22)?;
        sheet.write_string_with_format(0, at, &column.label, &head)?;
    }
    let last = u16::try_from(columns.len()).unwrap_or(u16::MAX);
    if !rows.is_empty() {
        sheet.set_column_width(last, 60)?;
        sheet.write_string_with_format(0, last, FAULTS, &head)?;
    }
    for (line, row) in (1u32..).zip(rows) {
        for (at, cell) in (0u16..).zip(&row.cells) {
            // Always text: a cell that begins with an equals sign stays what it says.
            sheet.write_string_with_format(line, at, cell, &text)?;
        }
        // Named by their place in this sheet, where they will be put right.
        let here = WrongRow { number: line + 1, ..row.clone() };
        sheet.write_string_with_format(line, last, here.words(columns).join("；"), &text)?;
    }
    book.save_to_buffer()
}
