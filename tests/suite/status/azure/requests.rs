//! How much Azure is asked, and how long a page waits for that: each question once, all of them side by side.

use std::collections::BTreeMap;
use std::time::Duration;

use gitops_core::model::Exit;
use kubectl_gitops_lab::{BuiltIn, Lab, Settings};
use serde_json::{Value, json};

use super::super::objects::environment;
use super::super::speed::depths;
use super::scene::{
    AZURE_TOKEN, SECRET, azure_calls, cluster, cluster_of, configuration, connected, is_azure, is_sign_in,
    of_azure, well,
};
use crate::support::{Call, InProcess, Program, Reply, Server, round_trip};

pub(super) const START: &str = "2026-11-23T03:00:00Z";

/// A cluster and an Azure, and a session that reaches both.
pub(super) struct AzureScene {
    pub(super) server: Server,
    pub(super) session: InProcess,
    _authority: tempfile::NamedTempFile,
}

impl AzureScene {
    pub(super) fn new(
        cluster: impl Fn(&Call) -> Reply + Send + Sync + 'static,
        azure: impl Fn(&Call) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::with_kubeconfig(cluster, azure, Server::kubeconfig)
    }

    fn with_kubeconfig(
        cluster: impl Fn(&Call) -> Reply + Send + Sync + 'static,
        azure: impl Fn(&Call) -> Reply + Send + Sync + 'static,
        kubeconfig: impl Fn(&Server) -> String,
    ) -> Self {
        let server = Server::start(move |call| if is_azure(call) { azure(call) } else { cluster(call) });
        let authority = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(authority.path(), server.authority()).expect("written");
        let path = authority.path().display().to_string();
        let url = server.url();
        let variables = [
            ("GITOPS_CA_FILE", path.as_str()),
            ("GITOPS_ARM_ENDPOINT", &url),
            ("AZURE_AUTHORITY_HOST", &url),
            ("AZURE_TENANT_ID", "t"),
            ("AZURE_CLIENT_ID", "c"),
            ("AZURE_CLIENT_SECRET", SECRET),
        ];
        let start = START.parse().expect("a time");
        let session = InProcess::with_variables(&kubeconfig(&server), start, &variables);
        Self { server, session, _authority: authority }
    }

    /// How often each path of Azure's was asked.
    pub(super) fn questions(&self) -> BTreeMap<String, usize> {
        let mut questions = BTreeMap::new();
        for call in azure_calls(&self.server) {
            let words: Vec<&str> = call.path.rsplitn(3, '/').collect();
            *questions.entry(format!("{}/{}", words[1], words[0])).or_default() += 1;
        }
        questions
    }

    async fn status(&self, words: &[&str]) -> Value {
        let exit = self.session.run(&[words, &["-o", "json"]].concat(), kubectl_gitops_status::run).await;
        assert_eq!(exit, Exit::Done, "{}", self.session.err());
        serde_json::from_str(&self.session.out()).expect("a document")
    }

    /// Watches while `passing` lets time pass.
    pub(super) async fn watch(&self, passing: impl Future<Output = ()>) {
        self.session.watch(passing).await;
    }

    /// Lets the server hear what it was asked by now.
    pub(super) async fn hear(&self) {
        round_trip(&self.server).await;
    }

    /// Lets time pass as soon as the command waits for it, and the server hear what it is asked then.
    pub(super) async fn pass(&self, time: Duration) {
        self.session.pass(&self.server, time).await;
    }
}

/// Fifty environments, each of the configuration that `named` tells of its source's or kustomization's name.
fn fifty(named: impl Fn(&str) -> String) -> Vec<Value> {
    let environments = (0..50).flat_map(|number| environment(&format!("team{number:02}-hello")));
    of_azure(environments.collect(), named)
}

/// `hello-team07` of `hello-team07` and `hello-team07-hello-team07`.
fn own(name: &str) -> String {
    name.chars().take("hello-team00".len()).collect()
}

fn states(document: &Value, state: &str) -> usize {
    let environments = document["environments"].as_array().expect("environments").iter();
    environments.filter(|environment| environment["compliance"]["state"] == state).count()
}

fn counted(pairs: &[(&str, usize)]) -> BTreeMap<String, usize> {
    pairs.iter().map(|(question, times)| ((*question).to_owned(), *times)).collect()
}

#[tokio::test]
async fn fifty_configurations_of_a_cluster_are_one_list() {
    let objects = fifty(own);
    let azure = |call: &Call| match call.path.ends_with("/fluxConfigurations") {
        true => {
            let one = |number| configuration(&format!("{}/hello-team{number:02}", call.path), &json!({}));
            Reply::Json(200, json!({ "value": (0..50).map(one).collect::<Vec<_>>(), "nextLink": null }))
        }
        false => well(call),
    };
    let scene = AzureScene::new(move |call| cluster_of(&objects, "edge-1", call), azure);
    let document = scene.status(&["-A"]).await;
    assert_eq!(states(&document, "Compliant"), 50, "{document}");
    assert_eq!(document["worlds"][2]["answer"], "complete");
    let expected = counted(&[
        ("v2.0/token", 1),
        ("connectedClusters/edge-1", 1),
        ("Microsoft.KubernetesConfiguration/fluxConfigurations", 1),
        ("Microsoft.ResourceGraph/resources", 1),
    ]);
    assert_eq!(scene.questions(), expected);
}

