//! The front: it knows every plugin, gives help for all of them, and says what to type where it does not know
//! a command.

use gitops_xtask::plugins;
use kubectl_gitops::{Plugin, own_commands};
use snapbox::{assert_data_eq, str};

use crate::support::Program;

#[test]
fn help_has_every_plugin_with_its_own_words() {
    let program = Program::new();
    let help = program.run("kubectl-gitops", &[]);
    assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""));
    let words: Vec<&str> = help.stdout.split_whitespace().collect();
    for plugin in plugins() {
        let about = plugin.command().get_about().expect("about").to_string();
        let expected = format!(" {} {about} ", plugin.word());
        assert!(words.join(" ").contains(&expected), "{expected}: {}", help.stdout);
    }
    for words in [["help"].as_slice(), &["--help"], &["-h"]] {
        assert_eq!(program.run("kubectl-gitops", words).stdout, help.stdout, "{words:?}");
    }
}

/// The front says of the lab what the lab says of itself.
#[test]
fn the_lab_is_about_what_the_front_says() {
    let about = |plugins: Vec<Plugin>| {
        let lab = plugins.iter().find(|plugin| plugin.word() == "lab").map(Plugin::command);
        lab.and_then(|lab| lab.get_about().map(ToString::to_string))
    };
    assert!(about(plugins()).is_some());
    assert_eq!(about(kubectl_gitops::plugins()), about(plugins()));
}

