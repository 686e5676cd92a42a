//! What came of a query: its columns and records, and what of them is shown.

use serde_json::{Map, Value as Json};

use super::super::value::Kind;
use super::record::{Record, ResultColumn};

/// What came of a query.
#[derive(Debug)]
pub(in crate::azure::graph) struct Selection {
    pub(super) fields: Vec<ResultColumn>,
    pub(super) records: Vec<Record>,
    /// An operator has taken some of the records and left the others.
    pub(super) is_cut: bool,
}

impl Selection {
    /// How many records there are.
    pub(in crate::azure::graph) fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether all of it can be read page by page: it was not cut, and its rows can be told apart.
    pub(in crate::azure::graph) fn has_pages(&self) -> bool {
        let is_id = |field: &ResultColumn| field.name == "id" && field.kind != Kind::Dynamic;
        !self.is_cut && self.fields.iter().any(is_id)
    }

    /// The names and types of its columns.
    pub(in crate::azure::graph) fn columns(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.fields.iter().map(|field| (field.name.as_str(), field.kind.column_type()))
    }

    /// Some of its records, value by value.
    pub(in crate::azure::graph) fn page(&self, skip: usize, count: usize) -> impl Iterator<Item = Vec<Json>> {
        let page = self.records.iter().skip(skip).take(count);
        page.map(|record| self.fields.iter().map(|field| field.source.value(record).into_json()).collect())
    }

    /// Some of its records, as objects.
    pub(in crate::azure::graph) fn objects(&self, skip: usize, count: usize) -> Vec<Json> {
        let object = |values: Vec<Json>| {
            let names = self.fields.iter().map(|field| field.name.clone());
            Json::Object(names.zip(values).collect::<Map<_, _>>())
        };
        self.page(skip, count).map(object).collect()
    }
}
