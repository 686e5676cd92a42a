//! Objects that could not be applied: the API server refused one, could not ask a webhook, or did not answer; or there
//! was no client to apply them with. Flux has one reason for all of these.

use super::attempt_failure::{AttemptFailure, Extent};
use super::build_failure::failed_decryption;
use super::failure_subject::{Denial, FailureSubject};
use super::message::{between, with_message};
use super::next_commands::is_azure;
use super::{Cause, Reason};
use crate::model::objects::Kustomization;

/// A failure that comes before any object: no client for another cluster, or for an account.
pub(super) fn failed_client(kustomization: &Kustomization, message: &str) -> Option<AttemptFailure> {
    let lower = message.to_lowercase();
    let namespace = &kustomization.meta.namespace;
    if object_of(message).is_some() {
        return None;
    }
    if lower.contains("kubeconfig") {
        let secret = kustomization.kubeconfig_secret.clone().unwrap_or_default();
        let title = format!("Secret {namespace}/{secret}");
        let sentence = if lower.contains("not found") && lower.contains("unable to read") {
            format!("the other cluster could not be reached: {title} with its kubeconfig was not there")
        } else {
            with_message("the other cluster could not be reached".to_owned(), message)
        };
        let failure = AttemptFailure::new(Reason::ReconciliationFailed, sentence);
        return Some(failure.about(FailureSubject::KubeConfig(secret)));
    }
    if lower.contains("impersonat") || lower.contains("serviceaccount") && lower.contains("not found") {
        let account = kustomization.service_account.as_deref().unwrap_or("default");
        let sentence = format!("Flux could not act as service account {namespace}/{account}");
        let user = format!("system:serviceaccount:{namespace}:{account}");
        let denial = denial_of(message).unwrap_or(Denial { user, ..Denial::default() });
        let failure = AttemptFailure::new(Reason::ReconciliationFailed, with_message(sentence, message));
        return Some(failure.about(FailureSubject::Account(denial)));
    }
    if kustomization.is_remote && !message.is_empty() {
        let sentence = with_message("the other cluster could not be reached".to_owned(), message);
        let secret = kustomization.kubeconfig_secret.clone().unwrap_or_default();
        let failure = AttemptFailure::new(Reason::ReconciliationFailed, sentence);
        return Some(failure.about(FailureSubject::KubeConfig(secret)));
    }
    is_server_silent(&lower).then(|| {
        let sentence = with_message("the API server did not answer as it should".to_owned(), message);
        AttemptFailure::new(Reason::ReconciliationFailed, sentence).about(FailureSubject::ApiServer)
    })
}

/// `<Kind>/<namespace>/<name> dry-run failed (<Reason>): …` or `<Kind>/<namespace>/<name> not found: …`
pub(super) fn refused_apply(kustomization: &Kustomization, message: &str) -> AttemptFailure {
    if message.contains("is SOPS encrypted, configuring decryption") {
        return failed_decryption(kustomization, message);
    }
    let object = object_of(message);
    let named = object.unwrap_or("an object");
    let extent = extent_of_refusal(message);
    let refusal = told_of_object(object, message);
    let cause = cause_of_refusal(message);
    let subject = subject_of_refusal(cause, object, message);
    let why = why(cause, &subject, message);
    if cause.is_none() && is_server_silent(&message.to_lowercase()) {
        let sentence =
            with_message(format!("the API server did not answer when {named} was applied"), refusal);
        let failure = AttemptFailure::new(Reason::ReconciliationFailed, sentence);
        return AttemptFailure { extent, ..failure.about(FailureSubject::ApiServer) };
    }
    let sentence = match (&subject, cause) {
        (FailureSubject::Account(denial), _) => {
            format!("the API server refused {named}: {}{}", denial.in_words(), scope(kustomization, denial))
        }
        (_, Some(Cause::WebhookUnreachable)) => {
            with_message(format!("{named} could not be applied, because {why} could not be asked"), refusal)
        }
        _ if message.is_empty() => "an object could not be applied".to_owned(),
        _ => with_message(format!("the API server refused {named}{why}"), refusal),
    };
    let failure = AttemptFailure::new(Reason::ApplyRefused, sentence);
    AttemptFailure { extent, ..failure.because(cause).about(subject) }
}

