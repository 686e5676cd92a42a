//! From a path to the place it names: a kind, a namespace, an object, or one of the server's own documents.

use super::events_v1::NEWER;
use crate::kubernetes::refusals;
use crate::kubernetes::schema::kinds;
use serde_json::Value;

use crate::kubernetes::{Catalogue, Resource, StatusError};

/// What a path names.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::kubernetes) enum Place {
    /// `/healthz`, `/livez`, `/readyz`
    Health(String),
    /// `/version`
    Version,
    /// `/api`
    CoreVersions,
    /// `/apis`
    Groups,
    /// `/apis/<group>`
    Group(String),
    /// `/api/v1`, `/apis/<group>/<version>`
    Resources { group: String, version: String },
    /// `/openapi/v3`
    OpenApiRoot,
    /// `/openapi/v3/<path of a version of a group>`
    OpenApi { group: String, version: String },
    /// Where a service account is given tokens.
    Token(Target),
    /// One of the reviews: its group and its plural.
    Review { group: String, plural: String },
    /// Objects of a kind.
    Objects(Target),
    /// What the containers of a pod have written.
    Log(Target),
}

/// Objects of a kind, or one of them.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::kubernetes) struct Target {
    pub(in crate::kubernetes) place: usize,
    pub(in crate::kubernetes) resource: Resource,
    pub(in crate::kubernetes) namespace: Option<String>,
    pub(in crate::kubernetes) name: Option<String>,
    /// Which part of it.
    pub(in crate::kubernetes) part: Subresource,
}

/// A part of an object that has a path of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::kubernetes) enum Subresource {
    Whole,
    Status,
    /// How many there are to be, in a form that is the same for all kinds.
    Scale,
}

impl Subresource {
    /// What it is called in paths; nothing for the object itself.
    pub(in crate::kubernetes) fn name(self) -> &'static str {
        match self {
            Subresource::Whole => "",
            Subresource::Status => "status",
            Subresource::Scale => "scale",
        }
    }
}

/// Whether objects of a kind can be scaled by the form that is the same for all kinds.
pub(in crate::kubernetes) fn is_scalable(resource: &Resource) -> bool {
    resource.group == "apps" && ["Deployment", "ReplicaSet", "StatefulSet"].contains(&resource.kind.as_str())
}

/// The reviews, which are made and never kept.
pub(in crate::kubernetes) const REVIEWS: [(&str, &str, &str); 3] = [
    ("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview"),
    ("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview"),
    ("authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview"),
];

/// What a real server has and the lab does not: a client that asks for it must learn that it talks to the lab,
/// and not that its cluster lacks it. Groups, and plurals of the core group and of groups that are served.
const ELSEWHERE: &[&str] = &[
    "admissionregistration.k8s.io",
    "apiregistration.k8s.io",
    "certificates.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "node.k8s.io",
    "resource.k8s.io",
    "bindings",
    "componentstatuses",
    "csidrivers",
    "csinodes",
    "csistoragecapacities",
    "ipaddresses",
    "localsubjectaccessreviews",
    "servicecidrs",
    "subjectaccessreviews",
    "tokenreviews",
    "volumeattachments",
    "volumeattributesclasses",
];

/// Paths of a real server outside of its groups.
const OUTSIDE: &[&str] = &[".well-known", "debug", "logs", "metrics", "openapi", "openid"];

/// Reads a path.
pub(in crate::kubernetes) fn place(catalogue: &Catalogue, path: &str) -> Result<Place, StatusError> {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    match segments[..] {
        [name @ ("healthz" | "livez" | "readyz")] => Ok(Place::Health(name.to_owned())),
        ["version"] => Ok(Place::Version),
        ["api"] => Ok(Place::CoreVersions),
        ["apis"] => Ok(Place::Groups),
        ["openapi", "v3"] => Ok(Place::OpenApiRoot),
        ["openapi", "v3", "api", "v1"] => {
            Ok(Place::OpenApi { group: String::new(), version: "v1".to_owned() })
        }
        ["openapi", "v3", "apis", group, version] if catalogue.has_version(group, version) => {
            Ok(Place::OpenApi { group: group.to_owned(), version: version.to_owned() })
        }
        ["api", version, ref rest @ ..] => inside(catalogue, "", version, rest, path),
        ["apis", group] if is_served(catalogue, group) => Ok(Place::Group(group.to_owned())),
        ["apis", group, ..] if ELSEWHERE.contains(&group) => Err(refusals::unknown(path)),
        ["apis", group, version, ref rest @ ..] => inside(catalogue, group, version, rest, path),
        [first, ..] if OUTSIDE.contains(&first) => Err(refusals::unknown(path)),
        _ => Err(StatusError::NoSuchPath),
    }
}

