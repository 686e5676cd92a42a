//! The filters of `on: push`: which refs and which files start a workflow (docs.github.com, *Workflow syntax*, `on.push`
//! and *Filter pattern cheat sheet*).

use regex::Regex;
use serde_json::Value;

/// GitHub looks at so many changed files, and no further.
const MOST_FILES: usize = 300;

/// What a push has to be like.
#[derive(Debug)]
pub(super) struct PushTrigger {
    branches: Option<Filter>,
    tags: Option<Filter>,
    paths: Option<Filter>,
}

/// Patterns, the last of which that fits decides.
#[derive(Debug)]
struct Filter {
    /// Each with whether it lets in or keeps out.
    patterns: Vec<(Regex, bool)>,
    /// Whether it lists what is left out.
    is_inverted: bool,
}

impl PushTrigger {
    pub(super) fn of(filters: &Value) -> Self {
        let filter = |name: &str| {
            let ignored = format!("{name}-ignore");
            let listed = filters.get(name).map(|patterns| Filter::of(patterns, false));
            listed.or_else(|| filters.get(&ignored).map(|patterns| Filter::of(patterns, true)))
        };
        Self { branches: filter("branches"), tags: filter("tags"), paths: filter("paths") }
    }

    /// Whether a push of this ref, which changed these files, is meant.
    pub(super) fn is_meant(&self, reference: &str, files: &[String]) -> bool {
        let (own, other, name) = match reference.strip_prefix("refs/tags/") {
            Some(tag) => (&self.tags, &self.branches, tag),
            None => (&self.branches, &self.tags, reference.strip_prefix("refs/heads/").unwrap_or(reference)),
        };
        let is_ref = match (own, other) {
            (Some(own), _) => own.lets_in(name),
            // Who lists branches alone means no tags, and the other way round.
            (None, other) => other.is_none(),
        };
        // Tags are pushed without regard to files.
        let is_tag = reference.starts_with("refs/tags/");
        let paths = self.paths.as_ref().filter(|_| !is_tag);
        is_ref && paths.is_none_or(|paths| files.iter().take(MOST_FILES).any(|file| paths.lets_in(file)))
    }
}

impl Filter {
    fn of(patterns: &Value, is_inverted: bool) -> Self {
        let all = match patterns {
            Value::String(only) => vec![only.as_str()],
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let read = |text: &str| {
            let (text, is_in) = text.strip_prefix('!').map_or((text, true), |text| (text, false));
            Some((Regex::new(&expression(text)).ok()?, is_in))
        };
        Self { patterns: all.into_iter().filter_map(read).collect(), is_inverted }
    }

    fn lets_in(&self, name: &str) -> bool {
        let fitting = self.patterns.iter().rev().find(|(pattern, _)| pattern.is_match(name));
        fitting.is_some_and(|(_, is_in)| *is_in) != self.is_inverted
    }
}

/// A filter pattern as a regular expression: `*` and `**` are any texts, `?` and `+` say how often what is before them
/// stands there, and brackets list characters.
fn expression(pattern: &str) -> String {
    let mut expression = "^".to_owned();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let (part, length) = if rest.starts_with("**/") {
            ("(?:.*/)?".to_owned(), 3)
        } else if rest.starts_with("**") {
            (".*".to_owned(), 2)
        } else {
            let part = match first {
                '*' => "[^/]*".to_owned(),
                '?' | '+' | '[' | ']' | '-' => first.to_string(),
                '\\' => rest.chars().nth(1).map(|next| regex::escape(&next.to_string())).unwrap_or_default(),
                other => regex::escape(&other.to_string()),
            };
            let length = if first == '\\' {
                1 + rest.chars().nth(1).map_or(0, char::len_utf8)
            } else {
                first.len_utf8()
            };
            (part, length)
        };
        expression.push_str(&part);
        rest = rest.get(length..).unwrap_or_default();
    }
    expression + "$"
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::PushTrigger;

    fn is_meant(filters: &Value, reference: &str, files: &[&str]) -> bool {
        let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
        PushTrigger::of(filters).is_meant(reference, &files)
    }

    #[test]
    fn branches_are_let_in_by_the_last_pattern_that_fits() {
        for (filters, branch, is_in) in [
            (json!(null), "dev", true),
            (json!({"branches": ["main"]}), "main", true),
            (json!({"branches": ["main"]}), "mainly", false),
            (json!({"branches": ["*", "!main"]}), "dev", true),
            (json!({"branches": ["*", "!main"]}), "main", false),
            (json!({"branches": ["*", "!main"]}), "deploy/1/dev", false),
            (json!({"branches": ["!main", "*"]}), "main", true),
            (json!({"branches": ["!main"]}), "dev", false),
            (json!({"branches": "releases/**"}), "releases/1/2", true),
            (json!({"branches": ["releases/**-alpha"]}), "releases/beta/3-alpha", true),
            (json!({"branches": ["v[12].[0-9]+"]}), "v1.10", true),
            (json!({"branches": ["*.jsx?"]}), "page.js", true),
            (json!({"branches-ignore": ["main", "feature/*"]}), "feature/a", false),
            (json!({"branches-ignore": ["main"]}), "dev", true),
            (json!({"tags": ["v1"]}), "v1", false),
        ] {
            assert_eq!(is_meant(&filters, &format!("refs/heads/{branch}"), &[]), is_in, "{filters} {branch}");
        }
    }

    #[test]
    fn tags_are_pushed_without_regard_to_files() {
        let filters = json!({"tags": ["v*"], "paths": ["docs/**"]});
        assert!(is_meant(&filters, "refs/tags/v1", &["src/main.rs"]));
        assert!(!is_meant(&filters, "refs/tags/latest", &[]));
        assert!(!is_meant(&json!({"branches": ["**"]}), "refs/tags/v1", &[]));
    }

    #[test]
    fn one_changed_file_that_is_listed_is_enough() {
        for (filters, files, is_in) in [
            (json!({"paths": ["**/values.yaml"]}), vec!["values.yaml"], true),
            (json!({"paths": ["**/values.yaml"]}), vec!["a/b/values.yaml", "readme"], true),
            (json!({"paths": ["**/values.yaml"]}), vec!["a/values.yaml.bak"], false),
            (json!({"paths": ["**/values.yaml"]}), vec![], false),
            (json!({"paths": ["sub/**", "!sub/docs/**"]}), vec!["sub/docs/a"], false),
            (json!({"paths-ignore": ["docs/**"]}), vec!["docs/a"], false),
            (json!({"paths-ignore": ["docs/**"]}), vec!["docs/a", "src/a"], true),
        ] {
            assert_eq!(is_meant(&filters, "refs/heads/dev", &files), is_in, "{filters} {files:?}");
        }
        let mut files = vec!["readme"; 300];
        files.push("values.yaml");
        let filters = json!({"paths": ["**/values.yaml"]});
        assert!(!is_meant(&filters, "refs/heads/dev", &files), "GitHub looks at 300 files");
    }
}
