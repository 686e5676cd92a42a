//! From a change to one request, and from its answer to a value or a [`WriteError`].

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Method, Request};
use http_body_util::BodyExt;
use kube::client::Body;
use kube::core::ApiResource;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::change::{Apply, Delete, DryRun, FIELD_MANAGER, Patch, TargetResource, WriteTarget};
use super::error::WriteError;
use crate::kubernetes::connect::Connection;
use crate::kubernetes::credentials::CredentialsError;
use crate::kubernetes::error;
use crate::kubernetes::resource::{base_path, segment};
use crate::kubernetes::versions::ServedVersion;
use crate::wire::Loss;
use crate::wire::retry::Repeat;

/// A change on its way: everything about its request but the version of its kind.
struct WriteRequest<'a> {
    method: Method,
    verb: &'static str,
    namespace: &'a str,
    /// Empty for a creation.
    name: &'a str,
    query: String,
    media_type: &'static str,
    body: Vec<u8>,
}

impl Connection {
    /// Creates an object; `namespace` is empty for a cluster-scoped kind. The answer is the object as stored.
    pub async fn create<T: Serialize + DeserializeOwned>(
        &self,
        target: impl Into<WriteTarget>,
        namespace: &str,
        object: &T,
        dry_run: DryRun,
    ) -> Result<T, WriteError> {
        let write = WriteRequest {
            method: Method::POST,
            verb: "create",
            namespace,
            name: "",
            query: query(dry_run, "&fieldValidation=Strict"),
            media_type: "application/json",
            body: encoded(object),
        };
        self.change(target.into(), write).await
    }

    /// Applies an object server-side, under [`FIELD_MANAGER`]: creates it, or changes the fields it names.
    pub async fn apply<T: Serialize + DeserializeOwned>(
        &self,
        target: impl Into<WriteTarget>,
        namespace: &str,
        name: &str,
        object: &T,
        apply: Apply,
    ) -> Result<T, WriteError> {
        let force =
            if apply.force { "&fieldValidation=Strict&force=true" } else { "&fieldValidation=Strict" };
        let write = WriteRequest {
            method: Method::PATCH,
            verb: "apply",
            namespace,
            name,
            query: query(apply.dry_run, force),
            media_type: "application/apply-patch+yaml",
            body: encoded(object),
        };
        self.change(target.into(), write).await
    }

    /// Patches an object that exists. The answer is the object as stored.
    pub async fn patch(
        &self,
        target: impl Into<WriteTarget>,
        namespace: &str,
        name: &str,
        patch: &Patch,
        dry_run: DryRun,
    ) -> Result<Value, WriteError> {
        let write = WriteRequest {
            method: Method::PATCH,
            verb: "patch",
            namespace,
            name,
            query: query(dry_run, ""),
            media_type: patch.media_type(),
            body: patch.body(),
        };
        self.change(target.into(), write).await
    }

    /// Deletes an object. The answer is the object where it stays for its finalizers or dependents, else a
    /// `Status`.
    pub async fn delete(
        &self,
        target: impl Into<WriteTarget>,
        namespace: &str,
        name: &str,
        delete: &Delete,
    ) -> Result<Value, WriteError> {
        let write = WriteRequest {
            method: Method::DELETE,
            verb: "delete",
            namespace,
            name,
            query: String::new(),
            media_type: "application/json",
            body: delete.body(),
        };
        self.change(target.into(), write).await
    }

    async fn change<T: DeserializeOwned>(
        &self,
        target: WriteTarget,
        write: WriteRequest<'_>,
    ) -> Result<T, WriteError> {
        let resource = self.api_resource(&target);
        let first = self.send_change(&resource, &write).await;
        let (Err(WriteError::NotFound { .. }), TargetResource::Kind(kind)) = (&first, &target.0) else {
            return first;
        };
        // A 404 changed nothing: the kind may be served in another version.
        match self.versions.find(&self.client, *kind).await {
            Ok(Some(ServedVersion::At(version))) if version != resource.version => {
                self.send_change(&self.api_resource(&target), &write).await
            }
            _ => first,
        }
    }

