//! The chain: environments that no cluster at hand has, their order, and what is told of them.

use gitops_core::model::pipeline::{ClusterRef, Resolved, ResolvedFrom};
use gitops_core::model::upstream::{GithubScope, Upstreams, join, upstreams};
use gitops_core::model::verdict::{Reason, Standing};

use super::super::least::assert_stands;
use super::scene::{QA_HEAD, Scene};

#[test]
fn an_environment_elsewhere_is_a_row_with_what_is_pushed() {
    let qa = Scene::well().environment("qa");
    assert_stands(&qa, Standing::Unknown, Reason::NotObserved);
    assert_eq!(qa.id.cluster, ClusterRef::NotKnown);
    assert_eq!((qa.id.namespace.as_str(), qa.project.as_str()), ("qa-hello", "hello"));
    assert_eq!((qa.version.as_deref(), qa.commit.as_deref()), (Some("0.0.1-42"), Some("1a2b3c4")));
    assert_eq!(
        qa.message,
        "no cluster that was asked has it, so that what is applied is not known; 90ab123 (0.0.1-42) is pushed"
    );
    assert_eq!(qa.next[0].command, "kubectl gitops-status -n qa-hello --context '<context>'");
    let github = qa.github.expect("what GitHub says");
    assert_eq!((github.branch.as_str(), github.head.as_deref()), ("qa", Some(QA_HEAD)));
}

/// Nothing was ever deployed to `dev`, which comes after `test`.
fn waiting() -> Scene {
    let mut scene = Scene::well().undeployed();
    scene.variables.insert("START_ENVIRONMENT".to_owned(), "test".to_owned());
    let next = |name: &str| [("NEXT_ENVIRONMENT".to_owned(), name.to_owned())].into();
    scene.environments = [("test", next("dev")), ("dev", [].into())].into();
    scene.heads.insert("test", QA_HEAD);
    scene
}

/// Situations that advise a command.
pub(super) fn scenes() -> Vec<Scene> {
    vec![waiting()]
}

/// What nothing was ever deployed to waits for the environment before it.
#[test]
fn an_environment_that_nothing_came_to_waits_for_the_one_before() {
    let dev = waiting().environment("dev");
    assert_stands(&dev, Standing::NotDeployed, Reason::PathMissing);
    assert!(
        dev.message.starts_with("it waits for test, until 0.0.1-42 is proved there: "),
        "{}",
        dev.message
    );
    let commands: Vec<&str> = dev.next.iter().map(|next| next.command.as_str()).collect();
    assert_eq!(commands, ["kubectl gitops-status --project contoso/hello --environment test"]);
}

#[test]
fn only_a_selection_of_pipelines_has_them() {
    let scene = Scene::with(|scene| scene.scope = |scope| scope);
    assert_eq!(scene.picture().environments.len(), 1);
}

#[test]
fn rows_are_in_the_order_of_promotion() {
    let scene = Scene::with(|scene| {
        let next = |name: &str| [("NEXT_ENVIRONMENT".to_owned(), name.to_owned())].into();
        scene.variables.insert("START_ENVIRONMENT".to_owned(), "test".to_owned());
        scene.environments = [("test", next("dev")), ("dev", next("apac")), ("apac", [].into())].into();
        scene.heads.insert("test", QA_HEAD);
    });
    let picture = scene.picture();
    let names: Vec<&str> =
        picture.environments.iter().map(|environment| environment.environment.as_str()).collect();
    assert_eq!(names, ["test", "dev", "apac"]);
}

/// Without any cluster a repository's name is enough.
#[test]
fn a_named_pipeline_has_all_its_environments() {
    let scene = Scene::well();
    let (mut picture, _) = scene.seen();
    picture.environments.clear();
    let scope = GithubScope { host: "git.example".to_owned(), ..GithubScope::default() };
    let scope = scope.with_repository(Resolved::new(
        "contoso/hello".parse().expect("a name"),
        ResolvedFrom::Flag("--project"),
    ));
    let (answers, rounds) = scene.ask(&scope);
    assert!(rounds <= 5, "{rounds} answers in a row");
    let upstreams: Upstreams = upstreams(&scope, &answers, None);
    join(&mut picture, &scope, &upstreams);
    let names: Vec<(&str, Option<&str>)> = picture
        .environments
        .iter()
        .map(|environment| (environment.environment.as_str(), environment.version.as_deref()))
        .collect();
    assert_eq!(names, [("dev", Some("0.0.1-42")), ("qa", Some("0.0.1-42"))]);
}
