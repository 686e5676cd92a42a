//! Every answer about Flux configurations is as the description says, and its examples are taken.

use serde_json::{Value, json};

use super::super::super::client::Answer;
use super::super::scene::{CLUSTER, Scene, VERSION, configuration, following};
use super::schema::{Description, example};

/// What was answered, and by which definition it is described.
struct Walk {
    scene: Scene,
    description: Description,
    seen: usize,
}

impl Walk {
    async fn ask(&mut self, expected: (u16, &str), method: &str, target: &str, body: &Value) -> Answer {
        let answer = self.scene.ask(method, target, body).await;
        let (status, definition) = expected;
        assert_eq!(answer.status, status, "{method} {target}: {}", answer.text);
        match definition {
            "" => assert_eq!(answer.text, "", "{method} {target}"),
            definition => {
                let problems = self.description.problems(definition, &answer.json());
                assert!(problems.is_empty(), "{method} {target} {status}: {problems:#?}\n{}", answer.text);
            }
        }
        self.seen += 1;
        answer
    }

    async fn follow(&mut self, answer: &Answer) {
        let retry: u64 = answer.headers["retry-after"].parse().unwrap();
        assert!(retry > 0);
        let address = answer.headers["azure-asyncoperation"].clone();
        let target = address.strip_prefix(self.scene.lab.azure_url()).expect(&address);
        self.ask((200, "OperationStatusResult"), "GET", target, &Value::Null).await;
        self.scene.step(10);
        self.ask((200, "OperationStatusResult"), "GET", target, &Value::Null).await;
    }
}

/// One configuration of every kind of source.
fn of_every_kind() -> [(&'static str, Value); 3] {
    let source =
        |kind: &str, field: &str, source: Value| json!({"properties": {"sourceKind": kind, field: source}});
    let blob = json!({
        "url": "https://a", "containerName": "c",
        "servicePrincipal": {"clientId": "a", "tenantId": "t", "clientSecret": "s"},
    });
    let oci = json!({
        "url": "oci://a/b", "repositoryRef": {"semver": "1"}, "layerSelector": {"operation": "copy"},
        "verify": {"provider": "cosign", "matchOidcIdentity": [{"issuer": "a", "subject": "b"}]},
        "tlsConfig": {"caCertificate": "YQ=="},
    });
    [
        ("bucket", source("Bucket", "bucket", json!({"url": "https://a", "bucketName": "b"}))),
        ("blob", source("AzureBlob", "azureBlob", blob)),
        ("oci", source("OCIRepository", "ociRepository", oci)),
    ]
}

#[tokio::test]
async fn every_answer_is_as_azure_describes_it() {
    let Some(description) = Description::read() else { return };
    let mut walk = Walk { scene: Scene::set().await, description, seen: 0 };
    let one = "FluxConfiguration";
    let created = walk.ask((201, one), "PUT", &configuration("hello"), &following("dev")).await;
    walk.follow(&created).await;
    walk.ask((200, one), "PUT", &configuration("hello"), &following("dev")).await;
    let updated = walk.ask((200, one), "PUT", &configuration("hello"), &following("qa")).await;
    walk.follow(&updated).await;
    let suspend = json!({"properties": {"suspend": true}});
    let patched = walk.ask((202, one), "PATCH", &configuration("hello"), &suspend).await;
    walk.follow(&patched).await;
    walk.ask((200, one), "PATCH", &configuration("hello"), &suspend).await;
    walk.ask((200, one), "GET", &configuration("hello"), &Value::Null).await;
    for (name, body) in of_every_kind() {
        walk.ask((201, one), "PUT", &configuration(name), &body).await;
        walk.ask((200, one), "GET", &configuration(name), &Value::Null).await;
    }
    walk.scene.lab.with_azure(|azure, _| azure.fail_next_operation("Code", "message"));
    let failing = walk.ask((201, one), "PUT", &configuration("failing"), &following("dev")).await;
    walk.follow(&failing).await;
    walk.scene.lab.with_azure(|azure, _| azure.set_page_size(2));
    let list = format!("{CLUSTER}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations?{VERSION}");
    walk.ask((200, "FluxConfigurationsList"), "GET", &list, &Value::Null).await;
    let deleted = walk.ask((202, ""), "DELETE", &configuration("hello"), &Value::Null).await;
    walk.ask((200, one), "GET", &configuration("hello"), &Value::Null).await;
    walk.follow(&deleted).await;
    walk.ask((204, ""), "DELETE", &configuration("hello"), &Value::Null).await;
    let forced = format!("{}&forceDelete=true", configuration("oci"));
    walk.ask((200, ""), "DELETE", &forced, &Value::Null).await;
    walk.ask((404, "ErrorResponse"), "GET", &configuration("hello"), &Value::Null).await;
    walk.ask((400, "ErrorResponse"), "PUT", &configuration("A"), &following("dev")).await;
    let unversioned = list.replace(VERSION, "");
    walk.ask((400, "ErrorResponse"), "GET", &unversioned, &Value::Null).await;
    assert!(walk.seen > 25, "{}", walk.seen);
}

#[tokio::test]
async fn what_the_examples_ask_for_is_done() {
    let (Some(create), Some(patch)) = (example("CreateFluxConfiguration"), example("PatchFluxConfiguration"))
    else {
        return;
    };
    let scene = Scene::set().await;
    let target = configuration("srs-fluxconfig");
    let created = scene.done(201, "PUT", &target, &create["parameters"]["fluxConfiguration"]).await;
    let kustomizations = &created["properties"]["kustomizations"];
    let first = &kustomizations["srs-kustomization1"];
    assert_eq!(first["postBuild"]["substitute"]["replica_count"], "2");
    assert_eq!(kustomizations["srs-kustomization2"]["dependsOn"], json!(["srs-kustomization1"]));
    scene.done(202, "PATCH", &target, &patch["parameters"]["fluxConfigurationPatch"]).await;
    let told = scene.properties("srs-fluxconfig").await;
    let expected = &patch["responses"]["202"]["body"]["properties"];
    assert_eq!(told["gitRepository"]["url"], expected["gitRepository"]["url"]);
    assert_eq!(told["gitRepository"]["repositoryRef"], expected["gitRepository"]["repositoryRef"]);
    for (name, wanted) in expected["kustomizations"].as_object().unwrap() {
        for field in ["path", "prune", "syncIntervalInSeconds", "timeoutInSeconds", "retryIntervalInSeconds"]
        {
            assert_eq!(told["kustomizations"][name][field], wanted[field], "{name}: {field}");
        }
    }
    assert_eq!(told["kustomizations"].as_object().unwrap().len(), 2);
    assert_eq!(told["suspend"], true);
}
