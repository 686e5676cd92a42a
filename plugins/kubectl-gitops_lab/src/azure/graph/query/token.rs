//! Tokens of a query, and where they stand.

use jiff::{SignedDuration, Timestamp};

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Lexeme {
    /// A name or an operator that is a word: `type`, `contains`, `!contains`, `in~`.
    Word(String),
    /// The text of a string.
    Text(String),
    Long(i64),
    Real(f64),
    Timespan(SignedDuration),
    /// `datetime(2026-01-31)`, in which nothing is quoted.
    DateTime(Timestamp),
    Symbol(&'static str),
    End,
}

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) lexeme: Lexeme,
    /// As it is written; `<EOF>` at the end.
    pub(super) written: String,
    /// From 1.
    pub(super) line: usize,
    /// From 0, of the line.
    pub(super) character: usize,
    /// Whether it follows the one before without anything between them.
    pub(super) is_adjacent: bool,
}
