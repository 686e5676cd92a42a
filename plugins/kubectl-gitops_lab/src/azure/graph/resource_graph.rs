//! Resource Graph itself: its rows, its quota, and the answer to a query.
//!
//! What came of a query is kept until another is asked or a row has changed, so that the pages of a long one are not
//! worked out again and again.

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use super::query::{QueryProblem, Selection, parse};
use super::quota::QueryQuota;
use super::refusal::GraphRefusal;
use super::request::GraphRequest;
use super::row::subscription_row;
use super::rows::{Rows, VisibleRows};
use super::skip_token::SkipToken;
use super::synthetic::SyntheticConfigurations;
use super::table::Table;
use crate::azure::guid::{guid, is_guid};
use crate::azure::resources::{ResourceId, Resources};
use crate::azure::timestamp::query_time;

/// Resource Graph.
#[derive(Debug, Default)]
pub(crate) struct ResourceGraph {
    rows: Rows,
    quota: QueryQuota,
    last: Option<LastQuery>,
    answered: u64,
}

/// A query, what it was carried out on, and what came of it.
#[derive(Debug)]
struct LastQuery {
    query: String,
    rows: Vec<(Table, VisibleRows)>,
    selection: Selection,
}

/// Who asks, and what they may see.
pub(in crate::azure) struct GraphCaller<'a> {
    /// Whose quota it is.
    pub(in crate::azure) user: &'a str,
    pub(in crate::azure) tenant: &'a str,
    pub(in crate::azure) may_read: &'a dyn Fn(&ResourceId) -> bool,
    /// The subscriptions in which they see anything.
    pub(in crate::azure) subscriptions: Vec<GraphSubscription>,
}

/// A subscription.
#[derive(Clone, Debug)]
pub(in crate::azure) struct GraphSubscription {
    pub(in crate::azure) id: String,
    pub(in crate::azure) name: String,
}

/// An answer, before what every answer of Azure's has around it.
#[derive(Debug)]
pub(in crate::azure) struct GraphAnswer {
    pub(in crate::azure) status: StatusCode,
    pub(in crate::azure) document: Json,
    pub(in crate::azure) headers: Vec<(&'static str, String)>,
}

impl ResourceGraph {
    /// Hears of what has changed, and shows what is old enough at `now`.
    pub(in crate::azure) fn advance(&mut self, resources: &mut Resources, tenant: &str, now: Timestamp) {
        self.rows.advance(resources.take_changes(), tenant, now);
    }

    /// From now on, rows are so far behind Resource Manager.
    pub(in crate::azure) fn set_lag(&mut self, lag: SignedDuration) {
        self.rows.set_lag(lag);
    }

    /// From now on, a user may ask so often in five seconds.
    pub(in crate::azure) fn set_quota(&mut self, queries: u32) {
        self.quota.set_limit(queries);
    }

    /// Adds Flux configurations that are nowhere else, of a repository: see [`SyntheticConfigurations`].
    pub(in crate::azure) fn add_synthetic(
        &mut self,
        count: u32,
        url: &str,
        (tenant, subscription): (&str, &str),
        now: Timestamp,
    ) {
        let count = self.rows.synthetic_count().saturating_add(count);
        let [subscription, tenant, url] = [subscription, tenant, url].map(str::to_owned);
        self.rows.set_synthetic(SyntheticConfigurations { count, subscription, tenant, url, at: now });
    }

    /// Answers a request with this body at `now`.
    pub(in crate::azure) fn answer(
        &mut self,
        body: &[u8],
        caller: &GraphCaller<'_>,
        now: Timestamp,
    ) -> GraphAnswer {
        self.answered += 1;
        let admission = self.quota.admit(caller.user, now);
        let result = match admission.is_admitted {
            true => self.result(body, caller, now),
            false => Err(GraphRefusal::throttled()),
        };
        let (status, document) = match result {
            Ok(document) => (StatusCode::OK, document),
            Err(refusal) => {
                let correlation = guid(&["query", caller.user, &self.answered.to_string()]);
                (refusal.status, refusal.document(&query_time(now), &correlation))
            }
        };
        GraphAnswer { status, document, headers: admission.headers() }
    }

