//! What the query of a list or a watch asks for.

use std::collections::HashMap;
use std::time::Duration;

use http::Method;

use super::selector;
use super::selector::Filter;
use crate::kubernetes::{Resource, StatusError};
use crate::message::Request;

/// The version that a list asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Version {
    pub(crate) number: u64,
    /// That one, and not a newer one.
    pub(crate) exact: bool,
}

/// What a list asks for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ListQuery {
    pub(crate) resource: usize,
    pub(crate) filter: Filter,
    /// None when the present is asked for, or whatever is at hand.
    pub(crate) version: Option<Version>,
    /// How many objects a page has; none when whatever is at hand is asked for, which comes whole.
    pub(crate) limit: Option<u64>,
    /// Where the last page ended.
    pub(crate) page: Option<String>,
}

/// What the objects of a kind are asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CollectionQuery {
    /// Once.
    List(ListQuery),
    /// And what becomes of them.
    Watch(WatchQuery),
}

/// What a watch asks for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WatchQuery {
    pub(crate) resource: usize,
    pub(crate) filter: Filter,
    /// What the client has seen; none when it wants to be told of everything that is there.
    pub(crate) since: Option<u64>,
    /// Whether a bookmark follows the objects that are there.
    pub(crate) bookmark: bool,
    /// Whether bookmarks are wanted at all.
    pub(crate) bookmarks: bool,
    /// How long it goes on.
    pub(crate) limit: Option<Duration>,
}

/// A list of `resource`, which is at `place` in the catalogue, or a watch.
pub(crate) fn many(
    resource: &Resource,
    place: usize,
    namespace: Option<&str>,
    query: &str,
) -> Result<CollectionQuery, StatusError> {
    let query: HashMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let value = |name: &str| query.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let is_true = |name: &str| matches!(value(name), Some("true" | "1"));
    let filter = Filter {
        namespace: namespace.map(str::to_owned),
        labels: selector::labels(value("labelSelector").unwrap_or_default())?,
        fields: selector::fields(value("fieldSelector").unwrap_or_default(), resource)?,
    };
    let seconds = value("timeoutSeconds").map(number).transpose()?;
    let limit = value("limit").map(number).transpose()?.filter(|limit| *limit > 0);
    let version = value("resourceVersion").map(version).transpose()?;
    let matching = value("resourceVersionMatch");
    if !is_true("watch") {
        let exact = matching == Some("Exact");
        return Ok(CollectionQuery::List(ListQuery {
            resource: place,
            filter,
            limit: limit.filter(|_| version != Some(0)),
            version: version.filter(|number| *number > 0).map(|number| Version { number, exact }),
            page: value("continue").map(str::to_owned),
        }));
    }
    let streaming = is_true("sendInitialEvents");
    if streaming && matching != Some("NotOlderThan") {
        return Err(StatusError::StreamingUnmatched);
    }
    let bookmarks = is_true("allowWatchBookmarks");
    Ok(CollectionQuery::Watch(WatchQuery {
        resource: place,
        filter,
        since: version.filter(|version| *version > 0 && !streaming),
        bookmark: streaming && bookmarks,
        bookmarks,
        limit: seconds.filter(|seconds| *seconds > 0).map(Duration::from_secs),
    }))
}

fn number(text: &str) -> Result<u64, StatusError> {
    text.parse()
        .map_err(|_| StatusError::BadRequest(format!("strconv.ParseInt: parsing {text:?}: invalid syntax")))
}

fn version(text: &str) -> Result<u64, StatusError> {
    text.parse().map_err(|_| {
        StatusError::BadRequest(format!(
            "invalid resource version: resourceVersion: Invalid value: {text:?}: \
             strconv.ParseUint: parsing {text:?}: invalid syntax"
        ))
    })
}

/// Whether a request asks for a watch: reads alone do.
pub(crate) fn is_watch(request: &Request) -> bool {
    request.method == Method::GET && matches!(request.parameter("watch").as_deref(), Some("true" | "1"))
}
