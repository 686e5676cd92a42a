//! The group, version and plural of kinds, and the paths of what is asked.

use std::borrow::Cow;

use k8s_openapi::Resource;
use kube::core::ApiResource;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::cluster::{Kind, Scope, Within};

/// The resource in the version of its table row.
pub(super) fn default_resource(kind: Kind) -> ApiResource {
    let row = kind.row();
    ApiResource {
        group: row.group.to_owned(),
        version: row.version.to_owned(),
        api_version: row.api_version(),
        kind: row.name.to_owned(),
        plural: row.plural.to_owned(),
    }
}

/// The resource of a type.
pub(super) fn typed<R: Resource>() -> ApiResource {
    ApiResource {
        group: R::GROUP.to_owned(),
        version: R::VERSION.to_owned(),
        api_version: R::API_VERSION.to_owned(),
        kind: R::KIND.to_owned(),
        plural: R::URL_PATH_SEGMENT.to_owned(),
    }
}

/// The field selector that lists and watches of a kind use.
pub(super) fn field_selector(kind: Kind) -> Option<&'static str> {
    kind.row().field_selector
}

/// The path of a group and version.
pub(super) fn base_path(resource: &ApiResource) -> String {
    let root = if resource.group.is_empty() { "/api" } else { "/apis" };
    format!("{root}/{}", resource.api_version)
}

/// A name as one segment of a path, whatever is in it.
pub(super) fn segment(name: &str) -> Cow<'_, str> {
    const KEPT: percent_encoding::AsciiSet =
        NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');
    match name {
        // Servers and proxies resolve these as relative path segments.
        "." => Cow::Borrowed("%2E"),
        ".." => Cow::Borrowed("%2E%2E"),
        name => utf8_percent_encode(name, &KEPT).into(),
    }
}

/// The path of a scope.
pub(super) fn path(resource: &ApiResource, scope: &Scope) -> String {
    let (base, plural) = (base_path(resource), &resource.plural);
    match &scope.within {
        Within::Cluster => format!("{base}/{plural}"),
        Within::Namespace(namespace) => format!("{base}/namespaces/{namespace}/{plural}"),
        Within::Object(namespace, container) if scope.kind == Kind::Log => {
            let (pod, container) = container.split_once('/').unwrap_or((container, ""));
            format!(
                "{base}/namespaces/{namespace}/{plural}/{pod}/log?container={container}&previous=true&tailLines=3&limitBytes=4096"
            )
        }
        Within::Object(namespace, name) if namespace.is_empty() => format!("{base}/{plural}/{name}"),
        Within::Object(namespace, name) => format!("{base}/namespaces/{namespace}/{plural}/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_api() {
        let path = |scope: Scope| path(&default_resource(scope.kind), &scope);
        assert_eq!(path(Scope::namespace(Kind::Pod, "dev-hello")), "/api/v1/namespaces/dev-hello/pods");
        assert_eq!(path(Scope::object(Kind::Namespace, "", "dev-hello")), "/api/v1/namespaces/dev-hello");
        assert_eq!(
            path(Scope::cluster(Kind::Kustomization)),
            "/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations"
        );
        assert_eq!(
            path(Scope::object(Kind::Log, "dev-hello", "hello-1/app")),
            "/api/v1/namespaces/dev-hello/pods/hello-1/log?container=app&previous=true&tailLines=3&limitBytes=4096"
        );
    }

    /// The table against the types that are generated from Kubernetes' own description.
    #[test]
    fn built_in_kinds_are_where_kubernetes_serves_them() {
        use k8s_openapi::Resource;
        use k8s_openapi::api::{apps, batch, core};

        fn is<R: Resource>(kind: Kind) {
            let resource = default_resource(kind);
            let expected = (R::GROUP, R::VERSION, R::API_VERSION, R::KIND, R::URL_PATH_SEGMENT);
            let ApiResource { group, version, api_version, kind, plural } = &resource;
            assert_eq!((&**group, &**version, &**api_version, &**kind, &**plural), expected);
        }
        is::<core::v1::Namespace>(Kind::Namespace);
        is::<apps::v1::Deployment>(Kind::Deployment);
        is::<apps::v1::StatefulSet>(Kind::StatefulSet);
        is::<apps::v1::DaemonSet>(Kind::DaemonSet);
        is::<apps::v1::ReplicaSet>(Kind::ReplicaSet);
        is::<core::v1::Pod>(Kind::Pod);
        is::<core::v1::Pod>(Kind::Log);
        is::<batch::v1::Job>(Kind::Job);
        is::<batch::v1::CronJob>(Kind::CronJob);
        is::<core::v1::Node>(Kind::Node);
        is::<core::v1::ResourceQuota>(Kind::ResourceQuota);
        is::<core::v1::Event>(Kind::Warning);
        is::<core::v1::Event>(Kind::KustomizationEvent);
        is::<core::v1::Event>(Kind::SourceEvent);
        is::<core::v1::Secret>(Kind::GitSecret);
        is::<core::v1::ConfigMap>(Kind::ArcConfig);
    }
}
