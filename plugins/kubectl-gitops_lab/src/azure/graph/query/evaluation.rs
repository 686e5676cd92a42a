//! What bound expressions give for a record. Null is neither true nor false; it equals nothing, and differs from
//! everything but itself.

use std::cmp::Ordering;

use super::super::value::{KqlValue, walk};
use super::binding::{BoundExpression, BoundNode};
use super::expression::{Arithmetic, Comparison, Place, TextTest};
use super::record::Record;

impl BoundExpression {
    /// Its value for a record.
    pub(super) fn value(&self, record: &Record) -> KqlValue {
        match &self.node {
            BoundNode::Constant(value) => value.clone(),
            BoundNode::Source(source) => source.value(record),
            BoundNode::Place(of, step) => match of.value(record) {
                KqlValue::Dynamic(json) => {
                    walk(&json, std::slice::from_ref(step)).map_or(KqlValue::Null, KqlValue::from)
                }
                _ => KqlValue::Null,
            },
            BoundNode::Call(function, arguments) => {
                let given: Vec<KqlValue> = arguments.iter().map(|argument| argument.value(record)).collect();
                (function.evaluate)(&given)
            }
            BoundNode::Negation(of) => negated(of.value(record)),
            BoundNode::Arithmetic(operator, sides) => {
                let [left, right] = &**sides;
                arithmetic(*operator, &left.value(record), &right.value(record))
            }
            _ => self.truth(record).map_or(KqlValue::Null, KqlValue::Bool),
        }
    }

    /// Whether it holds for a record; none where it is null.
    pub(super) fn truth(&self, record: &Record) -> Option<bool> {
        match &self.node {
            BoundNode::Comparison(comparison, sides) => {
                let [left, right] = &**sides;
                compare(*comparison, &left.value(record), &right.value(record))
            }
            BoundNode::TextTest(test, sides) => {
                let [text, wanted] = &**sides;
                Some(test.holds(&text.value(record).to_text(), &wanted.value(record).to_text()))
            }
            BoundNode::Membership { value, list, is_negated, ignores_case } => {
                let value = value.value(record);
                let comparison =
                    if *ignores_case { Comparison::EqualIgnoringCase } else { Comparison::Equal };
                let mut members = list.iter().map(|member| member.value(record));
                Some(members.any(|member| compare(comparison, &value, &member) == Some(true)) != *is_negated)
            }
            BoundNode::Range { bounds, is_negated } => {
                let [value, low, high] = bounds.each_ref().map(|bound| bound.value(record));
                let is_inside = compare(Comparison::GreaterOrEqual, &value, &low)?
                    && compare(Comparison::LessOrEqual, &value, &high)?;
                Some(is_inside != *is_negated)
            }
            BoundNode::All(terms) => combined(terms, record, false),
            BoundNode::Any(terms) => combined(terms, record, true),
            _ => self.value(record).truth(),
        }
    }
}

/// `decisive` as soon as a term is; otherwise null if a term is, and the opposite if none is.
fn combined(terms: &[BoundExpression], record: &Record, decisive: bool) -> Option<bool> {
    let mut result = Some(!decisive);
    for term in terms {
        match term.truth(record) {
            Some(truth) if truth == decisive => return Some(decisive),
            Some(_) => {}
            None => result = None,
        }
    }
    result
}

fn compare(comparison: Comparison, left: &KqlValue, right: &KqlValue) -> Option<bool> {
    let ordered = |is_wanted: fn(Ordering) -> bool| left.compare(right).map(is_wanted);
    let is_equal = |ignores_case: bool| match (left, right) {
        (KqlValue::Null, KqlValue::Null) => None,
        (KqlValue::Text(left), KqlValue::Text(right)) if ignores_case => {
            Some(equal_ignoring_case(left, right))
        }
        _ => Some(left.compare(right) == Some(Ordering::Equal)),
    };
    match comparison {
        Comparison::Equal => is_equal(false),
        Comparison::NotEqual => is_equal(false).map(|is| !is),
        Comparison::EqualIgnoringCase => is_equal(true),
        Comparison::NotEqualIgnoringCase => is_equal(true).map(|is| !is),
        Comparison::Less => ordered(Ordering::is_lt),
        Comparison::LessOrEqual => ordered(Ordering::is_le),
        Comparison::Greater => ordered(Ordering::is_gt),
        Comparison::GreaterOrEqual => ordered(Ordering::is_ge),
    }
}

fn equal_ignoring_case(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right) || (!left.is_ascii() && left.to_lowercase() == right.to_lowercase())
}

impl TextTest {
    fn holds(self, text: &str, wanted: &str) -> bool {
        let holds = match self.is_case_sensitive {
            true => self.place.holds(text, wanted),
            false => self.place.holds(&text.to_lowercase(), &wanted.to_lowercase()),
        };
        holds != self.is_negated
    }
}

impl Place {
    fn holds(self, text: &str, wanted: &str) -> bool {
        match self {
            Place::Anywhere => text.contains(wanted),
            Place::Beginning => text.starts_with(wanted),
            Place::Ending => text.ends_with(wanted),
            Place::Term => text.match_indices(wanted).any(|(at, _)| {
                let (before, behind) = (&text[..at], &text[at + wanted.len()..]);
                let is_edge = |letter: Option<char>| !letter.is_some_and(char::is_alphanumeric);
                is_edge(before.chars().next_back()) && is_edge(behind.chars().next())
            }),
        }
    }
}

fn negated(value: KqlValue) -> KqlValue {
    match value {
        KqlValue::Long(value) => value.checked_neg().map_or(KqlValue::Null, KqlValue::Long),
        KqlValue::Real(value) => KqlValue::Real(-value),
        KqlValue::Timespan(span) => KqlValue::Timespan(-span),
        _ => KqlValue::Null,
    }
}

fn arithmetic(operator: Arithmetic, left: &KqlValue, right: &KqlValue) -> KqlValue {
    let sign = |span: jiff::SignedDuration| if operator == Arithmetic::Add { span } else { -span };
    match (left, right) {
        (KqlValue::Long(left), KqlValue::Long(right)) => {
            let result = match operator {
                Arithmetic::Add => left.checked_add(*right),
                Arithmetic::Subtract => left.checked_sub(*right),
                Arithmetic::Multiply => left.checked_mul(*right),
                Arithmetic::Divide => left.checked_div(*right),
                Arithmetic::Remainder => left.checked_rem(*right),
            };
            result.map_or(KqlValue::Null, KqlValue::Long)
        }
        (KqlValue::DateTime(left), KqlValue::DateTime(right)) => {
            KqlValue::Timespan(left.duration_since(*right))
        }
        (KqlValue::DateTime(at), KqlValue::Timespan(span)) => {
            at.checked_add(sign(*span)).map_or(KqlValue::Null, KqlValue::DateTime)
        }
        (KqlValue::Timespan(left), KqlValue::Timespan(right)) => {
            left.checked_add(sign(*right)).map_or(KqlValue::Null, KqlValue::Timespan)
        }
        _ => match (left.number(), right.number()) {
            (Some(left), Some(right)) => KqlValue::Real(match operator {
                Arithmetic::Add => left + right,
                Arithmetic::Subtract => left - right,
                Arithmetic::Multiply => left * right,
                Arithmetic::Divide => left / right,
                Arithmetic::Remainder => left % right,
            }),
            _ => KqlValue::Null,
        },
    }
}
