//! Selectors of labels, with kubectl's grammar: `a=b,c!=d,e in (x,y),e notin (z),f,!g`.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// Requirements that labels must all meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelSelector {
    text: String,
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Operator {
    Exists,
    Absent,
    In(BTreeSet<String>),
    /// Also met where there is no such label.
    NotIn(BTreeSet<String>),
}

impl LabelSelector {
    /// Whether labels meet every requirement.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.requirements.iter().all(|Requirement { key, operator }| {
            let value = labels.get(key);
            match operator {
                Operator::Exists => value.is_some(),
                Operator::Absent => value.is_none(),
                Operator::In(values) => value.is_some_and(|value| values.contains(value)),
                Operator::NotIn(values) => value.is_none_or(|value| !values.contains(value)),
            }
        })
    }
}

impl std::fmt::Display for LabelSelector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for LabelSelector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let requirements: Result<Vec<Requirement>, String> =
            parts(text).into_iter().map(|part| Requirement::parse(part.trim())).collect();
        Ok(Self { text: text.to_owned(), requirements: requirements? })
    }
}

/// What stands between commas that are not in parentheses.
fn parts(text: &str) -> Vec<&str> {
    let mut is_open = false;
    text.split(|character| {
        match character {
            '(' => is_open = true,
            ')' => is_open = false,
            _ => {}
        }
        character == ',' && !is_open
    })
    .collect()
}

impl Requirement {
    fn parse(text: &str) -> Result<Self, String> {
        let (key, operator) = if let Some(key) = text.strip_prefix('!') {
            (key, Operator::Absent)
        } else if let Some((key, value)) = text.split_once("!=") {
            (key, Operator::NotIn(BTreeSet::from([self::value(value)?])))
        } else if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
            (key, Operator::In(BTreeSet::from([self::value(value)?])))
        } else if let Some((key, values)) = text.split_once(" notin ").or_else(|| text.split_once(" notin("))
        {
            (key, Operator::NotIn(self::values(values)?))
        } else if let Some((key, values)) = text.split_once(" in ").or_else(|| text.split_once(" in(")) {
            (key, Operator::In(self::values(values)?))
        } else {
            (text, Operator::Exists)
        };
        let key = key.trim();
        let is_key_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
        match !key.is_empty() && key.bytes().all(is_key_byte) {
            true => Ok(Self { key: key.to_owned(), operator }),
            false => Err(malformed()),
        }
    }
}

fn malformed() -> String {
    "a selector is made of a=b, a!=b, 'a in (b,c)', 'a notin (b,c)', a and !a, with commas between".to_owned()
}

fn value(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_value = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    is_value.then(|| text.to_owned()).ok_or_else(malformed)
}

fn values(text: &str) -> Result<BTreeSet<String>, String> {
    let text = text.trim().trim_start_matches('(');
    let inner = text.strip_suffix(')').ok_or_else(malformed)?;
    inner.split(',').map(value).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::LabelSelector;

    fn matches(selector: &str, labels: &[(&str, &str)]) -> bool {
        let labels: BTreeMap<String, String> =
            labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        selector.parse::<LabelSelector>().expect(selector).matches(&labels)
    }

    #[test]
    fn selectors_mean_what_kubectls_do() {
        let labels = [("team", "web"), ("example.com/tier", "gold"), ("flag", "")];
        for (selector, expected) in [
            ("team=web", true),
            ("team==web", true),
            ("team = web", true),
            ("team=api", false),
            ("team!=api", true),
            ("missing!=api", true),
            ("team!=web", false),
            ("team in (web,api)", true),
            ("team in (api, db)", false),
            ("team notin (api,db)", true),
            ("missing notin (api)", true),
            ("team notin(web)", false),
            ("flag", true),
            ("missing", false),
            ("!missing", true),
            ("!team", false),
            ("flag=", true),
            ("team=web,example.com/tier in (gold,silver),!missing", true),
            ("team=web,example.com/tier in (bronze,silver)", false),
        ] {
            assert_eq!(matches(selector, &labels), expected, "{selector}");
        }
    }

    #[test]
    fn what_kubectl_refuses_is_refused() {
        for selector in ["", ",", "a=b,", "=b", "a in (b", "a in b", "a b", "a=b c", "a>1", "a=b/c"] {
            assert!(selector.parse::<LabelSelector>().is_err(), "{selector}");
        }
    }
}
