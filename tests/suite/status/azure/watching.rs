//! What `--watch` shows of Azure: with the first picture what it answers at once, afterwards what it answers every thirty
//! seconds, and never at the cost of what the cluster says.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::requests::{AzureScene, START};
use super::scene::{cluster, configuration, is_sign_in, well};
use crate::support::{Call, Reply};

fn documents(scene: &AzureScene) -> Vec<Value> {
    let out = scene.session.out();
    out.lines().map(|line| serde_json::from_str(line).expect("a document a line")).collect()
}

fn state(document: &Value) -> &Value {
    &document["environments"][0]["compliance"]["state"]
}

fn passed(scene: &AzureScene) -> i64 {
    let start: Timestamp = START.parse().expect("a time");
    scene.session.clock.now().duration_since(start).as_secs()
}

fn requests(scene: &AzureScene) -> usize {
    scene.questions().values().sum()
}

/// How often Azure was asked for the configuration.
fn polls(scene: &AzureScene) -> usize {
    scene.questions().get("fluxConfigurations/hello-dev").copied().unwrap_or_default()
}

/// Waits for the first document, which no time has to pass for.
async fn first_document(scene: &AzureScene) {
    while documents(scene).is_empty() {
        scene.hear().await;
    }
}

/// Lets time pass, second by second, until a document is written that is so.
async fn until(scene: &AzureScene, is_so: impl Fn(&Value) -> bool) {
    let begun = Instant::now();
    while !documents(scene).iter().any(&is_so) {
        assert!(begun.elapsed() < Duration::from_secs(60), "not within a minute: {}", scene.session.out());
        scene.pass(Duration::from_secs(1)).await;
    }
}

#[tokio::test]
async fn the_first_picture_has_what_azure_answers_at_once_and_a_later_one_what_has_changed() {
    let is_broken = Arc::new(AtomicBool::new(false));
    let broken = is_broken.clone();
    let azure = move |call: &Call| match call.path.contains("/fluxConfigurations/") {
        true if broken.load(Ordering::SeqCst) => {
            Reply::Json(200, configuration(&call.path, &json!({ "complianceState": "Non-Compliant" })))
        }
        _ => well(call),
    };
    let scene = AzureScene::new(|call| cluster("edge-1", call), azure);
    scene
        .watch(async {
            first_document(&scene).await;
            is_broken.store(true, Ordering::SeqCst);
            until(&scene, |document| state(document) == "Non-Compliant").await;
        })
        .await;
    let documents = documents(&scene);
    assert_eq!(
        (state(&documents[0]), &documents[0]["worlds"][2]["answer"]),
        (&json!("Compliant"), &json!("complete"))
    );
    assert_eq!(documents.len(), 2, "ages alone are no news: {documents:#?}");
    assert_eq!(scene.questions().get("v2.0/token"), Some(&1), "{:?}", scene.questions());
}

/// An Azure that says nothing is a row, and does not delay the first picture until it is given up.
#[tokio::test]
async fn a_silent_azure_is_a_row_that_comes_soon() {
    let silent = |call: &Call| if is_sign_in(call) { well(call) } else { Reply::Hang };
    let scene = AzureScene::new(|call| cluster("edge-1", call), silent);
    let begun = Instant::now();
    scene
        .watch(async {
            first_document(&scene).await;
            assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
            let is_given_up = |document: &Value| document["worlds"][2].to_string().contains("in time");
            until(&scene, is_given_up).await;
        })
        .await;
    let documents = documents(&scene);
    let azure = &documents[0]["worlds"][2];
    assert_eq!(documents[0]["environments"][0]["standing"], "Deployed");
    assert_eq!((&azure["answer"], &azure["why"]), (&json!("none"), &json!("it has not answered yet")));
}

#[tokio::test]
async fn an_hour_of_watching_asks_every_thirty_seconds_and_signs_in_seldom() {
    let scene = AzureScene::new(|call| cluster("edge-1", call), well);
    scene
        .watch(async {
            while passed(&scene) < 3600 {
                let before = polls(&scene);
                scene.pass(Duration::from_secs(30)).await;
                // Answers that were not here yet put the next poll off to the next second of the watch.
                for wait in 1.. {
                    if polls(&scene) > before {
                        break;
                    }
                    scene.hear().await;
                    if wait % 200 == 0 {
                        scene.pass(Duration::from_secs(1)).await;
                    }
                }
            }
        })
        .await;
    let questions = scene.questions();
    assert!((100..=121).contains(&polls(&scene)), "{questions:?}");
    assert!(questions.get("v2.0/token").is_some_and(|times| (1..=2).contains(times)), "{questions:?}");
}

#[tokio::test]
async fn an_azure_that_takes_no_more_requests_is_left_alone_until_it_does() {
    let is_limited = Arc::new(AtomicBool::new(true));
    let limited = is_limited.clone();
    let azure = move |call: &Call| match is_sign_in(call) || !limited.load(Ordering::SeqCst) {
        true => well(call),
        false => Reply::Whole(429, vec![("retry-after", "300".to_owned())], String::new()),
    };
    let scene = AzureScene::new(|call| cluster("edge-1", call), azure);
    scene
        .watch(async {
            let is_told =
                |document: &Value| document["worlds"][2].to_string().contains("takes no more requests");
            until(&scene, is_told).await;
            let before = requests(&scene);
            while passed(&scene) < 270 {
                scene.pass(Duration::from_secs(10)).await;
            }
            assert_eq!(requests(&scene), before, "{:?}", scene.questions());
            is_limited.store(false, Ordering::SeqCst);
            until(&scene, |document| state(document) == "Compliant").await;
        })
        .await;
}

#[tokio::test]
async fn when_azure_falls_silent_its_last_word_stays_with_since_when_and_why() {
    let is_silent = Arc::new(AtomicBool::new(false));
    let silent = is_silent.clone();
    let azure = move |call: &Call| match silent.load(Ordering::SeqCst) && !is_sign_in(call) {
        true => Reply::Whole(503, Vec::new(), String::new()),
        false => well(call),
    };
    let scene = AzureScene::new(|call| cluster("edge-1", call), azure);
    scene
        .watch(async {
            until(&scene, |document| state(document) == "Compliant").await;
            is_silent.store(true, Ordering::SeqCst);
            until(&scene, |document| document["worlds"][2]["answer"] == "partial").await;
        })
        .await;
    let last = documents(&scene).pop().expect("a document");
    assert_eq!(state(&last), "Compliant", "what was heard last stays");
    let compliance = &last["environments"][0]["compliance"];
    assert_eq!(compliance["reason"], "NoAnswer");
    let why = compliance["why"].as_str().unwrap_or_default();
    assert!(why.contains("failed with 503") && why.contains("no answer since 03:0"), "{why}");
    assert_eq!(last["worlds"][2]["missing"][0]["why"], compliance["why"], "{last:#}");
}
