//! The scripts, against a program that answers by the protocol what no kubeconfig would hold: names that a shell would
//! run, and every directive.

use kubectl_gitops::{Shell as Script, script};

use super::machine::Machine;
use super::shell::{Running, Shell, assert_nothing_ran};

/// Answers by the flag before the last word. Candidates that do not begin as that word does are left out, as the suite
/// leaves them out.
const PROGRAM: &str = r#"
printf '[%s]' "$@" >>"$HOME/asked"; echo >>"$HOME/asked"
for last; do before=$previous previous=$last; done
offer() { while IFS= read -r line; do case $line in "${last#--*=}"*) printf '%s\n' "$line" ;; esac; done; }
case $before:$last in
    -o:* | *:--output=*) printf 'table\tAligned\njson\tOne document\nyaml\n' | offer; echo :4 ;;
    --context:*) offer <<'X'
arn:aws:eks:eu-1:12:cluster/east	cluster arn:aws
arn:aws:eks:eu-1:12:cluster/west
$(touch pwned)	cluster $(touch pwned)
a;touch pwned;`touch pwned`
it's|touch pwned
user@host
X
        echo :4 ;;
    -n:*) printf 'zeta\tdev of hello\nalpha\n' | offer; echo :36 ;;
    -f:*) echo :0 ;;
    --dir:* | *:--dir=*) echo :16 ;;
    broken:*) echo oops; exit 1 ;;
    error:*) printf 'oops\n:1\n' ;;
    *) printf 'status\tWhere\nset=\n' | offer; echo :6 ;;
esac"#;

/// A shell with its script, and that program under two names.
fn start<'a>(shell: Shell, machine: &'a Machine) -> Option<Running<'a>> {
    machine.script("kubectl-gitops", PROGRAM);
    machine.script("kubectl-gitops_status", PROGRAM);
    std::fs::create_dir(machine.home().join("folder")).expect("a folder");
    machine.write("folds", "");
    let script = script(match shell {
        Shell::Bash | Shell::BashCompletion => Script::Bash,
        Shell::Zsh => Script::Zsh,
        Shell::Fish => Script::Fish,
    });
    shell.start(machine, &script)
}

/// What each shell has to make of a line.
const LINES: [(&str, &str); 17] = [
    ("kubectl-gitops sta", "kubectl-gitops status"),
    ("kubectl-gitops set", "kubectl-gitops set="),
    ("kubectl-gitops status -o j", "kubectl-gitops status -o json"),
    ("kubectl-gitops_status --output=y", "kubectl-gitops_status --output=yaml"),
    ("kubectl-gitops_status 'a b' -o j", "kubectl-gitops_status 'a b' -o json"),
    (
        "kubectl-gitops_status --context arn:aws:eks:eu-1:12:cluster/e",
        "kubectl-gitops_status --context arn:aws:eks:eu-1:12:cluster/east",
    ),
    ("kubectl-gitops_status --context us", "kubectl-gitops_status --context user@host"),
    ("kubectl-gitops_status --context user@h", "kubectl-gitops_status --context user@host"),
    ("kubectl-gitops_status -n z", "kubectl-gitops_status -n zeta"),
    ("kubectl-gitops_status -f folds", "kubectl-gitops_status -f folds"),
    ("kubectl-gitops_status --dir fo", "kubectl-gitops_status --dir folder/"),
    ("kubectl-gitops_status --dir=fo", "kubectl-gitops_status --dir=folder/"),
    ("kubectl-gitops_status broken fo", "kubectl-gitops_status broken fo"),
    ("kubectl-gitops_status error fo", "kubectl-gitops_status error fo"),
    ("kubectl-gitops_status -o fo", "kubectl-gitops_status -o fo"),
    ("bin/kubectl-gitops_status -o j", "bin/kubectl-gitops_status -o json"),
    ("~/bin/kubectl-gitops_status -o j", "~/bin/kubectl-gitops_status -o json"),
];

#[test]
fn every_shell_completes_a_line_by_what_the_program_answers() {
    for shell in Shell::ALL {
        let machine = Machine::new();
        let Some(mut running) = start(shell, &machine) else { continue };
        for (line, completed) in LINES {
            let typed = running.complete(line);
            // A blank goes on to the next word.
            assert_eq!(typed.line.trim_end(), completed, "{shell:?}: {typed:?}");
        }
        assert_nothing_ran(&machine);
    }
}

