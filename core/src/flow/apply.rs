//! Carries a plan out: steps that depend on nothing unfinished run side by side, a step after one that did not
//! succeed is skipped, and every result is kept. Nothing is undone: running the command again continues.

use std::collections::BTreeMap;

use futures::stream::{FuturesUnordered, StreamExt};

use crate::model::ProgressEvent;
use crate::model::plan::{Plan, PlanStep, Report, StepResult};

/// At most so many steps run at once.
const SIDE_BY_SIDE: usize = 16;

/// Runs `carry_out` for every step that changes something and reports all results in the plan's order.
///
/// A step whose dependency is not in the plan is skipped. Steps that wait for each other are blocked.
pub async fn apply<F>(
    plan: &Plan,
    events: &dyn Fn(ProgressEvent),
    carry_out: impl Fn(PlanStep) -> F,
) -> Report
where
    F: Future<Output = StepResult>,
{
    let mut results: BTreeMap<usize, StepResult> = BTreeMap::new();
    let mut running = FuturesUnordered::new();
    let mut started = vec![false; plan.steps.len()];
    loop {
        for (index, step) in plan.steps.iter().enumerate() {
            if started[index] || running.len() >= SIDE_BY_SIDE {
                continue;
            }
            match readiness(plan, step, &results) {
                Readiness::Waiting => continue,
                Readiness::Failed(before) => {
                    results.insert(index, StepResult::skipped(before));
                }
                Readiness::Ready if step.action.is_write() => {
                    events(ProgressEvent::StepStarted { name: step.name.clone() });
                    let work = carry_out(step.clone());
                    running.push(async move { (index, work.await) });
                }
                Readiness::Ready => {
                    results.insert(index, StepResult::without_action(step));
                }
            }
            started[index] = true;
        }
        if let Some((index, result)) = running.next().await {
            events(ProgressEvent::StepEnded { name: plan.steps[index].name.clone(), result: result.clone() });
            results.insert(index, result);
        } else if started.iter().all(|started| *started) {
            break;
        } else if !can_go_on(plan, &started, &results) {
            let left = (0..plan.steps.len()).filter(|index| !started[*index]);
            results.extend(left.map(|index| (index, StepResult::circular())));
            break;
        }
    }
    Report { results: results.into_values().collect() }
}

enum Readiness<'a> {
    Ready,
    Waiting,
    Failed(&'a str),
}

fn readiness<'a>(plan: &Plan, step: &'a PlanStep, results: &BTreeMap<usize, StepResult>) -> Readiness<'a> {
    for before in &step.after {
        let index = plan.steps.iter().position(|other| other.name == *before);
        match index.and_then(|index| results.get(&index)) {
            Some(result) if result.is_success() => {}
            Some(_) => return Readiness::Failed(before),
            None if index.is_none() => return Readiness::Failed(before),
            None => return Readiness::Waiting,
        }
    }
    Readiness::Ready
}

/// Whether a step that has not begun can begin now.
fn can_go_on(plan: &Plan, started: &[bool], results: &BTreeMap<usize, StepResult>) -> bool {
    let left = plan.steps.iter().enumerate().filter(|(index, _)| !started[*index]);
    left.into_iter().any(|(_, step)| !matches!(readiness(plan, step, results), Readiness::Waiting))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::model::Exit;
    use crate::model::plan::{Action, StepOutcome};

    fn step(name: &str, action: Action, after: &[&str]) -> PlanStep {
        let after = after.iter().map(|&name| name.to_owned()).collect();
        let [exists, change] = ["there", "changed"].map(str::to_owned);
        PlanStep { name: name.to_owned(), action, exists, change, difference: None, remedy: None, after }
    }

    fn plan(steps: Vec<PlanStep>) -> Plan {
        Plan { goal: "test".to_owned(), steps }
    }

    fn outcomes(report: &Report) -> Vec<StepOutcome> {
        report.results.iter().map(|result| result.outcome).collect()
    }

    #[tokio::test]
    async fn what_depends_on_nothing_runs_side_by_side() {
        let plan = plan(vec![
            step("a", Action::Change, &[]),
            step("b", Action::Change, &[]),
            step("c", Action::Change, &["a", "b"]),
            step("d", Action::Keep, &["c"]),
        ]);
        let barrier = tokio::sync::Barrier::new(2);
        let order = RefCell::new(Vec::new());
        let report = apply(&plan, &|_| {}, |step| {
            let (barrier, order) = (&barrier, &order);
            async move {
                // Neither a nor b ends unless both have begun.
                if step.name != "c" {
                    barrier.wait().await;
                }
                order.borrow_mut().push(step.name.clone());
                StepResult::done(step.name)
            }
        })
        .await;
        assert_eq!(
            outcomes(&report),
            [StepOutcome::Done, StepOutcome::Done, StepOutcome::Done, StepOutcome::Kept]
        );
        assert_eq!(order.borrow().last().map(String::as_str), Some("c"));
    }

    #[tokio::test]
    async fn what_comes_after_a_failure_is_not_tried() {
        let plan = plan(vec![
            step("a", Action::Change, &[]),
            step("b", Action::Change, &["a"]),
            step("c", Action::Change, &["b"]),
            step("d", Action::Blocked, &[]),
            step("e", Action::Change, &["d"]),
            step("f", Action::Change, &["nowhere"]),
        ]);
        let tried = RefCell::new(Vec::new());
        let report = apply(&plan, &|_| {}, |step| {
            tried.borrow_mut().push(step.name);
            async { StepResult::failed("no", None, Exit::Failed) }
        })
        .await;
        use StepOutcome::{Blocked, Failed, Skipped};
        assert_eq!(outcomes(&report), [Failed, Skipped, Skipped, Blocked, Skipped, Skipped]);
        assert_eq!(*tried.borrow(), ["a"]);
    }

    #[tokio::test]
    async fn steps_that_wait_for_each_other_end() {
        let steps = vec![step("a", Action::Change, &["b"]), step("b", Action::Change, &["a"])];
        let report = apply(&plan(steps), &|_| {}, |_| async { StepResult::done("") }).await;
        assert_eq!(outcomes(&report), [StepOutcome::Blocked, StepOutcome::Blocked]);
        assert_eq!(report.exit(), Exit::NotSo);
    }
}
