//! The platforms that archives are made for, in Rust's words and in Krew's.

use crate::error::XtaskError;

/// One of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Platform {
    /// The operating system as Go calls it, and so Krew.
    pub os: &'static str,
    /// The architecture as Go calls it, and so Krew.
    pub arch: &'static str,
    /// The targets whose programs run there.
    triples: &'static [&'static str],
}

impl Platform {
    /// All of them, in the order of the manifest. Programs for Linux link glibc dynamically, because a static program
    /// opens no dynamic libraries.
    pub const ALL: [Platform; 5] = [
        Platform { os: "linux", arch: "amd64", triples: &["x86_64-unknown-linux-gnu"] },
        Platform { os: "linux", arch: "arm64", triples: &["aarch64-unknown-linux-gnu"] },
        Platform { os: "darwin", arch: "amd64", triples: &["x86_64-apple-darwin"] },
        Platform { os: "darwin", arch: "arm64", triples: &["aarch64-apple-darwin"] },
        Platform {
            os: "windows",
            arch: "amd64",
            triples: &["x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu"],
        },
    ];

    /// The platform of one of Rust's targets.
    ///
    /// # Errors
    /// There is no archive for it.
    pub fn of_triple(triple: &str) -> Result<&'static Self, XtaskError> {
        let platform = Self::ALL.iter().find(|platform| platform.triples.contains(&triple));
        platform.ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().flat_map(|platform| platform.triples).copied().collect();
            XtaskError::UnknownTarget { triple: triple.to_owned(), known: known.join(", ") }
        })
    }

    /// What a program's file is called there.
    pub fn program(&self, name: &str) -> String {
        if self.os == "windows" { format!("{name}.exe") } else { name.to_owned() }
    }

    /// What the archive of a version is called. Krew and Windows read this format as every other system does.
    pub fn archive(&self, version: &str) -> String {
        format!("kubectl-gitops_v{version}_{}_{}.tar.gz", self.os, self.arch)
    }
}
