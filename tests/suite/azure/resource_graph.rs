//! Resource Graph: pages, its quota before it is exceeded, and what a query that does not parse is told.

use std::sync::atomic::{AtomicUsize, Ordering};

use gitops_core::azure::{GraphQuery, GraphRows, GraphScope};
use gitops_core::model::Failure;
use serde_json::{Value, json};

use super::client::{SUBSCRIPTION, access, count, ok, refusal, service, with_client, with_client_of};
use crate::support::{Reply, Server};

fn scope() -> GraphScope {
    GraphScope::Subscriptions(vec![SUBSCRIPTION.to_owned()])
}

fn query() -> GraphQuery {
    GraphQuery::flux_configurations(Some("contoso/hello"), scope())
}

fn page(ids: &[&str], token: Option<&str>) -> Value {
    let data: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    let mut page = json!({"totalRecords": 4, "count": data.len(), "resultTruncated": "false", "facets": [], "data": data});
    if let Some(token) = token {
        page["$skipToken"] = json!(token);
        page["resultTruncated"] = json!("true");
    }
    page
}

fn ids(found: &GraphRows) -> Vec<&str> {
    found.rows.iter().filter_map(|row| row["id"].as_str()).collect()
}

#[test]
fn pages_are_asked_for_with_the_same_query_and_scope() {
    let server = service(3600, |call| {
        let body: Value = serde_json::from_str(&call.body).expect("JSON");
        ok(match body["options"]["$skipToken"].as_str() {
            None => page(&["a", "b"], Some("one")),
            Some("one") => page(&["c"], Some("two")),
            _ => page(&["d"], None),
        })
    });
    let found = with_client(&server, async |azure| azure.resource_graph(&query()).await.expect("rows"));
    assert_eq!((ids(&found), found.total, found.is_truncated), (vec!["a", "b", "c", "d"], 4, false));
    let asked: Vec<Value> = server
        .calls()
        .iter()
        .filter(|call| call.path.ends_with("/resources"))
        .map(|call| serde_json::from_str(&call.body).expect("JSON"))
        .collect();
    assert_eq!(asked.len(), 3);
    for body in &asked {
        assert_eq!((&body["query"], &body["subscriptions"]), (&asked[0]["query"], &json!([SUBSCRIPTION])));
        assert_eq!(body["options"]["resultFormat"], "objectArray");
    }
    let text = asked[0]["query"].as_str().expect("text");
    assert!(text.contains("=~ 'microsoft.kubernetesconfiguration/fluxconfigurations'"), "{text}");
    assert!(text.contains("'contoso/hello'") && text.ends_with("| order by id asc"), "{text}");
}

#[test]
fn pages_without_end_end_in_an_error() {
    let answers: [fn(usize) -> Value; 3] = [
        |_| page(&["a"], Some("same")),
        |look| page(&["a"], Some(["x", "y"][look % 2])),
        |look| page(&[], Some(&look.to_string())),
    ];
    for answer in answers {
        let looks = AtomicUsize::new(0);
        let server = service(3600, move |_| ok(answer(looks.fetch_add(1, Ordering::SeqCst))));
        let error =
            with_client(&server, async |azure| azure.resource_graph(&query()).await.expect_err("no end"));
        assert_eq!(error.code(), "AzureFailed", "{error}");
        assert!(count(&server, "POST", "/resources") <= 3);
    }
}

#[test]
fn a_result_that_is_truncated_says_so() {
    let server = service(3600, |_| {
        ok(json!({"totalRecords": 9, "resultTruncated": "true", "data": [{"count_": 5}, "no row", null]}))
    });
    let query = GraphQuery::summary("resources | summarize count() by type", scope());
    let found = with_client(&server, async |azure| azure.resource_graph(&query).await.expect("rows"));
    assert_eq!((found.rows, found.is_truncated), (vec![json!({"count_": 5})], true));
    for body in ["{}", "[]", "{\"data\":{}}", "nonsense"] {
        let server = service(3600, move |_| Reply::Whole(200, Vec::new(), body.to_owned()));
        let error =
            with_client(&server, async |azure| azure.resource_graph(&query).await.expect_err("no rows"));
        assert_eq!(error.code(), "AzureFailed", "{body}");
    }
}

