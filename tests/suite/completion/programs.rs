//! Completion through the programs: by every name and word that asks for it, beside and behind programs that are no
//! plugins, and silent whatever is wrong.

use gitops_xtask::plugins;

use crate::support::Program;

/// What a program answers, which always succeeds and says nothing on stderr.
pub(super) fn answer(program: &Program, name: &str, words: &[&str]) -> String {
    let ended = program.run(name, words);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{name} {words:?}");
    let last = ended.stdout.lines().last().unwrap_or_default();
    assert!(last.starts_with(':') && ended.stdout.ends_with('\n'), "{name} {words:?}: {}", ended.stdout);
    ended.stdout
}

#[test]
fn every_plugin_is_asked_in_each_of_its_ways() {
    let program = Program::new();
    for plugin in plugins() {
        let (word, name) = (plugin.word(), plugin.program());
        let expected = answer(&program, &name, &["__complete", "--h"]);
        assert!(expected.starts_with("--help\tPrint help") && expected.ends_with("\n:4\n"), "{expected}");
        let completing = name.replace("kubectl-", "kubectl_complete-");
        for (name, words) in [
            ("kubectl-gitops", &["__complete", &word, "--h"][..]),
            ("kubectl-gitops", &["__complete", "--last=--h", "--", &word]),
            (&name, &["__complete", "--last=--h", "--"]),
            (&completing, &["--h"]),
            ("kubectl_complete-gitops", &[&word, "--h"]),
        ] {
            assert_eq!(answer(&program, name, words), expected, "{name} {words:?}");
        }
    }
}

#[test]
fn help_is_completed_into_the_lab() {
    let program = Program::new();
    assert!(answer(&program, "kubectl-gitops", &["__complete", "help", "la"]).starts_with("lab\t"));
    assert!(answer(&program, "kubectl-gitops", &["__complete", "help", "lab", "de"]).starts_with("demo\t"));
    assert_eq!(answer(&program, "kubectl-gitops", &["__complete", "help", "status", ""]), ":4\n");
}

#[test]
fn the_first_word_is_a_command_or_another_program() {
    let program = Program::new();
    for name in
        ["kubectl-gitops-extra", "kubectl-gitops-a b", "kubectl-gitops-$(touch x)", "kubectl-gitops-status"]
    {
        program.script(name, "touch run");
    }
    program.file("kubectl-gitops-text", "no program");
    let path = format!("{}:/usr/bin:/bin", program.home().display());
    let program = program.with("PATH", &path);
    let words = answer(&program, "kubectl-gitops", &["__complete", ""]);
    let words: Vec<&str> = words.lines().filter_map(|line| line.split('\t').next()).collect();
    for plugin in plugins() {
        assert_eq!(words.iter().filter(|word| **word == plugin.word()).count(), 1, "{words:?}");
    }
    assert!(words.contains(&"version") && words.contains(&"help"), "{words:?}");
    assert_eq!(words[words.len() - 2..], ["extra", ":4"]);
    assert_eq!(
        answer(&program, "kubectl_complete-gitops", &["ext"]),
        "extra\tprogram kubectl-gitops-extra\n:4\n"
    );
    assert!(!program.home().join("run").exists(), "a program was run that was only to be listed");
}

#[test]
fn another_program_is_completed_by_its_own() {
    let program = Program::new();
    program.script("kubectl-gitops-extra", "touch run");
    let path = format!("{}:/usr/bin:/bin", program.home().display());
    let program = program.with("PATH", &path);
    assert_eq!(answer(&program, "kubectl-gitops", &["__complete", "extra", ""]), ":4\n");
    program.script(
        "kubectl_complete-gitops-extra",
        "echo noise >&2; echo \"$#:$2\tis it\"; echo '$(touch x)'; echo :2",
    );
    assert_eq!(
        answer(&program, "kubectl-gitops", &["__complete", "extra", "-x", "two"]),
        "2:two\tis it\n:2\n"
    );
    program.script("kubectl_complete-gitops-extra", "echo late; exit 1");
    assert_eq!(answer(&program, "kubectl-gitops", &["__complete", "extra", ""]), ":4\n");
    // Nobody ever writes into the pipe, so a completion that waits for the program does not end.
    program.pipe("never");
    program.script("kubectl_complete-gitops-extra", "echo early; read -r line < ~/never; echo late");
    assert_eq!(answer(&program, "kubectl-gitops", &["__complete", "extra", ""]), ":4\n");
    assert!(!program.home().join("run").exists());
}

#[test]
fn without_the_lab_nothing_is_said_of_it() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let alone = folder.path().join("kubectl-gitops");
    std::fs::copy(crate::support::FRONT, &alone).expect("a copy");
    let ended = std::process::Command::new(&alone).args(["__complete", "lab", ""]).output().expect("it runs");
    let silence = (Some(0), &b":4\n"[..], &b""[..]);
    assert_eq!((ended.status.code(), ended.stdout.as_slice(), ended.stderr.as_slice()), silence);
    for name in ["kubectl-gitops_lab", "kubectl_complete-gitops_lab"] {
        let link = folder.path().join(name);
        std::os::unix::fs::symlink(&alone, &link).expect("a link");
        let ended =
            std::process::Command::new(&link).args(["__complete", "up", ""]).output().expect("it runs");
        assert_eq!(
            (ended.status.code(), ended.stdout.as_slice(), ended.stderr.as_slice()),
            silence,
            "{name}"
        );
    }
}

#[test]
fn whatever_is_wrong_nothing_is_said() {
    for (name, value) in [
        ("KUBECONFIG", "/dev/null/absent"),
        ("KUBECONFIG", "/"),
        ("GITOPS_CA_FILE", "/absent"),
        ("GITOPS_NOW", "nonsense"),
        ("KUBERC", "/absent"),
        ("PATH", "/absent"),
        ("HOME", "relative"),
    ] {
        let program = Program::with_kubeconfig("contexts: [").with(name, value);
        for words in [["status", "-n", ""], ["status", "--context", ""], ["status", "--no-such-flag", "x"]] {
            answer(&program, "kubectl-gitops", &[&["__complete"][..], &words].concat());
        }
    }
}
