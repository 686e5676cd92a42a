//! One line of life: a pull request is merged on GitHub, Flux fetches, applies and checks it, pods are ready, Azure is told
//! that the cluster is compliant, and Resource Graph finds it later.

use super::scene::{STAGES, Scene, applied};

#[tokio::test]
async fn a_merged_pull_request_comes_to_resource_graph_in_this_order() {
    let scene = Scene::set().await;
    let before = scene.properties("hello-dev").await;
    assert_eq!(before["complianceState"], "Compliant", "{before}");
    let commit = scene.merge(&[("hello:0.0.1-12", "hello:0.0.1-13")]).await;
    assert_eq!(scene.passed(&commit).await, ["merged"]);
    let mut lengths = vec![1];
    for _ in 0..150 {
        scene.step(1);
        let passed = scene.passed(&commit).await;
        assert_eq!(passed, STAGES[..passed.len()], "nothing is passed before what comes before it");
        if lengths.last() != Some(&passed.len()) {
            lengths.push(passed.len());
        }
        if passed.len() == STAGES.len() {
            break;
        }
    }
    assert!(lengths.is_sorted() && lengths.last() == Some(&STAGES.len()), "{lengths:?}");
    // These are moments of their own; Flux is quick with the others.
    for joint in ["healthy", "told to Azure", "found in Resource Graph"] {
        let length = STAGES.iter().position(|one| *one == joint).unwrap() + 1;
        assert!(lengths.contains(&length), "{joint}: {lengths:?}");
    }
    let told = scene.properties("hello-dev").await;
    assert_eq!(applied(&told), format!("Applied revision: dev@sha1:{commit}"));
    assert_eq!(told["sourceSyncedCommitId"], format!("dev@sha1:{commit}"));
    assert_eq!(scene.found_by_reference(&commit, "Compliant").await, 1);
    assert_eq!(scene.found_by_reference(&commit, "Non-Compliant").await, 0);
}
