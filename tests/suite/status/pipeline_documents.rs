//! What documents say of pipelines: each repository with where it was found from, and every environment of the chain
//! with the worlds that told of it.

use std::time::Duration;

use serde_json::{Value, json};

use super::renamed::{Asked, MISLEADING, RENAMED, lab, status};

const ALL: &[Asked] = &[Asked::Cluster, Asked::Github, Asked::Azure];

/// A case: what stands for what in the scenario, who is asked, the words, and what is said.
struct Case {
    replaced: &'static [(&'static str, &'static str)],
    asked: &'static [Asked],
    words: &'static [&'static str],
    /// Source, configs and gitops repository, each with where it was found from.
    repositories: [Option<(&'static str, &'static str)>; 3],
    /// The worlds that told of dev and of qa.
    worlds: [&'static [&'static str]; 2],
}

#[tokio::test]
async fn pipelines_are_told_with_where_everything_was_found_from() {
    const CLUSTER: &str = "source of lab/dev-hello";
    let (source, configs) =
        ("variable MANIFESTS_REPO of contoso/hello", "variable CONFIGS_REPO of contoso/hello");
    let all: &[&str] = &["cluster", "github", "azure"];
    for case in [
        Case {
            replaced: &[],
            asked: ALL,
            words: &["-n", "dev-hello"],
            repositories: [
                Some(("contoso/hello", "variable SRC_REPO of contoso/hello-gitops")),
                Some(("contoso/hello-configs", configs)),
                Some(("contoso/hello-gitops", CLUSTER)),
            ],
            worlds: [all, all],
        },
        Case {
            replaced: &RENAMED,
            asked: ALL,
            words: &["-n", "dev-hello", "--environment", "qa"],
            repositories: [
                Some(("contoso/hello", "variable SRC_REPO of contoso/manifests")),
                Some(("contoso/settings", configs)),
                Some(("contoso/manifests", CLUSTER)),
            ],
            worlds: [all, all],
        },
        Case {
            replaced: &MISLEADING,
            asked: &[Asked::Cluster, Asked::Github],
            words: &["-n", "dev-hello"],
            repositories: [
                Some(("contoso/hello", "variable SRC_REPO of contoso/shop-gitops")),
                Some(("contoso/hello-configs", configs)),
                Some(("contoso/shop-gitops", CLUSTER)),
            ],
            worlds: [&["cluster", "github"], &["cluster", "github"]],
        },
        Case {
            replaced: &[],
            asked: &[Asked::Github],
            words: &["--project", "contoso/hello"],
            repositories: [
                Some(("contoso/hello", "--project")),
                Some(("contoso/hello-configs", configs)),
                Some(("contoso/hello-gitops", source)),
            ],
            worlds: [&["github"], &["github"]],
        },
        Case {
            replaced: &[(", body: {name: CONFIGS_REPO", ", body: {name: OTHER")],
            asked: &[Asked::Github],
            words: &["--project", "contoso/hello-gitops"],
            repositories: [
                Some(("contoso/hello", "variable SRC_REPO of contoso/hello-gitops")),
                Some(("contoso/hello-configs", "convention")),
                Some(("contoso/hello-gitops", "--project")),
            ],
            worlds: [&["github"], &["github"]],
        },
        Case {
            replaced: &[],
            asked: &[Asked::Cluster],
            words: &["-n", "dev-hello"],
            repositories: [None, None, Some(("contoso/hello-gitops", CLUSTER))],
            worlds: [&["cluster"], &["cluster"]],
        },
    ] {
        let lab = lab(case.replaced, Duration::ZERO).await;
        let ended = status(&lab, case.asked, &[case.words, &["-o", "json"]].concat()).await;
        assert_eq!(ended.code, Some(0), "{:?}: {}", case.words, ended.stderr);
        let document: Value = serde_json::from_str(&ended.stdout).expect("JSON");
        let [pipeline] = document["pipelines"].as_array().expect("pipelines").as_slice() else {
            panic!("{}", document["pipelines"])
        };
        assert_eq!(pipeline["project"], "hello", "{pipeline}");
        for (role, expected) in ["source", "configs", "gitops"].into_iter().zip(case.repositories) {
            let expected =
                expected.map(|(repository, from)| json!({ "repository": repository, "from": from }));
            assert_eq!(pipeline[role], json!(expected), "{role} of {:?}: {pipeline}", case.words);
        }
        let chain = pipeline["chain"].as_array().expect("a chain");
        let told: Vec<(&Value, &Value)> =
            chain.iter().map(|environment| (&environment["environment"], &environment["worlds"])).collect();
        let (dev, qa) = (json!(case.worlds[0]), json!(case.worlds[1]));
        assert_eq!(told, [(&json!("dev"), &dev), (&json!("qa"), &qa)], "{:?}", case.words);
        let deployments = if case.asked.contains(&Asked::Cluster) {
            json!([{ "cluster": "lab", "namespace": "qa-hello" }])
        } else {
            json!([])
        };
        assert_eq!(chain[1]["deployments"], deployments, "{:?}", case.words);
    }
}
