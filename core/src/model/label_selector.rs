//! Selectors of labels, with kubectl's grammar: `a=b,c!=d,e in (x,y),e notin (z),f,!g,h>1,i<9`.

mod error;
mod grammar;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

pub use error::LabelSelectorError;

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
    /// Met by integers alone.
    GreaterThan(i64),
    /// Met by integers alone.
    LessThan(i64),
}

impl LabelSelector {
    /// Whether it asks nothing of labels.
    pub fn is_everything(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether labels meet every requirement.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.requirements.iter().all(|Requirement { key, operator }| {
            let value = labels.get(key);
            let integer = || value.and_then(|value| value.parse::<i64>().ok());
            match operator {
                Operator::Exists => value.is_some(),
                Operator::Absent => value.is_none(),
                Operator::In(values) => value.is_some_and(|value| values.contains(value)),
                Operator::NotIn(values) => value.is_none_or(|value| !values.contains(value)),
                Operator::GreaterThan(limit) => integer().is_some_and(|integer| integer > *limit),
                Operator::LessThan(limit) => integer().is_some_and(|integer| integer < *limit),
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
    type Err = LabelSelectorError;

    fn from_str(text: &str) -> Result<Self, LabelSelectorError> {
        Ok(Self { text: text.to_owned(), requirements: grammar::requirements(text)? })
    }
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
        let labels =
            [("team", "web"), ("example.com/tier", "gold"), ("flag", ""), ("in", "notin"), ("wave", "3")];
        for (selector, expected) in [
            ("", true),
            (" ", true),
            ("team=web", true),
            ("team==web", true),
            (" team = web ", true),
            ("team=api", false),
            ("team!=api", true),
            ("missing!=api", true),
            ("team!=web", false),
            ("team in (web,api)", true),
            ("team in (api, db)", false),
            ("team notin (api,db)", true),
            ("missing notin (api)", true),
            ("team notin(web)", false),
            ("team\tin\t( web )", true),
            ("flag", true),
            ("missing", false),
            ("!missing", true),
            ("! missing", true),
            ("!team", false),
            ("flag=", true),
            ("flag=,team=web", true),
            ("flag!=", false),
            ("flag in (,a)", true),
            ("flag in (a,)", true),
            ("flag in (a,,b)", true),
            ("flag in (,)", true),
            ("flag in (b,,)", true),
            ("flag in ()", true),
            ("team in ()", false),
            ("flag in (a,b)", false),
            ("in=notin", true),
            ("in in (in,notin)", true),
            ("wave>2", true),
            ("wave > 3", false),
            ("wave<4,wave>2", true),
            ("wave<3", false),
            ("team>1", false),
            ("missing<1", false),
            ("team=web,example.com/tier in (gold,silver),!missing", true),
            ("team=web,example.com/tier in (bronze,silver)", false),
        ] {
            assert_eq!(matches(selector, &labels), expected, "{selector}");
        }
    }

    #[test]
    fn what_kubectl_refuses_is_refused() {
        let [long_key, long_value] = ["a", "a="].map(|start| start.to_owned() + &"b".repeat(64));
        for selector in [
            ",",
            "a=b,",
            ",a=b",
            "a,,b",
            "=b",
            "!",
            "!a=b",
            "!!a",
            "a b",
            "a=b c",
            "a=b/c",
            "a=-b",
            "a=b-",
            "a=(b)",
            "a===b",
            "a=!b",
            "a=>b",
            "a in",
            "a in b",
            "a in (b",
            "a in ((b)",
            "a in (b))",
            "a in (b c)",
            "a in (b)c",
            "a in (b=c)",
            "a notin",
            "a notin (",
            "a>",
            "a>b",
            "a<1.5",
            "a>-1",
            "a>(1)",
            "a>=1",
            "a>9223372036854775808",
            "-a",
            "a-",
            "a/",
            "/a",
            "a/b/c",
            "A.example/b",
            "-a.example/b",
            "a..b/c",
            "ä",
            "a=ä",
            "a in (ä)",
            "(a)",
            ")",
            "a)",
            &long_key,
            &long_value,
        ] {
            assert!(selector.parse::<LabelSelector>().is_err(), "{selector}");
        }
    }

    #[test]
    fn an_error_names_what_is_wrong() {
        for (selector, error) in [
            ("a in ((b)", "found '(' where a value, a comma or ) belongs"),
            ("a in (b", "found the end where a comma or ) belongs"),
            ("a b", "found 'b' where one of =, !=, in, notin, > and < belongs"),
            ("a=b c", "found 'c' where a comma or the end belongs"),
            ("a,", "found the end where a key belongs"),
            ("a>b", "'b' is not an integer, and > and < compare integers"),
            ("a/b/c", "'a/b/c' cannot be the key of a label"),
            ("a=-b", "'-b' cannot be the value of a label"),
        ] {
            let refused = selector.parse::<LabelSelector>().expect_err(selector);
            assert_eq!(refused.to_string(), error, "{selector}");
        }
    }
}
