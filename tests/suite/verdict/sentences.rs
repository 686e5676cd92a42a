//! What is said of a failed attempt, from the words of Flux's controllers: reason, cause, sentence and next step. The
//! messages are those of the recordings, of public reports and of the controllers' source.

use gitops_core::model::verdict::{Cause, EnvironmentStatus, Reason, Standing};
use serde_json::{Value, json};

use super::least::*;

pub(super) const FORBIDDEN: &str = "Namespace/storefront dry-run failed (Forbidden): namespaces \"storefront\" is forbidden: User \"system:serviceaccount:dev-hello:flux-applier\" cannot patch resource \"namespaces\" in API group \"\" in the namespace \"storefront\"\n";
pub(super) const UNREACHABLE_WEBHOOK: &str = "Ingress/dev-hello/web dry-run failed (InternalError): Internal error occurred: failed calling webhook \"validate.nginx.ingress.kubernetes.io\": failed to call webhook: Post \"https://ingress-admission.ingress.svc:443/networking/v1/ingresses?timeout=10s\": no endpoints available for service \"ingress-admission\"\n";

/// A kustomization that names a Secret with keys, a kubeconfig's Secret, an account and variables.
pub(super) fn specified() -> Value {
    with(
        kustomization(),
        &[
            ("/spec/decryption", json!({ "provider": "sops", "secretRef": { "name": "sops-age" } })),
            ("/spec/serviceAccountName", json!("deployer")),
            ("/spec/postBuild", json!({ "substituteFrom": [{ "kind": "ConfigMap", "name": "variables" }] })),
            ("/status/lastAppliedRevision", json!(OLDER)),
        ],
    )
}

fn failed(kustomization: Value, reason: &str, message: &str) -> Value {
    let ready = with(condition("Ready", "False", reason, 90), &[("/message", json!(message))]);
    let retrying = condition("Reconciling", "True", "ProgressingWithRetry", 90);
    with(kustomization, &[("/status/conditions", json!([ready, retrying]))])
}

fn attempt(reason: &str, message: &str) -> EnvironmentStatus {
    seen(&[source(), failed(specified(), reason, message), deployment()])
}

fn commands(environment: &EnvironmentStatus) -> String {
    environment.next.iter().map(|next| next.command.as_str()).collect::<Vec<_>>().join("\n")
}

/// Flux's reason and message; reason and cause of the verdict, what it says, and what it advises.
type FailedAttempt<'a> = (&'a str, &'a str, Reason, Option<Cause>, &'a [&'a str], &'a str);

