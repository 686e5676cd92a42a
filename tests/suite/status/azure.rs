//! What Azure says, beside what the cluster says.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use super::objects::pipeline;
use crate::support::{Call, Ended, Program, Reply, Server, listed, refused};

pub(super) const SECRET: &str = "hunter2hunter2hunter2";
pub(super) const AZURE_TOKEN: &str = "azure.t0ken.hunter2";
pub(super) const APPLIED: &str = "d61d3702f941f7a0787e29e428e569152f66e7bf";
const OLDER: &str = "0a0a0a02f941f7a0787e29e428e569152f66e7bf";
const NOW: &str = "2026-11-23T03:00:00Z";

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

fn is_configuration(call: &Call) -> bool {
    call.path.contains("/fluxConfigurations/")
}

pub(super) fn is_azure(call: &Call) -> bool {
    is_sign_in(call) || call.path.starts_with("/subscriptions/")
}

/// Azure, where all is well.
pub(super) fn well(call: &Call) -> Reply {
    let nothing = json!({});
    match () {
        () if is_sign_in(call) => Reply::Json(
            200,
            json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": AZURE_TOKEN }),
        ),
        () if is_configuration(call) => Reply::Json(200, configuration(&call.path, &nothing)),
        () if call.path.contains("/connectedClusters/") => Reply::Json(200, connected(&call.path, &nothing)),
        () => not_found("ResourceNotFound"),
    }
}

/// The same where the configuration has these properties.
fn with_configuration(properties: Value) -> impl Fn(&Call) -> Reply + Send + Sync {
    move |call| match is_configuration(call) {
        true => Reply::Json(200, configuration(&call.path, &properties)),
        false => well(call),
    }
}

/// The same where the connected cluster has these properties.
fn with_cluster(properties: Value) -> impl Fn(&Call) -> Reply + Send + Sync {
    move |call| match is_configuration(call) || is_sign_in(call) {
        true => well(call),
        false => Reply::Json(200, connected(&call.path, &properties)),
    }
}

/// The same where whatever is asked of Resource Manager is answered so.
fn with_answer(answer: impl Fn() -> Reply + Send + Sync) -> impl Fn(&Call) -> Reply + Send + Sync {
    move |call| if is_sign_in(call) { well(call) } else { answer() }
}

fn refusal(status: u16, code: &str, message: &str) -> Reply {
    Reply::Json(status, json!({ "error": { "code": code, "message": message } }))
}

fn not_found(code: &str) -> Reply {
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

fn asked(azure: impl Fn(&Call) -> Reply + Send + Sync + 'static, words: &[&str]) -> (Server, Ended) {
    let (server, program) = both(|call| cluster("edge-1", call), azure);
    let ended = signed_in(program).status(&[&["-vv"], words].concat());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!ended.stderr.contains("hunter2") && !ended.stdout.contains("hunter2"), "{}", ended.stderr);
    (server, ended)
}

