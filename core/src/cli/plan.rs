//! How a command that changes something shows its plan, asks, and reports what became of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::{Format, OutputArgs, OutputError, Session, table, wrapped};
use crate::model::pipeline::ClusterRef;
use crate::model::plan::{Action, Plan, PlanDocument, PlanStep, Report, StepOutcome, StepResult};
use crate::model::{Check, CheckOutcome, Exit, Failure, counted};

/// Flags of every command that changes something.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Changes")]
pub struct PlanArgs {
    /// Show the plan and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask for confirmation; required where stdin is not a terminal
    #[arg(short, long)]
    yes: bool,
}

/// Why a plan is not carried out.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Nobody can be asked.
    #[error("nothing was changed: stdin is not a terminal, so nobody can be asked")]
    NobodyToAsk,
    /// The person said no.
    #[error("nothing was changed: the answer was not yes")]
    Refused,
    /// The person typed something else than the name of what is deleted.
    #[error("nothing was changed: the answer was not {name}")]
    NotNamed {
        /// The name.
        name: String,
    },
    /// Stdin cannot be read.
    #[error("nothing was changed: the answer cannot be read")]
    Input(#[source] io::Error),
}

impl Failure for PlanError {
    fn code(&self) -> &'static str {
        match self {
            PlanError::NobodyToAsk => "ConfirmationMissing",
            PlanError::Refused | PlanError::NotNamed { .. } => "ConfirmationRefused",
            PlanError::Input(_) => "InputUnreadable",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            PlanError::NobodyToAsk => Some("look at the plan with --dry-run, then give --yes".to_owned()),
            PlanError::Refused | PlanError::NotNamed { .. } | PlanError::Input(_) => None,
        }
    }

    fn exit(&self) -> Exit {
        match self {
            PlanError::NobodyToAsk => Exit::Usage,
            PlanError::Refused | PlanError::NotNamed { .. } => Exit::NotSo,
            PlanError::Input(_) => Exit::Failed,
        }
    }
}

impl PlanArgs {
    /// Shows a plan and asks whether it shall be carried out. `false`: nothing is to be done, because of `--dry-run`
    /// or because the plan changes nothing; then stdout has the plan, and the report is for whoever calls to show.
    ///
    /// # Errors
    /// Nobody can be asked, or the answer is no.
    pub async fn confirm(&self, session: &Session, shown: ShownPlan<'_>) -> Result<bool, Box<dyn Failure>> {
        let question = format!("\n{}? [y/N] ", capitalised(&shown.plan.goal));
        let is_yes = |answer: &str| matches!(answer.to_lowercase().as_str(), "y" | "yes");
        self.ask(session, shown, &question, |answer| match is_yes(answer) {
            true => Ok(()),
            false => Err(PlanError::Refused),
        })
        .await
    }

    /// The same for what cannot be undone: on a terminal `name` must be typed.
    ///
    /// # Errors
    /// Nobody can be asked, or the answer is another.
    pub async fn confirm_by_name(
        &self,
        session: &Session,
        shown: ShownPlan<'_>,
        name: &str,
    ) -> Result<bool, Box<dyn Failure>> {
        let goal = capitalised(&shown.plan.goal);
        let question = format!("\n{goal}? It cannot be undone. Type {name} to go on: ");
        self.ask(session, shown, &question, |answer| match answer == name {
            true => Ok(()),
            false => Err(PlanError::NotNamed { name: name.to_owned() }),
        })
        .await
    }

    /// Shows the plan and asks, where there is anything to ask about.
    async fn ask(
        &self,
        session: &Session,
        shown: ShownPlan<'_>,
        question: &str,
        judge: impl FnOnce(&str) -> Result<(), PlanError>,
    ) -> Result<bool, Box<dyn Failure>> {
        if self.dry_run || !shown.plan.has_writes() {
            return Ok(false);
        }
        if self.yes {
            return Ok(true);
        }
        if !session.terminals().input {
            return Err(PlanError::NobodyToAsk.into());
        }
        let width = session.terminals().width;
        let checks = checks_text(shown.checks, false, width);
        session.message(&format!("{checks}{}", plan_text(shown.plan, width)));
        let answer = session.ask(question).await.map_err(PlanError::Input)?;
        judge(answer.unwrap_or_default().trim())?;
        Ok(true)
    }

