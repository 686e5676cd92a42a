//! How long a page waits: how many answers come one after the other, and how many requests there are. Times are a
//! benchmark's.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::renamed::{Asked, MISLEADING, RENAMED, lab, status};

/// Every answer takes so long that whatever is asked side by side is asked before the first of them comes.
const LATENCY: Duration = Duration::from_millis(900);
const ALL: &[Asked] = &[Asked::Cluster, Asked::Github, Asked::Azure];

/// How many answers of these hosts come one after the other until each request is answered, with its host, in order.
pub(super) fn depths(journal: &Value, hosts: &[&str]) -> Vec<(String, usize)> {
    let requests = journal["requests"].as_array().expect("requests").iter();
    let requests =
        requests.filter(|request| request["host"].as_str().is_some_and(|host| hosts.contains(&host)));
    let mut depths: Vec<(u64, String, usize)> = Vec::new();
    for request in requests {
        let beside: Vec<u64> =
            request["beside"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
        let before = depths.iter().filter(|(order, ..)| !beside.contains(order));
        let depth = before.map(|(.., depth)| *depth).max().unwrap_or_default() + 1;
        let host = request["host"].as_str().unwrap_or_default().to_owned();
        depths.push((request["order"].as_u64().expect("a number"), host, depth));
    }
    depths.into_iter().map(|(_, host, depth)| (host, depth)).collect()
}

#[test]
fn what_comes_after_an_answer_is_deeper_and_what_runs_beside_it_is_not() {
    let request =
        |order, host: &str, beside: &[u64]| json!({ "order": order, "host": host, "beside": beside });
    let journal = json!({ "requests": [
        request(7, "kubernetes", &[]), request(8, "kubernetes", &[7]), request(9, "azure", &[8]), request(10, "github", &[9]),
    ] });
    let of = |hosts: &[&str]| -> Vec<usize> {
        depths(&journal, hosts).into_iter().map(|(_, depth)| depth).collect()
    };
    assert_eq!(of(&["kubernetes", "azure", "github"]), [1, 1, 2, 2]);
    assert_eq!(of(&["azure"]), [1]);
}

/// Asks for the pipeline of a lab in which each of these texts of the default scenario stands for another: it has two
/// environments, and GitHub and Azure tell of both. Checks how many answers come one after the other, and how many
/// requests there are.
async fn assert_depth(replacements: &[(&str, &str)], most_in_a_row: usize) {
    let lab = lab(replacements, LATENCY).await;
    lab.clear_journal();
    let ended = status(&lab, ALL, &["-n", "dev-hello", "-o", "json"]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let document: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let environments = document["environments"].as_array().expect("environments");
    let shown: Vec<(&Value, &Value)> =
        environments.iter().map(|one| (&one["environment"], &one["standing"])).collect();
    let deployed = json!("Deployed");
    assert_eq!(shown, [(&json!("dev"), &deployed), (&json!("qa"), &deployed)]);
    let answers: Vec<&Value> =
        document["worlds"].as_array().expect("worlds").iter().map(|world| &world["answer"]).collect();
    assert_eq!(answers, ["complete", "complete", "complete"], "{}", document["worlds"]);

    let journal = lab.journal();
    let all = depths(&journal, &["kubernetes", "github", "azure"]);
    let deepest = all.iter().map(|(_, depth)| *depth).max();
    assert!(deepest.is_some_and(|deepest| deepest <= most_in_a_row), "{deepest:?}: {all:?}");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    all.iter().for_each(|(host, _)| *counts.entry(host.as_str()).or_default() += 1);
    for (host, most) in [("kubernetes", 32), ("github", 40), ("azure", 8)] {
        let asked = counts.get(host).copied().unwrap_or_default();
        assert!((1..=most).contains(&asked), "{host}: {asked} requests: {journal:#}");
    }
}

#[tokio::test]
async fn a_pipeline_with_conventional_names_is_at_most_four_answers_deep() {
    assert_depth(&[], 4).await;
}

#[tokio::test]
async fn a_pipeline_whose_variables_lead_elsewhere_is_at_most_six_answers_deep() {
    assert_depth(&RENAMED, 6).await;
    assert_depth(&MISLEADING, 6).await;
}
