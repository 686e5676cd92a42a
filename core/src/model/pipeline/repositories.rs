//! The three repositories of a pipeline, and which of them a repository is.

use std::collections::BTreeMap;

use super::{Environment, Resolved};
use crate::model::contract::{CONFIGS_REPO, CONFIGS_SUFFIX, GITOPS_SUFFIX, MANIFESTS_REPO, SRC_REPO};
use crate::model::github::RepositoryName;

/// A promotion pipeline: three repositories and the chain of environments.
///
/// From observations to a verdict: what a cluster answered, then what GitHub did, in any order. Nothing here asks anybody;
/// whoever does goes on until no question is open.
///
/// ```
/// use gitops_core::model::cluster::{Answer, ClusterState, Kind, Scope, Selection};
/// use gitops_core::model::github::PullRequest;
/// use gitops_core::model::pipeline::ClusterRef;
/// use gitops_core::model::upstream::{
///     GithubAnswer, GithubAnswers, GithubQuestion, GithubScope, join, upstreams, wanted_questions,
/// };
/// use gitops_core::model::verdict::{Reason, Standing, picture};
/// use serde_json::json;
///
/// // The cluster: environment dev follows branch dev, and has applied what it fetched.
/// let commit = "d61d3702f941f7a0787e29e428e569152f66e7bf";
/// let revision = format!("dev@sha1:{commit}");
/// let source = json!({
///     "metadata": { "name": "hello-dev", "namespace": "dev-hello" },
///     "spec": { "url": "https://github.com/contoso/hello-gitops", "ref": { "branch": "dev" } },
///     "status": { "observedGeneration": 0, "artifact": { "revision": revision } },
/// });
/// let kustomization = json!({
///     "metadata": { "name": "hello-dev", "namespace": "dev-hello" },
///     "spec": { "sourceRef": { "kind": "GitRepository", "name": "hello-dev" } },
///     "status": {
///         "observedGeneration": 0, "lastAttemptedRevision": revision, "lastAppliedRevision": revision,
///     },
/// });
/// let mut cluster = ClusterState::new(ClusterRef::Context("edge".to_owned()));
/// for (kind, object) in [(Kind::GitRepository, source), (Kind::Kustomization, kustomization)] {
///     cluster.replace(Scope::namespace(kind, "dev-hello"), Answer::Objects(vec![object]));
/// }
/// let selection = Selection::Namespace("dev-hello".to_owned());
/// let mut picture = picture(&cluster, &selection, "2026-01-12T09:00:00Z".parse()?);
///
/// // GitHub: a deployment waits for approval, and little else is there.
/// let scope = GithubScope::of(&picture, "github.com");
/// let mut answers = GithubAnswers::default();
/// loop {
///     let wanted = wanted_questions(&scope, &answers).into_iter();
///     let open: Vec<GithubQuestion> = wanted.filter(|question| answers.get(question).is_none()).collect();
///     if open.is_empty() {
///         break;
///     }
///     for question in open {
///         let answer = match &question {
///             GithubQuestion::Head(..) => GithubAnswer::Text(commit.to_owned()),
///             GithubQuestion::Pulls(..) => GithubAnswer::Pulls(vec![PullRequest::from_json(&json!({
///                 "number": 7, "state": "open", "title": "Deploy to 'dev' '0.0.1-13'",
///                 "html_url": "https://github.com/contoso/hello-gitops/pull/7",
///             }))]),
///             _ => GithubAnswer::Absent,
///         };
///         answers.insert(question, answer);
///     }
/// }
/// join(&mut picture, &scope, &upstreams(&scope, &answers, None));
///
/// // The standing says what runs; what is on its way is a remark, with the command that goes on.
/// let dev = &picture.environments[0];
/// assert_eq!((dev.standing, dev.reason), (Standing::Deployed, Reason::Applied));
/// assert!(dev.remarks.iter().any(|remark| remark.reason == Reason::PullRequestOpen));
/// let review = "gh pr view https://github.com/contoso/hello-gitops/pull/7";
/// assert!(dev.next.iter().any(|next| next.command == review));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Azure's part is added by [`crate::model::compliance::join`] in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// Application code, its chart, the orchestrating workflows.
    pub source: Resolved<RepositoryName>,
    /// The values of each environment.
    pub configs: Resolved<RepositoryName>,
    /// The rendered manifests of each environment.
    pub gitops: Resolved<RepositoryName>,
    /// The environments in the order of promotion. Empty where no variable says where it begins.
    pub chain: Vec<Environment>,
}

