//! What agents ask of Azure and tell it, as Resource Manager shows it.

use gitops_core::model::azure::ComplianceState;
use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::ClusterFacts;
use super::report::ConfigurationReport;
use crate::azure::instance::{Azure, AzureIdentity};
use crate::azure::resources::ResourceId;
use crate::message::Request;

const GROUP: &str = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg";
const CLUSTER: &str = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.Kubernetes/connectedClusters/c";
const FLUX: &str = "Microsoft.KubernetesConfiguration/fluxConfigurations";

/// An Azure with a cluster, and a time that tests move.
struct Scene {
    azure: Azure,
    now: Timestamp,
}

impl Scene {
    fn new() -> Self {
        let owner = AzureIdentity::of_owner("secret");
        let azure = Azure::new("https://127.0.0.1:1", owner);
        let mut scene = Self { azure, now: Timestamp::UNIX_EPOCH };
        for provider in ["Microsoft.Kubernetes", "Microsoft.KubernetesConfiguration"] {
            let subscription = GROUP.split("/resourceGroups").next().unwrap_or_default();
            let path = format!("{subscription}/providers/{provider}/register?api-version=2021-04-01");
            scene.done(Method::POST, &path, &Value::Null);
        }
        let location = json!({"location": "westeurope"});
        scene.done(Method::PUT, &format!("{GROUP}?api-version=2021-04-01"), &location);
        scene.done(Method::PUT, &format!("{CLUSTER}?api-version=2024-01-01"), &location);
        scene.step(10);
        scene
    }

    fn ask(&mut self, method: Method, target: &str, body: &Value) -> (StatusCode, Value) {
        let token = self.azure.owner_token(self.now);
        let request = Request::new(method, target).with_token(&token).with_json(body);
        self.azure.answer(&request, self.now).into_json()
    }

    fn done(&mut self, method: Method, target: &str, body: &Value) -> Value {
        let (status, told) = self.ask(method, target, body);
        assert!(status.is_success(), "{target}: {status} {told}");
        told
    }

    fn step(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
        self.azure.advance(self.now);
    }

    fn wanted(&mut self) -> Vec<(String, u64, bool)> {
        let wanted = self.azure.wanted_configurations(&ResourceId::new(CLUSTER));
        let told = |one: super::Delivery| (one.id.name().to_owned(), one.generation, one.is_deleting);
        wanted.into_iter().map(told).collect()
    }
}

fn target(name: &str) -> String {
    format!("{CLUSTER}/providers/{FLUX}/{name}?api-version=2025-04-01")
}

fn following(branch: &str) -> Value {
    let reference = json!({"branch": branch});
    json!({"properties": {
        "gitRepository": {"url": "https://a/b", "repositoryRef": reference, "httpsUser": "git"},
        "configurationProtectedSettings": {"httpsKey": "YQ=="},
    }})
}

fn report() -> ConfigurationReport {
    let conditions = json!([{"type": "Ready", "status": "True", "message": "Applied revision: a"}]);
    let status = json!({
        "name": "hello-app", "namespace": "default", "kind": "Kustomization", "complianceState": "Compliant",
        "appliedBy": null, "statusConditions": conditions, "helmReleaseProperties": null,
    });
    ConfigurationReport {
        compliance: ComplianceState::Compliant,
        statuses: vec![status],
        source_synced_commit: Some("main@sha1:0ba6f0d30760d567de0bac86c8c4eec13ce1a590".to_owned()),
        source_updated: Some(Timestamp::UNIX_EPOCH),
        status_updated: Timestamp::UNIX_EPOCH,
        error: None,
        public_key: None,
    }
}

