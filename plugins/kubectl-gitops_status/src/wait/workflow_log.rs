//! The log of a workflow's run, in which a line may be a command: whatever clusters and services say must be none.

use gitops_core::cli::Session;

/// Whether stdout and stderr go into such a log.
pub(super) fn is_workflow_log(session: &Session) -> bool {
    session.env_vars.get("GITHUB_ACTIONS").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// A text of whose lines none is a command: those begin with `::`, or hold `##[`.
pub(super) fn without_commands(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let content = line.trim_start();
        let indent = &line[..line.len() - content.len()];
        let content = content.replace("##[", "## [");
        match content.strip_prefix("::") {
            Some(rest) => format!("{indent}: :{rest}"),
            None => format!("{indent}{content}"),
        }
    });
    lines.collect()
}

/// A document of JSON of which no line is a command: a letter of a text may be written in two ways.
pub(super) fn json_without_commands(text: &str) -> String {
    text.replace("##[", "\\u0023#[")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_a_command() {
        for (text, expected) in [
            ("::error::no\n  ::set-env name=a::b\n", ": :error::no\n  : :set-env name=a::b\n"),
            ("a ::error:: b\n", "a ::error:: b\n"),
            ("a ##[group]b\n\n", "a ## [group]b\n\n"),
            ("", ""),
        ] {
            assert_eq!(without_commands(text), expected);
        }
        let json = json_without_commands(r####"{"a": "##[error]"}"####);
        assert!(!json.contains("##["), "{json}");
    }
}
