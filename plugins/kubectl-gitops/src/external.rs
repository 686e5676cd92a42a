//! Words that are not linked in: programs named `kubectl-gitops-<word>`, beside this one or on PATH.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use gitops_core::model::{Exit, printable};

use crate::plugins::PLUGINS;

/// Becomes that program, or says that there is none.
pub(crate) fn run(word: &str, arguments: &[OsString]) -> ExitCode {
    if word.starts_with('-') {
        return misplaced(word);
    }
    let own = std::env::current_exe().ok();
    let beside = own.as_deref().and_then(Path::parent).map(Path::to_owned);
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = beside.into_iter().chain(std::env::split_paths(&on_path)).collect();
    let Some(program) = find(word, &folders, own.as_deref()) else {
        return unknown(word);
    };
    let error = Command::new(&program).args(arguments).exec();
    refuse(&format!("error: {} cannot be run\ncaused by: {error}\n", program.display()), Exit::Failed)
}

/// The first such program that is not this one.
fn find(word: &str, folders: &[PathBuf], own: Option<&Path>) -> Option<PathBuf> {
    let is_name = !word.starts_with('-')
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !is_name {
        return None;
    }
    let own = own.and_then(|own| own.canonicalize().ok());
    let candidates = folders.iter().map(|folder| folder.join(format!("kubectl-gitops-{word}")));
    candidates.into_iter().find(|file| file.is_file() && file.canonicalize().ok() != own)
}

/// A flag where a command belongs.
fn misplaced(flag: &str) -> ExitCode {
    let flag = printable(flag);
    let text = format!(
        "error: no command before {flag}\n\nhint: flags come after the command: kubectl gitops status {flag} …\n"
    );
    refuse(&text, Exit::Usage)
}

/// There is no such command.
pub(crate) fn unknown(word: &str) -> ExitCode {
    let words: Vec<&str> = PLUGINS.iter().map(|plugin| plugin.word).collect();
    let known = words.join(", ");
    let word = printable(word);
    refuse(
        &format!(
            "error: no command {word}, and no program kubectl-gitops-{word} beside this one or on PATH\n\nhint: there are {known}; kubectl gitops help tells of them\n"
        ),
        Exit::Usage,
    )
}

fn refuse(text: &str, exit: Exit) -> ExitCode {
    let _ = std::io::stderr().write_all(text.as_bytes());
    ExitCode::from(exit.code())
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn never_itself_and_never_a_path() {
        let folder = std::env::temp_dir().join(format!("front-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("folder");
        let program = folder.join("kubectl-gitops-extra");
        std::fs::write(&program, "").expect("file");
        let folders = [folder.clone()];
        assert_eq!(find("extra", &folders, None), Some(program.clone()));
        assert_eq!(find("extra", &folders, Some(&program)), None);
        for word in ["../extra", "--flag", "unheard", "a b"] {
            assert_eq!(find(word, &folders, None), None, "{word}");
        }
        std::fs::remove_dir_all(&folder).expect("clean");
    }
}
