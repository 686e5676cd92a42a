//! Why building or applying a revision failed, in Flux's words and in ours.

use super::{Cause, Reason};

/// A failure of an attempt: from a condition, the history or an event.
pub(super) struct AttemptFailure {
    pub reason: Reason,
    pub cause: Option<Cause>,
    /// What went wrong, told as past.
    pub sentence: String,
    /// How much of the revision was applied all the same, as the end of a sentence; empty where nothing says.
    pub extent: &'static str,
}

impl AttemptFailure {
    /// `outcome` is Flux's reason; `message` its text, which may be empty.
    pub(super) fn of(outcome: &str, message: &str) -> Self {
        let (reason, sentence) = match outcome {
            "ReconciliationFailed" => return refused_apply(message),
            "BuildFailed" if is_substitution(message) => (
                Reason::SubstitutionFailed,
                with_message("variables could not be substituted".to_owned(), message),
            ),
            "BuildFailed" => (
                Reason::BuildFailed,
                with_message("kustomize could not build it".to_owned(), &stripped(message)),
            ),
            "PruneFailed" => {
                let sentence = "objects that left the repository could not be removed".to_owned();
                (Reason::PruneFailed, with_message(sentence, message))
            }
            "HealthCheckFailed" => {
                let sentence = "the health check failed".to_owned();
                (Reason::HealthCheckFailed, with_message(sentence, how_the_check_ended(message)))
            }
            other => (Reason::ReconciliationFailed, with_message(format!("Flux reported {other}"), message)),
        };
        Self { reason, cause: None, sentence, extent: "" }
    }
}

/// Whether a condition's or event's reason says that an attempt failed for good until something changes.
/// Waiting for a source or a dependency, and a check that gave way to a newer revision, are none.
pub fn is_failure(outcome: &str) -> bool {
    !matches!(
        outcome,
        "" | "ReconciliationSucceeded"
            | "ArtifactFailed"
            | "DependencyNotReady"
            | "HealthCheckCanceled"
            | "Progressing"
            | "ProgressingWithRetry"
            | "Suspended"
    )
}

/// A sentence with Flux's own words, where it has any.
pub(super) fn with_message(sentence: String, message: &str) -> String {
    if message.is_empty() { sentence } else { format!("{sentence}: {message}") }
}

fn is_substitution(message: &str) -> bool {
    message.contains("post build failed")
        || message.contains("variable substitution failed")
        || message.contains("envsubst")
}

/// Without what every such message begins with, and without the folder that Flux built it in, whose name is
/// another at every try.
fn stripped(message: &str) -> String {
    const FOLDER: &str = "/tmp/kustomization-";
    let message = message.trim_start_matches("kustomize build failed: ");
    let mut pieces = message.split(FOLDER);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        text += piece.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches('/');
    }
    text
}

/// `<Kind>/<namespace>/<name> dry-run failed (<Reason>): …` or `<Kind>/<namespace>/<name> not found: …`
fn refused_apply(message: &str) -> AttemptFailure {
    let object = message.split_whitespace().next().filter(|word| word.contains('/') && !word.ends_with(':'));
    let cause = cause_of_refusal(message);
    let subject = match object {
        Some(object) => format!("the API server refused {object}"),
        None => "the API server refused an object".to_owned(),
    };
    let why = match cause {
        Some(Cause::Immutable) => " (a field that cannot be changed)",
        Some(Cause::Invalid) => " (not valid)",
        Some(Cause::Forbidden) => " (Flux may not)",
        Some(Cause::NamespaceMissing) => " (its namespace was not there)",
        Some(Cause::KindMissing) => " (its kind was not known: is its CRD installed?)",
        Some(Cause::WebhookDenied) => " (an admission webhook)",
        _ => "",
    };
    let detail =
        object.map_or(message, |object| message.strip_prefix(object).unwrap_or(message).trim_start());
    AttemptFailure {
        reason: Reason::ApplyRefused,
        cause,
        sentence: with_message(format!("{subject}{why}"), detail.trim_end()),
        extent: extent_of_refusal(message),
    }
}

