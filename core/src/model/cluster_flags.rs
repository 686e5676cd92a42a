//! The flags that chose a cluster and a person. Every command that is printed gets them, so that it acts where the
//! page looked.

use super::pipeline::ClusterRef;
use super::shell::{ShellCommand, commands_of};
use super::verdict::Picture;
use super::{Exit, Failure, shell_word};

/// `--context`, `--kubeconfig`, `--as` and `--as-group`, as far as they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterFlags {
    /// The kubeconfig, as it was typed: a shell stands in the same folder.
    pub kubeconfig: Option<String>,
    /// The kubeconfig's context.
    pub context: Option<String>,
    /// Who is impersonated.
    pub impersonate: Option<String>,
    /// The groups that are impersonated with it.
    pub impersonate_groups: Vec<String>,
}

/// Programs that run the command that their own words end in.
const WRAPPERS: [&str; 6] = ["xargs", "env", "exec", "sudo", "time", "watch"];

impl ClusterFlags {
    /// `line` as it acts on this cluster: every kubectl, every plugin of it and every flux in it gets the flags that
    /// it does not have. Other programs, and text in quotes, stay as they are.
    pub fn add_to(&self, line: &str) -> String {
        let mut added = line.to_owned();
        // The last first, so that the places of the others stay.
        let mut insertions: Vec<(usize, String)> =
            commands_of(line).iter().filter_map(|command| self.insertion(line, command)).collect();
        insertions.sort();
        for (place, flags) in insertions.into_iter().rev() {
            added.insert_str(place, &flags);
        }
        added
    }

    /// A hint whose last part may be a command: `see what there is: kubectl get namespaces`.
    pub fn add_to_hint(&self, hint: &str) -> String {
        let is_command = |text: &str| text.starts_with("kubectl ") || text.starts_with("flux ");
        let places = std::iter::once(0).chain(hint.match_indices(": ").map(|(at, blank)| at + blank.len()));
        match places.into_iter().find(|place| is_command(&hint[*place..])) {
            Some(place) => format!("{}{}", &hint[..place], self.add_to(&hint[place..])),
            None => hint.to_owned(),
        }
    }

    /// Puts the flags into every command that a picture advises for a cluster.
    pub fn add_to_picture(&self, cluster: &ClusterRef, picture: &mut Picture) {
        let environments = picture.environments.iter_mut();
        for environment in environments.filter(|environment| environment.id.cluster == *cluster) {
            for next in &mut environment.next {
                next.command = self.add_to(&next.command);
            }
        }
    }

    /// A failure whose hint acts on this cluster.
    pub fn add_to_failure(self, failure: impl Into<Box<dyn Failure>>) -> Box<dyn Failure> {
        Box::new(AddressedFailure { failure: failure.into(), flags: self })
    }

    /// Where a command takes the flags, and those that it lacks. kubectl takes them behind its name, a plugin of it
    /// behind the plugin's.
    fn insertion(&self, line: &str, command: &ShellCommand) -> Option<(usize, String)> {
        let text = |place: usize| line.get(command.words.get(place)?.clone());
        let is_program = |place: &usize| matches!(text(*place), Some("kubectl" | "flux"));
        let is_assignment = |word: &str| word.split_once('=').is_some_and(|(name, _)| is_variable(name));
        let first = (0..command.words.len()).find(|place| !text(*place).is_some_and(is_assignment))?;
        let program = match text(first) {
            Some(word) if WRAPPERS.contains(&word) => (first..command.words.len()).find(is_program)?,
            _ => Some(first).filter(is_program)?,
        };
        let is_plugin = text(program + 1).is_some_and(|word| word.starts_with("gitops"));
        if is_plugin && is_without_cluster(text(program + 1), text(program + 2)) {
            return None;
        }
        let given: Vec<&str> = (program..command.words.len()).filter_map(text).collect();
        let flags = self.missing(&given);
        if flags.is_empty() {
            return None;
        }
        let is_last = is_plugin || text(program) == Some("flux");
        let place = if is_last { command.words.last()?.end } else { command.words[program].end };
        Some((place, flags))
    }

    /// The flags that are not among these words, each with a blank before it.
    fn missing(&self, words: &[&str]) -> String {
        let is_given = |name: &str| {
            words.iter().any(|word| {
                word.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
            })
        };
        let single =
            [("--kubeconfig", &self.kubeconfig), ("--context", &self.context), ("--as", &self.impersonate)];
        let mut flags = String::new();
        for (name, value) in single {
            flags.extend(value.as_ref().filter(|_| !is_given(name)).map(|value| flag(name, value)));
        }
        if !is_given("--as-group") {
            flags.extend(self.impersonate_groups.iter().map(|group| flag("--as-group", group)));
        }
        flags
    }
}

