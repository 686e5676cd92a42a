//! A pipeline is found from a namespace, a project, the repository of a workflow and the git remote, on the lab.

use std::process::Command;

use clap::Parser;
use gitops_core::cli::{ClusterArgs, EnvironmentArgs, GithubArgs, PipelineArgs, Progress};
use gitops_core::flow::{PipelineStart, discover};
use gitops_core::model::pipeline::Pipeline;
use gitops_core::model::{Exit, Failure};
use kubectl_gitops_lab::Lab;

use super::clusters::lab;
use crate::support::InProcess;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    environment: EnvironmentArgs,
    #[command(flatten)]
    cluster: ClusterArgs,
    #[command(flatten)]
    github: GithubArgs,
    #[command(flatten)]
    pipeline: PipelineArgs,
}

/// What is found with these flags and variables; in a checkout whose remote is `remote`.
async fn found(
    lab: &Lab,
    words: &[&str],
    variables: &[(&str, &str)],
    remote: Option<&str>,
) -> Result<Pipeline, Box<dyn Failure>> {
    let roots = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(roots.path(), lab.authority()).expect("written");
    let token = lab.git_token("push").expect("a token");
    let own = [
        ("GITOPS_CA_FILE", roots.path().to_str().expect("UTF-8")),
        ("GITHUB_SERVER_URL", lab.git_url()),
        ("GH_TOKEN", token),
    ];
    let variables = [&own, variables].concat();
    let session = InProcess::with_variables(&lab.kubeconfig(), lab.now(), &variables);
    let (session, folder) = session.into_session();
    if let Some(remote) = remote {
        let git = |words: &[&str]| {
            let done = Command::new("git").args(words).current_dir(folder.path()).output().expect("git runs");
            assert!(done.status.success(), "{done:?}");
        };
        git(&["init", "-q"]);
        git(&["remote", "add", "origin", remote]);
    }
    let flags = Flags::try_parse_from([&["x"], words].concat()).expect("flags");
    let progress = Progress::new(&session, false);
    let context = session.context(&flags.cluster, &flags.github, &progress)?;
    let start = match words.first() {
        Some(&"-n") => PipelineStart::Namespace(flags.environment.selector()),
        _ => flags.pipeline.start(&session, &flags.github).await?,
    };
    discover(&context, &start).await
}

/// The repositories with where each name came from, and the chain.
fn summary(pipeline: &Pipeline) -> (Vec<(String, String)>, Vec<&str>) {
    let Pipeline { source, configs, gitops, chain } = pipeline;
    let repositories =
        [source, configs, gitops].map(|found| (found.value.to_string(), found.from.to_string()));
    (repositories.to_vec(), chain.iter().map(|environment| environment.name.as_str()).collect())
}

fn pairs(expected: [(&str, &str); 3]) -> Vec<(String, String)> {
    expected.map(|(name, from)| (name.to_owned(), from.to_owned())).to_vec()
}

