//! The requests to stop that a command may receive, as a value: the process's own signals, or those that a test
//! sends.
//!
//! Everybody who waits learns of a request, however many wait and however late they begin: what runs a command,
//! and a step within it that must end a child process first. A callback per signal was rejected, because it
//! would need state shared with whatever it interrupts.

use tokio::sync::watch;

use crate::model::Exit;

/// A source of requests to stop.
#[derive(Clone, Debug)]
pub struct Signals {
    request: watch::Receiver<Option<Exit>>,
}

/// Sends requests to stop to the [`Signals`] it was made with.
#[derive(Debug)]
pub struct SignalSender {
    request: watch::Sender<Option<Exit>>,
}

impl Signals {
    /// The signals of this process: SIGINT and SIGTERM on Unix, Ctrl-C and Ctrl-Break on Windows.
    ///
    /// Handlers are installed before this returns, so that no signal is missed from then on. Where the system
    /// refuses one, its signals end the process as they would without a handler.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn of_process() -> Self {
        let (sender, signals) = Self::manual();
        let interrupted = handlers::interrupted();
        let terminated = handlers::terminated();
        tokio::spawn(async move {
            let exit = tokio::select! {
                () = interrupted => Exit::Interrupted,
                () = terminated => Exit::Terminated,
            };
            sender.send(exit);
        });
        signals
    }

    /// Signals that are sent by hand.
    pub fn manual() -> (SignalSender, Self) {
        let (sender, receiver) = watch::channel(None);
        (SignalSender { request: sender }, Self { request: receiver })
    }

    /// Resolves as soon as the process is asked to stop, at once where it already was, to the exit code that
    /// says so. Never resolves where nobody can ask any more.
    pub async fn received(&self) -> Exit {
        let mut request = self.request.clone();
        match request.wait_for(Option::is_some).await.map(|request| *request) {
            Ok(Some(exit)) => exit,
            _ => std::future::pending().await,
        }
    }
}

impl SignalSender {
    /// Asks to stop, as SIGINT does.
    pub fn interrupt(&self) {
        self.send(Exit::Interrupted);
    }

    /// Asks to stop, as SIGTERM does.
    pub fn terminate(&self) {
        self.send(Exit::Terminated);
    }

    /// The first request decides with which exit code the command ends.
    fn send(&self, exit: Exit) {
        self.request.send_if_modified(|request| {
            let is_first = request.is_none();
            request.get_or_insert(exit);
            is_first
        });
    }
}

#[cfg(unix)]
mod handlers {
    //! Unix signals.

    use tokio::signal::unix::{SignalKind, signal};

    pub(super) fn interrupted() -> impl Future<Output = ()> {
        next(SignalKind::interrupt())
    }

    pub(super) fn terminated() -> impl Future<Output = ()> {
        next(SignalKind::terminate())
    }

    /// The handler stands when this returns, not when the future is first polled.
    fn next(kind: SignalKind) -> impl Future<Output = ()> {
        let handler = signal(kind);
        async move {
            match handler {
                Ok(mut handler) => drop(handler.recv().await),
                Err(_) => std::future::pending().await,
            }
        }
    }
}

#[cfg(windows)]
mod handlers {
    //! Console events. Windows has no request to terminate; supervisors send Ctrl-Break.

    use tokio::signal::windows::{ctrl_break, ctrl_c};

    pub(super) fn interrupted() -> impl Future<Output = ()> {
        let handler = ctrl_c();
        async move {
            match handler {
                Ok(mut handler) => drop(handler.recv().await),
                Err(_) => std::future::pending().await,
            }
        }
    }

    pub(super) fn terminated() -> impl Future<Output = ()> {
        let handler = ctrl_break();
        async move {
            match handler {
                Ok(mut handler) => drop(handler.recv().await),
                Err(_) => std::future::pending().await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::Signals;
    use crate::model::Exit;

    #[tokio::test]
    async fn a_request_reaches_everybody_who_waits_or_comes_later() {
        let (sender, signals) = Signals::manual();
        let another = signals.clone();
        let waiting = tokio::spawn(async move { another.received().await });
        assert_eq!(signals.received().now_or_never(), None);
        sender.interrupt();
        assert_eq!(waiting.await.expect("it does not panic"), Exit::Interrupted);
        assert_eq!(signals.received().now_or_never(), Some(Exit::Interrupted));
    }

    #[tokio::test]
    async fn the_first_request_decides_and_outlives_its_sender() {
        let (sender, signals) = Signals::manual();
        sender.terminate();
        sender.interrupt();
        drop(sender);
        assert_eq!(signals.received().now_or_never(), Some(Exit::Terminated));
        let (sender, signals) = Signals::manual();
        drop(sender);
        assert_eq!(signals.received().now_or_never(), None);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_signal_right_after_the_handlers_is_not_missed() {
        let signals = Signals::of_process();
        let process = std::process::id().to_string();
        let sent = std::process::Command::new("kill").args(["-TERM", &process]).status();
        assert!(sent.expect("kill runs").success());
        assert_eq!(signals.received().await, Exit::Terminated);
    }
}
