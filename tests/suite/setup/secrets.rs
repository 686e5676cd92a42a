//! Secrets appear nowhere but in sealed boxes, in Azure's protected settings and in the clusters' secrets.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use gitops_core::model::Exit;

use super::scene::{DIGESTS, Scene};
use crate::support::Program;

const TOKENS: [(&str, &str); 4] = [
    ("GITOPS_PULL_TOKEN", "ghp_hunter2pull"),
    ("GITOPS_IMAGE_PULL_TOKEN", "ghp_hunter2image"),
    ("GITOPS_SOURCE_TOKEN", "ghp_hunter2source"),
    ("GITOPS_DELIVERY_TOKEN", "ghp_hunter2delivery"),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_role_has_its_own_credential_and_it_is_seen_nowhere_else() {
    let scene = Scene::empty().await;
    scene.lab.git().grant(TOKENS[0].1, "contoso/*", kubectl_gitops_lab::Right::Read);
    let ended = scene.set_up_with(&TOKENS, &["--yes"]).await;
    assert_eq!(ended.exit, Exit::Done, "{}", ended.all());

    // Where they belong.
    let secret = |repository: &str, name: &str| {
        scene.lab.with_github(|github, _| github.secret(repository, None, name)).expect("a secret")
    };
    assert_eq!(secret("contoso/hello", "CD_BOOTSTRAP_TOKEN"), "ghp_hunter2delivery");
    assert_eq!(secret("contoso/hello-configs", "CD_BOOTSTRAP_TOKEN"), "ghp_hunter2source");
    assert_eq!(secret("contoso/hello-gitops", "CD_BOOTSTRAP_TOKEN"), "ghp_hunter2source");
    assert_eq!(secret("contoso/hello", "AZURE_CREDENTIALS_SP"), scene.principal());
    let pulled = scene.lab.get("/api/v1/namespaces/dev-hello/secrets/cr-secret").expect("a secret");
    let config = BASE64.decode(pulled["data"][".dockerconfigjson"].as_str().expect("data")).expect("Base64");
    let config = String::from_utf8(config).expect("text");
    assert!(config.contains("ghp_hunter2image") && config.contains("\"ghcr.io\""), "{config}");

    // And nowhere else: neither in what is told, nor in addresses, nor in what git keeps.
    let identity = scene.lab.azure_client();
    let own = scene.lab.git_token("admin").expect("a token").to_owned();
    let mut secrets: Vec<String> = TOKENS.iter().map(|(_, token)| (*token).to_owned()).collect();
    secrets.extend([own, identity.secret.expose().to_owned()]);
    let mut places = vec![("output", ended.out), ("messages", ended.err)];
    let journal = scene.lab.journal();
    let targets = journal["requests"].as_array().expect("requests").iter();
    let targets: Vec<&str> = targets.filter_map(|entry| entry["target"].as_str()).collect();
    places.push(("addresses", targets.join("\n")));
    places.push(("logs", logs(&scene).await));
    for repository in ["contoso/hello", "contoso/hello-configs", "contoso/hello-gitops"] {
        for branch in ["main", "dev", "qa", "feature/cd-setup"] {
            let Some(tip) = scene.lab.git().tip(repository, branch).expect("a repository") else { continue };
            let files = scene.lab.git().files(repository, &tip).expect("files");
            let text = files.into_values().map(|content| String::from_utf8_lossy(&content).into_owned());
            places.push((repository, text.collect::<Vec<_>>().join("\n")));
        }
    }
    assert!(places.len() > 6, "every branch was looked at");
    for (place, text) in &places {
        for secret in &secrets {
            let encoded = BASE64.encode(secret);
            assert!(!text.contains(secret) && !text.contains(&encoded), "a secret is in {place}: {text}");
        }
    }
}

/// What the program logs when it is asked for every request: a second project, whose Flux is left alone, for the
/// program does not move the lab's clock.
async fn logs(scene: &Scene) -> String {
    let lab = &scene.lab;
    let program = Program::with_kubeconfig(&lab.kubeconfig());
    let roots = program.file("roots.pem", lab.authority());
    let program = program
        .with("GITOPS_NOW", &lab.now().to_string())
        .with("GITOPS_CA_FILE", &roots)
        .with("GITHUB_SERVER_URL", lab.git_url())
        .with("GH_TOKEN", lab.git_token("admin").expect("a token"))
        .with("AZURE_AUTHORITY_HOST", lab.azure_url())
        .with("GITOPS_ARM_ENDPOINT", lab.azure_url())
        .with("AZURE_CREDENTIALS_SP", &scene.principal());
    let program = TOKENS.iter().fold(program, |program, (name, token)| program.with(name, token));
    let words =
        ["--org", "contoso", "--project", "logged", "--skip-flux", "--yes", "-vv", "--suite-sha256", DIGESTS];
    let ended = tokio::task::spawn_blocking(move || program.run("kubectl-gitops_setup", &words)).await;
    let ended = ended.expect("it ends");
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended.stderr.contains("PUT /repos/contoso/logged/actions/secrets/CD_BOOTSTRAP_TOKEN"),
        "{}",
        ended.stderr
    );
    ended.stdout + &ended.stderr
}
