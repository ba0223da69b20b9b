//! Reading a sheet of unknown origin: how large it is when unpacked is known before it is parsed, cells are
//! read one after the other, and no table is made of what a hostile file says its size is.

use super::Column;
use super::column::STATUS;
use base::{Error, Result};
use calamine::{DataRef, Reader, Xlsx};
use norms::Day;
use std::io::{Cursor, Read};

/// Largest file, in bytes.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Rows of one import without the header.
pub const MOST_ROWS: u32 = 5_000;
/// All parts of the package unpacked: 5,000 rows of 40 long cells stay below.
const MOST_UNPACKED: u64 = 64 * 1024 * 1024;
const MOST_PARTS: usize = 200;
/// Characters of one cell.
const MOST_CELL: usize = 2_000;
/// The column our error sheets add; it is passed over when such a sheet comes back corrected.
pub(super) const FAULTS: &str = "问题";

/// One row as text, in the order of the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// As the spreadsheet counts, from 1.
    pub number: u32,
    pub cells: Vec<String>,
}

/// The rows of the first sheet, or one refusal that says what is wrong with the file.
pub(super) fn read(content: &[u8], columns: &[Column]) -> Result<Vec<Row>> {
    check_package(content)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(content)).map_err(|_| unreadable())?;
    let name = book.sheet_names().into_iter().next().ok_or_else(unreadable)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|_| unreadable())?;
    let mut header: Vec<(u32, String)> = Vec::new();
    let mut places: Option<Vec<Option<usize>>> = None;
    let mut rows: Vec<Row> = Vec::new();
    while let Some(cell) = cells.next_cell_with_formula().map_err(|_| unreadable())? {
        let (row, column) = cell.pos;
        if cell.formula.is_some() {
            let message = format!("第 {} 行有公式。请把公式粘贴为数值后再上传", row + 1);
            return Err(refuse("stock.formula", message));
        }
        let text = text(&cell.value);
        if text.is_empty() {
            continue;
        }
        if row == 0 {
            header.push((column, text));
            continue;
        }
        if row > MOST_ROWS {
            let message = format!("一次最多导入 {MOST_ROWS} 行，请分成几个文件");
            return Err(refuse("stock.too_many_rows", message));
        }
        if places.is_none() {
            places = Some(places_of(&header, columns)?);
        }
        let place = places.as_ref().and_then(|places| places.get(column as usize).copied().flatten());
        let Some(place) = place else { continue };
        if rows.last().is_none_or(|last| last.number != row + 1) {
            rows.push(Row { number: row + 1, cells: vec![String::new(); columns.len()] });
        }
        if let Some(last) = rows.last_mut() {
            last.cells[place] = text.chars().take(MOST_CELL + 1).collect();
        }
    }
    if rows.is_empty() {
        places_of(&header, columns)?;
        return Err(refuse("stock.empty", "表里没有内容，请从第 2 行开始填写"));
    }
    Ok(rows)
}

/// Where each column of the sheet belongs; every column of the template must be there once, but for that of the
/// status, which older templates do not have.
fn places_of(header: &[(u32, String)], columns: &[Column]) -> Result<Vec<Option<usize>>> {
    let missing: Vec<&str> = columns
        .iter()
        .filter(|column| {
            let times = header.iter().filter(|(_, label)| *label == column.label).count();
            times > 1 || (times == 0 && column.key != STATUS)
        })
        .map(|column| column.label.as_str())
        .collect();
    if !missing.is_empty() {
        let message = format!("第 1 行的列名与模板不一致，请核对：{}", missing.join("、"));
        return Err(refuse("stock.columns", message));
    }
    let unknown = header
        .iter()
        .find(|(_, label)| label != FAULTS && !columns.iter().any(|column| column.label == *label));
    if let Some((_, label)) = unknown {
        let label: String = label.chars().take(20).collect();
        return Err(refuse("stock.columns", format!("第 1 行有模板里没有的列：{label}")));
    }
    let width = header.iter().map(|(column, _)| *column as usize + 1).max().unwrap_or(0).min(1_000);
    let mut places = vec![None; width];
    for (column, label) in header {
        let place = columns.iter().position(|known| known.label == *label);
        if let Some(slot) = places.get_mut(*column as usize) {
            *slot = place;
        }
    }
    Ok(places)
}

/// What the package really holds: headers can lie, so everything is unpacked once and only counted.
fn check_package(content: &[u8]) -> Result<()> {
    if content.is_empty() {
        return Err(refuse("stock.no_file", "请先选择要上传的文件"));
    }
    if content.len() > MOST_BYTES {
        let message = format!("文件太大：最多 {} MB", MOST_BYTES / 1024 / 1024);
        return Err(refuse("stock.too_large", message));
    }
    if !content.starts_with(b"PK\x03\x04") {
        return Err(refuse("stock.not_xlsx", "不是 .xlsx 文件，请用 Excel 另存为“Excel 工作簿（.xlsx）”"));
    }
    let mut package = zip::ZipArchive::new(Cursor::new(content)).map_err(|_| unreadable())?;
    if package.len() > MOST_PARTS {
        return Err(refuse("stock.bomb", "文件内部的部件太多，不能导入"));
    }
    let mut left = MOST_UNPACKED;
    for at in 0..package.len() {
        let part = package.by_index(at).map_err(|_| unreadable())?;
        if part.name().is_ok_and(|name| name.ends_with("vbaProject.bin")) {
            return Err(refuse("stock.macros", "文件带有宏，请另存为不带宏的 .xlsx 后再上传"));
        }
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|_| unreadable())?;
        left = left.checked_sub(read).ok_or_else(|| {
            refuse("stock.bomb", "文件解压后太大，不能导入。请只保留要导入的内容，另存后再试")
        })?;
    }
    Ok(())
}

fn refuse(code: &'static str, message: impl Into<String>) -> Error {
    Error::refused_at(code, "file", message)
}

fn unreadable() -> Error {
    refuse("stock.unreadable", "文件已损坏，或者不是 Excel 工作簿，请重新另存为 .xlsx 后再上传")
}

/// A cell as the person who typed it reads it. A long number that Excel has rounded keeps its `e`, so
/// that no check character can pass by accident.
fn text(value: &DataRef<'_>) -> String {
    let text = match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.abs() >= 1e15 => format!("{number:e}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(truth) => if *truth { "是" } else { "否" }.to_owned(),
        DataRef::DateTime(date) => day_of_serial(date.as_f64()),
        DataRef::Error(error) => format!("#{error}"),
        DataRef::Empty => String::new(),
    };
    text.trim().chars().filter(|c| !c.is_control() || *c == '\n').collect()
}

/// Days since 1899-12-30, which is how Excel counts from March 1900 on.
fn day_of_serial(serial: f64) -> String {
    if !(61.0..=2_958_465.0).contains(&serial) {
        return serial.to_string();
    }
    let zero = Day::new(1899, 12, 30).expect("a day of the calendar");
    zero.plus(serial.floor() as i32).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_count_as_excel_does() {
        assert_eq!(day_of_serial(45_658.0), "2025-01-01");
        assert_eq!(day_of_serial(45_658.75), "2025-01-01");
        assert_eq!(day_of_serial(1.0), "1");
        assert_eq!(day_of_serial(f64::NAN), "NaN");
    }

    #[test]
    fn a_rounded_number_does_not_look_like_one() {
        assert_eq!(text(&DataRef::Float(3.201_021_990_010_112e17)), "3.201021990010112e17");
        assert_eq!(text(&DataRef::Float(12.0)), "12");
        assert_eq!(text(&DataRef::String("  甲\u{0}乙 ".into())), "甲乙");
    }
}
