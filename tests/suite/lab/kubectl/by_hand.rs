//! Lines of our own: a replay, writes, watches.

use std::process::Output;

use jiff::Timestamp;
use kubectl_gitops_lab::{Lab, Pace, Replay, ReplayOptions, Settings, Timeline};
use tempfile::TempDir;

use super::super::client::Client;
use super::super::recordings::{by_hand, golden};
use super::program::Kubectl;

async fn run(kubectl: &Kubectl, replay: &Replay, line: &str) -> Output {
    run_with(kubectl, &replay.kubeconfig(), line, "").await
}

/// The same, with a file `input` beside it.
async fn run_with(kubectl: &Kubectl, kubeconfig: &str, line: &str, input: &str) -> Output {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("input"), input).unwrap();
    kubectl.run(kubeconfig, folder.path(), &line.split(' ').collect::<Vec<_>>()).await
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn kubectl_lists_describes_and_explains_what_is_missing() {
    let Some(kubectl) = Kubectl::any() else { return };
    let replay = by_hand("first-sync", 9.0).await;
    let namespace = &replay.timeline().namespace;
    for (line, code, told) in [
        ("get pods -o name", 0, "pod/hello-"),
        (
            "get gitrepositories,kustomizations -o name",
            0,
            "kustomization.kustomize.toolkit.fluxcd.io/hello-dev",
        ),
        ("get ks,gitrepo", 0, "gitrepository.source.toolkit.fluxcd.io/hello"),
        ("get all -A -o name", 0, "deployment.apps/hello"),
        ("get pods -l app=hello -o jsonpath={.items[*].status.phase}", 0, "Running"),
        ("get namespaces -o name", 0, namespace),
        ("describe deployment hello", 0, "Scaled up replica set hello-"),
        ("get pods nobody", 1, "Error from server (NotFound): pods \"nobody\" not found"),
        ("get helmreleases", 1, "the server doesn't have a resource type \"helmreleases\""),
        ("delete configmap settings", 1, "a recording is read-only"),
        ("get endpoints,networkpolicies,endpointslices,pvc,ingress,serviceaccounts -o name", 0, ""),
        ("get validatingwebhookconfigurations,mutatingwebhookconfigurations -o name", 0, ""),
        ("get volumeattachments -o name", 0, ""),
        ("auth can-i list deployments.apps", 0, "yes"),
        ("auth can-i --list", 0, "[get list watch]"),
    ] {
        let output = run(&kubectl, &replay, line).await;
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "kubectl {line}: {stdout}{stderr}");
        let all = if code == 0 { stdout } else { stderr };
        assert!(all.contains(told), "kubectl {line}: {stdout}{stderr}");
    }
}

#[tokio::test]
async fn kubectl_waits_for_what_the_recording_does_next() {
    let Some(kubectl) = Kubectl::any() else { return };
    // Created at 0.53 s, ready at 5 s: a second from now.
    let options = ReplayOptions { at: 0.6, start: Timestamp::now(), pace: Pace::Clock { speed: 5.0 } };
    let timeline = Timeline::parse(&golden("flux/first-sync.json")).unwrap();
    let replay = Replay::start(timeline, options).await.unwrap();
    let line = "wait --for=condition=Ready kustomization/hello-dev --timeout=30s";
    let output = run(&kubectl, &replay, line).await;
    assert_eq!(
        text(&output.stdout),
        "kustomization.kustomize.toolkit.fluxcd.io/hello-dev condition met\n",
        "{}",
        text(&output.stderr)
    );
}

/// A file as people write it: YAML, several kinds.
const FILE: &str = "\
apiVersion: v1
kind: Namespace
metadata: {name: dev}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: dev}
data: {colour: green}
---
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: dev}
stringData: {password: hunter2}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: dev}
spec: {containers: [{name: web, image: nginx}]}
";

