//! Regular expressions of schemas, each built once. Every write is checked against those of its kind's schema, and to
//! build an expression takes far longer than to search with it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use regex::Regex;

/// Those that were needed so far; none for what is no expression here. There are as many as schemas have patterns.
static BUILT: Mutex<BTreeMap<String, Option<Regex>>> = Mutex::new(BTreeMap::new());

/// Whether `text` breaks `pattern`. A pattern that cannot be read here lets everything pass.
pub(in crate::kubernetes) fn is_broken(pattern: &str, text: &str) -> bool {
    built(pattern).is_some_and(|expression| !expression.is_match(text))
}

fn built(pattern: &str) -> Option<Regex> {
    let mut expressions = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(expression) = expressions.get(pattern) {
        return expression.clone();
    }
    let expression = Regex::new(pattern).ok();
    expressions.insert(pattern.to_owned(), expression.clone());
    expression
}

#[cfg(test)]
mod tests {
    use super::is_broken;

    #[test]
    fn each_pattern_is_its_own_the_second_time_too() {
        for _ in 0..2 {
            assert!(is_broken("^a+$", "b") && !is_broken("^a+$", "aa"));
            assert!(is_broken("^b+$", "a") && !is_broken("^b+$", "b"));
            assert!(!is_broken("(?=a)", "b"));
        }
    }
}