    fn result(
        &mut self,
        body: &[u8],
        caller: &GraphCaller<'_>,
        now: Timestamp,
    ) -> Result<Json, GraphRefusal> {
        let request = GraphRequest::read(body)?;
        let scope = scope(&request, caller)?;
        let identity = identity(&request);
        let token = match request.skip_token.as_deref().map(SkipToken::decode) {
            None => None,
            Some(Some(token)) if token.query == identity => Some(token),
            Some(_) => {
                let message = "The $skipToken is not one of this query and scope.";
                return Err(GraphRefusal::bad("InvalidSkipToken", message));
            }
        };
        let page_size =
            request.top.or(token.as_ref().map(|token| token.page_size)).unwrap_or(request.page_size());
        let skip = token.map_or(request.skip, |token| token.skip);
        let selection = self.selection(&request.query, &scope, caller, now)?;
        let count = selection.len().saturating_sub(skip).min(page_size);
        let behind = skip.saturating_add(count);
        let is_last = behind >= selection.len();
        let mut document = json!({
            "totalRecords": selection.len(),
            "count": count,
            "data": if request.is_table { table(selection, skip, count) } else { selection.objects(skip, count).into() },
            "facets": [],
            "resultTruncated": if is_last || selection.has_pages() { "false" } else { "true" },
        });
        if !is_last && selection.has_pages() {
            document["$skipToken"] = json!(SkipToken::new(page_size, behind, identity).encode());
        }
        Ok(document)
    }

