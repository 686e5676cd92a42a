//! What Azure says of clusters that were not asked: how many follow an environment, and where the environments stand that no
//! asked cluster has.
//!
//! A few clusters are a row each. Of more, one row stands for all of them, where the worst stands: a page is no list of a
//! fleet.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::next_command::{resume_configuration, show_cluster, show_configuration};
use super::own_word::own_words;
use super::{AzureAnswers, Compliance, FollowedRepository, Follower, Followers};
use crate::model::World;
use crate::model::fleet::{BranchKnowledge, FleetFinding};
use crate::model::pipeline::{ClusterRef, EnvironmentId};
use crate::model::verdict::timing::CONFIGURATIONS_ONE_BY_ONE;
use crate::model::verdict::{
    EnvironmentStatus, Evidence, NextCommand, Outlook, Picture, Reason, Remark, Standing, ask_its_cluster,
};

/// A follower, and where it stands.
struct JudgedFollower {
    follower: Follower,
    finding: FleetFinding,
    applied: Option<String>,
}

/// Counts the clusters of every environment, and says where those stand that no asked cluster has.
pub(super) fn add_followers(
    picture: &mut Picture,
    answers: &AzureAnswers,
    now: Timestamp,
    clock_offset: SignedDuration,
) {
    let at_hand: Vec<_> = picture
        .environments
        .iter()
        .filter_map(|environment| environment.azure.as_ref()?.cluster.clone().ok())
        .collect();
    let own_words = own_words(&picture.environments);
    let nobody = BTreeMap::new();
    let mut environments = Vec::new();
    for mut environment in std::mem::take(&mut picture.environments) {
        let Some((followers, repository, branch)) = followers(&environment, answers) else {
            environments.push(environment);
            continue;
        };
        let github = environment.github.clone();
        let knowledge = BranchKnowledge {
            head: github.as_ref().and_then(|github| github.head.as_deref()),
            is_tracked: github.as_ref().is_some_and(|github| {
                let newest = github.newest.as_ref().or(github.running.as_ref());
                newest.is_some_and(|tracking| !tracking.is_missing())
            }),
        };
        let own = own_words.get(&(repository, branch.clone())).unwrap_or(&nobody);
        environment.clusters = Some(followers.count(&branch, knowledge, own, now));
        let mut judged = judged(followers, answers, &branch, knowledge, now);
        if environment.id.cluster != ClusterRef::NotKnown {
            judged.retain(|one| !at_hand.contains(one.follower.cluster()));
            environment.remarks.extend(failure_elsewhere(&branch, &judged));
            environment.remarks.sort();
            environments.push(environment);
        } else {
            environments.extend(rows(&environment, judged, now, clock_offset));
        }
    }
    picture.environments = environments;
}

/// What follows the branch of an environment, where that is known, with its repository and the branch.
fn followers<'a>(
    environment: &EnvironmentStatus,
    answers: &'a AzureAnswers,
) -> Option<(&'a Followers, FollowedRepository, String)> {
    let source = environment.source.as_ref()?;
    let repository = FollowedRepository::new(&source.url)?;
    let followers = answers.followers(&repository)?;
    Some((followers, repository, source.branch.clone()?))
}

/// The followers of a branch, the worst first, each as Resource Manager has it where that was asked.
fn judged(
    followers: &Followers,
    answers: &AzureAnswers,
    branch: &str,
    knowledge: BranchKnowledge<'_>,
    now: Timestamp,
) -> Vec<JudgedFollower> {
    let judge = |follower: &Follower| {
        let document = answers.configuration(follower.cluster(), &follower.document.name);
        let connected = answers.cluster(follower.cluster());
        let follower = follower.confirmed(document.ok().flatten(), connected.ok().flatten());
        let (finding, applied) = follower.finding(knowledge, now);
        JudgedFollower { follower, finding, applied }
    };
    let mut judged: Vec<JudgedFollower> = followers.of_branch(branch).map(judge).collect();
    judged.sort_by(|a, b| {
        let place = |one: &JudgedFollower| (one.finding.standing, one.follower.cluster().clone());
        place(a).cmp(&place(b))
    });
    judged
}

/// That an environment failed on clusters that were not asked.
fn failure_elsewhere(branch: &str, judged: &[JudgedFollower]) -> Option<Remark> {
    let failed: Vec<&JudgedFollower> =
        judged.iter().filter(|one| one.finding.standing == Standing::Failed).collect();
    let first = failed.first()?;
    let message = format!(
        "{} of {} other clusters that follow {branch} failed, first {}: {}",
        failed.len(),
        judged.len(),
        first.follower.cluster(),
        first.finding.message
    );
    Some(Remark::new(Reason::NonCompliant, message))
}

