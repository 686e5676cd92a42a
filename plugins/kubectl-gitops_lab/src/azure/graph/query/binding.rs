//! Expressions, bound to the columns that they name: what they are is checked once, and not for every record.

use jiff::Timestamp;

use super::super::value::{Kind, KqlValue, Step};
use super::expression::{Arithmetic, Comparison, Expression, TextTest};
use super::function::{self, Function};
use super::problem::QueryProblem;
use super::record::{ResultColumn, Source};

/// An expression that can be evaluated.
pub(super) struct BoundExpression {
    pub(super) node: BoundNode,
    pub(super) kind: Kind,
}

/// What a bound expression is.
pub(super) enum BoundNode {
    Constant(KqlValue),
    Source(Source),
    /// A place in what another expression gives.
    Place(Box<BoundExpression>, Step),
    Call(&'static Function, Vec<BoundExpression>),
    Negation(Box<BoundExpression>),
    Arithmetic(Arithmetic, Box<[BoundExpression; 2]>),
    Comparison(Comparison, Box<[BoundExpression; 2]>),
    TextTest(TextTest, Box<[BoundExpression; 2]>),
    Membership {
        value: Box<BoundExpression>,
        list: Vec<BoundExpression>,
        is_negated: bool,
        ignores_case: bool,
    },
    Range {
        bounds: Box<[BoundExpression; 3]>,
        is_negated: bool,
    },
    All(Vec<BoundExpression>),
    Any(Vec<BoundExpression>),
}

type Binding = Result<BoundExpression, QueryProblem>;

/// What expressions are bound to.
#[derive(Clone, Copy)]
pub(super) struct Binder<'a> {
    pub(super) fields: &'a [ResultColumn],
    pub(super) now: Timestamp,
}

impl Binder<'_> {
    /// The expression, bound.
    pub(super) fn bind(self, expression: &Expression) -> Binding {
        match expression {
            Expression::Literal(value) => Ok(constant(value.clone())),
            Expression::Column(name) => {
                let field = self.field(name)?;
                Ok(BoundExpression { node: BoundNode::Source(field.source.clone()), kind: field.kind })
            }
            Expression::Member(base, name) => self.place(base, Step::Member(name.clone())),
            Expression::Element(base, index) => self.place(base, Step::Element(*index)),
            Expression::Call(name, arguments) => self.call(name, arguments),
            Expression::Negation(base) => {
                let base = self.bind(base)?;
                Ok(BoundExpression { kind: base.kind, node: BoundNode::Negation(base.into()) })
            }
            Expression::Arithmetic(operator, left, right) => {
                let sides = [self.bind(left)?, self.bind(right)?];
                let kind = arithmetic_kind(*operator, sides[0].kind, sides[1].kind)?;
                Ok(BoundExpression { kind, node: BoundNode::Arithmetic(*operator, sides.into()) })
            }
            Expression::Comparison(comparison, left, right) => {
                let sides = [self.bind(left)?, self.bind(right)?];
                check_comparable(&sides[0], &sides[1])?;
                Ok(truth(BoundNode::Comparison(*comparison, sides.into())))
            }
            Expression::TextTest(test, left, right) => {
                Ok(truth(BoundNode::TextTest(*test, [self.bind(left)?, self.bind(right)?].into())))
            }
            Expression::Membership { value, list, is_negated, ignores_case } => {
                let value = Box::new(self.bind(value)?);
                let list = self.all(list)?;
                list.iter().try_for_each(|member| check_comparable(&value, member))?;
                let (is_negated, ignores_case) = (*is_negated, *ignores_case);
                Ok(truth(BoundNode::Membership { value, list, is_negated, ignores_case }))
            }
            Expression::Range { value, low, high, is_negated } => {
                let bounds = [self.bind(value)?, self.bind(low)?, self.bind(high)?];
                bounds[1..].iter().try_for_each(|bound| check_comparable(&bounds[0], bound))?;
                Ok(truth(BoundNode::Range { bounds: bounds.into(), is_negated: *is_negated }))
            }
            Expression::All(terms) => Ok(truth(BoundNode::All(self.conditions(terms)?))),
            Expression::Any(terms) => Ok(truth(BoundNode::Any(self.conditions(terms)?))),
        }
    }

    /// The expression, bound, which must be true or false.
    pub(super) fn condition(self, expression: &Expression) -> Binding {
        let bound = self.bind(expression)?;
        match bound.kind {
            Kind::Bool | Kind::Dynamic => Ok(bound),
            kind => Err(QueryProblem::Meaningless(format!(
                "A predicate must be of type bool and is of type {}.",
                kind.name()
            ))),
        }
    }

    /// The column with this name.
    pub(super) fn field(&self, name: &str) -> Result<&ResultColumn, QueryProblem> {
        let found = self.fields.iter().find(|field| field.name == name);
        let message = || format!("Failed to resolve column or scalar expression named '{name}'");
        found.ok_or_else(|| QueryProblem::Meaningless(message()))
    }

    fn all(self, expressions: &[Expression]) -> Result<Vec<BoundExpression>, QueryProblem> {
        expressions.iter().map(|expression| self.bind(expression)).collect()
    }

    fn conditions(self, terms: &[Expression]) -> Result<Vec<BoundExpression>, QueryProblem> {
        terms.iter().map(|term| self.condition(term)).collect()
    }

    fn place(self, of: &Expression, step: Step) -> Binding {
        let of = self.bind(of)?;
        if of.kind != Kind::Dynamic {
            let message = format!("A value of type {} has no members.", of.kind.name());
            return Err(QueryProblem::Meaningless(message));
        }
        let node = match of.node {
            BoundNode::Source(Source::Place(column, mut steps)) => {
                steps.push(step);
                BoundNode::Source(Source::Place(column, steps))
            }
            _ => BoundNode::Place(of.into(), step),
        };
        Ok(BoundExpression { node, kind: Kind::Dynamic })
    }

    fn call(self, name: &str, arguments: &[Expression]) -> Binding {
        let arguments = self.all(arguments)?;
        let wrong = |problem: &str| Err(QueryProblem::Meaningless(format!("{name}(): {problem}")));
        match (name, arguments.as_slice()) {
            ("now", []) => return Ok(constant(KqlValue::DateTime(self.now))),
            (
                "now" | "ago",
                [BoundExpression { node: BoundNode::Constant(KqlValue::Timespan(span)), .. }],
            ) => {
                let span = if name == "ago" { -*span } else { *span };
                let at = self.now.checked_add(span);
                return at.map_or_else(
                    |_| wrong("the date is out of range"),
                    |at| Ok(constant(KqlValue::DateTime(at))),
                );
            }
            ("now" | "ago", _) => return wrong("expects a timespan"),
            _ => {}
        }
        let Some(function) = function::find(name) else {
            return Err(match function::is_not_simulated(name) {
                true => QueryProblem::NotSimulated(format!("function {name}")),
                false => QueryProblem::UnknownFunction(name.to_owned()),
            });
        };
        let (fewest, most) = function.arguments;
        if arguments.len() < fewest || arguments.len() > most {
            return wrong("is called with a wrong number of arguments");
        }
        let kind = function.gives.unwrap_or_else(|| chosen_kind(name, &arguments));
        Ok(BoundExpression { kind, node: BoundNode::Call(function, arguments) })
    }
}

