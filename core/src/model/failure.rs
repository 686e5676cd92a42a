//! What every error of the suite can say besides its message: a code for programs, a hint for people and
//! the exit code. Each module implements it for its own error, so that hints stay beside their errors.

use super::Exit;

/// An error that ends a command.
pub trait Failure: std::error::Error + Send + Sync + 'static {
    /// A stable name for programs, in CamelCase: `KubeconfigInvalid`.
    fn code(&self) -> &'static str;

    /// One action that the reader can type or do.
    fn hint(&self) -> Option<String> {
        None
    }

    /// Whether it may pass by itself: the same command, run again, may do.
    fn is_transient(&self) -> bool {
        false
    }

    /// The exit code this failure ends the command with.
    fn exit(&self) -> Exit {
        Exit::Failed
    }
}

impl<E: Failure> From<E> for Box<dyn Failure> {
    fn from(error: E) -> Self {
        Box::new(error)
    }
}
