//! `az`: a Python environment of its own, outside of the checkout, with the versions that this checkout pins.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{output, run, workspace};
use crate::error::XtaskError;

/// Written last, so that an installation that was interrupted is begun anew.
const COMPLETE: &str = "complete";

/// `az`, installed.
pub(super) struct AzureCli {
    /// The folder of the program.
    pub(super) programs: PathBuf,
}

impl AzureCli {
    /// Takes what is installed, or installs it; nothing where there is no Python that could.
    pub(super) fn ready() -> Result<Option<Self>, XtaskError> {
        let asked = Command::new("python3")
            .args(["-c", "import venv, ensurepip, sys; print(sys.version_info[:2])"])
            .output();
        let Some(python) = asked.ok().filter(|asked| asked.status.success()) else {
            return Ok(None);
        };
        let python: String =
            String::from_utf8_lossy(&python.stdout).chars().filter(char::is_ascii_digit).collect();
        let pinned = workspace().join("tests/xtask/azure-cli/requirements.txt");
        let text = fs::read_to_string(&pinned).map_err(|source| XtaskError::unreadable(&pinned, source))?;
        let folder = cache().join("azure-cli").join(format!("python{python}-{:016x}", fnv(&text)));
        if !folder.join(COMPLETE).is_file() {
            install(&folder, &pinned)?;
        }
        Ok(Some(Self { programs: folder.join("bin") }))
    }
}

fn install(folder: &Path, pinned: &Path) -> Result<(), XtaskError> {
    // What is told here is progress: it may be lost.
    let _ = crate::stdout::print(&format!("installing azure-cli (once, into {})\n", folder.display()));
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|source| XtaskError::unwritable(folder, source))?;
    }
    output(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    let mut pip = Command::new(folder.join("bin/python"));
    run(pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(pinned))?;
    let complete = folder.join(COMPLETE);
    fs::write(&complete, "").map_err(|source| XtaskError::unwritable(&complete, source))
}

/// Where the programs are kept that checks install: that of the real control plane's.
fn cache() -> PathBuf {
    let named = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("GITOPS_TOOLS_DIR")
        .or_else(|| Some(named("XDG_CACHE_HOME")?.join("kubectl-gitops-conformance")))
        .or_else(|| Some(named("HOME")?.join(".cache/kubectl-gitops-conformance")))
        .unwrap_or_else(|| env::temp_dir().join("kubectl-gitops-conformance"))
}

/// FNV-1a: against stale installations, not against malice.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