/// Where objects like `object` are made; none when the lab does not have its kind.
pub(in crate::kubernetes) fn collection(catalogue: &Catalogue, object: &Value) -> Option<String> {
    let resource = &catalogue.resources()[catalogue.of_object(object)?];
    let root = if resource.group.is_empty() { "api" } else { "apis" };
    let folder = match object["metadata"]["namespace"].as_str() {
        Some(namespace) => format!("/namespaces/{namespace}"),
        None => String::new(),
    };
    Some(format!("/{root}/{}{folder}/{}", resource.api_version(), resource.plural))
}

fn is_served(catalogue: &Catalogue, group: &str) -> bool {
    !group.is_empty() && (catalogue.has_group(group) || REVIEWS.iter().any(|review| review.0 == group))
}

fn inside(
    catalogue: &Catalogue,
    group: &str,
    version: &str,
    rest: &[&str],
    path: &str,
) -> Result<Place, StatusError> {
    if !group.is_empty() && !is_served(catalogue, group) {
        return Err(StatusError::NoSuchPath);
    }
    // What has reviews alone has them at v1.
    let is_version = match catalogue.has_group(group) {
        true => catalogue.has_version(group, version),
        false => version == "v1",
    };
    if !is_version {
        // Of its own groups a server knows more than of those that definitions make.
        let is_own = kinds::is_own(group);
        return Err(if is_own { StatusError::NoSuchResource } else { StatusError::NoSuchPath });
    }
    // It is kept as its later version, and nothing here converts.
    if (group, version) == ("autoscaling", "v1") && !rest.is_empty() {
        return Err(refusals::unknown(path));
    }
    let target = |plural: &str, namespace: Option<&str>, name: Option<&str>| {
        let place = catalogue.named(group, version, plural)?;
        let resource = catalogue.resources()[place].clone();
        // The same events are served in two groups.
        let kept = if group == NEWER { "" } else { group };
        let place = catalogue.named(kept, version, plural)?;
        let fits = match (namespace, name) {
            (None, None) => true,
            (namespace, _) => resource.namespaced == namespace.is_some(),
        };
        let (namespace, name) = (namespace.map(str::to_owned), name.map(str::to_owned));
        fits.then_some(Target { place, resource, namespace, name, part: Subresource::Whole })
    };
    let status = |target: Option<Target>| {
        let target = target.filter(|target| target.resource.has_status())?;
        Some(Target { part: Subresource::Status, ..target })
    };
    let scale = |target: Option<Target>| {
        let target = target.filter(|target| is_scalable(&target.resource))?;
        Some(Target { part: Subresource::Scale, ..target })
    };
    let is_cluster = |plural: &str| {
        let place = catalogue.named(group, version, plural);
        place.is_some_and(|place| !catalogue.resources()[place].namespaced)
    };
    let found = match *rest {
        [] => return Ok(Place::Resources { group: group.to_owned(), version: version.to_owned() }),
        [plural] if REVIEWS.iter().any(|review| (review.0, review.1) == (group, plural)) => {
            return Ok(Place::Review { group: group.to_owned(), plural: plural.to_owned() });
        }
        [plural] => target(plural, None, None),
        [plural, name] => target(plural, None, Some(name)),
        [plural, name, "status"] if is_cluster(plural) => status(target(plural, None, Some(name))),
        ["namespaces", namespace, "pods", name, "log"] if group.is_empty() => {
            let target = target("pods", Some(namespace), Some(name));
            return target.map(Place::Log).ok_or(StatusError::NoSuchResource);
        }
        ["namespaces", namespace, "serviceaccounts", name, "token"] if group.is_empty() => {
            let target = target("serviceaccounts", Some(namespace), Some(name));
            return target.map(Place::Token).ok_or(StatusError::NoSuchResource);
        }
        ["namespaces", namespace, plural] => target(plural, Some(namespace), None),
        ["namespaces", namespace, plural, name] => target(plural, Some(namespace), Some(name)),
        ["namespaces", namespace, plural, name, "status"] => {
            status(target(plural, Some(namespace), Some(name)))
        }
        ["namespaces", namespace, plural, name, "scale"] => {
            scale(target(plural, Some(namespace), Some(name)))
        }
        _ => None,
    };
    found.map(Place::Objects).ok_or_else(|| lacking(catalogue, group, version, rest, path))
}

