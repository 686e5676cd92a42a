//! What the gate asks, how often, and what becomes of it where an answer fails to come.

use std::cell::RefCell;

use kubectl_gitops_lab::{Effect, Fault, FaultStatus, Host};
use serde_json::Value;

use super::scene::GateScene;

fn targets(scene: &GateScene) -> Vec<String> {
    let journal = scene.lab.journal();
    let entries = journal["requests"].as_array().into_iter().flatten();
    entries.filter_map(|entry| entry["target"].as_str().map(str::to_owned)).collect()
}

/// How the questions for the branch's head were answered.
fn statuses_of_heads(scene: &GateScene) -> Vec<u64> {
    let journal = scene.lab.journal();
    let entries = journal["requests"].as_array().into_iter().flatten();
    let heads = entries
        .filter(|entry| entry["target"].as_str().is_some_and(|target| target.contains("git/ref/heads/dev")));
    heads.filter_map(|entry| entry["status"].as_u64()).collect()
}

/// One question to Resource Manager a period about a configuration that is not decided, whether about itself or about its
/// cluster, and none about one that is; Resource Graph is asked seldom, and GitHub for the head alone, whose answer costs
/// nothing while it stays the same.
#[tokio::test]
async fn each_period_costs_one_question_for_each_undecided_configuration() {
    let scene = GateScene::set().await;
    scene.stop_controller("lab-2").await;
    scene.deploy("0.0.1-13");
    let periods: RefCell<Vec<Vec<String>>> = RefCell::default();
    let heads: RefCell<Vec<u64>> = RefCell::default();
    let ended = scene
        .gate_while(&["--timeout", "10m"], async |_| {
            periods.borrow_mut().push(targets(&scene));
            heads.borrow_mut().extend(statuses_of_heads(&scene));
            scene.lab.clear_journal();
        })
        .await;
    ended.assert_exit(8);
    let periods = periods.into_inner();
    let count =
        |period: &[String], words: &str| period.iter().filter(|target| target.contains(words)).count();
    // What is read once the first cluster is decided.
    let later: Vec<_> = periods.iter().filter(|period| !period.is_empty()).skip(12).collect();
    assert!(later.len() > 5, "{}", later.len());
    for period in &later {
        let asked = period.iter().filter(|target| target.contains("connectedClusters/")).count();
        assert!(asked <= 1 && count(period, "connectedClusters/edge-1") == 0, "{period:#?}");
        assert!(count(period, "ResourceGraph") <= 1, "{period:#?}");
    }
    let lists: usize = later.iter().map(|period| count(period, "ResourceGraph")).sum();
    assert!(lists <= later.len() / 6 + 1, "{lists} of {}", later.len());
    let heads = heads.into_inner();
    assert!(heads.len() > 6 && heads[1..].iter().all(|status| *status == 304), "{heads:?}");
}

/// Whatever fails once is asked again, at any request: the gate ends as if nothing had been.
#[tokio::test]
async fn d3_no_single_failure_fails_the_gate() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    scene.lab.clear_journal();
    scene.gate(&[]).await.assert_exit(0);
    let requests = u64::try_from(targets(&scene).len()).expect("few");
    assert!(requests > 10, "{requests}");
    let status = |code| Effect::Status(FaultStatus { code, ..FaultStatus::default() });
    let effects = [status(429), status(503), Effect::Cut(0), Effect::Half];
    // Effects alternate, so that over all requests each meets each of the services.
    for after in (0..requests).step_by(2) {
        let effect = effects[usize::try_from(after / 2).expect("few") % effects.len()].clone();
        let scene = GateScene::set().await;
        scene.deploy("0.0.1-13");
        scene.lab.inject(Fault { after, times: Some(1), ..Fault::on(Host::Any, "**", effect.clone()) });
        let ended = scene.gate(&["-o", "json", "--timeout", "30m"]).await;
        assert_eq!(ended.exit.code(), 0, "{effect:?} after {after}: {}{}", ended.out, ended.err);
        let document: Value = ended.document();
        assert_eq!(document["outcome"], "Passed", "{effect:?} after {after}");
    }
}
