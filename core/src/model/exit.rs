//! The exit codes of every command, as documented API.

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done; also when the reader of the output went away.
    Done,
    /// 1: failed.
    Failed,
    /// 2: the command line, or a file it names, cannot be used.
    Usage,
    /// 3: checked, and not so: suspended, not ready, or the answer to a question was no.
    NotSo,
    /// 4: not authenticated, or not allowed.
    Denied,
    /// 5: not found.
    NotFound,
    /// 8: still pending at the deadline.
    Pending,
    /// 130: interrupted (SIGINT).
    Interrupted,
    /// 143: terminated (SIGTERM).
    Terminated,
    /// The exit code of a command that was run on the user's behalf.
    Command(u8),
}

impl Exit {
    /// The codes that commands choose themselves, with what they mean, in order.
    pub const TABLE: [(Exit, &'static str); 9] = [
        (Exit::Done, "done; or the reader of the output went away"),
        (Exit::Failed, "failed"),
        (Exit::Usage, "the command line, or a file it names, cannot be used"),
        (Exit::NotSo, "checked, and not so: suspended, not ready, or the answer to a question was no"),
        (Exit::Denied, "not authenticated, or not allowed"),
        (Exit::NotFound, "not found"),
        (Exit::Pending, "still pending at the deadline"),
        (Exit::Interrupted, "interrupted"),
        (Exit::Terminated, "terminated"),
    ];

    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::NotSo => 3,
            Exit::Denied => 4,
            Exit::NotFound => 5,
            Exit::Pending => 8,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
            Exit::Command(code) => code,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn codes_are_distinct() {
        let codes: std::collections::BTreeSet<u8> = Exit::TABLE.iter().map(|(exit, _)| exit.code()).collect();
        assert_eq!(codes.len(), Exit::TABLE.len());
    }
}