    fn api_resource(&self, target: &WriteTarget) -> ApiResource {
        match &target.0 {
            TargetResource::Kind(kind) => self.versions.resource(*kind),
            TargetResource::Typed(resource) => resource.clone(),
        }
    }

    async fn send_change<T: DeserializeOwned>(
        &self,
        resource: &ApiResource,
        write: &WriteRequest<'_>,
    ) -> Result<T, WriteError> {
        let title = write.title(resource);
        let request = write.request(resource).map_err(|_| WriteError::Invalid {
            change: title.clone(),
            message: "the name or namespace is none".to_owned(),
        })?;
        let lost = |why: String| WriteError::Lost { change: title.clone(), why };
        let answer = self.client.send(request).await.map_err(|error| {
            let (change, why) = (title.clone(), error::request(&error));
            if may_have_arrived(&error) {
                WriteError::Lost { change, why }
            } else {
                WriteError::Unreachable { change, why }
            }
        })?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await.map_err(|_| lost("the connection was cut".to_owned()))?.to_bytes();
        tracing::debug!("{title}: {}", head.status);
        if !head.status.is_success() {
            return Err(WriteError::of_answer(head.status, &head.headers, &body, title));
        }
        serde_json::from_slice(&body).map_err(|_| lost("the answer is not an object".to_owned()))
    }
}

impl WriteRequest<'_> {
    /// `patch gitrepositories.source.toolkit.fluxcd.io apps in dev-hello`.
    fn title(&self, resource: &ApiResource) -> String {
        let mut title = format!("{} {}", self.verb, resource.plural);
        if !resource.group.is_empty() {
            title += &format!(".{}", resource.group);
        }
        if !self.name.is_empty() {
            title += &format!(" {}", self.name);
        }
        if !self.namespace.is_empty() {
            title += &format!(" in {}", self.namespace);
        }
        title
    }

    fn request(&self, resource: &ApiResource) -> Result<Request<Body>, http::Error> {
        let mut path = base_path(resource);
        if !self.namespace.is_empty() {
            path += &format!("/namespaces/{}", segment(self.namespace));
        }
        path += &format!("/{}", resource.plural);
        if !self.name.is_empty() {
            path += &format!("/{}", segment(self.name));
        }
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(format!("{path}{}", self.query))
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, self.media_type)
            .body(Body::from(self.body.clone()))?;
        request.extensions_mut().insert(Repeat::Never);
        Ok(request)
    }
}

fn query(dry_run: DryRun, more: &str) -> String {
    let dry_run = if dry_run == DryRun::Server { "&dryRun=All" } else { "" };
    format!("?fieldManager={FIELD_MANAGER}{more}{dry_run}")
}

fn encoded(object: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(object).expect("Kubernetes' objects are JSON")
}

/// Whether a request may have arrived. One that was not signed did not leave.
fn may_have_arrived(error: &kube::Error) -> bool {
    let error: &(dyn std::error::Error + 'static) = error;
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    Loss::of(error).is_sent && !causes.any(|cause| cause.is::<CredentialsError>())
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::batch::v1::Job;

    use super::*;
    use crate::kubernetes::resource::typed;

    #[test]
    fn requests_are_those_of_the_api() {
        let write = WriteRequest {
            method: Method::PATCH,
            verb: "patch",
            namespace: "dev-hello",
            name: "a/../b",
            query: query(DryRun::Server, "&force=true"),
            media_type: "application/merge-patch+json",
            body: b"{}".to_vec(),
        };
        let resource = typed::<Job>();
        let request = write.request(&resource).expect("a request");
        assert_eq!(
            request.uri().to_string(),
            "/apis/batch/v1/namespaces/dev-hello/jobs/a%2F..%2Fb?fieldManager=kubectl-gitops&force=true&dryRun=All"
        );
        assert_eq!(request.extensions().get::<Repeat>(), Some(&Repeat::Never));
        assert_eq!(write.title(&resource), "patch jobs.batch a/../b in dev-hello");
    }
}
