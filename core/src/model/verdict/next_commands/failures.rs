//! Look into an attempt that failed, where the cause lies: the revision, a Secret, a right, a webhook, the network.

use std::collections::BTreeMap;

use super::super::Cause;
use super::super::attempt_failure::AttemptFailure;
use super::super::failure_subject::{Denial, FailureSubject};
use super::attempts::{attempt, build, names};
use super::azure::{configuration_flags, is_azure};
use super::sources::fetch_now;
use super::{NextCommand, Reason};
use crate::model::argument::{valid_kind, valid_name, valid_subject};
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::objects::{Kustomization, Source};

/// So many ConfigMaps and Secrets are looked into.
const HOLDERS_SHOWN: usize = 3;

/// Look into an attempt that failed.
pub(in crate::model::verdict) fn failed_attempt(
    arc: &BTreeMap<String, String>,
    kustomization: &Kustomization,
    failure: &AttemptFailure,
) -> Vec<NextCommand> {
    let (_, home) = names(&kustomization.meta);
    let first = match &failure.subject {
        FailureSubject::DecryptionKeys(Some(secret)) => {
            let why = "the names of its entries, not what is in them: *.agekey for age, *.asc for PGP";
            vec![NextCommand::new(entry_names("secret", valid_name(secret, "'<secret>'"), home), why)]
        }
        FailureSubject::CloudKey { secret, account } => {
            let why = "the names of its entries, not what is in them: sops.azure-kv, sops.aws-kms, sops.gcp-kms, \
                       sops.vault-token";
            let secret = secret.as_ref().map(|secret| {
                NextCommand::new(entry_names("secret", valid_name(secret, "'<secret>'"), home), why)
            });
            secret.into_iter().chain([identity(account.as_deref(), home)]).collect()
        }
        FailureSubject::KubeConfig(secret) => {
            let why = "the names of its entries, not what is in them: the kubeconfig is in `value`";
            vec![NextCommand::new(entry_names("secret", valid_name(secret, "'<secret>'"), home), why)]
        }
        FailureSubject::Variables(holders) => {
            let why = "the names of its entries: each must be letters, digits and _ to be a variable";
            let holders = holders.iter().take(HOLDERS_SHOWN);
            let line =
                |kind: &str, name: &str| entry_names(&valid_kind(kind), valid_name(name, "'<name>'"), home);
            holders.map(|holder| NextCommand::new(line(&holder.kind, &holder.name), why)).collect()
        }
        FailureSubject::Namespace(name) => {
            let line = format!("kubectl get namespace {}", valid_name(name, "'<namespace>'"));
            vec![NextCommand::new(line, "is it there? Put it into the repository, or create it")]
        }
        FailureSubject::Quota(namespace) => {
            let line =
                format!("kubectl describe resourcequota -n {}", valid_name(namespace, "'<namespace>'"));
            vec![NextCommand::new(line, "what is used, and the limits")]
        }
        FailureSubject::Kind(group) => {
            let line = format!("kubectl api-resources --api-group {}", valid_name(group, "'<group>'"));
            vec![NextCommand::new(
                line,
                "which kinds of its group the server knows: its CRD must be among them",
            )]
        }
        FailureSubject::Webhook(service) => {
            let is_unreachable = failure.cause == Some(Cause::WebhookUnreachable);
            webhook(service.as_ref(), is_unreachable)
        }
        FailureSubject::Account(denial) if is_scoped(kustomization, denial) => scope(arc, kustomization),
        FailureSubject::Account(denial) => account(kustomization, denial),
        FailureSubject::ApiServer => {
            vec![NextCommand::new(
                "kubectl get --raw '/readyz?verbose'",
                "what of the API server is not ready",
            )]
        }
        FailureSubject::Revision | FailureSubject::DecryptionKeys(None) => Vec::new(),
    };
    let is_built_here = matches!(failure.reason, Reason::BuildFailed)
        || failure.subject == FailureSubject::Variables(Vec::new());
    let general = if is_built_here { build(kustomization) } else { attempt(kustomization) };
    [first, general].concat()
}

/// The names of what a ConfigMap or Secret holds. Values are never printed.
fn entry_names(kind: &str, name: &str, namespace: &str) -> String {
    let template = r#"'{{range $name, $value := .data}}{{$name}}{{"\n"}}{{end}}'"#;
    format!("kubectl get {kind} {name} -n {namespace} -o go-template={template}")
}

