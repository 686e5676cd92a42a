//! What `status` makes of a cluster that refuses, breaks off or is silent: the lab's, with faults.

use std::time::Duration;

use kubectl_gitops_lab::{BuiltIn, Clock, Fault, Lab, Settings};
use serde_json::{Value, json};

use crate::support::{Ended, Program};

const KUSTOMIZATIONS: &str = "/apis/kustomize.toolkit.fluxcd.io/v1/**";

async fn lab() -> Lab {
    let clock = Clock::Stepped("2026-01-02T03:04:05Z".parse().expect("a time"));
    let scenario = BuiltIn::named("default").expect("the default").document();
    let settings = Settings { scenario: Some(scenario), clock, ..Settings::default() };
    Lab::start(settings).await.expect("a lab")
}

fn program(lab: &Lab) -> Program {
    Program::with_kubeconfig(&lab.kubeconfig()).with("GITOPS_NOW", &lab.now().to_string())
}

/// What `status` says while this goes wrong. Only a silence is ended by the limit of a request: a limit that is short would
/// end slow answers of a busy machine, too, repetitions included.
async fn status(lab: &Lab, effect: &Value) -> Ended {
    let program = program(lab);
    let limit = if *effect == json!("silence") { "1s" } else { "20s" };
    let words = ["-n", "dev-hello", "-o", "json", "--request-timeout", limit];
    tokio::task::spawn_blocking(move || program.status(&words)).await.expect("it ends")
}

fn fault(path: &str, times: Option<u64>, effect: &Value) -> Fault {
    let mut fault = json!({"method": "GET", "path": path, "effect": effect});
    if let Some(times) = times {
        fault["times"] = json!(times);
    }
    serde_json::from_value(fault).expect("a fault")
}

#[tokio::test]
async fn whatever_goes_wrong_everywhere_has_its_exit_code_and_its_words() {
    let lab = lab().await;
    for (effect, code, word) in [
        (json!({"status": {"code": 401}}), 4, "not authenticated"),
        (json!({"status": {"code": 403}}), 4, "not allowed"),
        (json!({"status": {"code": 404}}), 5, "dev-hello"),
        (json!({"status": {"code": 409}}), 1, "409"),
        (json!({"status": {"code": 422}}), 1, "422"),
        (json!({"status": {"code": 429}}), 1, "is overloaded (429 Too Many Requests)"),
        (json!({"status": {"code": 429, "retryAfter": 1}}), 1, "is overloaded (429 Too Many Requests)"),
        (json!({"status": {"code": 500}}), 1, "500"),
        (json!({"status": {"code": 503}}), 1, "503"),
        (json!({"status": {"code": 502, "body": "a proxy's page"}}), 1, "502"),
        (json!("expired"), 1, "410"),
        (json!("silence"), 1, "does not answer in time"),
        (json!({"cut": 0}), 1, "cut"),
        (json!("half"), 1, "no answer"),
    ] {
        lab.clear_faults();
        lab.inject(fault("/**", None, &effect));
        let ended = status(&lab, &effect).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(code), ""), "{effect}: {}", ended.stderr);
        assert!(ended.stderr.contains(word), "{effect}: {}", ended.stderr);
        assert!(!ended.stderr.contains(lab.token()), "{effect}");
    }
}

#[tokio::test]
async fn what_goes_wrong_once_is_asked_again() {
    let lab = lab().await;
    for effect in [
        json!({"status": {"code": 429, "retryAfter": 0}}),
        json!({"status": {"code": 503}}),
        json!({"status": {"code": 504}}),
        json!({"cut": 0}),
        json!("half"),
    ] {
        lab.clear_faults();
        lab.inject(fault(KUSTOMIZATIONS, Some(1), &effect));
        let ended = status(&lab, &effect).await;
        let document: Value = serde_json::from_str(&ended.stdout).unwrap_or_default();
        assert_eq!(document["environments"][0]["standing"], "Deployed", "{effect}: {}", ended.stderr);
        assert_eq!(document["worlds"][0]["answer"], "complete", "{effect}: {document}");
    }
}

#[tokio::test]
async fn one_kind_that_is_refused_is_a_row_beside_the_rest() {
    let lab = lab().await;
    for (effect, why) in [
        (json!({"status": {"code": 403}}), "not allowed"),
        (json!({"status": {"code": 429, "retryAfter": 1}}), "overloaded (429 Too Many Requests)"),
        (json!({"status": {"code": 500}}), "500"),
        (json!("silence"), "in time"),
    ] {
        lab.clear_faults();
        lab.inject(fault("/apis/apps/v1/**/deployments", None, &effect));
        let ended = status(&lab, &effect).await;
        let document: Value = serde_json::from_str(&ended.stdout).unwrap_or_default();
        assert_eq!((ended.code, &document["worlds"][0]["answer"]), (Some(0), &json!("partial")), "{effect}");
        let missing = &document["worlds"][0]["missing"][0];
        assert_eq!(missing["resource"], "deployments.apps", "{effect}: {document}");
        let reason = missing["why"].as_str().unwrap_or_default();
        assert!(reason.contains(why), "{effect}: {reason}");
    }
}

#[tokio::test]
async fn ten_thousand_pods_are_listed_in_pages_within_200_megabytes() {
    let lab = lab().await;
    crate::lab::crowd(&lab, "dev-hello", 10_000).await;
    lab.step(Duration::from_secs(60));
    lab.clear_journal();
    let program = program(&lab);
    let words = ["dev-hello", "-o", "name"];
    let ended = tokio::task::spawn_blocking(move || program.status_within(200_000_000, &words));
    let ended = ended.await.expect("it ends");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), "namespace/dev-hello\n"), "{}", ended.stderr);
    let requests = lab.journal();
    let requests = requests["requests"].as_array().expect("requests").iter();
    let pages = requests.filter(|one| one["target"].as_str().is_some_and(|target| target.contains("/pods?")));
    assert!(pages.count() >= 20);
}