    /// Whether nothing is to be changed.
    pub fn is_dry_run(&self) -> bool {
        self.dry_run
    }
}

/// A plan as it is shown.
#[derive(Clone, Copy, Debug)]
pub struct ShownPlan<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The cluster that it changes, where it changes one alone.
    pub cluster: Option<&'a ClusterRef>,
    /// What was checked before.
    pub checks: &'a [Check],
    /// Whether a report lists steps that were left alone. Where they are many and say nothing, their number is told.
    pub lists_kept: bool,
}

impl<'a> ShownPlan<'a> {
    /// A plan that changes one cluster, with nothing checked before.
    pub fn of_cluster(plan: &'a Plan, cluster: &'a ClusterRef) -> Self {
        Self { plan, cluster: Some(cluster), checks: &[], lists_kept: true }
    }

    fn context(&self) -> Option<&'a str> {
        self.cluster.and_then(ClusterRef::context)
    }

    /// For people: the checks, of those that passed only their number where the plan was carried out, and the steps.
    fn text(&self, report: Option<&Report>, width: Option<usize>) -> String {
        let checks = checks_text(self.checks, report.is_some(), width);
        checks
            + &match report {
                None if self.plan.steps.is_empty() => String::new(),
                None => plan_text(self.plan, width) + &format!("\n{}\n", self.outlook()),
                Some(report) => report_text(*self, report, width),
            }
    }

    /// What carrying it out would come to.
    fn outlook(&self) -> String {
        match self.plan.has_writes() {
            true => format!("would {}", self.plan.goal),
            false if self.plan.blocked().next().is_some() => {
                "nothing can be changed as things stand".to_owned()
            }
            false => "nothing to change".to_owned(),
        }
    }
}

impl OutputArgs {
    /// Writes a plan, with what became of it where it was carried out, to stdout.
    ///
    /// # Errors
    /// Stdout cannot be written to.
    pub fn show_plan(
        &self,
        session: &Session,
        shown: ShownPlan<'_>,
        report: Option<&Report>,
    ) -> Result<(), OutputError> {
        let text = match self.format {
            Format::Json | Format::Yaml => {
                let document = PlanDocument::new(shown.plan, shown.context(), shown.checks, report);
                self.document(&document, false)?
            }
            Format::Name => shown.plan.steps.iter().map(|step| format!("{}\n", step.name)).collect(),
            _ => shown.text(report, session.terminals().width),
        };
        Ok(session.data(&text)?)
    }
}

impl Session {
    /// Says on stderr what had become of a plan when it was interrupted. Where that is on a terminal, Ctrl-C stands there.
    pub(super) fn tell_interrupted(&self, shown: ShownPlan<'_>, report: &Report) {
        let terminals = self.terminals();
        let line_end = if terminals.err { "\n" } else { "" };
        let text = report_text(shown, report, terminals.width);
        let advice = "what was asked for stands; run the command again to go on";
        self.message(&format!("{line_end}interrupted: {advice}\n{text}"));
    }
}

fn plan_text(plan: &Plan, width: Option<usize>) -> String {
    let rows = plan.steps.iter().map(|step| {
        let now = match step.action {
            Action::Blocked | Action::Keep => step.exists.clone(),
            _ => format!("{} ({})", step.change, step.exists),
        };
        vec![step.action.to_string(), step.name.clone(), now]
    });
    let mut text = fitted(["ACTION", "STEP", "WHAT"], rows.collect(), width);
    text += &differences(plan);
    let remedies = plan.blocked().filter_map(|step| step.remedy.as_deref());
    text += &next(remedies);
    text
}

