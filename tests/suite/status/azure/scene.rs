//! A cluster of Azure's and an Azure whose every answer a test decides, on one server.

use serde_json::{Value, json};

use super::super::objects::pipeline;
use crate::support::{Call, Ended, Program, Reply, Server, listed};

pub(super) const SECRET: &str = "hunter2hunter2hunter2";
pub(super) const AZURE_TOKEN: &str = "azure.t0ken.hunter2";
pub(super) const APPLIED: &str = "d61d3702f941f7a0787e29e428e569152f66e7bf";
pub(super) const OLDER: &str = "0a0a0a02f941f7a0787e29e428e569152f66e7bf";
pub(super) const NOW: &str = "2026-11-23T03:00:00Z";

/// Objects as Azure's agent labels them: those of Flux, each with the configuration that `named` tells of its name.
pub(super) fn of_azure(mut objects: Vec<Value>, named: impl Fn(&str) -> String) -> Vec<Value> {
    for object in &mut objects {
        if object["metadata"]["namespace"] == "flux-system" && object["kind"] != "Deployment" {
            let name = named(object["metadata"]["name"].as_str().unwrap_or_default());
            object["metadata"]["labels"] =
                json!({ "clusterconfig.azure.com/is-managed": "true", "clusterconfig.azure.com/name": name });
        }
    }
    objects
}

/// A cluster of Azure's, called so there: everything in it is made of configuration `hello-dev`.
pub(super) fn cluster(name: &str, call: &Call) -> Reply {
    cluster_of(&of_azure(pipeline(), |_| "hello-dev".to_owned()), name, call)
}

/// A cluster of Azure's with these objects.
pub(super) fn cluster_of(objects: &[Value], name: &str, call: &Call) -> Reply {
    if !call.path.ends_with("/configmaps/azure-clusterconfig") {
        return listed(objects, call);
    }
    let data = json!({ "AZURE_SUBSCRIPTION_ID": "11111111-1111-4111-8111-111111111111", "AZURE_RESOURCE_GROUP": "rg-edge", "AZURE_RESOURCE_NAME": name, "CLUSTER_TYPE": "ConnectedClusters" });
    let config = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "azure-clusterconfig", "namespace": "azure-arc" }, "data": data });
    Reply::Json(200, config)
}

/// A configuration as Resource Manager has it.
pub(super) fn configuration(id: &str, properties: &Value) -> Value {
    let mut all = json!({
        "namespace": "flux-system", "sourceKind": "GitRepository", "complianceState": "Compliant",
        "provisioningState": "Succeeded", "sourceSyncedCommitId": format!("dev@sha1:{APPLIED}"),
        "statusUpdatedAt": "2026-11-23T02:59:20Z",
        "gitRepository": { "url": "https://git.example/contoso/hello-gitops", "repositoryRef": { "branch": "dev" } },
    });
    for (key, value) in properties.as_object().into_iter().flatten() {
        all[key] = value.clone();
    }
    json!({ "id": id, "name": id.rsplit('/').next(), "properties": all })
}

/// A cluster as Resource Manager has it.
pub(super) fn connected(id: &str, properties: &Value) -> Value {
    let mut all = json!({
        "connectivityStatus": "Connected", "lastConnectivityTime": "2026-11-23T02:58:00Z",
        "managedIdentityCertificateExpirationTime": "2027-02-20T00:00:00Z", "provisioningState": "Succeeded",
    });
    for (key, value) in properties.as_object().into_iter().flatten() {
        all[key] = value.clone();
    }
    json!({ "id": id, "name": id.rsplit('/').next(), "properties": all })
}

pub(super) fn is_sign_in(call: &Call) -> bool {
    call.path.contains("/oauth2/")
}

pub(super) fn is_configuration(call: &Call) -> bool {
    call.path.contains("/fluxConfigurations/")
}

/// A question to Resource Graph, which knows of nothing as a rule: it lags behind.
pub(super) fn is_graph(call: &Call) -> bool {
    call.path.starts_with("/providers/Microsoft.ResourceGraph/")
}

