//! What cannot be driven here: PowerShell's script by what it says, and the script for packages by what it runs. And
//! the scripts' texts: what they hold, and what none of them may.

use gitops_xtask::plugins;
use kubectl_gitops::{Shell, kubectl_script, script};

use super::machine::Machine;
use crate::support::Program;

const SHELLS: [(&str, Shell); 4] =
    [("bash", Shell::Bash), ("zsh", Shell::Zsh), ("fish", Shell::Fish), ("powershell", Shell::PowerShell)];

#[test]
fn the_command_prints_the_script_for_every_program() {
    let program = Program::new();
    for (word, shell) in SHELLS {
        let printed = program.run("kubectl-gitops", &["completion", word]);
        assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""), "{word}");
        assert_eq!(printed.stdout, script(shell), "{word}");
        for plugin in plugins() {
            assert!(printed.stdout.contains(&plugin.program()), "{word}: {}", plugin.program());
        }
        assert!(!printed.stdout.contains("@PROGRAMS@"), "{word}");
    }
    let refused = program.run("kubectl-gitops", &["completion", "tcsh"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert!(refused.stderr.contains("[possible values: bash, zsh, fish, powershell]"), "{}", refused.stderr);
}

/// Nothing that reads text as a command, whatever the text is.
#[test]
fn no_script_reads_an_answer_as_a_command() {
    for (word, shell) in SHELLS {
        let script = script(shell);
        let lines = script.lines().filter(|line| !line.trim_start().starts_with('#'));
        for line in lines {
            for reader in ["eval", "compgen", "Invoke-Expression", "iex ", "source ", "ScriptBlock]::Create"]
            {
                assert!(!line.contains(reader), "{word}: {line}");
            }
        }
    }
}

/// The bash of macOS is 3.2, and reads the whole script: what came later may stand nowhere in it.
#[test]
fn the_script_of_bash_holds_nothing_newer_than_3_2() {
    let script = script(Shell::Bash);
    let newer = [
        "mapfile",
        "readarray",
        "declare -A",
        "local -A",
        "local -n",
        ",,}",
        "^^}",
        "@Q}",
        ";&",
        "|&",
        "&>>",
        "\\u",
    ];
    let found: Vec<&str> = newer.into_iter().filter(|word| script.contains(word)).collect();
    assert_eq!(found, [""; 0]);
    let guard = "type compopt >/dev/null 2>&1 || has_compopt=0";
    assert!(script.contains(guard) && script.contains("if type compopt >/dev/null 2>&1; then\n    complete"));
}

/// Without PowerShell at hand, that quotes and brackets of its script are in pairs.
#[test]
fn the_script_of_powershell_is_whole_and_passes_the_word_apart() {
    let script = script(Shell::PowerShell);
    let mut open = Vec::new();
    for line in script.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let mut quote = None;
        for character in line.chars() {
            match (quote, character) {
                (Some(open), character) if character == open => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(character),
                (None, '(' | '{' | '[') => open.push(character),
                (None, ')') => assert_eq!(open.pop(), Some('('), "{line}"),
                (None, '}') => assert_eq!(open.pop(), Some('{'), "{line}"),
                (None, ']') => assert_eq!(open.pop(), Some('['), "{line}"),
                (None, _) => {}
            }
        }
        assert_eq!(quote, None, "{line}");
    }
    assert_eq!(open, Vec::<char>::new());
    let call = r#"& $program __complete "--last=$current" '--' @words 2>$null"#;
    assert!(script.contains(call), "{script}");
}

/// What it sends is answered as the other scripts' words are.
#[test]
fn what_powershell_sends_is_answered() {
    let program = Program::new();
    for (words, last) in [(vec![], "stat"), (vec!["status", "-o"], ""), (vec!["status"], "--output=j")] {
        let flag = format!("--last={last}");
        let apart = [vec!["__complete", &flag, "--"], words.clone()].concat();
        let together = [vec!["__complete"], words, vec![last]].concat();
        let [apart, together] = [apart, together].map(|words| program.run("kubectl-gitops", &words).stdout);
        assert_eq!(apart, together, "{last}");
        assert!(apart.lines().count() > 1, "{last}: {apart}");
    }
}

#[test]
fn the_script_for_packages_asks_the_program_that_it_is_named_after() {
    let machine = Machine::new();
    let program = "printf '%s[%s][%s][%s]\\n' \"${0##*/}\" \"$@\"; echo :4";
    for name in ["kubectl-gitops", "kubectl-gitops_status"] {
        machine.script(name, program);
    }
    let text = kubectl_script();
    let text = text.strip_prefix("#!/bin/sh\n").expect("a script");
    for name in ["kubectl_complete-gitops", "kubectl_complete-gitops_status"] {
        machine.script(name, text);
        let output = machine.command(&machine.home().join("bin").join(name)).args(["-o", ""]).output();
        let answer = String::from_utf8(output.expect("it runs").stdout).expect("UTF-8");
        let asked = name.replace("_complete", "");
        assert_eq!(answer, format!("{asked}[__complete][-o][]\n:4\n"));
    }
}
