//! The three worlds that the suite asks, and what of them was not answered. One shape for every gap: a
//! missing row of a page, an entry of a document and a refusal are this value.

use std::fmt;

use serde::Serialize;

use super::argument::valid_name;
use super::pipeline::ClusterRef;

/// A world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum World {
    /// Kubernetes API servers.
    Cluster,
    /// GitHub.
    Github,
    /// Azure Resource Manager and Resource Graph.
    Azure,
}

impl World {
    /// All of them, in the order of pages and documents.
    pub const ALL: [World; 3] = [World::Cluster, World::Github, World::Azure];
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            World::Cluster => "cluster",
            World::Github => "github",
            World::Azure => "azure",
        })
    }
}

/// Why a world was not asked that will be: GitHub and Azure are asked after the clusters.
pub const NOT_ASKED_YET: &str = "not asked yet";

/// Something that a world did not answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unanswered {
    /// Which world.
    pub world: World,
    /// Which cluster, of the world of clusters.
    pub cluster: Option<ClusterRef>,
    /// What was to be read; `None` is everything: the world was not asked at all.
    pub what: Option<Question>,
    /// Why there is no answer.
    pub why: Why,
}

/// What was to be read, as RBAC names it where it is a cluster's: `list pods in dev-hello`. A question to
/// GitHub or Azure is a sentence in `resource`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// `get`, `list` or `watch`.
    pub verb: &'static str,
    /// The resource with its group; of GitHub and Azure what was asked, in words.
    pub resource: String,
    /// The namespace; `None` for the whole cluster.
    pub namespace: Option<String>,
    /// The object's name, where one object was asked for.
    pub name: Option<String>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// 401: the service does not know who asks.
    NotAuthenticated,
    /// 403: who asks may not.
    NotAllowed,
    /// 429: an API server takes no more requests for now.
    Overloaded,
    /// It was asked and no usable answer came: what happened, in few words.
    NoAnswer(String),
    /// It was not asked: the reason.
    NotAsked(String),
    /// It was not asked, because nothing says with which credential: the reason, and what says it. Who has none there misses
    /// it only where something is not well.
    NotConfigured(String),
    /// There was no need to ask it: nothing that was looked at has a part in this world. It is no gap.
    Unneeded(String),
}

impl Why {
    /// Whether the service refused who asks, rather than failed.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Why::NotAuthenticated | Why::NotAllowed)
    }

    /// What whoever looks at a cluster that gives no answer at all can do about it.
    pub fn hint_of_cluster(&self) -> Option<&'static str> {
        Some(match self {
            Why::NotAuthenticated => "sign in again",
            Why::NotAllowed => "see what you may do: kubectl auth can-i --list",
            Why::Overloaded => {
                "see what loads it: kubectl get --raw /debug/api_priority_and_fairness/dump_priority_levels"
            }
            Why::NoAnswer(why) if why.contains("certificate") => {
                "check certificate-authority-data of the kubeconfig, or add the authority with GITOPS_CA_FILE"
            }
            Why::NoAnswer(_) => "see whether kubectl reaches it: kubectl cluster-info",
            Why::NotAsked(_) | Why::NotConfigured(_) | Why::Unneeded(_) => return None,
        })
    }
}

impl Unanswered {
    /// A world that was not asked.
    pub fn not_asked(world: World, reason: impl Into<String>) -> Self {
        Self::of_world(world, Why::NotAsked(reason.into()))
    }

    /// A world that said nothing at all.
    pub fn of_world(world: World, why: Why) -> Self {
        Self { world, cluster: None, what: None, why }
    }

    /// A world that there was no need to ask.
    pub fn unneeded(world: World, reason: impl Into<String>) -> Self {
        Self { world, cluster: None, what: None, why: Why::Unneeded(reason.into()) }
    }

    /// A question to a cluster without an answer.
    pub fn of_cluster(cluster: ClusterRef, what: Question, why: Why) -> Self {
        Self { world: World::Cluster, cluster: Some(cluster), what: Some(what), why }
    }

    /// Whether somebody may miss it: there was need to ask.
    pub fn is_gap(&self) -> bool {
        !matches!(self.why, Why::Unneeded(_))
    }

    /// Whether it is a world that is merely not configured: no gap while all is well.
    pub fn is_unconfigured(&self) -> bool {
        matches!(self.why, Why::NotConfigured(_))
    }

    /// A question to Azure without an answer.
    pub fn of_azure(resource: impl Into<String>, why: Why) -> Self {
        Self { world: World::Azure, ..Self::of_github(resource, why) }
    }

    /// A question to GitHub without an answer.
    pub fn of_github(resource: impl Into<String>, why: Why) -> Self {
        let what = Question { verb: "get", resource: resource.into(), namespace: None, name: None };
        Self { world: World::Github, cluster: None, what: Some(what), why }
    }
}

/// `list pods in dev-hello: not allowed`; the reason alone where nothing was asked.
impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            Some(what) => write!(f, "{what}: {}", self.why),
            None => self.why.fmt(f),
        }
    }
}

impl Question {
    /// The command that says whether whoever types it may ask a cluster this.
    pub fn can_i(&self) -> String {
        let Self { verb, resource, namespace, .. } = self;
        let place = match namespace {
            Some(namespace) => format!("-n {}", valid_name(namespace, "'<namespace>'")),
            None => "-A".to_owned(),
        };
        format!("kubectl auth can-i {verb} {resource} {place}")
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { verb, resource, namespace, name } = self;
        match (name, namespace) {
            // An object of a cluster has a name, so this is a question to GitHub or Azure, in words.
            (None, None) if *verb == "get" => f.write_str(resource),
            (None, None) => write!(f, "{verb} {resource} in all namespaces"),
            (None, Some(namespace)) => write!(f, "{verb} {resource} in {namespace}"),
            (Some(name), None) => write!(f, "{verb} {resource} {name}"),
            (Some(name), Some(namespace)) => write!(f, "{verb} {resource} {name} in {namespace}"),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::NotAuthenticated => f.write_str("not authenticated"),
            Why::NotAllowed => f.write_str("not allowed"),
            Why::Overloaded => f.write_str("the API server is overloaded (429 Too Many Requests)"),
            Why::NoAnswer(text) | Why::NotAsked(text) | Why::NotConfigured(text) | Why::Unneeded(text) => {
                f.write_str(text)
            }
        }
    }
}
