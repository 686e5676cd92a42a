//! What a command in the lab finds around it: a kubeconfig, and the suite's plugins on its PATH. A folder that
//! goes when the command has ended.

use std::env::consts::EXE_SUFFIX;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use gitops_core::cli::{EnvVars, FRONT_VARIABLE, Session};
use gitops_core::model::printable;
use gitops_core::wire::is_program;
use tempfile::TempDir;
use tokio::process::Command;

use super::failure::CommandError;
use crate::platform::{create_private_file, link_program, private_temporary_folder};

/// The front's name, with which those of all programs of the suite begin.
const FRONT: &str = "kubectl-gitops";

/// What those of plugins begin with.
const PLUGIN: &str = "kubectl-gitops_";

/// The lab's name.
const LAB: &str = "kubectl-gitops_lab";

/// The kubeconfig's file.
const KUBECONFIG: &str = "kubeconfig";

/// The folder of the suite's programs.
const PROGRAMS: &str = "bin";

/// A temporary folder with what a command needs.
#[derive(Debug)]
pub(super) struct CommandFolder {
    folder: TempDir,
    path: OsString,
}

impl CommandFolder {
    /// Makes the folder, with the suite that `session` belongs to.
    ///
    /// Before the lab starts: its clock would run while programs are linked.
    pub(super) async fn of_session(session: &Session) -> Result<Self, CommandError> {
        let program = suite(&session.program, session.env_vars.get_os(FRONT_VARIABLE));
        let command_folder =
            Self::make(session.env_vars.get_os("PATH")).map_err(CommandError::CommandFolder)?;
        link_suite(&program, &command_folder.programs(), &session.env_vars).await?;
        command_folder.link_lab(&session.program).map_err(CommandError::CommandFolder)?;
        Ok(command_folder)
    }

    /// Makes the folder, without programs. `path` is the PATH that there was.
    fn make(path: Option<&OsStr>) -> io::Result<Self> {
        let folder = private_temporary_folder("gitops-lab-")?;
        let programs = folder.path().join(PROGRAMS);
        std::fs::create_dir(&programs)?;
        let before = path.map(|path| std::env::split_paths(path).collect::<Vec<_>>()).unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(programs).chain(before)).map_err(io::Error::other)?;
        Ok(Self { folder, path })
    }

    /// Adds a file that only its owner may read.
    pub(super) fn add_file(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.folder.path().join(name);
        create_private_file(&path)?.write_all(text.as_bytes())?;
        Ok(path)
    }

    /// Adds the kubeconfig.
    pub(super) fn add_kubeconfig(&self, text: &str) -> Result<(), CommandError> {
        self.add_file(KUBECONFIG, text).map(drop).map_err(CommandError::CommandFolder)
    }

    /// Makes this lab known, where the front links none: it has none beside itself.
    fn link_lab(&self, lab: &Path) -> io::Result<()> {
        let link = self.programs().join(format!("{LAB}{EXE_SUFFIX}"));
        if link.exists() { Ok(()) } else { link_program(lab, &link) }
    }

    /// The folder of the suite's programs.
    fn programs(&self) -> PathBuf {
        self.folder.path().join(PROGRAMS)
    }

    /// The kubeconfig's file.
    pub(super) fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join(KUBECONFIG)
    }

    /// A folder for gh's configuration, which has none.
    pub(super) fn gh_folder(&self) -> PathBuf {
        self.folder.path().join("gh")
    }

    /// The command's PATH.
    pub(super) fn path(&self) -> &OsStr {
        &self.path
    }

    /// The program that `name` means to the command.
    pub(super) fn find(&self, name: &OsStr) -> Option<PathBuf> {
        let named = Path::new(name);
        if named.components().count() > 1 {
            return named.exists().then(|| named.to_owned());
        }
        // `kubectl` and, on Windows, `kubectl.exe` that it is short for.
        let candidates = std::env::split_paths(&self.path).flat_map(|folder| {
            let file = folder.join(named);
            let mut with_suffix = file.clone().into_os_string();
            with_suffix.push(EXE_SUFFIX);
            [file, PathBuf::from(with_suffix)]
        });
        candidates.into_iter().find(|candidate| is_program(candidate))
    }
}

/// The suite's program: the front that started the lab, else the one beside it, else the lab by itself.
fn suite(lab: &Path, front: Option<&OsStr>) -> PathBuf {
    let beside = || Some(lab.with_file_name(format!("{FRONT}{EXE_SUFFIX}"))).filter(|file| is_program(file));
    front.map(PathBuf::from).or_else(beside).unwrap_or_else(|| lab.to_owned())
}

