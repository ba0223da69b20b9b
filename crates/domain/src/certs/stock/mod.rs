//! Stock (存量): certificates issued before this library existed, entered from Excel sheets.
//!
//! A sheet holds certificates of one type of one body, one a row, under the columns of its template. What
//! is wrong with the file as a whole is refused at once, before it is parsed; what is wrong with a row goes
//! to the error sheet, with the cell and the reason. Right rows become certificates marked as stock, each
//! once: a second import of the same type, number and holder is counted as repeated. A job does the work,
//! some rows in each transaction, so that it survives a restart. Absent on purpose: macros, formulas, other
//! formats, changing what is there.

mod check;
mod column;
mod import;
mod sheet;
mod store;
mod work;
mod write;

pub use column::{Column, columns};
pub use import::{Import, NewImport, begin_import, find_import, imports, types_of_body};
pub use sheet::{MOST_BYTES, MOST_ROWS};
pub use work::{JOB, work_import};
pub use write::{error_sheet, template};

/// Something wrong with one cell.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fault {
    /// From 0.
    pub column: usize,
    pub message: String,
}

/// A row that could not be entered: as it stood, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct WrongRow {
    /// As the spreadsheet counts, from 1.
    pub number: u32,
    #[serde(skip)]
    pub cells: Vec<String>,
    pub faults: Vec<Fault>,
}

impl WrongRow {
    /// `B7 证照编号：不能为空` for each fault.
    pub fn words(&self, columns: &[Column]) -> Vec<String> {
        let words = |fault: &Fault| {
            let label = columns.get(fault.column).map_or("", |column| column.label.as_str());
            format!("{}{} {label}：{}", letters(fault.column), self.number, fault.message)
        };
        self.faults.iter().map(words).collect()
    }
}

/// The name of a column: A … Z, AA …
fn letters(column: usize) -> String {
    let last = char::from(b'A' + (column % 26) as u8);
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}

#[cfg(test)]
mod tests;