#[test]
fn the_lab_is_found_beside_the_front_and_missed_by_name() {
    let program = Program::new();
    let help = program.run("kubectl-gitops", &["lab", "--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""));
    let folder = program.home().join("elsewhere");
    std::fs::create_dir(&folder).expect("a folder");
    let alone = folder.join("kubectl-gitops");
    std::fs::copy(crate::support::FRONT, &alone).expect("a copy");
    let ended = std::process::Command::new(&alone).args(["lab", "demo"]).output().expect("it runs");
    assert_eq!(ended.status.code(), Some(1));
    let text = String::from_utf8(ended.stderr).expect("UTF-8");
    assert!(text.starts_with("error: no program kubectl-gitops_lab beside /"), "{text}");
    assert!(text.contains("\n\nhint: put kubectl-gitops_lab"), "{text}");
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
fn the_version_alone_is_one_line() {
    let program = Program::new();
    for words in [["--version"], ["-V"]] {
        let version = program.run("kubectl-gitops", &words);
        let expected = concat!("kubectl-gitops ", env!("CARGO_PKG_VERSION"), "\n");
        assert_eq!((version.code, version.stdout.as_str()), (Some(0), expected), "{words:?}");
    }
}

#[test]
fn the_fronts_own_commands_answer_for_help_and_mistakes_as_plugins_do() {
    let program = Program::new();
    let whole = program.run("kubectl-gitops", &["--help"]).stdout;
    for own in own_commands() {
        let word = own.word();
        let about = own.command().get_about().expect("about").to_string();
        let listed = whole.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(listed.contains(&format!(" {word} {about} ")), "{word}: {whole}");
        let help = program.run("kubectl-gitops", &[&word, "--help"]);
        assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""), "{word}");
        assert!(help.stdout.contains(&format!("Usage: kubectl gitops {word} ")), "{}", help.stdout);
        assert_eq!(program.run("kubectl-gitops", &["help", &word]).stdout, help.stdout, "{word}");
        let refused = program.run("kubectl-gitops", &[&word, "--no-such-flag", "-o", "json"]);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""), "{word}");
        assert!(refused.stderr.contains(r#""code":"UsageInvalid""#), "{}", refused.stderr);
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

/// A program that adds a command is similar to what was typed as every command is.
#[test]
fn the_nearest_may_be_another_programs() {
    let program = Program::new();
    for name in ["kubectl-gitops-audit", "kubectl-gitops-audio", "kubectl-gitops-auditing"] {
        program.script(name, "echo \"$@\"");
    }
    let path = format!("{}:/usr/bin:/bin", program.home().display());
    let program = program.with("PATH", &path);
    let ended = program.run("kubectl-gitops", &["audti"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert!(
        ended.stderr.contains("\nhint: a similar command exists: kubectl gitops audit\n"),
        "{}",
        ended.stderr
    );
    for (word, similar) in
        [("lnik", "link"), ("versoin", "version"), ("completoin", "completion"), ("lbas", "lab")]
    {
        let ended = program.run("kubectl-gitops", &[word]);
        let hint = format!("\nhint: a similar command exists: kubectl gitops {similar}\n");
        assert!(ended.stderr.contains(&hint), "{word}: {}", ended.stderr);
    }
    let help = program.run("kubectl-gitops", &["help", "audit"]);
    assert_eq!((help.code, help.stdout.as_str()), (Some(0), "--help\n"), "{}", help.stderr);
}

#[test]
fn a_short_word_or_one_in_capitals_has_a_nearest_command_too() {
    let program = Program::new();
    for (typed, command) in [("lba", "lab"), ("lb", "lab"), ("STATUS", "status"), ("LNIK", "link")] {
        let ended = program.run("kubectl-gitops", &[typed]);
        assert_eq!(ended.code, Some(2), "{typed}");
        let hint = format!("hint: a similar command exists: kubectl gitops {command}\n");
        assert!(ended.stderr.ends_with(&hint), "{typed}: {}", ended.stderr);
    }
}

#[test]
fn a_word_with_a_hyphen_is_a_program_as_kubectl_writes_it() {
    let program = Program::new();
    program.script("kubectl-gitops-pre_flight", "echo \"$@\"");
    program.script("kubectl_complete-gitops-pre_flight", "echo \"fast\"; echo :4");
    let path = format!("{}:/usr/bin:/bin", program.home().display());
    let program = program.with("PATH", &path);
    assert_eq!(program.run("kubectl-gitops", &["pre-flight", "now"]).stdout, "now\n");
    assert_eq!(program.run("kubectl-gitops", &["__complete", "pre-flight", ""]).stdout, "fast\n:4\n");
    let help = program.run("kubectl-gitops", &["__complete", "help", "pre"]).stdout;
    assert!(help.starts_with("pre_flight\t"), "{help}");
}

#[test]
fn a_flag_before_the_command_is_refused() {
    let ended = Program::new().run("kubectl-gitops", &["-n", "dev-hello", "status"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert_data_eq!(
        ended.stderr,
        str![[r#"
error: no command before -n

hint: flags come after the command: kubectl gitops status -n dev-hello

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

/// No line of any help leaves a terminal of 80 columns, as a pipe gets it too, and no example is broken by that.
#[test]
fn help_fits_80_columns() {
    fn assert_fits(text: &str, words: &[&str]) {
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{words:?}: {line}");
        }
    }
    /// Checks a command and its subcommands, and gives their number.
    fn check(program: &Program, name: &str, words: &[&str], command: &clap::Command) -> usize {
        for flag in ["--help", "-h"] {
            let help = program.run(name, &[words, &[flag]].concat());
            assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""), "{name} {words:?}");
            assert_fits(&help.stdout, words);
        }
        for text in [command.get_after_help(), command.get_after_long_help()].into_iter().flatten() {
            assert_fits(&text.to_string(), words);
        }
        let subcommands = command.get_subcommands();
        let count = subcommands
            .map(|subcommand| check(program, name, &[words, &[subcommand.get_name()]].concat(), subcommand));
        1 + count.sum::<usize>()
    }
    let program = Program::new();
    assert_fits(&program.run("kubectl-gitops", &["--help"]).stdout, &[]);
    let mut commands = 0;
    for plugin in plugins() {
        commands += check(&program, &plugin.program(), &[], &plugin.command());
    }
    for own in own_commands() {
        commands += check(&program, "kubectl-gitops", &[&own.word()], &own.command());
    }
    assert!(
        (9..100).contains(&commands),
        "status, reconcile, lab up, demo, replay and the front's: {commands}"
    );
}
