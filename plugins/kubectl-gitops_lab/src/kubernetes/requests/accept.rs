//! The form that a client takes its answer in: whole objects, their metadata alone, or a table.

use crate::kubernetes::{StatusError, refusals};

/// A form of answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::kubernetes) enum Form {
    Whole,
    Metadata,
    Table,
    /// Discovery of all groups at once.
    Aggregated,
}

/// The first form among those that `accept` names which is served. Protobuf is not: every client that asks for
/// it takes JSON as well.
pub(in crate::kubernetes) fn of(accept: Option<&str>) -> Result<Form, StatusError> {
    let Some(accept) = accept.filter(|accept| !accept.is_empty()) else { return Ok(Form::Whole) };
    accept.split(',').find_map(range).ok_or_else(refusals::not_acceptable)
}

fn range(range: &str) -> Option<Form> {
    let mut words = range.split(';').map(str::trim);
    let media = words.next().unwrap_or_default();
    if !matches!(media, "application/json" | "application/*" | "*/*") {
        return None;
    }
    let mut parameters = words.filter_map(|word| word.split_once('='));
    let (form, version) =
        parameters.by_ref().fold((None, None), |(form, version), (name, value)| match name {
            "as" => (Some(value), version),
            "v" => (form, Some(value)),
            _ => (form, version),
        });
    match (form, version) {
        (None, _) => Some(Form::Whole),
        (Some("Table"), Some("v1")) => Some(Form::Table),
        (Some("PartialObjectMetadata" | "PartialObjectMetadataList"), Some("v1")) => Some(Form::Metadata),
        (Some("APIGroupDiscoveryList"), Some("v2")) => Some(Form::Aggregated),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, of};

    #[test]
    fn the_first_form_that_is_served_is_taken() {
        let table = "application/json;as=Table;v=v1;g=meta.k8s.io";
        for (accept, form) in [
            (None, Some(Form::Whole)),
            (Some("*/*"), Some(Form::Whole)),
            (Some("application/vnd.kubernetes.protobuf,application/json"), Some(Form::Whole)),
            (Some(table), Some(Form::Table)),
            (Some("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"), Some(Form::Metadata)),
            (Some("application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"), Some(Form::Whole)),
            (Some("application/xml"), None),
            (Some("application/json;as=Chart;v=v1"), None),
        ] {
            assert_eq!(of(accept).ok(), form, "{accept:?}");
        }
    }
}