/// Makes the suite's programs known in a folder. The front is all of them and links them itself; a plugin that was built
/// as a program of its own is only itself, and others may lie beside it.
async fn link_suite(program: &Path, folder: &Path, variables: &EnvVars) -> Result<(), CommandError> {
    let own = program.file_name().unwrap_or_default();
    if own.to_string_lossy().starts_with(PLUGIN) {
        return link_siblings(program, folder).map_err(CommandError::CommandFolder);
    }
    let front = folder.join(format!("{FRONT}{EXE_SUFFIX}"));
    link_program(program, &front).map_err(CommandError::CommandFolder)?;
    let mut command = Command::new(front);
    command.args(["link", "--dir"]).arg(folder).stdin(Stdio::null()).kill_on_drop(true);
    let output = command.env_clear().envs(variables.iter()).output().await;
    let failed = match output {
        Ok(output) if output.status.success() => return Ok(()),
        Ok(output) => io::Error::other(complaint(&output)),
        Err(error) => error,
    };
    Err(CommandError::NotLinked { front: program.to_owned(), source: failed })
}

/// Makes a program known, and what lies beside it.
fn link_siblings(program: &Path, folder: &Path) -> io::Result<()> {
    let siblings = program.parent().and_then(|folder| std::fs::read_dir(folder).ok());
    let files = siblings.into_iter().flatten().flatten().map(|entry| (entry.file_name(), entry.path()));
    let is_of_suite = |name: &OsStr| name.to_string_lossy().starts_with(FRONT);
    let mut programs = files.filter(|(name, file)| is_of_suite(name) && is_program(file));
    programs.try_for_each(|(name, file)| link_program(&file, &folder.join(name)))
}

/// The first line of what a program complained of, without the word before it; else how it ended.
fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    let line = line.map(|line| printable(line.strip_prefix("error: ").unwrap_or(line)));
    line.unwrap_or_else(|| output.status.to_string())
}

#[cfg(all(test, unix))]
mod tests {
    use std::error::Error;
    use std::ffi::OsStr;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::{CommandError, CommandFolder, EnvVars, link_suite};

    /// A program that does what a line of shell says.
    fn program(path: &Path, line: &str) {
        std::fs::write(path, format!("#!/bin/sh\n{line}\n")).unwrap();
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
    }

    /// The names of what is linked in a folder; why it is not.
    async fn linked(program: &Path) -> Result<Vec<String>, CommandError> {
        let folder = tempfile::tempdir().unwrap();
        let variables = EnvVars::from_iter([("NAME", "kubectl-gitops_a"), ("PATH", "/usr/bin:/bin")]);
        link_suite(program, folder.path(), &variables).await?;
        let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        Ok(names)
    }

    #[tokio::test]
    async fn the_front_links_its_programs_with_the_variables_of_the_session() {
        let folder = tempfile::tempdir().unwrap();
        let front = folder.path().join("front");
        program(&front, "test \"$1 $2\" = 'link --dir' && touch \"$3/$NAME\"");
        assert_eq!(linked(&front).await.unwrap(), ["kubectl-gitops", "kubectl-gitops_a"]);
    }

    #[tokio::test]
    async fn a_front_that_links_nothing_is_named_with_its_complaint() {
        let folder = tempfile::tempdir().unwrap();
        let front = folder.path().join("front");
        for (line, expected) in [
            ("echo 'error: no command link' >&2; echo hint >&2; exit 2", "no command link"),
            ("exit 2", "exit status: 2"),
        ] {
            program(&front, line);
            let error = linked(&front).await.expect_err("it links nothing");
            assert_eq!(error.to_string(), format!("{} cannot link the suite's commands", front.display()));
            assert_eq!(error.source().map(ToString::to_string).as_deref(), Some(expected));
        }
    }

    #[tokio::test]
    async fn a_plugin_is_itself_and_those_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["kubectl-gitops_a", "kubectl-gitops_b", "kubectl"] {
            program(&folder.path().join(name), "");
        }
        std::fs::write(folder.path().join("kubectl-gitops_a.d"), "").unwrap();
        let linked = linked(&folder.path().join("kubectl-gitops_a")).await.unwrap();
        assert_eq!(linked, ["kubectl-gitops_a", "kubectl-gitops_b"]);
    }

    #[test]
    fn the_folder_is_private_and_goes_with_its_owner() {
        let command_folder = CommandFolder::make(Some(OsStr::new("/bin"))).unwrap();
        command_folder.add_kubeconfig("{}").unwrap();
        let kubeconfig = command_folder.kubeconfig();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&kubeconfig), mode(kubeconfig.parent().unwrap())), (0o600, 0o700));
        drop(command_folder);
        assert!(!kubeconfig.exists());
    }

    #[test]
    fn a_command_is_looked_for_among_the_plugins_first() {
        let command_folder = CommandFolder::make(Some(OsStr::new("/bin"))).unwrap();
        program(&command_folder.programs().join("kubectl-gitops"), "");
        let found = |name: &str| command_folder.find(OsStr::new(name));
        let front = found("kubectl-gitops").expect("the front is there");
        assert!(front.starts_with(command_folder.kubeconfig().parent().unwrap()));
        assert_eq!(found("sh").as_deref(), Some(Path::new("/bin/sh")));
        assert_eq!(found("/bin/sh").as_deref(), Some(Path::new("/bin/sh")));
        assert_eq!(found("no-such-program"), None);
        assert_eq!(found("/no/such/program"), None);
    }
}