#[tokio::test]
async fn kubectl_writes_to_the_lab_and_reads_it_back() {
    let Some(kubectl) = Kubectl::any() else { return };
    let lab = Lab::start(Settings::default()).await.unwrap();
    for (line, code, told) in [
        ("get namespaces -o name", 0, "namespace/kube-system"),
        ("create -f input", 0, "pod/web created"),
        ("create -f input", 1, "namespaces \"dev\" already exists"),
        ("create -f input --dry-run=server -n dev", 1, "configmaps \"settings\" already exists"),
        ("wait --for=condition=Ready pod/web -n dev", 0, "pod/web condition met"),
        ("get pods -n dev", 0, "web    1/1     Running   0"),
        ("get secret token -n dev -o jsonpath={.data.password}{.type}", 0, "aHVudGVyMg==Opaque"),
        ("get configmaps,secrets -A --chunk-size=1", 0, "configmap/settings"),
        ("label configmap settings -n dev tier=web", 0, "configmap/settings labeled"),
        ("annotate pod web -n dev why=test", 0, "pod/web annotated"),
        ("get configmap -n dev -l tier=web -o name", 0, "configmap/settings"),
        ("get pod web -n dev -o jsonpath={.metadata.annotations.why}", 0, "test"),
        (
            "patch configmap settings -n dev --type=json -p [{\"op\":\"remove\",\"path\":\"/data\"}]",
            0,
            "patched",
        ),
        ("delete configmap settings -n dev", 0, "configmap \"settings\" deleted"),
        ("delete pod web -n dev", 0, "pod \"web\" deleted"),
        ("delete namespace dev", 0, "namespace \"dev\" deleted"),
        ("get secrets -n dev", 0, "No resources found in dev namespace."),
        ("get namespace dev", 1, "Error from server (NotFound): namespaces \"dev\" not found"),
        ("--context lab-viewer get pods", 1, "pods is forbidden: User \"viewer\" cannot list resource"),
        ("--as viewer get pods", 1, "pods is forbidden: User \"viewer\" cannot list resource"),
        ("--as viewer --as-group system:masters get namespaces -o name", 0, "namespace/kube-system"),
        ("create namespace dev", 0, "namespace/dev created"),
        ("get --raw /_lab/requests", 0, "\"target\":\"/api/v1/namespaces/dev/pods/web"),
    ] {
        let output = run_with(&kubectl, &lab.kubeconfig(), line, FILE).await;
        let all = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "kubectl {line}: {all}");
        assert!(all.contains(told), "kubectl {line}: {all}");
    }
}

/// What `apply` sends in the test below.
const APPLIED: &str = r#"{"apiVersion": "apps/v1", "kind": "Deployment",
"metadata": {"name": "applied", "namespace": "dev"},
"spec": {"replicas": 1, "selector": {"matchLabels": {"app": "applied"}}, "template": {
"metadata": {"labels": {"app": "applied"}},
"spec": {"containers": [{"name": "app", "image": "nginx:1", "ports": [{"containerPort": 80}]}]}}}}"#;

