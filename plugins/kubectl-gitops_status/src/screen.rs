//! `--watch` on a terminal: the screen is drawn anew when a picture comes, each second for the ages, and when the
//! terminal is resized; written only where it differs. None of that asks a cluster anything.

use std::time::Duration;

use futures::{Stream, StreamExt};
use gitops_core::cli::{OutputError, Resizes, Session};
use gitops_core::model::Failure;
use gitops_core::model::verdict::Picture;
use gitops_core::wire::Clock;
use jiff::Timestamp;

use crate::text::{Changes, Size, View, drawn};

/// Ages have a resolution of a second.
const TICK: Duration = Duration::from_secs(1);

/// The terminal, and what stands on it.
pub(crate) struct Screen<'a> {
    session: &'a Session,
    changes: Changes,
    drawn: Option<(Size, Vec<String>)>,
}

/// The newest picture, and when it came by the clock of this machine: between pictures its own clock goes on by that.
struct Shown {
    picture: Picture,
    came: Timestamp,
}

impl<'a> Screen<'a> {
    /// Nothing stands on it yet.
    pub(crate) fn new(session: &'a Session) -> Self {
        Self { session, changes: Changes::default(), drawn: None }
    }

    /// Its size; `None` where stdout is no terminal that can be drawn on.
    pub(crate) fn size(session: &Session) -> Option<Size> {
        let terminals = session.terminals();
        let is_dumb = session.env_vars.get("TERM") == Some("dumb");
        let (columns, rows) = (terminals.width?, terminals.height?);
        (!is_dumb).then_some(Size { columns, rows })
    }

    /// Shows pictures as they come, each as `view` sees it at a time, until nobody wants them any more.
    ///
    /// # Errors
    /// stdout cannot be written to.
    pub(crate) async fn follow(
        mut self,
        pictures: impl Stream<Item = Picture>,
        clock: &Clock,
        view: impl Fn(&Picture, Timestamp) -> View,
    ) -> Result<(), Box<dyn Failure>> {
        let mut pictures = std::pin::pin!(pictures);
        let mut resizes = Resizes::of_process();
        let mut shown: Option<Shown> = None;
        loop {
            tokio::select! {
                picture = pictures.next() => {
                    let Some(picture) = picture else { return Ok(()) };
                    self.changes.add(&picture, view(&picture, picture.observed_at).paint);
                    shown = Some(Shown { picture, came: clock.now() });
                }
                () = clock.sleep(TICK) => {}
                () = resizes.next() => self.drawn = None,
            }
            if let Some(Shown { picture, came }) = &shown {
                let passed = clock.now().duration_since(*came);
                let now = picture.observed_at.checked_add(passed).unwrap_or(picture.observed_at);
                self.draw(picture, &view(picture, now))?;
            }
        }
    }

    fn draw(&mut self, picture: &Picture, view: &View) -> Result<(), Box<dyn Failure>> {
        let Some(size) = Self::size(self.session) else { return Ok(()) };
        let lines = view.screen(picture, &self.changes, size);
        let is_resized = self.drawn.as_ref().is_none_or(|(former, _)| *former != size);
        if is_resized || self.drawn.as_ref().is_some_and(|(_, former)| *former != lines) {
            let text = drawn(&lines, size.columns, is_resized);
            self.session.data(&text).map_err(OutputError::from)?;
            self.drawn = Some((size, lines));
        }
        Ok(())
    }
}

/// The cursor stands behind the last line: what comes next begins below it.
impl Drop for Screen<'_> {
    fn drop(&mut self) {
        if self.drawn.is_some() {
            // A terminal that is gone has no line to end.
            let _ = self.session.data("\n");
        }
    }
}
