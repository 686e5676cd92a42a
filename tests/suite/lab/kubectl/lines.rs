//! What counts as the same: everything that kubectl prints and asks for but times, addresses, generated names,
//! and the widths of columns that come of them.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
    let parts = [
        r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}",
        r"\d{4}-\d\d-\d\dT[\d:.]+Z?",
        r"https?://(127\.0\.0\.1:\d+|source-controller\.flux-system\.svc\.cluster\.local\.)",
        r"\b\d{1,3}(\.\d{1,3}){3}\b",
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}",
        r"\b(sha1|sha256):[0-9a-f]+",
        r"\b[0-9a-f]{40}\b",
        r"-[bcdfghjklmnpqrstvwxz2456789]{8,10}(-[bcdfghjklmnpqrstvwxz2456789]{5})?\b",
        r"-[bcdfghjklmnpqrstvwxz2456789]{5}\b",
        r"=[bcdfghjklmnpqrstvwxz2456789]{8,10}\b",
        r"\b(\d+(\.\d+)?(ms|s|m|h|d))+\b",
        r"(?m)^(\s*(resourceVersion|Resource Version|size|Size): +).*$",
    ];
    Regex::new(&parts.join("|")).unwrap()
});
/// Older ones colour what is no terminal.
static COLOUR: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\x1b\[[\d;]*m").unwrap());
static SPACES: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[ \t]+|-{2,}").unwrap());
static QUERY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|(hash|resourceVersion|timeoutSeconds)=\w+|(hello|j1)-[a-z0-9-]+").unwrap()
});

/// Lines without what every cluster gives anew.
pub(super) fn plain(text: &str) -> Vec<String> {
    let plain = |line: &str| {
        let line = COLOUR.replace_all(line, "");
        SPACES.replace_all(GIVEN.replace_all(&line, "~").trim(), " ").into_owned()
    };
    text.lines().map(plain).collect()
}

/// The first line that is another one.
pub(super) fn parting(recorded: &str, here: &str) -> Option<String> {
    let (recorded, here) = (plain(recorded), plain(here));
    let longest = recorded.len().max(here.len());
    let line =
        |lines: &[String], index: usize| lines.get(index).cloned().unwrap_or_else(|| "<nothing>".into());
    (0..longest)
        .map(|index| (line(&recorded, index), line(&here, index)))
        .find(|(one, other)| one != other)
        .map(|(one, other)| format!("recorded {one:?}, here {other:?}"))
}

/// What the journal says was asked of the cluster, as a recording writes it.
pub(super) fn asked(journal: &Value) -> Vec<String> {
    let requests = journal["requests"].as_array().unwrap().iter();
    let of_cluster = requests.filter(|request| request["host"] == "kubernetes");
    of_cluster
        .map(|request| {
            let text = |name: &str| request[name].as_str().unwrap_or_default();
            request_line(text("method"), text("target"), request["status"].as_u64())
        })
        .collect()
}

/// A request in one line.
pub(super) fn request_line(method: &str, target: &str, status: Option<u64>) -> String {
    let target = QUERY.replace_all(target, |found: &regex::Captures<'_>| match found.get(1) {
        Some(name) => format!("{}=~", name.as_str()),
        None => "~".to_owned(),
    });
    format!("{method} {} {}", in_order(&target), status.unwrap_or_default())
}

/// A target with the parts of its field selector in order: Go gives them in another one every time.
fn in_order(target: &str) -> String {
    let Some((before, rest)) = target.split_once("fieldSelector=") else { return target.to_owned() };
    let (selector, after) = rest.split_at(rest.find('&').unwrap_or(rest.len()));
    let mut parts: Vec<&str> = selector.split("%2C").collect();
    parts.sort_unstable();
    format!("{before}fieldSelector={}{after}", parts.join("%2C"))
}

#[test]
fn what_is_given_anew_is_no_difference_and_anything_else_is() {
    let recorded = "NAME    READY   AGE\nhello-67ff8cc955-2qchf   1/1   7s\n";
    assert_eq!(parting(recorded, "NAME  READY  AGE\nhello-5978497f6c-ln6gj 1/1 2m3s\n"), None);
    for other in ["NAME READY AGE\nhello-5978497f6c-ln6gj 0/1 2s\n", "NAME READY AGE\n", "NAME AGE\n"] {
        assert!(parting(recorded, other).is_some(), "{other}");
    }
    let line = request_line("GET", "/api/v1/pods?resourceVersion=12&watch=true", Some(200));
    assert_eq!(line, "GET /api/v1/pods?resourceVersion=~&watch=true 200");
}
