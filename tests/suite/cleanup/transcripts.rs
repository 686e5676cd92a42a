//! What the command writes, in whole.

use serde_json::Value;

use super::scene::Scene;

const PLAN: &str = "\
ACTION   STEP                                 WHAT
Delete   FluxConfiguration edge-1/hello-dev   delete it; 3 objects that it applied are pruned (follows branch dev, Compliant)
Delete   FluxConfiguration edge-1/hello-qa    delete it; 3 objects that it applied are pruned (follows branch qa, Compliant)
Delete   Namespace edge-1/dev-hello           delete it, with all that is in it (of environment dev)
Delete   Namespace edge-1/qa-hello            delete it, with all that is in it (of environment qa)
Delete   Repository contoso/hello-configs     delete it, with its pull requests, workflows, variables and secrets (private, https://GITHUB/contoso/hello-configs)
Delete   Repository contoso/hello-gitops      delete it, with its pull requests, workflows, variables and secrets (private, https://GITHUB/contoso/hello-gitops)
Delete   Repository contoso/hello             delete it, with its pull requests, workflows, variables and secrets (private, https://GITHUB/contoso/hello)
Keep     Packages of contoso/hello/hello      not looked at; container images stay: https://GITHUB/orgs/contoso/packages?repo_name=hello
Keep     Service principal of the workflows   client id app-1, of AZURE_CREDENTIALS_SP; stays with its roles: az ad sp delete --id app-1
Keep     Tokens of GitHub                     those in secrets of contoso/hello and in clusters stay valid until they are revoked: https://GITHUB/settings/tokens
Keep     Cluster edge-1                       stays connected to Azure Arc, with its Flux extension

would clean up contoso/hello
";

#[tokio::test]
async fn the_plan_is_shown() {
    let scene = Scene::set().await;
    let owner = scene.lab.azure_client();
    let principal = serde_json::json!({
        "clientId": owner.client, "clientSecret": owner.secret.expose(), "tenantId": owner.tenant,
    });
    let variables = [("AZURE_CREDENTIALS_SP", principal.to_string())];
    let variables = variables.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>();
    let session = scene.session_with(gitops_core::cli::Streams::captured(""), &variables);
    let ended = scene.run(&session, &["--dry-run"]).await;
    assert_eq!(
        ended.out.replace(&owner.client, "app-1").replace(scene.lab.git_url(), "https://GITHUB"),
        PLAN
    );
}

#[tokio::test]
async fn programs_get_one_document() {
    let scene = Scene::set().await;
    for (words, is_dry) in [(&["--dry-run", "-o", "json"][..], true), (&["--yes", "-o", "json"][..], false)] {
        let ended = scene.run(&scene.session(), words).await;
        ended.assert_exit(0);
        let document: Value = serde_json::from_str(&ended.out).expect("one document");
        assert_eq!((&document["kind"], &document["dryRun"]), (&"Plan".into(), &is_dry.into()));
        assert_eq!(ended.err, "");
        let first = &document["steps"][0];
        assert_eq!(
            (&first["name"], &first["action"]),
            (&"FluxConfiguration edge-1/hello-dev".into(), &"Delete".into())
        );
        assert_eq!(first["result"]["outcome"], if is_dry { Value::Null } else { "Done".into() });
        crate::support::require_valid_documents(&ended.out);
    }
}

/// The program itself: what it writes where, and how it ends.
#[tokio::test]
async fn the_program_shows_its_plan_and_deletes_nothing_unasked() {
    let scene = Scene::set().await;
    let planned = scene.program(&["--dry-run"]).await;
    assert_eq!((planned.code, planned.stderr.as_str()), (Some(0), ""));
    assert!(planned.stdout.ends_with("\nwould clean up contoso/hello\n"), "{}", planned.stdout);
    let unasked = scene.program(&[]).await;
    assert_eq!((unasked.code, unasked.stdout.as_str()), (Some(2), ""));
    let expected = "error: nothing was changed: stdin is not a terminal, so nobody can be asked\n\nhint: look at the plan with --dry-run, then give --yes\n";
    assert_eq!(unasked.stderr, expected);
    let refused = scene.program(&["-o", "json"]).await;
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    let error: Value = serde_json::from_str(&refused.stderr).expect("one line");
    assert_eq!((&error["code"], &error["exitCode"]), (&"ConfirmationMissing".into(), &2.into()));
    assert_eq!(scene.left().await.2.len(), 3);
}
