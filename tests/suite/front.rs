//! The front: it knows every plugin, gives help for all of them, and says what to type where it does not know
//! a command.

use kubectl_gitops::{Plugin, plugins};
use snapbox::{assert_data_eq, str};

use crate::support::Program;

#[test]
fn help_has_every_plugin_with_its_own_words() {
    let program = Program::new();
    let help = program.run("kubectl-gitops", &[]);
    assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""));
    for plugin in plugins() {
        let (word, about) = (plugin.word(), plugin.command().get_about().expect("about").to_string());
        let line = help.stdout.lines().find(|line| line.trim_start().starts_with(&format!("{word} ")));
        assert!(line.is_some_and(|line| line.ends_with(&about)), "{word}: {}", help.stdout);
    }
    for words in [["help"].as_slice(), &["--help"], &["-h"]] {
        assert_eq!(program.run("kubectl-gitops", words).stdout, help.stdout, "{words:?}");
    }
}

#[test]
fn every_plugin_answers_in_each_of_its_ways() {
    let program = Program::new();
    for plugin in plugins() {
        let (word, name) = (plugin.word(), plugin.program());
        let help = program.run(&name, &["--help"]);
        assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""), "{name}");
        let usage = format!("Usage: kubectl gitops-{word} ");
        assert!(help.stdout.contains(&usage), "{usage}: {}", help.stdout);
        for words in [[word.as_str(), "--help"], ["help", word.as_str()]] {
            assert_eq!(program.run("kubectl-gitops", &words).stdout, help.stdout, "{words:?}");
        }
        let version = program.run("kubectl-gitops", &[&word, "--version"]);
        assert_eq!(version.stdout, format!("kubectl gitops-{word} {}\n", env!("CARGO_PKG_VERSION")));
    }
}

#[test]
fn the_list_is_that_of_the_programs() {
    let listed = Program::new().run("kubectl-gitops", &["--list"]);
    let programs: Vec<String> = plugins().iter().map(Plugin::program).collect();
    assert_eq!((listed.code, listed.stdout), (Some(0), format!("{}\n", programs.join("\n"))));
}

#[test]
fn the_version_is_the_suites() {
    let program = Program::new();
    for words in [["version"], ["--version"], ["-V"]] {
        let version = program.run("kubectl-gitops", &words);
        let expected = concat!("kubectl-gitops ", env!("CARGO_PKG_VERSION"), "\n");
        assert_eq!((version.code, version.stdout.as_str()), (Some(0), expected), "{words:?}");
    }
}

#[test]
fn a_command_that_is_not_there_is_refused_with_the_nearest() {
    let program = Program::new();
    for words in [["statsu"].as_slice(), &["statsu", "-n", "dev"], &["help", "statsu"]] {
        let ended = program.run("kubectl-gitops", words);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{words:?}");
        assert_data_eq!(
            ended.stderr,
            str![[r#"
error: no command statsu, and no program kubectl-gitops-statsu beside this one or on PATH

hint: a similar command exists: kubectl gitops status

"#]]
        );
    }
    let ended = program.run("kubectl-gitops", &["unheard"]);
    assert_eq!(ended.code, Some(2));
    assert_data_eq!(
        ended.stderr,
        str![[r#"
error: no command unheard, and no program kubectl-gitops-unheard beside this one or on PATH

hint: see the commands: kubectl gitops help

"#]]
    );
}

#[test]
fn a_flag_before_the_command_is_refused() {
    let ended = Program::new().run("kubectl-gitops", &["-n", "dev-hello", "status"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert_data_eq!(
        ended.stderr,
        str![[r#"
error: no command before -n

hint: flags come after the command: kubectl gitops <command> -n

"#]]
    );
}

#[test]
fn another_program_gets_its_arguments_and_keeps_its_exit_code() {
    let program = Program::new();
    program.script("kubectl-gitops-extra", "echo \"$@\"; exit 7");
    let path = format!("{}:/usr/bin:/bin", program.home().display());
    let ended = program.with("PATH", &path).run("kubectl-gitops", &["extra", "-o", "json", "--", "a b"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(7), "-o json -- a b\n"), "{}", ended.stderr);
}

/// No line of any help leaves a terminal of 80 columns, and none is broken by it.
#[test]
fn help_fits_80_columns() {
    fn check(command: &clap::Command) {
        let mut command = command.clone().term_width(80);
        for help in [command.render_long_help().to_string(), command.render_help().to_string()] {
            for line in help.lines() {
                assert!(line.chars().count() <= 80, "{}: {line}", command.get_name());
            }
        }
        command.get_subcommands().for_each(check);
    }
    for plugin in kubectl_gitops::plugins() {
        let command = plugin.command();
        check(&command);
        let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        for line in examples.lines() {
            assert!(line.chars().count() <= 80, "{}: {line}", command.get_name());
        }
    }
}
