//! Look into a controller of Flux, or ask for what was not answered.

use super::NextCommand;
use super::overdue::log_of_controller;
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::{Question, Unanswered};

/// Look into a controller that does not run. A restart does nothing where no replica is wanted.
pub(in crate::model::verdict) fn controller(name: &str, is_scaled_down: bool) -> Vec<NextCommand> {
    let (start, why) = if is_scaled_down {
        let scale = format!("kubectl scale --replicas=1 deployment/{name} -n {FLUX_NAMESPACE}");
        (scale, "start it again, once whoever scaled it down agrees")
    } else {
        (format!("kubectl rollout restart deployment/{name} -n {FLUX_NAMESPACE}"), "start it again")
    };
    vec![
        NextCommand::new(
            format!("kubectl get deployment,pods -n {FLUX_NAMESPACE} -l app={name}"),
            "does it run?",
        ),
        NextCommand::new(start, why),
    ]
}

/// Look into a controller that runs and does not do what it should. A restart cuts off what it does, and so comes last,
/// and not at all while it does something.
pub(in crate::model::verdict) fn silent_controller(name: &str, is_busy: bool) -> Vec<NextCommand> {
    let restart = NextCommand::new(
        format!("kubectl rollout restart deployment/{name} -n {FLUX_NAMESPACE}"),
        "where its log tells nothing: start it again",
    );
    let pods = NextCommand::new(
        format!("kubectl get deployment,pods -n {FLUX_NAMESPACE} -l app={name}"),
        "was it started again lately?",
    );
    let restart = (!is_busy).then_some(restart);
    [log_of_controller(name), pods].into_iter().chain(restart).collect()
}

/// Ask for what was not answered.
pub(in crate::model::verdict) fn unanswered(unanswered: &Unanswered, namespace: &str) -> Vec<NextCommand> {
    let question = unanswered.what.as_ref().filter(|_| unanswered.why.is_refusal());
    let Some(question) = question else {
        return vec![NextCommand::new("kubectl cluster-info", "does the API server answer?")];
    };
    let question = Question { namespace: Some(namespace.to_owned()), ..question.clone() };
    vec![NextCommand::new(question.can_i(), "ask for this right, or use a context that has it")]
}
