//! Why a query is not carried out.

use thiserror::Error;

/// Why a query is not carried out.
#[derive(Debug, PartialEq, Eq, Error)]
pub(in crate::azure) enum QueryProblem {
    /// It is no query: the first token that cannot stand where it does.
    #[error("{token} cannot stand at {line}:{character}")]
    Unparsable {
        /// From 1.
        line: usize,
        /// From 0, of the line.
        character: usize,
        /// The token as it is written, or `<EOF>`.
        token: String,
    },
    /// A function that the language does not have.
    #[error("Unknown function: '{0}'.")]
    UnknownFunction(String),
    /// A table that Resource Graph does not have.
    #[error("Table {0} is invalid, unsupported or disallowed.")]
    UnknownTable(String),
    /// It can be read, and means nothing.
    #[error("{0}")]
    Meaningless(String),
    /// What it makes does not fit into memory.
    #[error("Query execution lacks memory resources to complete: {0}")]
    TooLarge(&'static str),
    /// What the service can and the lab cannot.
    #[error("the lab's Resource Graph has no {0}")]
    NotSimulated(String),
}