#[test]
fn a_failed_attempt_is_told_with_its_cause_and_where_to_look() {
    let build = "BuildFailed";
    let apply = "ReconciliationFailed";
    let rows: &[FailedAttempt] = &[
        (
            build,
            "decryption failed for 'basic-auth': failed to decrypt and format 'identity/basic-auth' Secret data: cannot get sops data key: Failed to get the data key required to decrypt the SOPS file.\n\nGroup 0: FAILED\n  age1contoso: FAILED\n    - | failed to load age identities: failed to open file: open\n      | /.config/sops/age/keys.txt: no such file or directory\n\nRecovery failed because no master key was able to decrypt the file.",
            Reason::DecryptionFailed,
            None,
            &[
                "basic-auth could not be decrypted: Secret dev-hello/sops-age held no usable key for it",
                "*.agekey",
            ],
            "kubectl get secret sops-age -n dev-hello -o go-template=",
        ),
        (
            build,
            "decryption failed for 'a.yaml': cannot get sops data key: Failed to get the data key required to decrypt the SOPS file.\n\nGroup 0: FAILED\n  https://contoso.vault.azure.net/keys/sops/1: FAILED\n    - | error decrypting key: RESPONSE 403: 403 Forbidden\n\nRecovery failed because no master key was able to decrypt the file.",
            Reason::DecryptionFailed,
            None,
            &[
                "a.yaml could not be decrypted: key https://contoso.vault.azure.net/keys/sops/1 was refused",
                "403 Forbidden",
            ],
            "kubectl describe serviceaccount/kustomize-controller -n flux-system",
        ),
        (
            build,
            "secrets \"sops-age\" not found",
            Reason::DecryptionFailed,
            None,
            &["Secret dev-hello/sops-age, which holds the keys (spec.decryption), was not there"],
            "kubectl get secret sops-age",
        ),
        (
            apply,
            "Secret/dev-hello/db is SOPS encrypted, configuring decryption is required for this secret to be reconciled",
            Reason::DecryptionFailed,
            None,
            &["Secret/dev-hello/db is encrypted, and the kustomization does not decrypt"],
            "kubectl describe kustomization/",
        ),
        (
            build,
            "post build failed for 'nfs-share': 'aks-resource-group' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'",
            Reason::SubstitutionFailed,
            None,
            &["key 'aks-resource-group' of ConfigMap dev-hello/variables is no name of a variable"],
            "kubectl get configmap variables -n dev-hello",
        ),
        (
            build,
            "post build failed for 'Deployment.v1.apps/hello': substitute from 'ConfigMap/variables' error: configmaps \"variables\" not found",
            Reason::SubstitutionFailed,
            None,
            &["ConfigMap dev-hello/variables, which variables are taken from, was not there"],
            "kubectl get configmap variables -n dev-hello",
        ),
        (
            build,
            "post build failed for 'Deployment.v1.apps/hello': variable substitution failed: variable not set (strict mode): \"tag\"",
            Reason::SubstitutionFailed,
            None,
            &["variables could not be substituted: post build failed", "\"tag\""],
            "flux build kustomization",
        ),
        (
            build,
            "kustomize build failed: accumulating resources: accumulation err='accumulating resources from 'none.yaml': open /tmp/kustomization-3/dev/none.yaml: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '/tmp/kustomization-3/dev/none.yaml' : lstat /tmp/kustomization-3/dev/none.yaml: no such file or directory",
            Reason::BuildFailed,
            None,
            &["kustomize could not build it: dev/none.yaml, which a kustomization.yaml names, is not there"],
            "flux build kustomization",
        ),
        (
            apply,
            UNREACHABLE_WEBHOOK,
            Reason::ApplyRefused,
            Some(Cause::WebhookUnreachable),
            &[
                "Ingress/dev-hello/web could not be applied, because webhook validate.nginx.ingress.kubernetes.io (service ingress/ingress-admission) could not be asked",
                "no endpoints available",
            ],
            "kubectl get endpointslices -n ingress -l kubernetes.io/service-name=ingress-admission",
        ),
        (
            apply,
            "Widget/a/b dry-run failed: conversion webhook for x.io/v1, Kind=Widget failed: Post \"https://hook.widgets.svc:443/convert?timeout=30s\": dial tcp 192.0.2.1:443: connect: connection refused",
            Reason::ApplyRefused,
            Some(Cause::WebhookUnreachable),
            &["because a conversion webhook (service widgets/hook) could not be asked"],
            "kubectl get endpointslices -n widgets",
        ),
        (
            apply,
            "Pod/a/b dry-run failed (Forbidden): admission webhook \"v.x.io\" denied the request: no latest tag",
            Reason::ApplyRefused,
            Some(Cause::WebhookDenied),
            &["the API server refused Pod/a/b (an admission webhook)", "no latest tag"],
            "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations",
        ),
        (
            apply,
            "Ingress/a/b dry-run failed (Invalid): ingresses.networking.k8s.io \"b\" is forbidden: ValidatingAdmissionPolicy 'hosts' with binding 'hosts' denied request: no host",
            Reason::ApplyRefused,
            Some(Cause::WebhookDenied),
            &["(an admission policy)"],
            "kubectl describe kustomization/",
        ),
        (
            apply,
            FORBIDDEN,
            Reason::ApplyRefused,
            Some(Cause::Forbidden),
            &[
                "the API server refused Namespace/storefront: service account dev-hello/flux-applier may not patch namespaces",
            ],
            "kubectl auth can-i patch namespaces -n storefront --as 'system:serviceaccount:dev-hello:flux-applier'",
        ),
        (
            apply,
            "ConfigMap/a/b dry-run failed (Forbidden): configmaps \"b\" is forbidden: exceeded quota: few, requested: count/configmaps=1",
            Reason::ApplyRefused,
            Some(Cause::Quota),
            &["(a quota of its namespace is used up)"],
            "kubectl describe resourcequota -n a",
        ),
        (
            apply,
            "ConfigMap/a/b dry-run failed (Forbidden): configmaps \"b\" is forbidden: unable to create new content in namespace a because it is being terminated",
            Reason::ApplyRefused,
            Some(Cause::NamespaceMissing),
            &["(its namespace was being deleted)"],
            "kubectl get namespace a",
        ),
        (
            apply,
            "Widget/a/b dry-run failed: no matches for kind \"Widget\" in version \"x.io/v1\"",
            Reason::ApplyRefused,
            Some(Cause::KindMissing),
            &["(its kind was not known: is its CRD installed?)"],
            "kubectl api-resources --api-group x.io",
        ),
        (
            apply,
            "unable to read KubeConfig secret 'dev-hello/remote' error: Secret \"remote\" not found",
            Reason::ReconciliationFailed,
            None,
            &[
                "the other cluster could not be reached: Secret dev-hello/remote with its kubeconfig was not there",
            ],
            "kubectl get secret remote -n dev-hello -o go-template=",
        ),
        (
            apply,
            "users \"system:serviceaccount:dev-hello:deployer\" is forbidden: User \"system:serviceaccount:flux-system:kustomize-controller\" cannot impersonate resource \"serviceaccounts\" in API group \"\" in the namespace \"dev-hello\"",
            Reason::ReconciliationFailed,
            None,
            &["Flux could not act as service account dev-hello/deployer"],
            "kubectl auth can-i impersonate serviceaccounts -n dev-hello --as 'system:serviceaccount:flux-system:kustomize-controller'",
        ),
        (
            apply,
            "Deployment/dev-hello/hello dry-run failed (Timeout): etcdserver: request timed out",
            Reason::ReconciliationFailed,
            None,
            &["the API server did not answer when Deployment/dev-hello/hello was applied"],
            "kubectl get --raw '/readyz?verbose'",
        ),
    ];
    for (outcome, message, reason, cause, sentences, next) in rows {
        let remote = message.contains("KubeConfig");
        let kubeconfig = json!({ "secretRef": { "name": "remote" } });
        let object =
            if remote { with(specified(), &[("/spec/kubeConfig", kubeconfig)]) } else { specified() };
        let environment = seen(&[source(), failed(object, outcome, message), deployment()]);
        assert_stands(&environment, Standing::Failed, *reason);
        assert_eq!(environment.cause, *cause, "{}", environment.message);
        for sentence in *sentences {
            assert!(environment.message.contains(sentence), "{}", environment.message);
        }
        assert!(!environment.message.contains('\n') && environment.message.chars().count() < 600);
        assert!(!environment.message.contains("nothing of it was applied"), "{}", environment.message);
        assert!(commands(&environment).contains(next), "{next}: {}", commands(&environment));
        let blank = attempt(outcome, "");
        assert_eq!(blank.standing, Standing::Failed, "without words the standing is the same");
    }
}

