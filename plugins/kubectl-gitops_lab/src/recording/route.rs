//! From a request line to what is asked: a value, or a refusal.

use http::Method;

use crate::kubernetes::{Catalogue, CollectionQuery, Filter, StatusError, Version, WatchQuery, many};

/// What a client asks for. A resource is its place in the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RecordedRequest {
    /// Is anybody there?
    Health,
    /// The server's version.
    Version,
    /// `/api`
    CoreVersions,
    /// `/apis`
    Groups,
    /// `/apis/<group>`
    Group(String),
    /// `/api/v1`, `/apis/<group>/<version>`
    Resources { group: String, version: String },
    /// All objects that match.
    List { resource: usize, filter: Filter, version: Option<Version> },
    /// One object.
    Get { resource: usize, namespace: Option<String>, name: String },
    /// A pod's log.
    Log { pods: usize, namespace: String, name: String, container: Option<String>, previous: bool },
    /// Objects that match, and what becomes of them.
    Watch(WatchQuery),
}

/// Reads a request.
pub(crate) fn route(
    catalogue: &Catalogue,
    method: &Method,
    path: &str,
    query: &str,
) -> Result<RecordedRequest, StatusError> {
    if method != Method::GET {
        return Err(StatusError::ReadOnly);
    }
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if let ["healthz" | "livez" | "readyz"] = segments[..] {
        return Ok(RecordedRequest::Health);
    }
    match segments[..] {
        ["version"] => Ok(RecordedRequest::Version),
        ["api"] => Ok(RecordedRequest::CoreVersions),
        ["apis"] => Ok(RecordedRequest::Groups),
        ["api", version, ref rest @ ..] => inside(catalogue, "", version, rest, query),
        ["apis", group] if catalogue.groups().contains_key(group) => {
            Ok(RecordedRequest::Group(group.to_owned()))
        }
        ["apis", group, version, ref rest @ ..] if !group.is_empty() => {
            inside(catalogue, group, version, rest, query)
        }
        _ => Err(StatusError::NoSuchPath),
    }
}

/// What a path asks for inside one version of a group.
fn inside(
    catalogue: &Catalogue,
    group: &str,
    version: &str,
    rest: &[&str],
    query: &str,
) -> Result<RecordedRequest, StatusError> {
    let groups = catalogue.groups();
    match groups.get(group) {
        None => return Err(StatusError::NoSuchPath),
        Some(versions) if !versions.contains(version) => return Err(StatusError::NoSuchResource),
        Some(_) => {}
    }
    let named = |plural: &str, namespaced: bool| {
        catalogue
            .named(group, version, plural)
            .filter(|place| catalogue.resources()[*place].namespaced == namespaced)
            .ok_or(StatusError::NoSuchResource)
    };
    let get = |resource: usize, namespace: Option<&str>, name: &str| RecordedRequest::Get {
        resource,
        namespace: namespace.map(str::to_owned),
        name: name.to_owned(),
    };
    let many = |place: usize, namespace: Option<&str>| {
        whole(many(&catalogue.resources()[place], place, namespace, query)?)
    };
    match *rest {
        [] => Ok(RecordedRequest::Resources { group: group.to_owned(), version: version.to_owned() }),
        [plural] => {
            let resource = catalogue.named(group, version, plural).ok_or(StatusError::NoSuchResource)?;
            many(resource, None)
        }
        [plural, name] | [plural, name, "status"] if named(plural, false).is_ok() => {
            Ok(get(named(plural, false)?, None, name))
        }
        ["namespaces", namespace, plural] => many(named(plural, true)?, Some(namespace)),
        ["namespaces", namespace, plural, name] | ["namespaces", namespace, plural, name, "status"] => {
            Ok(get(named(plural, true)?, Some(namespace), name))
        }
        ["namespaces", namespace, "pods", name, "log"] => {
            let parameter = |wanted: &str| {
                let mut parameters = form_urlencoded::parse(query.as_bytes());
                parameters.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
            };
            Ok(RecordedRequest::Log {
                pods: named("pods", true)?,
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                container: parameter("container").filter(|container| !container.is_empty()),
                previous: parameter("previous").is_some_and(|previous| previous == "true" || previous == "1"),
            })
        }
        _ => Err(StatusError::NoSuchResource),
    }
}

