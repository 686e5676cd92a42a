//! Operators that make one record of many.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::value::{Kind, KqlValue, Ordered};
use super::aggregate::{Accumulator, Aggregate};
use super::binding::{Binder, BoundExpression};
use super::columns::free_name;
use super::expression::{Expression, Named};
use super::problem::QueryProblem;
use super::record::{Record, ResultColumn, Source};
use super::selection::Selection;

/// One record for all records that have the same values, in the order in which they were met.
pub(super) fn summarize(
    selection: &Selection,
    aggregates: &[Named],
    by: &[Named],
    now: Timestamp,
) -> Result<Selection, QueryProblem> {
    let binder = Binder { fields: &selection.fields, now };
    let keys = by.iter().map(|named| groupable(binder, &named.expression, "summarize"));
    let keys: Vec<BoundExpression> = keys.collect::<Result<_, _>>()?;
    let bound = aggregates.iter().map(|named| Aggregate::bind(binder, named));
    let bound: Vec<Aggregate> = bound.collect::<Result<_, _>>()?;
    let fields = fields(by, &keys, aggregates, &bound)?;
    let nothing = || bound.iter().map(Aggregate::nothing).collect::<Vec<Accumulator>>();
    let mut groups: Vec<(Vec<KqlValue>, Vec<Accumulator>)> = Vec::new();
    let mut known: BTreeMap<Vec<Ordered>, usize> = BTreeMap::new();
    if keys.is_empty() {
        groups.push((Vec::new(), nothing()));
        known.insert(Vec::new(), 0);
    }
    for record in &selection.records {
        let values: Vec<Ordered> = keys.iter().map(|key| Ordered(key.value(record))).collect();
        let group = known.get(&values).copied().unwrap_or_else(|| {
            groups.push((values.iter().map(|Ordered(value)| value.clone()).collect(), nothing()));
            known.insert(values, groups.len() - 1);
            groups.len() - 1
        });
        bound.iter().zip(&mut groups[group].1).for_each(|(aggregate, total)| aggregate.add(total, record));
    }
    let record = |(mut cells, totals): (Vec<KqlValue>, Vec<Accumulator>)| {
        cells.extend(bound.iter().zip(totals).map(|(aggregate, total)| aggregate.result(total)));
        Record { row: None, cells }
    };
    Ok(Selection { fields, records: groups.into_iter().map(record).collect(), is_cut: selection.is_cut })
}

/// Every combination of values once.
pub(super) fn distinct(
    selection: &Selection,
    named: &[Named],
    now: Timestamp,
) -> Result<Selection, QueryProblem> {
    let all = selection.fields.iter().map(|field| Named {
        name: Some(field.name.clone()),
        expression: Expression::Column(field.name.clone()),
    });
    let by = if named.is_empty() { all.collect() } else { named.to_vec() };
    summarize(selection, &[], &by, now)
}

/// The columns that are grouped by, and then those of aggregates.
fn fields(
    by: &[Named],
    keys: &[BoundExpression],
    aggregates: &[Named],
    bound: &[Aggregate],
) -> Result<Vec<ResultColumn>, QueryProblem> {
    let unnamed = |at: usize| format!("Column{}", at + 1);
    let name_of = |(at, named): (usize, &Named)| {
        let name = named.name.clone().or_else(|| named.expression.column_name());
        (name.unwrap_or_else(|| unnamed(at)), named.name.is_some())
    };
    let keys = by.iter().enumerate().map(name_of).zip(keys.iter().map(|key| key.kind));
    let totals = aggregates.iter().zip(bound);
    let totals = totals.map(|(named, total)| ((total.name.clone(), named.name.is_some()), total.kind));
    let mut fields: Vec<ResultColumn> = Vec::new();
    for ((name, is_given), kind) in keys.chain(totals) {
        let name = free_name(&fields, name, is_given)?;
        let source = Source::Cell(fields.len());
        fields.push(ResultColumn { name, kind, source });
    }
    Ok(fields)
}

/// An expression whose values can be sorted and grouped by: none that may be an array.
pub(super) fn groupable(
    binder: Binder<'_>,
    expression: &Expression,
    operator: &str,
) -> Result<BoundExpression, QueryProblem> {
    let bound = binder.bind(expression)?;
    if bound.kind != Kind::Dynamic {
        return Ok(bound);
    }
    let message = match (operator, expression.column_name()) {
        ("order", _) => "order operator: key can't be of dynamic type".to_owned(),
        (operator, name) => format!(
            "{operator} operator: group key '{}' is of a 'dynamic' type. Please use an explicit cast as grouping by a \
             'dynamic' type is not supported",
            name.unwrap_or_default()
        ),
    };
    Err(QueryProblem::Meaningless(message))
}
