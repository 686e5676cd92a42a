//! Lists everything in a namespace, of every kind that the server has, as kubectl cannot: metadata alone, so that no
//! Secret is read. What a server does not list, or not to who asks, is told beside what it does.

use futures::stream::{self, StreamExt};
use http::{HeaderValue, Request};
use serde_json::Value;

use super::connect::Connection;
use super::error;
use super::resource::segment;
use crate::model::cleanup::{ContentObject, NamespaceContent};
use crate::model::harmless;
use crate::model::objects::Meta;

/// Asks for metadata, which every API server has of every kind, those of aggregated APIs too.
const METADATA: HeaderValue = HeaderValue::from_static(
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json",
);
/// How many lists are asked for at once.
const SIDE_BY_SIDE: usize = 8;
/// Objects per page, the same as kubectl's.
const PAGE_SIZE: usize = 500;
/// Groups that serve measurements, or the same objects as another group: nobody deletes what is in them.
const PASSED_OVER: [&str; 4] =
    ["metrics.k8s.io", "custom.metrics.k8s.io", "external.metrics.k8s.io", "events.k8s.io"];

/// A kind that is listed in namespaces.
#[derive(Clone, Debug)]
struct ListedKind {
    group: String,
    version: String,
    kind: String,
    plural: String,
}

impl ListedKind {
    fn base(&self) -> String {
        match self.group.as_str() {
            "" => format!("/api/{}", self.version),
            group => format!("/apis/{group}/{}", self.version),
        }
    }

    fn resource(&self) -> String {
        match self.group.as_str() {
            "" => self.plural.clone(),
            group => format!("{}.{group}", self.plural),
        }
    }
}

impl Connection {
    /// Everything in a namespace, as far as it may be listed.
    ///
    /// # Errors
    /// The server does not say which kinds it has; the text says why.
    pub async fn namespace_content(&self, namespace: &str) -> Result<NamespaceContent, String> {
        let mut content = NamespaceContent::default();
        let kinds =
            self.listed_kinds(&mut content).await.map_err(|error| harmless(&error::request(&error)))?;
        let lists = kinds.into_iter().map(|kind| async move {
            let listed = self.list_metadata(&kind, namespace).await;
            (kind, listed)
        });
        let mut lists = stream::iter(lists).buffered(SIDE_BY_SIDE);
        while let Some((kind, listed)) = lists.next().await {
            match listed {
                Ok(objects) => content.objects.extend(objects.iter().map(|object| ContentObject {
                    group: kind.group.clone(),
                    version: kind.version.clone(),
                    kind: kind.kind.clone(),
                    plural: kind.plural.clone(),
                    meta: Meta::read(object),
                })),
                // Definitions come and go; some kinds can only be made.
                Err(kube::Error::Api(status)) if matches!(status.code, 404 | 405) => {}
                Err(error) => content.unread.push((kind.resource(), harmless(&error::request(&error)))),
            }
        }
        Ok(content)
    }

    /// The kinds that can be listed in namespaces, each at the version that its group prefers. A group that does not
    /// answer is told among what is not read.
    async fn listed_kinds(&self, content: &mut NamespaceContent) -> Result<Vec<ListedKind>, kube::Error> {
        let mut kinds = kinds_of("", "v1", &self.document("/api/v1").await?);
        let groups = self.document("/apis").await?;
        let preferred = groups["groups"].as_array().into_iter().flatten().filter_map(|group| {
            let name = group["name"].as_str()?;
            Some((name, group["preferredVersion"]["version"].as_str()?))
        });
        for (group, version) in preferred.filter(|(group, _)| !PASSED_OVER.contains(group)) {
            match self.document(&format!("/apis/{}/{}", segment(group), segment(version))).await {
                Ok(resources) => kinds.extend(kinds_of(group, version, &resources)),
                Err(kube::Error::Api(status)) if status.code == 404 => {}
                Err(error) => content.unread.push((format!("*.{group}"), harmless(&error::request(&error)))),
            }
        }
        Ok(kinds)
    }

    async fn list_metadata(&self, kind: &ListedKind, namespace: &str) -> Result<Vec<Value>, kube::Error> {
        let path = format!("{}/namespaces/{}/{}", kind.base(), segment(namespace), segment(&kind.plural));
        let (mut objects, mut next) = (Vec::new(), String::new());
        loop {
            let mut request = get(&format!("{path}?limit={PAGE_SIZE}{next}"))?;
            request.headers_mut().insert(http::header::ACCEPT, METADATA);
            let mut page: Value = self.client.request(request).await?;
            if let Some(Value::Array(items)) = page.get_mut("items").map(Value::take) {
                objects.extend(items);
            }
            match page["metadata"]["continue"].as_str().filter(|token| !token.is_empty()) {
                Some(token) => next = format!("&continue={}", segment(token)),
                None => return Ok(objects),
            }
        }
    }

    async fn document(&self, path: &str) -> Result<Value, kube::Error> {
        self.client.request(get(path)?).await
    }
}

/// The kinds of an `APIResourceList` that can be listed in namespaces.
fn kinds_of(group: &str, version: &str, resources: &Value) -> Vec<ListedKind> {
    let resources = resources["resources"].as_array().into_iter().flatten();
    let listed = resources.filter_map(|resource| {
        let (plural, kind) = (resource["name"].as_str()?, resource["kind"].as_str()?);
        let verbs = resource["verbs"].as_array().into_iter().flatten();
        let is_listed = resource["namespaced"] == true && verbs.into_iter().any(|verb| verb == "list");
        let is_event = group.is_empty() && plural == "events";
        (is_listed && !is_event && !plural.contains('/')).then(|| ListedKind {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: harmless(kind),
            plural: plural.to_owned(),
        })
    });
    listed.collect()
}

fn get(uri: &str) -> Result<Request<Vec<u8>>, kube::Error> {
    Request::get(uri).body(Vec::new()).map_err(kube::Error::HttpError)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_can_be_listed_in_namespaces_is_a_kind() {
        let resource = |name: &str, namespaced: bool, verbs: &[&str]| json!({"name": name, "kind": "K", "namespaced": namespaced, "verbs": verbs});
        let list = json!({"resources": [
            resource("pods", true, &["get", "list"]),
            resource("pods/log", true, &["get", "list"]),
            resource("bindings", true, &["create"]),
            resource("nodes", false, &["list"]),
            resource("events", true, &["list"]),
        ]});
        let found: Vec<String> = kinds_of("", "v1", &list).iter().map(ListedKind::resource).collect();
        assert_eq!(found, ["pods"]);
        let found: Vec<String> =
            kinds_of("apps", "v1", &list).iter().map(|kind| kind.base() + "/" + &kind.resource()).collect();
        assert_eq!(found, ["/apis/apps/v1/pods.apps", "/apis/apps/v1/events.apps"]);
    }
}