/// How texts differ, each below the step that it is about.
fn differences(plan: &Plan) -> String {
    let of = |step: &PlanStep| {
        let difference = step.difference.as_ref()?;
        Some(format!("\n{}:\n{}\n", step.name, difference.trim_end()))
    };
    plan.steps.iter().filter_map(of).collect()
}

/// The checks; where something was carried out, those that did not pass.
fn checks_text(checks: &[Check], is_brief: bool, width: Option<usize>) -> String {
    let is_shown = |check: &&Check| !is_brief || check.outcome != CheckOutcome::Passed;
    let rows: Vec<Vec<String>> = checks
        .iter()
        .filter(is_shown)
        .map(|check| vec![check.outcome.to_string(), check.name.clone(), check.evidence.clone()])
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let mut text = fitted(["RESULT", "CHECK", "EVIDENCE"], rows, width);
    let hidden = checks.iter().filter(|check| !is_shown(check)).count();
    if hidden > 0 {
        text += &format!("{} passed\n", counted(hidden, "check"));
    }
    let fixes: Vec<String> = checks.iter().filter_map(|check| check.fix.clone()).collect();
    let mut told = BTreeSet::new();
    let fixes: String =
        fixes.iter().filter(|fix| told.insert(*fix)).map(|fix| format!("  {fix}\n")).collect();
    if !fixes.is_empty() {
        text += &format!("\nto mend:\n{fixes}");
    }
    text + "\n"
}

fn report_text(shown: ShownPlan<'_>, report: &Report, width: Option<usize>) -> String {
    let plan = shown.plan;
    let is_shown = |result: &StepResult| shown.lists_kept || result.outcome != StepOutcome::Kept;
    let rows: Vec<Vec<String>> = report
        .of(plan)
        .filter(|(_, result)| is_shown(result))
        .map(|(step, result)| vec![result.outcome.to_string(), step.name.clone(), result.message.clone()])
        .collect();
    let mut text = String::new();
    if !rows.is_empty() {
        text += &fitted(["RESULT", "STEP", "WHAT"], rows, width);
    }
    if !plan.has_writes() && plan.blocked().next().is_none() {
        text += "nothing to change\n";
    }
    text += &summary(shown.context(), report);
    let is_well = |outcome| matches!(outcome, StepOutcome::Done | StepOutcome::Kept);
    let failed = report.results.iter().filter(|result| !is_well(result.outcome));
    text += &next(failed.filter_map(|result| result.remedy.as_deref()));
    text
}

/// `1 Done, 1 Failed in context prod`: how many steps ended how, and where.
fn summary(context: Option<&str>, report: &Report) -> String {
    let mut counts: BTreeMap<StepOutcome, usize> = BTreeMap::new();
    for result in &report.results {
        *counts.entry(result.outcome).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    let place = context.map(|context| format!(" in context {context}")).unwrap_or_default();
    format!("\n{}{place}\n", counts.join(", "))
}

/// A table whose last column is broken between words where the terminal is too narrow.
fn fitted(header: [&str; 3], mut rows: Vec<Vec<String>>, width: Option<usize>) -> String {
    const BETWEEN: usize = 3;
    let longest = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let taken: usize = (0..2).map(|column| longest(column).max(header[column].len()) + BETWEEN).sum();
    let room = width.map(|width| width.saturating_sub(taken)).filter(|room| *room > 20);
    for last in rows.iter_mut().filter_map(|row| row.last_mut()) {
        *last = wrapped(last, room, "", "").trim_end().to_owned();
    }
    table(&header, &rows)
}

/// Each command once: what resumes a source may resume its kustomization too.
fn next<'a>(commands: impl Iterator<Item = &'a str>) -> String {
    let mut shown = BTreeSet::new();
    let commands = commands.filter(|command| shown.insert(*command));
    let lines: String = commands.map(|command| format!("  {command}\n")).collect();
    if lines.is_empty() { lines } else { format!("\nnext:\n{lines}") }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn a_command_that_helps_with_several_steps_is_named_once() {
        assert_eq!(next(["a", "b", "a"].into_iter()), "\nnext:\n  a\n  b\n");
        assert_eq!(next([].into_iter()), "");
    }
}