#[tokio::test]
async fn it_is_found_from_whatever_is_at_hand() {
    let lab = lab("default").await;
    let remote = |name: &str| format!("{}/contoso/{name}.git", lab.git_url());
    let (configs, gitops) = ("contoso/hello-configs", "contoso/hello-gitops");
    let of_source = [
        (configs, "variable CONFIGS_REPO of contoso/hello"),
        (gitops, "variable MANIFESTS_REPO of contoso/hello"),
    ];
    let named_by = |repository: &str| format!("variable SRC_REPO of {repository}");
    for (words, variables, remote, source_from) in [
        (vec!["--project", "contoso/hello"], vec![], None, "--project".to_owned()),
        (vec!["--project", "hello", "--org", "contoso"], vec![], None, "--project".to_owned()),
        (vec!["--project", "hello"], vec![("GITOPS_ORG", "contoso")], None, "--project".to_owned()),
        (vec![], vec![("GITHUB_REPOSITORY", "contoso/hello")], None, "GITHUB_REPOSITORY".to_owned()),
        (vec![], vec![("GITHUB_REPOSITORY", configs)], None, named_by(configs)),
        (vec![], vec![("GITHUB_REPOSITORY", gitops)], None, named_by(gitops)),
        (vec![], vec![], Some(remote("hello")), "git remote origin".to_owned()),
        (vec![], vec![], Some(remote("hello-gitops")), named_by(gitops)),
        (vec!["-n", "qa-hello"], vec![], None, named_by(gitops)),
    ] {
        let pipeline = found(&lab, &words, &variables, remote.as_deref()).await;
        let pipeline = pipeline.unwrap_or_else(|error| panic!("{words:?} {variables:?}: {error}"));
        let (repositories, chain) = summary(&pipeline);
        let expected = pairs([("contoso/hello", &source_from), of_source[0], of_source[1]]);
        assert_eq!(repositories, expected, "{words:?} {variables:?}");
        assert_eq!(chain, ["dev", "qa"], "{words:?} {variables:?}");
        assert_eq!(pipeline.project(), "hello");
        assert_eq!(pipeline.next("dev").map(|next| next.name.as_str()), Some("qa"));
        assert_eq!(pipeline.next("qa"), None);
    }
}

#[tokio::test]
async fn found_from_a_namespace_it_has_what_runs_there() {
    let lab = lab("default").await;
    let pipeline = found(&lab, &["-n", "dev-hello"], &[], None).await.expect("found");
    let dev = pipeline.environment("DEV").expect("an environment");
    let ids: Vec<String> = dev.deployments.iter().map(ToString::to_string).collect();
    assert_eq!(ids, ["lab/dev-hello"]);
    let targets: Vec<(&str, String)> =
        dev.targets.iter().map(|target| (target.path.as_str(), target.cluster.to_string())).collect();
    assert_eq!(targets, [("hello", "lab".to_owned())]);
    assert!(pipeline.environment("qa").expect("an environment").deployments.is_empty());
}

#[tokio::test]
async fn where_names_follow_the_convention_github_answers_twice_in_a_row() {
    let lab = lab("default").await;
    lab.clear_journal();
    found(&lab, &["-n", "dev-hello"], &[], None).await.expect("found");
    let journal = lab.journal();
    let requests = journal["requests"].as_array().expect("requests").clone();
    let targets: Vec<&str> = requests
        .iter()
        .filter_map(|request| request["target"].as_str())
        .filter_map(|target| target.strip_prefix("/api/v3/repos/contoso/"))
        .collect();
    let of = |part: &str| targets.iter().filter(|target| target.contains(part)).count();
    // The variables of the gitops and the source repository and the environments, then the link of each.
    assert_eq!((targets.len(), of("NEXT_ENVIRONMENT")), (5, 2), "{targets:?}");
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let lab = lab("default").await;
    let fails = async |words: &[&str], variables: &[(&str, &str)]| {
        found(&lab, words, variables, None).await.expect_err("nothing is found")
    };
    let hidden = fails(&["--project", "contoso/nothing"], &[]).await;
    assert_eq!(hidden.exit(), Exit::NotFound, "{hidden}");
    assert!(
        hidden.to_string().contains("the token does not see contoso/nothing, or it is not there"),
        "{hidden}"
    );
    let unselected = fails(&[], &[]).await;
    assert_eq!(unselected.exit(), Exit::Usage, "{unselected}");
    let alone = fails(&["--project", "hello"], &[]).await;
    assert_eq!(alone.to_string(), "project hello has no organisation");
    let odd = fails(&[], &[("GITHUB_REPOSITORY", "no name")]).await;
    assert_eq!(odd.to_string(), "GITHUB_REPOSITORY is not the name of a repository: no name");
    let elsewhere = fails(&["-n", "dev-hello"], &[("GITHUB_SERVER_URL", "https://github.com")]).await;
    assert!(
        elsewhere.to_string().contains("follows no repository on github.com: its source is https://"),
        "{elsewhere}"
    );
}
