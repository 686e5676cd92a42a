//! The decision on one configuration whose cluster is at hand: from the verdict on the environment, in the same words as
//! the decision by Azure's documents. Its word counts before Azure's, for it is newer and knows workloads.

use jiff::Timestamp;

use super::{ConfigurationFailure, ConfigurationState, ConfigurationVerdict, WantedCommit};
use crate::model::compliance::AppliedConfiguration;
use crate::model::pipeline::target_path;
use crate::model::verdict::{Delivery, EnvironmentStatus, Reason, ReportedFailure, Standing, commit, short};

/// One configuration of an environment as its cluster tells it.
#[derive(Clone, Copy, Debug)]
pub struct ObservedConfiguration<'a> {
    /// The environment.
    pub environment: &'a EnvironmentStatus,
    /// The configuration that its objects were made of; `None` where Azure has no part in it: then all of it counts.
    pub configuration: Option<&'a AppliedConfiguration>,
    /// The folder, where only one deployment target is meant.
    pub folder: Option<&'a str>,
    /// What is waited for.
    pub wanted: &'a WantedCommit,
}

impl ObservedConfiguration<'_> {
    /// Whether anything of it applies the folder that is meant.
    pub fn is_meant(&self) -> bool {
        self.own().next().is_some()
    }

    /// Where it stands; `None` where the cluster does not tell.
    pub fn decide(&self) -> Option<ConfigurationVerdict> {
        let own: Vec<&Delivery> = self.own().collect();
        let worst = own.iter().map(|delivery| delivery.standing).min()?;
        if worst == Standing::Unknown || self.environment.standing == Standing::Unknown {
            return None;
        }
        let applied: Vec<Option<&str>> =
            own.iter().map(|delivery| delivery.revision.as_deref().and_then(commit)).collect();
        let is_wanted = |applied: &Option<&str>| applied.is_some_and(|applied| self.is_wanted(applied));
        let mut verdict = match applied.iter().all(is_wanted) {
            true => self.applied(worst),
            false => self.not_applied(worst, &applied),
        };
        let other = applied.iter().find(|applied| !is_wanted(applied)).or(applied.first());
        verdict.applied = other.copied().flatten().map(str::to_owned);
        verdict.fetched = self.fetched().map(str::to_owned);
        verdict.as_of = Some(self.environment.as_of);
        Some(verdict)
    }

    /// The kustomizations that are made of it.
    fn own(&self) -> impl Iterator<Item = &Delivery> {
        let folder = self.folder.map(target_path);
        let is_in_folder = move |delivery: &&Delivery| {
            folder.as_ref().is_none_or(|folder| target_path(&delivery.path) == *folder)
        };
        let is_own = |delivery: &&Delivery| match self.configuration {
            None => true,
            Some(configuration) => configuration.objects.iter().any(|object| {
                object.kind == "Kustomization"
                    && object.namespace == delivery.namespace
                    && object.name == delivery.name
            }),
        };
        self.environment.kustomizations.iter().filter(is_own).filter(is_in_folder)
    }

    /// Whether something other than a kustomization has failed: a Helm release or a workload, which no configuration
    /// owns alone.
    fn is_failed_beside_kustomizations(&self) -> bool {
        let is_failed = |standing: Standing| standing == Standing::Failed;
        self.environment.releases.iter().any(|release| is_failed(release.standing))
            || is_failed(self.environment.cluster_standing)
                && !self.environment.kustomizations.iter().any(|delivery| is_failed(delivery.standing))
    }

    fn fetched(&self) -> Option<&str> {
        self.environment.source.as_ref()?.revision.as_deref().and_then(commit)
    }

    fn is_wanted(&self, commit: &str) -> bool {
        match &self.wanted.commit {
            Some(_) => self.wanted.includes(commit),
            None => self.fetched() == Some(commit),
        }
    }

    /// Every kustomization has applied the commit: what is left is whether its workloads are ready.
    fn applied(&self, worst: Standing) -> ConfigurationVerdict {
        let ready = self.environment.ready;
        match worst {
            // What is applied stays, whether anything newer can be fetched or not.
            Standing::Failed if self.environment.failed_fetch.is_none() => self.failure(),
            _ if self.is_failed_beside_kustomizations() => self.failure(),
            Standing::Reconciling => self.stands(ConfigurationState::Reconciling),
            _ if !ready.known => {
                let message = "applied; whether its workloads are ready may not be read";
                ConfigurationVerdict::new(ConfigurationState::ReadinessUnknown, message)
            }
            Standing::Suspended if ready.ready < ready.desired => self.stands(ConfigurationState::Suspended),
            _ if ready.ready < ready.desired => {
                let message = format!("applied; {ready} pods are ready");
                ConfigurationVerdict::new(ConfigurationState::Reconciling, message)
            }
            _ => {
                let message = format!("applied; {ready} pods are ready{}", self.fetch_warning());
                ConfigurationVerdict::new(ConfigurationState::Applied, message)
            }
        }
    }

    /// That nothing newer will arrive.
    fn fetch_warning(&self) -> String {
        let failed = self.environment.failed_fetch.as_ref().map(|_| self.environment.reason);
        failed.map(|reason| format!("; nothing newer can be fetched ({reason})")).unwrap_or_default()
    }

    fn not_applied(&self, worst: Standing, applied: &[Option<&str>]) -> ConfigurationVerdict {
        let fetched = self.fetched();
        let has_fetched = fetched.is_some_and(|fetched| self.is_wanted(fetched));
        match worst {
            Standing::Suspended => self.stands(ConfigurationState::Suspended),
            Standing::Failed if has_fetched || self.environment.failed_fetch.is_some() => self.failure(),
            Standing::Reconciling if has_fetched => self.stands(ConfigurationState::Reconciling),
            Standing::Syncing if has_fetched && self.environment.reason == Reason::WaitingBehind => {
                self.stands(ConfigurationState::WaitingBehind)
            }
            _ if has_fetched => self.stands(ConfigurationState::Fetched),
            _ => match fetched {
                Some(fetched) if applied.iter().all(|applied| *applied == Some(fetched)) => {
                    let message = format!("{} is applied, and the source is at it", short(fetched));
                    ConfigurationVerdict::new(ConfigurationState::OtherApplied, message)
                }
                Some(fetched) => {
                    let message = format!("{} is fetched, not {} yet", short(fetched), self.wanted.short());
                    ConfigurationVerdict::new(ConfigurationState::Pending, message)
                }
                None => self.stands(ConfigurationState::Pending),
            },
        }
    }

    fn stands(&self, state: ConfigurationState) -> ConfigurationVerdict {
        let verdict = ConfigurationVerdict::new(state, self.environment.message.clone());
        let next = match state {
            ConfigurationState::Suspended => self.environment.next.clone(),
            _ => Vec::new(),
        };
        ConfigurationVerdict { reason: Some(self.environment.reason), next, ..verdict }
    }

    fn failure(&self) -> ConfigurationVerdict {
        let EnvironmentStatus { reason, cause, message, .. } = self.environment;
        let since: Option<Timestamp> = self.environment.since.map(|since| since.time);
        let is_final = matches!(reason, Reason::HealthCheckFailed | Reason::Stalled);
        let reported =
            ReportedFailure { reason: *reason, cause: *cause, sentence: message.clone(), is_final };
        let failure = ConfigurationFailure {
            reported,
            object: format!("namespace {}", self.environment.id.namespace),
            at: since,
        };
        let verdict = ConfigurationVerdict::new(ConfigurationState::Failed, format!("{reason}: {message}"));
        let next = self.environment.next.clone();
        ConfigurationVerdict { failure: Some(failure), reason: Some(*reason), next, ..verdict }
    }
}