impl Pipeline {
    /// The project: the source repository's name.
    pub fn project(&self) -> &str {
        self.source.value.name()
    }

    /// An environment of the chain.
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.chain.iter().find(|environment| environment.name.eq_ignore_ascii_case(name))
    }

    /// The environment that a change is promoted to after this one.
    pub fn next(&self, name: &str) -> Option<&Environment> {
        let mut rest =
            self.chain.iter().skip_while(|environment| !environment.name.eq_ignore_ascii_case(name));
        rest.nth(1)
    }
}

/// What a repository is to its pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Application code and workflows.
    Source,
    /// Values.
    Configs,
    /// Rendered manifests.
    Gitops,
}

/// What a repository is, by its variables: the configs and gitops repositories name the source, the source and
/// configs repositories name the gitops repository. Without any of them its name decides.
pub fn role(repository: &RepositoryName, variables: &BTreeMap<String, String>) -> Role {
    let has = |name: &str| variables.contains_key(name);
    match (has(SRC_REPO), has(MANIFESTS_REPO) || has(CONFIGS_REPO)) {
        (true, true) => Role::Configs,
        (true, false) => Role::Gitops,
        (false, true) => Role::Source,
        (false, false) if repository.name().ends_with(GITOPS_SUFFIX) => Role::Gitops,
        (false, false) if repository.name().ends_with(CONFIGS_SUFFIX) => Role::Configs,
        (false, false) => Role::Source,
    }
}

/// The conventional name of a pipeline's repository, from that of another one; `None` where that has no
/// conventional name itself.
pub fn conventional(known: &RepositoryName, is: Role, wanted: Role) -> Option<RepositoryName> {
    let project = match is {
        Role::Source => known.name(),
        Role::Configs => known.name().strip_suffix(CONFIGS_SUFFIX)?,
        Role::Gitops => known.name().strip_suffix(GITOPS_SUFFIX)?,
    };
    let suffix = match wanted {
        Role::Source => "",
        Role::Configs => CONFIGS_SUFFIX,
        Role::Gitops => GITOPS_SUFFIX,
    };
    RepositoryName::new(known.owner(), &format!("{project}{suffix}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> RepositoryName {
        text.parse().expect("a name")
    }

    #[test]
    fn variables_say_what_a_repository_is_and_else_its_name() {
        let of = |repository: &str, variables: &[&str]| {
            let variables = variables.iter().map(|name| ((*name).to_owned(), String::new())).collect();
            role(&name(repository), &variables)
        };
        assert_eq!(of("contoso/odd-gitops", &[MANIFESTS_REPO, CONFIGS_REPO]), Role::Source);
        assert_eq!(of("contoso/settings", &[SRC_REPO, MANIFESTS_REPO]), Role::Configs);
        assert_eq!(of("contoso/manifests", &[SRC_REPO]), Role::Gitops);
        assert_eq!(of("contoso/hello", &[]), Role::Source);
        assert_eq!(of("contoso/hello-configs", &[]), Role::Configs);
        assert_eq!(of("contoso/hello-gitops", &["OTHER"]), Role::Gitops);
    }

    #[test]
    fn each_conventional_name_tells_the_others() {
        let all = [
            (Role::Source, "contoso/hello"),
            (Role::Configs, "contoso/hello-configs"),
            (Role::Gitops, "contoso/hello-gitops"),
        ];
        for (is, known) in all {
            for (wanted, expected) in all {
                assert_eq!(
                    conventional(&name(known), is, wanted),
                    Some(name(expected)),
                    "{known} {wanted:?}"
                );
            }
        }
        assert_eq!(conventional(&name("contoso/manifests"), Role::Gitops, Role::Source), None);
    }
}