#[test]
fn a_scope_of_azure_is_told_and_no_right_is_handed_out_by_hand() {
    let labels = json!({ "clusterconfig.azure.com/is-managed": "true", "clusterconfig.azure.com/name": "edge-config" });
    let azure = with(failed(specified(), "ReconciliationFailed", FORBIDDEN), &[("/metadata/labels", labels)]);
    let environment = seen(&[source(), azure]);
    assert!(environment.message.contains("scope namespace"), "{}", environment.message);
    let commands = commands(&environment);
    for command in ["az k8s-configuration flux show", "-n edge-config", "--scope cluster"] {
        assert!(commands.contains(command), "{commands}");
    }
    assert!(!commands.contains("clusterrolebinding") && !commands.contains("auth can-i"), "{commands}");
}

#[test]
fn values_of_secrets_are_never_printed() {
    let environment = attempt("BuildFailed", "decryption failed for 'a': cannot get sops data key");
    let line = commands(&environment);
    let template = "'{{range $name, $value := .data}}{{$name}}{{\"\\n\"}}{{end}}'";
    assert!(line.contains(template) && !line.contains("{{$value}}") && !line.contains("jsonpath"), "{line}");
}

#[test]
fn that_nothing_was_applied_is_said_of_a_first_attempt_alone() {
    let refused = "ConfigMap/a/s dry-run failed (Invalid): spec: no\n";
    let part = "ConfigMap/a/s dry-run failed (Invalid): spec: no\nNamespace/a created\n";
    let fresh =
        with(source(), &[("/status/artifact", json!({ "revision": REVISION, "lastUpdateTime": ago(95) }))]);
    let event = |message: &str, seconds: i64| {
        json!({
            "kind": "Event", "metadata": { "namespace": NAMESPACE, "name": format!("e{seconds}"), "annotations": { "kustomize.toolkit.fluxcd.io/revision": REVISION } },
            "involvedObject": { "kind": "Kustomization", "namespace": NAMESPACE, "name": "hello-dev-hello-dev", "uid": "k" },
            "type": "Warning", "reason": "ReconciliationFailed", "message": message, "firstTimestamp": ago(seconds), "lastTimestamp": ago(seconds),
        })
    };
    let said = |objects: &[Value]| seen(objects).message;
    let kustomization = |message: &str| failed(specified(), "ReconciliationFailed", message);
    let first = said(&[fresh.clone(), kustomization(refused)]);
    assert!(first.contains("; nothing of it was applied"), "{first}");
    let later = said(&[source(), kustomization(refused)]);
    assert!(!later.contains("was applied"), "the first attempt is forgotten: {later}");
    let before = said(&[fresh.clone(), kustomization(refused), event(part, 94)]);
    assert!(before.contains("; other objects of it were applied"), "{before}");
    let in_part = said(&[fresh.clone(), kustomization(part)]);
    assert!(in_part.contains("; other objects of it were applied"), "{in_part}");
    let again = with(kustomization(refused), &[("/status/lastAppliedRevision", json!(REVISION))]);
    let gone = said(&[fresh.clone(), again.clone()]);
    assert!(gone.contains("; it was applied before") && !gone.contains("stays"), "{gone}");
    let again = said(&[fresh, again, deployment()]);
    assert!(again.contains("; it was applied before, and stays") && !again.contains("nothing"), "{again}");
}

