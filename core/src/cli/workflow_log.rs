//! The log of a workflow's run, in which a line may be a command: whatever clusters and services say must be none.

use super::EnvVars;

/// Whether stdout and stderr go into such a log.
pub(super) fn is_workflow_log(env_vars: &EnvVars) -> bool {
    env_vars.get("GITHUB_ACTIONS").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// The same output without commands: those begin a line with `::`, or hold `##[`. A document of JSON stays the same one, for
/// a letter of its texts may be written in two ways; YAML has no such way, and gets a space.
pub(super) fn without_commands(text: &str) -> String {
    let mark = if text.starts_with('{') { "\\u0023#[" } else { "## [" };
    let lines = text.split_inclusive('\n').map(|line| {
        let content = line.trim_start();
        let indent = &line[..line.len() - content.len()];
        let content = content.replace("##[", mark);
        match content.strip_prefix("::") {
            Some(rest) => format!("{indent}: :{rest}"),
            None => format!("{indent}{content}"),
        }
    });
    lines.collect()
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
            ("message: '##[error]'\n", "message: '## [error]'\n"),
            ("", ""),
        ] {
            assert_eq!(without_commands(text), expected);
        }
        // What only looks like JSON has lines, too.
        assert_eq!(without_commands("{a\n::error::b\n"), "{a\n: :error::b\n");
        let json = without_commands(r####"{"a": "##[error]"}"####);
        assert!(!json.contains("##["), "{json}");
        let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(value["a"], "##[error]");
    }
}
