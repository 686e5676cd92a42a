//! Which of two versions is older, where that can be read from their names: `0.0.1-12` and `v0.0.1-9`. Names that are
//! built differently are not compared: a branch's name, a date and a hash have no order among each other.

use std::cmp::Ordering;

/// A part of a version: digits, or what is between them.
#[derive(PartialEq, Eq)]
enum Part<'a> {
    /// A number, without zeros before it.
    Number(&'a str),
    /// Anything else.
    Text(&'a str),
}

/// The order of two versions; `None` where they are not built alike.
pub(super) fn compare_versions(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (parts(left), parts(right));
    let has_number = |parts: &[Part<'_>]| parts.iter().any(|part| matches!(part, Part::Number(_)));
    if left.len() != right.len() || !has_number(&left) {
        return None;
    }
    let mut order = Ordering::Equal;
    for parts in left.iter().zip(&right) {
        let next = match parts {
            (Part::Number(left), Part::Number(right)) => (left.len(), left).cmp(&(right.len(), right)),
            (Part::Text(left), Part::Text(right)) if left == right => Ordering::Equal,
            _ => return None,
        };
        order = order.then(next);
    }
    Some(order)
}

fn parts(version: &str) -> Vec<Part<'_>> {
    let version = version.trim_start_matches('v');
    let mut parts = Vec::new();
    let mut rest = version;
    while let Some(first) = rest.chars().next() {
        let is_number = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
        let (part, others) = rest.split_at(end);
        parts.push(match is_number {
            true => Part::Number(part.trim_start_matches('0')),
            false => Part::Text(part),
        });
        rest = others;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_are_built_alike_have_an_order() {
        use Ordering::{Equal, Greater, Less};
        for (left, right, order) in [
            ("0.0.1-12", "0.0.1-13", Some(Less)),
            ("0.0.1-9", "0.0.1-12", Some(Less)),
            ("0.0.2-1", "0.0.1-12", Some(Greater)),
            ("v1.4.0", "1.4.0", Some(Equal)),
            ("1.04", "1.4", Some(Equal)),
            ("2026-11-29", "2026-12-01", Some(Less)),
            ("99999999999999999999999999", "100000000000000000000000000", Some(Less)),
            ("0.0.1-12", "0.0.1", None),
            ("0.0.1-rc1", "0.0.1-beta1", None),
            ("1a2b3c4", "9f8e7d6", None),
            ("latest", "latest", None),
            ("", "", None),
        ] {
            assert_eq!(compare_versions(left, right), order, "{left} {right}");
        }
    }
}
