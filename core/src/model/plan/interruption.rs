//! A plan that was interrupted while it was carried out: what had become of each step by then.

use std::collections::BTreeMap;

use super::{Plan, PlanStep, Report, StepResult};
use crate::model::ProgressEvent;

/// How far each step has come, from what was told of it.
#[derive(Clone, Debug, Default)]
pub struct StepsUnderWay(BTreeMap<String, StepUnderWay>);

#[derive(Clone, Debug)]
enum StepUnderWay {
    Started,
    /// It goes on, and this was told last.
    Going(String),
    Ended(StepResult),
}

impl StepsUnderWay {
    /// Takes what was told.
    pub fn note(&mut self, event: &ProgressEvent) {
        let (name, step) = match event {
            ProgressEvent::StepStarted { name } => (name, StepUnderWay::Started),
            ProgressEvent::StepProgress { name, message } => (name, StepUnderWay::Going(message.clone())),
            ProgressEvent::StepEnded { name, result } => (name, StepUnderWay::Ended(result.clone())),
            ProgressEvent::Waiting(_) => return,
        };
        self.0.insert(name.clone(), step);
    }

    /// What had become of a plan when it was interrupted; `None` where nothing was begun.
    pub fn report(&self, plan: &Plan) -> Option<Report> {
        let results = plan.steps.iter().map(|step| self.result(step)).collect();
        (!self.0.is_empty()).then_some(Report { results })
    }

    fn result(&self, step: &PlanStep) -> StepResult {
        match self.0.get(&step.name) {
            Some(StepUnderWay::Ended(result)) => result.clone(),
            Some(StepUnderWay::Going(message)) => {
                StepResult::pending(format!("interrupted before its end: {message}"), None)
            }
            Some(StepUnderWay::Started) => {
                StepResult::pending("interrupted; whether it was asked for is not known", None)
            }
            None if step.action.is_write() => StepResult::not_begun(),
            None => StepResult::without_action(step),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::plan::{Action, StepOutcome};

    fn step(name: &str, action: Action) -> PlanStep {
        let (exists, change) = ("a is there".to_owned(), String::new());
        PlanStep {
            name: name.to_owned(),
            action,
            exists,
            change,
            difference: None,
            remedy: None,
            after: Vec::new(),
        }
    }

    #[test]
    fn each_step_is_told_as_far_as_it_came() {
        let actions = [Action::Change, Action::Change, Action::Change, Action::Change, Action::Keep];
        let names = ["a", "b", "c", "d", "e"];
        let steps = names.into_iter().zip(actions).map(|(name, action)| step(name, action)).collect();
        let plan = Plan { goal: "reconcile dev".to_owned(), steps };
        let mut under_way = StepsUnderWay::default();
        under_way.note(&ProgressEvent::Waiting("an answer".to_owned()));
        assert_eq!(under_way.report(&plan), None, "nothing was begun");
        let started = |name: &str| ProgressEvent::StepStarted { name: name.to_owned() };
        ["a", "b", "c"].map(started).iter().for_each(|event| under_way.note(event));
        let (name, result) = ("a".to_owned(), StepResult::done("fetched"));
        under_way.note(&ProgressEvent::StepEnded { name, result });
        let (name, message) = ("b".to_owned(), "waiting for Flux".to_owned());
        under_way.note(&ProgressEvent::StepProgress { name, message });
        let report = under_way.report(&plan).expect("a report");
        let told: Vec<_> =
            report.results.iter().map(|result| (result.outcome, result.message.as_str())).collect();
        let expected = [
            (StepOutcome::Done, "fetched"),
            (StepOutcome::Pending, "interrupted before its end: waiting for Flux"),
            (StepOutcome::Pending, "interrupted; whether it was asked for is not known"),
            (StepOutcome::Skipped, "not begun"),
            (StepOutcome::Kept, "a is there"),
        ];
        assert_eq!(told, expected);
    }
}
