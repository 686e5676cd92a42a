//! Reads queries: a table, and operators behind bars.

use super::cursor::Cursor;
use super::expression::{JoinKind, Operator, Query, SortKey};
use super::expression_parser::{expression, named};
use super::lexer::tokens;
use super::problem::QueryProblem;
use super::token::Lexeme;

/// The most rows that `mv-expand` makes of one, where the query does not say.
const EXPANDED: usize = 128;

/// What the language of Resource Graph has and the lab's has not.
const NOT_SIMULATED: [&str; 11] = [
    "union",
    "parse",
    "parse-where",
    "project-keep",
    "project-rename",
    "project-reorder",
    "mv-apply",
    "invoke",
    "lookup",
    "sample",
    "let",
];

/// Reads a query.
pub(in crate::azure::graph) fn parse(query: &str) -> Result<Query, QueryProblem> {
    let mut cursor = Cursor::new(tokens(query)?);
    if cursor.word() == Some("let") {
        return Err(QueryProblem::NotSimulated("let".to_owned()));
    }
    let query = piped(&mut cursor)?;
    cursor.accept(";");
    if cursor.peek().lexeme == Lexeme::End { Ok(query) } else { Err(cursor.unexpected()) }
}

/// A table and operators, up to whatever is neither.
fn piped(cursor: &mut Cursor) -> Result<Query, QueryProblem> {
    let (table, mut operators) = match cursor.word() {
        Some(word) if !begins_operator(word) => (Some(cursor.name()?), Vec::new()),
        _ => (None, vec![operator(cursor)?]),
    };
    while cursor.accept("|") {
        operators.push(operator(cursor)?);
    }
    Ok(Query { table, operators })
}

fn begins_operator(word: &str) -> bool {
    let operators = [
        "where",
        "filter",
        "extend",
        "project",
        "summarize",
        "distinct",
        "order",
        "sort",
        "take",
        "limit",
        "top",
        "count",
        "mv",
        "mvexpand",
        "join",
    ];
    operators.contains(&word) || NOT_SIMULATED.contains(&word)
}

/// The name of an operator: `project-away` is one.
fn operator_name(cursor: &mut Cursor) -> Result<String, QueryProblem> {
    let (dash, last) = (cursor.behind(1), cursor.behind(2));
    let is_compound = dash.is_adjacent && dash.lexeme == Lexeme::Symbol("-") && last.is_adjacent;
    let compound = match (&cursor.peek().lexeme, &last.lexeme) {
        (Lexeme::Word(first), Lexeme::Word(last)) if is_compound => Some(format!("{first}-{last}")),
        _ => None,
    };
    let known = ["project-away", "mv-expand"];
    let compound = compound.filter(|name| [&known[..], &NOT_SIMULATED].concat().contains(&name.as_str()));
    match compound {
        Some(name) => {
            (0..3).for_each(|_| cursor.skip());
            Ok(name)
        }
        None => {
            let name = cursor.word().map(str::to_owned).ok_or_else(|| cursor.unexpected())?;
            if !begins_operator(&name) || name == "mv" {
                return Err(cursor.unexpected());
            }
            cursor.skip();
            Ok(name)
        }
    }
}

fn operator(cursor: &mut Cursor) -> Result<Operator, QueryProblem> {
    let name = operator_name(cursor)?;
    Ok(match name.as_str() {
        "where" | "filter" => Operator::Where(expression(cursor)?),
        "extend" => Operator::Extend(cursor.list(named)?),
        "project" => Operator::Project(cursor.list(named)?),
        "project-away" => Operator::ProjectAway(cursor.list(pattern)?),
        "summarize" => summarize(cursor)?,
        "distinct" if cursor.accept("*") => Operator::Distinct(Vec::new()),
        "distinct" => Operator::Distinct(cursor.list(named)?),
        "order" | "sort" => {
            cursor.expect_word("by")?;
            Operator::Order(cursor.list(sort_key)?)
        }
        "take" | "limit" => Operator::Take(cursor.count()?),
        "top" => {
            let count = cursor.count()?;
            cursor.expect_word("by")?;
            Operator::Top(count, cursor.list(sort_key)?)
        }
        "count" => Operator::Count,
        "mv-expand" | "mvexpand" => mv_expand(cursor)?,
        "join" => join(cursor)?,
        _ => return Err(QueryProblem::NotSimulated(format!("operator {name}"))),
    })
}

/// `kind=leftouter (query) on column, column`.
fn join(cursor: &mut Cursor) -> Result<Operator, QueryProblem> {
    let mut kind = "innerunique".to_owned();
    if cursor.accept_word("kind") {
        cursor.expect("=")?;
        kind = cursor.name()?;
    }
    let known = JoinKind::of_word(&kind);
    let known = known.ok_or_else(|| QueryProblem::NotSimulated(format!("join of kind {kind}")))?;
    cursor.expect("(")?;
    let other = cursor.nested(piped)?;
    cursor.expect(")")?;
    cursor.expect_word("on")?;
    Ok(Operator::Join { kind: known, other, on: cursor.list(Cursor::name)? })
}

fn summarize(cursor: &mut Cursor) -> Result<Operator, QueryProblem> {
    let aggregates = if cursor.word() == Some("by") { Vec::new() } else { cursor.list(named)? };
    let by = if cursor.accept_word("by") { cursor.list(named)? } else { Vec::new() };
    Ok(Operator::Summarize { aggregates, by })
}

/// `expression [asc|desc] [nulls first|nulls last]`: descending, unless it says otherwise; null is the least.
fn sort_key(cursor: &mut Cursor) -> Result<SortKey, QueryProblem> {
    let expression = expression(cursor)?;
    let is_ascending = cursor.accept_word("asc");
    if !is_ascending {
        cursor.accept_word("desc");
    }
    let nulls_first = if cursor.accept_word("nulls") {
        let is_first = cursor.accept_word("first");
        if !is_first {
            cursor.expect_word("last")?;
        }
        is_first
    } else {
        is_ascending
    };
    Ok(SortKey { expression, is_descending: !is_ascending, nulls_first })
}

/// `column [to typeof(kind)]`, and how many rows at most.
fn mv_expand(cursor: &mut Cursor) -> Result<Operator, QueryProblem> {
    let columns = cursor.list(|cursor| {
        let column = named(cursor)?;
        if cursor.accept_word("to") {
            cursor.expect_word("typeof")?;
            cursor.expect("(")?;
            let kind = cursor.name()?;
            cursor.expect(")")?;
            if kind != "dynamic" {
                return Err(QueryProblem::NotSimulated(format!("mv-expand to typeof({kind})")));
            }
        }
        Ok(column)
    })?;
    let most = if cursor.accept_word("limit") { cursor.count()? } else { EXPANDED };
    Ok(Operator::MvExpand(columns, most))
}

/// A name, perhaps with `*` in it.
fn pattern(cursor: &mut Cursor) -> Result<String, QueryProblem> {
    let mut pattern = String::new();
    loop {
        let is_next = pattern.is_empty() || cursor.peek().is_adjacent;
        if is_next && cursor.accept("*") {
            pattern.push('*');
        } else if is_next && matches!(cursor.peek().lexeme, Lexeme::Word(_) | Lexeme::Symbol("[")) {
            pattern.push_str(&cursor.name()?);
        } else if pattern.is_empty() {
            return Err(cursor.unexpected());
        } else {
            return Ok(pattern);
        }
    }
}
