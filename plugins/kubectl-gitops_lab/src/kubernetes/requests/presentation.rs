//! Objects as a client wants to see them: whole, their metadata alone, or as rows of a table.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::accept;
use super::accept::Form;
use super::events_v1::seen;
use crate::kubernetes::requests::list_document::{listing, partial};
use crate::kubernetes::table::Inclusion;
use crate::kubernetes::{Resource, StatusError, line, table};

/// How a client wants to see objects.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Presentation {
    form: Form,
    inclusion: Inclusion,
    /// Whether the columns of a watched table have been told.
    has_columns: bool,
}

impl Presentation {
    /// What `accept` and the query ask for.
    pub(crate) fn asked(accept: Option<&str>, query: &str) -> Result<Self, StatusError> {
        let form = accept::of(accept).map_err(|_| StatusError::NotAcceptable)?;
        let parameters = form_urlencoded::parse(query.as_bytes());
        let included = parameters.filter(|(name, _)| name == "includeObject").last();
        let inclusion = Inclusion::named(included.as_ref().map(|(_, value)| value.as_ref()));
        Ok(Self { form, inclusion, has_columns: false })
    }

    pub(in crate::kubernetes) fn new(form: Form, inclusion: Inclusion) -> Self {
        Self { form, inclusion, has_columns: false }
    }

    /// A list.
    pub(crate) fn list(
        self,
        resource: &Resource,
        metadata: Value,
        items: &[&Value],
        now: Timestamp,
    ) -> Value {
        listing(resource, metadata, items, self.form, &self.inclusion, now)
    }

    /// One object.
    pub(crate) fn object(self, resource: &Resource, object: &Value, now: Timestamp) -> Value {
        match self.form {
            Form::Metadata => partial(object),
            Form::Table => {
                let metadata = json!({"resourceVersion": object["metadata"]["resourceVersion"]});
                table::of(resource, metadata, &[object], &self.inclusion, now)
            }
            Form::Whole | Form::Aggregated => seen(resource, object).into_owned(),
        }
    }

    /// A line of a watch. A table tells its columns once.
    pub(crate) fn event(
        &mut self,
        resource: &Resource,
        change: &str,
        object: &Value,
        now: Timestamp,
    ) -> String {
        let mut shown = self.object(resource, object, now);
        if self.form == Form::Table {
            if self.has_columns {
                shown["columnDefinitions"] = Value::Null;
            }
            self.has_columns = true;
        }
        line(change, &shown)
    }

    /// A bookmark has a version and nothing else; the one after what was there says that it is.
    pub(crate) fn bookmark(
        self,
        resource: &Resource,
        version: u64,
        is_end_of_list: bool,
        now: Timestamp,
    ) -> String {
        let mut metadata = json!({"resourceVersion": version.to_string()});
        if is_end_of_list {
            metadata["annotations"] = json!({"k8s.io/initial-events-end": "true"});
        }
        let object =
            json!({"kind": resource.kind, "apiVersion": resource.api_version(), "metadata": metadata});
        match self.form {
            Form::Whole | Form::Aggregated => line("BOOKMARK", &object),
            Form::Metadata | Form::Table => line("BOOKMARK", &self.object(resource, &object, now)),
        }
    }
}
