//! Programs whose bytes tell nothing of where they were built: no path of the machine is in them, and no flag or wrapper
//! of its user's went into them. The compilers themselves are the machine's: the same bytes need the same `rustc`, which
//! `rust-toolchain.toml` names, and the same C compiler and linker (`CC`, `CARGO_TARGET_<TRIPLE>_LINKER`), which a build
//! for another platform has to name.
//!
//! Cargo's own `trim-paths` is not stable. Paths are mapped by flags instead, which cargo keeps out of what symbols are
//! called; a container in which all paths are always the same was rejected, because not every platform has one.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use memchr::memmem;

use crate::archive::contents::Programs;
use crate::archive::platform::Platform;
use crate::cargo::{self, cargo, workspace};
use crate::commit::commit;
use crate::error::XtaskError;
use crate::rust_compiler::RustCompiler;

/// Tells the suite which commit it was built from.
const COMMIT_VARIABLE: &str = "GITOPS_COMMIT";

/// Variables that would change what is built; each begins with one of these. Those with flags for the compiler count
/// no more once `CARGO_ENCODED_RUSTFLAGS` is set.
const FLAG_VARIABLES: [&str; 8] = [
    "CARGO_BUILD_RUSTC_WRAPPER",
    "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER",
    "CARGO_PROFILE_",
    "CFLAGS_",
    "HOST_CFLAGS",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "TARGET_CFLAGS",
];

/// How the programs are built.
pub(crate) struct ReleaseBuild {
    triple: String,
    platform: &'static Platform,
    profile: String,
    target_folder: PathBuf,
    compiler: RustCompiler,
    commit: Option<String>,
}

impl ReleaseBuild {
    /// For a target, else for this machine's.
    ///
    /// # Errors
    /// There is no archive for the target; cargo or rustc do not run.
    pub(crate) fn new(triple: Option<&str>, profile: &str) -> Result<Self, XtaskError> {
        let compiler = RustCompiler::ask()?;
        let triple = triple.unwrap_or(&compiler.host).to_owned();
        let platform = Platform::of_triple(&triple)?;
        Ok(Self {
            triple,
            platform,
            profile: profile.to_owned(),
            target_folder: cargo::target_folder()?,
            compiler,
            commit: commit(),
        })
    }

