//! `join`: the records of one query beside those of another that have the same values.
//!
//! Kinds `inner` and `leftouter` are carried out. The language's own default, `innerunique`, leaves open which of several
//! records is taken, so that nothing that relies on it could be held to anything; it is refused by name.

use std::collections::BTreeMap;

use super::super::value::{Kind, KqlValue, Ordered};
use super::columns::free_name;
use super::expression::JoinKind;
use super::problem::QueryProblem;
use super::record::{Record, ResultColumn, Source};
use super::selection::Selection;

/// How many records a join may make.
const MOST_RECORDS: usize = 1_000_000;

impl Selection {
    /// Every record beside each of the other side's that has the same values in these columns. Columns of the other side
    /// that have a name of this one's get a number.
    pub(super) fn join(
        &mut self,
        other: &Selection,
        kind: JoinKind,
        on: &[String],
    ) -> Result<(), QueryProblem> {
        let left = self.key_columns(on)?;
        let right = other.key_columns(on)?;
        let mut by_key: BTreeMap<Vec<Ordered>, Vec<&Record>> = BTreeMap::new();
        for record in &other.records {
            by_key.entry(key(&right, record)).or_default().push(record);
        }
        let first = self.records.first().map_or(0, |record| record.cells.len());
        let nothing: Vec<KqlValue> = other.fields.iter().map(|field| nothing(field.kind)).collect();
        let mut joined: Vec<Record> = Vec::new();
        for record in std::mem::take(&mut self.records) {
            let with = |values: Vec<KqlValue>| {
                let mut record = record.clone();
                record.cells.extend(values);
                record
            };
            match by_key.get(&key(&left, &record)) {
                Some(found) => joined.extend(found.iter().map(|found| with(values(other, found)))),
                None if kind == JoinKind::LeftOuter => joined.push(with(nothing.clone())),
                None => {}
            }
            if joined.len() > MOST_RECORDS {
                return Err(QueryProblem::TooLarge("there are too many records"));
            }
        }
        self.records = joined;
        for (at, field) in other.fields.iter().enumerate() {
            let name = free_name(&self.fields, field.name.clone(), false)?;
            let source = Source::Cell(first + at);
            self.fields.push(ResultColumn { name, kind: field.kind, source });
        }
        Ok(())
    }

    fn key_columns(&self, on: &[String]) -> Result<Vec<ResultColumn>, QueryProblem> {
        let column = |name: &String| {
            let found = self.fields.iter().find(|field| field.name == *name).cloned();
            let found = found.ok_or_else(|| {
                let message = format!("Failed to resolve column or scalar expression named '{name}'");
                QueryProblem::Meaningless(message)
            })?;
            match found.kind {
                Kind::Dynamic => {
                    let message =
                        format!("join key '{name}' is of a 'dynamic' type. Please use an explicit cast");
                    Err(QueryProblem::Meaningless(message))
                }
                _ => Ok(found),
            }
        };
        on.iter().map(column).collect()
    }
}

fn key(columns: &[ResultColumn], record: &Record) -> Vec<Ordered> {
    columns.iter().map(|column| Ordered(column.source.value(record))).collect()
}

fn values(of: &Selection, record: &Record) -> Vec<KqlValue> {
    of.fields.iter().map(|field| field.source.value(record)).collect()
}

/// What stands where there is no record: texts have no null.
fn nothing(kind: Kind) -> KqlValue {
    if kind == Kind::Text { KqlValue::text("") } else { KqlValue::Null }
}
