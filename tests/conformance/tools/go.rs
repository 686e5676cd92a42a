//! Go, as far as this executable needs it: which version is at hand, building, asking where a module lies.
//!
//! The caller's `GOFLAGS` do not count: `-mod=vendor` or `-tags` from somebody's shell would build other
//! binaries under the same cache key.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::{Context, Outcome, Problem};

/// Kubernetes 1.36 needs this minor version: an older one cannot build it, and the JSON of the next one
/// breaks its OpenAPI documents.
pub(crate) const MINOR: &str = "1.26";

/// A Go that can build the tools.
pub(crate) struct Go {
    /// The whole line that `go version` prints: part of the cache key.
    pub(crate) version: String,
}

impl Go {
    /// Asked inside a module, so that a Go that switches toolchains by itself answers for the one it would use.
    pub(crate) fn find(module: &Path) -> Option<Self> {
        let output = command(module).arg("version").output().ok().filter(|output| output.status.success())?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let release = version.split_whitespace().nth(2)?.strip_prefix("go")?;
        let fits = release == MINOR || release.strip_prefix(MINOR).is_some_and(|rest| rest.starts_with('.'));
        fits.then_some(Self { version })
    }

    /// Builds main packages of the module into a folder, stripped and without paths of this machine.
    pub(crate) fn build(&self, module: &Path, into: &Path, flags: &str, packages: &[&str]) -> Outcome {
        let mut target = into.as_os_str().to_owned();
        target.push("/");
        let status = command(module)
            .args(["build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o"])
            .arg(target)
            .args(packages)
            .status()
            .context("go build")?;
        if status.success() {
            Ok(())
        } else {
            Err(Problem::new(format!("go build {}: {status}", packages.join(" "))))
        }
    }

    /// Where the module cache holds a dependency of the module.
    pub(crate) fn folder(&self, module: &Path, dependency: &str) -> Outcome<PathBuf> {
        let output =
            command(module).args(["list", "-m", "-f", "{{.Dir}}", dependency]).output().context("go list")?;
        let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() && !folder.is_empty() {
            Ok(PathBuf::from(folder))
        } else {
            Err(Problem::new(format!("go list -m {dependency}: {}", String::from_utf8_lossy(&output.stderr))))
        }
    }
}

fn command(module: &Path) -> Command {
    let mut command = Command::new("go");
    // No tool needs C; without it the binaries run wherever the cache is carried.
    command.current_dir(module).env_remove("GOFLAGS").env("CGO_ENABLED", "0");
    command
}
