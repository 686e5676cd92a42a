//! Fifty environments on one page: 80 columns, one line where one says it all, flags that choose and order.

use serde_json::{Value, json};
use snapbox::{assert_data_eq, file};

use gitops_core::model::Exit;

use super::objects::{deployment, environment, scale_down, suspend};
use crate::support::{Ended, InProcess, Program, Server, listed, refused};

const NOW: &str = "2026-11-23T03:04:00Z";

/// The namespaces: ten projects with five environments each.
fn namespaces() -> Vec<String> {
    let projects =
        ["hello", "checkout", "billing", "search", "basket", "login", "orders", "stock", "mail", "web"];
    let of_project = |project: &str| {
        ["dev", "test", "qa", "staging", "prod"]
            .map(|environment| format!("{environment}-{project}"))
            .to_vec()
    };
    projects.into_iter().flat_map(of_project).collect()
}

fn fifty() -> Vec<Value> {
    namespaces().iter().flat_map(|namespace| environment(namespace)).collect()
}

/// The kustomization of a namespace.
fn kustomization<'a>(objects: &'a mut [Value], namespace: &str) -> &'a mut Value {
    let (environment, project) = namespace.split_once('-').expect("a namespace");
    let name = format!("{project}-{environment}-{project}-{environment}");
    let mut kustomizations = objects.iter_mut().filter(|object| object["kind"] == "Kustomization");
    kustomizations
        .find(|kustomization| kustomization["metadata"]["name"] == name.as_str())
        .expect("a kustomization")
}

/// One build failed, one is suspended, and a container image of a third is on its way.
fn with_troubles() -> Vec<Value> {
    let mut objects = fifty();
    let failed = kustomization(&mut objects, "prod-checkout");
    failed["status"]["conditions"] = json!([{ "type": "Ready", "status": "False", "reason": "BuildFailed", "message": "kustomize build failed: open base/kustomization.yaml: no such file", "observedGeneration": 1, "lastTransitionTime": "2026-11-23T03:03:00Z" }]);
    suspend(kustomization(&mut objects, "staging-hello"), "2026-11-23T02:45:00Z");
    objects
}

fn serving(objects: Vec<Value>) -> Server {
    Server::start(move |call| listed(&objects, call))
}

/// The page on a terminal of 80 columns.
async fn page(objects: Vec<Value>, words: &[&str]) -> (Exit, String, String) {
    let server = serving(objects);
    let session = InProcess::on_terminal(&server.kubeconfig(), NOW.parse().expect("a time"), "");
    let exit = session.run(words, kubectl_gitops_status::run).await;
    (exit, session.out(), session.err())
}

fn piped(objects: Vec<Value>, words: &[&str]) -> Ended {
    let server = serving(objects);
    Program::with_kubeconfig(&server.kubeconfig()).with("GITOPS_NOW", NOW).status(words)
}

