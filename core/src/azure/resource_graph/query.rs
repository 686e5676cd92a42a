//! A query and the scope that it is asked of.

use serde_json::{Map, Value, json};

/// The most rows of a page.
const MOST_ROWS: usize = 1000;

/// Where resources are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GraphScope {
    /// In these subscriptions.
    Subscriptions(Vec<String>),
    /// In these management groups.
    ManagementGroups(Vec<String>),
    /// Wherever the credential may look.
    Everything,
}

/// A query in the language of Resource Graph (KQL), with where it looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphQuery {
    text: String,
    scope: GraphScope,
    /// How many rows are wanted; none: all.
    most: Option<usize>,
}

impl GraphQuery {
    /// A query whose rows each have an `id`, which pages are ordered by: without an order a row may be on two of them,
    /// or on none. The text must keep `id`.
    pub fn rows(text: &str, scope: GraphScope) -> Self {
        Self { text: format!("{}\n| order by id asc", text.trim()), scope, most: None }
    }

    /// A query that sums up and whose few rows need no order: `… | summarize count() by …`.
    pub fn summary(text: &str, scope: GraphScope) -> Self {
        Self { text: text.trim().to_owned(), scope, most: None }
    }

    /// Flux configurations of connected clusters, of a repository and a branch where they are named, with all that is
    /// read of them.
    ///
    /// The address is compared by its end alone, in whatever case: it is written in many ways, and which of them name
    /// the same repository is for [`crate::model::is_same_repository`] to say. `=~` compares texts without case.
    pub fn flux_configurations(path_of_repository: Option<&str>, scope: GraphScope) -> Self {
        let mut text = "kubernetesconfigurationresources\n\
            | where type =~ 'microsoft.kubernetesconfiguration/fluxconfigurations'"
            .to_owned();
        if let Some(path) = path_of_repository {
            text +=
                &format!("\n| where tostring(properties.gitRepository.url) contains {}", kql_string(path));
        }
        text += "\n| project id, name, properties";
        Self::rows(&text, scope)
    }

    /// The same, where no more than so many rows are wanted: as many as fill the last of their pages may come.
    #[must_use]
    pub fn at_most(self, most: usize) -> Self {
        Self { most: Some(most), ..self }
    }

    /// Whether so many rows are enough.
    pub(super) fn is_satisfied_by(&self, rows: usize) -> bool {
        self.most.is_some_and(|most| rows >= most)
    }

    /// The query's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The body of a request for a page.
    pub(super) fn body(&self, skip_token: Option<&str>) -> Value {
        let mut body = Map::new();
        body.insert("query".to_owned(), json!(self.text));
        match &self.scope {
            GraphScope::Subscriptions(ids) => body.insert("subscriptions".to_owned(), json!(ids)),
            GraphScope::ManagementGroups(ids) => body.insert("managementGroups".to_owned(), json!(ids)),
            GraphScope::Everything => None,
        };
        let mut options = json!({ "$top": self.most.unwrap_or(MOST_ROWS).clamp(1, MOST_ROWS), "resultFormat": "objectArray" });
        if let Some(skip_token) = skip_token {
            options["$skipToken"] = json!(skip_token);
        }
        body.insert("options".to_owned(), options);
        Value::Object(body)
    }
}

/// A text as a literal of the query language, in whatever characters: nothing in it ends the literal.
pub fn kql_string(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('\'');
    for c in text.chars() {
        match c {
            '\'' | '\\' => literal.extend(['\\', c]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                literal.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => literal.push(c),
        }
    }
    literal.push('\'');
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_its_literal() {
        for (text, literal) in [
            ("dev", "'dev'"),
            ("", "''"),
            ("it's", r"'it\'s'"),
            (r"a\b", r"'a\\b'"),
            (r"\'", r"'\\\''"),
            ("a' | union x | where '1' == '1", r"'a\' | union x | where \'1\' == \'1'"),
            ("a\nb\r\tc", r"'a\nb\r\tc'"),
            ("a\u{0}b\u{2028}", r"'a\u0000b\u2028'"),
            ("äöü \"x\"", "'äöü \"x\"'"),
        ] {
            assert_eq!(kql_string(text), literal);
        }
    }

    #[test]
    fn a_page_is_asked_for_with_the_same_query_and_scope() {
        for (scope, key) in [
            (GraphScope::Subscriptions(vec!["s".to_owned()]), Some("subscriptions")),
            (GraphScope::ManagementGroups(vec!["m".to_owned()]), Some("managementGroups")),
            (GraphScope::Everything, None),
        ] {
            let query = GraphQuery::rows("resources | project id", scope);
            let (first, second) = (query.body(None), query.body(Some("t")));
            for body in [&first, &second] {
                assert_eq!(body["query"], "resources | project id\n| order by id asc");
                assert_eq!(body["options"]["$top"], 1000);
                let scoped = ["subscriptions", "managementGroups"].map(|key| body[key].is_array());
                let expected = ["subscriptions", "managementGroups"].map(|name| key == Some(name));
                assert_eq!(scoped, expected);
            }
            assert!(first["options"].get("$skipToken").is_none());
            assert_eq!(second["options"]["$skipToken"], "t");
        }
    }
}
