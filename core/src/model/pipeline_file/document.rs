//! The document, and how it is read.

use serde::Deserialize;
use serde_json::Value;

use super::PipelineFileError;
use super::values;
use crate::model::harmless;
use crate::model::post_deployment::{GatePolicy, ListedCluster, OfflinePolicy, RequiredShare};

const API_VERSION: &str = "gitops.dev/v1";
const KIND: &str = "Pipeline";
/// A file that is larger is not read.
const LARGEST: usize = 256 * 1024;

/// What a pipeline keeps to.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PipelineFile {
    /// `gitops.dev/v1`.
    #[schemars(extend("const" = "gitops.dev/v1"))]
    pub api_version: String,
    /// `Pipeline`.
    #[schemars(extend("const" = "Pipeline"))]
    pub kind: String,
    /// What it keeps to.
    #[serde(default)]
    pub spec: PipelineSpec,
}

/// The parts of it.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PipelineSpec {
    /// What each environment keeps to.
    #[serde(default)]
    pub environments: Vec<PipelineEnvironment>,
}

/// What one environment keeps to.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PipelineEnvironment {
    /// Its name: that of the branch.
    pub name: String,
    /// The clusters that must have it: names, or resource ids where names are not enough. One that cannot be seen keeps
    /// the post-deployment gate closed.
    #[serde(default, deserialize_with = "values::clusters")]
    #[schemars(with = "Vec<String>")]
    pub clusters: Vec<ListedCluster>,
    /// What becomes of clusters that Azure does not hear of: `fail` keeps the gate closed, `defer` lists them and does not
    /// count them.
    #[serde(default, deserialize_with = "values::offline")]
    #[schemars(with = "Option<String>")]
    pub offline: Option<OfflinePolicy>,
    /// How many of the clusters must succeed: a number, or a percentage such as `90%`.
    #[serde(default, deserialize_with = "values::share")]
    #[schemars(with = "Option<String>")]
    pub require: Option<RequiredShare>,
    /// For how long a failure may mend that is not final by its kind, such as `60s`.
    #[serde(default, deserialize_with = "values::duration")]
    #[schemars(with = "Option<String>")]
    pub grace: Option<jiff::SignedDuration>,
}

impl PipelineFile {
    /// Reads it, and returns what of it is not known beside it.
    ///
    /// # Errors
    /// It is no YAML, no such document, or a field of it holds what it cannot.
    pub fn read(text: &str) -> Result<(Self, Vec<String>), PipelineFileError> {
        if text.len() > LARGEST {
            return Err(PipelineFileError::TooLarge { most: LARGEST / 1024 });
        }
        let invalid = |error| PipelineFileError::of_yaml(text, &error);
        let document: Value = serde_saphyr::from_str(text).map_err(invalid)?;
        if document.is_null() {
            return Err(PipelineFileError::Empty);
        }
        let is = |key: &str, value: &str| document[key].as_str() == Some(value);
        if !is("apiVersion", API_VERSION) || !is("kind", KIND) {
            let told = |key: &str| harmless(document[key].as_str().unwrap_or("nothing"));
            return Err(PipelineFileError::OtherKind { api_version: told("apiVersion"), kind: told("kind") });
        }
        let file: Self = serde_saphyr::from_str(text).map_err(invalid)?;
        let environments = &file.spec.environments;
        for (at, environment) in environments.iter().enumerate() {
            let is_same = |other: &PipelineEnvironment| other.name.eq_ignore_ascii_case(&environment.name);
            if environments[..at].iter().any(is_same) {
                return Err(PipelineFileError::Twice { environment: harmless(&environment.name) });
            }
        }
        Ok((file, unknown_fields(&document)))
    }

    /// What an environment keeps to, where it is listed. Names are compared without case, as GitHub does.
    pub fn environment(&self, name: &str) -> Option<&PipelineEnvironment> {
        self.spec.environments.iter().find(|environment| environment.name.eq_ignore_ascii_case(name))
    }
}

impl PipelineEnvironment {
    /// Puts into a policy what nobody chose otherwise.
    pub fn add_to(&self, policy: &mut GatePolicy) {
        policy.listed.clone_from(&self.clusters);
        policy.offline = self.offline.unwrap_or(policy.offline);
        policy.required = self.require.unwrap_or(policy.required);
        policy.grace = self.grace.unwrap_or(policy.grace);
    }
}

/// The fields of environments that are not known, as places: `spec.environments[0].clusers`. Those of the specification
/// itself are other commands'.
fn unknown_fields(document: &Value) -> Vec<String> {
    const KNOWN: [&str; 5] = ["name", "clusters", "offline", "require", "grace"];
    let environments = document["spec"]["environments"].as_array().into_iter().flatten().enumerate();
    let fields = environments.flat_map(|(at, environment)| {
        let names = environment.as_object().into_iter().flatten().map(|(name, _)| name);
        let unknown = names.filter(|name| !KNOWN.contains(&name.as_str()));
        unknown.map(move |name| format!("spec.environments[{at}].{}", harmless(name)))
    });
    fields.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(environment: &str) -> String {
        format!(
            "apiVersion: gitops.dev/v1\nkind: Pipeline\nspec:\n  environments:\n  - name: dev\n{environment}"
        )
    }

    #[test]
    fn an_environment_keeps_to_what_stands_there() {
        let id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Kubernetes/connectedClusters/edge-2";
        let text = document(&format!(
            "    clusters: [edge-1, {id}]\n    offline: defer\n    require: 90%\n    grace: 2m\n    gates: [tests]\n"
        ));
        let (file, unknown) = PipelineFile::read(&text).expect("it is valid");
        let environment = file.environment("DEV").expect("it is listed");
        let mut policy = GatePolicy::default();
        environment.add_to(&mut policy);
        let names: Vec<String> = policy.listed.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["edge-1", "edge-2"]);
        assert_eq!((policy.offline, policy.required), (OfflinePolicy::Defer, RequiredShare::Percent(90)));
        assert_eq!(policy.grace.as_secs(), 120);
        assert_eq!(unknown, ["spec.environments[0].gates"]);
        assert!(file.environment("qa").is_none());
        let (file, unknown) =
            PipelineFile::read("apiVersion: gitops.dev/v1\nkind: Pipeline\n").expect("it is valid");
        assert!(file.spec.environments.is_empty() && unknown.is_empty());
        let (file, _) = PipelineFile::read(&document("    require: 3\n")).expect("it is valid");
        assert_eq!(file.spec.environments[0].require, Some(RequiredShare::Count(3)));
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_line_and_field() {
        for (text, expected) in [
            (document("    clusters: edge-1\n"), "line 6, clusters: "),
            (document("    clusters:\n    - a/b\n"), "line 7"),
            (document("    offline: maybe\n"), "line 6, offline: "),
            (document("    require: 101%\n"), "line 6, require: "),
            (document("    grace: soon\n"), "line 6, grace: "),
            ("apiVersion: gitops.dev/v1\nkind: Pipeline\nspec: [".to_owned(), "line "),
            (document("  - name: DEV\n"), "environment DEV is there twice"),
            (
                "apiVersion: v1\nkind: Pipeline\n".to_owned(),
                "it is v1 Pipeline, and not gitops.dev/v1 Pipeline",
            ),
            (String::new(), "it is empty"),
            (document(&" ".repeat(300_000)), "it is larger than 256 KiB"),
        ] {
            let error = PipelineFile::read(&text).expect_err("it is refused").to_string();
            assert!(error.contains(expected), "{expected}: {error}");
        }
    }
}
