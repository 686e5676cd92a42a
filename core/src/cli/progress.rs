//! What a person who waits is shown on stderr: on a terminal, from a second on, and gone when the answer is there.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Session;
use crate::model::ProgressEvent;

/// Whoever waits no longer than this is told nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often a spinner moves.
const SPIN: Duration = Duration::from_millis(120);

/// The progress of one command. Clones show on the same terminal.
#[derive(Clone)]
pub struct Progress(Rc<Shown>);

struct Shown {
    is_shown: bool,
    bars: MultiProgress,
    /// By the name of a step that runs.
    steps: RefCell<BTreeMap<String, ProgressBar>>,
    waiting: RefCell<String>,
    /// Shows what is waited for, once that takes long.
    waiting_bar: RefCell<Option<ProgressBar>>,
}

impl Progress {
    /// Shown where it is wanted and stderr is a terminal.
    pub fn new(session: &Session, is_wanted: bool) -> Self {
        let is_shown = is_wanted && session.terminals().err;
        let target = if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bars = MultiProgress::with_draw_target(target);
        Self(Rc::new(Shown {
            is_shown,
            bars,
            steps: RefCell::default(),
            waiting: RefCell::default(),
            waiting_bar: RefCell::default(),
        }))
    }

    /// Shows what happened.
    pub fn show(&self, event: ProgressEvent) {
        let mut steps = self.0.steps.borrow_mut();
        match event {
            ProgressEvent::Waiting(what) => {
                self.0.waiting.replace(what);
                if let Some(bar) = &*self.0.waiting_bar.borrow() {
                    bar.set_message(self.waiting_message());
                }
            }
            ProgressEvent::StepStarted { name } if self.0.is_shown => {
                let bar = self.spinner(name.clone());
                steps.insert(name, bar);
            }
            ProgressEvent::StepProgress { name, message } => {
                if let Some(bar) = steps.get(&name) {
                    bar.set_message(format!("{name}: {message}"));
                }
            }
            ProgressEvent::StepEnded { name, .. } => {
                if let Some(bar) = steps.remove(&name) {
                    bar.finish_and_clear();
                }
            }
            ProgressEvent::StepStarted { .. } => {}
        }
    }

    /// Waits for `work`, and says what is waited for where that takes long.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = tokio::time::sleep(PATIENCE), if self.0.is_shown => {}
        }
        self.0.waiting_bar.replace(Some(self.spinner(self.waiting_message())));
        let done = work.await;
        if let Some(bar) = self.0.waiting_bar.take() {
            bar.finish_and_clear();
        }
        done
    }

    /// Takes away what is shown, where the work ends before its time.
    pub fn clear(&self) {
        let steps = std::mem::take(&mut *self.0.steps.borrow_mut());
        let waiting = self.0.waiting_bar.take();
        steps.into_values().chain(waiting).for_each(|bar| bar.finish_and_clear());
    }

    fn waiting_message(&self) -> String {
        format!("waiting for {} …", self.0.waiting.borrow())
    }

    fn spinner(&self, message: String) -> ProgressBar {
        let bar = self.0.bars.add(ProgressBar::new_spinner());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        bar.set_message(message);
        bar.enable_steady_tick(SPIN);
        bar
    }
}
