//! What the clusters get: Flux, a configuration of each environment, its namespace, and the secret that images are pulled
//! with.

use std::collections::BTreeMap;

use super::{
    CredentialRole, ObservedArcCluster, ObservedNamespace, ObservedSetup, SetupCluster, SetupRequest,
    SetupStep, SetupWrite, branches, settings, sync_interval,
};
use crate::model::azure::FluxConfiguration;
use crate::model::contract::{ENVIRONMENT_LABEL, FLUX_NAMESPACE, PROJECT_LABEL, PULL_SECRET};
use crate::model::pipeline::Role;
use crate::model::{harmless, is_same_repository};

/// The steps of every cluster.
pub(super) fn steps(request: &SetupRequest, observed: &ObservedSetup) -> Vec<SetupStep> {
    let nothing = ObservedArcCluster::default();
    let interval = sync_interval(request.configuration_count() + observed.other_configurations);
    let mut steps = Vec::new();
    for (index, cluster) in request.clusters.iter().enumerate() {
        let own = ClusterSteps {
            request,
            index,
            cluster,
            observed: observed.clusters.get(index).unwrap_or(&nothing),
            interval,
        };
        if !request.skips_flux {
            steps.push(own.flux());
        }
        for environment in &cluster.environments {
            steps.push(own.namespace(environment));
            steps.push(own.pull_secret(environment));
            if !request.skips_flux {
                steps.push(own.configuration(environment));
            }
        }
    }
    steps
}

struct ClusterSteps<'a> {
    request: &'a SetupRequest,
    index: usize,
    cluster: &'a SetupCluster,
    observed: &'a ObservedArcCluster,
    interval: i64,
}

impl ClusterSteps<'_> {
    fn flux_name(&self) -> String {
        format!("extension microsoft.flux of {}", self.cluster.arc.name())
    }

    fn flux(&self) -> SetupStep {
        if self.observed.has_flux {
            return SetupStep::keep(self.flux_name(), "there");
        }
        let change = "installs Flux, which takes some minutes".to_owned();
        SetupStep::create(self.flux_name(), "not there", change, SetupWrite::InstallFlux(self.index))
    }

    fn namespace_name(&self, environment: &str) -> String {
        format!("namespace {} of {}", self.request.project.namespace(environment), self.cluster.arc.name())
    }

    fn namespace(&self, environment: &str) -> SetupStep {
        let name = self.namespace_name(environment);
        let namespace = self.request.project.namespace(environment);
        let labels = BTreeMap::from([
            (PROJECT_LABEL.to_owned(), self.request.project.name().to_owned()),
            (ENVIRONMENT_LABEL.to_owned(), environment.to_owned()),
        ]);
        let change = "with labels of project and environment".to_owned();
        let (cluster, found) = (self.index, self.observed.namespaces.get(&namespace));
        let write = SetupWrite::ApplyNamespace { cluster, namespace, labels: labels.clone() };
        let Some(ObservedNamespace { labels: known, is_terminating, .. }) = found else {
            return SetupStep::create(name, "not there", change, write);
        };
        if *is_terminating {
            let why = "it is being deleted; wait until it is gone";
            return SetupStep::blocked(name, why, None);
        }
        let foreign = labels.iter().find_map(|(key, value)| {
            known.get(key).filter(|known| *known != value).map(|known| (key, known))
        });
        match foreign {
            Some((key, known)) if !self.request.overwrites => {
                let why = format!("its label {key} is {}: it is another's", harmless(known));
                SetupStep::blocked(name, why, Some("take it over: add --force".to_owned()))
            }
            None if labels.iter().all(|(key, value)| known.get(key) == Some(value)) => {
                SetupStep::keep(name, "there")
            }
            _ => SetupStep::change(name, "there", change, write),
        }
    }

    fn pull_secret(&self, environment: &str) -> SetupStep {
        let namespace = self.request.project.namespace(environment);
        let name = format!("secret {namespace}/{PULL_SECRET} of {}", self.cluster.arc.name());
        if self.observed.namespaces.get(&namespace).is_some_and(|known| known.has_pull_secret) {
            return SetupStep::keep(name, "there; what it holds is not read");
        }
        let token = settings::describe_token(self.request, CredentialRole::ImagePull);
        let change = format!("pulls images of {} with {token}", self.request.registry);
        let write = SetupWrite::CreatePullSecret { cluster: self.index, namespace };
        SetupStep::create(name, "not there", change, write).after([self.namespace_name(environment)])
    }

    fn configuration(&self, environment: &str) -> SetupStep {
        let configuration = self.request.project.configuration(environment);
        let name = format!("Flux configuration {configuration} of {}", self.cluster.arc.name());
        let (cluster, interval) = (self.index, self.interval);
        let before = [
            self.flux_name(),
            self.namespace_name(environment),
            branches::step_name(Role::Gitops, environment),
        ];
        let environment = environment.to_owned();
        let Some(known) = self.observed.configurations.get(&configuration) else {
            let change = format!(
                "applies {} of branch {environment}, fetched every {interval} s",
                self.request.target
            );
            let write = SetupWrite::CreateConfiguration { cluster, environment, interval };
            return SetupStep::create(name, "not there", change, write).after(before);
        };
        if let Some(why) = self.foreignness(known, &environment) {
            let flags = self.cluster.arc.az_flags();
            let remedy = format!("az k8s-configuration flux delete {flags} -n {configuration}");
            return SetupStep::blocked(name, why, Some(remedy));
        }
        match self.changes(known).as_slice() {
            [] if known.is_suspended => SetupStep::keep(name, "there, suspended"),
            [] => SetupStep::keep(name, "there"),
            changes => {
                let change = changes.join(", ");
                let write = SetupWrite::ChangeConfiguration { cluster, environment, interval };
                SetupStep::change(name, "there", change, write).after(before)
            }
        }
    }

    /// Why a configuration of this name is another's.
    fn foreignness(&self, known: &FluxConfiguration, environment: &str) -> Option<String> {
        if !is_same_repository(&known.url, &self.request.gitops_url()) {
            return Some(format!("it follows {}", harmless(&known.url)));
        }
        match &known.branch {
            Some(branch) if branch == environment => {}
            other => {
                let branch = other.as_deref().unwrap_or("no branch");
                return Some(format!("it follows {}, and not branch {environment}", harmless(branch)));
            }
        }
        (known.namespace != FLUX_NAMESPACE && !known.namespace.is_empty())
            .then(|| format!("its objects are in namespace {}", harmless(&known.namespace)))
    }

    /// What of a configuration is not as it is wanted. An interval that a person made longer stays.
    fn changes(&self, known: &FluxConfiguration) -> Vec<String> {
        let mut changes = Vec::new();
        if known.source_interval.is_none_or(|known| known < self.interval) {
            changes.push(format!("fetched every {} s", self.interval));
        }
        let is_wanted = |path: &str| path.trim_start_matches("./").trim_matches('/') == self.request.target;
        match known.kustomizations.iter().find(|kustomization| is_wanted(&kustomization.path)) {
            None => changes.push(format!("applies {}", self.request.target)),
            Some(kustomization) => {
                if !kustomization.prunes {
                    changes.push("prunes".to_owned());
                }
                if !kustomization.waits {
                    changes.push("waits for what it applied".to_owned());
                }
            }
        }
        changes
    }
}
