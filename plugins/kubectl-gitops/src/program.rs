//! Commands that are not linked in: programs beside this one, or on PATH.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

pub use gitops_core::cli::FRONT_VARIABLE;
use gitops_core::model::Failure;

use crate::error::FrontError;
use crate::plugins::Plugin;
use crate::search_path::SearchPath;

/// How a program that no plugin is is called, before its word.
pub(crate) const EXTERNAL_PREFIX: &str = "kubectl-gitops-";

/// The program of a word that no plugin has, `kubectl-gitops-<word>`: beside this one, else on PATH. kubectl writes `-`
/// in a word as `_`.
pub(crate) fn find_external(word: &str, own_name: &OsStr) -> Option<PathBuf> {
    find_named(word, own_name, |word| format!("{EXTERNAL_PREFIX}{word}"))
}

/// The program that completes the words of that one, as kubectl calls it.
pub(crate) fn find_external_completion(word: &str, own_name: &OsStr) -> Option<PathBuf> {
    find_external(word, own_name)?;
    find_named(word, own_name, |word| Plugin::completion_of(&format!("{EXTERNAL_PREFIX}{word}")))
}

fn find_named(word: &str, own_name: &OsStr, name: impl Fn(&str) -> String) -> Option<PathBuf> {
    let search_path = search_path(own_name);
    let spellings = [word.to_owned(), word.replace('-', "_")];
    let mut spellings = spellings.iter().filter(|spelling| is_external_word(spelling));
    spellings.find_map(|spelling| find(&name(spelling), &search_path))
}

/// Whether a word can be the end of a program's name.
pub(crate) fn is_external_word(word: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !word.starts_with('-') && word.bytes().all(is_plain)
}

/// Where programs are looked for: where this one lies, then PATH.
pub(crate) fn search_path(own_name: &OsStr) -> SearchPath {
    SearchPath::new(folders(own_name)).then(SearchPath::of_process())
}

/// The words of all programs that no plugin is. None of them is run.
pub(crate) fn external_words(own_name: &OsStr) -> Vec<String> {
    let programs = search_path(own_name).with_prefix(EXTERNAL_PREFIX).into_iter();
    let words = programs.filter_map(|(name, _)| name.strip_prefix(EXTERNAL_PREFIX).map(str::to_owned));
    words.filter(|word| is_external_word(word)).collect()
}

/// A program of the suite that is not linked in: beside this one.
///
/// # Errors
/// It is not there.
pub(crate) fn find_beside(name: &str, own_name: &OsStr) -> Result<PathBuf, Box<dyn Failure>> {
    let missing = || FrontError::ProgramMissing {
        name: name.to_owned(),
        own: std::env::current_exe().unwrap_or_default(),
    };
    find(name, &SearchPath::new(folders(own_name))).ok_or_else(|| missing().into())
}

/// Where this program lies: under the name that it was called by, then as the file that it is. A link to it may lie
/// in a folder of links.
fn folders(own_name: &OsStr) -> Vec<PathBuf> {
    let called = Path::new(own_name).parent().filter(|folder| !folder.as_os_str().is_empty());
    let own = std::env::current_exe().ok();
    let real = own.as_deref().and_then(|own| own.canonicalize().ok());
    let folder = |file: &Path| file.parent().map(Path::to_owned);
    let files = [own.as_deref(), real.as_deref()];
    called.map(Path::to_owned).into_iter().chain(files.into_iter().flatten().filter_map(folder)).collect()
}

/// The first program of that name that is not this one itself, which would never end.
fn find(name: &str, search_path: &SearchPath) -> Option<PathBuf> {
    let own = std::env::current_exe().ok().and_then(|own| own.canonicalize().ok());
    search_path.find_except(name, own.as_deref())
}

/// Becomes `program`, as kubectl becomes a plugin: signals and the exit code are the program's own.
///
/// # Errors
/// It does not run.
#[cfg(unix)]
pub(crate) fn run(program: PathBuf, arguments: &[OsString]) -> Result<ExitCode, Box<dyn Failure>> {
    use std::os::unix::process::CommandExt;
    let source = command(&program, arguments).exec();
    Err(FrontError::NotRunnable { program, source }.into())
}

/// Runs `program` to its end. Windows cannot replace a process; Ctrl-C reaches the program from the console.
///
/// # Errors
/// It does not run.
#[cfg(not(unix))]
pub(crate) fn run(program: PathBuf, arguments: &[OsString]) -> Result<ExitCode, Box<dyn Failure>> {
    match command(&program, arguments).status() {
        Ok(status) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
        }
        Err(source) => Err(FrontError::NotRunnable { program, source }.into()),
    }
}

fn command(program: &Path, arguments: &[OsString]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    if let Ok(own) = std::env::current_exe() {
        command.env(FRONT_VARIABLE, own);
    }
    command
}

#[cfg(all(test, unix))]
mod tests {
    use super::find_external;
    use crate::search_path::tests::program;

    #[test]
    fn never_a_path() {
        let folder = tempfile::TempDir::new().expect("a folder");
        program(folder.path(), "kubectl-gitops-extra", 0o755);
        let own_name = folder.path().join("kubectl-gitops");
        assert!(find_external("extra", own_name.as_os_str()).is_some());
        for word in ["../extra", "--flag", "unheard", "a b"] {
            assert_eq!(find_external(word, own_name.as_os_str()), None, "{word}");
        }
    }
}
