//! The document `Versions`: what of the suite is installed, where, and in which version: what a report of a fault
//! has to say.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

/// What is installed.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VersionsDocument {
    #[schemars(extend("const" = "gitops.dev/v1"))]
    api_version: &'static str,
    #[schemars(extend("const" = "Versions"))]
    kind: &'static str,
    /// The suite's version.
    pub version: String,
    /// The commit it was built from; absent where the build was not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The operating system it was built for, as Go names it: `linux`, `darwin`.
    pub os: String,
    /// The processor it was built for, as Go names it: `amd64`, `arm64`.
    pub arch: String,
    /// The folder of the Krew that installed it; absent where it was installed otherwise.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "lossy_option")]
    pub krew_root: Option<PathBuf>,
    /// The programs of the suite, and those that are called like ones.
    pub programs: Vec<InstalledProgram>,
}

/// A program that is installed.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstalledProgram {
    /// Its file name, without what an operating system adds to a program's.
    pub name: String,
    /// What it is.
    pub role: ProgramRole,
    /// Its version; absent where only running it would tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Where it is.
    #[serde(serialize_with = "lossy")]
    pub path: PathBuf,
    /// The file that a symbolic link leads to; absent where it is none.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "lossy_option")]
    pub target: Option<PathBuf>,
}

/// What an installed program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub enum ProgramRole {
    /// The suite in one program, which answers this.
    Front,
    /// The lab.
    Lab,
    /// Another name of the front.
    Link,
    /// A program that adds a command to the suite.
    External,
    /// Another program than this suite's, under one of its names: kubectl runs that one.
    Other,
}

impl fmt::Display for ProgramRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Front => "Front",
            Self::Lab => "Lab",
            Self::Link => "Link",
            Self::External => "External",
            Self::Other => "Other",
        })
    }
}

/// A path as text: JSON has no bytes, and a folder that is not UTF-8 must not keep the report from being written.
fn lossy<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

fn lossy_option<S: Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
    lossy(path.as_deref().unwrap_or(Path::new("")), serializer)
}

impl VersionsDocument {
    /// The document of a version that was built for a platform, which Rust calls so.
    pub fn new(version: &str, commit: Option<&str>, os: &str, arch: &str) -> Self {
        Self {
            api_version: "gitops.dev/v1",
            kind: "Versions",
            version: version.to_owned(),
            commit: commit.map(str::to_owned),
            os: go_os(os).to_owned(),
            arch: go_arch(arch).to_owned(),
            krew_root: None,
            programs: Vec::new(),
        }
    }
}

/// Rust's name of an operating system as Go, and so Krew, spells it.
fn go_os(os: &str) -> &str {
    if os == "macos" { "darwin" } else { os }
}

/// Rust's name of a processor as Go, and so Krew, spells it.
fn go_arch(arch: &str) -> &str {
    match arch {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        "powerpc64" => "ppc64",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{go_arch, go_os};

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_no_text_is_told_as_far_as_it_is_one() {
        use std::os::unix::ffi::OsStrExt;
        let path = std::ffi::OsStr::from_bytes(b"/opt/\xff/kubectl-gitops-extra").into();
        let (name, role) = ("kubectl-gitops-extra".to_owned(), super::ProgramRole::External);
        let program = super::InstalledProgram { name, role, version: None, path, target: None };
        let json = serde_json::to_string(&program).expect("a document");
        assert!(json.contains("/opt/\u{fffd}/kubectl-gitops-extra"), "{json}");
    }

    #[test]
    fn platforms_are_named_as_krew_selects_them() {
        for (ours, go) in [("linux", "linux"), ("macos", "darwin"), ("windows", "windows")] {
            assert_eq!(go_os(ours), go);
        }
        for (ours, go) in [("x86_64", "amd64"), ("aarch64", "arm64"), ("x86", "386"), ("riscv64", "riscv64")]
        {
            assert_eq!(go_arch(ours), go);
        }
    }
}
