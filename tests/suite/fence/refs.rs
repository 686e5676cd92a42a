//! One file of the lab moves refs: whatever refuses a move before and tells of it after holds for all of them.

use super::files::{read, rust_files, workspace};

/// What git2 and git move refs by.
const MOVES: [&str; 16] = [
    ".reference(",
    ".reference_matching(",
    ".reference_symbolic(",
    ".reference_symbolic_matching(",
    ".set_target(",
    ".symbolic_set_target(",
    ".set_head(",
    ".set_head_detached(",
    ".branch(&",
    ".tag(",
    ".tag_lightweight(",
    ".commit(Some(",
    ".delete()",
    "\"update-ref\"",
    "\"receive-pack\"",
    ".transaction(",
];
const THE_PLACE: &str = "git/refs.rs";

/// The lines of a file that move a ref; tests may do as they like.
fn moves(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.filter(|line| MOVES.iter().any(|word| line.contains(word))).collect()
}

#[test]
fn no_other_file_of_the_lab_moves_a_ref() {
    let source = workspace().join("plugins/kubectl-gitops_lab/src");
    let mut of_the_place = 0;
    for file in rust_files(&source) {
        let text = read(&file);
        match moves(&text) {
            found if file.ends_with(THE_PLACE) => of_the_place = found.len(),
            found => assert!(found.is_empty(), "{} moves a ref: {found:#?}", file.display()),
        }
    }
    assert_eq!(of_the_place, 3, "{THE_PLACE} moves, deletes, and sets the default branch");
}

#[test]
fn a_move_is_seen_where_it_is_written() {
    for line in [
        "git.reference(&name, target, true, \"moved\")?;",
        "    Some(tip) => git.reference_matching(&name, id, true, tip, message),",
        "found.delete()?;",
        "git.commit(Some(\"refs/heads/main\"), &author, &author, \"m\", &tree, &[])?;",
    ] {
        assert_eq!(moves(line), [line]);
    }
    for line in ["git.find_reference(&name)?.target()", "// git.reference(a)", "git.commit(None, &author)"] {
        assert!(moves(line).is_empty(), "{line}");
    }
}
