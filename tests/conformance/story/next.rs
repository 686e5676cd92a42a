//! The commands that a verdict advises, in a form that changes nothing: what reads as it stands, what writes as
//! a dry run on the server.

/// Verbs of kubectl that only read.
const READING: [&str; 4] = ["describe", "get", "logs", "events"];

/// Verbs that know `--dry-run=server`.
const WRITING: [&str; 6] = ["annotate", "apply", "create", "delete", "label", "patch"];

/// How a command is tried, if it can be: not what runs until it is interrupted, not what a person must fill in, and
/// not what another tool does.
pub(crate) fn trial(command: &str) -> Option<String> {
    if command.contains("--watch") || command.contains('<') {
        return None;
    }
    // Of a pipe the last command does it, and the ones before it say that they do not.
    let last = command.rsplit(" | ").next()?;
    let verb = last.strip_prefix("kubectl ")?.split(' ').next()?;
    if READING.contains(&verb) {
        Some(command.to_owned())
    } else {
        WRITING.contains(&verb).then(|| format!("{command} --dry-run=server"))
    }
}

/// Proves it on a table, for the reason that `expectation::self_check` gives.
pub(crate) fn self_check() -> Result<(), String> {
    const CASES: [(&str, Option<&str>); 6] = [
        ("kubectl describe pod/a -n b", Some("kubectl describe pod/a -n b")),
        ("kubectl gitops-status -n b --watch", None),
        ("kubectl patch a/b -p '{\"branch\":\"<branch>\"}'", None),
        ("flux reconcile helmrelease a", None),
        ("kubectl annotate a/b c=d", Some("kubectl annotate a/b c=d --dry-run=server")),
        (
            "kubectl create secret generic a --dry-run=client -o yaml | kubectl apply -f -",
            Some(
                "kubectl create secret generic a --dry-run=client -o yaml | kubectl apply -f - --dry-run=server",
            ),
        ),
    ];
    let wrong = CASES.iter().find(|(command, tried)| trial(command).as_deref() != *tried);
    wrong.map_or(Ok(()), |(command, _)| Err(format!("`{command}` is tried as {:?}", trial(command))))
}
