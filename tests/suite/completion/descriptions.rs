//! What is offered and said of it stays text where bash expands it, as scripts that hand it to `compgen -W` do.

use std::process::Command;

use gitops_core::cli::Candidate;

use crate::support::has_tool;

/// The words that bash makes of a text by `compgen -W`, in a folder of its own, and the files it then has.
fn expanded(text: &str) -> (Vec<String>, usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new("bash")
        .args(["--norc", "-c", r#"compgen -W "$1"; true"#, "bash", text])
        .current_dir(folder.path())
        .output()
        .expect("bash");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{text}");
    let words = String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_owned).collect();
    (words, folder.path().read_dir().expect("a folder").count())
}

/// Every way to run a program in a word, and every sign beside each other one.
fn hostile_descriptions() -> Vec<String> {
    let runs = ["$(X)", "`X`", "<(X)", ">(X)", "$((a[$(X)]))", "${a:-$(X)}", "${a@P}", "$[$(X)]", "=(X)"];
    let wraps = ["X", "'X'", "\"X\"", "\\X", "'X", "\"X", "a'X'b", "$'X'", "(X)", "{X,X}", "<X>", "a X; X"];
    let wrapped = runs.iter().flat_map(|run| wraps.map(|wrap| wrap.replace('X', run)));
    let mut descriptions: Vec<String> = wrapped.map(|text| text.replace('X', ">ran")).collect();
    descriptions.extend(runs.map(|run| run.replace('X', "touch ran")));
    let pairs =
        ('!'..='\u{7f}').flat_map(|sign| ('!'..='\u{7f}').map(move |other| format!("a{sign}{other}b")));
    let pairs: Vec<String> = pairs.collect();
    // As many as stay below the length at which a description is cut.
    descriptions.extend(pairs.chunks(20).map(|pairs| pairs.join(" ")));
    descriptions
}

#[test]
fn bash_expands_nothing_of_what_is_offered() {
    if !has_tool("bash") {
        return;
    }
    assert_eq!(expanded("$(touch ran)").1, 1, "bash does run what is not made harmless");
    let offered: Vec<String> = hostile_descriptions()
        .iter()
        .map(|description| Candidate::new("word", description).expect("a word").to_string())
        .collect();
    let text = offered.join("\n");
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    assert_eq!(expanded(&text), (words, 0));
}
