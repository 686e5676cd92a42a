//! The clock that commands read. It comes from outside, so that tests can say what time it is; a fixed one
//! is asked for with `GITOPS_NOW`, an RFC 3339 time.

use jiff::Timestamp;

/// Tells the time: the machine's, or always the same.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    fixed: Option<Timestamp>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self { fixed: None }
    }

    /// A clock that stands at `at`.
    pub fn fixed(at: Timestamp) -> Self {
        Self { fixed: Some(at) }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.fixed.unwrap_or_else(Timestamp::now)
    }
}
