//! How a command that changes something shows its plan, asks, and reports what became of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::{Format, OutputArgs, OutputError, Session, table, wrapped};
use crate::model::pipeline::ClusterRef;
use crate::model::plan::{Action, Plan, PlanDocument, Report, StepOutcome};
use crate::model::{Exit, Failure};

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
    /// Stdin cannot be read.
    #[error("nothing was changed: the answer cannot be read")]
    Input(#[source] io::Error),
}

impl Failure for PlanError {
    fn code(&self) -> &'static str {
        match self {
            PlanError::NobodyToAsk => "ConfirmationMissing",
            PlanError::Refused => "ConfirmationRefused",
            PlanError::Input(_) => "InputUnreadable",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            PlanError::NobodyToAsk => Some("look at the plan with --dry-run, then give --yes".to_owned()),
            PlanError::Refused | PlanError::Input(_) => None,
        }
    }

    fn exit(&self) -> Exit {
        match self {
            PlanError::NobodyToAsk => Exit::Usage,
            PlanError::Refused => Exit::NotSo,
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
    pub async fn confirm(&self, session: &Session, plan: &Plan) -> Result<bool, Box<dyn Failure>> {
        if self.dry_run || !plan.has_writes() {
            return Ok(false);
        }
        if self.yes {
            return Ok(true);
        }
        if !session.terminals().input {
            return Err(PlanError::NobodyToAsk.into());
        }
        session.message(&plan_text(plan, session.terminals().width));
        let question = format!("\n{}? [y/N] ", capitalised(&plan.goal));
        let answer = session.ask(&question).await.map_err(PlanError::Input)?;
        let answer = answer.unwrap_or_default().trim().to_lowercase();
        if matches!(answer.as_str(), "y" | "yes") { Ok(true) } else { Err(PlanError::Refused.into()) }
    }

    /// Whether nothing is to be changed.
    pub fn is_dry_run(&self) -> bool {
        self.dry_run
    }
}

/// A plan, or what became of it, on stdout in the format that was asked for.
///
/// # Errors
/// Stdout cannot be written to.
pub(super) fn show(
    session: &Session,
    output: &OutputArgs,
    plan: &Plan,
    cluster: Option<&ClusterRef>,
    report: Option<&Report>,
) -> Result<(), OutputError> {
    let context = cluster.and_then(ClusterRef::context);
    let text = match (output.format, report) {
        (Format::Json | Format::Yaml, _) => {
            output.document(&PlanDocument::new(plan, context, report), false)?
        }
        (Format::Name, _) => plan.steps.iter().map(|step| format!("{}\n", step.name)).collect(),
        (_, None) => plan_text(plan, session.terminals().width) + &format!("\nwould {}\n", plan.goal),
        (_, Some(report)) => report_text(plan, context, report, session.terminals().width),
    };
    Ok(session.data(&text)?)
}

impl OutputArgs {
    /// Writes a plan, with what became of it where it was carried out, to stdout. `cluster` is the one that it changes,
    /// where it changes one alone.
    ///
    /// # Errors
    /// Stdout cannot be written to.
    pub fn show_plan(
        &self,
        session: &Session,
        plan: &Plan,
        cluster: Option<&ClusterRef>,
        report: Option<&Report>,
    ) -> Result<(), OutputError> {
        show(session, self, plan, cluster, report)
    }
}

impl Session {
    /// Says on stderr what had become of a plan when it was interrupted. Where that is on a terminal, Ctrl-C stands there.
    pub fn tell_interrupted(&self, plan: &Plan, cluster: Option<&ClusterRef>, report: &Report) {
        let terminals = self.terminals();
        let line_end = if terminals.err { "\n" } else { "" };
        let context = cluster.and_then(ClusterRef::context);
        let text = report_text(plan, context, report, terminals.width);
        let advice = "what was asked for stands; run the command again to go on";
        self.message(&format!("{line_end}interrupted: {advice}\n{text}"));
    }
}

fn plan_text(plan: &Plan, width: Option<usize>) -> String {
    let rows = plan.steps.iter().map(|step| {
        let now = match step.action {
            Action::Blocked => step.exists.clone(),
            _ => format!("{} ({})", step.change, step.exists),
        };
        vec![step.action.to_string(), step.name.clone(), now]
    });
    let mut text = fitted(["ACTION", "STEP", "WHAT"], rows.collect(), width);
    let remedies = plan.blocked().filter_map(|step| step.remedy.as_deref());
    text += &next(remedies);
    text
}

fn report_text(plan: &Plan, context: Option<&str>, report: &Report, width: Option<usize>) -> String {
    let rows = report
        .of(plan)
        .map(|(step, result)| vec![result.outcome.to_string(), step.name.clone(), result.message.clone()]);
    let mut text = fitted(["RESULT", "STEP", "WHAT"], rows.collect(), width);
    text += &summary(context, report);
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
