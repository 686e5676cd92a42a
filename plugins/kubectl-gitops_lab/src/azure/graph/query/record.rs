//! What operators work on: columns, and records that have a value for each.
//!
//! A column is a place in the row that a record came of, or a cell of its own. So `project` and `where` over very many
//! rows copy none of them.

use super::super::column::Column;
use super::super::row::Row;
use super::super::value::{Kind, KqlValue, Step};

/// A record: a row, where it came of one, and what was worked out.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) row: Option<Row>,
    pub(super) cells: Vec<KqlValue>,
}

/// Where the value of a column is.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Place(Column, Vec<Step>),
    Cell(usize),
}

/// A column, as operators before have left it.
#[derive(Clone, Debug)]
pub(super) struct ResultColumn {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) source: Source,
}

impl Source {
    /// Its value in a record.
    pub(super) fn value(&self, record: &Record) -> KqlValue {
        match self {
            Source::Place(column, steps) => {
                record.row.as_ref().map_or(KqlValue::Null, |row| row.value(*column, steps))
            }
            Source::Cell(index) => record.cells.get(*index).cloned().unwrap_or(KqlValue::Null),
        }
    }
}

/// The columns of every table.
pub(super) fn table_fields() -> Vec<ResultColumn> {
    let field = |column: Column| {
        let source = Source::Place(column, Vec::new());
        ResultColumn { name: column.name().to_owned(), kind: column.kind(), source }
    };
    Column::ALL.into_iter().map(field).collect()
}
