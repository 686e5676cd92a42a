//! Whether what was asked for has happened.

use super::object::ReconcileObject;
use super::plan::ReconcileRequest;
use crate::model::Exit;
use crate::model::argument::valid_name;
use crate::model::cluster::Kind;
use crate::model::plan::StepResult;
use crate::model::verdict::{is_attempt_failure, short};

/// How far a request has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReconcileProgress {
    /// It goes on: what is awaited.
    Going(String),
    /// It has ended.
    Ended(StepResult),
}

/// What an object, as it is now, says of a request.
pub fn progress(object: ReconcileObject<'_>, request: &ReconcileRequest) -> ReconcileProgress {
    if object.is_suspended() {
        let message = "it was suspended meanwhile: its controller acknowledges and does nothing";
        return ReconcileProgress::Ended(StepResult::failed(message, None, Exit::NotSo));
    }
    let ready = object.conditions().get("Ready");
    if object.handled() != Some(&request.value) {
        let controller =
            if request.kind == Kind::Kustomization { "kustomize-controller" } else { "source-controller" };
        let waiting = match ready.filter(|ready| ready.status == "Unknown") {
            Some(ready) => format!("{controller}: {}", ready.message),
            None => format!("waiting for {controller}"),
        };
        return ReconcileProgress::Going(waiting);
    }
    match ready {
        Some(ready) if ready.status == "True" => {
            let revision = object.revision().map_or("nothing", short);
            ReconcileProgress::Ended(StepResult::done(format!("{revision} {}", object.participle())))
        }
        Some(ready) if ready.status == "False" && is_final(object, &ready.reason) => {
            let resource = object.resource();
            let name = valid_name(&request.name, "'<name>'");
            let namespace = valid_name(&request.namespace, "'<namespace>'");
            let remedy = format!("kubectl describe {resource}/{name} -n {namespace}");
            let message = format!("{}: {}", ready.reason, ready.message);
            ReconcileProgress::Ended(StepResult::failed(message, Some(remedy), Exit::Failed))
        }
        Some(ready) => ReconcileProgress::Going(format!("{}: {}", ready.reason, ready.message)),
        None => ReconcileProgress::Going("no condition Ready yet".to_owned()),
    }
}

/// Whether a `Ready=False` is the end of this request. A kustomization that waits for a dependency, or whose check
/// gave way to a newer revision, is tried again by itself.
fn is_final(object: ReconcileObject<'_>, reason: &str) -> bool {
    match object {
        ReconcileObject::Source(_) => true,
        ReconcileObject::Kustomization(_) => reason == "ArtifactFailed" || is_attempt_failure(reason),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::objects::Kustomization;
    use crate::model::plan::StepOutcome;

    const REVISION: &str = "dev@sha1:1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";

    fn progress_of(handled: &str, ready: (&str, &str), suspend: bool) -> ReconcileProgress {
        let kustomization = Kustomization::read(&json!({
            "metadata": { "namespace": "flux-system", "name": "hello" },
            "spec": { "suspend": suspend },
            "status": {
                "lastHandledReconcileAt": handled, "lastAppliedRevision": REVISION,
                "conditions": [{ "type": "Ready", "status": ready.0, "reason": ready.1, "message": "so it is" }],
            },
        }));
        let request = ReconcileRequest {
            kind: Kind::Kustomization,
            namespace: "flux-system".to_owned(),
            name: "hello".to_owned(),
            value: "now".to_owned(),
            is_made: false,
        };
        progress(ReconcileObject::Kustomization(&kustomization), &request)
    }

    fn outcome(progress: &ReconcileProgress) -> Option<(StepOutcome, &str)> {
        match progress {
            ReconcileProgress::Ended(result) => Some((result.outcome, &result.message)),
            ReconcileProgress::Going(_) => None,
        }
    }

    #[test]
    fn it_has_ended_when_it_is_handled_and_settled() {
        let ready = ("True", "ReconciliationSucceeded");
        assert_eq!(outcome(&progress_of("before", ready, false)), None, "what it says is about before");
        assert_eq!(outcome(&progress_of("now", ready, false)), Some((StepOutcome::Done, "1a2b3c4 applied")));
        let failed = progress_of("now", ("False", "BuildFailed"), false);
        assert_eq!(outcome(&failed), Some((StepOutcome::Failed, "BuildFailed: so it is")));
        for going in [("Unknown", "Progressing"), ("False", "DependencyNotReady")] {
            assert_eq!(outcome(&progress_of("now", going, false)), None, "{going:?}");
        }
    }

    #[test]
    fn a_suspended_object_acknowledges_and_does_nothing() {
        let ended = progress_of("now", ("True", "ReconciliationSucceeded"), true);
        assert!(matches!(ended, ReconcileProgress::Ended(StepResult { exit: Exit::NotSo, .. })), "{ended:?}");
    }
}
