//! Labels as a server takes them, and names like those of labels.

use serde_json::Value;

use crate::kubernetes::refusals::Cause;

const LONGEST: usize = 63;
const NAMES: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
    alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
    '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUES: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', \
    and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used \
    for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// What is wrong with `labels`.
pub(super) fn check(labels: &Value, field: &str) -> Vec<Cause> {
    let mut causes = Vec::new();
    for (name, value) in labels.as_object().into_iter().flatten() {
        let wrong = wrong_name(name).into_iter();
        causes.extend(wrong.map(|why| Cause::invalid(field, format!("{name:?}: {why}"))));
        let value = value.as_str().unwrap_or_default();
        if value.len() > LONGEST {
            causes.push(Cause::invalid(field, format!("{value:?}: must be no more than {LONGEST} bytes")));
        }
        if !value.is_empty() && !is_word(value) {
            causes.push(Cause::invalid(field, format!("{value:?}: {VALUES}")));
        }
    }
    causes
}

/// What is wrong with a name: `app.kubernetes.io/name`, or without the domain.
pub(super) fn wrong_name(whole: &str) -> Vec<String> {
    let parts: Vec<&str> = whole.split('/').collect();
    let mut wrong = Vec::new();
    let name = match parts[..] {
        [name] => name,
        ["", name] => {
            wrong.push("prefix part must be non-empty".to_owned());
            name
        }
        [prefix, name] => {
            if !prefix.split('.').all(is_domain) {
                wrong.push(format!(
                    "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \
                     '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex \
                     used for validation is '{DOMAIN}(\\.{DOMAIN})*')"
                ));
            }
            name
        }
        _ => {
            return vec![format!(
                "a valid label key {NAMES} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            )];
        }
    };
    if name.is_empty() {
        wrong.push("name part must be non-empty".to_owned());
    } else if name.len() > LONGEST {
        wrong.push(format!("name part must be no more than {LONGEST} bytes"));
    }
    if !is_word(name) {
        wrong.push(format!("name part {NAMES}"));
    }
    wrong
}

const DOMAIN: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

/// Whether it is a part of a domain.
pub(super) fn is_domain(part: &str) -> bool {
    let ends = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    part.starts_with(ends) && part.ends_with(ends) && part.chars().all(|letter| ends(letter) || letter == '-')
}

fn is_word(text: &str) -> bool {
    let ends = |letter: char| letter.is_ascii_alphanumeric();
    let within = |letter: char| ends(letter) || "-_.".contains(letter);
    text.starts_with(ends) && text.ends_with(ends) && text.chars().all(within)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::check;

    #[test]
    fn labels_that_a_server_refuses_are_named() {
        let long = "x".repeat(64);
        for (name, value, told) in [
            ("app", "hello", vec![]),
            ("app.kubernetes.io/name", "", vec![]),
            ("bad label", "x", vec!["Invalid value: \"bad label\": name part must consist of"]),
            ("app", "a b", vec!["Invalid value: \"a b\": a valid label must be an empty string"]),
            ("/a", "x", vec!["Invalid value: \"/a\": prefix part must be non-empty"]),
            ("A.b/a", "x", vec!["Invalid value: \"A.b/a\": prefix part a lowercase RFC 1123 subdomain"]),
            ("a/b/c", "x", vec!["Invalid value: \"a/b/c\": a valid label key must consist of"]),
            ("app", long.as_str(), vec!["must be no more than 63 bytes"]),
        ] {
            let labels = json!({name: value});
            let causes = check(&labels, "metadata.labels");
            assert_eq!(causes.len(), told.len(), "{name}={value}");
            for (cause, told) in causes.iter().zip(told) {
                assert!(cause.message.contains(told), "{}", cause.message);
            }
        }
    }
}
