//! The scenarios that are built in.

use super::document::Scenario;

/// A scenario that is built in.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// Its name.
    pub name: &'static str,
    /// Its file.
    pub text: &'static str,
}

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        &[$(BuiltIn { name: $name, text: include_str!(concat!("../../scenarios/", $name, ".yaml")) }),*]
    };
}

const SCENARIOS: &[BuiltIn] = built_in![
    "default",
    "empty",
    "arc",
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

/// All of them, the best known first.
pub fn scenarios() -> &'static [BuiltIn] {
    SCENARIOS
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
