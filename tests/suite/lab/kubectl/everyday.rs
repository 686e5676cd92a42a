//! Everyday lines on an empty lab, by two stock kubectls: what each prints, word for word where it is short.

use tempfile::TempDir;

use super::program::Kubectl;
use super::scene::{self, APP};
use super::walk::Told::{Has, Lines};
use super::walk::{Step, walk};

const DEFINITION: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, kind: Widget}
  versions:
    - name: v1
      served: true
      storage: true
      additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
      schema:
        openAPIV3Schema:
          type: object
          properties: {spec: {type: object, properties: {size: {type: integer, minimum: 1}}}}
";

const WIDGET: &str = "\
apiVersion: example.com/v1
kind: Widget
metadata: {name: w}
spec: {size: 3}
";

const EVERYDAY: &[Step] = &[
    ("create namespace dev-proj", 0, Lines(&["namespace/dev-proj created"])),
    (
        "create secret generic token -n dev-proj --from-literal=username=git --from-literal=password=x",
        0,
        Lines(&["secret/token created"]),
    ),
    ("get secret token -n dev-proj", 0, Lines(&["NAME TYPE DATA AGE", "token Opaque 2 ~"])),
    ("create configmap b -n dev-proj --from-literal=k=v", 0, Lines(&["configmap/b created"])),
    (
        "create deployment web -n dev-proj --image=nginx:1 --replicas=2",
        0,
        Lines(&["deployment.apps/web created"]),
    ),
    (
        "rollout status deployment/web -n dev-proj --timeout=60s",
        0,
        Has(&["deployment \"web\" successfully rolled out"]),
    ),
    ("get deployment web -n dev-proj", 0, Lines(&["NAME READY UP-TO-DATE AVAILABLE AGE", "web 2/2 2 2 ~"])),
    ("delete deployment web -n dev-proj", 0, Has(&["deployment.apps \"web\" deleted"])),
    ("create job j1 -n dev-proj --image=busybox", 0, Lines(&["job.batch/j1 created"])),
    (
        "wait job/j1 -n dev-proj --for=condition=complete --timeout=60s",
        0,
        Lines(&["job.batch/j1 condition met"]),
    ),
    ("logs job/j1 -n dev-proj -f", 0, Lines(&["all is well"])),
    ("delete job j1 -n dev-proj", 0, Has(&["job.batch \"j1\" deleted"])),
    ("apply -f app.yaml", 0, Lines(&["configmap/a created", "deployment.apps/hello created"])),
    ("apply -f app.yaml", 0, Lines(&["configmap/a unchanged", "deployment.apps/hello unchanged"])),
    ("diff -f app.yaml", 0, Lines(&[])),
    ("diff -f other.yaml", 1, Has(&["- - image: nginx:1", "+ - image: nginx:2"])),
    ("apply -f other.yaml", 0, Lines(&["configmap/a unchanged", "deployment.apps/hello configured"])),
    (
        "apply --server-side --force-conflicts -f other.yaml",
        0,
        Lines(&["configmap/a serverside-applied", "deployment.apps/hello serverside-applied"]),
    ),
    ("apply -f wrong.yaml", 1, Has(&["unknown field \"spec.selectr\""])),
    (
        "wait deploy/hello -n dev-proj --for=condition=Available --timeout=60s",
        0,
        Lines(&["deployment.apps/hello condition met"]),
    ),
    (
        "rollout history deployment/hello -n dev-proj",
        0,
        Lines(&["deployment.apps/hello", "REVISION CHANGE-CAUSE", "1 <none>", "2 <none>", ""]),
    ),
    ("rollout undo deployment/hello -n dev-proj", 0, Has(&["deployment.apps/hello rolled back"])),
    (
        "get deployment hello -n dev-proj -o jsonpath={.spec.template.spec.containers[*].image}",
        0,
        Lines(&["nginx:1"]),
    ),
    ("scale deployment/hello -n dev-proj --replicas=3", 0, Lines(&["deployment.apps/hello scaled"])),
    (
        "patch deployment hello -n dev-proj -p {\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"app\",\"image\":\"nginx:3\"}]}}}}",
        0,
        Lines(&["deployment.apps/hello patched"]),
    ),
    (
        "rollout status deployment/hello -n dev-proj --timeout=60s",
        0,
        Has(&["deployment \"hello\" successfully rolled out"]),
    ),
    ("get pods -n dev-proj -l app=hello --chunk-size=1 --no-headers", 0, Has(&["hello~ 1/1 Running 0 ~"])),
    ("describe pod -n dev-proj -l app=hello", 0, Has(&["Status: Running", "Image: nginx:3"])),
    (
        "describe deployment hello -n dev-proj",
        0,
        Has(&["Replicas: 3 desired | 3 updated | 3 total | 3 available | 0 unavailable"]),
    ),
    ("label namespace dev-proj env=dev", 0, Lines(&["namespace/dev-proj labeled"])),
    ("auth can-i create jobs -n dev-proj", 0, Lines(&["yes"])),
    ("auth can-i create jobs -n dev-proj --as=viewer", 1, Lines(&["no"])),
    (
        "api-resources --api-group=kustomize.toolkit.fluxcd.io",
        0,
        Lines(&[
            "NAME SHORTNAMES APIVERSION NAMESPACED KIND",
            "kustomizations ks kustomize.toolkit.fluxcd.io/v1 true Kustomization",
        ]),
    ),
    ("explain gitrepository.spec.interval", 0, Has(&["FIELD: interval <string>"])),
    (
        "explain deployment.spec.strategy --recursive",
        0,
        Has(&["rollingUpdate <RollingUpdateDeployment>", "maxSurge <IntOrString>"]),
    ),
    (
        "apply -f definition.yaml",
        0,
        Lines(&["customresourcedefinition.apiextensions.k8s.io/widgets.example.com created"]),
    ),
    (
        "wait crd/widgets.example.com --for=condition=established --timeout=10s",
        0,
        Lines(&["customresourcedefinition.apiextensions.k8s.io/widgets.example.com condition met"]),
    ),
    ("apply -f widget.yaml -n dev-proj", 0, Lines(&["widget.example.com/w created"])),
    ("get widgets -n dev-proj", 0, Lines(&["NAME SIZE", "w 3"])),
    ("explain widget.spec.size", 0, Has(&["FIELD: size <integer>"])),
    (
        "delete crd widgets.example.com",
        0,
        Has(&["customresourcedefinition.apiextensions.k8s.io \"widgets.example.com\" deleted"]),
    ),
    ("get widgets -n dev-proj", 1, Has(&["error: the server doesn't have a resource type \"widgets\""])),
    ("delete -f app.yaml", 0, Has(&["configmap \"a\" deleted"])),
    ("delete namespace dev-proj", 0, Has(&["namespace \"dev-proj\" deleted"])),
    (
        "get namespace dev-proj",
        1,
        Lines(&["Error from server (NotFound): namespaces \"dev-proj\" not found"]),
    ),
];

async fn run_through(kubectl: &Kubectl) {
    let (lab, _) = scene::lab().await;
    lab.write_logs("all is well\n");
    let folder = TempDir::new().unwrap();
    for (name, text) in [
        ("app.yaml", APP.to_owned()),
        ("other.yaml", APP.replace("nginx:1", "nginx:2")),
        ("wrong.yaml", APP.replace("selector", "selectr")),
        ("definition.yaml", DEFINITION.to_owned()),
        ("widget.yaml", WIDGET.to_owned()),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    walk(kubectl, &lab, folder.path(), EVERYDAY).await;
}

#[tokio::test]
async fn everyday_lines_do_what_they_say() {
    let Some(kubectl) = Kubectl::recorded() else { return };
    run_through(&kubectl).await;
}

#[tokio::test]
async fn everyday_lines_do_what_they_say_in_an_older_kubectl() {
    let Some(kubectl) = Kubectl::older() else { return };
    run_through(&kubectl).await;
}