#[tokio::test]
async fn fifty_environments_of_one_configuration_ask_for_it_once() {
    let objects = fifty(|_| "fleet".to_owned());
    let scene = AzureScene::new(move |call| cluster_of(&objects, "edge-1", call), well);
    let document = scene.status(&["-A"]).await;
    assert_eq!(states(&document, "Compliant"), 50, "{document}");
    let expected = counted(&[
        ("v2.0/token", 1),
        ("connectedClusters/edge-1", 1),
        ("fluxConfigurations/fleet", 1),
        ("Microsoft.ResourceGraph/resources", 1),
    ]);
    assert_eq!(scene.questions(), expected);
}

/// Two contexts of one server, told apart by their tokens.
fn two_contexts(server: &Server) -> String {
    let mut kubeconfig: Value = serde_json::from_str(&server.kubeconfig()).expect("JSON");
    let user = |name: &str| json!({ "name": name, "user": { "token": name } });
    let context = |name: &str| json!({ "name": name, "context": { "cluster": "c", "user": name } });
    kubeconfig["users"] = json!([user("east"), user("west")]);
    kubeconfig["contexts"] = json!([context("east"), context("west")]);
    kubeconfig["current-context"] = json!("east");
    kubeconfig.to_string()
}

#[tokio::test]
async fn each_of_two_clusters_has_its_own_answer() {
    let of_token = |call: &Call| match call.token.as_str() {
        "east" => cluster("edge-east", call),
        _ => cluster("edge-west", call),
    };
    let azure = |call: &Call| match call.path.contains("/fluxConfigurations/") {
        true if call.path.contains("edge-west") => {
            Reply::Json(200, configuration(&call.path, &json!({ "complianceState": "Pending" })))
        }
        false if call.path.ends_with("/edge-east") => {
            Reply::Json(200, connected(&call.path, &json!({ "connectivityStatus": "Offline" })))
        }
        _ => well(call),
    };
    let scene = AzureScene::with_kubeconfig(of_token, azure, two_contexts);
    let document = scene.status(&["-A", "--context", "east", "--context", "west"]).await;
    let told: Vec<[&Value; 4]> = document["environments"]
        .as_array()
        .expect("environments")
        .iter()
        .map(|environment| {
            let compliance = &environment["compliance"];
            [
                &environment["cluster"],
                &compliance["state"],
                &compliance["connectivity"],
                &compliance["reason"],
            ]
        })
        .collect();
    let row = |cluster, state, connectivity, reason: Value| {
        [json!(cluster), json!(state), json!(connectivity), reason]
    };
    let expected = [
        row("east", "Compliant", "Offline", json!("ClusterOffline")),
        row("west", "Pending", "Connected", Value::Null),
    ];
    assert_eq!(told, expected.each_ref().map(|row| row.each_ref()));
    let expected = counted(&[
        ("v2.0/token", 1),
        ("connectedClusters/edge-east", 1),
        ("connectedClusters/edge-west", 1),
        ("Microsoft.ResourceGraph/resources", 1),
        ("fluxConfigurations/hello-dev", 2),
    ]);
    assert_eq!(scene.questions(), expected);
    let of_arm = azure_calls(&scene.server).into_iter().filter(|call| !is_sign_in(call));
    assert!(of_arm.into_iter().all(|call| call.token == AZURE_TOKEN));
}

/// Every answer takes so long that whatever is asked side by side is asked before the first of them comes.
#[tokio::test]
async fn azure_is_at_most_four_answers_deep_beside_github() {
    let latency = Duration::from_millis(900);
    let scenario = Some(BuiltIn::named("default").expect("the default").document());
    let lab = Lab::start(Settings { scenario, latency, ..Settings::default() }).await.expect("a lab");
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
    let run = move || program.status(&["-n", "dev-hello", "-o", "json"]);
    let ended = tokio::task::spawn_blocking(run).await.expect("it ends");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let document: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(document["worlds"][2], json!({"world": "azure", "answer": "complete", "missing": []}));
    let journal = lab.journal();
    // GitHub runs beside: what Azure waits for is the cluster and itself.
    let depths = depths(&journal, &["kubernetes", "azure"]);
    let azure = depths.iter().filter(|(host, _)| host == "azure").map(|(_, depth)| *depth).max();
    assert!(azure.is_some_and(|azure| azure <= 4), "{azure:?}: {journal:#}");
    let asked = depths.iter().filter(|(host, _)| host == "azure").count();
    assert_eq!(
        asked, 5,
        "a token, the cluster, a configuration for each environment, and who follows their repository: {journal:#}"
    );
    for environment in document["environments"].as_array().expect("environments") {
        assert_eq!(environment["clusters"], json!({"compliant": 1, "all": 1}), "{environment:#}");
    }
}