/// Whether it is the lab that lacks it, or everybody.
fn lacking(catalogue: &Catalogue, group: &str, version: &str, rest: &[&str], path: &str) -> StatusError {
    let is_sub_resource = match *rest {
        ["namespaces", _, plural, _, _, ..] => catalogue.named(group, version, plural).is_some(),
        ["namespaces", _, "finalize"] => true,
        _ => false,
    };
    if is_sub_resource || rest.iter().any(|segment| ELSEWHERE.contains(segment)) {
        return refusals::unknown(path);
    }
    StatusError::NoSuchResource
}

impl Target {
    /// How a refusal of rights names what was asked for.
    pub(in crate::kubernetes) fn asked(&self) -> String {
        match self.part {
            Subresource::Whole => self.resource.plural.clone(),
            part => format!("{}/{}", self.resource.plural, part.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::{Place, Subresource, place};
    use crate::kubernetes::StatusError;
    use crate::kubernetes::schema::kinds;

    #[test]
    fn what_nobody_has_is_not_found_and_what_the_lab_lacks_says_so() {
        let catalogue = kinds::catalogue();
        let refusal = |path: &str| place(&catalogue, path).map(|_| ()).expect_err(path);
        for path in ["/no/such/path", "/apis/no.such.group", "/apis/no.such.group/v1/things", "/"] {
            assert_eq!(refusal(path), StatusError::NoSuchPath, "{path}");
        }
        for path in ["/apis/apps/v9", "/api/v1/namespaces/n/widgets", "/api/v1/pods/a"] {
            assert_eq!(refusal(path), StatusError::NoSuchResource, "{path}");
        }
        for path in [
            "/openapi/v2",
            "/openapi/v3/apis/node.k8s.io/v1",
            "/metrics",
            "/api/v1/componentstatuses",
            "/api/v1/namespaces/n/pods/a/exec",
            "/apis/storage.k8s.io/v1/csinodes",
            "/apis/autoscaling/v1/horizontalpodautoscalers",
        ] {
            assert_eq!(refusal(path).code(), StatusCode::NOT_IMPLEMENTED, "{path}");
        }
    }

    #[test]
    fn paths_name_objects() {
        let catalogue = kinds::catalogue();
        for (path, plural, namespace, name, status) in [
            ("/api/v1/pods", "pods", None, None, false),
            ("/api/v1/namespaces/n", "namespaces", None, Some("n"), false),
            ("/api/v1/namespaces/n/status", "namespaces", None, Some("n"), true),
            ("/api/v1/nodes/n", "nodes", None, Some("n"), false),
            ("/api/v1/nodes/n/status", "nodes", None, Some("n"), true),
            ("/api/v1/namespaces/n/pods", "pods", Some("n"), None, false),
            ("/apis/apps/v1/namespaces/n/deployments/a/status", "deployments", Some("n"), Some("a"), true),
        ] {
            let Ok(Place::Objects(target)) = place(&catalogue, path) else { panic!("{path}") };
            assert_eq!(target.resource.plural, plural, "{path}");
            assert_eq!((target.namespace.as_deref(), target.name.as_deref()), (namespace, name), "{path}");
            assert_eq!(target.part == Subresource::Status, status, "{path}");
        }
    }
}