/// A value that looks like a flag is attached to its own.
fn flag(name: &str, value: &str) -> String {
    let between = if value.starts_with('-') { '=' } else { ' ' };
    format!(" {name}{between}{}", shell_word(value))
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether a command of the suite has no cluster to choose: the lab has one of its own.
fn is_without_cluster(plugin: Option<&str>, subcommand: Option<&str>) -> bool {
    let name = match plugin {
        Some("gitops") => subcommand,
        Some(plugin) => plugin.strip_prefix("gitops-"),
        None => None,
    };
    matches!(name, None | Some("lab" | "help"))
}

/// A failure with the flags that its hint needs.
#[derive(Debug)]
struct AddressedFailure {
    failure: Box<dyn Failure>,
    flags: ClusterFlags,
}

impl std::fmt::Display for AddressedFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.failure.fmt(f)
    }
}

impl std::error::Error for AddressedFailure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.failure.source()
    }
}

impl Failure for AddressedFailure {
    fn is_transient(&self) -> bool {
        self.failure.is_transient()
    }

    fn code(&self) -> &'static str {
        self.failure.code()
    }

    fn hint(&self) -> Option<String> {
        self.failure.hint().map(|hint| self.flags.add_to_hint(&hint))
    }

    fn exit(&self) -> Exit {
        self.failure.exit()
    }
}

#[cfg(test)]
mod tests {
    use super::ClusterFlags;

    fn all() -> ClusterFlags {
        ClusterFlags {
            kubeconfig: Some("a/my config".to_owned()),
            context: Some("edge".to_owned()),
            impersonate: Some("system:x".to_owned()),
            impersonate_groups: vec!["g".to_owned(), "h".to_owned()],
        }
    }

    #[test]
    fn every_command_of_a_line_gets_what_it_lacks() {
        let context = ClusterFlags { context: Some("a b".to_owned()), ..ClusterFlags::default() };
        for (command, expected) in [
            ("kubectl describe pod/a -n b", "kubectl --context 'a b' describe pod/a -n b"),
            (
                "kubectl get x -o yaml | kubectl apply -f -",
                "kubectl --context 'a b' get x -o yaml | kubectl --context 'a b' apply -f -",
            ),
            ("kubectl gitops-status -n b", "kubectl gitops-status -n b --context 'a b'"),
            ("kubectl gitops status -n b | cat", "kubectl gitops status -n b --context 'a b' | cat"),
            ("kubectl gitops-lab up --folder f", "kubectl gitops-lab up --folder f"),
            ("flux resume kustomization a -n b", "flux resume kustomization a -n b --context 'a b'"),
            ("kubectl get pods --context edge", "kubectl get pods --context edge"),
            ("kubectl get pods --context=edge", "kubectl get pods --context=edge"),
            (
                "kubectl patch x -p '{\"a\":\"kubectl get | kubectl \"}'",
                "kubectl --context 'a b' patch x -p '{\"a\":\"kubectl get | kubectl \"}'",
            ),
            ("kubectl annotate x t=\"$(date +%s)\"", "kubectl --context 'a b' annotate x t=\"$(date +%s)\""),
            ("echo \"$(kubectl get pods)\"", "echo \"$(kubectl --context 'a b' get pods)\""),
            (
                "kubectl get -o name | xargs -n 1 kubectl delete",
                "kubectl --context 'a b' get -o name | xargs -n 1 kubectl --context 'a b' delete",
            ),
            ("KUBECONFIG=x kubectl get pods", "KUBECONFIG=x kubectl --context 'a b' get pods"),
            ("echo kubectl get", "echo kubectl get"),
            ("az login", "az login"),
            ("gh pr view https://github.com/kubectl /x", "gh pr view https://github.com/kubectl /x"),
        ] {
            assert_eq!(context.add_to(command), expected);
            assert_eq!(context.add_to(expected), expected, "once is enough");
            assert_eq!(ClusterFlags::default().add_to(command), command);
        }
    }

    #[test]
    fn all_flags_are_carried_and_quoted() {
        assert_eq!(
            all().add_to("kubectl get pods --as me"),
            "kubectl --kubeconfig 'a/my config' --context edge --as-group g --as-group h get pods --as me"
        );
        assert_eq!(
            all().add_to("kubectl gitops-status"),
            "kubectl gitops-status --kubeconfig 'a/my config' --context edge --as 'system:x' --as-group g --as-group h"
        );
        let odd = ClusterFlags { context: Some("-x".to_owned()), ..ClusterFlags::default() };
        assert_eq!(odd.add_to("kubectl get x"), "kubectl --context=-x get x");
    }

    #[test]
    fn the_command_of_a_hint_is_found() {
        let flags = ClusterFlags { context: Some("edge".to_owned()), ..ClusterFlags::default() };
        for (hint, expected) in [
            (
                "see whether kubectl reaches it: kubectl cluster-info",
                "see whether kubectl reaches it: kubectl --context edge cluster-info",
            ),
            ("kubectl get namespaces", "kubectl --context edge get namespaces"),
            ("name it: --project <organisation>", "name it: --project <organisation>"),
            ("see what kubectl makes of it", "see what kubectl makes of it"),
        ] {
            assert_eq!(flags.add_to_hint(hint), expected);
        }
    }
}
