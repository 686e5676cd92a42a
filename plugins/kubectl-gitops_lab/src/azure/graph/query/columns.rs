//! Operators that change columns: which there are, and what they are called.

use jiff::Timestamp;

use super::binding::{Binder, BoundNode};
use super::expression::Named;
use super::problem::QueryProblem;
use super::record::{Record, ResultColumn, Source};
use super::selection::Selection;

/// How much a column that is worked out may hold, in all records together.
const MOST_BYTES: usize = 64 << 20;

/// Columns more, or others of the same name.
pub(super) fn extend(selection: &mut Selection, named: &[Named], now: Timestamp) -> Result<(), QueryProblem> {
    // All of them see the columns that were there before.
    let before = selection.fields.clone();
    for (at, named) in named.iter().enumerate() {
        let field = computed(selection, &before, named, at, now)?;
        match selection.fields.iter_mut().find(|other| other.name == field.name) {
            Some(other) => *other = field,
            None => selection.fields.push(field),
        }
    }
    Ok(())
}

/// These columns and no others.
pub(super) fn project(
    selection: &mut Selection,
    named: &[Named],
    now: Timestamp,
) -> Result<(), QueryProblem> {
    let before = selection.fields.clone();
    let mut fields: Vec<ResultColumn> = Vec::new();
    for (at, named) in named.iter().enumerate() {
        let mut field = computed(selection, &before, named, at, now)?;
        field.name = free_name(&fields, field.name, named.name.is_some())?;
        fields.push(field);
    }
    selection.fields = fields;
    Ok(())
}

/// All columns but these.
pub(super) fn project_away(selection: &mut Selection, patterns: &[String]) -> Result<(), QueryProblem> {
    for pattern in patterns {
        let before = selection.fields.len();
        selection.fields.retain(|field| !matches(pattern, &field.name));
        if before == selection.fields.len() && !pattern.contains('*') {
            let message = format!("Failed to resolve column or scalar expression named '{pattern}'");
            return Err(QueryProblem::Meaningless(message));
        }
    }
    Ok(())
}

/// The cell of a column.
pub(super) fn cell_of(selection: &mut Selection, name: &str) -> Option<usize> {
    let field = selection.fields.iter_mut().find(|field| field.name == name)?;
    let cell = selection.records.iter().map(|record| record.cells.len()).max().unwrap_or_default();
    let source = field.source.clone();
    for record in &mut selection.records {
        let value = source.value(record);
        record.cells.push(value);
    }
    field.source = Source::Cell(cell);
    Some(cell)
}

/// A name that no column has yet: an unnamed one gets a number, a named one must be the only one.
pub(super) fn free_name(
    fields: &[ResultColumn],
    name: String,
    is_given: bool,
) -> Result<String, QueryProblem> {
    let is_taken = |name: &str| fields.iter().any(|field| field.name == name);
    if !is_taken(&name) {
        return Ok(name);
    }
    if is_given {
        return Err(QueryProblem::Meaningless(format!("A column named '{name}' already exists")));
    }
    let numbered = (1..).map(|number| format!("{name}{number}"));
    Ok(numbered.into_iter().find(|name| !is_taken(name)).unwrap_or(name))
}

/// A column of an expression. A place is left where it is; everything else is worked out now.
fn computed(
    selection: &mut Selection,
    before: &[ResultColumn],
    named: &Named,
    at: usize,
    now: Timestamp,
) -> Result<ResultColumn, QueryProblem> {
    let bound = Binder { fields: before, now }.bind(&named.expression)?;
    let name = named.name.clone().or_else(|| named.expression.column_name());
    let name = name.unwrap_or_else(|| format!("Column{}", at + 1));
    let kind = bound.kind;
    let source = match bound.node {
        BoundNode::Source(source) => source,
        _ => {
            let cell = |record: &Record| record.cells.len();
            let index = selection.records.first().map(cell).unwrap_or_default();
            let mut size = 0_usize;
            for record in &mut selection.records {
                let value = bound.value(record);
                size = size.saturating_add(value.size());
                if size > MOST_BYTES {
                    return Err(QueryProblem::TooLarge("a column is too large"));
                }
                record.cells.push(value);
            }
            Source::Cell(index)
        }
    };
    Ok(ResultColumn { name, kind, source })
}

/// Whether a name is that of a pattern, in which `*` stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((beginning, rest)) => name.strip_prefix(beginning).is_some_and(|behind| {
            let mut ends = behind.char_indices().map(|(at, _)| at).chain([behind.len()]);
            ends.any(|at| matches(rest, &behind[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, name, is_match) in [
            ("id", "id", true),
            ("id", "ids", false),
            ("*", "id", true),
            ("prop*", "properties", true),
            ("*Id", "tenantId", true),
            ("*n*I*", "tenantId", true),
            ("*Id", "id", false),
            ("", "id", false),
        ] {
            assert_eq!(matches(pattern, name), is_match, "{pattern} {name}");
        }
    }
}