/// Commands are never broken; everything else fits.
fn assert_fits(page: &str) {
    let is_command =
        |line: &str| ["kubectl ", "flux ", "az "].iter().any(|start| line.trim_start().starts_with(start));
    for line in page.lines().filter(|line| !is_command(line)) {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

/// A terminal that is too narrow for what delivers an environment goes without the revision, then without the table.
#[tokio::test]
async fn several_kustomizations_fit_80_columns() {
    for (length, expected) in [
        (20, "STANDING   REVISION   REASON\n"),
        (40, "   STANDING   REASON\n"),
        (60, "    flux-system/hello-dev-hello-dev: Deployed, Applied\n"),
    ] {
        let mut objects = environment("dev-hello");
        let mut second = kustomization(&mut objects, "dev-hello").clone();
        second["metadata"]["name"] = "k".repeat(length).into();
        second["metadata"]["uid"] = "second".into();
        objects.push(second);
        let (_, page, _) = page(objects, &["-n", "dev-hello"]).await;
        assert!(page.contains(expected), "{page}");
        assert!(page.contains(&"k".repeat(length)), "names stay whole: {page}");
        assert_fits(&page);
    }
}

#[tokio::test]
async fn fifty_environments_fit_80_columns() {
    let (exit, page, _) = page(with_troubles(), &["-A"]).await;
    assert_eq!(exit, Exit::Done);
    assert_fits(&page);
    assert!(page.contains("\n1 Failed, 1 Suspended, 48 Deployed in context test\n"), "{page}");
    assert_data_eq!(page, file!["../../golden/pages/fifty.txt"]);
}

/// A stopped controller is one cause, said once.
#[tokio::test]
async fn a_cause_in_common_is_said_once() {
    let mut objects = fifty();
    for namespace in namespaces() {
        kustomization(&mut objects, &namespace)["metadata"]["generation"] = json!(2);
    }
    let mut controller = deployment("flux-system", "kustomize-controller", 1);
    scale_down(&mut controller, "2026-11-23T02:56:00Z");
    objects.push(controller);
    let (_, page, _) = page(objects, &["-A"]).await;
    assert_fits(&page);
    assert_eq!(page.matches("  next:\n").count(), 1, "{page}");
    assert!(page.contains("50 environments: Unknown, ControllerNotRunning"), "{page}");
    assert_data_eq!(page, file!["../../golden/pages/stopped-controller.txt"]);
}

#[tokio::test]
async fn only_what_is_failing_is_shown_and_everything_is_counted() {
    let (_, failing, _) = page(with_troubles(), &["-A", "--failing"]).await;
    assert!(failing.contains("prod-checkout") && failing.contains("staging-hello"), "{failing}");
    assert!(!failing.contains("dev-hello"), "{failing}");
    assert!(failing.contains("1 Failed, 1 Suspended, 48 Deployed in context test"), "{failing}");
    let (exit, well, _) = page(fifty(), &["-A", "--failing"]).await;
    assert_eq!((exit, well.as_str()), (Exit::Done, "nothing is failing: 50 Deployed in context test\n"));
}

#[test]
fn flags_apply_to_tables_names_and_documents_alike() {
    let names = |words: &[&str]| -> Vec<String> {
        let ended = piped(with_troubles(), &[words, &["-o", "name"]].concat());
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let document = piped(with_troubles(), &[words, &["-o", "json"]].concat()).stdout;
        let document: Value = serde_json::from_str(&document).expect("JSON");
        let written = document["environments"].as_array().expect("environments").iter();
        let written: Vec<String> = written
            .map(|environment| format!("namespace/{}", environment["namespace"].as_str().expect("text")))
            .collect();
        let lines: Vec<String> = ended.stdout.lines().map(str::to_owned).collect();
        assert_eq!(lines, written, "{words:?}");
        written
    };
    assert_eq!(names(&["-A", "--failing"]), ["namespace/prod-checkout", "namespace/staging-hello"]);
    let sorted = names(&["-A", "--sort-by", "STANDING"]);
    assert_eq!(sorted[..2], ["namespace/prod-checkout", "namespace/staging-hello"]);
    assert_eq!(names(&["-A", "--sort-by", "namespace"])[0], "namespace/dev-basket");
    assert_eq!(names(&["-A", "--sort-by", "environment"])[10], "namespace/prod-basket");
    assert_eq!(names(&["-A", "--sort-by", "age"])[0], "namespace/prod-checkout", "the latest change first");
    assert_eq!(names(&["-l", "team=web,stage in (dev,qa)"]), ["namespace/dev-web", "namespace/qa-web"]);
    assert_eq!(names(&["-l", "team in (web),stage!=dev"]).len(), 4);
    assert_eq!(names(&["dev-hello", "qa-hello"]), ["namespace/dev-hello", "namespace/qa-hello"]);
    assert_eq!(names(&["dev-hello"]), ["namespace/dev-hello"]);
}

#[test]
fn rows_alone_are_for_scripts() {
    let ended = piped(with_troubles(), &["-A", "--no-headers"]);
    assert_eq!(ended.stdout.lines().count(), 50, "{}", ended.stdout);
    let mut rows = ended.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    assert!(rows.all(|row| row.len() == 7), "{}", ended.stdout);
}

#[test]
fn exit_code_3_is_only_for_what_failed() {
    let code = |objects, words: &[&str]| piped(objects, words).code;
    assert_eq!(code(with_troubles(), &["-A", "--exit-code"]), Some(3));
    assert_eq!(code(with_troubles(), &["-A", "--exit-code", "-o", "json"]), Some(3));
    assert_eq!(code(with_troubles(), &["-A"]), Some(0));
    assert_eq!(code(with_troubles(), &["staging-hello", "--exit-code"]), Some(0));
    assert_eq!(code(fifty(), &["-A", "--exit-code"]), Some(0));
}

#[test]
fn a_listed_namespace_that_nothing_deploys_to_is_named() {
    let ended = piped(fifty(), &["dev-hello", "nowhere"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stdout.contains("NothingDeploys: no Flux object deploys to namespace nowhere"),
        "{}",
        ended.stdout
    );
    let ended = piped(fifty(), &["elsewhere", "nowhere"]);
    assert_eq!(ended.code, Some(5), "{}", ended.stdout);
    assert!(
        ended.stderr.contains("no Flux object deploys to any of these namespaces: elsewhere, nowhere"),
        "{}",
        ended.stderr
    );
}

#[test]
fn selectors_that_cannot_be_used_are_named() {
    let ended = piped(fifty(), &["-l", "team=nobody"]);
    assert_eq!(ended.code, Some(5), "{}", ended.stderr);
    assert!(ended.stderr.contains("no environment is in a namespace with these labels: team=nobody"));
    let objects = fifty();
    let server = Server::start(move |call| match call.path.as_str() {
        "/api/v1/namespaces" => refused(403),
        _ => listed(&objects, call),
    });
    let program = Program::with_kubeconfig(&server.kubeconfig());
    let ended = program.status(&["-l", "team=web"]);
    assert_eq!(ended.code, Some(4), "{}", ended.stderr);
    assert!(ended.stderr.contains("the labels of namespaces may not be read"), "{}", ended.stderr);
    for words in [
        ["-l", "team=web", "-n", "a"].as_slice(),
        &["a", "-n", "a"],
        &["a", "-A"],
        &["-l", "a in (b"],
        &["-A", "--sort-by", "colour"],
        &["Not_A_Name"],
    ] {
        let ended = program.status(words);
        assert_eq!(ended.code, Some(2), "{words:?}: {}", ended.stderr);
    }
    let ended = program.status(&["-A", "--sort-by", "colour"]);
    assert!(ended.stderr.contains("[possible values: standing, namespace, environment, age, version]"));
}
