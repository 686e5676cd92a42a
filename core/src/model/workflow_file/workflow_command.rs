//! The command lines that workflows run. Templates take theirs from here, and tests parse them as the programs do.

use crate::model::contract::{
    CI_WORKFLOW, DEPLOY_WORKFLOW, NOTIFY_CONFIGURATION_WORKFLOW, NOTIFY_WORKFLOW, POST_DEPLOYMENT_WORKFLOW,
};

/// A command that a workflow runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkflowCommand {
    /// The workflow.
    pub workflow: &'static str,
    /// Its job.
    pub job: &'static str,
    /// What the suite's program is called with. `--flag=$NAME` has the value of the step's variable, and `--flag=$NAME?`
    /// is left out where that is empty.
    pub words: &'static [&'static str],
}

/// Every one, in the order in which a change meets them.
pub const WORKFLOW_COMMANDS: &[WorkflowCommand] = &[
    WorkflowCommand {
        workflow: CI_WORKFLOW,
        job: "dispatch",
        words: &[
            "notify",
            "build",
            "--yes",
            "--environment=$START_ENVIRONMENT",
            "--revision=$COMMIT_ID",
            "--image-tag=$IMAGE_TAG",
            "--image-digest=$IMAGE_DIGEST?",
            "--app-version=$VERSION",
            "--timeout=4m",
        ],
    },
    WorkflowCommand {
        workflow: DEPLOY_WORKFLOW,
        job: "deploy",
        words: &[
            "deploy",
            "--yes",
            "--environment=$ENVIRONMENT",
            "--revision=$COMMIT_ID",
            "--promotion=$PROMOTION",
            "--image-tag=$IMAGE_TAG",
            "--app-version=$VERSION",
            "--timeout=12m",
        ],
    },
    WorkflowCommand {
        workflow: POST_DEPLOYMENT_WORKFLOW,
        job: "wait",
        words: &[
            "status",
            "--wait",
            "--record",
            "--environment=$ENVIRONMENT",
            "--revision=$COMMIT_ID",
            "--timeout=$GATE_TIMEOUT",
        ],
    },
    WorkflowCommand {
        workflow: POST_DEPLOYMENT_WORKFLOW,
        job: "wait",
        words: &[
            "promote",
            "--yes",
            "--via=actions",
            "--environment=$ENVIRONMENT",
            "--to=$NEXT_ENVIRONMENT",
            "--revision=$COMMIT_ID",
            "--timeout=4m",
        ],
    },
    WorkflowCommand {
        workflow: NOTIFY_WORKFLOW,
        job: "notify",
        words: &[
            "notify",
            "merged",
            "--yes",
            "--project=$SRC_REPO",
            "--environment=$ENVIRONMENT",
            "--revision=$COMMIT_ID",
            "--timeout=4m",
        ],
    },
    WorkflowCommand {
        workflow: NOTIFY_CONFIGURATION_WORKFLOW,
        job: "notify",
        words: &[
            "notify",
            "configuration",
            "--yes",
            "--project=$SRC_REPO",
            "--environment=$ENVIRONMENT",
            "--revision=$COMMIT_ID",
            "--timeout=4m",
        ],
    },
];

/// Where a workflow's step that installs the suite puts its program.
const PROGRAM: &str = "\"$RUNNER_TEMP/kubectl-gitops/kubectl-gitops\"";

impl WorkflowCommand {
    /// The words that name the command: `notify build`.
    pub fn command(&self) -> String {
        let is_word = |word: &&&str| !word.starts_with('-');
        self.words.iter().take_while(is_word).copied().collect::<Vec<_>>().join(" ")
    }

    /// The variables of the step that its flags have their values from.
    pub fn variables(&self) -> impl Iterator<Item = &'static str> {
        self.words.iter().filter_map(|word| Some(word.split_once("=$")?.1.trim_end_matches('?')))
    }

    /// What its program's command line is with these variables.
    pub fn arguments(&self, value: impl Fn(&str) -> String) -> Vec<String> {
        let argument = |word: &&str| match word.split_once("=$") {
            None => Some((*word).to_owned()),
            Some((flag, variable)) => {
                let text = value(variable.trim_end_matches('?'));
                let is_left_out = variable.ends_with('?') && text.is_empty();
                (!is_left_out).then(|| format!("{flag}={text}"))
            }
        };
        self.words.iter().filter_map(argument).collect()
    }

    /// The line in a shell. The program takes the shell's place, so that it gets the signals that end a run.
    pub(super) fn shell_line(&self) -> String {
        let (flags, command): (Vec<&str>, Vec<&str>) = self.words.iter().partition(|word| word.contains('='));
        let mut line = format!("exec {PROGRAM} {}", command.join(" "));
        for flag in flags {
            line += " \\\n  ";
            line += &match flag.split_once("=$") {
                None => flag.to_owned(),
                Some((name, variable)) => match variable.strip_suffix('?') {
                    None => format!("{name}=\"${variable}\""),
                    Some(variable) => format!("${{{variable}:+{name}=\"${variable}\"}}"),
                },
            };
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: WorkflowCommand = WorkflowCommand {
        workflow: "ci",
        job: "dispatch",
        words: &[
            "notify",
            "build",
            "--yes",
            "--revision=$COMMIT_ID",
            "--image-digest=$DIGEST?",
            "--timeout=4m",
        ],
    };

    #[test]
    fn a_shell_gets_values_from_variables_alone() {
        assert_eq!(
            LINE.shell_line(),
            "exec \"$RUNNER_TEMP/kubectl-gitops/kubectl-gitops\" notify build --yes \\\n  \
             --revision=\"$COMMIT_ID\" \\\n  ${DIGEST:+--image-digest=\"$DIGEST\"} \\\n  --timeout=4m"
        );
    }

    #[test]
    fn a_value_stays_one_argument_and_an_empty_one_may_be_left_out() {
        let arguments = |digest: &str| {
            LINE.arguments(|name| if name == "DIGEST" { digest.to_owned() } else { "a b".to_owned() })
        };
        assert_eq!(arguments(""), ["notify", "build", "--yes", "--revision=a b", "--timeout=4m"]);
        assert!(arguments("sha256:1").contains(&"--image-digest=sha256:1".to_owned()));
        assert_eq!(LINE.command(), "notify build");
        assert_eq!(LINE.variables().collect::<Vec<_>>(), ["COMMIT_ID", "DIGEST"]);
    }

    #[test]
    fn each_job_runs_a_command_once() {
        for (at, line) in WORKFLOW_COMMANDS.iter().enumerate() {
            assert!(
                WORKFLOW_COMMANDS[at + 1..].iter().all(|other| other.command() != line.command()),
                "{line:?}"
            );
            // Nothing asks in a workflow: what changes something is told to go on.
            assert_eq!(line.words.contains(&"--yes"), line.words[0] != "status", "{line:?}");
            assert!(line.words.iter().any(|word| word.starts_with("--timeout=")), "{line:?}");
        }
    }
}
