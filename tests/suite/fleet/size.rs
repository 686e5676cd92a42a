//! How much a fleet of any size takes: so many queries, so much memory.

use serde_json::Value;

use super::scene::Scene;

/// What the program may take for its data.
const MEMORY: u64 = 64 << 20;

#[tokio::test]
async fn fifty_thousand_configurations_are_summed_up_in_three_queries_and_64_mb() {
    let scene = Scene::of(50_000).await;
    scene.lab.with_azure(|azure, _| azure.set_graph_quota(1000));
    let program = scene.with_github();
    let words = ["--fleet", "--project", "contoso/fleet", "--request-timeout", "5m", "-o", "json"];
    let run = move || program.status_within(MEMORY, &words);
    let ended = tokio::task::spawn_blocking(run).await.expect("it ends");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let status: Value = serde_json::from_str(&ended.stdout).expect("a document");
    assert_eq!(status["totals"]["configurations"], 50_000);
    assert_eq!(status["uncounted"], 0);
    assert_eq!(status["configurations"].as_array().map(Vec::len), Some(20));
    assert_eq!(scene.queries(), 3);
}

#[tokio::test]
async fn all_that_is_not_well_is_read_page_by_page() {
    let scene = Scene::of(50_000).await;
    scene.lab.with_azure(|azure, _| azure.set_graph_quota(1000));
    let program = scene.program();
    let words =
        ["--fleet", "--project", "contoso/fleet", "--request-timeout", "5m", "-o", "name", "--limit", "0"];
    let run = move || program.status_within(MEMORY, &words);
    let ended = tokio::task::spawn_blocking(run).await.expect("it ends");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let mut names: Vec<&str> = ended.stdout.lines().collect();
    let pages = names.len().div_ceil(1000);
    assert!(pages > 4, "{pages}");
    assert_eq!(scene.queries(), 2 + pages);
    names.sort_unstable();
    names.dedup();
    assert!(names.len() > (pages - 1) * 1000, "each of them once");
}
