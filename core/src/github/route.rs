//! Routes of the API. Every segment is percent-encoded: names of branches and environments hold any character.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::github::RepositoryName;

const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// Paths of files and refs keep their slashes.
const PATH: &AsciiSet = &SEGMENT.remove(b'/');

/// `/segment/segment…`
pub(super) fn route(segments: &[&str]) -> String {
    segments.iter().map(|segment| format!("/{}", encode_segment(segment))).collect()
}

/// `/repos/owner/name/segment…`
pub(super) fn repository_route(repository: &RepositoryName, segments: &[&str]) -> String {
    route(&["repos", repository.owner(), repository.name()]) + &route(segments)
}

/// Encodes a segment, or the value of a query.
pub(super) fn encode_segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// Encodes a path of several segments and trims slashes at its ends.
pub(super) fn encode_path(text: &str) -> String {
    utf8_percent_encode(text.trim_matches('/'), PATH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_anything() {
        let repository: RepositoryName = "contoso/hello".parse().expect("valid");
        assert_eq!(
            repository_route(&repository, &["environments", "dev/äöü ?#", "variables"]),
            "/repos/contoso/hello/environments/dev%2F%C3%A4%C3%B6%C3%BC%20%3F%23/variables"
        );
        assert_eq!(encode_path("/a b/c#/"), "a%20b/c%23");
    }
}
