//! Charts of applications as Helm renders them, and the sample's end-to-end test as its pod runs it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use gitops_core::model::application::{Application, FolderEntry, application, sample_folder};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::rendered::shell;
use crate::support::{find_tool, has_tool};

const VALUES: &str = "namespace: dev-hello
replicaCount: 3
resources: {requests: {cpu: 50m}, limits: {memory: 1Gi}}
";

/// The objects that Helm makes of an application for an environment.
fn render(helm: &Path, application: &Application) -> Vec<Value> {
    let folder = TempDir::new().expect("a folder");
    for file in &application.files {
        let path = folder.path().join(&file.path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let text = file.text().expect("a text");
        // What a deployment does with the chart's own values.
        let is_values = file.path == "helm/values.yaml";
        fs::write(path, if is_values { text.replace("$IMAGE_TAG", "0.0.1-13") } else { text.to_owned() })
            .expect("a file");
    }
    fs::write(folder.path().join("dev.yaml"), VALUES).expect("a file");
    let mut command = Command::new(helm);
    command.args(["template", "hello", "helm", "-f", "dev.yaml"]).current_dir(folder.path());
    let output = command.env("HOME", folder.path()).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let documents = text.split("---\n").filter(|document| document.contains("kind:"));
    documents.map(|document| serde_saphyr::from_str(document).expect("an object")).collect()
}

fn object<'a>(objects: &'a [Value], kind: &str) -> &'a Value {
    objects.iter().find(|object| object["kind"] == kind).expect(kind)
}

#[test]
fn the_sample_honours_what_an_environment_says() {
    let Some(helm) = find_tool("helm") else { return };
    let sample = application(&sample_folder("ghcr.io/contoso/hello/hello"), "hello").expect("an application");
    let objects = render(&helm, &sample);
    assert_eq!(objects.len(), 2);
    assert!(objects.iter().all(|object| object["metadata"]["namespace"] == "dev-hello"));
    let deployment = object(&objects, "Deployment");
    let pod = &deployment["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    assert_eq!(deployment["spec"]["replicas"], 3);
    assert_eq!(deployment["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/name"], "hello");
    assert_eq!(pod["imagePullSecrets"], json!([{"name": "cr-secret"}]));
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(container["image"], "ghcr.io/contoso/hello/hello:0.0.1-13");
    assert_eq!(container["resources"]["requests"], json!({"cpu": "50m", "memory": "32Mi"}));
    assert_eq!(container["resources"]["limits"]["memory"], "1Gi");
    assert!(container["readinessProbe"].is_object() && container["livenessProbe"].is_object());
}

#[test]
fn a_chart_around_manifests_says_what_they_say() {
    let Some(helm) = find_tool("helm") else { return };
    let manifests = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: rules\ndata:\n  rule: '{{ $value }} {{- if'\n  user: \"1000660000\"\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: reader\n";
    let made =
        application(&[FolderEntry::text("deploy/all.yaml", manifests)], "hello").expect("an application");
    let objects = render(&helm, &made);
    assert_eq!(objects.len(), 2);
    let rules = object(&objects, "ConfigMap");
    assert_eq!(rules["metadata"]["namespace"], "dev-hello");
    assert_eq!(rules["data"], json!({"rule": "{{ $value }} {{- if", "user": "1000660000"}));
    assert!(object(&objects, "ClusterRole")["metadata"].get("namespace").is_none());
}

/// Stands in for wget: answers as the variables say.
const WGET: &str = r#"#!/bin/sh
for url; do :; done
case "$url" in
  */healthz) [ "$HEALTH" = ok ] ;;
  */nothing-here) [ "$NOTHING" = ok ] ;;
  *) [ -n "$ANSWER" ] && echo "$ANSWER" ;;
esac
"#;

#[tokio::test]
async fn the_samples_test_fails_where_the_service_does() {
    if !["bash", "sh"].into_iter().all(has_tool) {
        return;
    }
    let job =
        sample_folder("i").into_iter().find(|entry| entry.path == "tests/e2e-test-job.yaml").expect("a job");
    let made =
        application(&[FolderEntry::text("helm/Chart.yaml", ""), job], "hello").expect("an application");
    let job = made.files[1].text().expect("a text");
    let job: Value = serde_saphyr::from_str(job).expect("a job");
    let script = job["spec"]["template"]["spec"]["containers"][0]["args"][0].as_str().expect("a script");
    let folder = TempDir::new().expect("a folder");
    for (name, text) in [("wget", WGET), ("sleep", "#!/bin/sh\n")] {
        fs::write(folder.path().join(name), text).expect("a file");
        fs::set_permissions(folder.path().join(name), PermissionsExt::from_mode(0o755)).expect("permissions");
    }
    for (health, answer, nothing, expected) in [
        ("ok", "Hello from dev-hello", "no", "PASSED"),
        ("no", "Hello from dev-hello", "no", "FAILED: http://hello does not answer"),
        ("ok", "", "no", "FAILED: http://hello/ answers with an error"),
        ("ok", "Hello from qa-hello", "no", "FAILED: http://hello/ answers 'Hello from qa-hello'"),
        ("ok", "Hello from dev-hello", "ok", "FAILED: http://hello answers for a page that is not there"),
    ] {
        let variables = [
            ("HEALTH", health),
            ("ANSWER", answer),
            ("NOTHING", nothing),
            ("SERVICE_URL", "http://hello"),
            ("ENVIRONMENT", "dev-hello"),
            ("SCRIPT", script),
        ];
        let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap_or_default());
        let mut command = shell("exec sh -euc \"$SCRIPT\"", folder.path(), &variables);
        let output = command.env("PATH", path).output().await.expect("a shell");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.lines().last().is_some_and(|line| line.starts_with(expected)), "{said}");
        assert_eq!(output.status.success(), expected == "PASSED", "{said}");
    }
}
