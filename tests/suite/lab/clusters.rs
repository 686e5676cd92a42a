//! Several clusters in one lab: each has its own API and credentials, all follow the same repositories.

use gitops_core::model::Exit;
use jiff::SignedDuration;
use kubectl_gitops_lab::{BuiltIn, Change, Clock, Fault, Lab, Settings};
use serde_json::{Value, json};

use super::client::Client;
use crate::support::InProcess;

const NOW: &str = "2026-01-02T03:04:05Z";
const KUSTOMIZATION: &str =
    "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/hello-dev-hello-dev";
const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const ARC: &str = "/api/v1/namespaces/azure-arc/configmaps/azure-clusterconfig";
const MERGE: (&str, &str) = ("Content-Type", "application/merge-patch+json");

async fn lab(scenario: &str) -> Lab {
    let settings = Settings {
        clusters: ["lab", "lab-2"].map(str::to_owned).to_vec(),
        scenario: Some(BuiltIn::named(scenario).unwrap().document()),
        clock: Clock::Stepped(NOW.parse().unwrap()),
        ..Settings::default()
    };
    Lab::start(settings).await.unwrap()
}

/// A client of each cluster, as its administrator: with what the kubeconfig says of its context.
fn clients(lab: &Lab) -> Vec<Client> {
    let kubeconfig: Value = serde_json::from_str(&lab.kubeconfig()).unwrap();
    let named = |list: &str, name: &str| {
        let entries = kubeconfig[list].as_array().unwrap().iter();
        entries.into_iter().find(|entry| entry["name"] == name).unwrap().clone()
    };
    let client = |name: &str| {
        let server = named("clusters", name)["cluster"]["server"].clone();
        let token = named("users", name)["user"]["token"].clone();
        Client::new(lab.authority(), server.as_str().unwrap(), token.as_str().unwrap())
    };
    lab.clusters().map(client).collect()
}