/// Behind a whole candidate comes a blank, and none where the answer says so.
#[test]
fn a_blank_follows_where_the_word_is_whole() {
    for shell in [Shell::Bash, Shell::BashCompletion, Shell::Zsh] {
        let machine = Machine::new();
        let Some(mut running) = start(shell, &machine) else { continue };
        for (line, completed) in [
            ("kubectl-gitops_status -o j", "kubectl-gitops_status -o json "),
            ("kubectl-gitops set", "kubectl-gitops set="),
        ] {
            assert_eq!(running.complete(line).line, completed, "{shell:?}");
        }
    }
}

/// Where several fit they are shown, in the order of the answer, with what they mean where the shell shows that.
#[test]
fn candidates_are_shown_in_their_order_with_their_descriptions() {
    for shell in Shell::ALL {
        let machine = Machine::new();
        let Some(mut running) = start(shell, &machine) else { continue };
        let typed = running.complete("kubectl-gitops_status -n ");
        let at =
            |text: &str| typed.shown.find(text).unwrap_or_else(|| panic!("{shell:?}: {text}: {typed:?}"));
        assert!(at("zeta") < at("alpha"), "{shell:?}: {typed:?}");
        let describes = matches!(shell, Shell::Zsh | Shell::Fish);
        assert_eq!(typed.shown.contains("dev of hello"), describes, "{shell:?}: {typed:?}");
        let contexts = running.complete("kubectl-gitops_status --context ar");
        for name in ["cluster/east", "cluster/west"] {
            assert!(contexts.shown.contains(name), "{shell:?}: {contexts:?}");
        }
        if shell != Shell::Fish {
            let common = "kubectl-gitops_status --context arn:aws:eks:eu-1:12:cluster/";
            assert_eq!(contexts.line, common, "{shell:?}");
        }
    }
}

/// What a name would run in a shell that reads it is not run: not when it is offered, nor when the line is run that
/// it was put into, whichever quotes are open.
#[test]
fn a_name_that_a_shell_would_run_is_only_a_name() {
    for shell in Shell::ALL {
        let machine = Machine::new();
        let Some(mut running) = start(shell, &machine) else { continue };
        let offered = running.complete("kubectl-gitops_status --context ");
        assert!(offered.shown.contains("touch"), "{shell:?}: {offered:?}");
        for word in [r"\$", "'$", "'$(touch ", r"a\;", "'a;", "\"a;", "i", "it\\'", "\"it", "'i"] {
            running.run_completed(&format!("kubectl-gitops_status --context {word}"));
        }
        assert_nothing_ran(&machine);
        let asked = std::fs::read_to_string(machine.home().join("asked")).expect("asked");
        let ran = |name: &str| asked.lines().filter(|line| *line == format!("[--context][{name}]")).count();
        let counts = ["$(touch pwned)", "a;touch pwned;`touch pwned`", "it's|touch pwned"].map(ran);
        let expected = if shell == Shell::Fish { [0, 0, 0] } else { [3, 3, 4] };
        assert_eq!(counts, expected, "{shell:?}: {asked}");
    }
}

/// As a file of the folder in which each shell looks for it.
#[test]
fn a_script_is_found_where_the_shell_looks_for_it() {
    for (shell, script_of, file, reads) in [
        (Shell::BashCompletion, Script::Bash, ".local/share/bash-completion/completions/kubectl-gitops", ""),
        (Shell::Zsh, Script::Zsh, "functions/_kubectl-gitops", "fpath=(~/functions $fpath)\ncompinit -u"),
        (
            Shell::Fish,
            Script::Fish,
            "completions/kubectl-gitops.fish",
            "set -p fish_complete_path ~/completions",
        ),
    ] {
        let machine = Machine::new();
        machine.script("kubectl-gitops", PROGRAM);
        let path = machine.home().join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        machine.write(file, &script(script_of));
        let Some(mut running) = shell.start(&machine, reads) else { continue };
        for _ in 0..2 {
            let typed = running.complete("kubectl-gitops status -o j");
            assert_eq!(typed.line.trim_end(), "kubectl-gitops status -o json", "{shell:?}: {typed:?}");
        }
    }
}
