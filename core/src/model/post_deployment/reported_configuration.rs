//! The decision on one configuration from Azure's documents alone: a row of Resource Graph, or better a document of
//! Resource Manager, and the connected cluster.
//!
//! What is applied counts, never what is fetched: `sourceSyncedCommitId` and `Compliant` may each describe another
//! revision. What was reported before the merge proves nothing against the commit. Grace is not decided here: a failure
//! is one from its first moment, and whoever waits for the end gives it time.

use jiff::Timestamp;

use super::reported_objects::{
    ReportedKustomization, failed_dependant, failed_fetch, fetched_at, kustomizations,
};
use super::{ConfigurationFailure, ConfigurationState, ConfigurationVerdict, WantedCommit};
use crate::model::azure::{
    ComplianceState, ConnectedCluster, Connectivity, FluxConfiguration, ObjectStatus, ProvisioningState,
};
use crate::model::objects::Condition;
use crate::model::verdict::{ReportedFailure, ago_in_words, short, time_of_day};

/// Everything that Azure says of one configuration.
#[derive(Clone, Copy, Debug)]
pub struct ReportedConfiguration<'a> {
    /// The configuration, with conditions where they are known.
    pub document: &'a FluxConfiguration,
    /// Its cluster, where that was asked.
    pub connected: Option<&'a ConnectedCluster>,
    /// What is waited for.
    pub wanted: &'a WantedCommit,
    /// The time at Azure.
    pub now: Timestamp,
}

