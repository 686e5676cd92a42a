//! Versions beside the commits that a message names: people know what they deployed by its version.

use super::{FollowedBranch, Tracking, Upstream};
use crate::model::verdict::{EnvironmentStatus, short};

/// Puts its version behind the first mention of the applied commit, and of the newest one, in an environment's message.
pub(super) fn name_versions(
    followed: &FollowedBranch,
    upstream: &Upstream,
    environment: &mut EnvironmentStatus,
) {
    let commits = [(&followed.applied, &upstream.running), (&upstream.head, &upstream.newest)];
    for (commit, tracking) in commits {
        let version = tracking.as_ref().and_then(|tracking: &Tracking| tracking.version.as_deref());
        if let (Some(commit), Some(version)) = (commit, version) {
            let commit = short(commit);
            environment.message = environment.message.replacen(commit, &format!("{commit} ({version})"), 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::cluster::{Answer, ClusterState, Kind, Scope};
    use crate::model::pipeline::ClusterRef;
    use crate::model::upstream::followed_branches;
    use crate::model::verdict::{Selection, picture};

    const APPLIED: &str = "46abddde3c053f4de5a3a05a44005d7fcd944816";
    const NEWEST: &str = "d61d3702f941f7a0787e29e428e569152f66e7bf";

    #[test]
    fn each_commit_has_its_version() {
        let mut cluster = ClusterState::new(ClusterRef::InCluster);
        let revision = |commit: &str| format!("dev@sha1:{commit}");
        let source = json!({
            "metadata": { "name": "hello", "namespace": "dev-hello" },
            "spec": { "url": "https://github.com/contoso/hello-gitops", "ref": { "branch": "dev" } },
            "status": { "observedGeneration": 0, "artifact": { "revision": revision(NEWEST) } },
        });
        let failed = json!([{ "type": "Ready", "status": "False", "reason": "BuildFailed", "message": "x" }]);
        let kustomization = json!({
            "metadata": { "name": "hello", "namespace": "dev-hello" },
            "spec": { "sourceRef": { "kind": "GitRepository", "name": "hello" } },
            "status": {
                "observedGeneration": 0, "conditions": failed,
                "lastAttemptedRevision": revision(NEWEST), "lastAppliedRevision": revision(APPLIED),
            },
        });
        for (kind, object) in [(Kind::GitRepository, source), (Kind::Kustomization, kustomization)] {
            cluster.replace(Scope::namespace(kind, "dev-hello"), Answer::Objects(vec![object]));
        }
        let selection = Selection::Namespace("dev-hello".to_owned());
        let mut seen = picture(&cluster, &selection, jiff::Timestamp::UNIX_EPOCH);
        let branches = followed_branches(&seen, "github.com");
        let tracking =
            |version: &str| Some(Tracking { version: Some(version.to_owned()), ..Tracking::default() });
        let upstream = Upstream {
            head: Some(NEWEST.to_owned()),
            running: tracking("0.0.1-12"),
            newest: tracking("0.0.1-13"),
            ..Upstream::default()
        };
        name_versions(&branches[0], &upstream, &mut seen.environments[0]);
        let message = &seen.environments[0].message;
        assert!(message.starts_with("d61d370 (0.0.1-13) failed "), "{message}");
        assert!(message.ends_with("; last good: 46abddd (0.0.1-12)"), "{message}");
    }
}
