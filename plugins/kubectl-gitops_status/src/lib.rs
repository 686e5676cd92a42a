//! `kubectl gitops-status`: where every environment stands, why, and what to type next.

mod args;
mod text;

use std::cell::RefCell;
use std::ops::ControlFlow;

use gitops_core::cli::{Format, OutputError, Progress, Session};
use gitops_core::flow;
use gitops_core::model::verdict::Picture;
use gitops_core::model::{Exit, Failure, PipelineStatus};

pub use args::Args;

/// Answers once, or until interrupted.
pub async fn run(args: Args, session: &Session) -> Result<Exit, Box<dyn Failure>> {
    let _log = args.output.log();
    let progress = Progress::new(session, args.output.shows_progress());
    let context = session.context(&args.cluster, &args.github, &progress)?;
    let selector = args.environments.selector();
    let screen = Screen { args: &args, session, story: RefCell::default() };
    if args.watch {
        let pictures = progress.during(flow::follow(&context, &selector)).await?;
        flow::until(pictures, context.clock(), None, |picture| {
            screen.show(&picture).map(|()| ControlFlow::<()>::Continue(()))
        })
        .await?;
    } else {
        screen.show(&progress.during(flow::status(&context, &selector)).await?)?;
    }
    Ok(Exit::Done)
}

/// Where pictures are shown, and what was shown before.
struct Screen<'a> {
    args: &'a Args,
    session: &'a Session,
    story: RefCell<text::Story>,
}

impl Screen<'_> {
    fn show(&self, picture: &Picture) -> Result<(), Box<dyn Failure>> {
        let text = self.text(picture)?;
        Ok(self.session.data(&text).map_err(OutputError::from)?)
    }

    fn text(&self, picture: &Picture) -> Result<String, OutputError> {
        let output = &self.args.output;
        if output.is_document() {
            return output.document(&PipelineStatus::of(picture), self.args.watch);
        }
        if output.format == Format::Name {
            return Ok(text::names(picture));
        }
        let width = self.session.terminals().width;
        let view = text::View {
            now: picture.observed_at,
            width,
            paint: output.paint(self.session),
            wide: output.format == Format::Wide,
            all: self.args.is_for_all(),
            several: picture.clusters.len() > 1,
            is_watching: self.args.watch,
            no_headers: self.args.no_headers,
            failing: self.args.failing,
        };
        let page = view.page(picture);
        Ok(match (self.args.watch, width) {
            (false, _) => page,
            (true, None) => format!("{:.0}\n{page}\n", picture.observed_at),
            (true, Some(_)) => self.story.borrow_mut().redrawn(&view, picture, &page),
        })
    }
}
