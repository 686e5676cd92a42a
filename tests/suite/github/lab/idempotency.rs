//! A set-up that is cut at any request and run again ends like one that was not: nothing twice, nothing half.

use gitops_core::github::{Github, GithubError, NewRepository};
use gitops_core::model::github::{MergeMethod, PullState, RepositoryName};
use kubectl_gitops_lab::Effect;

use super::scene::{Scene, name, tip, write};

/// A repository with a branch for an environment, and a deployment to it that is merged.
async fn deployed(github: &Github, repository: &RepositoryName) -> Result<(), GithubError> {
    let new = NewRepository {
        name: repository.clone(),
        description: String::new(),
        is_private: true,
        deletes_merged_branches: false,
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

async fn count() -> u64 {
    let (scene, repository) = (Scene::set().await, name("contoso/hello-gitops"));
    deployed(&scene.github(), &repository).await.expect("all goes well");
    let count = scene.requests().len();
    is_right(&scene, &repository, "uncut").await;
    deployed(&scene.github(), &repository).await.expect("again");
    is_right(&scene, &repository, "again").await;
    u64::try_from(count).expect("few")
}

#[tokio::test]
async fn killed_at_any_request_and_run_again_it_ends_the_same() {
    let requests = count().await;
    assert!(requests > 10, "{requests}");
    for after in 0..requests {
        // Cut before anything is done, and in the middle of the answer.
        for effect in [Effect::Cut(0), Effect::Half] {
            let (scene, repository) = (Scene::set().await, name("contoso/hello-gitops"));
            let case = format!("cut from request {after} on, {effect:?}");
            scene.inject(None, (after, None), effect);
            deployed(&scene.github(), &repository).await.expect_err(&case);
            scene.server.clear_faults();
            deployed(&scene.github(), &repository).await.expect(&case);
            is_right(&scene, &repository, &case).await;
        }
    }
}

#[tokio::test]
async fn one_mishap_at_any_request_costs_nothing_or_an_error_and_nothing_is_doubled() {
    let requests = count().await;
    for after in 0..requests {
        for effect in [
            Effect::Half,
            Effect::Status(kubectl_gitops_lab::FaultStatus { code: 502, ..Default::default() }),
            Effect::Limited(kubectl_gitops_lab::Limited { secondary: true, code: 403, seconds: 0 }),
        ] {
            let (scene, repository) = (Scene::set().await, name("contoso/hello-gitops"));
            let case = format!("request {after}, {effect:?}");
            let is_limit = matches!(effect, Effect::Limited(_));
            scene.inject(None, (after, Some(1)), effect);
            let came = deployed(&scene.github(), &repository).await;
            if is_limit {
                came.expect(&case);
            } else if came.is_err() {
                deployed(&scene.github(), &repository).await.expect(&case);
            }
            is_right(&scene, &repository, &case).await;
        }
    }
}