fn constant(value: KqlValue) -> BoundExpression {
    let kind = match value {
        KqlValue::Bool(_) => Kind::Bool,
        KqlValue::Long(_) => Kind::Long,
        KqlValue::Real(_) => Kind::Real,
        KqlValue::Text(_) => Kind::Text,
        KqlValue::DateTime(_) => Kind::DateTime,
        KqlValue::Timespan(_) => Kind::Timespan,
        KqlValue::Null | KqlValue::Dynamic(_) => Kind::Dynamic,
    };
    BoundExpression { node: BoundNode::Constant(value), kind }
}

fn truth(node: BoundNode) -> BoundExpression {
    BoundExpression { node, kind: Kind::Bool }
}

/// The kind of all that may be chosen; dynamic, where they differ.
fn chosen_kind(name: &str, arguments: &[BoundExpression]) -> Kind {
    let last = arguments.len() - 1;
    let is_result = |at: usize| name == "coalesce" || at % 2 == 1 || at == last;
    let mut kinds =
        arguments.iter().enumerate().filter(|(at, _)| is_result(*at)).map(|(_, bound)| bound.kind);
    let first = kinds.next().unwrap_or(Kind::Dynamic);
    if kinds.all(|kind| kind == first) { first } else { Kind::Dynamic }
}

fn check_comparable(left: &BoundExpression, right: &BoundExpression) -> Result<(), QueryProblem> {
    if left.kind.is_comparable_with(right.kind) {
        return Ok(());
    }
    let (left, right) = (left.kind.name(), right.kind.name());
    let message = format!("Cannot compare values of types {left} and {right}. Try adding explicit casts");
    Err(QueryProblem::Meaningless(message))
}

fn arithmetic_kind(operator: Arithmetic, left: Kind, right: Kind) -> Result<Kind, QueryProblem> {
    let is_sum = matches!(operator, Arithmetic::Add | Arithmetic::Subtract);
    match (left, right) {
        (Kind::Long, Kind::Long) => Ok(Kind::Long),
        (Kind::Long | Kind::Real, Kind::Long | Kind::Real) => Ok(Kind::Real),
        (Kind::DateTime, Kind::DateTime) if operator == Arithmetic::Subtract => Ok(Kind::Timespan),
        (Kind::DateTime, Kind::Timespan) if is_sum => Ok(Kind::DateTime),
        (Kind::Timespan, Kind::Timespan) if is_sum => Ok(Kind::Timespan),
        (Kind::Dynamic, Kind::Long | Kind::Real) | (Kind::Long | Kind::Real, Kind::Dynamic) => {
            Ok(Kind::Dynamic)
        }
        (left, right) => {
            let message = format!(
                "Arithmetic expression cannot be carried-out between {} and {}",
                left.name(),
                right.name()
            );
            Err(QueryProblem::Meaningless(message))
        }
    }
}