/// That an account comes from the scope of Azure's configuration, where that is so.
fn scope(kustomization: &Kustomization, denial: &Denial) -> &'static str {
    let is_scoped = is_azure(&kustomization.meta)
        && denial
            .service_account()
            .is_some_and(|(home, _)| home == kustomization.meta.namespace && home != denial.namespace);
    if is_scoped {
        ", as in a Flux configuration of scope namespace: it has rights in its own namespace alone"
    } else {
        ""
    }
}

/// What is behind a refusal, in words.
fn why(cause: Option<Cause>, subject: &FailureSubject, message: &str) -> String {
    match cause {
        Some(Cause::Immutable) => " (a field that cannot be changed)".to_owned(),
        Some(Cause::Invalid) => " (not valid)".to_owned(),
        Some(Cause::Forbidden) => " (it is forbidden)".to_owned(),
        Some(Cause::Quota) => " (a quota of its namespace is used up)".to_owned(),
        Some(Cause::NamespaceMissing) if message.contains("being terminated") => {
            " (its namespace was being deleted)".to_owned()
        }
        Some(Cause::NamespaceMissing) => " (its namespace was not there)".to_owned(),
        Some(Cause::KindMissing) => " (its kind was not known: is its CRD installed?)".to_owned(),
        Some(Cause::WebhookDenied) if message.contains("admission webhook") => {
            " (an admission webhook)".to_owned()
        }
        Some(Cause::WebhookDenied) if message.contains("PodSecurity") => {
            " (the Pod Security level of its namespace)".to_owned()
        }
        Some(Cause::WebhookDenied) => " (an admission policy)".to_owned(),
        Some(Cause::WebhookUnreachable) => webhook(subject, message),
        _ => String::new(),
    }
}

/// The webhook that could not be asked, and the service behind it.
fn webhook(subject: &FailureSubject, message: &str) -> String {
    let name = between(message, "failed calling webhook \"", "\"").map(|name| format!(" {name}"));
    let kind = if message.contains("conversion webhook") { "a conversion webhook" } else { "webhook" };
    let service = match subject {
        FailureSubject::Webhook(Some((namespace, name))) => format!(" (service {namespace}/{name})"),
        _ => String::new(),
    };
    format!("{kind}{}{service}", name.unwrap_or_default())
}

/// What the failure of an object is about.
fn subject_of_refusal(cause: Option<Cause>, object: Option<&str>, message: &str) -> FailureSubject {
    let namespace = || {
        let mut parts = object.unwrap_or_default().split('/').skip(1);
        let namespace = parts.next().filter(|_| parts.next().is_some());
        namespace.unwrap_or_default().to_owned()
    };
    match cause {
        Some(Cause::NamespaceMissing) => match between(message, "namespaces \"", "\"") {
            Some(name) => FailureSubject::Namespace(name.to_owned()),
            None => FailureSubject::Namespace(namespace()),
        },
        Some(Cause::Quota) => FailureSubject::Quota(namespace()),
        Some(Cause::KindMissing) => {
            let version = between(message, "in version \"", "\"").unwrap_or_default();
            FailureSubject::Kind(version.split_once('/').map_or("", |(group, _)| group).to_owned())
        }
        Some(Cause::WebhookDenied | Cause::WebhookUnreachable) => FailureSubject::Webhook(service(message)),
        Some(Cause::Forbidden) => denial_of(message).map(FailureSubject::Account).unwrap_or_default(),
        _ => FailureSubject::Revision,
    }
}

