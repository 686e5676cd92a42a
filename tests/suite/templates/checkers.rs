//! Programs that know what GitHub accepts, and what is careless: zizmor, GitHub's schema of workflows, and actionlint with
//! shellcheck. None finds anything, and each finds what is wrong on purpose.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::rendered::{all_files, file, write};
use crate::support::{find_tool, has_tool};

/// Whether a program finds nothing, and what it says.
fn check(program: &Path, arguments: &[&str], folder: &Path) -> (bool, String) {
    let mut command = Command::new(program);
    let output = command.args(arguments).current_dir(folder).output().expect("it runs");
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    (output.status.success(), text)
}

/// Every file, each kind of server in a folder, and their paths from there.
fn folder() -> (TempDir, Vec<String>) {
    let folder = TempDir::new().expect("a folder");
    let mut paths = Vec::new();
    for (server, file) in all_files() {
        let name = file.path.rsplit('/').next().expect("a name");
        write(&folder.path().join(server), name, &file.content);
        paths.push(format!("{server}/{}", file.path));
    }
    assert_eq!(paths.len(), 10);
    (folder, paths)
}

/// Asserts that a program finds nothing in any file, and says each of these words where a file is changed like that.
fn assert_checked(tool: &str, arguments: &[&str], defects: &[(&str, &str, &str, &str)]) {
    let Some(program) = find_tool(tool) else { return };
    let (folder, paths) = folder();
    let all: Vec<&str> = arguments.iter().copied().chain(paths.iter().map(String::as_str)).collect();
    let (is_clean, text) = check(&program, &all, folder.path());
    assert!(is_clean, "{tool} {arguments:?}:\n{text}");
    for (workflow, good, bad, expected) in defects {
        let content = file(workflow).content;
        assert!(content.contains(good), "{workflow} has no {good:?}");
        let folder = TempDir::new().expect("a folder");
        write(folder.path(), "bad.yml", &content.replacen(good, bad, 1));
        let one: Vec<&str> = arguments.iter().copied().chain([".github/workflows/bad.yml"]).collect();
        let (is_clean, text) = check(&program, &one, folder.path());
        assert!(!is_clean && text.contains(expected), "{tool} does not find {expected:?}:\n{text}");
    }
}

const ZIZMOR: [&str; 3] = ["--offline", "--no-progress", "--no-config"];

#[test]
fn zizmor_finds_nothing_pedantically() {
    let arguments = [&ZIZMOR[..], &["--persona=pedantic"]].concat();
    let defects = [
        (
            "deploy",
            "contents: read\n      statuses: write #",
            "contents: write\n      statuses: write #",
            "undocumented-permissions",
        ),
        ("deploy", "\"Nothing keeps", "\"${{ inputs.version }}", "template-injection"),
        (
            "ci",
            "login-action@4907a6ddec9925e35a0a9e82d7399ccc52663121 # v4.1.0",
            "login-action@v4",
            "unpinned-uses",
        ),
        (
            "notify-on-pr",
            "    concurrency:\n      group: notify-${{ github.sha }}\n      cancel-in-progress: false\n",
            "",
            "concurrency-limits",
        ),
    ];
    assert_checked("zizmor", &arguments, &defects);
}

#[test]
fn zizmor_finds_nothing_as_an_auditor() {
    let arguments = [&ZIZMOR[..], &["--persona=auditor"]].concat();
    let defects = [(
        "notify-on-pr",
        "    environment:\n      name: notify\n      deployment: false\n",
        "",
        "secrets-outside-env",
    )];
    assert_checked("zizmor", &arguments, &defects);
}

#[test]
fn files_are_workflows_by_githubs_schema() {
    let defects = [
        ("deploy", "runs-on:", "run-on:", "deploy"),
        ("post-deployment", "id-token: write", "id-tokens: write", "id-tokens"),
    ];
    let arguments = ["--builtin-schema", "vendor.github-workflows"];
    assert_checked("check-jsonschema", &arguments, &defects);
}

#[test]
fn actionlint_and_shellcheck_find_nothing() {
    // actionlint says nothing of scripts where there is no shellcheck.
    if !has_tool("shellcheck") {
        return;
    }
    // It does not know this key of github.com yet.
    let arguments =
        ["-no-color", "-oneline", "-ignore", "unexpected key \"queue\" for \"concurrency\" section"];
    let defects = [
        ("deploy", "needs: deploy\n", "needs: deployment\n", "deployment"),
        ("deploy", "${{ inputs.commit_id }}", "${{ inputs.commit }}", "commit"),
        ("deploy", "cd \"$RUNNER_TEMP/kubectl-gitops\"", "cd $RUNNER_TEMP/kubectl-gitops", "SC2086"),
        ("deploy", "queue: max", "queues: max", "queues"),
    ];
    assert_checked("actionlint", &arguments, &defects);
}