    pub(crate) fn platform(&self) -> &'static Platform {
        self.platform
    }

    pub(crate) fn target_folder(&self) -> &Path {
        &self.target_folder
    }

    /// Builds the programs.
    ///
    /// # Errors
    /// cargo does not succeed, or a path of this machine is in a program.
    pub(crate) fn programs(&self) -> Result<Programs, XtaskError> {
        let mut command = self.cargo("build");
        command.arg("--locked");
        for program in cargo::PROGRAMS {
            command.args(["--package", program, "--bin", program]);
        }
        cargo::run(&mut command)?;
        let profile = if self.profile == "dev" { "debug" } else { &self.profile };
        let folder = self.target_folder().join(&self.triple).join(profile);
        let [front, lab] = cargo::PROGRAMS.map(|program| folder.join(self.platform.program(program)));
        for program in [&front, &lab] {
            self.require_no_paths(program)?;
        }
        Ok(Programs { front, lab })
    }

    /// Lets the next build compile this repository's packages again, and no others.
    pub(crate) fn forget_own_packages(&self) -> Result<(), XtaskError> {
        cargo::run(self.cargo("clean").arg("--workspace"))
    }

    fn cargo(&self, word: &str) -> Command {
        let mut command = cargo();
        command.current_dir(workspace()).arg(word).arg("--target-dir").arg(&self.target_folder);
        command.args(["--profile", &self.profile, "--target", &self.triple]);
        let names = std::env::vars_os().map(|(name, _)| name);
        for name in names.filter(|name| is_flag_variable(&name.to_string_lossy())) {
            command.env_remove(name);
        }
        command.env("CARGO_ENCODED_RUSTFLAGS", self.rust_flags()).env("CARGO_INCREMENTAL", "0");
        if !self.triple.ends_with("msvc") {
            command.env("CFLAGS", self.c_flags());
        }
        match &self.commit {
            Some(commit) => command.env(COMMIT_VARIABLE, commit),
            None => command.env_remove(COMMIT_VARIABLE),
        };
        command
    }

    /// Folders of this machine, and what stands for each in the programs. Where one lies in another, the later counts.
    fn folders(&self) -> Vec<(PathBuf, String)> {
        let library = self.compiler.sysroot.join("lib/rustlib/src/rust");
        vec![
            (workspace(), "/kubectl-gitops".to_owned()),
            (self.target_folder.clone(), "/target".to_owned()),
            (cargo_home(), "/cargo".to_owned()),
            (self.compiler.sysroot.clone(), "/rust".to_owned()),
            // As the standard library calls itself where its source is not at hand.
            (library, format!("/rustc/{}", self.compiler.commit)),
        ]
    }

    /// Separated as cargo asks, so that a path may hold spaces.
    fn rust_flags(&self) -> OsString {
        self.flags("--remap-path-prefix=", "\u{1f}")
    }

    fn c_flags(&self) -> OsString {
        self.flags("-ffile-prefix-map=", " ")
    }

    fn flags(&self, flag: &str, separator: &str) -> OsString {
        let mut flags = OsString::new();
        for (folder, name) in self.folders() {
            if !flags.is_empty() {
                flags.push(separator);
            }
            flags.push(flag);
            flags.push(folder);
            flags.push(format!("={name}"));
        }
        flags
    }

    /// Where the sources lie that a program could tell the path of. The folders above are not asked for: `/src` or `/usr`
    /// may be in any program. Nor are folders that already have the name that stands for them.
    fn source_folders(&self) -> Vec<PathBuf> {
        let workspace = workspace();
        let cargo_home = cargo_home();
        let mut folders = vec![
            workspace.join("core"),
            workspace.join("plugins"),
            self.target_folder.join(&self.triple),
            self.target_folder.join(if self.profile == "dev" { "debug" } else { &self.profile }),
            cargo_home.join("registry"),
            cargo_home.join("git"),
            self.compiler.sysroot.join("lib/rustlib"),
        ];
        let named = self.folders();
        let tells_nothing = |path: &PathBuf| {
            named.iter().any(|(folder, name)| folder == Path::new(name) && path.starts_with(folder))
        };
        folders.retain(|path| !tells_nothing(path));
        folders
    }

    fn require_no_paths(&self, program: &Path) -> Result<(), XtaskError> {
        let bytes = std::fs::read(program).map_err(|source| XtaskError::unreadable(program, source))?;
        match path_inside(&bytes, &self.source_folders()) {
            Some(path) => Err(XtaskError::PathInProgram { program: program.to_owned(), path }),
            None => Ok(()),
        }
    }
}

/// Where cargo keeps what it downloads. Cargo too takes an empty variable for none.
fn cargo_home() -> PathBuf {
    let home = || std::env::home_dir().unwrap_or_default().join(".cargo");
    std::env::var_os("CARGO_HOME").filter(|home| !home.is_empty()).map_or_else(home, PathBuf::from)
}

fn is_flag_variable(name: &str) -> bool {
    FLAG_VARIABLES.iter().any(|variable| name.starts_with(variable))
}

/// The first of these folders whose path is in a file, as a path of its own or the beginning of one.
pub fn path_inside(bytes: &[u8], folders: &[PathBuf]) -> Option<PathBuf> {
    let is_inside = |folder: &&PathBuf| {
        let path = folder.as_os_str().as_encoded_bytes();
        let mut places = memmem::find_iter(bytes, path);
        !path.is_empty() && places.any(|place| is_whole_path(bytes, place, place + path.len()))
    };
    folders.iter().find(is_inside).cloned()
}

/// Whether the path between two places neither goes on before them nor in a longer name behind them.
fn is_whole_path(bytes: &[u8], begin: usize, end: usize) -> bool {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let before = begin.checked_sub(1).and_then(|place| bytes.get(place));
    !before.is_some_and(|byte| is_of_name(byte) || *byte == b'/') && !bytes.get(end).is_some_and(is_of_name)
}
