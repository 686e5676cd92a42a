//! How the controllers talk to the cluster: by the requests that a client sends, as its administrator. What a
//! real controller reads from its cache is read from the cluster.

use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::kubernetes::Cluster;
use crate::message::Request;

const MERGE: &str = "application/merge-patch+json";
const JSON_PATCH: &str = "application/json-patch+json";
const APPLY: &str = "application/apply-patch+yaml";

/// The cluster, at a moment.
pub(crate) struct ApiClient<'a> {
    pub(crate) cluster: &'a mut Cluster,
    pub(crate) token: &'a str,
    pub(crate) now: Timestamp,
}

/// Which object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ObjectId {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl ObjectId {
    pub(crate) fn new(api_version: &str, kind: &str, namespace: &str, name: &str) -> Self {
        let [api_version, kind, namespace, name] = [api_version, kind, namespace, name].map(str::to_owned);
        Self { api_version, kind, namespace, name }
    }

    /// That of an object.
    pub(crate) fn of(object: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            api_version: text(&object["apiVersion"]),
            kind: text(&object["kind"]),
            namespace: text(&object["metadata"]["namespace"]),
            name: text(&object["metadata"]["name"]),
        }
    }

    /// `apps`; empty for the core group.
    pub(crate) fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// `v1`.
    pub(crate) fn version(&self) -> &str {
        self.api_version.rsplit('/').next().unwrap_or_default()
    }

    /// `Deployment/default/hello`, as Flux's messages name objects.
    pub(crate) fn told(&self) -> String {
        match self.namespace.as_str() {
            "" => format!("{}/{}", self.kind, self.name),
            namespace => format!("{}/{namespace}/{}", self.kind, self.name),
        }
    }
}

/// Why a request came to nothing.
#[derive(Clone, Debug)]
pub(crate) struct ApiRefusal {
    pub(crate) code: u16,
    pub(crate) reason: String,
    pub(crate) message: String,
}

impl ApiRefusal {
    pub(crate) fn is_not_found(&self) -> bool {
        self.code == 404
    }
}

impl ApiClient<'_> {
    /// The object, if it is there.
    pub(crate) fn get(&mut self, id: &ObjectId) -> Result<Value, ApiRefusal> {
        let path = self.path(id)?;
        self.send(Method::GET, &path, "", None, Vec::new())
    }

    /// All objects of a kind.
    pub(crate) fn list(&mut self, api_version: &str, kind: &str) -> Vec<Value> {
        let Some(plural) = self.cluster.resource(api_version, kind).map(|resource| resource.plural.clone())
        else {
            return Vec::new();
        };
        let path = format!("{}/{plural}", root(api_version));
        let Ok(mut list) = self.send(Method::GET, &path, "", None, Vec::new()) else { return Vec::new() };
        let Some(items) = list["items"].as_array_mut() else { return Vec::new() };
        let mut items = std::mem::take(items);
        for item in &mut items {
            item["apiVersion"] = json!(api_version);
            item["kind"] = json!(kind);
        }
        items
    }

    /// Creates an object.
    pub(crate) fn create(&mut self, object: &Value) -> Result<Value, ApiRefusal> {
        let mut id = ObjectId::of(object);
        id.name.clear();
        let path = self.path(&id)?;
        self.send(Method::POST, &path, "", None, object.to_string().into_bytes())
    }

    /// Patches an object, or its status alone.
    pub(crate) fn merge(
        &mut self,
        id: &ObjectId,
        is_status: bool,
        manager: &str,
        patch: &Value,
    ) -> Result<Value, ApiRefusal> {
        let path = self.path(id)?;
        let path = if is_status { format!("{path}/status") } else { path };
        let query = format!("fieldManager={manager}");
        self.send(Method::PATCH, &path, &query, Some(MERGE), patch.to_string().into_bytes())
    }

    /// Patches an object by a JSON patch.
    pub(crate) fn patch(&mut self, id: &ObjectId, manager: &str, patch: &Value) -> Result<Value, ApiRefusal> {
        let path = self.path(id)?;
        let query = format!("fieldManager={manager}");
        self.send(Method::PATCH, &path, &query, Some(JSON_PATCH), patch.to_string().into_bytes())
    }

    /// Applies an object by server-side apply, taking over what others own.
    pub(crate) fn apply(&mut self, object: &Value, manager: &str, is_dry: bool) -> Result<Value, ApiRefusal> {
        let path = self.path(&ObjectId::of(object))?;
        let dry_run = if is_dry { "dryRun=All&" } else { "" };
        let query = format!("{dry_run}fieldManager={manager}&force=true");
        self.send(Method::PATCH, &path, &query, Some(APPLY), object.to_string().into_bytes())
    }

    /// Deletes an object; what depends on it goes in the background.
    pub(crate) fn delete(&mut self, id: &ObjectId) -> Result<(), ApiRefusal> {
        let path = self.path(id)?;
        let options = json!({"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"});
        self.send(Method::DELETE, &path, "", None, options.to_string().into_bytes()).map(drop)
    }

    /// Whether objects of a kind are in namespaces; none for a kind that the cluster does not have.
    pub(crate) fn is_namespaced(&self, id: &ObjectId) -> Option<bool> {
        self.cluster.resource(&id.api_version, &id.kind).map(|resource| resource.namespaced)
    }

    fn path(&self, id: &ObjectId) -> Result<String, ApiRefusal> {
        let Some(resource) = self.cluster.resource(&id.api_version, &id.kind) else {
            return Err(ApiRefusal {
                code: 404,
                reason: String::new(),
                message: format!("no matches for kind {:?} in version {:?}", id.kind, id.api_version),
            });
        };
        let folder = match (resource.namespaced, id.namespace.as_str()) {
            (true, "") | (false, _) => String::new(),
            (true, namespace) => format!("/namespaces/{namespace}"),
        };
        let name = if id.name.is_empty() { String::new() } else { format!("/{}", id.name) };
        Ok(format!("{}{folder}/{}{name}", root(&id.api_version), resource.plural))
    }

    fn send(
        &mut self,
        method: Method,
        path: &str,
        query: &str,
        media: Option<&str>,
        body: Vec<u8>,
    ) -> Result<Value, ApiRefusal> {
        let mut request = Request::new(method, path).with_token(self.token);
        query.clone_into(&mut request.query);
        let request = match media {
            Some(media) => request.with_body(media, body),
            None => Request { body: body.into(), ..request },
        };
        let reply = self.cluster.answer(&request, self.now);
        let (status, document) = reply.into_document();
        if status.is_success() && !document.is_null() {
            return Ok(document);
        }
        let text = |value: &Value| value.as_str().map(|text| text.trim_end().to_owned()).unwrap_or_default();
        let message = if document.is_string() { text(&document) } else { text(&document["message"]) };
        Err(ApiRefusal { code: status.as_u16(), reason: text(&document["reason"]), message })
    }
}

fn root(api_version: &str) -> String {
    match api_version.contains('/') {
        true => format!("/apis/{api_version}"),
        false => format!("/api/{api_version}"),
    }
}