async fn suspend(client: &Client) {
    let body = br#"{"spec": {"suspend": true}}"#;
    let answer = client.send_with("PATCH", KUSTOMIZATION, &[MERGE], body).await.whole().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// Standing, applied revision and cluster of the environment in `dev-hello`, as `status` says with these words.
async fn dev(lab: &Lab, words: &[&str]) -> Vec<(Value, Value, Value)> {
    let session = InProcess::new(&lab.kubeconfig(), lab.now());
    let words = [&["-n", "dev-hello", "--environment", "dev", "-o", "json"], words].concat();
    let exit = session.run(&words, kubectl_gitops_status::run).await;
    assert_eq!(exit, Exit::Done, "{}", session.err());
    let document: Value = serde_json::from_str(&session.out()).unwrap();
    let environments = document["environments"].as_array().unwrap().iter();
    environments
        .map(|one| (one["standing"].clone(), one["revision"].clone(), one["cluster"].clone()))
        .collect()
}

#[tokio::test]
async fn one_environment_on_two_clusters_has_the_state_of_each() {
    let lab = lab("default").await;
    let [first, second] = &clients(&lab)[..] else { panic!("two clusters") };
    suspend(second).await;
    let change = Change {
        message: "Deploy 0.0.1-13",
        files: &[("edge/hello/extra.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\n")],
        removed: &[],
        at: lab.now(),
    };
    let commit = lab.git().commit("contoso/hello-gitops", "dev", &change).unwrap();
    // Azure's agents let what somebody changed stand for five minutes.
    lab.step(SignedDuration::from_mins(4).unsigned_abs());
    let revision = |status: &[(Value, Value, Value)]| status[0].1.as_str().unwrap().to_owned();
    let (one, other) = (dev(&lab, &["--context", "lab"]).await, dev(&lab, &["--context", "lab-2"]).await);
    assert_eq!((&one[0].0, &other[0].0), (&json!("Deployed"), &json!("Suspended")));
    assert!(revision(&one).ends_with(&commit) && !revision(&other).ends_with(&commit), "{one:?} {other:?}");
    let both = dev(&lab, &["--context", "lab", "--context", "lab-2"]).await;
    let clusters: Vec<_> =
        both.iter().map(|(standing, _, cluster)| (cluster.as_str(), standing.as_str())).collect();
    assert_eq!(clusters, [(Some("lab"), Some("Deployed")), (Some("lab-2"), Some("Suspended"))]);
    assert_ne!(first.document(KUSTOMIZATION).await["spec"]["suspend"], true, "the other one is not touched");
}

#[tokio::test]
async fn clusters_share_no_names_numbers_or_keys() {
    let lab = lab("default").await;
    let clients = clients(&lab);
    let mut seen = Vec::new();
    for client in &clients {
        let pods = client.document("/api/v1/namespaces/dev-hello/pods").await;
        let services = client.document("/api/v1/namespaces/dev-hello/services").await;
        let (pod, service) = (&pods["items"][0], &services["items"][0]);
        seen.push([
            pod["metadata"]["name"].clone(),
            pod["metadata"]["uid"].clone(),
            pod["status"]["podIP"].clone(),
            pod["spec"]["nodeName"].clone(),
            service["spec"]["clusterIP"].clone(),
            pods["metadata"]["resourceVersion"].clone(),
            client.document(ARC).await["data"]["AZURE_RESOURCE_NAME"].clone(),
        ]);
    }
    for (one, other) in seen[0].iter().zip(&seen[1]) {
        assert!(one.is_string() && one != other, "{seen:?}");
    }
    // The token of one is nobody's at the other.
    let mut stranger = Client::new(lab.authority(), lab.urls().nth(1).unwrap(), lab.token());
    assert_eq!(stranger.get(MAPS).await.status, 401);
    stranger.token = None;
    assert_eq!(stranger.get("/version").await.status, 200, "it is there");
    let again = self::lab("default").await;
    let pods = self::clients(&again)[1].document("/api/v1/namespaces/dev-hello/pods").await;
    assert_eq!(pods["items"][0]["metadata"]["uid"], seen[1][1], "a name gives the same cluster in every lab");
}

#[tokio::test]
async fn a_watch_is_told_of_its_own_cluster_alone() {
    let lab = lab("empty").await;
    let clients = clients(&lab);
    let mut streams = Vec::new();
    for client in &clients {
        let version = client.document(MAPS).await["metadata"]["resourceVersion"].as_str().unwrap().to_owned();
        streams.push(client.watch(&format!("{MAPS}?watch=true&resourceVersion={version}")).await);
    }
    // Many on the first, so that its versions run past those of the second.
    for (client, name) in [(0, "a"), (0, "b"), (1, "c"), (0, "d")] {
        let body = json!({"metadata": {"name": name}}).to_string();
        let json = [("Content-Type", "application/json")];
        let answer = clients[client].send_with("POST", MAPS, &json, body.as_bytes()).await;
        assert_eq!(answer.status, 201);
    }
    let mut names = Vec::new();
    for (stream, count) in streams.iter_mut().zip([3, 1]) {
        let events = stream.take(count).await;
        names
            .push(events.iter().map(|event| event["object"]["metadata"]["name"].clone()).collect::<Vec<_>>());
    }
    assert_eq!(names, [vec![json!("a"), json!("b"), json!("d")], vec![json!("c")]]);
}

#[tokio::test]
async fn the_journal_says_of_every_request_whose_it_is_and_what_ran_beside_it() {
    let lab = lab("default").await;
    let clients = clients(&lab);
    let git = Client::new(lab.authority(), lab.git_url(), lab.git_token("admin").unwrap());
    lab.clear_journal();
    clients[0].get(MAPS).await;
    clients[1].get(MAPS).await;
    git.send_with("GET", "/api/v3/rate_limit", &[("User-Agent", "test")], b"").await.whole().await;
    let viewer = Client::new(lab.authority(), lab.url(), lab.viewer_token());
    viewer.get(MAPS).await;
    let field = |name: &str| -> Vec<Value> {
        lab.journal()["requests"].as_array().unwrap().iter().map(|request| request[name].clone()).collect()
    };
    assert_eq!(field("host"), ["kubernetes", "kubernetes", "github", "kubernetes"].map(Value::from));
    assert_eq!(field("site"), [json!("lab"), json!("lab-2"), Value::Null, json!("lab")]);
    assert_eq!(field("actor"), ["admin", "admin", "lab", "viewer"].map(Value::from));
    assert_eq!(field("status"), [200, 200, 200, 403].map(Value::from));
    let order: Vec<u64> = field("order").iter().filter_map(Value::as_u64).collect();
    assert!(order.len() == 4 && order.is_sorted_by(|a, b| a + 1 == *b), "{order:?}");
    assert!(field("beside").iter().all(|beside| beside == &json!([])));

    lab.clear_journal();
    lab.inject(serde_json::from_value::<Fault>(json!({"path": MAPS, "effect": {"barrier": 2}})).unwrap());
    tokio::join!(clients[0].get(MAPS), clients[1].get(MAPS));
    let (order, beside) = (field("order"), field("beside"));
    assert_eq!(beside, [json!([]), json!([order[0]])], "the second came while the first was answered");

    // What Flux asks is journalled like everybody's, each site's own.
    lab.clear_journal();
    lab.step(SignedDuration::from_mins(15).unsigned_abs());
    let polls = lab.journal();
    let polls = polls["requests"].as_array().unwrap().iter();
    let mut sites: Vec<_> = polls
        .filter(|request| request["actor"] == "source-controller" && request["host"] == "git")
        .inspect(|request| assert_eq!(request["target"], "/contoso/hello-gitops/info/refs"))
        .map(|request| request["site"].as_str().unwrap().to_owned())
        .collect();
    sites.dedup();
    sites.sort();
    sites.dedup();
    assert_eq!(sites, ["lab", "lab-2"]);
}

#[tokio::test]
async fn a_fault_may_be_one_clusters_own() {
    let lab = lab("empty").await;
    let clients = clients(&lab);
    let fault = json!({"site": "lab-2", "path": "/**", "effect": {"status": {"code": 503}}});
    lab.inject(serde_json::from_value(fault).unwrap());
    assert_eq!((clients[0].get(MAPS).await.status, clients[1].get(MAPS).await.status), (200, 503));
}

#[tokio::test]
async fn github_is_on_the_clock_of_the_clusters() {
    let lab = lab("empty").await;
    lab.git().create("contoso/hello", "main").unwrap();
    let github = Client::new(lab.authority(), lab.git_url(), lab.git_token("admin").unwrap());
    let headers = [("User-Agent", "test"), ("Content-Type", "application/json")];
    let ask = async |method: &str, path: &str, body: Value| {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let path = format!("/api/v3/repos/contoso/hello{path}");
        github.send_with(method, &path, &headers, body.as_bytes()).await.whole().await
    };
    let workflow = "on: {repository_dispatch: {types: [ready]}}\njobs: {a: {runs-on: edge}}\n";
    let change = Change {
        message: "Listen",
        files: &[(".github/workflows/listen.yaml", workflow)],
        removed: &[],
        at: lab.now(),
    };
    lab.git().commit("contoso/hello", "main", &change).unwrap();
    assert_eq!(ask("POST", "/dispatches", json!({"event_type": "ready"})).await.status, 204);
    let run = async || ask("GET", "/actions/runs", Value::Null).await.json()["workflow_runs"][0].clone();
    let hours = |hours: i64| SignedDuration::from_hours(hours).unsigned_abs();
    lab.step(hours(24) - std::time::Duration::from_secs(1));
    assert_eq!((&run().await["status"], &run().await["conclusion"]), (&json!("queued"), &Value::Null));
    lab.step(hours(10));
    let given_up = run().await;
    assert_eq!((&given_up["status"], &given_up["conclusion"]), (&json!("completed"), &json!("cancelled")));
    // Done at its own time, however far the clock was moved at once.
    assert_eq!(given_up["updated_at"], "2026-01-03T03:04:05Z");
}
