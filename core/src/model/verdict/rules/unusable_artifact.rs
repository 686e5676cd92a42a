//! The folder is not in the fetched revision, which is then never attempted: expected before the first merge, a
//! failure after. The event of that revision remembers it. Without one the condition must have stood for
//! longer than the retries of an artifact that could not be downloaded, which looks the same.

use super::super::attempt_failure::with_message;
use super::super::kustomization_case::KustomizationCase;
use super::super::timing::ARTIFACT_GRACE_SECONDS;
use super::super::{
    Finding, Outlook, Reason, Since, SinceFrom, Standing, attempt_memory, next_commands, short,
};
use crate::model::objects::Condition;

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    let artifact = case.artifact().filter(|_| !case.is_applied())?;
    let message = failure_message(case, artifact)?;
    let failure = ArtifactFailure::of(message);
    let is_path = failure == ArtifactFailure::Path;
    let sentence = sentence(case, failure, short(artifact), message);
    let headline = sentence.clone();
    let (standing, message) = match &case.object.applied {
        None if is_path => {
            (Standing::NotDeployed, format!("{sentence}: nothing was merged yet, or the path is misspelt"))
        }
        None => (Standing::NotDeployed, sentence),
        Some(_) => (Standing::Failed, sentence + &case.still_applied("; new commits are blocked")),
    };
    let reason = if is_path { Reason::PathMissing } else { Reason::ArtifactFailed };
    let since = case.source.and_then(|source| source.stored);
    let mut finding = Finding::new(standing, reason, message).under(headline).since(begun(case));
    finding.outlook = match is_path {
        true => Outlook::Final,
        false => Outlook::within(since, ARTIFACT_GRACE_SECONDS, case.observation.now),
    };
    finding.next = match (failure, case.source) {
        (ArtifactFailure::Download | ArtifactFailure::Digest, _) => next_commands::artifact_download(),
        (ArtifactFailure::Lost, Some(source)) => next_commands::lost_artifact(case.object, source),
        _ => next_commands::attempt(case.object),
    };
    Some(finding)
}

/// What is wrong with an artifact, as far as the message tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ArtifactFailure {
    /// The folder is not in it.
    Path,
    /// kustomize-controller cannot download it from source-controller.
    Download,
    /// source-controller no longer has it.
    Lost,
    /// What was downloaded is not what source-controller announced.
    Digest,
    /// Something else.
    Other,
}

impl ArtifactFailure {
    fn of(message: &str) -> Self {
        const KNOWN: [(&str, ArtifactFailure); 9] = [
            ("path not found", ArtifactFailure::Path),
            ("artifact not found", ArtifactFailure::Lost),
            ("digest doesn't match", ArtifactFailure::Digest),
            ("checksum doesn't match", ArtifactFailure::Digest),
            ("failed to verify archive", ArtifactFailure::Digest),
            ("failed to verify artifact", ArtifactFailure::Digest),
            ("failed to download", ArtifactFailure::Download),
            ("giving up after", ArtifactFailure::Download),
            ("dial tcp", ArtifactFailure::Download),
        ];
        KNOWN.iter().find(|(text, _)| message.contains(text)).map_or(Self::Other, |(_, failure)| *failure)
    }
}

/// What is wrong with the artifact of a revision. The source is fetched: it is not at fault.
fn sentence(case: &KustomizationCase<'_>, failure: ArtifactFailure, revision: &str, message: &str) -> String {
    match failure {
        ArtifactFailure::Path => {
            let path = if case.object.path.is_empty() { "./" } else { &case.object.path };
            let url = case.source.map_or("the repository", |source| &source.url);
            format!("{url} has no folder {path} at {revision}")
        }
        ArtifactFailure::Download => {
            let sentence = format!(
                "{revision} is fetched, but at Flux's last try kustomize-controller could not download it from source-controller"
            );
            with_message(sentence, message.rsplit("\": ").next().unwrap_or(message))
        }
        ArtifactFailure::Lost => {
            format!(
                "{revision} was fetched, but at Flux's last try source-controller no longer had it in its storage"
            )
        }
        ArtifactFailure::Digest => {
            format!(
                "{revision} is fetched, but what kustomize-controller downloaded of it was damaged at Flux's last try"
            )
        }
        ArtifactFailure::Other => {
            with_message(format!("the artifact of {revision} could not be used at Flux's last try"), message)
        }
    }
}

/// Since when the folder is looked for in this revision: since that was fetched, or the kustomization changed.
fn begun(case: &KustomizationCase<'_>) -> Option<Since> {
    let stored = SinceFrom::Artifact.at(case.source.and_then(|source| source.stored));
    let is_specified_anew = case.object.meta.generation > case.object.observed_generation;
    let specified = is_specified_anew.then(|| case.object.meta.specified()).flatten();
    stored.max(SinceFrom::ManagedFields.at(specified))
}

/// What Flux says of the artifact, where it says so of this one.
fn failure_message<'a>(case: &KustomizationCase<'a>, artifact: &str) -> Option<&'a str> {
    let event = attempt_memory::artifact_failed(case.facts, artifact);
    let ready = case.object.conditions.at("Ready", "False").filter(|ready| ready.reason == "ArtifactFailed");
    let retrying = case.object.conditions.at("Reconciling", "True");
    let is_retrying = retrying.is_some_and(|condition| condition.reason == "ProgressingWithRetry");
    let stands = ready.filter(|ready| is_retrying && (case.is_attempted() || is_old(case, ready)));
    event.map(|event| event.message.as_str()).or(stands.map(|ready| ready.message.as_str()))
}

fn is_old(case: &KustomizationCase<'_>, condition: &Condition) -> bool {
    case.observation.is_older(condition.since, ARTIFACT_GRACE_SECONDS)
}