/// Look at the account that asks a cloud for a key.
fn identity(account: Option<&str>, home: &str) -> NextCommand {
    let (name, namespace) = match account {
        Some(account) => (valid_name(account, "'<account>'"), home),
        None => ("kustomize-controller", FLUX_NAMESPACE),
    };
    let line = format!("kubectl describe serviceaccount/{name} -n {namespace}");
    NextCommand::new(
        line,
        "its identity in the cloud (client-id, role): that must be let decrypt with the key",
    )
}

/// Look at the webhooks, and at what should answer for one.
fn webhook(service: Option<&(String, String)>, is_unreachable: bool) -> Vec<NextCommand> {
    let behind = service.map(|(namespace, name)| {
        let name = valid_name(name, "'<service>'");
        let line = format!(
            "kubectl get endpointslices -n {} -l kubernetes.io/service-name={name}",
            valid_name(namespace, "'<namespace>'")
        );
        NextCommand::new(line, "does anything answer for the webhook?")
    });
    let all = NextCommand::new(
        "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o \
         custom-columns='NAME:.metadata.name,WEBHOOKS:.webhooks[*].name'",
        "whose webhook it is",
    );
    let cure = is_unreachable.then(|| {
        NextCommand::new(
            "kubectl delete validatingwebhookconfiguration '<name>'",
            "where what answered is gone for good: take away the configuration that it left (or the mutating one)",
        )
    });
    behind.into_iter().chain([all]).chain(cure).collect()
}

/// Whether an account is that of Azure's configuration, and what it may not do lies outside its namespace.
fn is_scoped(kustomization: &Kustomization, denial: &Denial) -> bool {
    let home = denial.service_account().map(|(namespace, _)| namespace);
    is_azure(&kustomization.meta)
        && home == Some(kustomization.meta.namespace.as_str())
        && home != Some(denial.namespace.as_str())
}

/// Look at the scope of Azure's configuration. It is given when that is created.
fn scope(arc: &BTreeMap<String, String>, kustomization: &Kustomization) -> Vec<NextCommand> {
    let meta = &kustomization.meta;
    let flags = configuration_flags(arc, meta);
    let (_, namespace) = names(meta);
    let create = format!(
        "az k8s-configuration flux create {flags} --namespace {namespace} --scope cluster --url '<url>' --branch '<branch>' \
         --kustomization name='<name>' path='<path>' prune=true"
    );
    vec![
        NextCommand::new(
            format!("az k8s-configuration flux show {flags}"),
            "its scope: with `namespace` the account has rights in its own namespace alone",
        ),
        NextCommand::new(
            create,
            "create it again with scope cluster, once the old one is deleted; or take what is outside its namespace out of the folder",
        ),
    ]
}

/// Ask for a right of an account, or look whether it is there.
fn account(kustomization: &Kustomization, denial: &Denial) -> Vec<NextCommand> {
    let (_, home) = names(&kustomization.meta);
    if denial.verb.is_empty() {
        let name = denial.service_account().map_or("", |(_, name)| name);
        let line = format!("kubectl get serviceaccount {} -n {home}", valid_name(name, "'<account>'"));
        return vec![NextCommand::new(line, "is the account there?")];
    }
    let place = match denial.namespace.as_str() {
        "" => String::new(),
        namespace => format!(" -n {}", valid_name(namespace, "'<namespace>'")),
    };
    let line = format!(
        "kubectl auth can-i {} {}{place} --as {}",
        valid_name(&denial.verb, "'<verb>'"),
        valid_name(&denial.resource, "'<resource>'"),
        valid_subject(&denial.user, "'<user>'")
    );
    let right = NextCommand::new(line, "the right that the account lacks: a RoleBinding must give it");
    let account = denial.service_account().map(|(namespace, name)| {
        let name = valid_name(name, "'<account>'");
        let line = format!("kubectl get serviceaccount {name} -n {}", valid_name(namespace, "'<namespace>'"));
        NextCommand::new(line, "is the account there?")
    });
    [right].into_iter().chain(account).collect()
}

/// Have an artifact fetched again that source-controller no longer has.
pub(in crate::model::verdict) fn lost_artifact(
    kustomization: &Kustomization,
    source: &Source,
) -> Vec<NextCommand> {
    [vec![fetch_now(source)], attempt(kustomization)].concat()
}