    /// What comes of a query: what came of it last time, when it is the same on the same rows.
    fn selection(
        &mut self,
        query: &str,
        scope: &[GraphSubscription],
        caller: &GraphCaller<'_>,
        now: Timestamp,
    ) -> Result<&Selection, GraphRefusal> {
        let parsed = parse(query)?;
        let mut rows: Vec<(Table, VisibleRows)> = Vec::new();
        for name in parsed.tables() {
            let table = Table::named(name).ok_or_else(|| QueryProblem::UnknownTable(name.to_owned()))?;
            if rows.iter().all(|(known, _)| *known != table) {
                rows.push((table, self.rows_of(table, scope, caller)));
            }
        }
        let is_timeless = !["now", "ago"].iter().any(|name| query.contains(name));
        let is_known = |last: &LastQuery| is_timeless && last.query == query && last.rows == rows;
        let last = match self.last.take().filter(is_known) {
            Some(last) => last,
            None => {
                let of_table = |name: &str| {
                    let found = rows.iter().find(|(table, _)| Table::named(name) == Some(*table));
                    found.map(|(_, rows)| rows.iter().collect()).unwrap_or_default()
                };
                let selection = parsed.execute(&of_table, now)?;
                LastQuery { query: query.to_owned(), rows, selection }
            }
        };
        Ok(&self.last.insert(last).selection)
    }
}

impl ResourceGraph {
    /// The rows of a table that somebody may see.
    fn rows_of(&self, table: Table, scope: &[GraphSubscription], caller: &GraphCaller<'_>) -> VisibleRows {
        let is_in_scope =
            |subscription: &str| scope.iter().any(|known| known.id.eq_ignore_ascii_case(subscription));
        let mut rows = self.rows.visible(table, is_in_scope, caller.may_read);
        if table == Table::ResourceContainers {
            scope.iter().for_each(|found| rows.add(subscription_row(&found.id, &found.name, caller.tenant)));
        }
        rows
    }
}

/// The subscriptions to look in. Those that the caller does not see are passed over, unless that leaves none.
fn scope(request: &GraphRequest, caller: &GraphCaller<'_>) -> Result<Vec<GraphSubscription>, GraphRefusal> {
    if request.subscriptions.iter().any(|subscription| !is_guid(subscription)) {
        let message = "Subscriptions must be GUIDs.";
        return Err(GraphRefusal::bad("SubscriptionsContainInvalidGuids", message));
    }
    let is_everywhere = request.subscriptions.is_empty() && request.management_groups.is_empty();
    // The root management group is named after the tenant, and holds all subscriptions. There is no other.
    let is_root = request.management_groups.iter().any(|group| group.eq_ignore_ascii_case(caller.tenant));
    let is_named = |known: &str| request.subscriptions.iter().any(|named| named.eq_ignore_ascii_case(known));
    let seen = caller.subscriptions.iter().filter(|known| is_everywhere || is_root || is_named(&known.id));
    let scope: Vec<GraphSubscription> = seen.cloned().collect();
    if scope.is_empty() { Err(GraphRefusal::no_subscriptions()) } else { Ok(scope) }
}

/// What a token is of: the query and its scope, in any order and case.
fn identity(request: &GraphRequest) -> String {
    let mut scope: Vec<String> = request
        .subscriptions
        .iter()
        .chain(&request.management_groups)
        .map(|name| name.to_lowercase())
        .collect();
    scope.sort();
    guid(&["selection", &request.query, &scope.join(",")])
}

fn table(selection: &Selection, skip: usize, count: usize) -> Json {
    let columns = selection.columns().map(|(name, kind)| json!({"name": name, "type": kind}));
    let rows: Vec<Json> = selection.page(skip, count).map(Json::Array).collect();
    json!({"columns": columns.collect::<Vec<_>>(), "rows": rows})
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBSCRIPTION: &str = "11111111-1111-4111-8111-111111111111";
    const QUERY: &str = "kubernetesconfigurationresources | where type =~ 'microsoft.kubernetesconfiguration/fluxconfigurations' \
                         | where properties.gitRepository.url == 'https://github.com/contoso/fleet' \
                         | project id, properties | order by id asc";

    fn graph(count: u32) -> ResourceGraph {
        let mut graph = ResourceGraph::default();
        graph.set_quota(u32::MAX);
        graph.add_synthetic(count, "https://github.com/contoso/fleet", ("T", SUBSCRIPTION), now());
        graph
    }

    fn now() -> Timestamp {
        "2026-05-04T10:00:00Z".parse().unwrap()
    }

    fn ask(graph: &mut ResourceGraph, query: &str, options: &Json) -> Json {
        let name = "Contoso".to_owned();
        let subscriptions = vec![GraphSubscription { id: SUBSCRIPTION.to_owned(), name }];
        let caller = GraphCaller { user: "u", tenant: "T", may_read: &|_| true, subscriptions };
        let body = json!({"query": query, "options": options}).to_string();
        graph.answer(body.as_bytes(), &caller, now()).document
    }

    #[test]
    fn a_hundred_thousand_rows_are_read_page_by_page_and_counted() {
        let mut graph = graph(100_000);
        let mut options = json!({"$top": 1000});
        let (mut ids, mut requests) = (Vec::new(), 0);
        loop {
            let page = ask(&mut graph, QUERY, &options);
            requests += 1;
            assert_eq!(
                (&page["totalRecords"], &page["count"]),
                (&json!(100_000), &json!(1000)),
                "{requests}"
            );
            let rows = page["data"].as_array().unwrap();
            ids.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
            assert!(rows.iter().all(|row| row["properties"]["gitRepository"].is_object()));
            let Some(token) = page["$skipToken"].as_str() else {
                break;
            };
            options["$skipToken"] = json!(token);
        }
        assert_eq!((requests, ids.len()), (100, 100_000));
        assert!(ids.is_sorted_by(|one, next| one < next), "in order, and none twice");
        let query = "kubernetesconfigurationresources | extend state=tostring(properties.complianceState) | summarize count() by state | order by count_ desc";
        let counts = ask(&mut graph, query, &json!({}));
        let counts = counts["data"].as_array().unwrap();
        let total: u64 = counts.iter().map(|row| row["count_"].as_u64().unwrap()).sum();
        assert_eq!((counts.len(), total, &counts[0]["state"]), (5, 100_000, &json!("Compliant")));
    }
}
