//! A gate over many clusters that Azure alone tells of: how many are confirmed, how many at once, and who tells of the rest.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use kubectl_gitops_lab::{Effect, Fault, Host};
use serde_json::Value;

use super::scene::GateScene;

/// Twenty clusters that report the commit before for ever.
const TWENTY: &str = "
  each:
    - of: {cluster: [e01, e02, e03, e04, e05, e06, e07, e08, e09, e10, e11, e12, e13, e14, e15, e16, e17, e18, e19, e20]}
      azureClusters:
        - name: ${lab.each.cluster}
          configurations:
            - {name: hello-dev, repository: contoso/hello-gitops, branch: dev, path: ./hello, wait: true, reports: [{state: Compliant}]}
";
const CONFIGURATIONS: &str = "/fluxConfigurations/";

/// What Resource Graph knows of.
async fn twenty_clusters() -> GateScene {
    let scene = GateScene::set_with(TWENTY).await;
    scene.lab.step(Duration::from_secs(600));
    scene
}

/// The requests of a journal about single configurations.
fn confirmations(journal: &Value) -> Vec<String> {
    let entries = journal["requests"].as_array().into_iter().flatten();
    let paths = entries.filter_map(|entry| entry["target"].as_str()?.split('?').next().map(str::to_owned));
    paths.filter(|path| path.contains(CONFIGURATIONS)).collect()
}

#[tokio::test]
async fn so_many_configurations_are_confirmed_at_a_look_and_each_in_its_turn() {
    let scene = twenty_clusters().await;
    scene.deploy("0.0.1-13");
    let looks: RefCell<Vec<Vec<String>>> = RefCell::default();
    let ended = scene
        .gate_while(&["--confirm", "5", "--timeout", "6m"], async |_| {
            looks.borrow_mut().push(confirmations(&scene.lab.journal()));
            scene.lab.clear_journal();
        })
        .await;
    ended.assert_exit(8);
    let looks = looks.into_inner();
    assert!(looks.iter().all(|asked| asked.len() <= 5), "{looks:#?}");
    // Each again and again, though every fourth look is for what Azure hears of clusters.
    let mut turns: BTreeMap<&String, usize> = BTreeMap::new();
    looks.iter().flatten().for_each(|target| *turns.entry(target).or_default() += 1);
    let waiting = turns.iter().filter(|(target, _)| target.contains("/e"));
    let often: Vec<usize> =
        waiting.filter(|(target, _)| !target.contains("edge-1")).map(|(_, turns)| *turns).collect();
    assert!(often.len() == 20 && often.iter().all(|turns| *turns >= 3), "{turns:#?}");
    let reason = "e01/hello-dev, e02/hello-dev, e03/hello-dev and 17 more: ";
    assert!(ended.out.contains(reason), "what is the same is told once: {}", ended.out);
    let ended = scene.gate(&["--confirm", "6", "--timeout", "5s"]).await;
    let told =
        ended.assert_exit(8).out.lines().find(|line| line.contains("by the word of Resource Graph alone"));
    assert!(told.is_some(), "who tells of the others is said: {}", ended.out);
}

/// None of them is answered, so that the first look shows how many are sent before any is.
#[tokio::test]
async fn sixteen_questions_are_under_way_at_once_and_no_more() {
    let scene = twenty_clusters().await;
    scene.deploy("0.0.1-13");
    scene.lab.inject(Fault::on(Host::Azure, "/**/fluxConfigurations/*", Effect::Silence));
    scene.lab.clear_journal();
    let first: RefCell<Option<usize>> = RefCell::default();
    let ended = scene
        .gate_while(&["--timeout", "3s", "-o", "json"], async |_| {
            first.borrow_mut().get_or_insert_with(|| confirmations(&scene.lab.journal()).len());
        })
        .await;
    let document = ended.assert_exit(8).document();
    assert_eq!(document["configurations"].as_array().map(Vec::len), Some(22), "{document:#}");
    assert_eq!(first.into_inner(), Some(16));
}

/// Azure lists clusters of every subscription, in as few queries as it takes.
#[tokio::test]
async fn d8_every_subscription_is_in_the_scope_of_the_query() {
    let scene = GateScene::set().await;
    scene.lab.with_azure(|azure, _| {
        for number in 0..1001 {
            azure.add_subscription(&format!("22222222-2222-4222-8222-{number:012}"), &format!("s{number}"));
        }
    });
    scene.deploy("0.0.1-13");
    scene.lab.clear_journal();
    let document = scene.gate(&["-o", "json"]).await.assert_exit(0).document();
    assert_eq!(document["scope"]["subscriptions"], 1002, "{}", document["scope"]);
    let journal = scene.lab.journal();
    let entries = journal["requests"].as_array().into_iter().flatten();
    let lists =
        entries.filter(|entry| entry["target"].as_str().is_some_and(|t| t.contains("ResourceGraph"))).count();
    assert!(lists >= 4 && lists.is_multiple_of(2), "two queries a list, and two lists: {lists}");
}
