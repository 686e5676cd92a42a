//! Commands that are not linked in: programs named `kubectl-gitops-<word>`, beside this one or on PATH.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::error::FrontError;

/// The program of a word: beside this one, else on PATH, never this one.
pub(crate) fn find(word: &str) -> Option<PathBuf> {
    let own = std::env::current_exe().ok();
    let beside = own.as_deref().and_then(Path::parent).map(Path::to_owned);
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = beside.into_iter().chain(std::env::split_paths(&on_path)).collect();
    find_in(word, &folders, own.as_deref())
}

fn find_in(word: &str, folders: &[PathBuf], own: Option<&Path>) -> Option<PathBuf> {
    let is_name = !word.starts_with('-')
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !is_name {
        return None;
    }
    let own = own.and_then(|own| own.canonicalize().ok());
    let candidates = folders.iter().map(|folder| folder.join(format!("kubectl-gitops-{word}{EXE_SUFFIX}")));
    candidates.into_iter().find(|file| file.is_file() && file.canonicalize().ok() != own)
}

/// Becomes `program`, as kubectl becomes a plugin: signals and the exit code are the program's own.
#[cfg(unix)]
pub(crate) fn run(program: PathBuf, arguments: &[OsString]) -> Result<ExitCode, FrontError> {
    use std::os::unix::process::CommandExt;
    let source = Command::new(&program).args(arguments).exec();
    Err(FrontError::NotRunnable { program, source })
}

/// Runs `program` to its end. Windows cannot replace a process; Ctrl-C reaches the program from the console.
#[cfg(not(unix))]
pub(crate) fn run(program: PathBuf, arguments: &[OsString]) -> Result<ExitCode, FrontError> {
    match Command::new(&program).args(arguments).status() {
        Ok(status) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
        }
        Err(source) => Err(FrontError::NotRunnable { program, source }),
    }
}

#[cfg(test)]
mod tests {
    use std::env::consts::EXE_SUFFIX;

    use super::find_in;

    #[test]
    fn never_itself_and_never_a_path() {
        let folder = std::env::temp_dir().join(format!("front-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("folder");
        let program = folder.join(format!("kubectl-gitops-extra{EXE_SUFFIX}"));
        std::fs::write(&program, "").expect("file");
        let folders = [folder.clone()];
        assert_eq!(find_in("extra", &folders, None), Some(program.clone()));
        assert_eq!(find_in("extra", &folders, Some(&program)), None);
        for word in ["../extra", "--flag", "unheard", "a b"] {
            assert_eq!(find_in(word, &folders, None), None, "{word}");
        }
        std::fs::remove_dir_all(&folder).expect("clean");
    }
}
