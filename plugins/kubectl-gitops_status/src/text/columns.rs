//! The columns of the table: what each shows of an environment, and where it leads.

use gitops_core::cli::age;
use gitops_core::model::compliance::Compliance;
use gitops_core::model::pipeline::ClusterRef;
use gitops_core::model::verdict::{self, EnvironmentStatus, short};
use jiff::Timestamp;

use super::page::View;
use crate::blocks;

/// The most characters of a version, and of a cluster's name beside READY, in a table that is not wide.
const MOST_CHARACTERS: usize = 10;

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Cluster,
    Namespace,
    Environment,
    Standing,
    Version,
    Ready,
    Age,
    Compliance,
    Reason,
    Commit,
    Clusters,
    Tested,
    Target,
    Configs,
    Gitops,
    PullRequest,
    Message,
}

/// What a wide table has besides.
pub(super) const WIDE: [Column; 8] = [
    Column::Commit,
    Column::Clusters,
    Column::Tested,
    Column::Target,
    Column::Configs,
    Column::Gitops,
    Column::PullRequest,
    Column::Message,
];

impl Column {
    pub(super) fn header(self) -> &'static str {
        match self {
            Column::Cluster => "CLUSTER",
            Column::Namespace => "NAMESPACE",
            Column::Environment => "ENVIRONMENT",
            Column::Standing => "STANDING",
            Column::Version => "VERSION",
            Column::Ready => "READY",
            Column::Age => "AGE",
            Column::Compliance => "COMPLIANCE",
            Column::Reason => "REASON",
            Column::Commit => "COMMIT",
            Column::Clusters => "CLUSTERS",
            Column::Tested => "TESTED",
            Column::Target => "TARGET",
            Column::Configs => "CONFIGS",
            Column::Gitops => "GITOPS",
            Column::PullRequest => "PULL REQUEST",
            Column::Message => "MESSAGE",
        }
    }

    pub(super) fn cell(self, view: &View, environment: &EnvironmentStatus) -> String {
        let known = |value: Option<&str>| value.unwrap_or("-").to_owned();
        match self {
            Column::Cluster => environment.id.cluster.to_string(),
            Column::Namespace => environment.id.namespace.clone(),
            Column::Environment => environment.environment.clone(),
            Column::Standing => environment.standing.to_string(),
            Column::Version => {
                known(environment.version.as_deref().map(|version| shortened(version, view.wide)).as_deref())
            }
            Column::Ready => ready(environment, view),
            Column::Age => age(environment.since.map(|since| since.time), view.now),
            Column::Compliance => compliance(environment, view.now),
            // With its cause the row would leave a terminal of 80 columns; that stands below, or is wide.
            Column::Reason if view.wide => reason(environment),
            Column::Reason => environment.reason.to_string(),
            Column::Commit => known(environment.commit.as_deref().map(short)),
            Column::Clusters => known(clusters(environment).as_deref()),
            Column::Tested => known(environment.tested.as_ref().map(|tested| tested.state.as_str())),
            Column::Target => known(joined(environment.targets.iter().cloned()).as_deref()),
            Column::Configs => known(config_commit(environment).map(short)),
            Column::Gitops => known(environment.short_revision()),
            Column::PullRequest => known(pull_requests(environment).as_deref()),
            Column::Message => environment.message.clone(),
        }
    }

    /// The page that a cell leads to.
    pub(super) fn address(self, view: &View, environment: &EnvironmentStatus) -> Option<String> {
        let github = environment.github.as_ref()?;
        let running = github.running.as_ref();
        let (repository, commit) = match self {
            Column::Version | Column::Commit => {
                (github.source.as_deref()?, running.and_then(|running| running.commit.as_deref())?)
            }
            Column::Gitops => {
                (github.repository.as_str(), environment.revision.as_deref().and_then(verdict::commit)?)
            }
            Column::PullRequest => {
                let [pull] = github.pull_requests.as_slice() else { return None };
                return view.page_of(pull.url()).map(str::to_owned);
            }
            _ => return None,
        };
        Some(format!("https://{}/{repository}/commit/{commit}", view.github_host))
    }
}

impl View {
    /// An address that GitHub told, where it is one of GitHub's own.
    pub(super) fn page_of<'a>(&self, address: &'a str) -> Option<&'a str> {
        let rest = address.strip_prefix("https://")?.strip_prefix(self.github_host.as_str())?;
        let is_plain = rest.bytes().all(|byte| byte.is_ascii_graphic());
        (is_plain && rest.starts_with('/')).then_some(address)
    }
}

/// The reason with its cause.
pub(crate) fn reason(environment: &EnvironmentStatus) -> String {
    match environment.cause {
        Some(cause) => format!("{}/{cause}", environment.reason),
        None => environment.reason.to_string(),
    }
}

/// Versions may be as long as tags of images are; a table for people has room for a short one.
fn shortened(text: &str, is_wide: bool) -> String {
    if is_wide { text.to_owned() } else { blocks::shortened(text, MOST_CHARACTERS) }
}

/// The pods; of another cluster, whose pods nobody can count from here, its name.
fn ready(environment: &EnvironmentStatus, view: &View) -> String {
    match &environment.id.cluster {
        ClusterRef::Arc(cluster) => format!("- {}", shortened(cluster.name(), view.wide)),
        ClusterRef::NotKnown => "-".to_owned(),
        ClusterRef::Context(_) | ClusterRef::InCluster => environment.ready.to_string(),
    }
}

/// `Compliant (40s)`: what Azure was told, and how long ago; `Compliant? (40s)` where that cannot be relied on. `?` where it
/// is not known, `-` where Azure has no part.
fn compliance(environment: &EnvironmentStatus, now: Timestamp) -> String {
    let Some(compliance) = &environment.compliance else {
        return if environment.azure.is_some() { "?" } else { "-" }.to_owned();
    };
    let Compliance { state, as_of, reason, .. } = compliance;
    let mark = if reason.is_some() { "?" } else { "" };
    match (state, as_of) {
        (None, _) => "?".to_owned(),
        (Some(state), None) => format!("{state}{mark}"),
        (Some(state), as_of) => format!("{state}{mark} ({})", age(*as_of, compliance.azure_time(now))),
    }
}

fn clusters(environment: &EnvironmentStatus) -> Option<String> {
    environment.clusters.map(|clusters| format!("{}/{}", clusters.compliant, clusters.all))
}

fn config_commit(environment: &EnvironmentStatus) -> Option<&str> {
    environment.github.as_ref()?.running.as_ref()?.config_commit.as_deref()
}

fn pull_requests(environment: &EnvironmentStatus) -> Option<String> {
    let pulls = &environment.github.as_ref()?.pull_requests;
    joined(pulls.iter().map(|pull| format!("#{}", pull.number())))
}

/// The texts with commas between; nothing where there are none.
fn joined(texts: impl Iterator<Item = String>) -> Option<String> {
    let texts: Vec<String> = texts.collect();
    (!texts.is_empty()).then(|| texts.join(","))
}
