//! An Azure whose every answer about a fleet a test decides, and the program that asks it.

use serde_json::{Value, json};

use crate::support::{Call, Ended, Program, Reply, Server};

pub(super) const NOW: &str = "2026-05-04T10:10:00Z";
pub(super) const HEAD: &str = "d61d3702f941f7a0787e29e428e569152f66e7bf";
const SUBSCRIPTION: &str = "11111111-1111-4111-8111-111111111111";

/// The questions of a run, in the order in which they are asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    SignIn,
    Summary,
    Totals,
    List,
}

impl Asked {
    pub(super) const ALL: [Self; 4] = [Self::SignIn, Self::Summary, Self::Totals, Self::List];

    /// The question that a call asks.
    pub(super) fn of(call: &Call) -> Option<Self> {
        let is_about = |words: &str| call.body.contains(words);
        match () {
            () if call.path.contains("/oauth2/") => Some(Self::SignIn),
            () if !call.path.starts_with("/providers/Microsoft.ResourceGraph/") => None,
            () if is_about("subscriptions = count()") => Some(Self::Totals),
            () if is_about("where rank < 9") => Some(Self::List),
            () => Some(Self::Summary),
        }
    }
}

/// Columns of a row, over those of a configuration that is well.
pub(super) fn row(columns: &Value) -> Value {
    let mut row = json!({
        "url": "https://github.com/contoso/hello-gitops", "branch": "dev", "state": "Compliant", "suspended": "false",
        "provisioning": "Succeeded", "connectivity": "Connected", "revision": format!("dev@sha1:{HEAD}"), "applied": "yes",
        "waits": "", "missing": "", "configurations": 1, "oldest": "2026-05-04T09:58:00Z", "newest": "2026-05-04T10:05:00Z",
        "reported": "2026-05-04T10:05:00Z", "heard": "2026-05-04T10:04:00Z",
    });
    for (name, value) in columns.as_object().expect("columns") {
        row[name] = value.clone();
    }
    row
}

/// The id of a configuration of a cluster.
pub(super) fn id(cluster: &str, name: &str) -> String {
    format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-edge/providers/Microsoft.Kubernetes/connectedClusters/{cluster}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{name}"
    )
}

fn rows(rows: &[Value]) -> Reply {
    let document = json!({
        "totalRecords": rows.len(), "count": rows.len(), "resultTruncated": "false", "data": rows, "facets": [],
    });
    Reply::Json(200, document)
}

/// An Azure with these rows of a summary and of a list.
pub(super) fn azure(
    summary: Vec<Value>,
    list: Vec<Value>,
) -> impl Fn(&Call) -> Reply + Send + Sync + 'static {
    move |call| match Asked::of(call) {
        Some(Asked::SignIn) => Reply::Json(
            200,
            json!({"token_type": "Bearer", "expires_in": 3599, "access_token": "azure.t0ken"}),
        ),
        Some(Asked::Summary) => rows(&summary),
        Some(Asked::Totals) => {
            let count: u64 = summary.iter().filter_map(|row| row["configurations"].as_u64()).sum();
            rows(&[json!({"configurations": count, "clusters": count, "subscriptions": 2})])
        }
        Some(Asked::List) => rows(&list),
        None => Reply::Json(404, json!({"error": {"code": "NotFound", "message": "no such thing"}})),
    }
}

/// A fleet of which some fail.
pub(super) fn some_fail() -> impl Fn(&Call) -> Reply + Send + Sync + 'static {
    let failed =
        row(&json!({"state": "Non-Compliant", "configurations": 2, "id": id("edge-1", "hello-dev")}));
    azure(vec![row(&json!({"configurations": 7})), failed.clone()], vec![failed])
}

/// What the program says of it.
pub(super) fn asked(
    azure: impl Fn(&Call) -> Reply + Send + Sync + 'static,
    words: &[&str],
) -> (Server, Ended) {
    let server = Server::start(azure);
    let program = Program::new().with("GITOPS_NOW", NOW);
    let roots = program.file("roots.pem", server.authority());
    let program = program
        .with("GITOPS_CA_FILE", &roots)
        .with("GITOPS_ARM_ENDPOINT", &server.url())
        .with("AZURE_AUTHORITY_HOST", &server.url())
        .with("AZURE_TENANT_ID", "22222222-2222-4222-8222-222222222222")
        .with("AZURE_CLIENT_ID", "33333333-3333-4333-8333-333333333333")
        .with("AZURE_CLIENT_SECRET", "hunter2hunter2hunter2");
    let ended = program.status(&[&["--fleet"], words].concat());
    assert!(!ended.stderr.contains("hunter2") && !ended.stdout.contains("hunter2"), "{}", ended.stderr);
    (server, ended)
}
