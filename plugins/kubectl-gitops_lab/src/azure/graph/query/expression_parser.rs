//! Reads expressions: `or` binds least, then `and`, comparisons, sums, products, signs, and what is behind a dot.

use super::super::value::KqlValue;
use super::cursor::Cursor;
use super::expression::{Arithmetic, Comparison, Expression, Named, TextTest};
use super::problem::QueryProblem;
use super::token::Lexeme;

type Parsed = Result<Expression, QueryProblem>;

/// How many terms a sum or a product may have: each is a level.
const TERMS: usize = 64;
/// How deep an expression may be in all.
const LEVELS: usize = 80;

/// Words that begin an operator and name nothing.
const RESERVED: [&str; 12] = [
    "where",
    "project",
    "extend",
    "summarize",
    "order",
    "sort",
    "take",
    "limit",
    "top",
    "distinct",
    "by",
    "and",
];

/// `name = expression`, or an expression alone.
pub(super) fn named(cursor: &mut Cursor) -> Result<Named, QueryProblem> {
    let is_bracketed = cursor.is_symbol("[");
    let equals = cursor.behind(if is_bracketed { 3 } else { 1 });
    if equals.lexeme == Lexeme::Symbol("=") {
        let name = cursor.name()?;
        cursor.expect("=")?;
        return Ok(Named { name: Some(name), expression: expression(cursor)? });
    }
    Ok(Named { name: None, expression: expression(cursor)? })
}

/// An expression.
pub(super) fn expression(cursor: &mut Cursor) -> Parsed {
    cursor.nested(|cursor| {
        let first = conjunction(cursor)?;
        if cursor.word() != Some("or") {
            return Ok(first);
        }
        let mut terms = vec![first];
        while cursor.accept_word("or") {
            terms.push(conjunction(cursor)?);
        }
        Ok(Expression::Any(terms))
    })
}

fn conjunction(cursor: &mut Cursor) -> Parsed {
    let first = comparison(cursor)?;
    if cursor.word() != Some("and") {
        return Ok(first);
    }
    let mut terms = vec![first];
    while cursor.accept_word("and") {
        terms.push(comparison(cursor)?);
    }
    Ok(Expression::All(terms))
}

fn comparison(cursor: &mut Cursor) -> Parsed {
    let left = sum(cursor)?;
    let comparison = match &cursor.peek().lexeme {
        Lexeme::Symbol("==") => Comparison::Equal,
        Lexeme::Symbol("!=") => Comparison::NotEqual,
        Lexeme::Symbol("=~") => Comparison::EqualIgnoringCase,
        Lexeme::Symbol("!~") => Comparison::NotEqualIgnoringCase,
        Lexeme::Symbol("<") => Comparison::Less,
        Lexeme::Symbol("<=") => Comparison::LessOrEqual,
        Lexeme::Symbol(">") => Comparison::Greater,
        Lexeme::Symbol(">=") => Comparison::GreaterOrEqual,
        Lexeme::Word(word) => {
            let word = word.clone();
            return word_comparison(cursor, left, &word);
        }
        _ => return Ok(left),
    };
    cursor.skip();
    Ok(Expression::Comparison(comparison, left.into(), sum(cursor)?.into()))
}

/// A comparison by a word; what stands before it, where it is none.
fn word_comparison(cursor: &mut Cursor, left: Expression, word: &str) -> Parsed {
    let (plain, is_negated) = word.strip_prefix('!').map_or((word, false), |word| (word, true));
    match (TextTest::of_word(word), plain) {
        (Some(test), _) => {
            cursor.skip();
            Ok(Expression::TextTest(test, left.into(), sum(cursor)?.into()))
        }
        (None, "in" | "in~") => {
            cursor.skip();
            cursor.expect("(")?;
            let list = cursor.list(expression)?;
            cursor.expect(")")?;
            let ignores_case = plain == "in~";
            Ok(Expression::Membership { value: left.into(), list, is_negated, ignores_case })
        }
        (None, "between") => {
            cursor.skip();
            cursor.expect("(")?;
            let low = sum(cursor)?.into();
            cursor.expect("..")?;
            let high = sum(cursor)?.into();
            cursor.expect(")")?;
            Ok(Expression::Range { value: left.into(), low, high, is_negated })
        }
        (None, "matches" | "hasprefix" | "hassuffix" | "has_any" | "has_all") => {
            Err(QueryProblem::NotSimulated(format!("operator {word}")))
        }
        (None, _) => Ok(left),
    }
}

