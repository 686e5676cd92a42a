//! What Flux's objects mean: their kinds, and the states of theirs that steps wait for. Pure.
//!
//! Steps wait for states that last; what passes in milliseconds is the plugin's business, not theirs.

use serde_json::Value;

/// Where Azure puts Flux's objects.
pub(crate) const NAMESPACE: &str = "flux-system";

/// The kinds that scenarios are about, as kubectl names them.
pub(crate) const GIT: &str = "gitrepositories.source.toolkit.fluxcd.io";
pub(crate) const OCI: &str = "ocirepositories.source.toolkit.fluxcd.io";
pub(crate) const BUCKET: &str = "buckets.source.toolkit.fluxcd.io";
pub(crate) const KUSTOMIZATION: &str = "kustomizations.kustomize.toolkit.fluxcd.io";
pub(crate) const RELEASE: &str = "helmreleases.helm.toolkit.fluxcd.io";

/// What is watched beside releases, which are not defined everywhere.
pub(crate) const KINDS: [&str; 9] = [
    GIT,
    OCI,
    BUCKET,
    KUSTOMIZATION,
    "deployments.apps",
    "statefulsets.apps",
    "replicasets.apps",
    "pods",
    "events",
];

/// A condition's field, or null.
pub(crate) fn condition<'a>(object: &'a Value, kind: &str, field: &str) -> &'a Value {
    let conditions = object["status"]["conditions"].as_array().map_or(&[][..], Vec::as_slice);
    conditions.iter().find(|condition| condition["type"] == kind).map_or(&Value::Null, |found| &found[field])
}

/// Whether a source holds an artifact of a revision, its status written to the end. A revision is named by its
/// commit, or by the digest of an artifact.
pub(crate) fn fetched(source: Option<&Value>, commit: &str) -> bool {
    source.is_some_and(|source| {
        let revision = source["status"]["artifact"]["revision"].as_str();
        settled(source) && revision.is_some_and(|revision| revision.ends_with(commit))
    })
}

/// Whether a kustomization has applied a revision, its status written to the end.
pub(crate) fn applied(kustomization: Option<&Value>, commit: &str) -> bool {
    kustomization.is_some_and(|object| {
        let revision = object["status"]["lastAppliedRevision"].as_str();
        settled(object) && revision.is_some_and(|revision| revision.ends_with(commit))
    })
}

/// Whether it says that it failed, and for this reason.
pub(crate) fn failing(object: Option<&Value>, reason: &str) -> bool {
    object.is_some_and(|object| {
        condition(object, "Ready", "status") == "False" && condition(object, "Ready", "reason") == reason
    })
}

/// Whether health checks of a revision are running.
pub(crate) fn checking(kustomization: Option<&Value>, commit: &str) -> bool {
    kustomization.is_some_and(|object| {
        let revision = object["status"]["lastAttemptedRevision"].as_str();
        condition(object, "Healthy", "status") == "Unknown"
            && condition(object, "Ready", "status") == "Unknown"
            && revision.is_some_and(|revision| revision.ends_with(commit))
    })
}

fn settled(object: &Value) -> bool {
    condition(object, "Ready", "status") == "True"
        && object["status"]["observedGeneration"] == object["metadata"]["generation"]
}
