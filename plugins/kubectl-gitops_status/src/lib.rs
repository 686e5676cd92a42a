//! `kubectl gitops-status`: where every environment stands, why, and what to type next.

mod args;
mod text;

use std::cell::RefCell;

use gitops_core::cli::{Format, OutputError, Session, waiting};
use gitops_core::flow;
use gitops_core::model::verdict::Picture;
use gitops_core::model::{Exit, Failure, PipelineStatus};

pub use args::Args;

/// Answers once, or until interrupted.
pub async fn run(args: Args, session: &Session) -> Result<Exit, Box<dyn Failure>> {
    let _log = args.output.log();
    let connection = args.cluster.connect(session).await?;
    let selection = args.cluster.selection(&connection);
    let context = connection.context().map(str::to_owned);
    let screen = Screen { args: &args, session, context: context.as_deref(), story: RefCell::default() };
    let github = args.github.access_in_passing(session);
    if args.watch {
        flow::watch(connection, github, &selection, session.clock.clone(), |picture| screen.show(picture))
            .await?;
    } else {
        let asked = flow::status(&connection, &github, &selection, || session.clock.now());
        let picture = waiting(session, args.output.shows_progress(), connection.server(), asked).await?;
        screen.show(&picture)?;
    }
    Ok(Exit::Done)
}

/// Where pictures are shown, and what was shown before.
struct Screen<'a> {
    args: &'a Args,
    session: &'a Session,
    context: Option<&'a str>,
    story: RefCell<text::Story>,
}

impl Screen<'_> {
    fn show(&self, picture: &Picture) -> Result<(), Box<dyn Failure>> {
        let text = self.text(picture)?;
        Ok(self.session.data(&text).map_err(OutputError::from)?)
    }

    fn text(&self, picture: &Picture) -> Result<String, OutputError> {
        let now = self.session.clock.now();
        let output = &self.args.output;
        if output.is_document() {
            return output.document(&PipelineStatus::of(picture, self.context, now), self.args.watch);
        }
        if output.format == Format::Name {
            return Ok(text::names(picture));
        }
        let width = self.session.streams().width();
        let view = text::View {
            now,
            width,
            paint: output.paint(self.session),
            wide: output.format == Format::Wide,
            all: self.args.is_for_all(),
            is_watching: self.args.watch,
        };
        let page = view.page(picture);
        Ok(match (self.args.watch, width) {
            (false, _) => page,
            (true, None) => format!("{now:.0}\n{page}\n"),
            (true, Some(_)) => self.story.borrow_mut().redrawn(&view, picture, &page),
        })
    }
}
