//! Answers, whole and in part.

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use super::objects::pipeline;
use crate::support::{Call, Program, Reply, Server, listed, refused};

fn healthy() -> (Server, Program) {
    serving(|call| listed(&pipeline(), call))
}

fn serving(handler: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> (Server, Program) {
    let server = Server::start(handler);
    let program = Program::with_kubeconfig(&server.kubeconfig()).with("GITOPS_NOW", "2026-11-23T03:00:00Z");
    (server, program)
}

#[test]
fn a_table_for_people() {
    let (_server, program) = healthy();
    let ended = program.status(&["-n", "dev-hello"]);
    assert_data_eq!(
        ended.stdout,
        str![[r#"
ENVIRONMENT   STANDING   VERSION   READY   AGE   REASON
dev           Deployed   -         2/2     5m    Applied

1 Deployed in context test

"#]]
    );
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
}

#[test]
fn wide_tells_revision_and_message_and_all_tells_namespaces() {
    let (_server, program) = healthy();
    let ended = program.status(&["-A", "-o", "wide"]);
    assert_data_eq!(
        ended.stdout,
        str![[r#"
NAMESPACE   ENVIRONMENT   STANDING   VERSION   READY   AGE   REASON    COMMIT   CLUSTERS   TESTED   TARGET   CONFIGS   GITOPS    PULL REQUEST   MESSAGE
dev-hello   dev           Deployed   -         2/2     5m    Applied   -        -          -        hello    -         d61d370   -              d61d370 is applied

1 Deployed in context test

"#]]
    );
    assert_eq!(ended.code, Some(0));
}

#[test]
fn json_yaml_and_names_are_for_programs() {
    let (_server, program) = healthy();
    let json: Value = serde_json::from_str(&program.status(&["-o", "json"]).stdout).expect("JSON");
    assert_eq!(json["apiVersion"], "gitops.dev/v1");
    assert_eq!(json["kind"], "PipelineStatus");
    assert_eq!(json["observedAt"], "2026-11-23T03:00:00Z");
    let one = &json["environments"][0];
    for (field, value) in [
        ("standing", "Deployed"),
        ("reason", "Applied"),
        ("project", "hello"),
        ("environment", "dev"),
        ("message", "d61d370 is applied"),
    ] {
        assert_eq!(one[field], value);
    }
    for field in ["remarks", "next", "evidence"] {
        assert!(one[field].is_array(), "{field}");
    }
    let yaml = program.status(&["-o", "yaml"]).stdout;
    assert!(yaml.starts_with("apiVersion: gitops.dev/v1\nkind: PipelineStatus\n"), "{yaml}");
    assert_eq!(program.status(&["-o", "name"]).stdout, "namespace/dev-hello\n");
}

#[test]
fn no_discovery_and_nothing_twice() {
    let (server, program) = healthy();
    assert_eq!(program.status(&[]).code, Some(0));
    let calls = server.calls();
    let is_discovery =
        |call: &&Call| matches!(call.path.matches('/').count(), 1 | 2) && call.path.starts_with("/api");
    assert_eq!(calls.iter().filter(is_discovery).count(), 0, "{calls:?}");
    let distinct: std::collections::BTreeSet<String> =
        calls.iter().map(|call| format!("{}?{}", call.path, call.query)).collect();
    assert_eq!(distinct.len(), calls.len(), "nothing is asked twice");
    assert!(calls.iter().all(|call| call.token == "t0ken"));
}

#[test]
fn another_version_is_read_where_only_that_is_served() {
    let (server, program) = serving(|call| match call.path.as_str() {
        "/apis/source.toolkit.fluxcd.io" => versions(&["v1beta2"]),
        "/apis/source.toolkit.fluxcd.io/v1beta2" => kinds(&["gitrepositories"]),
        path if path.starts_with("/apis/source.toolkit.fluxcd.io/v1/") => refused(404),
        path if path.starts_with("/apis/helm.toolkit.fluxcd.io") => refused(404),
        _ => listed(&pipeline(), call),
    });
    let ended = program.status(&[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.contains("Deployed"), "{}", ended.stdout);
    let asked = |path: &str| server.calls().iter().filter(|call| call.path == path).count();
    assert_eq!(asked("/apis/source.toolkit.fluxcd.io"), 1, "one discovery request for the group");
    assert_eq!(asked("/apis/helm.toolkit.fluxcd.io"), 1);
    assert!(!ended.stdout.contains("helm"), "a group that is absent is no gap: {}", ended.stdout);
}

/// What a group says of itself, the version that it prefers first.
fn versions(names: &[&str]) -> Reply {
    let all: Vec<Value> = names.iter().map(|name| serde_json::json!({ "version": name })).collect();
    Reply::Json(200, serde_json::json!({ "versions": all, "preferredVersion": all[0] }))
}

/// What a version of a group says of its kinds.
fn kinds(plurals: &[&str]) -> Reply {
    let all: Vec<Value> = plurals.iter().map(|plural| serde_json::json!({ "name": plural })).collect();
    Reply::Json(200, serde_json::json!({ "resources": all }))
}

#[test]
fn a_kind_is_found_where_the_preferred_version_lacks_it() {
    let (server, program) = serving(|call| match call.path.as_str() {
        "/apis/source.toolkit.fluxcd.io" => versions(&["v1", "v1beta2"]),
        "/apis/source.toolkit.fluxcd.io/v1" => kinds(&["ocirepositories"]),
        "/apis/source.toolkit.fluxcd.io/v1beta2" => kinds(&["buckets", "gitrepositories"]),
        path if path.starts_with("/apis/source.toolkit.fluxcd.io/v1/") => refused(404),
        _ => listed(&pipeline(), call),
    });
    let ended = program.status(&[]);
    assert!(ended.stdout.contains("Deployed"), "{}", ended.stdout);
    let paths: Vec<String> = server.calls().into_iter().map(|call| call.path).collect();
    let lists = paths.iter().filter(|path| path.ends_with("/v1beta2/namespaces/flux-system/gitrepositories"));
    assert_eq!(lists.count(), 1, "{paths:?}");
}

#[test]
fn a_kind_that_the_server_has_and_does_not_list_is_not_called_missing() {
    let (_server, program) = serving(|call| match call.path.as_str() {
        "/apis/source.toolkit.fluxcd.io" => versions(&["v1"]),
        "/apis/source.toolkit.fluxcd.io/v1" => kinds(&["gitrepositories"]),
        path if path.starts_with("/apis/source.toolkit.fluxcd.io/v1/") => refused(404),
        _ => listed(&pipeline(), call),
    });
    let ended = program.status(&[]);
    assert!(
        ended.stdout.contains("Unknown") && ended.stdout.contains("does not list any"),
        "{}",
        ended.stdout
    );
    assert!(!ended.stdout.contains("is not there"), "{}", ended.stdout);
}

#[test]
fn versions_that_cannot_be_read_leave_a_kind_unknown() {
    let (_server, program) = serving(|call| match call.path.as_str() {
        path if path.starts_with("/apis/source.toolkit.fluxcd.io/v1/") => refused(404),
        path if path.starts_with("/apis/source.toolkit.fluxcd.io") => refused(403),
        _ => listed(&pipeline(), call),
    });
    let ended = program.status(&[]);
    assert!(ended.stdout.contains("Unknown"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("is not there"), "{}", ended.stdout);
}

#[test]
fn large_lists_come_in_pages() {
    let (server, program) = serving(|call| {
        let pods = |name: &str, next: &str| {
            let pod =
                serde_json::json!({ "kind": "Pod", "metadata": { "name": name, "namespace": "dev-hello" } });
            Reply::Json(200, serde_json::json!({ "metadata": { "continue": next }, "items": [pod] }))
        };
        match (call.path.as_str(), call.query.contains("continue=more")) {
            ("/api/v1/namespaces/dev-hello/pods", false) => pods("a", "more"),
            ("/api/v1/namespaces/dev-hello/pods", true) => pods("b", ""),
            _ => listed(&pipeline(), call),
        }
    });
    assert_eq!(program.status(&[]).code, Some(0));
    let pages: Vec<String> = server
        .calls()
        .into_iter()
        .filter(|call| call.path.ends_with("/pods"))
        .map(|call| call.query)
        .collect();
    assert_eq!(pages, ["limit=500", "limit=500&continue=more"]);
}

#[test]
fn part_of_the_answer_is_an_answer_with_rows_for_the_rest() {
    let (_server, program) = serving(|call| match call.path.as_str() {
        path if path.ends_with("/pods") => refused(403),
        path if path.ends_with("/jobs") => refused(500),
        path if path.contains("/events") => Reply::Hang,
        _ => listed(&pipeline(), call),
    });
    let ended = program.status(&["--request-timeout", "500ms"]);
    assert_data_eq!(
        ended.stdout,
        str![[r#"
ENVIRONMENT   STANDING   VERSION   READY   AGE   REASON
dev           Deployed   -         2/2     5m    Applied

1 Deployed in context test

WORLD     NOT CHECKED
cluster   list pods in dev-hello: not allowed
cluster   list jobs.batch in dev-hello: the API server answers 500: InternalError
cluster   list events in dev-hello: it does not answer in time
cluster   list events in flux-system: it does not answer in time

"#]]
    );
    assert_eq!(ended.code, Some(0));
}

#[test]
fn a_person_with_one_namespace_sees_its_workloads() {
    let (_server, program) = serving(|call| match call.path.as_str() {
        path if path.contains("toolkit.fluxcd.io") || !path.contains("dev-hello") => refused(403),
        _ => listed(&pipeline(), call),
    });
    let ended = program.status(&["-n", "dev-hello"]);
    assert_data_eq!(
        ended.stdout,
        str![[r#"
ENVIRONMENT   STANDING   VERSION   READY   AGE   REASON
dev           Unknown    -         2/2     -     NotReadable

1 Unknown in context test

dev in dev-hello: Unknown, NotReadable
  which Flux objects deploy to namespace dev-hello is not known: list kustomizations.kustomize.toolkit.fluxcd.io in flux-system: not allowed
  next:
    # ask for this right, or use a context that has it
    kubectl auth can-i list kustomizations.kustomize.toolkit.fluxcd.io -n flux-system
...
"#]]
    );
    assert_eq!(ended.code, Some(0));
}

#[test]
fn a_connection_that_was_cut_is_tried_once_more() {
    let cut = std::sync::atomic::AtomicBool::new(false);
    let (_server, program) = serving(move |call| {
        let is_first =
            call.path.ends_with("/deployments") && !cut.swap(true, std::sync::atomic::Ordering::SeqCst);
        if is_first { Reply::Cut } else { listed(&pipeline(), call) }
    });
    let ended = program.status(&[]);
    assert!(ended.stdout.contains("2/2") && !ended.stdout.contains("cluster "), "{}", ended.stdout);
}

#[test]
fn nothing_of_the_cluster_steers_the_terminal() {
    let (_server, program) = serving(|call| {
        let mut objects = pipeline();
        objects[1]["status"]["conditions"] = serde_json::json!([{ "type": "Ready", "status": "False", "reason": "BuildFailed", "message": "\u{1b}[2J\u{1b}]0;owned\u{7}bad\r\nline" }]);
        listed(&objects, call)
    });
    for format in ["table", "wide", "yaml", "json"] {
        let ended = program.status(&["-o", format]);
        let steering = ended.stdout.chars().any(|c| c.is_control() && c != '\n');
        assert!(!steering && ended.stdout.contains("BuildFailed"), "{format}: {:?}", ended.stdout);
    }
}

#[test]
fn all_namespaces_without_a_right_to_flux_are_an_answer_in_part() {
    let (_server, program) = serving(|call| {
        let mut objects = pipeline();
        objects[2]["metadata"]["labels"] = serde_json::json!({ "kustomize.toolkit.fluxcd.io/name": "k", "kustomize.toolkit.fluxcd.io/namespace": "flux-system" });
        if call.path.contains("toolkit.fluxcd.io") { refused(403) } else { listed(&objects, call) }
    });
    let ended = program.status(&["-A"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    for part in [
        "dev-hello   dev           Unknown",
        "2/2",
        "NotReadable",
        "list kustomizations.kustomize.toolkit.fluxcd.io in all namespaces: not allowed",
    ] {
        assert!(ended.stdout.contains(part), "{part}: {}", ended.stdout);
    }
}

/// Where nothing tells which environments there are, nothing is not the answer.
#[test]
fn all_namespaces_without_any_sign_of_an_environment_are_no_answer() {
    for (code, exit, word) in [(403, 4, "not allowed"), (500, 1, "no answer")] {
        let (_server, program) =
            serving(
                move |call| {
                    if call.path.contains("toolkit.fluxcd.io") { refused(code) } else { listed(&[], call) }
                },
            );
        let ended = program.status(&["-A", "--request-timeout", "2s"]);
        assert_eq!(ended.code, Some(exit), "{}", ended.stdout);
        assert!(ended.stderr.starts_with("error: ") && ended.stderr.contains(word), "{}", ended.stderr);
    }
}

#[test]
fn a_servers_own_words_steer_nothing_and_show_no_password() {
    let (_server, program) = serving(|call| {
        match call.path.ends_with("/pods") || call.path.ends_with("/kustomizations") {
            true => Reply::Json(
                500,
                serde_json::json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 500, "reason": "x", "message": "\u{1b}[2Jowned https://u:hunter2@h/" }),
            ),
            false => listed(&pipeline(), call),
        }
    });
    for format in ["table", "wide", "yaml", "json"] {
        let ended = program.status(&["-o", format]);
        let steering = ended.stdout.chars().any(|c| c.is_control() && c != '\n');
        assert!(
            !steering && !ended.stdout.contains("hunter2") && ended.stdout.contains("owned"),
            "{format}: {}",
            ended.stdout
        );
    }
}

#[test]
fn discovery_waits_no_longer_than_any_question() {
    let (_server, program) = serving(|call| match call.path.as_str() {
        "/apis/helm.toolkit.fluxcd.io" => Reply::Hang,
        path if path.starts_with("/apis/helm.toolkit.fluxcd.io/v2/") => refused(404),
        _ => listed(&pipeline(), call),
    });
    let ended = program.status(&["--request-timeout", "300ms"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

/// Of several kustomizations each is named, the healthy one too.
#[test]
fn every_kustomization_of_an_environment_is_listed() {
    let mut objects = pipeline();
    let mut second = objects[1].clone();
    second["metadata"]["name"] = "hello-dev-extras".into();
    second["metadata"]["uid"] = "k2".into();
    second["spec"]["suspend"] = true.into();
    objects.push(second);
    let (_server, program) = serving(move |call| listed(&objects, call));
    let page = program.status(&[]).stdout;
    assert!(page.contains("    KUSTOMIZATION                     STANDING    REVISION   REASON\n"), "{page}");
    assert!(page.contains("    flux-system/hello-dev-extras      Suspended   d61d370 "), "{page}");
    assert!(
        page.contains("    flux-system/hello-dev-hello-dev   Deployed    d61d370    Applied\n"),
        "{page}"
    );
}
