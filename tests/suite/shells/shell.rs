//! The shells, and how each is started for a test: without a user's configuration, with a script of completion, and a
//! key that shows the line.

use std::fs;
use std::path::PathBuf;

use super::interactive::{BEGIN, END, Interactive, READY, Typed};
use super::machine::Machine;
use crate::support::{find_tool, say_missing};

/// The package bash-completion, where distributions put it.
const BASH_COMPLETION: &str = "/usr/share/bash-completion/bash_completion";

/// A shell that completes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shell {
    Bash,
    /// With the package bash-completion.
    BashCompletion,
    Zsh,
    Fish,
}

/// A shell that was started, or is started for every line.
pub(super) enum Running<'a> {
    Terminal(Interactive),
    /// fish says what it would offer.
    Fish {
        program: PathBuf,
        machine: &'a Machine,
        script: String,
    },
}

impl Shell {
    pub(super) const ALL: [Self; 4] = [Self::Bash, Self::BashCompletion, Self::Zsh, Self::Fish];

    /// Starts it with a script that it reads first; nothing, and a word on it, where it is not installed.
    pub(super) fn start<'a>(self, machine: &'a Machine, script: &str) -> Option<Running<'a>> {
        let name = match self {
            Self::Bash | Self::BashCompletion => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
        };
        let program = find_tool(name)?;
        if self == Self::BashCompletion && !PathBuf::from(BASH_COMPLETION).is_file() {
            say_missing("bash-completion");
            return None;
        }
        machine.write("script", script);
        Some(match self {
            Self::Bash => Running::Terminal(bash(machine, program, "")),
            Self::BashCompletion => {
                Running::Terminal(bash(machine, program, &format!(". {BASH_COMPLETION}")))
            }
            Self::Zsh => Running::Terminal(zsh(machine, program)),
            Self::Fish => Running::Fish { program, machine, script: script.to_owned() },
        })
    }
}

fn bash(machine: &Machine, program: PathBuf, before: &str) -> Interactive {
    let configuration = format!(
        "{before}
. ~/script
bind 'set show-all-if-ambiguous on'
bind 'set bell-style none'
bind 'set enable-bracketed-paste off'
bind 'set page-completions off'
bind 'set completion-query-items 0'
show() {{ printf '{BEGIN}%s{END}\\n' \"$READLINE_LINE\"; READLINE_LINE=; READLINE_POINT=0; }}
bind -x '\"\\C-g\": show'
PS1='{READY}'
"
    );
    machine.write("configuration", &configuration);
    let mut command = machine.command(&program);
    command.args(["--noprofile", "--rcfile", "configuration", "-i"]);
    Interactive::start(command)
}

fn zsh(machine: &Machine, program: PathBuf) -> Interactive {
    let configuration = format!(
        "autoload -Uz compinit
compinit -u
. ~/script
unsetopt zle_bracketed_paste prompt_sp prompt_cr list_ambiguous beep
LISTMAX=1000
show() {{ zle -I; print -r -- \"{BEGIN}$BUFFER{END}\"; BUFFER=; }}
zle -N show
bindkey '^G' show
PS1='{READY}'
"
    );
    machine.write(".zshrc", &configuration);
    let mut command = machine.command(&program);
    command.args(["-o", "NO_GLOBAL_RCS", "-i"]).env("ZDOTDIR", machine.home());
    Interactive::start(command)
}

impl Running<'_> {
    /// The line after TAB, and what is shown where there is more than one candidate.
    pub(super) fn complete(&mut self, line: &str) -> Typed {
        match self {
            Self::Terminal(terminal) => terminal.type_keys(&format!("{line}\t")),
            Self::Fish { program, machine, script } => {
                let mut command = machine.command(program);
                let source = format!("{script}\ncomplete -C $argv[1]");
                let output = command.args(["--no-config", "-c", &source, "--", line]).output().expect("fish");
                let shown = String::from_utf8(output.stdout).expect("UTF-8");
                let errors = String::from_utf8_lossy(&output.stderr).into_owned();
                assert_eq!(errors, "", "{line}");
                Typed { line: with_only(line, &shown), shown }
            }
        }
    }

    /// Runs what a line is completed to.
    pub(super) fn run_completed(&mut self, line: &str) {
        if let Self::Terminal(terminal) = self {
            terminal.run(&format!("{line}\t"));
        }
    }
}

/// A line whose last word is replaced by the only candidate, as fish does.
fn with_only(line: &str, candidates: &str) -> String {
    let mut lines = candidates.lines();
    match (lines.next(), lines.next()) {
        (Some(only), None) => {
            let before = line.rfind(' ').map_or(0, |at| at + 1);
            format!("{}{}", &line[..before], only.split('\t').next().unwrap_or_default())
        }
        _ => line.to_owned(),
    }
}

/// Makes sure that the home of a shell holds nothing that a candidate's name would have made.
pub(super) fn assert_nothing_ran(machine: &Machine) {
    let made = fs::read_dir(machine.home()).expect("a folder").flatten();
    let made: Vec<_> = made.map(|entry| entry.file_name()).filter(|name| name == "pwned").collect();
    assert!(made.is_empty(), "{made:?}");
}
