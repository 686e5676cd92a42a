//! When the terminal of this process is resized, for what fits a screen to it.

/// Changes of the terminal's size. A system that does not tell of them reports none.
pub struct Resizes {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Resizes {
    /// Those of this process, from now on.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[cfg(unix)]
    pub fn of_process() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self { signal: signal(SignalKind::window_change()).ok() }
    }

    /// Those of this process. Windows has no signal for them.
    #[cfg(not(unix))]
    pub fn of_process() -> Self {
        Self {}
    }

    /// Returns at the next change.
    #[cfg(unix)]
    pub async fn next(&mut self) {
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }

    /// Never returns.
    #[cfg(not(unix))]
    pub async fn next(&mut self) {
        std::future::pending().await
    }
}
