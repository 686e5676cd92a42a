//! The scenarios that are built in.

use std::sync::LazyLock;

use super::document::Scenario;

/// A scenario that is built in.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// Its name.
    pub name: &'static str,
    /// Its file.
    pub text: &'static str,
    /// What it is about.
    pub group: ScenarioGroup,
}

/// What scenarios are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScenarioGroup {
    /// A cluster, with what is delivered to it.
    Cluster,
    /// A pipeline: what GitHub and Azure have to say of it.
    Pipeline,
}

macro_rules! built_in {
    ($group:ident in $folder:literal: $($name:literal),* $(,)?) => {
        [$(BuiltIn {
            name: $name,
            text: include_str!(concat!("../../scenarios/", $folder, $name, ".yaml")),
            group: ScenarioGroup::$group,
        }),*]
    };
}

const CLUSTER: [BuiltIn; 31] = built_in![
    Cluster in "":
    "default",
    "empty",
    "arc",
    "organization",
    "agent-offline",
    "azure-lag",
    "bad-token",
    "breaks-later",
    "broken-manifest",
    "controller-stopped",
    "crash-loop",
    "factory",
    "factory-well",
    "helm",
    "helm-stalled",
    "image-pull",
    "missing-branch",
    "missing-namespace",
    "missing-path",
    "missing-repository",
    "missing-resource",
    "missing-secret",
    "oci",
    "oci-unverified",
    "quota",
    "refused-apply",
    "silent",
    "suspended",
    "unreachable",
    "unschedulable",
    "untrusted",
];

/// In the order in which a change goes through a pipeline.
const PIPELINE: [BuiltIn; 47] = built_in![
    Pipeline in "pipeline/":
    "set-up",
    "building",
    "rendering",
    "awaiting-approval",
    "ci-running",
    "ci-failed",
    "ci-not-started",
    "deploy-not-dispatched",
    "deploy-running",
    "deploy-failed",
    "deploy-awaits-review",
    "pull-request-open",
    "pull-request-conflicts",
    "pull-request-outdated",
    "pull-request-superseded",
    "not-notified-skipped",
    "not-notified-token",
    "not-notified-disabled",
    "not-notified-missing",
    "not-notified-failed",
    "slow-fetch",
    "merged-not-fetched",
    "health-check",
    "next-behind",
    "deployment-failed",
    "status-failed",
    "superseded",
    "older-version",
    "history-rewritten",
    "tracking-missing",
    "configuration-newer",
    "held",
    "held-failed",
    "elsewhere",
    "elsewhere-well",
    "elsewhere-fetched",
    "elsewhere-failed",
    "readiness-unknown",
    "chain-circular",
    "certificate-expires",
    "certificate-expired",
    "configuration-suspended",
    "configuration-missing",
    "configuration-changing",
    "provisioning-failed",
    "compliance-disagrees",
    "graph-behind",
];

static SCENARIOS: LazyLock<Vec<BuiltIn>> = LazyLock::new(|| CLUSTER.into_iter().chain(PIPELINE).collect());

/// All of them, the best known first.
pub fn scenarios() -> &'static [BuiltIn] {
    &SCENARIOS
}

impl BuiltIn {
    /// The one of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        scenarios().iter().find(|scenario| scenario.name == name)
    }

    /// As a document.
    pub fn document(&self) -> Scenario {
        Scenario::parse(self.text).expect("the scenarios that are built in are tested")
    }

    /// Its one line: the description in its file, without reading all of it.
    pub fn description(&self) -> &'static str {
        let line = self.text.lines().find_map(|line| line.strip_prefix("  description: "));
        line.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::scenarios;

    #[test]
    fn every_one_is_a_scenario_and_says_what_it_is() {
        for scenario in scenarios() {
            let document = scenario.document();
            assert_eq!(document.metadata.name, scenario.name);
            assert_eq!(document.spec.description, scenario.description());
            assert!(!scenario.description().is_empty(), "{}", scenario.name);
        }
    }
}
