//! What is asked of Resource Graph: a query, where to look, and which part of the answer is wanted.

use serde_json::Value as Json;

use super::query::QueryProblem;
use super::refusal::GraphRefusal;

/// The most rows of an answer, and how many there are where none are asked for.
const ROWS: usize = 1000;

/// A request, read.
#[derive(Debug)]
pub(super) struct GraphRequest {
    pub(super) query: String,
    /// Where to look; everywhere that the caller sees, where neither names anything.
    pub(super) subscriptions: Vec<String>,
    pub(super) management_groups: Vec<String>,
    pub(super) top: Option<usize>,
    pub(super) skip: usize,
    pub(super) skip_token: Option<String>,
    /// Columns and rows instead of objects.
    pub(super) is_table: bool,
}

impl GraphRequest {
    /// Reads a body.
    pub(super) fn read(body: &[u8]) -> Result<Self, GraphRefusal> {
        let invalid = |message: String| GraphRefusal::bad("InvalidRequest", message);
        let document: Json =
            serde_json::from_slice(body).map_err(|error| invalid(format!("The body is no JSON: {error}")))?;
        let query = document["query"].as_str().filter(|query| !query.trim().is_empty());
        let query = query.ok_or_else(|| invalid("The query is required.".to_owned()))?;
        if document["facets"].as_array().is_some_and(|facets| !facets.is_empty()) {
            return Err(QueryProblem::NotSimulated("facets".to_owned()).into());
        }
        let options = &document["options"];
        if !(options.is_null() || options.is_object()) {
            return Err(invalid("options must be an object.".to_owned()));
        }
        let top = number(options, "$top", 1..=ROWS)?;
        let skip = number(options, "$skip", 0..=usize::MAX)?.unwrap_or_default();
        let format = options["resultFormat"].as_str().unwrap_or("objectArray").to_lowercase();
        if !["objectarray", "table"].contains(&format.as_str()) {
            return Err(invalid(format!("resultFormat '{format}' is none of table, objectArray.")));
        }
        Ok(Self {
            query: query.to_owned(),
            subscriptions: texts(&document, "subscriptions")?,
            management_groups: texts(&document, "managementGroups")?,
            top,
            skip,
            skip_token: options["$skipToken"].as_str().filter(|token| !token.is_empty()).map(str::to_owned),
            is_table: format == "table",
        })
    }

    /// How many rows a page has at most.
    pub(super) fn page_size(&self) -> usize {
        self.top.unwrap_or(ROWS)
    }
}

fn number(
    options: &Json,
    name: &str,
    range: std::ops::RangeInclusive<usize>,
) -> Result<Option<usize>, GraphRefusal> {
    let value = &options[name];
    if value.is_null() {
        return Ok(None);
    }
    let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
    let number = number.filter(|number| range.contains(number));
    let message = || match *range.end() {
        usize::MAX => format!("{name} must be a whole number that is not negative."),
        most => format!("{name} must be a whole number from {} to {most}.", range.start()),
    };
    number.map(Some).ok_or_else(|| GraphRefusal::bad("InvalidRequest", message()))
}

fn texts(document: &Json, name: &str) -> Result<Vec<String>, GraphRefusal> {
    let texts = match &document[name] {
        Json::Null => Some(Vec::new()),
        Json::Array(texts) => texts.iter().map(|text| text.as_str().map(str::to_owned)).collect(),
        _ => None,
    };
    texts.ok_or_else(|| GraphRefusal::bad("InvalidRequest", format!("{name} must be an array of strings.")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::GraphRequest;

    #[test]
    fn a_body_is_read_with_what_it_leaves_out() {
        let body = json!({"query": "resources", "subscriptions": ["S"], "options": {"$top": 3, "$skip": 2, "resultFormat": "Table"}});
        let read = GraphRequest::read(body.to_string().as_bytes()).unwrap();
        assert_eq!((read.page_size(), read.skip, read.is_table), (3, 2, true));
        let read = GraphRequest::read(br#"{"query": "resources", "options": null}"#).unwrap();
        assert_eq!((read.page_size(), read.skip, read.is_table), (1000, 0, false));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for body in [
            "",
            "[]",
            "{}",
            r#"{"query": " "}"#,
            r#"{"query": 1}"#,
            r#"{"query": "a", "subscriptions": "S"}"#,
            r#"{"query": "a", "subscriptions": [1]}"#,
            r#"{"query": "a", "options": []}"#,
            r#"{"query": "a", "facets": [{"expression": "location"}]}"#,
            r#"{"query": "a", "options": {"$top": 0}}"#,
            r#"{"query": "a", "options": {"$top": 1001}}"#,
            r#"{"query": "a", "options": {"$top": "10"}}"#,
            r#"{"query": "a", "options": {"$skip": -1}}"#,
            r#"{"query": "a", "options": {"resultFormat": "csv"}}"#,
        ] {
            assert!(GraphRequest::read(body.as_bytes()).is_err(), "{body}");
        }
    }
}
