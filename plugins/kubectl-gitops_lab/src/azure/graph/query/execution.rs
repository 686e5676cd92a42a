//! Queries carried out: operator by operator, over records in the order of the table.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::super::row::Row;
use super::super::value::{Kind, KqlValue};
use super::binding::{Binder, BoundExpression};
use super::expression::{Named, Operator, Query, SortKey};
use super::problem::QueryProblem;
use super::record::{Record, ResultColumn, Source, table_fields};
use super::selection::Selection;
use super::{columns, grouping};

/// How many records `mv-expand` may make.
const MOST_RECORDS: usize = 1_000_000;

impl Query {
    /// Carries the query out on the rows of its tables, which `rows_of` gives by their names.
    pub(in crate::azure::graph) fn execute(
        &self,
        rows_of: &dyn Fn(&str) -> Vec<Row>,
        now: Timestamp,
    ) -> Result<Selection, QueryProblem> {
        let rows = rows_of(self.table()).into_iter();
        let records = rows.map(|row| Record { row: Some(row), cells: Vec::new() }).collect();
        let mut selection = Selection { fields: table_fields(), records, is_cut: false };
        for operator in &self.operators {
            match operator {
                Operator::Join { kind, other, on } => {
                    selection.join(&other.execute(rows_of, now)?, *kind, on)?;
                }
                operator => selection.apply(operator, now)?,
            }
        }
        Ok(selection)
    }

    /// The tables that it reads, as they are written.
    pub(in crate::azure::graph) fn tables(&self) -> Vec<&str> {
        let joined = self.operators.iter().flat_map(|operator| match operator {
            Operator::Join { other, .. } => other.tables(),
            _ => Vec::new(),
        });
        std::iter::once(self.table()).chain(joined).collect()
    }

    /// The table, as it is written.
    fn table(&self) -> &str {
        self.table.as_deref().unwrap_or("resources")
    }
}

impl Selection {
    fn apply(&mut self, operator: &Operator, now: Timestamp) -> Result<(), QueryProblem> {
        let binder = Binder { fields: &self.fields, now };
        match operator {
            Operator::Where(condition) => {
                let condition = binder.condition(condition)?;
                self.records.retain(|record| condition.truth(record) == Some(true));
            }
            Operator::Extend(named) => columns::extend(self, named, now)?,
            Operator::Project(named) => columns::project(self, named, now)?,
            Operator::ProjectAway(patterns) => columns::project_away(self, patterns)?,
            Operator::Summarize { aggregates, by } => *self = grouping::summarize(self, aggregates, by, now)?,
            Operator::Distinct(named) => *self = grouping::distinct(self, named, now)?,
            Operator::Order(keys) => self.sort(keys, now)?,
            Operator::Take(count) => self.cut(*count),
            Operator::Top(count, keys) => {
                self.sort(keys, now)?;
                self.cut(*count);
            }
            Operator::Count => {
                let count = KqlValue::Long(i64::try_from(self.records.len()).unwrap_or(i64::MAX));
                let field =
                    ResultColumn { name: "Count".to_owned(), kind: Kind::Long, source: Source::Cell(0) };
                let records = vec![Record { row: None, cells: vec![count] }];
                *self = Selection { fields: vec![field], records, is_cut: self.is_cut };
            }
            Operator::MvExpand(named, most) => self.expand(named, *most, now)?,
            // It has records of its own.
            Operator::Join { .. } => {}
        }
        Ok(())
    }

    fn cut(&mut self, count: usize) {
        self.records.truncate(count);
        self.is_cut = true;
    }

    fn sort(&mut self, keys: &[SortKey], now: Timestamp) -> Result<(), QueryProblem> {
        let binder = Binder { fields: &self.fields, now };
        let bound = keys.iter().map(|key| grouping::groupable(binder, &key.expression, "order"));
        let bound: Vec<BoundExpression> = bound.collect::<Result<_, _>>()?;
        let records = std::mem::take(&mut self.records);
        let with_values = records.into_iter().map(|record| {
            let values: Vec<KqlValue> = bound.iter().map(|bound| bound.value(&record)).collect();
            (values, record)
        });
        let mut sorted: Vec<_> = with_values.collect();
        sorted.sort_by(|(left, _), (right, _)| {
            let by_key =
                keys.iter().zip(left.iter().zip(right)).map(|(key, (left, right))| key.order(left, right));
            by_key.fold(Ordering::Equal, Ordering::then)
        });
        self.records = sorted.into_iter().map(|(_, record)| record).collect();
        Ok(())
    }

    /// One record for every element of an array, or member of an object; as it is for everything else.
    fn expand(&mut self, named: &[Named], most: usize, now: Timestamp) -> Result<(), QueryProblem> {
        let [named] = named else {
            return Err(QueryProblem::NotSimulated("mv-expand of several columns".to_owned()));
        };
        let name = named.name.clone().or_else(|| named.expression.column_name());
        columns::extend(self, &[Named { name: name.clone(), expression: named.expression.clone() }], now)?;
        let Some(cell) = columns::cell_of(self, name.as_deref().unwrap_or("Column1")) else {
            return Ok(());
        };
        let records = std::mem::take(&mut self.records);
        for record in records {
            self.records.extend(expanded(record, cell, most));
            if self.records.len() > MOST_RECORDS {
                return Err(QueryProblem::TooLarge("there are too many records"));
            }
        }
        Ok(())
    }
}

impl SortKey {
    fn order(&self, left: &KqlValue, right: &KqlValue) -> Ordering {
        match (left.is_null(), right.is_null()) {
            (true, false) if self.nulls_first => Ordering::Less,
            (true, false) => Ordering::Greater,
            (false, true) if self.nulls_first => Ordering::Greater,
            (false, true) => Ordering::Less,
            _ if self.is_descending => right.total_order(left),
            _ => left.total_order(right),
        }
    }
}

fn expanded(record: Record, cell: usize, most: usize) -> Vec<Record> {
    let elements: Vec<KqlValue> = match &record.cells[cell] {
        KqlValue::Dynamic(Json::Array(elements)) => elements.iter().map(KqlValue::from).collect(),
        KqlValue::Dynamic(Json::Object(members)) => {
            let member = |(name, value): (&String, &Json)| {
                KqlValue::Dynamic(Json::Object(Map::from_iter([(name.clone(), value.clone())])))
            };
            members.iter().map(member).collect()
        }
        other => vec![other.clone()],
    };
    let with = |element: KqlValue| {
        let mut record = record.clone();
        record.cells[cell] = element;
        record
    };
    match elements.is_empty() {
        true => vec![with(KqlValue::Null)],
        false => elements.into_iter().take(most).map(with).collect(),
    }
}