pub(super) fn is_azure(call: &Call) -> bool {
    is_sign_in(call) || is_graph(call) || call.path.starts_with("/subscriptions/")
}

/// Rows of Resource Graph.
pub(super) fn graph_rows(rows: &[Value]) -> Reply {
    let count = rows.len();
    Reply::Json(
        200,
        json!({ "totalRecords": count, "count": count, "resultTruncated": "false", "data": rows, "facets": [] }),
    )
}

/// Azure, where all is well.
pub(super) fn well(call: &Call) -> Reply {
    let nothing = json!({});
    match () {
        () if is_sign_in(call) => Reply::Json(
            200,
            json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": AZURE_TOKEN }),
        ),
        () if is_graph(call) => graph_rows(&[]),
        () if is_configuration(call) => Reply::Json(200, configuration(&call.path, &nothing)),
        () if call.path.contains("/connectedClusters/") => Reply::Json(200, connected(&call.path, &nothing)),
        () => not_found("ResourceNotFound"),
    }
}

/// The same where the configuration has these properties.
pub(super) fn with_configuration(properties: Value) -> impl Fn(&Call) -> Reply + Send + Sync {
    move |call| match is_configuration(call) {
        true => Reply::Json(200, configuration(&call.path, &properties)),
        false => well(call),
    }
}

/// The same where the connected cluster has these properties.
pub(super) fn with_cluster(properties: Value) -> impl Fn(&Call) -> Reply + Send + Sync {
    move |call| match is_configuration(call) || is_sign_in(call) || is_graph(call) {
        true => well(call),
        false => Reply::Json(200, connected(&call.path, &properties)),
    }
}

/// The same where whatever is asked of Resource Manager is answered so.
pub(super) fn with_answer(answer: impl Fn() -> Reply + Send + Sync) -> impl Fn(&Call) -> Reply + Send + Sync {
    move |call| if is_sign_in(call) || is_graph(call) { well(call) } else { answer() }
}

pub(super) fn refusal(status: u16, code: &str, message: &str) -> Reply {
    Reply::Json(status, json!({ "error": { "code": code, "message": message } }))
}

pub(super) fn not_found(code: &str) -> Reply {
    refusal(404, code, "The Resource was not found.")
}

/// A cluster and an Azure, both on one server, and a program that signs in with a client secret.
pub(super) fn both(
    cluster: impl Fn(&Call) -> Reply + Send + Sync + 'static,
    azure: impl Fn(&Call) -> Reply + Send + Sync + 'static,
) -> (Server, Program) {
    let server = Server::start(move |call| if is_azure(call) { azure(call) } else { cluster(call) });
    let program = Program::with_kubeconfig(&server.kubeconfig()).with("GITOPS_NOW", NOW);
    let roots = program.file("roots.pem", server.authority());
    let program = program
        .with("GITOPS_CA_FILE", &roots)
        .with("GITOPS_ARM_ENDPOINT", &server.url())
        .with("AZURE_AUTHORITY_HOST", &server.url());
    (server, program)
}

/// The program with a credential.
pub(super) fn signed_in(program: Program) -> Program {
    program
        .with("AZURE_TENANT_ID", "22222222-2222-4222-8222-222222222222")
        .with("AZURE_CLIENT_ID", "33333333-3333-4333-8333-333333333333")
        .with("AZURE_CLIENT_SECRET", SECRET)
}

pub(super) fn asked(
    azure: impl Fn(&Call) -> Reply + Send + Sync + 'static,
    words: &[&str],
) -> (Server, Ended) {
    let (server, program) = both(|call| cluster("edge-1", call), azure);
    let ended = signed_in(program).status(&[&["-vv"], words].concat());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!ended.stderr.contains("hunter2") && !ended.stdout.contains("hunter2"), "{}", ended.stderr);
    (server, ended)
}

pub(super) fn document(azure: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> Value {
    serde_json::from_str(&asked(azure, &["-o", "json"]).1.stdout).expect("JSON")
}

pub(super) fn azure_calls(server: &Server) -> Vec<Call> {
    server.calls().into_iter().filter(is_azure).collect()
}