/// The rows of an environment that no asked cluster has: its own where nothing follows it.
fn rows(
    environment: &EnvironmentStatus,
    mut judged: Vec<JudgedFollower>,
    now: Timestamp,
    clock_offset: SignedDuration,
) -> Vec<EnvironmentStatus> {
    // Of several configurations of one cluster the worst is the first.
    let mut clusters: Vec<_> = Vec::new();
    judged.retain(|one| {
        let cluster = one.follower.cluster().clone();
        let is_first = !clusters.contains(&cluster);
        clusters.push(cluster);
        is_first
    });
    let total = judged.len();
    if total == 0 {
        return vec![environment.clone()];
    }
    let shown = if total > CONFIGURATIONS_ONE_BY_ONE { 1 } else { total };
    let summary = (shown < total).then(|| format!("the worst of {total} clusters: "));
    let row = |one: &JudgedFollower| {
        one.row(environment, summary.as_deref().unwrap_or_default(), now, clock_offset)
    };
    judged.iter().take(shown).map(row).collect()
}

impl JudgedFollower {
    fn row(
        &self,
        environment: &EnvironmentStatus,
        before: &str,
        now: Timestamp,
        clock_offset: SignedDuration,
    ) -> EnvironmentStatus {
        let FleetFinding { standing, reason, message } = &self.finding;
        let document = &self.follower.document;
        let cluster = document.cluster.clone();
        let message = format!("{before}on {cluster}, {message}");
        let mut row = environment.clone();
        row.id = EnvironmentId::new(ClusterRef::Arc(cluster.clone()), row.id.namespace);
        // Clusters that stand there for one reason are told of together.
        row.headline = if before.is_empty() { self.finding.message.clone() } else { message.clone() };
        row.outlook = Outlook::of(*standing);
        (row.standing, row.reason, row.message) = (*standing, *reason, message);
        row.revision.clone_from(&self.applied);
        self.name_version(&mut row);
        // Azure tells what its cluster would.
        let asking = ask_its_cluster(&environment.id.namespace);
        row.next.retain(|next| *next != asking);
        row.next.splice(0..0, self.next());
        row.evidence.push(self.evidence());
        row.compliance = Some(Compliance {
            state: Some(document.compliance.clone()),
            as_of: document.status_updated,
            configuration: document.name.clone(),
            resource_id: cluster.flux_configuration_id(&document.name),
            revision: document.revision.as_ref().map(|revision| revision.commit.clone()),
            provisioning: document.provisioning.clone(),
            connectivity: self.follower.report.connectivity.clone(),
            reason: None,
            why: None,
            cluster,
            clock_offset,
        });
        if let Some(reported) = document.status_updated.filter(|reported| *reported < now) {
            row.as_of = reported.checked_sub(clock_offset).unwrap_or(reported);
        }
        row
    }

    /// The version of what is applied, where that is the newest commit: GitHub told of that one.
    fn name_version(&self, row: &mut EnvironmentStatus) {
        let Some(github) = &row.github else { return };
        let is_newest = self.applied.is_some() && self.applied == github.head;
        let tracking = github.newest.as_ref().or(github.running.as_ref()).filter(|_| is_newest);
        row.version = tracking.and_then(|tracking| tracking.version.clone());
        row.commit = tracking.and_then(|tracking| tracking.commit.clone());
    }

    fn next(&self) -> Vec<NextCommand> {
        let (cluster, name) = (self.follower.cluster(), self.follower.document.name.as_str());
        match (self.finding.standing, self.finding.reason) {
            (Standing::Deployed, _) => Vec::new(),
            (_, Reason::ClusterOffline | Reason::CertificateExpired) => vec![show_cluster(cluster)],
            (Standing::Suspended, _) => vec![resume_configuration(cluster, name)],
            _ => vec![show_configuration(cluster, name)],
        }
    }

    fn evidence(&self) -> Evidence {
        let document = &self.follower.document;
        let revision = document.revision.as_ref().map_or("none", |revision| revision.commit.as_str());
        Evidence {
            world: World::Azure,
            as_of: document.status_updated,
            kind: "FluxConfiguration",
            namespace: document.cluster.resource_group().to_owned(),
            name: format!("{}/{}", document.cluster.name(), document.name),
            says: format!("{}; fetched {revision}", document.compliance),
        }
    }
}
