//! The clusters whose API is at hand: watched, so that what they say counts at once.

use std::collections::BTreeSet;
use std::future::pending;

use futures::future::select_all;

use super::error::SettleError;
use super::target::GateTarget;
use crate::flow::context::Context;
use crate::flow::follow::ClusterWatch;
use crate::flow::selector::{EnvironmentSelector, Namespaces};
use crate::flow::status::begin_selected;
use crate::model::pipeline::{ClusterRef, target_path};
use crate::model::post_deployment::{
    ConfigurationKey, ConfigurationState, ConfigurationVerdict, DeliverySeconds, ObservedConfiguration,
    WantedCommit,
};
use crate::model::verdict::{EnvironmentStatus, Picture};
use crate::model::{Failure, Unanswered, Why, is_same_repository};

/// The group that the resources of Flux end with.
const FLUX_GROUP: &str = "toolkit.fluxcd.io";

/// Watched clusters.
pub(super) struct ClustersAtHand {
    watches: Vec<ClusterWatch>,
    /// What was seen at first.
    first: Vec<EnvironmentStatus>,
    /// The namespaces that something delivers to, whether they were selected or not.
    followers: Vec<EnvironmentStatus>,
    /// What was not answered at first.
    unanswered: Vec<Unanswered>,
    /// The clusters that were named and cannot be asked.
    unconnected: Vec<Unanswered>,
}

/// The verdict of a cluster at hand on one configuration.
pub(super) struct WatchedConfiguration {
    pub(super) key: ConfigurationKey,
    pub(super) verdict: ConfigurationVerdict,
    /// Whether it is known which of Azure's clusters it is on, where Azure made it.
    pub(super) is_identified: bool,
}

impl ClustersAtHand {
    /// None.
    pub(super) fn none() -> Self {
        Self {
            watches: Vec::new(),
            first: Vec::new(),
            followers: Vec::new(),
            unanswered: Vec::new(),
            unconnected: Vec::new(),
        }
    }

    /// Asks the selected clusters once. [`Self::start`] watches them from then on.
    ///
    /// # Errors
    /// None of them says anything of the selection.
    pub(super) async fn observe(
        context: &Context,
        selector: &EnvironmentSelector,
    ) -> Result<Self, Box<dyn Failure>> {
        let mut observed = begin_selected(context, selector).await?;
        observed.complete().await;
        let picture = observed.picture(context, selector)?;
        let all = observed.clusters.iter().filter_map(|cluster| cluster.judge_all(context).ok());
        let followers = all.flat_map(|picture| picture.environments).collect();
        let watches = observed.clusters.into_iter().map(|cluster| ClusterWatch::new(cluster, context));
        Ok(Self {
            watches: watches.collect(),
            first: picture.environments,
            followers,
            unanswered: picture.unanswered,
            unconnected: observed.unconnected,
        })
    }

    /// The same with every other namespace of these clusters that follows the branch, where any does: none of them is
    /// left to Azure, which knows less. Where they may not be read it stays as it is.
    pub(super) async fn widened(
        self,
        context: &Context,
        selector: &EnvironmentSelector,
        target: &GateTarget,
    ) -> Self {
        let followers = self.followers.iter().filter(|environment| is_followed(environment, target));
        let all: BTreeSet<String> = followers.map(|follower| follower.id.namespace.clone()).collect();
        if all.iter().all(|name| self.first.iter().any(|known| known.id.namespace == *name)) {
            return self;
        }
        let own = self.first.iter().map(|environment| environment.id.namespace.clone());
        let namespaces = Namespaces::Listed(all.into_iter().chain(own).collect());
        let wide = EnvironmentSelector { namespaces, ..selector.clone() };
        match Self::observe(context, &wide).await {
            Ok(wide) => wide,
            Err(_) => self,
        }
    }

    /// Whether there is any.
    pub(super) fn is_empty(&self) -> bool {
        self.watches.is_empty()
    }

    /// The branch that the selected namespace follows; that of another environment of its pipeline where one is named,
    /// whether a cluster at hand has it or not.
    pub(super) fn target(&self, named: Option<&str>) -> Result<GateTarget, SettleError> {
        let is_named =
            |environment: &&EnvironmentStatus| named.is_none_or(|name| environment.environment == name);
        let first = self.first.iter().find(is_named).or(self.first.first());
        let followed = first.and_then(|environment| {
            let source = environment.source.as_ref()?;
            let own = source.branch.clone()?;
            let other = named.filter(|name| environment.environment != *name);
            let branch = other.map_or(own, str::to_owned);
            (source.kind == "GitRepository").then(|| GateTarget {
                environment: named.unwrap_or(&environment.environment).to_owned(),
                project: Some(environment.project.clone()),
                url: source.url.clone(),
                branch,
                gitops: None,
                source: None,
            })
        });
        let namespace = first.map(|environment| environment.id.namespace.clone()).unwrap_or_default();
        followed.ok_or_else(|| match self.unread_delivery() {
            Some((what, why)) => SettleError::SourceNotRead { namespace, what, why },
            None => SettleError::NoBranch { namespace },
        })
    }

    /// What of Flux's own was not answered, without which nobody knows what a namespace follows.
    fn unread_delivery(&self) -> Option<(String, Why)> {
        self.unanswered.iter().find_map(|unanswered| {
            let question = unanswered.what.as_ref()?;
            let is_of_flux = question.resource.ends_with(FLUX_GROUP);
            is_of_flux.then(|| (question.to_string(), unanswered.why.clone()))
        })
    }

