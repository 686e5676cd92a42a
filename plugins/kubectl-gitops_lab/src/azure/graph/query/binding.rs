//! Expressions, bound to the columns that they name: what they are is checked once, and not for every record.

use jiff::Timestamp;

use super::super::value::{Kind, Step, Value};
use super::expression::{Arithmetic, Comparison, Expression, TextTest};
use super::function::{self, Function};
use super::problem::QueryProblem;
use super::record::{Field, Source};

/// An expression that can be evaluated.
pub(super) struct Bound {
    pub(super) node: Node,
    pub(super) kind: Kind,
}

/// What a bound expression is.
pub(super) enum Node {
    Constant(Value),
    Source(Source),
    /// A place in what another expression gives.
    Place(Box<Bound>, Step),
    Call(&'static Function, Vec<Bound>),
    Negation(Box<Bound>),
    Arithmetic(Arithmetic, Box<[Bound; 2]>),
    Comparison(Comparison, Box<[Bound; 2]>),
    TextTest(TextTest, Box<[Bound; 2]>),
    Membership {
        value: Box<Bound>,
        list: Vec<Bound>,
        is_negated: bool,
        ignores_case: bool,
    },
    Range {
        bounds: Box<[Bound; 3]>,
        is_negated: bool,
    },
    All(Vec<Bound>),
    Any(Vec<Bound>),
}

type Binding = Result<Bound, QueryProblem>;

/// What expressions are bound to.
#[derive(Clone, Copy)]
pub(super) struct Binder<'a> {
    pub(super) fields: &'a [Field],
    pub(super) now: Timestamp,
}

impl Binder<'_> {
    /// The expression, bound.
    pub(super) fn bind(self, expression: &Expression) -> Binding {
        match expression {
            Expression::Literal(value) => Ok(constant(value.clone())),
            Expression::Column(name) => {
                let field = self.field(name)?;
                Ok(Bound { node: Node::Source(field.source.clone()), kind: field.kind })
            }
            Expression::Member(of, name) => self.place(of, Step::Member(name.clone())),
            Expression::Element(of, index) => self.place(of, Step::Element(*index)),
            Expression::Call(name, arguments) => self.call(name, arguments),
            Expression::Negation(of) => {
                let of = self.bind(of)?;
                Ok(Bound { kind: of.kind, node: Node::Negation(of.into()) })
            }
            Expression::Arithmetic(operator, left, right) => {
                let sides = [self.bind(left)?, self.bind(right)?];
                let kind = arithmetic_kind(*operator, sides[0].kind, sides[1].kind)?;
                Ok(Bound { kind, node: Node::Arithmetic(*operator, sides.into()) })
            }
            Expression::Comparison(comparison, left, right) => {
                let sides = [self.bind(left)?, self.bind(right)?];
                check_comparable(&sides[0], &sides[1])?;
                Ok(truth(Node::Comparison(*comparison, sides.into())))
            }
            Expression::TextTest(test, left, right) => {
                Ok(truth(Node::TextTest(*test, [self.bind(left)?, self.bind(right)?].into())))
            }
            Expression::Membership { value, list, is_negated, ignores_case } => {
                let value = Box::new(self.bind(value)?);
                let list = self.all(list)?;
                list.iter().try_for_each(|member| check_comparable(&value, member))?;
                let (is_negated, ignores_case) = (*is_negated, *ignores_case);
                Ok(truth(Node::Membership { value, list, is_negated, ignores_case }))
            }
            Expression::Range { value, low, high, is_negated } => {
                let bounds = [self.bind(value)?, self.bind(low)?, self.bind(high)?];
                bounds[1..].iter().try_for_each(|bound| check_comparable(&bounds[0], bound))?;
                Ok(truth(Node::Range { bounds: bounds.into(), is_negated: *is_negated }))
            }
            Expression::All(terms) => Ok(truth(Node::All(self.conditions(terms)?))),
            Expression::Any(terms) => Ok(truth(Node::Any(self.conditions(terms)?))),
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
    pub(super) fn field(&self, name: &str) -> Result<&Field, QueryProblem> {
        let found = self.fields.iter().find(|field| field.name == name);
        let message = || format!("Failed to resolve column or scalar expression named '{name}'");
        found.ok_or_else(|| QueryProblem::Meaningless(message()))
    }

    fn all(self, expressions: &[Expression]) -> Result<Vec<Bound>, QueryProblem> {
        expressions.iter().map(|expression| self.bind(expression)).collect()
    }

    fn conditions(self, terms: &[Expression]) -> Result<Vec<Bound>, QueryProblem> {
        terms.iter().map(|term| self.condition(term)).collect()
    }

    fn place(self, of: &Expression, step: Step) -> Binding {
        let of = self.bind(of)?;
        if of.kind != Kind::Dynamic {
            let message = format!("A value of type {} has no members.", of.kind.name());
            return Err(QueryProblem::Meaningless(message));
        }
        let node = match of.node {
            Node::Source(Source::Place(column, mut steps)) => {
                steps.push(step);
                Node::Source(Source::Place(column, steps))
            }
            _ => Node::Place(of.into(), step),
        };
        Ok(Bound { node, kind: Kind::Dynamic })
    }

    fn call(self, name: &str, arguments: &[Expression]) -> Binding {
        let arguments = self.all(arguments)?;
        let wrong = |problem: &str| Err(QueryProblem::Meaningless(format!("{name}(): {problem}")));
        match (name, arguments.as_slice()) {
            ("now", []) => return Ok(constant(Value::DateTime(self.now))),
            ("now" | "ago", [Bound { node: Node::Constant(Value::Timespan(span)), .. }]) => {
                let span = if name == "ago" { -*span } else { *span };
                let at = self.now.checked_add(span);
                return at.map_or_else(
                    |_| wrong("the date is out of range"),
                    |at| Ok(constant(Value::DateTime(at))),
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
        Ok(Bound { kind, node: Node::Call(function, arguments) })
    }
}

fn constant(value: Value) -> Bound {
    let kind = match value {
        Value::Bool(_) => Kind::Bool,
        Value::Long(_) => Kind::Long,
        Value::Real(_) => Kind::Real,
        Value::Text(_) => Kind::Text,
        Value::DateTime(_) => Kind::DateTime,
        Value::Timespan(_) => Kind::Timespan,
        Value::Null | Value::Dynamic(_) => Kind::Dynamic,
    };
    Bound { node: Node::Constant(value), kind }
}

fn truth(node: Node) -> Bound {
    Bound { node, kind: Kind::Bool }
}

/// The kind of all that may be chosen; dynamic, where they differ.
fn chosen_kind(name: &str, arguments: &[Bound]) -> Kind {
    let last = arguments.len() - 1;
    let is_result = |at: usize| name == "coalesce" || at % 2 == 1 || at == last;
    let mut kinds =
        arguments.iter().enumerate().filter(|(at, _)| is_result(*at)).map(|(_, bound)| bound.kind);
    let first = kinds.next().unwrap_or(Kind::Dynamic);
    if kinds.all(|kind| kind == first) { first } else { Kind::Dynamic }
}

fn check_comparable(left: &Bound, right: &Bound) -> Result<(), QueryProblem> {
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
