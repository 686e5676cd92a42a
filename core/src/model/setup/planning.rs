//! The plan of set-up, from what is asked for and what exists.

use std::collections::BTreeMap;

use super::{
    ObservedSetup, SetupRequest, SetupStep, SetupWrite, branches, cluster_steps, pull_request, repositories,
    settings,
};
use crate::model::plan::Plan;

/// A plan, with what each of its steps writes.
#[derive(Clone, Debug)]
pub struct SetupPlan {
    /// What is shown.
    pub plan: Plan,
    /// What is written, by the step's name.
    pub writes: BTreeMap<String, SetupWrite>,
}

/// Plans it.
pub fn plan(request: &SetupRequest, observed: &ObservedSetup) -> SetupPlan {
    let mut steps = repositories::steps(request, observed);
    steps.extend(branches::environment_branches(request, observed));
    steps.push(branches::setup_branch(request, observed));
    steps.push(pull_request::step(request, observed));
    steps.extend(settings::variables(request, observed));
    steps.extend(settings::secrets(request, observed));
    steps.push(settings::label(observed));
    steps.extend(settings::environments(request, observed));
    steps.extend(cluster_steps::steps(request, observed));
    let goal = format!("set up {}", request.project.source);
    let writes =
        steps.iter().filter_map(|step| Some((step.step.name.clone(), step.write.clone()?))).collect();
    let steps = steps.into_iter().map(|SetupStep { step, .. }| step).collect();
    SetupPlan { plan: Plan { goal, steps }, writes }
}