    /// Whether Azure's agents made what the selected namespace follows, so that other clusters may follow it too.
    pub(super) fn is_azures(&self) -> bool {
        self.first.iter().any(|environment| environment.azure.is_some())
    }

    /// Where the configurations on these clusters stand that follow the target's branch.
    pub(super) fn verdicts(
        &mut self,
        context: &Context,
        target: &GateTarget,
        folder: Option<&str>,
        wanted: &WantedCommit,
    ) -> Vec<WatchedConfiguration> {
        let watched = self.watches.iter_mut().flat_map(|watch| match watch.judged(context) {
            (_, Ok(picture)) => verdicts_of(&picture, target, folder, wanted),
            // It says nothing of the selection: because it refuses, or because it has nothing of it.
            (connection, Err(error)) => {
                let refusal = error.refusal().map(|why| silent(connection.cluster().clone(), &why));
                refusal.into_iter().collect()
            }
        });
        let unconnected = self.unconnected.iter().map(|unanswered| {
            silent(unanswered.cluster.clone().unwrap_or(ClusterRef::NotKnown), &unanswered.why)
        });
        watched.chain(unconnected).collect()
    }

    /// The folders that they apply of the branch.
    pub(super) fn folders(&self, target: &GateTarget) -> impl Iterator<Item = String> {
        let followed = self.first.iter().filter(|environment| is_followed(environment, target));
        followed
            .flat_map(|environment| &environment.kustomizations)
            .map(|delivery| target_path(&delivery.path))
    }

    /// How long a commit may take on these clusters.
    pub(super) fn delivery_seconds(&self, target: &GateTarget) -> Vec<DeliverySeconds> {
        let followed = self.first.iter().filter(|environment| is_followed(environment, target));
        followed.map(DeliverySeconds::of_environment).collect()
    }

    /// Waits until something of a cluster changes; for ever without clusters.
    pub(super) async fn changed(&mut self) {
        if self.watches.is_empty() {
            return pending().await;
        }
        loop {
            let has_changed = select_all(self.watches.iter_mut().map(|watch| Box::pin(watch.next()))).await.0;
            if has_changed {
                return;
            }
        }
    }

    /// Watches what was read.
    pub(super) fn start(&mut self) {
        self.watches.iter_mut().for_each(ClusterWatch::start_watches);
    }

    /// Reads anew what is silent, and watches what is newly wanted.
    pub(super) fn repair(&mut self) {
        self.start();
        self.watches.iter_mut().for_each(ClusterWatch::repair);
    }
}

/// A cluster that was named and that does not answer: it is waited for, and never left out.
fn silent(cluster: ClusterRef, why: &Why) -> WatchedConfiguration {
    let verdict = ConfigurationVerdict::unknown(format!("the cluster does not answer: {why}"));
    WatchedConfiguration { key: (cluster, String::new()), verdict, is_identified: true }
}

fn is_followed(environment: &EnvironmentStatus, target: &GateTarget) -> bool {
    environment.source.as_ref().is_some_and(|source| {
        source.branch.as_deref() == Some(target.branch.as_str())
            && is_same_repository(&source.url, &target.url)
    })
}

fn verdicts_of(
    picture: &Picture,
    target: &GateTarget,
    folder: Option<&str>,
    wanted: &WantedCommit,
) -> Vec<WatchedConfiguration> {
    let lost = picture.lost_contacts.first();
    let mut verdicts = Vec::new();
    for environment in picture.environments.iter().filter(|environment| is_followed(environment, target)) {
        for (key, configuration) in configurations(environment) {
            let observed = ObservedConfiguration { environment, configuration, folder, wanted };
            if !observed.is_meant() {
                continue;
            }
            let verdict = match lost {
                Some(lost) => Some(ConfigurationVerdict::unknown(lost.to_string())),
                None => observed.decide(),
            };
            let verdict =
                verdict.unwrap_or_else(|| ConfigurationVerdict::unknown(environment.message.clone()));
            let is_identified = environment.azure.as_ref().is_none_or(|origin| origin.cluster.is_ok());
            verdicts.push(WatchedConfiguration { key, verdict, is_identified });
        }
    }
    verdicts
}

/// The configurations of an environment with their keys; the source's name where Azure has no part in it.
fn configurations(
    environment: &EnvironmentStatus,
) -> Vec<(ConfigurationKey, Option<&crate::model::compliance::AppliedConfiguration>)> {
    let own = &environment.id.cluster;
    match &environment.azure {
        Some(origin) => {
            let cluster = match &origin.cluster {
                Ok(cluster) => ClusterRef::Arc(cluster.clone()),
                Err(_) => own.clone(),
            };
            let key = |name: &String| (cluster.clone(), name.clone());
            origin.configurations.iter().map(|one| (key(&one.name), Some(one))).collect()
        }
        None => {
            let name = environment.source.as_ref().map(|source| source.name.clone()).unwrap_or_default();
            vec![((own.clone(), name), None)]
        }
    }
}

/// Whether a verdict of a cluster at hand says more than Azure does.
pub(super) fn is_known(verdict: &ConfigurationVerdict) -> bool {
    verdict.state != ConfigurationState::Unknown
}
