//! How long a page waits: how many answers come one after the other, and how many requests there are. Times are a
//! benchmark's.

use std::collections::BTreeMap;
use std::time::Duration;

use kubectl_gitops_lab::{BuiltIn, Lab, Settings};
use serde_json::{Value, json};

use crate::support::{Ended, Program};

/// Whoever asks for the default scenario's pipeline has two environments, GitHub and Azure in the answer. Every answer takes
/// so long that whatever is asked side by side is asked before the first of them comes.
async fn lab() -> Lab {
    let latency = Duration::from_millis(900);
    let scenario = Some(BuiltIn::named("default").expect("the default").document());
    Lab::start(Settings { scenario, latency, ..Settings::default() }).await.expect("a lab")
}

async fn status(lab: &Lab, words: &'static [&'static str]) -> Ended {
    let owner = lab.azure_client();
    let program = Program::with_kubeconfig(&lab.kubeconfig());
    let roots = program.file("roots.pem", lab.authority());
    let program = program
        .with("GITOPS_CA_FILE", &roots)
        .with("GITHUB_SERVER_URL", lab.git_url())
        .with("GH_TOKEN", lab.git_token("push").expect("a token"))
        .with("GITOPS_ARM_ENDPOINT", lab.azure_url())
        .with("AZURE_AUTHORITY_HOST", lab.azure_url())
        .with("AZURE_TENANT_ID", &owner.tenant)
        .with("AZURE_CLIENT_ID", &owner.client)
        .with("AZURE_CLIENT_SECRET", owner.secret.expose());
    lab.clear_journal();
    tokio::task::spawn_blocking(move || program.status(words)).await.expect("it ends")
}

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

#[tokio::test]
async fn a_pipeline_with_conventional_names_is_at_most_four_answers_deep() {
    let lab = lab().await;
    let ended = status(&lab, &["-n", "dev-hello", "-o", "json"]).await;
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
    assert!(deepest.is_some_and(|deepest| deepest <= 4), "{deepest:?}: {all:?}");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    all.iter().for_each(|(host, _)| *counts.entry(host.as_str()).or_default() += 1);
    for (host, most) in [("kubernetes", 32), ("github", 40), ("azure", 8)] {
        let asked = counts.get(host).copied().unwrap_or_default();
        assert!((1..=most).contains(&asked), "{host}: {asked} requests: {journal:#}");
    }
}
