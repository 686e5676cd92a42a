//! Repetition: what a scenario has once for each of many names, written once. A repetition is expanded before anything
//! of its scenario happens, so that nothing else needs to know of it. In its texts and field names `${lab.each.<name>}`
//! stands for one of the values; a general template language would say more than fifty environments need.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::azure_clusters::AzureCluster;
use super::document::{Deployment, ImageOutcome, Namespace, ScenarioRepository, Spec};
use super::error::ScenarioError;
use super::grants::Grant;
use super::placeholders::{EACH, substitute_in};
use super::releases::Release;
use super::requests::ScenarioRequest;
use super::sources::Source;

/// What there is once for every combination of values.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Repetition {
    /// To each name its values: `environment: [dev, qa]`.
    of: BTreeMap<String, Vec<String>>,
    /// Fields of a scenario, in which the names stand.
    #[serde(flatten)]
    fields: Map<String, Value>,
}

/// The fields of a scenario that can be repeated.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Repeated {
    namespaces: Vec<Namespace>,
    tokens: Vec<Grant>,
    repositories: Vec<ScenarioRepository>,
    github: Vec<ScenarioRequest>,
    azure: Vec<ScenarioRequest>,
    azure_clusters: Vec<AzureCluster>,
    fates: Vec<ImageOutcome>,
    images: Vec<String>,
    deployments: Vec<Deployment>,
    sources: Vec<Source>,
    releases: Vec<Release>,
    objects: Vec<Value>,
}

impl Spec {
    /// The same without repetitions: what they stand for comes after what is written out.
    pub(super) fn expand(&mut self) -> Result<(), ScenarioError> {
        for repetition in std::mem::take(&mut self.each) {
            for values in combinations(&repetition.of) {
                let fields = Value::Object(repetition.fields.clone());
                let fields = substitute_in(EACH, &fields, &mut |name| {
                    values.get(name).map(|value| (*value).to_owned())
                })?;
                let repeated = serde_json::from_value(fields).map_err(ScenarioError::Repetition)?;
                self.add(repeated);
            }
        }
        Ok(())
    }

    fn add(&mut self, repeated: Repeated) {
        self.namespaces.extend(repeated.namespaces);
        self.tokens.extend(repeated.tokens);
        self.github.extend(repeated.github);
        self.azure.extend(repeated.azure);
        self.azure_clusters.extend(repeated.azure_clusters);
        self.fates.extend(repeated.fates);
        self.images.extend(repeated.images);
        self.deployments.extend(repeated.deployments);
        self.sources.extend(repeated.sources);
        self.releases.extend(repeated.releases);
        self.objects.extend(repeated.objects);
        for repository in repeated.repositories {
            self.add_repository(repository);
        }
    }

    /// Adds to a branch that is written already: there is one commit of everything.
    fn add_repository(&mut self, repository: ScenarioRepository) {
        let Some(known) = self.repositories.iter_mut().find(|known| known.name == repository.name) else {
            return self.repositories.push(repository);
        };
        for (branch, push) in repository.branches {
            match known.branches.get_mut(&branch) {
                Some(commit) => {
                    commit.files.extend(push.files);
                    commit.edits.extend(push.edits);
                }
                None => drop(known.branches.insert(branch, push)),
            }
        }
    }
}

/// Every combination of one value of each name, the last name changing first.
fn combinations(names: &BTreeMap<String, Vec<String>>) -> Vec<BTreeMap<&str, &str>> {
    let mut combinations = vec![BTreeMap::new()];
    for (name, values) in names {
        let extended = |known: &BTreeMap<_, _>, value| {
            let mut combination: BTreeMap<&str, &str> = known.clone();
            combination.insert(name.as_str(), value);
            combination
        };
        combinations = combinations
            .iter()
            .flat_map(|known| values.iter().map(move |value| extended(known, value.as_str())))
            .collect();
    }
    combinations
}

#[cfg(test)]
mod tests {
    use super::super::document::Spec;
    use super::super::{Scenario, ScenarioError};

    fn expanded(spec: &str) -> Result<Spec, ScenarioError> {
        let head = "apiVersion: lab.gitops.dev/v1\nkind: Scenario\nmetadata: {name: a}\nspec: ";
        let mut spec = Scenario::parse(&format!("{head}{spec}"))?.spec;
        spec.expand().map(|()| spec)
    }

    #[test]
    fn there_is_one_of_each_combination_and_other_words_stay() {
        let spec = expanded(
            "{namespaces: [{name: own}], each: [{of: {e: [dev, qa], s: [a, b]}, \
             namespaces: [{name: '${lab.each.e}-${lab.each.s}'}], objects: [{'${lab.each.e}': '${lab.commit.o/r/${lab.each.e}}'}]}]}",
        )
        .unwrap();
        let names: Vec<&str> = spec.namespaces.iter().map(|namespace| namespace.name.as_str()).collect();
        assert_eq!(names, ["own", "dev-a", "dev-b", "qa-a", "qa-b"]);
        assert_eq!(spec.objects[3], serde_json::json!({"qa": "${lab.commit.o/r/qa}"}));
        assert!(spec.each.is_empty());
    }

    #[test]
    fn a_branch_gets_one_commit_of_all_its_files() {
        let spec = expanded(
            "{repositories: [{name: o/r, branches: {dev: {message: first, files: {base: x}}}}], \
             each: [{of: {e: [dev, qa], s: [a, b]}, repositories: [{name: o/r, branches: \
             {'${lab.each.e}': {message: m, files: {'${lab.each.s}/f': '${lab.each.e}'}}}}]}]}",
        )
        .unwrap();
        let [repository] = spec.repositories.as_slice() else { panic!("{:?}", spec.repositories) };
        let paths = |branch: &str| repository.branches[branch].files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(
            (paths("dev"), paths("qa")),
            (vec!["a/f".into(), "b/f".into(), "base".into()], vec!["a/f".into(), "b/f".into()])
        );
        assert_eq!(repository.branches["dev"].message, "first");
    }

    #[test]
    fn what_cannot_be_repeated_is_refused() {
        for (spec, told) in [
            ("{each: [{of: {e: [dev]}, ago: 5m}]}", "unknown field `ago`"),
            ("{each: [{of: {e: [dev]}, objects: ['${lab.each.f}']}]}", "there is no ${lab.each.f}"),
            ("{objects: ['${lab.each.e}'], each: [{namespaces: []}]}", "missing field `of`"),
        ] {
            let error = expanded(spec).unwrap_err();
            let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            assert!(format!("{error}: {source}").contains(told), "{spec}: {error}: {source}");
        }
    }
}
