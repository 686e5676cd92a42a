//! Words of commands that a person copies into a shell.

/// `word` as a POSIX shell reads it back: quoted where it holds anything but what names and paths are made of.
pub fn shell_word(word: &str) -> String {
    let is_plain =
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// `command` as it acts on the cluster of a context: lines of kubectl and flux name it. A plugin of kubectl takes flags
/// behind its name alone.
pub fn in_context(command: &str, context: Option<&str>) -> String {
    let Some(context) = context.filter(|_| !command.contains(" --context ")).map(shell_word) else {
        return command.to_owned();
    };
    let kubectl = "kubectl ";
    if command.starts_with("kubectl gitops") || command.starts_with("flux ") {
        format!("{command} --context {context}")
    } else {
        command.replace(kubectl, &format!("{kubectl}--context {context} "))
    }
}

#[cfg(test)]
mod tests {
    use super::{in_context, shell_word};

    #[test]
    fn commands_name_the_context_that_was_named() {
        for (command, expected) in [
            ("kubectl describe pod/a -n b", "kubectl --context 'a b' describe pod/a -n b"),
            (
                "kubectl get x -o yaml | kubectl apply -f -",
                "kubectl --context 'a b' get x -o yaml | kubectl --context 'a b' apply -f -",
            ),
            ("kubectl gitops-status -n b", "kubectl gitops-status -n b --context 'a b'"),
            ("flux resume kustomization a -n b", "flux resume kustomization a -n b --context 'a b'"),
            ("kubectl get pods --context edge", "kubectl get pods --context edge"),
            ("az login", "az login"),
        ] {
            assert_eq!(in_context(command, Some("a b")), expected);
            assert_eq!(in_context(command, None), command);
        }
    }

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        for (word, quoted) in [
            ("dev-hello", "dev-hello"),
            ("", "''"),
            ("a b", "'a b'"),
            ("$(reboot)", "'$(reboot)'"),
            ("it's", "'it'\\''s'"),
        ] {
            assert_eq!(shell_word(word), quoted);
        }
    }
}