/// How much of a revision was applied before an object was refused, where Flux says. It applies definitions and
/// namespaces first, then the others, and tries all objects of a stage before it writes one of them. Behind a refusal of
/// the last stage it begins a line and lists what earlier stages changed, as `<Kind>/<namespace>/<name> created`.
fn extent_of_refusal(message: &str) -> &'static str {
    let words: Vec<&str> = message.split_whitespace().collect();
    let is_change = |pair: &[&str]| {
        let is_object = pair[0].contains('/') && !pair[0].ends_with(':');
        is_object && matches!(pair[1], "created" | "configured" | "deleted")
    };
    let is_of_last_stage = message.ends_with(char::is_whitespace);
    let is_trial = message.contains("dry-run failed") || message.contains(" not found: ");
    if words.windows(2).any(is_change) {
        "; other objects of it were applied"
    } else if is_of_last_stage && is_trial {
        "; nothing of it was applied"
    } else {
        ""
    }
}

/// `health check failed after 30.02s: timeout waiting for: …` without how long the check took.
fn how_the_check_ended(message: &str) -> &str {
    let ended = message.strip_prefix("health check failed after ").and_then(|rest| rest.split_once(": "));
    ended.map_or(message, |(_, ended)| ended)
}

fn cause_of_refusal(message: &str) -> Option<Cause> {
    let lower = message.to_lowercase();
    let has = |text: &str| lower.contains(text);
    if has("admission webhook") || has("failed calling webhook") {
        Some(Cause::WebhookDenied)
    } else if has("immutable")
        || has("may not change")
        || has("updates to statefulset spec for fields other than")
    {
        Some(Cause::Immutable)
    } else if has("namespaces \"") && has("not found") || has("namespace not specified") {
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
            ("something new", None),
            ("", None),
        ] {
            assert_eq!(cause_of_refusal(message), cause, "{message}");
        }
    }

    #[test]
    fn the_folder_that_flux_built_in_is_left_out() {
        let failure = AttemptFailure::of(
            "BuildFailed",
            "kustomize build failed: open /tmp/kustomization-318782118/infra/none.yaml: no such file",
        );
        assert_eq!(failure.sentence, "kustomize could not build it: open infra/none.yaml: no such file");
    }

    #[test]
    fn the_refused_object_is_named_once() {
        let failure = AttemptFailure::of(
            "ReconciliationFailed",
            "ConfigMap/nowhere/s not found: namespaces \"nowhere\" not found",
        );
        assert_eq!(
            failure.sentence,
            "the API server refused ConfigMap/nowhere/s (its namespace was not there): not found: namespaces \"nowhere\" not found"
        );
    }

    #[test]
    fn how_much_was_applied_is_said_where_flux_says_it() {
        let refused = "ConfigMap/a/s dry-run failed (Invalid): it is created/configured wrongly";
        for (message, extent) in [
            (format!("{refused} "), "; nothing of it was applied"),
            (refused.to_owned(), ""),
            (
                format!("{refused} Namespace/a created Widget/b configured"),
                "; other objects of it were applied",
            ),
            ("Job/a/b apply failed (Forbidden): no ".to_owned(), ""),
        ] {
            assert_eq!(AttemptFailure::of("ReconciliationFailed", &message).extent, extent, "{message}");
        }
    }

    #[test]
    fn a_health_check_that_failed_names_what_it_waited_for() {
        let message =
            "health check failed after 30.02s: timeout waiting for: [Deployment/a/b status: 'InProgress']";
        let failure = AttemptFailure::of("HealthCheckFailed", message);
        let waited = "the health check failed: timeout waiting for: [Deployment/a/b status: 'InProgress']";
        assert_eq!(failure.sentence, waited);
    }
}
