//! Routes, with every segment encoded: names of branches and environments hold anything.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::github::RepositoryName;

const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// In paths of files and of refs the slashes stay.
const PATH: &AsciiSet = &SEGMENT.remove(b'/');

/// `/segment/segment…`
pub(super) fn route(segments: &[&str]) -> String {
    segments.iter().map(|segment| format!("/{}", encoded(segment))).collect()
}

/// `/repos/owner/name/segment…`
pub(super) fn of(repository: &RepositoryName, segments: &[&str]) -> String {
    route(&["repos", repository.owner(), repository.name()]) + &route(segments)
}

/// A segment, or the value of a query.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// A path of several segments, without a slash at its ends.
pub(super) fn path(text: &str) -> String {
    utf8_percent_encode(text.trim_matches('/'), PATH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_anything() {
        let repository: RepositoryName = "contoso/hello".parse().expect("valid");
        assert_eq!(
            of(&repository, &["environments", "dev/äöü ?#", "variables"]),
            "/repos/contoso/hello/environments/dev%2F%C3%A4%C3%B6%C3%BC%20%3F%23/variables"
        );
        assert_eq!(path("/a b/c#/"), "a%20b/c%23");
    }
}
