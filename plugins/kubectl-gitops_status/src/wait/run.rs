//! Runs the gate, and says how it ended.

use std::time::Duration;

use gitops_core::cli::{Format, OutputError, Progress, Session};
use gitops_core::flow::{GateReport, RecordOutcome, StatusRecord, settlement};
use gitops_core::model::{Exit, Failure};

use super::request::request;
use super::text::GatePage;
use crate::Args;

/// A signal ends the command after this time at the latest: whoever cancels a run kills what is left of it soon.
const PARTING: Duration = Duration::from_secs(2);
/// What is left of that for writing the status.
const PARTING_WRITE: Duration = Duration::from_millis(1800);
/// Nobody waits longer than this for the status that says that it deploys.
const BEGINNING_WRITE: Duration = Duration::from_secs(5);
/// The one that says how it ended is worth more.
const LAST_WRITE: Duration = Duration::from_secs(20);

/// Waits until every cluster has applied the commit, or one of them cannot any more.
pub(crate) async fn run(
    args: &Args,
    session: &Session,
    progress: &Progress,
) -> Result<Exit, Box<dyn Failure>> {
    let context = session.patient_context(&args.cluster, &args.github, progress)?;
    let request = request(args, session).await?;
    let gate = Gate { args, session, progress };
    let mut settlement = progress.during(settlement(&context, &request)).await?;
    settlement.remarks().iter().for_each(|remark| session.message(&format!("{remark}\n")));
    let mut record = settlement.record().await?;
    if record.is_some() {
        // A status that says that it deploys must not be left behind.
        session.ends_itself(PARTING);
    }
    let has_begun = gate.write_begin(record.as_mut()).await;
    let mut is_first = true;
    let waiting = settlement.wait(|report| gate.show(report, std::mem::take(&mut is_first)));
    let outcome = tokio::select! {
        outcome = progress.during(waiting) => outcome,
        exit = session.signals.received(), if record.is_some() => {
            progress.clear();
            gate.write_interrupt(record.as_mut()).await;
            return Ok(exit);
        }
    };
    let report = match outcome {
        Ok(report) => report,
        Err(failure) => {
            if let Some(record) = &mut record {
                gate.tell_recorded(record.fail(&failure.to_string()).await);
            }
            return Err(failure);
        }
    };
    let has_ended = match &mut record {
        Some(record) => {
            let writing = async { record.end(&report, settlement.is_promotion().await).await };
            gate.tell_recorded(in_time(LAST_WRITE, writing).await)
        }
        None => true,
    };
    match gate.write(&report) {
        // It is decided, whoever reads of it.
        Ok(()) | Err(OutputError::Closed) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(match report.exit() {
        // Who asked for a status relies on it.
        Exit::Done if !has_begun || !has_ended => Exit::Failed,
        exit => exit,
    })
}

/// What becomes of writing a status within a time. It is the network's time, whatever the clock says.
async fn in_time(limit: Duration, writing: impl Future<Output = RecordOutcome>) -> RecordOutcome {
    let late = |_| RecordOutcome::Failed("GitHub did not answer in time".to_owned());
    tokio::time::timeout(limit, writing).await.unwrap_or_else(late)
}

struct Gate<'a> {
    args: &'a Args,
    session: &'a Session,
    progress: &'a Progress,
}

impl Gate<'_> {
    /// A change: one line where no terminal shows what is waited for.
    fn show(&self, report: &GateReport, is_first: bool) {
        if is_first {
            self.session.message(&GatePage::beginning(report));
        }
        let is_shown = self.session.terminals().err && self.args.output.shows_progress();
        if !is_shown {
            self.session.message(&GatePage::line(report));
        }
    }

    /// The answer on stdout.
    fn write(&self, report: &GateReport) -> Result<(), OutputError> {
        self.progress.clear();
        let output = &self.args.output;
        let text = match output.format {
            Format::Json | Format::Yaml => output.document(&report.document(), false)?,
            Format::Name => report
                .decision
                .rows
                .iter()
                .map(|row| format!("{}/{}\n", row.cluster, row.configuration))
                .collect(),
            Format::Table | Format::Wide => self.page().page(report),
        };
        Ok(self.session.data(&text)?)
    }

    fn page(&self) -> GatePage {
        GatePage {
            width: self.session.terminals().width,
            wide: self.args.output.format == Format::Wide,
            no_headers: self.args.no_headers,
            paint: self.args.output.paint(self.session),
        }
    }

    async fn write_begin(&self, record: Option<&mut StatusRecord>) -> bool {
        let Some(record) = record else { return true };
        self.tell_recorded(in_time(BEGINNING_WRITE, record.begin()).await)
    }

    async fn write_interrupt(&self, record: Option<&mut StatusRecord>) {
        let Some(record) = record else { return };
        self.tell_recorded(in_time(PARTING_WRITE, record.interrupt()).await);
    }

    /// Says what did not come of writing the status. Whether it stands.
    fn tell_recorded(&self, outcome: RecordOutcome) -> bool {
        match outcome {
            RecordOutcome::Written => true,
            RecordOutcome::Newer(status) => {
                self.session.message(&format!("the commit status is a newer run's and was left: {status}\n"));
                true
            }
            RecordOutcome::Failed(why) => {
                self.session.message(&format!("the commit status was not written: {why}\n"));
                false
            }
        }
    }
}