#[test]
fn a_query_that_does_not_parse_is_told_what_is_wrong() {
    let recorded = json!({"error": {
        "code": "BadRequest",
        "message": "Please provide below info when asking for support: timestamp = 2021-04-01T08:01:45.5776189Z, correlationId = 361761ad-d830-46c9-9f1a-9cf001653d41.",
        "details": [
            {"code": "InvalidQuery", "message": "Query is invalid. Please refer to the documentation."},
            {"code": "ParserFailure", "message": "ParserFailure", "line": 1, "characterPositionInLine": 11, "token": "<EOF>"},
        ],
    }});
    let server = service(3600, move |_| Reply::Json(400, recorded.clone()));
    let error =
        with_client(&server, async |azure| azure.resource_graph(&query()).await.expect_err("no query"));
    let text = error.to_string();
    assert!(text.contains("Query is invalid") && text.contains("line 1, character 11"), "{text}");
    assert!(!text.contains("support"), "{text}");
}

/// A server that takes two queries of every five seconds, and refuses what is more.
fn strict() -> Server {
    let asked = AtomicUsize::new(0);
    service(3600, move |_| {
        let left = 1 - i64::try_from(asked.fetch_add(1, Ordering::SeqCst) % 2).expect("small");
        let quota = vec![
            ("x-ms-user-quota-remaining", left.to_string()),
            ("x-ms-user-quota-resets-after", "00:00:05".to_owned()),
        ];
        Reply::Whole(200, quota, page(&["a"], None).to_string())
    })
}

#[test]
fn a_quota_is_waited_for_before_it_is_exceeded() {
    let server = strict();
    let waited = with_client(&server, async |azure| {
        let query = query();
        let begun = azure.now();
        let ask = || azure.resource_graph(&query);
        let answers = tokio::join!(ask(), ask(), ask(), ask(), ask());
        assert!(
            answers.0.is_ok()
                && answers.1.is_ok()
                && answers.2.is_ok()
                && answers.3.is_ok()
                && answers.4.is_ok()
        );
        azure.now().duration_since(begun).as_secs()
    });
    assert_eq!((waited, count(&server, "POST", "/resources")), (10, 5), "two, two and one");
}

#[test]
fn in_passing_a_used_up_quota_is_an_error_and_no_request() {
    let server = strict();
    let mut access = access(&server);
    access.patience.waits_for_limits = false;
    with_client_of(&access, async |azure| {
        for _ in 0..2 {
            azure.resource_graph(&query()).await.expect("rows");
        }
        let error = azure.resource_graph(&query()).await.expect_err("used up");
        assert!(error.code() == "AzureThrottled" && error.to_string().contains("until"), "{error}");
    });
    assert_eq!(count(&server, "POST", "/resources"), 2);
}

#[test]
fn the_quota_of_a_refusal_counts_too_and_a_limit_is_told() {
    let quota = [("x-ms-user-quota-remaining", "0"), ("x-ms-user-quota-resets-after", "00:00:05")];
    let server = service(3600, move |call| match call.body.contains("wrong") {
        true => refusal(400, &quota, "BadRequest", "no query"),
        false => refusal(429, &[("retry-after", "3600")], "RateLimiting", "slow down"),
    });
    with_client(&server, async |azure| {
        azure.resource_graph(&GraphQuery::summary("wrong", scope())).await.expect_err("wrong");
        let begun = azure.now();
        let error = azure.resource_graph(&query()).await.expect_err("too many");
        assert_eq!(error.code(), "AzureThrottled", "{error}");
        assert_eq!(azure.now().duration_since(begun).as_secs(), 5, "the quota was waited for");
    });
    assert_eq!(count(&server, "POST", "/resources"), 2);
}
