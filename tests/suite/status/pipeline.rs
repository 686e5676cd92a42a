//! A namespace selects the pipeline that deploys to it.

use serde_json::{Value, json};

use super::objects::{environment, replaced};
use crate::support::{Call, Program, Reply, Server, listed, refused};

fn serving(handler: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> (Server, Program) {
    let server = Server::start(handler);
    let program = Program::with_kubeconfig(&server.kubeconfig()).with("GITOPS_NOW", "2026-11-23T03:00:00Z");
    (server, program)
}

/// Two environments of one project, another project in the same repository, and one of another repository.
fn cluster() -> Vec<Value> {
    let neighbour = replaced(environment("dev-world"), &[("world-gitops", "hello-gitops")]);
    let stranger = replaced(environment("prod-hello"), &[("contoso/hello-gitops", "fabrikam/hello-gitops")]);
    [environment("dev-hello"), environment("qa-hello"), neighbour, stranger].concat()
}

/// Answers with what is there; a namespace with its own labels.
fn answered(objects: &[Value], call: &Call) -> Reply {
    let Some(name) = call.path.strip_prefix("/api/v1/namespaces/").filter(|rest| !rest.contains('/')) else {
        return listed(objects, call);
    };
    let is_it = |object: &&Value| object["kind"] == "Namespace" && object["metadata"]["name"] == name;
    objects.iter().find(is_it).map_or_else(|| refused(404), |object| Reply::Json(200, object.clone()))
}

fn namespaces(program: &Program, words: &[&str]) -> Vec<String> {
    let ended = program.status(&[words, &["-o", "json"]].concat());
    assert_eq!(ended.code, Some(0), "{words:?}: {}", ended.stderr);
    let document: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let environments = document["environments"].as_array().expect("environments").iter();
    environments.filter_map(|one| one["namespace"].as_str()).map(str::to_owned).collect()
}

#[test]
fn a_namespace_selects_the_environments_of_its_project_in_its_repository() {
    let objects = cluster();
    let (_server, program) = serving(move |call| answered(&objects, call));
    for (words, expected) in [
        (&["-n", "dev-hello"][..], &["dev-hello", "qa-hello"][..]),
        (&["-n", "qa-hello"], &["dev-hello", "qa-hello"]),
        (&["-n", "dev-world"], &["dev-world"]),
        (&["-n", "prod-hello"], &["prod-hello"]),
        (&[], &["dev-hello", "qa-hello"]),
        (&["dev-hello"], &["dev-hello"]),
        (&["dev-hello", "dev-world"], &["dev-hello", "dev-world"]),
        (&["-l", "stage=qa"], &["qa-hello"]),
        (&["-A"], &["dev-hello", "dev-world", "prod-hello", "qa-hello"]),
    ] {
        assert_eq!(namespaces(&program, words), expected, "{words:?}");
    }
}

#[test]
fn addresses_of_one_repository_are_spelled_in_many_ways() {
    let spelled = [("https://git.example/contoso/hello-gitops", "git@git.example:Contoso/hello-gitops.git")];
    let objects = [environment("dev-hello"), replaced(environment("qa-hello"), &spelled)].concat();
    let (_server, program) = serving(move |call| answered(&objects, call));
    assert_eq!(namespaces(&program, &["-n", "dev-hello"]), ["dev-hello", "qa-hello"]);
}

/// A namespace with its label of a project.
fn labelled(mut objects: Vec<Value>, project: &str) -> Vec<Value> {
    for namespace in objects.iter_mut().filter(|object| object["kind"] == "Namespace") {
        namespace["metadata"]["labels"]["gitops.dev/project"] = json!(project);
        namespace["metadata"]["labels"]["gitops.dev/environment"] = json!("live");
    }
    objects
}

#[test]
fn labels_tell_the_project_where_names_do_not() {
    // Named after nothing, and labelled as the project's own.
    let live =
        replaced(environment("live-shop"), &[("shop-gitops", "hello-gitops"), ("live-shop", "production")]);
    // Named as the project's, and labelled as another's.
    let other = labelled(environment("qa-hello"), "world");
    let objects = [environment("dev-hello"), labelled(live, "Hello"), other].concat();
    let (_server, program) = serving(move |call| answered(&objects, call));
    assert_eq!(namespaces(&program, &["-n", "dev-hello"]), ["dev-hello", "production"]);
}

#[test]
fn what_is_refused_of_another_namespace_leaves_the_asked_one_whole() {
    let objects = cluster();
    let (_server, program) = serving(move |call| match call.path.contains("/namespaces/qa-hello") {
        true => refused(403),
        false => answered(&objects, call),
    });
    let ended = program.status(&["-n", "dev-hello"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let row = |name: &str| {
        let row = ended.stdout.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        row.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(row("dev ")[1], "Deployed", "{}", ended.stdout);
    assert!(row("dev ").contains(&"2/2".to_owned()), "{}", ended.stdout);
    assert!(row("qa ").contains(&"?".to_owned()), "{}", ended.stdout);
    assert!(ended.stdout.contains("qa-hello: not allowed"), "{}", ended.stdout);
}

#[test]
fn a_namespace_that_is_not_there_or_follows_nothing_ends_as_it_did() {
    let mut objects = cluster();
    objects.push(json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "empty" } }));
    let (_server, program) = serving(move |call| answered(&objects, call));
    for (namespace, error) in [
        ("absent", "error: namespace absent is not there"),
        ("empty", "error: no Flux object deploys to namespace empty"),
    ] {
        let ended = program.status(&["-n", namespace]);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(5), ""), "{namespace}");
        assert!(ended.stderr.starts_with(error), "{}", ended.stderr);
    }
}

#[test]
fn nothing_of_another_pipeline_is_asked_for() {
    let objects = cluster();
    let (server, program) = serving(move |call| answered(&objects, call));
    assert_eq!(program.status(&["-n", "dev-hello"]).code, Some(0));
    let is_about = |call: &Call, namespace: &str| call.path.contains(&format!("/namespaces/{namespace}/"));
    assert!(server.calls().iter().any(|call| is_about(call, "qa-hello")));
    for namespace in ["dev-world", "prod-hello"] {
        let calls: Vec<String> = server
            .calls()
            .into_iter()
            .filter(|call| is_about(call, namespace))
            .map(|call| call.path)
            .collect();
        assert!(calls.is_empty(), "{calls:?}");
    }
}
