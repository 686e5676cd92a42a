//! The document `Plan`: what a command that changes something prints with `-o json` and `-o yaml`.

use serde::Serialize;

use super::{Action, Plan, Report, StepResult};
use crate::model::Check;

/// A plan as it is written, with what became of its steps where it was carried out.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanDocument<'a> {
    #[schemars(extend("const" = "gitops.dev/v1"))]
    api_version: &'static str,
    #[schemars(extend("const" = "Plan"))]
    kind: &'static str,
    /// What the plan is for.
    goal: &'a str,
    /// The kubeconfig's context that is changed; absent where no cluster is.
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'a str>,
    /// Whether nothing was changed, because that was not wanted.
    dry_run: bool,
    /// What was checked before; absent where nothing is. While one of them has failed there are no steps.
    #[serde(skip_serializing_if = "<[Check]>::is_empty")]
    checks: &'a [Check],
    /// The steps.
    steps: Vec<StepDocument<'a>>,
}

/// A step of a plan.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
struct StepDocument<'a> {
    /// Names the step within its plan.
    name: &'a str,
    /// What is done.
    action: Action,
    /// What exists now.
    exists: &'a str,
    /// What will change; empty where nothing will.
    change: &'a str,
    /// How texts that differ would change, as `diff -u` shows it; absent where none do.
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<&'a str>,
    /// A command that makes a blocked step possible; absent where the step is not blocked or none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<&'a str>,
    /// Names of the steps that must have succeeded before.
    after: &'a [String],
    /// What became of it; absent where nothing was carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a StepResult>,
}

impl<'a> PlanDocument<'a> {
    /// The document of a plan, with what was checked before it; `report` is absent for a dry run.
    pub fn new(
        plan: &'a Plan,
        context: Option<&'a str>,
        checks: &'a [Check],
        report: Option<&'a Report>,
    ) -> Self {
        let step = |(index, step): (usize, &'a super::PlanStep)| StepDocument {
            name: &step.name,
            action: step.action,
            exists: &step.exists,
            change: &step.change,
            difference: step.difference.as_deref(),
            remedy: step.remedy.as_deref(),
            after: &step.after,
            result: report.and_then(|report| report.results.get(index)),
        };
        Self {
            api_version: "gitops.dev/v1",
            kind: "Plan",
            goal: &plan.goal,
            context,
            dry_run: report.is_none(),
            checks,
            steps: plan.steps.iter().enumerate().map(step).collect(),
        }
    }
}
