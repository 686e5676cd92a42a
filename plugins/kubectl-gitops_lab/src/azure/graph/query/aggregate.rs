//! What `summarize` makes of many records.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::super::value::{Kind, KqlValue, Ordered};
use super::binding::{Binder, BoundExpression};
use super::expression::{Expression, Named};
use super::problem::QueryProblem;
use super::record::Record;

/// How many values a list holds at most.
const LISTED: usize = 1_048_576;

/// A function of many records.
pub(super) struct Aggregate {
    pub(super) name: String,
    pub(super) kind: Kind,
    function: AggregateFunction,
    /// What it is of; nothing of `count`.
    argument: Option<BoundExpression>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum AggregateFunction {
    Count,
    CountIf,
    DistinctCount,
    Least,
    Greatest,
    Sum,
    Average,
    List,
    Set,
    Any,
}

/// What an aggregate has come to so far.
pub(super) enum Accumulator {
    Count(i64),
    Sum(KqlValue, i64),
    Values(Vec<KqlValue>),
    Distinct(BTreeSet<Ordered>),
}

impl Aggregate {
    /// `name = function(argument)`, bound.
    pub(super) fn bind(binder: Binder<'_>, named: &Named) -> Result<Self, QueryProblem> {
        let Expression::Call(called, arguments) = &named.expression else {
            let message = "summarize expects aggregate functions before 'by'";
            return Err(QueryProblem::Meaningless(message.to_owned()));
        };
        let (function, prefix) = match called.as_str() {
            "count" => (AggregateFunction::Count, "count_"),
            "countif" => (AggregateFunction::CountIf, "countif_"),
            "dcount" => (AggregateFunction::DistinctCount, "dcount_"),
            "min" => (AggregateFunction::Least, "min_"),
            "max" => (AggregateFunction::Greatest, "max_"),
            "sum" => (AggregateFunction::Sum, "sum_"),
            "avg" => (AggregateFunction::Average, "avg_"),
            "make_list" | "makelist" => (AggregateFunction::List, "list_"),
            "make_set" | "makeset" => (AggregateFunction::Set, "set_"),
            "any" | "take_any" => (AggregateFunction::Any, ""),
            "arg_max" | "arg_min" | "percentile" | "dcountif" | "sumif" => {
                return Err(QueryProblem::NotSimulated(format!("function {called}")));
            }
            _ => return Err(QueryProblem::UnknownFunction(called.clone())),
        };
        let argument = match (arguments.as_slice(), function) {
            ([], AggregateFunction::Count) => None,
            ([condition], AggregateFunction::CountIf) => Some(binder.condition(condition)?),
            ([argument], function) if function != AggregateFunction::Count => Some(binder.bind(argument)?),
            _ => {
                let message = format!("{called}(): is called with a wrong number of arguments");
                return Err(QueryProblem::Meaningless(message));
            }
        };
        let kind = kind_of(function, argument.as_ref());
        let of = arguments.first().and_then(Expression::column_name).unwrap_or_default();
        let name = named.name.clone().unwrap_or_else(|| format!("{prefix}{of}"));
        Ok(Self { name, kind, function, argument })
    }

    /// What it is of nothing.
    pub(super) fn nothing(&self) -> Accumulator {
        match self.function {
            AggregateFunction::Count | AggregateFunction::CountIf => Accumulator::Count(0),
            AggregateFunction::Sum | AggregateFunction::Average => Accumulator::Sum(KqlValue::Null, 0),
            AggregateFunction::DistinctCount | AggregateFunction::Set => {
                Accumulator::Distinct(BTreeSet::new())
            }
            _ => Accumulator::Values(Vec::new()),
        }
    }

    /// Adds a record.
    pub(super) fn add(&self, total: &mut Accumulator, record: &Record) {
        let value = self.argument.as_ref().map(|argument| argument.value(record));
        match (total, value) {
            (Accumulator::Count(count), None) => *count += 1,
            (Accumulator::Count(count), Some(value)) => *count += i64::from(value.truth() == Some(true)),
            (_, None | Some(KqlValue::Null)) => {}
            (Accumulator::Sum(sum, count), Some(value)) if value.number().is_some() => {
                *sum = added(sum, &value);
                *count += 1;
            }
            (Accumulator::Sum(..), Some(_)) => {}
            (Accumulator::Values(values), Some(value)) => self.keep(values, value),
            (Accumulator::Distinct(values), Some(value)) => {
                values.insert(Ordered(value));
            }
        }
    }

    /// What it comes to.
    pub(super) fn result(&self, total: Accumulator) -> KqlValue {
        match (total, self.function) {
            (Accumulator::Count(count), _) => KqlValue::Long(count),
            (Accumulator::Sum(KqlValue::Null, _), AggregateFunction::Sum) => KqlValue::Long(0),
            (Accumulator::Sum(sum, _), AggregateFunction::Sum) => sum,
            #[expect(clippy::cast_precision_loss, reason = "an average is a real number")]
            (Accumulator::Sum(sum, count), _) => {
                sum.number().map_or(KqlValue::Null, |sum| KqlValue::Real(sum / count as f64))
            }
            (Accumulator::Distinct(values), AggregateFunction::DistinctCount) => {
                i64::try_from(values.len()).map_or(KqlValue::Null, KqlValue::Long)
            }
            (Accumulator::Distinct(values), _) => array(values.into_iter().map(|Ordered(value)| value)),
            (Accumulator::Values(values), AggregateFunction::List) => array(values.into_iter()),
            (Accumulator::Values(values), _) => values.into_iter().next().unwrap_or(KqlValue::Null),
        }
    }

    fn keep(&self, values: &mut Vec<KqlValue>, value: KqlValue) {
        let replaces = |wanted: Ordering| values.first().is_none_or(|kept| value.total_order(kept) == wanted);
        match self.function {
            AggregateFunction::Least if replaces(Ordering::Less) => *values = vec![value],
            AggregateFunction::Greatest if replaces(Ordering::Greater) => *values = vec![value],
            AggregateFunction::Any if values.is_empty() => values.push(value),
            AggregateFunction::List if values.len() < LISTED => values.push(value),
            _ => {}
        }
    }
}

fn kind_of(function: AggregateFunction, argument: Option<&BoundExpression>) -> Kind {
    match function {
        AggregateFunction::Count | AggregateFunction::CountIf | AggregateFunction::DistinctCount => {
            Kind::Long
        }
        AggregateFunction::Average => Kind::Real,
        AggregateFunction::List | AggregateFunction::Set => Kind::Dynamic,
        _ => argument.map_or(Kind::Dynamic, |argument| argument.kind),
    }
}

fn array(values: impl Iterator<Item = KqlValue>) -> KqlValue {
    KqlValue::Dynamic(Json::Array(values.map(KqlValue::into_json).collect()))
}

fn added(sum: &KqlValue, value: &KqlValue) -> KqlValue {
    match (sum, value) {
        (KqlValue::Null, value) => value.clone(),
        (KqlValue::Long(sum), KqlValue::Long(value)) => KqlValue::Long(sum.saturating_add(*value)),
        _ => KqlValue::Real(sum.number().unwrap_or_default() + value.number().unwrap_or_default()),
    }
}
