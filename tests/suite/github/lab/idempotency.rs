//! A set-up that is cut at any request and run again ends like one that was not: nothing twice, nothing half.

use gitops_core::github::{Github, GithubError, NewRepository};
use gitops_core::model::github::{MergeMethod, PullState, RepositoryName};
use kubectl_gitops_lab::{Effect, FaultStatus, Limited};

use super::scene::{Scene, name, tip, write};
use crate::support::{Faulty, Loss, Sample, fail_once_at_every_request, lose_everything_after_every_request};

const REPOSITORY: &str = "contoso/hello-gitops";

/// A repository with a branch for an environment, and a deployment to it that is merged.
async fn deployed(github: &Github, repository: &RepositoryName) -> Result<(), GithubError> {
    let new = NewRepository {
        name: repository.clone(),
        description: String::new(),
        is_private: true,
        deletes_merged_branches: false,
        settings: serde_json::Map::new(),
    };
    let (repository, _) = github.create_repository(&new).await?;
    let (name, main) = (&repository.name, repository.default_branch.as_str());
    let head = github.head(name, main).await?.expect("a first commit");
    github.create_branch(name, "dev", &head).await?;
    github.create_branch(name, "deploy/dev", &head).await?;
    let head = github.head(name, "deploy/dev").await?.expect("a branch");
    let parent = github.commit(name, &head).await?.expect("a commit");
    let changes = [write("edge/app.yaml", "kind: List\n"), write(".github/tracking/Version", "0.0.1-1\n")];
    if let Some(commit) = github.make_commit(name, &parent, "deploy", &changes).await? {
        github.advance_branch(name, "deploy/dev", &commit).await?;
    }
    let all = github.pulls(name, "dev", false).await?;
    if all.iter().any(|pull| pull.state == PullState::Merged) {
        return Ok(());
    }
    let (pull, _) = github.create_pull(name, ("deploy/dev", "dev"), "Deploy", "").await?;
    github.add_labels(name, pull.number, &["promoted"]).await?;
    github.merge_pull(name, pull.number, &pull.head_commit, MergeMethod::Merge).await.map(drop)
}

/// One repository, one pull request, one merge, each branch made once.
async fn is_right(scene: &Scene, repository: &RepositoryName, case: &str) {
    let github = scene.github();
    assert_eq!(scene.done("POST", "/orgs/contoso/repos"), 1, "{case}");
    assert_eq!(scene.done("POST", "/git/refs"), 2, "{case}: two branches");
    assert_eq!(scene.done("PATCH", "/git/refs/heads/deploy/dev"), 1, "{case}");
    assert_eq!(scene.done("POST", "/pulls"), 1, "{case}");
    assert_eq!(scene.done("PUT", "/merge"), 1, "{case}");
    let pulls = github.pulls(repository, "dev", false).await.expect("an answer");
    assert_eq!((pulls.len(), pulls[0].state), (1, PullState::Merged), "{case}");
    assert_eq!(pulls[0].labels, ["promoted"], "{case}");
    let dev = tip(&github, repository, "dev").await;
    assert_eq!(Some(&dev.sha), pulls[0].merge_commit.as_ref(), "{case}");
    assert_eq!(dev.parents.len(), 2, "{case}: a merge commit");
    let version = github.file(repository, ".github/tracking/Version", "dev").await.expect("an answer");
    assert_eq!(version.as_deref(), Some("0.0.1-1\n"), "{case}");
}

/// Sets the repository up.
async fn set_up(scene: &Scene) -> Result<(), GithubError> {
    deployed(&scene.github(), &name(REPOSITORY)).await
}

#[tokio::test]
async fn killed_at_any_request_and_run_again_it_ends_the_same() {
    let check = async |scene: &Scene, case: &str| is_right(scene, &name(REPOSITORY), case).await;
    let requests = lose_everything_after_every_request(Sample::Every, Scene::set, set_up, check).await;
    assert!(requests > 10, "{requests}");
}

#[tokio::test]
async fn one_mishap_at_any_request_costs_nothing_or_an_error_and_nothing_is_doubled() {
    let check = async |scene: &Scene, case: &str| is_right(scene, &name(REPOSITORY), case).await;
    let bad_gateway = Effect::Status(FaultStatus { code: 502, ..FaultStatus::default() });
    let mishaps = [
        (Effect::Half, Loss::Answer),
        (Effect::Cut(0), Loss::Request),
        (bad_gateway.clone(), Loss::Request),
        (bad_gateway, Loss::Answer),
    ];
    fail_once_at_every_request(Sample::Every, &mishaps, Scene::set, set_up, check).await;
}

#[tokio::test]
async fn a_limit_at_any_request_costs_nothing_but_time() {
    let check = async |scene: &Scene, case: &str| is_right(scene, &name(REPOSITORY), case).await;
    let limited = Effect::Limited(Limited { secondary: true, code: 403, seconds: 0 });
    let set_up_well = async |scene: &Scene| -> Result<(), GithubError> {
        set_up(scene).await.expect("a limit is waited for");
        Ok(())
    };
    fail_once_at_every_request(Sample::Every, &[(limited, Loss::Request)], Scene::set, set_up_well, check)
        .await;
}
