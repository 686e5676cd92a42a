//! The query language of Resource Graph, as much of it as is asked of the lab: read, checked, and carried out on rows.
//! What the service has beyond that is refused by name; what it has not is refused as the service does.

mod aggregate;
mod binding;
#[cfg(test)]
mod cases;
mod columns;
mod cursor;
mod evaluation;
mod execution;
mod expression;
mod expression_parser;
mod function;
mod grouping;
mod joining;
mod lexer;
mod parser;
mod problem;
mod record;
mod selection;
mod token;

pub(super) use parser::parse;
pub(in crate::azure) use problem::QueryProblem;
pub(super) use selection::Selection;
