//! Who may see little, or cannot sign in.

use super::scene::Scene;
use crate::support::Program;

#[tokio::test]
async fn without_a_credential_it_says_what_to_do() {
    let scene = Scene::of(4).await;
    let lab = &scene.lab;
    let program = Program::with_kubeconfig(&lab.kubeconfig());
    let roots = program.file("roots.pem", lab.authority());
    let program = program
        .with("GITOPS_CA_FILE", &roots)
        .with("GITOPS_ARM_ENDPOINT", lab.azure_url())
        .with("AZURE_AUTHORITY_HOST", lab.azure_url());
    let ended = scene.asked(program, &[]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(4), ""));
    assert!(
        ended.stderr.contains("no credential for Azure: none of its variables is set"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stderr.contains("hint: install the Azure CLI") && ended.stderr.contains("az login"),
        "{}",
        ended.stderr
    );
}

#[tokio::test]
async fn without_github_the_numbers_are_azures_and_a_row_says_so() {
    let scene = Scene::of(40).await;
    let status = scene.document(scene.program(), &["-o", "json"]).await;
    assert_eq!(status["totals"]["configurations"], 42);
    assert_eq!(status["worlds"][1]["answer"], "none");
    assert_eq!(status["worlds"][2]["answer"], "complete");
    let counts = status["counts"].as_array().expect("counts");
    assert!(
        counts.iter().all(|count| count["version"].is_null() && count["fetched"].is_string()),
        "{status:#}"
    );
    // What is only fetched is no column, and tells no rows apart.
    let ended = scene.asked(scene.program(), &[]).await;
    let rows: Vec<String> =
        ended.stdout.lines().take_while(|line| !line.is_empty()).map(without_count).collect();
    let distinct: std::collections::BTreeSet<&String> = rows.iter().collect();
    assert!(rows.len() > 1 && distinct.len() == rows.len(), "{}", ended.stdout);
}

/// A row of the counts without how many there are.
fn without_count(line: &str) -> String {
    let words = line.split_whitespace().filter(|word| word.parse::<u64>().is_err());
    words.collect::<Vec<_>>().join(" ")
}