fn document(azure: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> Value {
    serde_json::from_str(&asked(azure, &["-o", "json"]).1.stdout).expect("JSON")
}

pub(super) fn azure_calls(server: &Server) -> Vec<Call> {
    server.calls().into_iter().filter(is_azure).collect()
}

#[test]
fn compliance_has_a_column_with_the_age_of_the_report() {
    let (server, ended) = asked(well, &[]);
    assert_data_eq!(
        ended.stdout,
        str![[r#"
ENVIRONMENT   STANDING   VERSION   COMMIT   READY   AGE   COMPLIANCE        REASON
dev           Deployed   -         -        2/2     5m    Compliant (40s)   Applied

1 Deployed in context test

"#]]
    );
    let calls = azure_calls(&server);
    let paths: Vec<&str> =
        calls.iter().map(|call| call.path.rsplit('/').next().unwrap_or_default()).collect();
    assert_eq!(paths.len(), 3, "{paths:?}");
    assert!(
        paths.contains(&"token") && paths.contains(&"edge-1") && paths.contains(&"hello-dev"),
        "{paths:?}"
    );
    let asked_arm = calls.iter().filter(|call| !is_sign_in(call));
    assert!(asked_arm.into_iter().all(|call| call.token == AZURE_TOKEN && call.method == "GET"));
    let others = server.calls().into_iter().filter(|call| !is_azure(call));
    assert!(others.into_iter().all(|call| call.token == "t0ken"), "each world has its own token");
    assert!(ended.stderr.contains("Azure credential from"), "{}", ended.stderr);
}

#[test]
fn programs_get_the_whole_of_it() {
    let json = document(well);
    assert_eq!(json["worlds"][2], json!({"world": "azure", "answer": "complete", "missing": []}));
    let id = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-edge/providers/Microsoft.Kubernetes/connectedClusters/edge-1/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/hello-dev";
    assert_eq!(
        json["environments"][0]["compliance"],
        json!({
            "state": "Compliant", "asOf": "2026-11-23T02:59:20Z", "configuration": "hello-dev", "resourceId": id,
            "revision": APPLIED, "provisioning": "Succeeded", "connectivity": "Connected",
        })
    );
}

#[test]
fn what_azure_was_told_otherwise_is_told_with_what_to_type() {
    let status = json!({ "name": "hello-dev-hello-dev", "namespace": "flux-system", "kind": "Kustomization", "complianceState": "Non-Compliant", "statusConditions": [{ "type": "Ready", "status": "False", "message": "path not found" }] });
    let azure = with_configuration(json!({ "complianceState": "Non-Compliant", "statuses": [status] }));
    let (_server, ended) = asked(azure, &[]);
    assert_data_eq!(
        ended.stdout,
        str![[r#"
ENVIRONMENT   STANDING   VERSION   COMMIT   READY   AGE   COMPLIANCE             REASON
dev           Deployed   -         -        2/2     5m    Non-Compliant? (40s)   Applied

1 Deployed in context test

dev in dev-hello: Deployed, Applied
  d61d370 is applied
  Azure says Non-Compliant, as reported 40 s ago (hello-dev on edge-1 in rg-edge)
  - ComplianceDisagrees: Azure was told Non-Compliant 40 s ago (Kustomization flux-system/hello-dev-hello-dev: path not found); the cluster says Deployed
  next:
    # what Azure was told of it
    az k8s-configuration flux show -g rg-edge -c edge-1 -t connectedClusters --subscription 11111111-1111-4111-8111-111111111111 -n hello-dev

"#]]
    );
}

/// Each reason why a state is not known or cannot be relied on, over the wire.
#[test]
fn why_a_state_cannot_be_relied_on_is_told() {
    type Answer = Box<dyn Fn(&Call) -> Reply + Send + Sync>;
    let lagging = json!({ "sourceSyncedCommitId": format!("dev/{OLDER}") });
    let unreported =
        json!({ "complianceState": "Unknown", "statusUpdatedAt": null, "sourceSyncedCommitId": null });
    let cases: [(Answer, Value, &str, &str); 9] = [
        (
            Box::new(with_configuration(lagging)),
            json!("Compliant"),
            "ComplianceLags",
            "Azure has not heard of d61d370 yet; it knows 0a0a0a0, told 40 s ago",
        ),
        (
            Box::new(with_configuration(
                json!({ "complianceState": "Pending", "statusUpdatedAt": "2026-11-23T02:50:00Z" }),
            )),
            json!("Pending"),
            "ComplianceLags",
            "Azure was told Pending 10 min ago, before that; the cluster says Deployed",
        ),
        (
            Box::new(with_configuration(unreported)),
            json!("Unknown"),
            "ComplianceUnknown",
            "the cluster's agent has not reported on hello-dev yet",
        ),
        (
            Box::new(with_configuration(
                json!({ "provisioningState": "Failed", "errorMessage": "no quota" }),
            )),
            json!("Compliant"),
            "ProvisioningFailed",
            "the last change of hello-dev in Azure is Failed: no quota",
        ),
        (
            Box::new(with_configuration(json!({ "provisioningState": "Deleting" }))),
            json!("Compliant"),
            "ConfigurationChanging",
            "hello-dev is being deleted in Azure",
        ),
        (
            Box::new(with_configuration(json!({ "suspend": true }))),
            json!("Compliant"),
            "ConfigurationSuspended",
            "hello-dev is suspended in Azure, and the cluster has not heard of it",
        ),
        (
            Box::new(with_cluster(json!({ "connectivityStatus": "offline" }))),
            json!("Compliant"),
            "ClusterOffline",
            "edge-1 in rg-edge, which Azure heard 2 min ago, is Offline: what Azure says of it is from before",
        ),
        (
            Box::new(
                |call: &Call| {
                    if is_configuration(call) { not_found("ResourceNotFound") } else { well(call) }
                },
            ),
            Value::Null,
            "ConfigurationMissing",
            "Azure has no Flux configuration hello-dev of edge-1 in rg-edge, and objects that it made are here",
        ),
        (
            Box::new(with_answer(|| not_found("ResourceGroupNotFound"))),
            Value::Null,
            "ConfigurationMissing",
            "Azure has no cluster edge-1 in rg-edge, or hides it from whoever asks",
        ),
    ];
    for (azure, state, reason, why) in cases {
        let document = document(azure);
        let environment = &document["environments"][0];
        let compliance = &environment["compliance"];
        assert_eq!(
            (&compliance["state"], &compliance["reason"], &compliance["why"]),
            (&state, &json!(reason), &json!(why))
        );
        assert_eq!(environment["remarks"], json!([{ "reason": reason, "message": why }]));
        assert_eq!(environment["standing"], "Deployed", "Azure decides no standing");
        assert_eq!(document["worlds"][2]["answer"], "complete");
    }
}

/// Whatever Azure does, the cluster's part is the same and the page has a row.
#[test]
fn an_azure_that_refuses_is_a_row() {
    type Answer = Box<dyn Fn(&Call) -> Reply + Send + Sync>;
    let cases: [(Answer, &str); 7] = [
        (
            Box::new(with_answer(|| {
                refusal(401, "ExpiredAuthenticationToken", "The access token has expired.")
            })),
            "azure   connected cluster edge-1 in rg-edge and 1 more: not authenticated: The access token has expired; the credential is from AZURE_CLIENT_SECRET; check AZURE_CLIENT_SECRET and GITOPS_ARM_ENDPOINT\n",
        ),
        (
            Box::new(with_answer(|| {
                refusal(
                    403,
                    "AuthorizationFailed",
                    "The client '3' with object id '4-5' does not have authorization.",
                )
            })),
            "azure   connected cluster edge-1 in rg-edge and 1 more: not allowed to the credential from AZURE_CLIENT_SECRET: The client '3' with object id '4-5' does not have authorization; let an owner give it a role: az role assignment create --role Reader --assignee 4-5 --scope /subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-edge\n",
        ),
        (
            Box::new(with_answer(|| {
                Reply::Whole(429, vec![("retry-after", "17".to_owned())], String::new())
            })),
            "azure   connected cluster edge-1 in rg-edge and 1 more: Azure takes no more requests",
        ),
        (
            Box::new(with_answer(|| Reply::Whole(503, Vec::new(), "<html>".to_owned()))),
            "azure   connected cluster edge-1 in rg-edge and 1 more: Azure failed with 503; look at https://status.azure.com\n",
        ),
        (
            Box::new(with_answer(|| Reply::Json(200, json!([])))),
            "azure   connected cluster edge-1 in rg-edge and 1 more: Azure's response is malformed",
        ),
        (Box::new(with_answer(|| Reply::Gone)), "the connection was cut"),
        (Box::new(with_answer(|| Reply::Cut)), "the connection was cut"),
    ];
    for (azure, row) in cases {
        let (_server, ended) = asked(azure, &[]);
        let table = "dev           Deployed   -         -        2/2     5m    ?            Applied\n";
        assert!(ended.stdout.contains(table), "{}", ended.stdout);
        assert!(ended.stdout.contains(row), "{row}: {}", ended.stdout);
    }
}

#[test]
fn one_question_without_an_answer_leaves_the_others_theirs() {
    let azure = |call: &Call| match is_configuration(call) || is_sign_in(call) {
        true => well(call),
        false => refusal(403, "AuthorizationFailed", "The client does not have authorization."),
    };
    let (_server, ended) = asked(azure, &[]);
    assert!(ended.stdout.contains("Compliant (40s)"), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("azure   connected cluster edge-1 in rg-edge: not allowed to the credential"),
        "{}",
        ended.stdout
    );
}

#[test]
fn an_azure_that_hangs_costs_little_time_and_only_its_own_part() {
    for is_silent in [is_configuration, is_sign_in] {
        let begun = Instant::now();
        let (_server, ended) = asked(move |call| if is_silent(call) { Reply::Hang } else { well(call) }, &[]);
        assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
        assert!(ended.stdout.contains("2/2     5m    ?            Applied\n"), "{}", ended.stdout);
        assert!(ended.stdout.contains("in time"), "{}", ended.stdout);
    }
}

#[test]
fn a_secret_that_is_refused_is_one_row_and_never_shown() {
    let refused = |call: &Call| match is_sign_in(call) {
        true => Reply::Json(
            401,
            json!({ "error": "invalid_client", "error_description": format!("AADSTS7000215: Invalid client secret provided: {SECRET}"), "error_codes": [7000215] }),
        ),
        false => well(call),
    };
    let (server, ended) = asked(refused, &[]);
    let row = "azure   Azure does not accept the credential from AZURE_CLIENT_SECRET: ";
    assert!(ended.stdout.contains(row), "{}", ended.stdout);
    assert!(ended.stdout.contains("Deployed"), "{}", ended.stdout);
    assert!(azure_calls(&server).iter().all(is_sign_in), "nothing is asked without a token");
    let document = document(refused);
    assert_eq!(document["worlds"][2]["answer"], "none");
    let compliance = &document["environments"][0]["compliance"];
    assert_eq!((&compliance["state"], &compliance["reason"]), (&Value::Null, &json!("NoAnswer")));
}

#[test]
fn a_token_that_expires_midway_is_replaced_once() {
    let azure = |call: &Call| match (is_sign_in(call), is_configuration(call)) {
        (true, _) if call.body.is_empty() => refusal(400, "x", "no form"),
        (false, true) if call.token == AZURE_TOKEN => {
            refusal(401, "ExpiredAuthenticationToken", "The access token has expired.")
        }
        _ => well(call),
    };
    let count = std::sync::atomic::AtomicUsize::new(0);
    let (server, ended) = asked(
        move |call| {
            let is_second = is_sign_in(call) && count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) > 0;
            match is_second {
                true => Reply::Json(
                    200,
                    json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": "second.hunter2" }),
                ),
                false => azure(call),
            }
        },
        &[],
    );
    assert!(ended.stdout.contains("Compliant (40s)"), "{}", ended.stdout);
    assert_eq!(azure_calls(&server).iter().filter(|call| is_sign_in(call)).count(), 2);
}

#[test]
fn without_a_credential_nothing_is_asked_and_the_row_says_what_to_do() {
    let (server, program) = both(|call| cluster("edge-1", call), well);
    let ended = program.status(&[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let row = "azure   no credential for Azure: none of its variables is set, and az is not installed; install the Azure CLI: https://aka.ms/azure-cli\n";
    assert!(ended.stdout.contains(row), "{}", ended.stdout);
    assert!(ended.stdout.contains("5m    ?            Applied\n"), "{}", ended.stdout);
    let rows = program.status(&["--no-headers"]).stdout;
    assert_eq!(rows.split_whitespace().nth(6), Some("?"), "{rows}");
    assert!(azure_calls(&server).is_empty());
}

/// A program called `az` would say so.
fn with_az(program: Program) -> Program {
    program.script("az", "touch \"$HOME/az-was-started\"\nexit 1");
    let path = format!("{}:/usr/bin:/bin", program.home().display());
    program.with("PATH", &path)
}

/// `az` may ask Entra ID, or somebody, before it gives a token; the page does not wait for that.
#[test]
fn an_az_that_gives_no_token_in_time_is_a_row_that_says_what_to_do() {
    let (server, program) = both(|call| cluster("edge-1", call), well);
    program.script("az", "sleep 60");
    let path = format!("{}:/usr/bin:/bin", program.home().display());
    let ended = program.with("PATH", &path).status(&[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let row =
        "azure   the Azure CLI gave no token within 4s; see what it waits for: az account get-access-token\n";
    assert!(ended.stdout.contains(row), "{}", ended.stdout);
    assert!(azure_calls(&server).is_empty());
}

#[test]
fn where_nothing_is_azures_no_credential_is_looked_for_and_no_az_started() {
    type Cluster = fn(&Call) -> Reply;
    let clusters: [(Cluster, &str); 3] = [
        (|call| listed(&pipeline(), call), "no label and no ConfigMap"),
        (|call| cluster_of(&pipeline(), "edge-1", call), "no label"),
        (|call| listed(&of_azure(pipeline(), |_| "hello-dev".to_owned()), call), "no ConfigMap"),
    ];
    for (cluster, case) in clusters {
        let (server, program) = both(cluster, well);
        let program = with_az(program);
        let ended = program.status(&[]);
        assert_eq!(ended.code, Some(0), "{case}: {}", ended.stderr);
        let has_part = ended.stdout.contains("NOT CHECKED") || ended.stdout.contains("COMPLIANCE");
        assert!(!has_part, "{case}: {}", ended.stdout);
        assert!(!program.home().join("az-was-started").exists(), "{case}");
        assert!(azure_calls(&server).is_empty(), "{case}");
    }
    let (_server, program) = both(|call| cluster("edge-1", call), well);
    let program = with_az(program);
    assert!(program.status(&[]).stdout.contains("azure   "));
    assert!(program.home().join("az-was-started").exists(), "the script would have told");
}

#[test]
fn a_viewer_who_may_not_read_which_cluster_it_is_sees_a_row() {
    let cluster = |call: &Call| match call.path.contains("/configmaps/") {
        true => refused(403),
        false => cluster("edge-1", call),
    };
    let (server, program) = both(cluster, well);
    let ended = signed_in(program).status(&[]);
    let row = "azure     which cluster of Azure's this is: not allowed\n";
    assert!(ended.stdout.contains(row), "{}", ended.stdout);
    assert!(azure_calls(&server).is_empty());
}

#[test]
fn a_terminal_of_80_columns_has_room_for_it() {
    use crate::support::InProcess;
    use gitops_core::cli::Streams;
    let (server, program) = both(|call| cluster("edge-1", call), well);
    let roots = program.file("roots.pem", server.authority());
    let url = server.url();
    let variables = [
        ("GITOPS_CA_FILE", roots.as_str()),
        ("GITOPS_ARM_ENDPOINT", &url),
        ("AZURE_AUTHORITY_HOST", &url),
        ("AZURE_TENANT_ID", "t"),
        ("AZURE_CLIENT_ID", "c"),
        ("AZURE_CLIENT_SECRET", SECRET),
    ];
    let (streams, captured) = Streams::captured("");
    let streams = (streams.on_terminal(80, 24), captured);
    let session =
        InProcess::with_streams(&server.kubeconfig(), NOW.parse().expect("a time"), streams, &variables);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(session.run(&["-A"], kubectl_gitops_status::run));
    let out = session.out();
    assert!(out.contains("Compliant (40s)"), "{out}");
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
}