#[tokio::test]
async fn kubectl_makes_patches_and_scales_what_it_likes() {
    let Some(kubectl) = Kubectl::any() else { return };
    let lab = Lab::start(Settings::default()).await.unwrap();
    for (line, code, told) in [
        ("create namespace dev", 0, "namespace/dev created"),
        ("create namespace dev", 1, "(AlreadyExists): namespaces \"dev\" already exists"),
        ("create secret generic token -n dev --from-literal=password=hunter2", 0, "secret/token created"),
        ("get secret token -n dev -o jsonpath={.data.password}{.type}", 0, "aHVudGVyMg==Opaque"),
        ("create configmap settings -n dev --from-literal=a=1", 0, "configmap/settings created"),
        (
            "create deployment web -n dev --image=nginx:1 --replicas=2 --port=80",
            0,
            "deployment.apps/web created",
        ),
        ("get deployment web -n dev -o jsonpath={.spec.replicas}{.spec.strategy.type}", 0, "2RollingUpdate"),
        ("create job once -n dev --image=busybox:1 -- true", 0, "job.batch/once created"),
        (
            "create cronjob often -n dev --image=busybox:1 --schedule=@hourly",
            0,
            "cronjob.batch/often created",
        ),
        ("create job now -n dev --from=cronjob/often", 0, "job.batch/now created"),
        ("create service clusterip web -n dev --tcp=80:8080", 0, "service/web created"),
        ("create serviceaccount robot -n dev", 0, "serviceaccount/robot created"),
        (
            "create role reader -n dev --verb=get --resource=pods",
            0,
            "role.rbac.authorization.k8s.io/reader created",
        ),
        ("create rolebinding reader -n dev --role=reader --user=viewer", 0, "reader created"),
        ("create quota small -n dev --hard=pods=50", 0, "resourcequota/small created"),
        ("create poddisruptionbudget web -n dev --selector=app=web --min-available=1", 0, "web created"),
        ("create ingress web -n dev --rule=web.example/*=web:80", 0, "ingress.networking.k8s.io/web created"),
        ("auth can-i create jobs -n dev", 0, "yes"),
        ("auth can-i create jobs -n dev --as viewer", 1, "no"),
        ("scale deployment web -n dev --replicas=3", 0, "deployment.apps/web scaled"),
        ("get deployment web -n dev -o jsonpath={.spec.replicas}", 0, "3"),
        ("set image deployment/web nginx=nginx:2 -n dev", 0, "deployment.apps/web image updated"),
        ("apply -f input", 0, "deployment.apps/applied created"),
        ("apply -f input", 0, "deployment.apps/applied unchanged"),
        ("apply --server-side -f input", 0, "deployment.apps/applied serverside-applied"),
        ("apply --server-side -f input", 0, "deployment.apps/applied serverside-applied"),
        ("get deployment applied -n dev --show-managed-fields -o yaml", 0, "manager: kubectl\n"),
        ("diff -f input", 0, ""),
        ("diff --server-side -f input", 0, ""),
        (
            "patch deployment applied -n dev -p {\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"app\",\"image\":\"nginx:2\"}]}}}}",
            0,
            "deployment.apps/applied patched",
        ),
        (
            "get deployment applied -n dev -o jsonpath={.spec.template.spec.containers[0].ports[0].containerPort}",
            0,
            "80",
        ),
        ("apply --server-side -f input", 1, "Apply failed with 1 conflict: conflict with \"kubectl-patch\""),
        ("apply --server-side --force-conflicts -f input", 0, "serverside-applied"),
    ] {
        let output = run_with(&kubectl, &lab.kubeconfig(), line, APPLIED).await;
        let all = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "kubectl {line}: {all}");
        assert!(all.contains(told), "kubectl {line}: {all}");
    }
}

async fn watch(kubectl: &Kubectl) {
    let lab = Lab::start(Settings::default()).await.unwrap();
    let map = r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "1"}}"#;
    let kubeconfig = lab.kubeconfig();
    let line = "get configmaps --watch --output-watch-events --no-headers";
    let watching = kubectl.begins(&kubeconfig, line, 4);
    let writing = async {
        let client = Client::of_lab(&lab);
        // The watch stands once the journal tells of it.
        while !client.get("/_lab/requests").await.text.contains("watch=true") {
            tokio::task::yield_now().await;
        }
        for line in ["create -f input", "label configmap a b=c", "delete configmap a"] {
            assert!(run_with(kubectl, &kubeconfig, line, map).await.status.success(), "{line}");
        }
    };
    let (watched, ()) = tokio::join!(watching, writing);
    let events: Vec<String> =
        watched.iter().map(|line| line.split_whitespace().take(3).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(events, ["ADDED kube-root-ca.crt 1", "ADDED a 1", "MODIFIED a 1", "DELETED a 1"]);
}

#[tokio::test]
async fn kubectl_watches_what_others_do() {
    let Some(kubectl) = Kubectl::any() else { return };
    watch(&kubectl).await;
}

#[tokio::test]
async fn an_older_kubectl_watches_what_others_do() {
    let Some(kubectl) = Kubectl::older() else { return };
    watch(&kubectl).await;
}