/// Namespace and name of the service that a webhook's URL leads to: `https://<name>.<namespace>.svc:443/…`.
fn service(message: &str) -> Option<(String, String)> {
    let host = between(message, "Post \"https://", "/")?;
    let (name, namespace) = host.split_once(".svc")?.0.split_once('.')?;
    Some((namespace.to_owned(), name.to_owned()))
}

/// `User "…" cannot patch resource "…" in API group "…" in the namespace "…"`
fn denial_of(message: &str) -> Option<Denial> {
    let (_, rest) = message.split_once("User \"").or_else(|| message.split_once("user \""))?;
    let (user, rest) = rest.split_once("\" cannot ")?;
    let (verb, rest) = rest.split_once(' ')?;
    let (resource, rest) = rest.strip_prefix("resource \"")?.split_once('"')?;
    let group = between(rest, "in API group \"", "\"").filter(|group| !group.is_empty());
    let group = group.map(|group| format!(".{group}")).unwrap_or_default();
    let namespace = between(rest, "in the namespace \"", "\"").unwrap_or_default();
    Some(Denial {
        user: user.to_owned(),
        verb: verb.to_owned(),
        resource: format!("{resource}{group}"),
        namespace: namespace.to_owned(),
    })
}

/// The object that a refusal begins with.
fn object_of(message: &str) -> Option<&str> {
    let word = message.split_whitespace().next()?;
    let is_object =
        word.contains('/') && !word.ends_with(':') && word.starts_with(|c: char| c.is_ascii_uppercase());
    is_object.then_some(word)
}

/// What is told of the object: without its name, without what earlier stages changed.
fn told_of_object<'a>(object: Option<&str>, message: &'a str) -> &'a str {
    let told = object.and_then(|object| message.strip_prefix(object)).unwrap_or(message);
    changes(told).map_or(told, |at| &told[..at]).trim()
}

/// Where the list of changes begins that Flux appends: `<Kind>/<namespace>/<name> created`.
fn changes(message: &str) -> Option<usize> {
    let words = message.split_inclusive(' ').scan(0, |end, word| {
        let start = *end;
        *end += word.len();
        Some((start, word.trim_end()))
    });
    let words: Vec<(usize, &str)> = words.collect();
    let is_change = |pair: &&[(usize, &str)]| {
        let is_object = pair[0].1.contains('/') && !pair[0].1.ends_with(':');
        is_object && matches!(pair[1].1, "created" | "configured" | "deleted")
    };
    words.windows(2).find(is_change).map(|pair| pair[0].0)
}

/// How much of a revision was applied before an object was refused, where Flux says. It applies definitions and
/// namespaces first, then the others, and tries all objects of a stage before it writes one of them. Behind a refusal of
/// the last stage it begins a line and lists what earlier stages changed, as `<Kind>/<namespace>/<name> created`.
pub(super) fn extent_of_refusal(message: &str) -> Extent {
    let is_of_last_stage = message.ends_with(char::is_whitespace);
    let is_trial = message.contains("dry-run failed") || message.contains(" not found: ");
    if changes(message).is_some() {
        Extent::Part
    } else if is_of_last_stage && is_trial {
        Extent::ChangedNothing
    } else {
        Extent::NotTold
    }
}

/// Whether the API server, or the way to it, is what failed.
fn is_server_silent(lower: &str) -> bool {
    const SILENT: [&str; 11] = [
        "context deadline exceeded",
        "request timed out",
        "i/o timeout",
        "tls handshake timeout",
        "connection refused",
        "connection reset by peer",
        "unable to return a response in the time allotted",
        "currently unable to handle the request",
        "etcdserver",
        "too many requests",
        "unexpected eof",
    ];
    SILENT.iter().any(|words| lower.contains(words))
}

