//! `kubectl gitops-status`: where every environment stands, why, and what to type next.

mod args;
mod blocks;
mod fleet;
mod screen;
mod selection;
mod text;
mod usage;
mod wait;

use std::ops::ControlFlow;

use futures::StreamExt;
use gitops_core::cli::{Format, OutputError, Progress, Session};
use gitops_core::flow::{self, Context, EnvironmentSelector, Recording};
use gitops_core::model::verdict::Picture;
use gitops_core::model::{Exit, Failure, PipelineStatus, World, shell_word};
use jiff::Timestamp;

pub use args::Args;
use screen::Screen;

/// Answers once, or until interrupted.
pub async fn run(args: Args, session: &Session) -> Result<Exit, Box<dyn Failure>> {
    let _log = args.output.log();
    let progress = Progress::new(session, args.output.shows_progress());
    if args.wait.wait {
        return Box::pin(wait::run(&args, session, &progress)).await;
    }
    let context = session.context(&args.cluster, &args.github, &progress)?;
    if args.fleet.fleet {
        return Box::pin(fleet::run(&args, session, &context, &progress)).await;
    }
    let selector = selection::selected(&args, session).await?;
    let Some(file) = &usage::recording(&args)? else {
        return Box::pin(answer(&args, session, &context, &selector, &progress, None)).await;
    };
    let path = session.folder.join(file);
    let recording = Recording::create(&path, args.keep_names, &selector, session.clock.clone())?;
    let context = context.heard_by(recording.listener());
    recording.begin(&context, &selector).await?;
    let outcome = tokio::select! {
        outcome = Box::pin(answer(&args, session, &context, &selector, &progress, Some(&recording))) => outcome,
        error = recording.failure() => Err(error.into()),
    };
    if outcome.is_err() && recording.has_entries() {
        session.message(&format!("what the cluster said is in {}\n", shell_word(&file.to_string_lossy())));
    }
    outcome
}

/// Shows what the cluster says, and lets it be recorded.
async fn answer(
    args: &Args,
    session: &Session,
    context: &Context,
    selector: &EnvironmentSelector,
    progress: &Progress,
    recording: Option<&Recording>,
) -> Result<Exit, Box<dyn Failure>> {
    let output = Output { args, session };
    if !args.watch {
        let asked =
            async |selector: &EnvironmentSelector| progress.during(flow::status(context, selector)).await;
        let (mut picture, fallback) = selection::with_fallback(args, session, selector, asked).await?;
        fallback.iter().for_each(|fallback| fallback.add_to(&mut picture));
        output.write(&picture)?;
        output.name_unchecked(&picture);
        output.tell_recorded(recording)?;
        return Ok(args.exit(&picture));
    }
    let is_screen = output.is_screen();
    let cadence = if is_screen { flow::Cadence::EachSecond } else { flow::Cadence::OnChange };
    let followed = async |selector: &EnvironmentSelector| {
        progress.during(flow::follow(context, selector, cadence)).await
    };
    let (pictures, fallback) = selection::with_fallback(args, session, selector, followed).await?;
    let pictures = pictures.map(|mut picture| {
        fallback.iter().for_each(|fallback| fallback.add_to(&mut picture));
        picture
    });
    if let Some(recording) = recording {
        recording.follow();
    }
    output.tell_recorded(recording)?;
    if is_screen {
        let pictures = pictures.map(|picture| args.sorted(picture));
        let view = |picture: &Picture, now| output.view(picture, now);
        Box::pin(Screen::new(session).follow(pictures, context.clock(), view)).await?;
    } else {
        flow::until(pictures, context.clock(), None, |picture| {
            output.write(&picture).map(|()| ControlFlow::<()>::Continue(()))
        })
        .await?;
    }
    Ok(Exit::Done)
}

/// Where pictures are written, and how.
struct Output<'a> {
    args: &'a Args,
    session: &'a Session,
}

impl Output<'_> {
    /// Whether a person watches a table: it is drawn over the one before, rather than written below it.
    fn is_screen(&self) -> bool {
        let is_table = matches!(self.args.output.format, Format::Table | Format::Wide);
        is_table && !self.args.no_headers && Screen::size(self.session).is_some()
    }

    fn write(&self, picture: &Picture) -> Result<(), Box<dyn Failure>> {
        let text = self.text(picture)?;
        Ok(self.session.data(&text).map_err(OutputError::from)?)
    }

    /// Says on stderr what is recorded, and what is not.
    fn tell_recorded(&self, recording: Option<&Recording>) -> Result<(), Box<dyn Failure>> {
        let (Some(recording), Some(file)) = (recording, usage::recording(self.args)?) else { return Ok(()) };
        for unrecorded in recording.unrecorded()? {
            self.session.message(&format!("not recorded: {unrecorded}\n"));
        }
        let tense = if self.args.watch { "recording" } else { "recorded" };
        let file = shell_word(&file.to_string_lossy());
        self.session.message(&format!(
            "{tense} to {file}; read it before you give it away, and play it with: \
             kubectl gitops-lab replay -f {file} --hold -- bash\n"
        ));
        Ok(())
    }

    /// Names on stderr what was not checked, where stdout has room for environments alone.
    fn name_unchecked(&self, picture: &Picture) {
        let has_rows_alone = self.args.no_headers || self.args.output.format == Format::Name;
        if !has_rows_alone || self.args.output.is_document() {
            return;
        }
        for unanswered in picture.unanswered_by(World::Cluster) {
            let cluster = unanswered.cluster.as_ref().map(|cluster| format!(" in {cluster}"));
            self.session.message(&format!("not checked{}: {unanswered}\n", cluster.unwrap_or_default()));
        }
        for remark in &picture.remarks {
            self.session.message(&format!("{}: {}\n", remark.reason, remark.message));
        }
    }

    fn text(&self, picture: &Picture) -> Result<String, OutputError> {
        let output = &self.args.output;
        let picture = &self.args.sorted(picture.clone());
        if output.is_document() {
            let picture = self.args.selected(picture.clone());
            return output.document(&PipelineStatus::of(&picture), self.args.watch);
        }
        if output.format == Format::Name {
            return Ok(text::names(&self.args.selected(picture.clone())));
        }
        let page = self.view(picture, picture.observed_at).page(picture);
        let is_dated = self.args.watch && !self.args.no_headers;
        Ok(if is_dated { format!("{:.0}\n{page}\n", picture.observed_at) } else { page })
    }

    /// How a picture is seen at a time.
    fn view(&self, picture: &Picture, now: Timestamp) -> text::View {
        let output = &self.args.output;
        text::View {
            now,
            width: self.session.terminals().width,
            paint: output.paint(self.session),
            github_host: self.args.github.access(self.session).host().to_owned(),
            wide: output.format == Format::Wide,
            all: self.args.is_for_all(),
            several: picture.clusters.len() > 1,
            is_watching: self.args.watch,
            no_headers: self.args.no_headers,
            failing: self.args.failing,
            is_sorted: self.args.sort_by.is_some(),
        }
    }
}
