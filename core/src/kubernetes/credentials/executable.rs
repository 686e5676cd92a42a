//! Which program a command means, and whether kubectl's preferences let it run.
//!
//! The decision follows `checkAllowlistLocked` of client-go: an entry matches the command as it is written, the
//! path it resolves to, or, for entries of the same base name, by resolving to the same path.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::error::CredentialsError;
use crate::kubernetes::kuberc::PluginPolicy;
use crate::wire::is_program;

/// The program that runs for `command`, which is a clean path: itself where it has a separator, else the first of
/// `search_path`.
pub(super) fn find(
    command: &str,
    search_path: Option<&OsStr>,
    policy: &PluginPolicy,
) -> Result<Option<PathBuf>, CredentialsError> {
    let refused = |reason: String| Err(CredentialsError::PluginRefused { reason });
    let found = look_up(command, search_path);
    let entries = match policy {
        PluginPolicy::AllowAll => return Ok(found),
        PluginPolicy::DenyAll => {
            return refused(format!("plugin {command:?} not allowed: policy set to \"DenyAll\""));
        }
        PluginPolicy::Allowlist(entries) => entries,
    };
    if entries.iter().any(|entry| entry == command) {
        return Ok(found);
    }
    let Some(path) = found else {
        return refused(format!(
            "plugin path {command:?} cannot be resolved for credential plugin allowlist check"
        ));
    };
    let is_named = |entry: &String| {
        Path::new(entry) == path
            || (Path::new(entry).file_name() == path.file_name()
                && look_up(entry, search_path).as_ref() == Some(&path))
    };
    if entries.iter().any(is_named) {
        Ok(Some(path))
    } else {
        refused(format!("plugin path {path:?} is not permitted by the credential plugin allowlist"))
    }
}

/// Go's `exec.LookPath`: a relative folder of the search path finds nothing.
fn look_up(command: &str, search_path: Option<&OsStr>) -> Option<PathBuf> {
    if command.contains(std::path::MAIN_SEPARATOR) {
        return Some(PathBuf::from(command)).filter(|path| is_program(path));
    }
    let folders = std::env::split_paths(search_path?).filter(|folder| folder.is_absolute());
    folders.flat_map(|folder| names(&folder, command)).find(|path| is_program(path))
}

#[cfg(unix)]
fn names(folder: &Path, command: &str) -> [PathBuf; 1] {
    [folder.join(command)]
}

#[cfg(not(unix))]
fn names(folder: &Path, command: &str) -> [PathBuf; 3] {
    let with = |extension: &str| folder.join(format!("{command}{extension}"));
    [with(""), with(".exe"), with(".cmd")]
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn allowed(command: &str, entries: &[&str]) -> bool {
        let policy = PluginPolicy::Allowlist(entries.iter().map(|entry| (*entry).to_owned()).collect());
        find(command, Some("/no/such:bin:/bin".as_ref()), &policy).is_ok()
    }

    #[test]
    fn an_allowlist_matches_by_command_path_or_base_name_that_means_the_same_file() {
        for (command, entries, expected) in [
            ("sh", &["sh"][..], true),
            ("sh", &["/bin/sh"], true),
            ("/bin/sh", &["sh"], true),
            ("/bin/sh", &["/bin/sh"], true),
            ("/bin/sh", &["/other/sh"], false),
            ("sh", &["cat"], false),
            ("/bin/sh", &["/bin/cat", "sh"], true),
            ("absent", &["absent"], true),
            ("absent", &["sh"], false),
        ] {
            assert_eq!(allowed(command, entries), expected, "{command} in {entries:?}");
        }
    }

    #[test]
    fn a_policy_for_all_needs_no_list() {
        let find = |command: &str, policy| find(command, Some("/bin".as_ref()), &policy);
        assert_eq!(find("sh", PluginPolicy::AllowAll), Ok(Some("/bin/sh".into())));
        assert_eq!(find("absent", PluginPolicy::AllowAll), Ok(None));
        let refusal = find("sh", PluginPolicy::DenyAll).expect_err("denied");
        assert_eq!(refusal.to_string(), "plugin \"sh\" not allowed: policy set to \"DenyAll\"");
    }
}