/// Every list is answered whole, which a server may do whatever the limit: a token to continue with can only
/// be somebody else's.
fn whole(many: CollectionQuery) -> Result<RecordedRequest, StatusError> {
    match many {
        CollectionQuery::Watch(watched) => Ok(RecordedRequest::Watch(watched)),
        CollectionQuery::List(listed) if listed.page.is_none() => Ok(RecordedRequest::List {
            resource: listed.resource,
            filter: listed.filter,
            version: listed.version,
        }),
        CollectionQuery::List(_) => {
            let told = "invalid continue token: continue key is not valid: lists are answered whole here";
            Err(StatusError::BadRequest(told.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::Method;

    use super::super::{Timeline, kinds};
    use super::{RecordedRequest, route};
    use crate::kubernetes::{Catalogue, StatusError, Version, WatchQuery};

    fn catalogue() -> Catalogue {
        kinds::catalogue(&Timeline::parse(r#"{"scenario":"","namespace":"n","timeline":[]}"#).unwrap(), &[])
    }

    fn asked(target: &str) -> Result<RecordedRequest, StatusError> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        route(&catalogue(), &Method::GET, path, query)
    }

    #[test]
    fn paths_name_what_is_asked() {
        let pods = catalogue().named("", "v1", "pods").unwrap();
        let namespaces = catalogue().named("", "v1", "namespaces").unwrap();
        let deployments = catalogue().named("apps", "v1", "deployments").unwrap();
        let get = |resource: usize, namespace: Option<&str>, name: &str| {
            Ok(RecordedRequest::Get { resource, namespace: namespace.map(Into::into), name: name.into() })
        };
        for (target, expected) in [
            ("/version/", Ok(RecordedRequest::Version)),
            ("/livez", Ok(RecordedRequest::Health)),
            ("/api", Ok(RecordedRequest::CoreVersions)),
            ("/apis", Ok(RecordedRequest::Groups)),
            ("/apis/apps", Ok(RecordedRequest::Group("apps".into()))),
            ("/apis/apps/v1", Ok(RecordedRequest::Resources { group: "apps".into(), version: "v1".into() })),
            ("/api/v1/namespaces/n", get(namespaces, None, "n")),
            ("/api/v1/namespaces/n/status", get(namespaces, None, "n")),
            ("/api/v1/namespaces/n/pods/a", get(pods, Some("n"), "a")),
            ("/apis/apps/v1/namespaces/n/deployments/a/status", get(deployments, Some("n"), "a")),
            (
                "/api/v1/namespaces/n/pods/a/log?follow=true",
                Ok(RecordedRequest::Log {
                    pods,
                    namespace: "n".into(),
                    name: "a".into(),
                    container: None,
                    previous: false,
                }),
            ),
            (
                "/api/v1/namespaces/n/pods/a/log?previous=true&container=c",
                Ok(RecordedRequest::Log {
                    pods,
                    namespace: "n".into(),
                    name: "a".into(),
                    container: Some("c".into()),
                    previous: true,
                }),
            ),
            ("/api/v1/pods/a", Err(StatusError::NoSuchResource)),
            ("/api/v1/namespaces/n/namespaces", Err(StatusError::NoSuchResource)),
            ("/api/v1/namespaces/n/pods/a/exec", Err(StatusError::NoSuchResource)),
            ("/api/v1/namespaces/n/widgets", Err(StatusError::NoSuchResource)),
            ("/apis/apps/v9", Err(StatusError::NoSuchResource)),
            ("/apis/no.such.group", Err(StatusError::NoSuchPath)),
            ("/apis/no.such.group/v1/things", Err(StatusError::NoSuchPath)),
            ("/no/such/path", Err(StatusError::NoSuchPath)),
            ("/", Err(StatusError::NoSuchPath)),
        ] {
            assert_eq!(asked(target), expected, "{target}");
        }
    }

    #[test]
    fn nothing_but_reading_is_served() {
        let ask = |method: Method| route(&catalogue(), &method, "/api/v1/pods", "").map(|_| ());
        assert_eq!(ask(Method::GET), Ok(()));
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert_eq!(ask(method), Err(StatusError::ReadOnly));
        }
    }

    fn watched(target: &str) -> WatchQuery {
        match asked(target) {
            Ok(RecordedRequest::Watch(watched)) => watched,
            other => panic!("{target}: {other:?}"),
        }
    }

    #[test]
    fn lists_and_watches_are_told_apart_by_the_query() {
        let version = |target: &str| match asked(target) {
            Ok(RecordedRequest::List { version, .. }) => version,
            other => panic!("{target}: {other:?}"),
        };
        assert_eq!(version("/api/v1/pods?limit=500"), None);
        assert_eq!(version("/api/v1/pods?watch=false&resourceVersion=0"), None);
        let exact = "/api/v1/pods?resourceVersion=7&resourceVersionMatch=Exact";
        assert_eq!(version(exact), Some(Version { number: 7, exact: true }));

        let plain = watched("/api/v1/namespaces/n/pods?watch=1&resourceVersion=7&timeoutSeconds=5");
        assert_eq!((plain.since, plain.bookmark), (Some(7), false));
        assert_eq!(plain.limit, Some(Duration::from_secs(5)));
        assert_eq!(plain.filter.namespace.as_deref(), Some("n"));
        assert_eq!(watched("/api/v1/pods?watch=true&resourceVersion=0").since, None);
        let streaming = "/api/v1/pods?watch=true&sendInitialEvents=true&allowWatchBookmarks=true\
                         &resourceVersionMatch=NotOlderThan&resourceVersion=3";
        assert_eq!((watched(streaming).since, watched(streaming).bookmark), (None, true));
    }

    #[test]
    fn queries_that_a_server_refuses_are_refused() {
        for (query, refused) in [
            ("limit=x", "strconv.ParseInt: parsing \"x\": invalid syntax"),
            (
                "resourceVersion=abc",
                "invalid resource version: resourceVersion: Invalid value: \"abc\": \
                 strconv.ParseUint: parsing \"abc\": invalid syntax",
            ),
            ("labelSelector=a%3D%3D%3Db", "unable to parse requirement: found '=', expected: identifier"),
            (
                "continue=rubbish",
                "invalid continue token: continue key is not valid: lists are answered whole here",
            ),
        ] {
            let answer = asked(&format!("/api/v1/namespaces/n/configmaps?{query}"));
            assert_eq!(answer, Err(StatusError::BadRequest(refused.to_owned())), "{query}");
        }
        let unmatched = asked("/api/v1/pods?watch=true&sendInitialEvents=true");
        assert_eq!(unmatched, Err(StatusError::StreamingUnmatched));
    }
}