fn sum(cursor: &mut Cursor) -> Parsed {
    chain(cursor, &[("+", Arithmetic::Add), ("-", Arithmetic::Subtract)], |cursor| {
        let factors = [("*", Arithmetic::Multiply), ("/", Arithmetic::Divide), ("%", Arithmetic::Remainder)];
        chain(cursor, &factors, signed)
    })
}

fn chain(
    cursor: &mut Cursor,
    operators: &[(&str, Arithmetic)],
    read: impl Fn(&mut Cursor) -> Parsed,
) -> Parsed {
    let mut left = read(cursor)?;
    for _ in 0..TERMS {
        let Some((_, operator)) = operators.iter().find(|(symbol, _)| cursor.is_symbol(symbol)) else {
            return Ok(left);
        };
        cursor.skip();
        let sides = (left.into(), read(cursor)?.into());
        left = shallow(cursor, Expression::Arithmetic(*operator, sides.0, sides.1))?;
    }
    Err(cursor.unexpected())
}

fn signed(cursor: &mut Cursor) -> Parsed {
    if cursor.accept("-") {
        return cursor.nested(|cursor| Ok(Expression::Negation(signed(cursor)?.into())));
    }
    let mut place = primary(cursor)?;
    for _ in 0..TERMS {
        if cursor.accept(".") {
            place = Expression::Member(place.into(), cursor.name()?);
            place = shallow(cursor, place)?;
        } else if cursor.is_symbol("[") {
            cursor.skip();
            place = element(cursor, place)?;
            place = shallow(cursor, place)?;
        } else {
            return Ok(place);
        }
    }
    Err(cursor.unexpected())
}

/// The expression, unless it is deeper than what is evaluated level by level may be.
fn shallow(cursor: &Cursor, expression: Expression) -> Parsed {
    if expression.depth() > LEVELS { Err(cursor.unexpected()) } else { Ok(expression) }
}

/// `'member']` or `0]`.
fn element(cursor: &mut Cursor, of: Expression) -> Parsed {
    let is_negative = cursor.accept("-");
    let place = match cursor.peek().lexeme.clone() {
        Lexeme::Text(name) if !is_negative => Expression::Member(of.into(), name),
        Lexeme::Long(index) => Expression::Element(of.into(), if is_negative { -index } else { index }),
        _ => return Err(cursor.unexpected()),
    };
    cursor.skip();
    cursor.expect("]")?;
    Ok(place)
}

fn primary(cursor: &mut Cursor) -> Parsed {
    let literal = match cursor.peek().lexeme.clone() {
        Lexeme::Text(text) => KqlValue::text(text),
        Lexeme::Long(value) => KqlValue::Long(value),
        Lexeme::Real(value) => KqlValue::Real(value),
        Lexeme::Timespan(span) => KqlValue::Timespan(span),
        Lexeme::DateTime(at) => KqlValue::DateTime(at),
        Lexeme::Symbol("(") => {
            cursor.skip();
            let inner = expression(cursor)?;
            cursor.expect(")")?;
            return shallow(cursor, inner);
        }
        Lexeme::Word(word) if word == "true" || word == "false" => KqlValue::Bool(word == "true"),
        Lexeme::Word(_) | Lexeme::Symbol("[") => return name_or_call(cursor),
        _ => return Err(cursor.unexpected()),
    };
    cursor.skip();
    Ok(Expression::Literal(literal))
}

fn name_or_call(cursor: &mut Cursor) -> Parsed {
    let is_reserved = cursor.word().is_some_and(|word| RESERVED.contains(&word));
    let name = cursor.name()?;
    if !cursor.accept("(") {
        // The service reads such a word as a name that something is missing behind: `where where` fails at its end.
        return if is_reserved { Err(cursor.unexpected()) } else { Ok(Expression::Column(name)) };
    }
    let arguments = if cursor.is_symbol(")") { Vec::new() } else { cursor.list(expression)? };
    cursor.expect(")")?;
    Ok(Expression::Call(name, arguments))
}
