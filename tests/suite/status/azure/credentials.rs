//! With which credential Azure is asked, and what is said without one.

use serde_json::{Value, json};

use super::super::objects::pipeline;
use super::scene::{
    AZURE_TOKEN, SECRET, asked, azure_calls, both, cluster, cluster_of, document, is_configuration,
    is_sign_in, of_azure, refusal, well,
};
use crate::support::{Call, Program, Reply, listed};

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
fn without_a_credential_nothing_is_asked_and_a_wide_page_says_what_to_do() {
    let (server, program) = both(|call| cluster("edge-1", call), well);
    let ended = program.status(&[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!ended.stdout.contains("NOT CHECKED"), "all is well: {}", ended.stdout);
    let row = "azure   no credential for Azure: none of its variables is set, and az is not installed; install the Azure CLI (https://aka.ms/azure-cli) and sign in: az login\n";
    let wide = program.status(&["-o", "wide"]).stdout;
    assert!(wide.contains(row), "{wide}");
    assert!(ended.stdout.contains("5m    ?            Applied\n"), "{}", ended.stdout);
    let rows = program.status(&["--no-headers"]).stdout;
    assert_eq!(rows.split_whitespace().nth(5), Some("?"), "{rows}");
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