#[test]
fn a_cluster_is_to_have_what_the_service_took_on_and_no_sooner() {
    let mut scene = Scene::new();
    let version = scene.azure.wanted_version();
    scene.done(Method::PUT, &target("hello"), &following("main"));
    assert_eq!((scene.azure.wanted_version(), scene.wanted()), (version, vec![]));
    scene.step(10);
    assert_ne!(scene.azure.wanted_version(), version);
    assert_eq!(scene.wanted(), [("hello".to_owned(), 1, false)]);
    let [delivery] = &scene.azure.wanted_configurations(&ResourceId::new(CLUSTER))[..] else { panic!() };
    assert_eq!(delivery.protected["httpsKey"].expose(), "YQ==");
    assert!(!format!("{delivery:?}").contains("YQ=="));
    scene.azure.fail_next_operation("Code", "message");
    scene.done(Method::PUT, &target("hello"), &following("other"));
    scene.step(10);
    assert_eq!(scene.wanted(), [("hello".to_owned(), 1, false)], "what failed was not taken on");
    scene.done(Method::PATCH, &target("hello"), &json!({"properties": {"suspend": true}}));
    scene.step(10);
    assert_eq!(scene.wanted(), [("hello".to_owned(), 3, false)]);
}

#[test]
fn what_is_reported_is_told_and_a_list_leaves_messages_out() {
    let mut scene = Scene::new();
    scene.done(Method::PUT, &target("hello"), &following("main"));
    let id = ResourceId::new(CLUSTER).below(FLUX, "hello");
    scene.azure.report_configuration(&id, &report(), scene.now);
    let told = scene.done(Method::GET, &target("hello"), &Value::Null);
    let properties = &told["properties"];
    assert_eq!(
        (&properties["complianceState"], &properties["errorMessage"]),
        (&json!("Compliant"), &json!(""))
    );
    assert_eq!(properties["statuses"][0]["statusConditions"][0]["message"], "Applied revision: a");
    assert_eq!(properties["sourceUpdatedAt"], "1970-01-01T00:00:00Z");
    let list = scene.done(Method::GET, &target("").replace("/?", "?"), &Value::Null);
    let status = &list["value"][0]["properties"]["statuses"][0];
    assert_eq!(
        (&status["complianceState"], &status["statusConditions"]),
        (&json!("Compliant"), &Value::Null)
    );
    let patched = scene.done(Method::PATCH, &target("hello"), &json!({"properties": {"suspend": true}}));
    assert_eq!(patched["properties"]["statuses"][0]["name"], "hello-app", "reports outlast changes");
}

#[test]
fn what_an_agent_has_is_gone_when_it_says_so() {
    let mut scene = Scene::new();
    scene.done(Method::PUT, &target("hello"), &following("main"));
    scene.step(10);
    scene.wanted();
    let (status, _) = scene.ask(Method::DELETE, &target("hello"), &Value::Null);
    assert_eq!(status, StatusCode::ACCEPTED);
    scene.step(3600);
    assert_eq!(scene.wanted(), [("hello".to_owned(), 1, true)], "nobody has said that it is gone");
    assert_eq!(scene.ask(Method::GET, &target("hello"), &Value::Null).0, StatusCode::OK);
    let id = ResourceId::new(CLUSTER).below(FLUX, "hello");
    scene.azure.deleted(&id, scene.now);
    assert_eq!(scene.ask(Method::GET, &target("hello"), &Value::Null).0, StatusCode::NOT_FOUND);
    assert_eq!(scene.wanted(), []);
}

#[test]
fn agents_that_speak_connect_their_cluster_until_they_are_silent() {
    let mut scene = Scene::new();
    let facts = ClusterFacts {
        kubernetes_version: "1.34.2".to_owned(),
        nodes: 1,
        cores: 4,
        agent_version: "1.31.3".to_owned(),
    };
    let cluster = format!("{CLUSTER}?api-version=2024-01-01");
    let status = |scene: &mut Scene| {
        let told = scene.done(Method::GET, &cluster, &Value::Null);
        told["properties"]["connectivityStatus"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(status(&mut scene), "Connecting");
    assert!(scene.azure.heartbeat(&ResourceId::new(CLUSTER), &facts, scene.now));
    assert_eq!(status(&mut scene), "Connected");
    assert_eq!(scene.azure.due(), Some(scene.now + SignedDuration::from_mins(15)));
    scene.step(15 * 60);
    assert_eq!(status(&mut scene), "Offline");
    scene.step(90 * 24 * 3600);
    assert_eq!(status(&mut scene), "Expired");
    assert!(!scene.azure.heartbeat(&ResourceId::new(CLUSTER), &facts, scene.now));
    assert!(!scene.azure.heartbeat(&ResourceId::new(GROUP), &facts, scene.now), "no cluster");
}