fn cause_of_refusal(message: &str) -> Option<Cause> {
    let lower = message.to_lowercase();
    let has = |text: &str| lower.contains(text);
    if has("failed calling webhook") || has("conversion webhook") {
        Some(Cause::WebhookUnreachable)
    } else if has("admission webhook")
        || has("violates podsecurity")
        || has("validatingadmissionpolicy") && has("denied")
        || has("mutatingadmissionpolicy") && has("denied")
    {
        Some(Cause::WebhookDenied)
    } else if has("exceeded quota") {
        Some(Cause::Quota)
    } else if has("immutable")
        || has("may not change")
        || has("updates to statefulset spec for fields other than")
    {
        Some(Cause::Immutable)
    } else if has("namespaces \"") && has("not found")
        || has("namespace not specified")
        || has("being terminated")
    {
        Some(Cause::NamespaceMissing)
    } else if has("no matches for kind")
        || has("could not find the requested resource")
        || has("crd") && has("not found")
    {
        Some(Cause::KindMissing)
    } else if has("(forbidden)")
        || has("is forbidden")
        || has("cannot create resource")
        || has("cannot patch resource")
    {
        Some(Cause::Forbidden)
    } else if has("(invalid)")
        || has("is invalid")
        || has("field not declared in schema")
        || has("unknown field")
        || has("(badrequest)")
    {
        Some(Cause::Invalid)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_of_refusals_are_told_apart() {
        for (message, cause) in [
            (
                "Deployment/a/b dry-run failed (Invalid): Deployment.apps \"b\" is invalid: metadata.labels",
                Some(Cause::Invalid),
            ),
            (
                "Deployment/a/b dry-run failed (Invalid): spec.selector: Invalid value: field is immutable",
                Some(Cause::Immutable),
            ),
            (
                "ConfigMap/nowhere/s not found: namespaces \"nowhere\" not found",
                Some(Cause::NamespaceMissing),
            ),
            (
                "Widget/a/b dry-run failed: no matches for kind \"Widget\" in version \"x/v1\"",
                Some(Cause::KindMissing),
            ),
            (
                "Role/a/b dry-run failed (Forbidden): roles is forbidden: User \"f\" cannot patch resource",
                Some(Cause::Forbidden),
            ),
            (
                "Pod/a/b dry-run failed (Forbidden): admission webhook \"v.x\" denied the request: no",
                Some(Cause::WebhookDenied),
            ),
            (
                "Pod/a/b dry-run failed (Forbidden): pods \"b\" is forbidden: violates PodSecurity \"restricted:latest\"",
                Some(Cause::WebhookDenied),
            ),
            (
                "Ingress/a/b dry-run failed (InternalError): Internal error occurred: failed calling webhook \"v.x\": failed to call webhook: x509: unknown authority",
                Some(Cause::WebhookUnreachable),
            ),
            (
                "ConfigMap/a/b dry-run failed (Forbidden): configmaps \"b\" is forbidden: exceeded quota: few",
                Some(Cause::Quota),
            ),
            ("something new", None),
            ("", None),
        ] {
            assert_eq!(cause_of_refusal(message), cause, "{message}");
        }
    }

    #[test]
    fn how_much_was_applied_is_told_where_flux_tells_it() {
        let refused = "ConfigMap/a/s dry-run failed (Invalid): it is created/configured wrongly";
        for (message, extent) in [
            (format!("{refused} "), Extent::ChangedNothing),
            (refused.to_owned(), Extent::NotTold),
            (format!("{refused} Namespace/a created Widget/b configured"), Extent::Part),
            ("Job/a/b apply failed (Forbidden): no ".to_owned(), Extent::NotTold),
        ] {
            assert_eq!(extent_of_refusal(&message), extent, "{message}");
            let told = told_of_object(Some("ConfigMap/a/s"), &message);
            assert!(!told.contains("Namespace/a"), "{told}");
        }
    }

    #[test]
    fn services_of_webhooks_are_found() {
        let message =
            "failed to call webhook: Post \"https://hook.ingress.svc:443/v1?timeout=10s\": dial tcp";
        assert_eq!(service(message), Some(("ingress".to_owned(), "hook".to_owned())));
        assert_eq!(service("failed calling webhook"), None);
    }
}
