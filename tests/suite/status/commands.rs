//! What pages and hints tell people to type exists: kubectl's and our commands are asked for their help, those
//! of az, flux and gh are compared with a list that was checked by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;

use super::command_line::{CommandLine, commands_within, flags_of, literals};
use crate::support::{Program, find_tool};
use crate::verdict::advice::advised;

/// Commands of programs that are not at hand here, each with the flags that are used of it, as the reference
/// pages of Azure CLI's extensions, of Flux and of gh describe them.
const CHECKED_BY_HAND: &[(&str, &[&str])] = &[
    (
        "az k8s-configuration flux update",
        &[
            "-g",
            "-c",
            "-t",
            "-n",
            "--subscription",
            "--suspend",
            "--https-user",
            "--https-key",
            "--https-ca-cert-file",
            "--ssh-private-key-file",
            "--known-hosts-file",
            "--local-auth-ref",
            "--tls-ca-certificate",
            "--match-oidc-identity",
            "--bucket-access-key",
            "--bucket-secret-key",
            "--bucket-name",
            "--container-name",
            "--sas-token",
            "--kind",
            "--url",
            "--branch",
            "--tag",
            "--semver",
            "--commit",
            "--digest",
            "--interval",
        ],
    ),
    ("az k8s-configuration flux show", &["-g", "-c", "-t", "-n", "--subscription"]),
    ("az k8s-configuration flux list", &["-g", "-c", "-t", "-o", "--subscription"]),
    (
        "az k8s-configuration flux create",
        &[
            "-g",
            "-c",
            "-t",
            "-n",
            "--namespace",
            "--scope",
            "--url",
            "--branch",
            "--kustomization",
            "--subscription",
        ],
    ),
    ("az k8s-configuration flux delete", &["-g", "-c", "-t", "-n", "--subscription"]),
    ("az k8s-extension create", &["--extension-type"]),
    ("az k8s-extension list", &["-g", "-c", "-t", "--subscription"]),
    ("az connectedk8s connect", &["-n", "-g"]),
    ("az ad sp delete", &["--id"]),
    ("az k8s-extension update", &["-g", "-c", "-t", "-n", "--config", "--subscription"]),
    ("az k8s-extension show", &["-g", "-c", "-t", "-n", "--subscription"]),
    ("az connectedk8s proxy", &["-n", "-g"]),
    ("az connectedk8s show", &["-n", "-g", "--subscription"]),
    ("az k8s-configuration delete", &["-g", "-c", "-t", "-n", "--subscription"]),
    ("az login", &[]),
    ("az account get-access-token", &[]),
    ("az account list", &["-o"]),
    ("az account show", &["--query"]),
    ("az ad app credential list", &["--id"]),
    ("az provider register", &["--namespace", "--subscription", "--wait"]),
    ("az role assignment create", &["--role", "--assignee", "--scope"]),
    ("az role assignment list", &["--all"]),
    ("flux build kustomization", &["-n", "--path"]),
    ("flux install", &[]),
    ("flux uninstall", &[]),
    ("flux reconcile helmrelease", &["-n", "--force", "--reset"]),
    ("helm history", &["-n"]),
    ("helm rollback", &["-n"]),
    ("gh pr view", &["-R"]),
    ("gh pr reopen", &["-R"]),
    ("gh repo clone", &[]),
    ("gh repo edit", &["--visibility"]),
    ("gh repo unarchive", &["--yes"]),
    ("gh run view", &["--repo", "--log-failed"]),
    ("gh run watch", &["--repo"]),
    ("gh run rerun", &["--repo"]),
    ("gh workflow enable", &["--repo"]),
    ("gh pr list", &["--repo", "--state", "--limit", "--base"]),
    ("gh workflow list", &["--repo", "--all"]),
    ("gh workflow run", &["--repo", "-f"]),
    ("gh variable delete", &["--env", "--repo"]),
    ("gh api", &["--hostname", "--jq", "--method"]),
    ("gh auth login", &[]),
    ("gh auth token", &[]),
    ("gh auth refresh", &["-s"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a source file")
}

/// The commands that stand in hints, reasons and helps of core and of the plugins.
fn hinted() -> BTreeSet<String> {
    let plugins = std::fs::read_dir(root().join("plugins")).expect("plugins");
    let plugins = plugins.map(|entry| entry.expect("an entry").path());
    // The lab's lines are run by its own tests.
    let plugins = plugins.filter(|folder| !folder.ends_with("kubectl-gitops_lab"));
    let folders = plugins.map(|folder| folder.join("src")).chain([root().join("core/src")]);
    let files = folders.flat_map(|folder| sources(&folder));
    let texts = files.flat_map(|file| literals(&read(&file)));
    texts.flat_map(|text| commands_within(&text)).collect()
}

fn all_lines() -> BTreeSet<CommandLine> {
    advised().iter().chain(&hinted()).flat_map(|line| CommandLine::all(line)).collect()
}

/// The lines of a program.
fn lines_of(program: &str) -> Vec<CommandLine> {
    let lines: Vec<CommandLine> = all_lines().into_iter().filter(|line| line.program == program).collect();
    assert!(!lines.is_empty(), "{program} is advised");
    lines
}

/// Whether a line of `kubectl` is one of ours.
fn is_ours(line: &CommandLine) -> bool {
    line.words.first().is_some_and(|word| word.starts_with("gitops"))
}

/// Whether it is one of Krew, a program of its own, which `tests/suite/krew` runs.
fn is_of_krew(line: &CommandLine) -> bool {
    line.words.first().is_some_and(|word| word == "krew")
}

#[test]
fn nothing_else_is_advised() {
    let known = ["kubectl", "az", "flux", "gh", "helm", "test", "ssh-keyscan", "ssh-keygen", "base64", "tr"];
    for line in advised().iter().flat_map(|line| CommandLine::all(line)) {
        assert!(known.contains(&line.program.as_str()), "{line:?}");
    }
}

/// To a shell an unquoted `<user>` is a redirection: it would read a file, and write into another.
#[test]
fn placeholders_are_quoted() {
    let (quoted, placeholder) = (Regex::new("'[^']*'"), Regex::new(r"<[^\s=]"));
    let (quoted, placeholder) = (quoted.expect("a pattern"), placeholder.expect("a pattern"));
    let bare: Vec<&String> =
        advised().iter().filter(|line| placeholder.is_match(&quoted.replace_all(line, "''"))).collect();
    assert!(bare.is_empty(), "not quoted: {bare:#?}");
}

/// Without its file `$(base64 < file)` is empty, and so would be what is written: what was there would be lost.
#[test]
fn nothing_is_written_from_a_file_that_is_not_there() {
    let read = Regex::new(r#"\$\((?:cat|base64 <) ([\w.-]+)"#).expect("a pattern");
    let mut count = 0;
    for line in advised() {
        for found in read.captures_iter(line) {
            count += 1;
            assert!(line.starts_with(&format!("test -s {} && ", &found[1])), "{line}");
        }
        assert!(!line.contains("> known_hosts"), "somebody's own file is overwritten: {line}");
    }
    assert!(count >= 5, "{count}");
}

/// The situations are all there are: every command of the sources is met in one of them.
#[test]
fn every_command_that_can_be_advised_is_checked() {
    let advised = advised();
    let placeholder = Regex::new(r"\\\{[^{}]*\\\}").expect("a pattern");
    let (mut count, mut unmet) = (0, Vec::new());
    let model = root().join("core/src/model");
    let files = sources(&model.join("verdict/next_commands")).into_iter();
    for file in files.chain([model.join("upstream/github_command.rs")]) {
        for literal in literals(&read(&file)) {
            if commands_within(&literal).is_empty() {
                continue;
            }
            count += 1;
            // What reads a file is guarded by another command. Braces that are meant are written twice.
            let (open, close) = ("\u{1}", "\u{2}");
            let text = regex::escape(&literal.replace("{{", open).replace("}}", close));
            let text = placeholder.replace_all(&text, ".*").replace(open, r"\{").replace(close, r"\}");
            let pattern = Regex::new(&format!("^(?:test -s \\S+ && )?{text}$")).expect("a pattern");
            unmet.extend(Some(literal).filter(|_| !advised.iter().any(|line| pattern.is_match(line))));
        }
    }
    assert!(count >= 20, "{count}");
    assert!(unmet.is_empty(), "no situation advises {unmet:#?}");
}

#[test]
fn our_commands_have_their_help_and_their_flags() {
    let program = Program::new();
    for line in lines_of("kubectl").into_iter().filter(is_ours) {
        let (name, words) = line.words.split_first().expect("a word");
        let ended = match (name.strip_prefix("gitops-"), words) {
            (Some("lab"), [command, ..]) => program.run("kubectl-gitops_lab", &[command, "--help"]),
            (Some(plugin), _) => {
                program.run(&format!("kubectl-gitops_{}", plugin.replace('-', "_")), &["--help"])
            }
            // What follows `help` may be the rest of a sentence.
            (None, [command, ..]) if command == "help" => program.run("kubectl-gitops", &[command]),
            (None, [command, ..]) => program.run("kubectl-gitops", &[command, "--help"]),
            (None, []) => program.run("kubectl-gitops", &["--help"]),
        };
        assert_eq!(ended.code, Some(0), "{line:?}: {}", ended.stderr);
        let known = flags_of(&ended.stdout);
        assert!(line.flags.is_subset(&known), "{line:?} is not what the help says: {known:?}");
    }
}

#[test]
fn commands_of_programs_that_are_not_here_were_checked_by_hand() {
    let checked: BTreeMap<&str, &[&str]> = CHECKED_BY_HAND.iter().copied().collect();
    let (mut used, mut unchecked) = (BTreeSet::new(), Vec::new());
    for line in ["az", "flux", "gh", "helm"].into_iter().flat_map(lines_of) {
        let command = format!("{} {} ", line.program, line.words.join(" "));
        let found = checked.iter().find(|(known, _)| command.starts_with(&format!("{known} ")));
        let Some((known, flags)) = found else {
            unchecked.push(format!("{line:?}"));
            continue;
        };
        used.insert(*known);
        let unknown = line.flags.iter().filter(|flag| !flags.contains(&flag.as_str()));
        unchecked.extend(unknown.map(|flag| format!("{known} {flag}")));
    }
    assert!(unchecked.is_empty(), "not checked: {unchecked:#?}");
    assert_eq!(used, checked.into_keys().collect(), "what is no longer advised leaves the list");
}

#[test]
fn kubectls_commands_have_their_help_and_their_flags() {
    let Some(kubectl) = Kubectl::found() else { return };
    let global = flags_of(&kubectl.run(&["options"]));
    let mut helps: BTreeMap<Vec<String>, String> = BTreeMap::new();
    for line in lines_of("kubectl").iter().filter(|line| !is_ours(line) && !is_of_krew(line)) {
        let help = helps.entry(line.words.clone()).or_insert_with(|| kubectl.help(&line.words));
        let mut known: BTreeSet<String> = flags_of(help).union(&global).cloned().collect();
        // Every command has it, and no help lists it.
        known.insert("--help".to_owned());
        let unknown: Vec<&String> = line.flags.difference(&known).collect();
        assert!(unknown.is_empty(), "kubectl {} has no {unknown:?}", line.words.join(" "));
    }
    assert!(helps.len() >= 10, "{:?}", helps.keys());
}

/// A stock kubectl.
struct Kubectl(PathBuf);

impl Kubectl {
    fn found() -> Option<Self> {
        find_tool("kubectl").map(Self)
    }

    fn run(&self, words: &[&str]) -> String {
        let mut command = Command::new(&self.0);
        command.args(words).env_remove("KUBECONFIG").env("HOME", "/nonexistent");
        let output = command.output().expect("kubectl runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "kubectl {words:?}: {}", String::from_utf8_lossy(&output.stderr));
        text
    }

    /// The help of the command that a line begins with. kubectl shows the help of the longest command that it
    /// knows, and names it in its usage.
    fn help(&self, words: &[String]) -> String {
        let asked: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
        let help = self.run(&asked);
        let usage = help.lines().skip_while(|line| *line != "Usage:").nth(1).expect("a usage").trim();
        let is_word = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        let command: Vec<&str> = usage.split_whitespace().skip(1).take_while(is_word).collect();
        assert!(!command.is_empty() && words.len() >= command.len(), "kubectl {words:?}: {usage}");
        assert!(words.iter().zip(&command).all(|(word, known)| word == known), "kubectl {words:?}: {usage}");
        let is_group = usage.contains("SUBCOMMAND") || usage.contains("[command]");
        assert!(!is_group, "kubectl {words:?} is a group of commands: {usage}");
        help
    }
}
