//! A column: what it is called, and the rule that makes its cells.

use gitops_core::cli::age;
use jiff::Timestamp;
use jsonpath_rust::parser::model::JpQuery;
use serde_json::{Value, json};

/// A column. Those of priority 1 are shown with `-o wide`.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) form: String,
    pub(super) priority: i64,
    pub(super) cell: Cell,
}

/// How a cell is made of an object, at a time.
pub(super) enum Cell {
    Rule(fn(&Value, Timestamp) -> Value),
    /// What a definition says: none for a path that cannot be read.
    Path(Option<JpQuery>),
}

/// A column that is always shown.
pub(super) fn column(name: &str, cell: fn(&Value, Timestamp) -> Value) -> Column {
    Column { name: name.to_owned(), form: "string".to_owned(), priority: 0, cell: Cell::Rule(cell) }
}

/// A column that is shown with `-o wide`.
pub(super) fn wide(name: &str, cell: fn(&Value, Timestamp) -> Value) -> Column {
    Column { priority: 1, ..column(name, cell) }
}

/// A column of numbers.
pub(super) fn count(name: &str, cell: fn(&Value, Timestamp) -> Value) -> Column {
    Column { form: "integer".to_owned(), ..column(name, cell) }
}

/// A column of truths.
pub(super) fn truth(name: &str, cell: fn(&Value, Timestamp) -> Value) -> Column {
    Column { form: "boolean".to_owned(), ..column(name, cell) }
}

/// The object's name, by which kubectl knows it.
pub(super) fn name() -> Column {
    column("Name", |object, _| object["metadata"]["name"].clone())
}

/// How long the object has been there.
pub(super) fn born() -> Column {
    column("Age", |object, now| json!(since(&object["metadata"]["creationTimestamp"], now)))
}

/// How long ago a time was.
pub(super) fn since(value: &Value, now: Timestamp) -> String {
    match value.as_str().and_then(|text| text.parse().ok()) {
        Some(then) => age(Some(then), now),
        None => "<unknown>".to_owned(),
    }
}
