//! An Azure that refuses, fails or hangs, and a cluster that does not say which one it is.

use std::time::{Duration, Instant};

use serde_json::json;

use super::scene::{
    asked, azure_calls, both, cluster, is_configuration, is_sign_in, refusal, signed_in, well, with_answer,
};
use crate::support::{Call, Reply, refused};

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
        let table = "dev           Deployed   -         2/2     5m    ?            Applied\n";
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