impl ReportedConfiguration<'_> {
    /// Where it stands.
    pub fn decide(&self) -> ConfigurationVerdict {
        let own = kustomizations(self.document);
        let fetched = self.document.revision.as_ref().map(|revision| revision.commit.clone());
        let applied = self.applied(&own);
        let mut verdict = self.verdict(&own, applied.as_deref());
        verdict.applied = applied;
        verdict.fetched = fetched;
        verdict.as_of = self.document.status_updated;
        verdict
    }

    fn verdict(&self, own: &[ReportedKustomization<'_>], applied: Option<&str>) -> ConfigurationVerdict {
        // What is decided first counts before what follows.
        self.deletion()
            .or_else(|| self.lost_after_success(own))
            .or_else(|| self.success(own))
            .or_else(|| self.failed_attempt(own))
            .or_else(|| self.failed_change())
            .or_else(|| self.suspension())
            .or_else(|| self.lost_cluster())
            .or_else(|| self.source_elsewhere(own, applied))
            .unwrap_or_else(|| self.progress(own))
    }

    /// The commit that counts here: the wanted one, else what the source has fetched.
    fn is_wanted(&self, commit: &str) -> bool {
        match &self.wanted.commit {
            Some(_) => self.wanted.includes(commit),
            None => self.fetched().is_some_and(|fetched| fetched.eq_ignore_ascii_case(commit)),
        }
    }

    fn fetched(&self) -> Option<&str> {
        self.document.revision.as_ref().map(|revision| revision.commit.as_str())
    }

    /// The wanted commit as the source has fetched it.
    fn fetched_wanted(&self) -> Option<&str> {
        self.fetched().filter(|fetched| self.is_wanted(fetched))
    }

    /// What is applied: where that differs, what is not wanted.
    fn applied(&self, own: &[ReportedKustomization<'_>]) -> Option<String> {
        let applied: Vec<&str> = own.iter().filter_map(ReportedKustomization::applied).collect();
        let other = applied.iter().find(|commit| !self.is_wanted(commit));
        other.or(applied.first()).map(|commit| (*commit).to_owned())
    }

    fn is_outdated(&self) -> bool {
        let reported = self.document.status_updated;
        self.wanted.merged.zip(reported).is_some_and(|(merged, reported)| reported < merged)
    }

    fn deletion(&self) -> Option<ConfigurationVerdict> {
        let is_deleting = self.document.provisioning == Some(ProvisioningState::Deleting);
        is_deleting
            .then(|| ConfigurationVerdict::new(ConfigurationState::Unknown, "it is being deleted in Azure"))
    }

    /// Every kustomization has applied the commit.
    fn success(&self, own: &[ReportedKustomization<'_>]) -> Option<ConfigurationVerdict> {
        let has_applied =
            |own: &ReportedKustomization<'_>| own.applied().is_some_and(|commit| self.is_wanted(commit));
        if own.is_empty() || !own.iter().all(has_applied) {
            return None;
        }
        if let Some((object, failure, condition)) = failed_dependant(self.document) {
            return Some(failed(object, failure, condition));
        }
        let unawaited = own
            .iter()
            .find(|kustomization| !kustomization.waits())
            .and_then(|kustomization| kustomization.status);
        Some(match unawaited {
            Some(status) => {
                let message = format!("applied; {} awaits no readiness (wait: false)", title(status));
                ConfigurationVerdict::new(ConfigurationState::ReadinessUnknown, message)
            }
            None if self.is_suspended() => ConfigurationVerdict::new(
                ConfigurationState::Applied,
                "applied, and what it applied was ready when delivery was suspended",
            ),
            None => ConfigurationVerdict::new(
                ConfigurationState::Applied,
                "applied, and what it applied is ready",
            ),
        })
    }

    /// A kustomization that failed at the wanted commit. A failure at the one before it is none.
    fn failed_attempt(&self, own: &[ReportedKustomization<'_>]) -> Option<ConfigurationVerdict> {
        let fetched = self.fetched_wanted()?;
        let since = fetched_at(self.document, fetched);
        own.iter().find_map(|kustomization| {
            let (failure, condition) = kustomization.failure()?;
            let is_of_wanted = match kustomization.attempted() {
                Some(attempted) => self.is_wanted(attempted),
                None => ReportedKustomization::began_after(condition, since),
            };
            is_of_wanted
                .then(|| failed(kustomization.status.expect("what failed was reported"), failure, condition))
        })
    }

    /// The last change of the configuration failed, so that what is wanted may not be what the cluster heard of.
    fn failed_change(&self) -> Option<ConfigurationVerdict> {
        let state = self.document.provisioning.as_ref()?;
        if !matches!(state, ProvisioningState::Failed | ProvisioningState::Canceled) {
            return None;
        }
        let error = self.document.error.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
        let message = format!("the last change of it in Azure is {state}{error}");
        Some(ConfigurationVerdict::new(ConfigurationState::ProvisioningFailed, message))
    }

    fn is_suspended(&self) -> bool {
        self.document.is_suspended || self.document.compliance == ComplianceState::Suspended
    }

    fn suspension(&self) -> Option<ConfigurationVerdict> {
        let at = self.fetched().map(|commit| format!(" at {}", short(commit))).unwrap_or_default();
        self.is_suspended().then(|| {
            ConfigurationVerdict::new(ConfigurationState::Suspended, format!("delivery is suspended{at}"))
        })
    }

    /// It had applied the commit, and nobody knows whether that still runs.
    fn lost_after_success(&self, own: &[ReportedKustomization<'_>]) -> Option<ConfigurationVerdict> {
        let lost = self.lost_cluster()?;
        self.success(own).filter(|success| success.state.is_applied())?;
        let message = format!("{}; it had applied the commit before", lost.message);
        Some(ConfigurationVerdict { message, ..lost })
    }

    /// Azure does not hear of the cluster.
    fn lost_cluster(&self) -> Option<ConfigurationVerdict> {
        let connected = self.connected?;
        let heard = connected.last_connected.map(|time| ago_in_words(time, self.now));
        let heard = heard.map(|ago| format!(", which Azure heard {ago}")).unwrap_or_default();
        let cluster = &connected.cluster;
        let is_expired = connected.certificate_expires.is_some_and(|expires| expires <= self.now);
        let (state, message) = match &connected.connectivity {
            Some(Connectivity::Expired) => (
                ConfigurationState::CertificateExpired,
                format!("{cluster}{heard}, was offline until the certificate of its agents expired"),
            ),
            Some(Connectivity::Offline) if is_expired => (
                ConfigurationState::CertificateExpired,
                format!("{cluster}{heard}, is offline, and the certificate of its agents has expired"),
            ),
            Some(Connectivity::Offline) => {
                (ConfigurationState::Offline, format!("{cluster}{heard}, is offline"))
            }
            Some(Connectivity::Connecting) => (
                ConfigurationState::Offline,
                format!("the agents of {cluster} have not connected with Azure yet"),
            ),
            Some(Connectivity::AgentNotInstalled) => {
                (ConfigurationState::Offline, format!("{cluster} has no agents"))
            }
            Some(Connectivity::Connected | Connectivity::Other(_)) | None => return None,
        };
        Some(ConfigurationVerdict::new(state, message))
    }

    /// The source has not fetched the wanted commit.
    fn source_elsewhere(
        &self,
        own: &[ReportedKustomization<'_>],
        applied: Option<&str>,
    ) -> Option<ConfigurationVerdict> {
        if self.fetched_wanted().is_some() {
            return None;
        }
        let Some(fetched) = self.fetched() else { return Some(self.nothing_fetched()) };
        if self.is_outdated() {
            return Some(self.outdated(fetched));
        }
        if let Some((source, condition)) = failed_fetch(self.document) {
            return Some(failed(source, ReportedFailure::of_fetch(condition), condition));
        }
        // A kustomization may still be at an older commit than the source.
        let is_settled =
            !own.is_empty() && own.iter().all(|kustomization| kustomization.applied() == Some(fetched));
        let message = format!("the source is at {}", short(fetched));
        Some(match applied {
            Some(applied) if is_settled => {
                let message = format!("{} is applied, and {message}", short(applied));
                ConfigurationVerdict::new(ConfigurationState::OtherApplied, message)
            }
            _ => ConfigurationVerdict::new(ConfigurationState::Pending, message),
        })
    }

    /// No commit is reported.
    fn nothing_fetched(&self) -> ConfigurationVerdict {
        if let Some((source, condition)) = failed_fetch(self.document).filter(|_| !self.is_outdated()) {
            return failed(source, ReportedFailure::of_fetch(condition), condition);
        }
        match (&self.document.compliance, self.document.status_updated) {
            (ComplianceState::Pending, _) | (_, None) => ConfigurationVerdict::new(
                ConfigurationState::Pending,
                "its source has not fetched anything yet",
            ),
            (state, Some(_)) => {
                let message = format!("Azure was told {state}, and not at which commit");
                ConfigurationVerdict::new(ConfigurationState::Unknown, message)
            }
        }
    }

    fn outdated(&self, fetched: &str) -> ConfigurationVerdict {
        let reported = self.document.status_updated.map(|time| ago_in_words(time, self.now));
        let message = format!(
            "Azure was last told {}, before the merge, that the source is at {}",
            reported.unwrap_or_default(),
            short(fetched)
        );
        ConfigurationVerdict::new(ConfigurationState::Outdated, message)
    }

    /// The wanted commit is fetched, and is neither applied everywhere nor failed.
    fn progress(&self, own: &[ReportedKustomization<'_>]) -> ConfigurationVerdict {
        let behind = own
            .iter()
            .filter(|kustomization| !kustomization.applied().is_some_and(|commit| self.is_wanted(commit)));
        let behind: Vec<&ReportedKustomization<'_>> = behind.collect();
        for kustomization in &behind {
            let Some(attempted) = kustomization.attempted().filter(|attempted| !self.is_wanted(attempted))
            else {
                continue;
            };
            let ends = kustomization
                .attempted_since()
                .zip(kustomization.desired.and_then(|desired| desired.timeout));
            let ends = ends
                .and_then(|(since, limit)| since.checked_add(jiff::SignedDuration::from_secs(limit)).ok());
            let ends = ends.map(|ends| format!(", which ends by {}", time_of_day(ends))).unwrap_or_default();
            let message = format!("it waits behind the health check of {}{ends}", short(attempted));
            return ConfigurationVerdict::new(ConfigurationState::WaitingBehind, message);
        }
        let awaits =
            behind.iter().find_map(|kustomization| Some((kustomization.status?, kustomization.awaits()?)));
        if let Some((status, why)) = awaits {
            let message = format!("{}: {why}", title(status));
            return ConfigurationVerdict::new(ConfigurationState::Reconciling, message);
        }
        let message = match (
            &self.document.compliance,
            behind.first().and_then(|kustomization| kustomization.applied()),
        ) {
            (_, Some(applied)) => format!("fetched; {} is applied", short(applied)),
            (state, None) => format!("fetched; Azure was told {state}, and not what was applied"),
        };
        ConfigurationVerdict::new(ConfigurationState::Fetched, message)
    }
}

fn failed(object: &ObjectStatus, reported: ReportedFailure, condition: &Condition) -> ConfigurationVerdict {
    let message = format!("{}: {}", reported.reason, reported.sentence);
    let failure = ConfigurationFailure { reported, object: title(object), at: condition.since };
    let verdict = ConfigurationVerdict::new(ConfigurationState::Failed, message);
    ConfigurationVerdict { failure: Some(failure), ..verdict }
}

/// `Kustomization flux-system/hello-dev-hello-dev`
fn title(status: &ObjectStatus) -> String {
    let separator = if status.namespace.is_empty() { "" } else { "/" };
    format!("{} {}{separator}{}", status.kind, status.namespace, status.name)
}
