//! A request and what may be found, for tests.

use std::collections::{BTreeMap, BTreeSet};

use super::{ObservedRepository, SetupCluster, SetupRequest, Visibility};
use crate::model::application::{application, sample_folder};
use crate::model::azure::{ArcCluster, ClusterKind};
use crate::model::github::Repository;
use crate::model::pipeline::{Project, Role};

/// `hello` of contoso, with dev and qa on one cluster.
pub(super) fn request() -> SetupRequest {
    let arc = ArcCluster::new("s", "rg", ClusterKind::Connected, "edge-1").expect("a cluster");
    let environments = ["dev", "qa"].map(str::to_owned).to_vec();
    let notify = ".github/workflows/notify-on-pr.yml".to_owned();
    SetupRequest {
        project: Project::new("contoso", "hello").expect("names"),
        environments: environments.clone(),
        target: "hello".to_owned(),
        clusters: vec![SetupCluster { arc, environments }],
        visibility: Visibility::Private,
        skips_flux: false,
        overwrites: false,
        server: "https://github.com".to_owned(),
        registry: "ghcr.io".to_owned(),
        application: application(&sample_folder("ghcr.io/contoso/hello/hello"), "hello").expect("the sample"),
        workflows: BTreeMap::from([((Role::Gitops, notify), "name: notify-on-pr\n".to_owned())]),
        credentials: BTreeSet::new(),
        has_service_principal: true,
    }
}

/// A repository as set-up leaves it, with nothing in it.
pub(super) fn repository(name: &str) -> ObservedRepository {
    let messages = [
        ("merge_commit_title", "PR_TITLE"),
        ("merge_commit_message", "BLANK"),
        ("squash_merge_commit_title", "PR_TITLE"),
        ("squash_merge_commit_message", "BLANK"),
    ];
    ObservedRepository::new(Repository {
        name: name.parse().expect("a name"),
        default_branch: "main".to_owned(),
        is_private: true,
        is_archived: false,
        deletes_merged_branches: true,
        merge_messages: messages.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        may_push: true,
        may_administer: true,
        url: format!("https://github.com/{name}"),
    })
}
