//! Which cluster of Azure's: its place in Resource Manager.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::argument::valid_subject;

/// What Azure takes a cluster for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClusterKind {
    /// Connected through Azure Arc: `Microsoft.Kubernetes/connectedClusters`.
    Connected,
    /// Azure's own: `Microsoft.ContainerService/managedClusters`.
    Managed,
}

impl ClusterKind {
    /// The resource provider, as paths of Resource Manager have it: `Microsoft.Kubernetes`.
    pub fn provider(self) -> &'static str {
        match self {
            ClusterKind::Connected => "Microsoft.Kubernetes",
            ClusterKind::Managed => "Microsoft.ContainerService",
        }
    }

    /// The resource type, as paths of Resource Manager and flags of `az` have it: `connectedClusters`.
    pub fn resource_type(self) -> &'static str {
        match self {
            ClusterKind::Connected => "connectedClusters",
            ClusterKind::Managed => "managedClusters",
        }
    }
}

/// A cluster in Resource Manager. Its parts are words of a path: none of them holds a slash or anything that would
/// have to be encoded. Two are equal where they name the same resource, in whatever case.
#[derive(Clone, Debug)]
pub struct ArcCluster {
    subscription: String,
    resource_group: String,
    kind: ClusterKind,
    name: String,
}

impl ArcCluster {
    /// A cluster by its names; `None` where one of them cannot be a name in Azure.
    pub fn new(subscription: &str, resource_group: &str, kind: ClusterKind, name: &str) -> Option<Self> {
        let valid = [subscription, resource_group, name].into_iter().all(is_word);
        valid.then(|| Self {
            subscription: subscription.to_owned(),
            resource_group: resource_group.to_owned(),
            kind,
            name: name.to_owned(),
        })
    }

    /// The cluster that the ConfigMap of Azure's agents names (`AZURE_SUBSCRIPTION_ID`, `AZURE_RESOURCE_GROUP`,
    /// `AZURE_RESOURCE_NAME`, `CLUSTER_TYPE`).
    pub fn from_config(config: &BTreeMap<String, String>) -> Option<Self> {
        let value = |key: &str| config.get(key).map_or("", String::as_str);
        let kind = match value("CLUSTER_TYPE").to_ascii_lowercase() {
            kind if kind.contains("managed") => ClusterKind::Managed,
            _ => ClusterKind::Connected,
        };
        let [subscription, group, name] =
            ["AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_GROUP", "AZURE_RESOURCE_NAME"].map(value);
        Self::new(subscription, group, kind, name)
    }

    /// The cluster that a resource id begins with, of the cluster itself or of something of it.
    pub fn from_id(id: &str) -> Option<Self> {
        let words: Vec<&str> = id.trim_start_matches('/').split('/').collect();
        let [subscriptions, subscription, groups, group, providers, provider, kind, name, ..] = *words else {
            return None;
        };
        let fixed = [(subscriptions, "subscriptions"), (groups, "resourceGroups"), (providers, "providers")];
        let is_cluster = fixed.iter().all(|(word, wanted)| word.eq_ignore_ascii_case(wanted));
        let is_of = |known: &ClusterKind| {
            known.provider().eq_ignore_ascii_case(provider)
                && known.resource_type().eq_ignore_ascii_case(kind)
        };
        let kind = [ClusterKind::Connected, ClusterKind::Managed].into_iter().find(is_of)?;
        Self::new(subscription, group, kind, name).filter(|_| is_cluster)
    }

    /// The subscription's id, a UUID as a rule.
    pub fn subscription(&self) -> &str {
        &self.subscription
    }

    /// The resource group.
    pub fn resource_group(&self) -> &str {
        &self.resource_group
    }

    /// What Azure takes it for.
    pub fn kind(&self) -> ClusterKind {
        self.kind
    }

    /// The last word of its resource id: `edge-1`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its resource id: `/subscriptions/…/providers/Microsoft.Kubernetes/connectedClusters/<name>`.
    pub fn id(&self) -> String {
        let Self { subscription, resource_group, kind, name } = self;
        let (provider, kind) = (kind.provider(), kind.resource_type());
        format!(
            "/subscriptions/{subscription}/resourceGroups/{resource_group}/providers/{provider}/{kind}/{name}"
        )
    }

    /// Which cluster it is, as flags of `az k8s-configuration` and `az k8s-extension`: `-g rg-edge -c edge-1 -t
    /// connectedClusters --subscription …`: another subscription may be the default of whoever types it.
    pub fn az_flags(&self) -> String {
        let group = valid_subject(&self.resource_group, "'<resource-group>'");
        let name = valid_subject(&self.name, "'<cluster>'");
        let subscription = valid_subject(&self.subscription, "'<subscription>'");
        format!("-g {group} -c {name} -t {} --subscription {subscription}", self.kind.resource_type())
    }

    /// Where a Flux configuration of this name is in Resource Manager.
    pub fn flux_configuration_id(&self, name: &str) -> String {
        format!("{}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{name}", self.id())
    }

    fn key(&self) -> String {
        self.id().to_lowercase()
    }
}

impl PartialEq for ArcCluster {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for ArcCluster {}

impl PartialOrd for ArcCluster {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ArcCluster {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

/// `edge-1 in rg-contoso-edge`
impl fmt::Display for ArcCluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.name, self.resource_group)
    }
}

/// Whether a text can be a name in Azure: what resource groups allow is the most that any name does.
fn is_word(text: &str) -> bool {
    let is_allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '(' | ')');
    (1..=90).contains(&text.chars().count()) && text.chars().all(is_allowed) && !matches!(text, "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agents_configuration_names_the_cluster() {
        let config = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let known = [
            ("AZURE_SUBSCRIPTION_ID", "11111111-1111-4111-8111-111111111111"),
            ("AZURE_RESOURCE_GROUP", "rg-Edge"),
            ("AZURE_RESOURCE_NAME", "edge-1"),
        ];
        let cluster = ArcCluster::from_config(&config(&known)).expect("a cluster");
        assert_eq!(cluster.to_string(), "edge-1 in rg-Edge");
        let id = cluster.id();
        assert!(id.ends_with("/providers/Microsoft.Kubernetes/connectedClusters/edge-1"), "{id}");
        let below = format!("{}/providers/Microsoft.KubernetesConfiguration/x/y", id.to_lowercase());
        assert_eq!(ArcCluster::from_id(&below), Some(cluster));
        let managed = ArcCluster::from_config(&config(&[
            known[0],
            known[1],
            known[2],
            ("CLUSTER_TYPE", "ManagedClusters"),
        ]));
        assert_eq!(managed.map(|cluster| cluster.kind()), Some(ClusterKind::Managed));
        assert_eq!(ArcCluster::from_config(&config(&known[..2])), None);
    }

    #[test]
    fn nothing_that_would_change_a_path_is_a_name() {
        for name in ["", "..", "a/b", "a?b", "a#b", "a%2fb", "a b", "a\nb", &"x".repeat(91)] {
            assert_eq!(ArcCluster::new("s", name, ClusterKind::Connected, "n"), None, "{name:?}");
        }
        for id in
            ["", "/", "/subscriptions/s", "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/n"]
        {
            assert_eq!(ArcCluster::from_id(id), None, "{id}");
        }
    }
}