#[test]
fn an_artifact_that_cannot_be_had_is_not_the_sources_fault() {
    let never = |message: &str| {
        let object = failed(kustomization(), "ArtifactFailed", message);
        let mut object = with(object, &[("/status/observedGeneration", json!(-1))]);
        object["status"].as_object_mut().expect("status").remove("lastAppliedRevision");
        seen(&[source(), object])
    };
    let url = "http://source-controller.flux-system.svc.cluster.local./gitrepository/a/b/43f5aa4ee8b0e46e503d67c6a65280c30d1ad962.tar.gz";
    let lost = "failed to download artifact, error: GET URL giving up after 10 attempt(s): Get \"URL\": dial tcp 192.0.2.134:80: i/o timeout";
    for (message, sentence, next) in [
        (
            lost.replace("URL", url),
            "d61d370 is fetched, but at Flux's last try kustomize-controller could not download it from source-controller: dial tcp 192.0.2.134:80: i/o timeout",
            "kubectl get services,endpoints,networkpolicies -n flux-system",
        ),
        (
            "Source is not ready, artifact not found, retrying in 30s".to_owned(),
            "source-controller no longer had it in its storage",
            "kubectl annotate --overwrite gitrepository/hello-dev",
        ),
        (
            "failed to verify archive: computed digest doesn't match provided 'sha256:0'".to_owned(),
            "was damaged",
            "networkpolicies -n flux-system",
        ),
        (
            "something new".to_owned(),
            "could not be used at Flux's last try: something new",
            "kubectl describe kustomization/",
        ),
    ] {
        let environment = never(&message);
        assert_stands(&environment, Standing::NotDeployed, Reason::ArtifactFailed);
        assert!(environment.message.contains(sentence), "{}", environment.message);
        assert!(commands(&environment).contains(next), "{}", commands(&environment));
    }
}

#[test]
fn a_failed_attempt_is_told_beside_what_is_decided_elsewhere() {
    let suspended = with(
        failed(specified(), "BuildFailed", "kustomize build failed: no"),
        &[("/spec/suspend", json!(true))],
    );
    let environment = seen(&[source(), suspended.clone(), deployment()]);
    assert_stands(&environment, Standing::Suspended, Reason::KustomizationSuspended);
    let told = environment.remarks.iter().find(|remark| remark.reason == Reason::BuildFailed);
    assert!(
        told.is_some_and(|remark| remark.message.contains("d61d370 failed")),
        "{:?}",
        environment.remarks
    );
    let healthy = with(specified(), &[("/spec/suspend", json!(true))]);
    let environment = seen(&[source(), healthy, deployment()]);
    assert!(environment.remarks.iter().all(|remark| remark.reason != Reason::BuildFailed));
}

#[test]
fn one_content_that_failed_and_succeeded_is_told_by_the_newer_of_the_two() {
    let entry = |status: &str, seconds: i64| {
        json!({
            "digest": "sha256:1", "metadata": { "revision": REVISION }, "lastReconciledStatus": status,
            "firstReconciled": ago(500), "lastReconciled": ago(seconds), "lastReconciledDuration": "1s",
        })
    };
    let object = |history: Value| {
        let trying = json!([
            condition("Ready", "Unknown", "Progressing", 5),
            condition("Reconciling", "True", "Progressing", 5)
        ]);
        with(specified(), &[("/status/history", history), ("/status/conditions", trying)])
    };
    let (failed, succeeded) = ("HealthCheckFailed", "ReconciliationSucceeded");
    let newer_failure = object(json!([entry(succeeded, 300), entry(failed, 60)]));
    assert_eq!(seen(&[source(), newer_failure, deployment()]).standing, Standing::Failed);
    let newer_success = object(json!([entry(failed, 300), entry(succeeded, 60)]));
    assert_ne!(seen(&[source(), newer_success, deployment()]).standing, Standing::Failed);
}
