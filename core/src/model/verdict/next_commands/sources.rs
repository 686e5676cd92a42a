//! Mend a fetch, or have Flux fetch now.

use std::collections::BTreeMap;

use super::attempts::{annotate, names};
use super::azure::{is_azure, update_source};
use super::credentials::{mend_credentials, trust_authority, trust_host_key};
use super::references::follow_another;
use super::{NextCommand, Reason};
use crate::model::argument::valid_name;
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::objects::{Source, SourceKind};

/// Ask Flux to fetch now. That works on objects of Azure too: its agent leaves this annotation alone.
/// What nobody fetches on request is looked into instead.
pub(in crate::model::verdict) fn fetch_now(source: &Source) -> NextCommand {
    if !source.fetches_on_request() {
        return describe(source);
    }
    NextCommand::new(annotate(&source.kind.name().to_lowercase(), &source.meta), "fetch now")
}

/// Mend a fetch.
pub(in crate::model::verdict) fn fetch(
    arc: &BTreeMap<String, String>,
    source: &Source,
    reason: Reason,
) -> Vec<NextCommand> {
    match reason {
        Reason::TokenRejected | Reason::GitSecretMissing | Reason::AuthenticationFailed => {
            mend_credentials(arc, source, reason)
        }
        Reason::BranchNotFound | Reason::ReferenceNotFound | Reason::RepositoryNotFound => {
            [vec![describe(source)], follow_another(arc, source, reason)].concat()
        }
        Reason::CertificateRefused => vec![trust_authority(arc, source), describe(source)],
        Reason::HostKeyRefused => trust_host_key(arc, source),
        Reason::VerificationFailed => {
            vec![describe(source)].into_iter().chain(correct_verification(arc, source)).collect()
        }
        Reason::RateLimited => vec![describe(source)].into_iter().chain(ask_less(arc, source)).collect(),
        Reason::ProxyFailed => vec![describe(source), proxy_of_controller()],
        _ => vec![describe(source)],
    }
}

/// Look into a source.
pub(super) fn describe(source: &Source) -> NextCommand {
    let (_, namespace) = names(&source.meta);
    let line = format!("kubectl describe {} -n {namespace}", source.argument());
    NextCommand::new(line, "what Flux says, in full")
}

/// Change the specification of a source in the cluster.
pub(super) fn patch(source: &Source, patch: &str, why: &str) -> NextCommand {
    let (_, namespace) = names(&source.meta);
    let line = format!("kubectl patch {} -n {namespace} --type merge -p '{patch}'", source.argument());
    NextCommand::new(line, why)
}

/// Correct whose signatures are trusted. A correction in the repository cannot arrive through the very source that refuses
/// it.
fn correct_verification(arc: &BTreeMap<String, String>, source: &Source) -> Option<NextCommand> {
    const WHY: &str = "if what was refused is genuine: correct whose signatures are trusted, here where a change in the \
                       repository cannot arrive";
    let secret = source.verification_secret.as_deref();
    match (source.kind, secret) {
        (SourceKind::HelmChart | SourceKind::HelmRepository | SourceKind::ExternalArtifact, _) => None,
        _ if is_azure(&source.meta) && source.kind == SourceKind::OciRepository => {
            let change = "--match-oidc-identity '{\"issuer\":\"<issuer>\",\"subject\":\"<subject>\"}'";
            Some(update_source(arc, source, change, WHY))
        }
        _ if is_azure(&source.meta) => None,
        (_, Some(secret)) => {
            let (_, namespace) = names(&source.meta);
            let secret = valid_name(secret, "'<secret>'");
            let line = format!(
                "kubectl create secret generic {secret} -n {namespace} --from-file='<key>'.pub --dry-run=client -o \
                 yaml | kubectl apply -f -"
            );
            Some(NextCommand::new(line, WHY))
        }
        (_, None) => {
            let identity =
                r#"{"spec":{"verify":{"matchOIDCIdentity":[{"issuer":"<issuer>","subject":"<subject>"}]}}}"#;
            Some(patch(source, identity, WHY))
        }
    }
}

/// Fetch less often.
fn ask_less(arc: &BTreeMap<String, String>, source: &Source) -> Option<NextCommand> {
    const WHY: &str = "fetch less often";
    match source.kind {
        SourceKind::HelmChart | SourceKind::ExternalArtifact => None,
        _ if is_azure(&source.meta) => Some(update_source(arc, source, "--interval 10m", WHY)),
        _ => Some(patch(source, r#"{"spec":{"interval":"10m"}}"#, WHY)),
    }
}

fn proxy_of_controller() -> NextCommand {
    let line = format!(
        "kubectl get deployment/source-controller -n {FLUX_NAMESPACE} -o \
         jsonpath='{{.spec.template.spec.containers[*].env}}'"
    );
    NextCommand::new(line, "which proxy source-controller uses, and for which hosts none")
}
