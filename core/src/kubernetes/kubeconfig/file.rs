//! The files: `--kubeconfig` alone, else those of `KUBECONFIG`, else `~/.kube/config`. The first file that names
//! something wins; missing files are passed over unless one was asked for by name.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kube::config::{Kubeconfig, KubeconfigError};

use crate::kubernetes::connect::Options;
use crate::kubernetes::error::{self, ConnectError};

/// All files in one, and the first of them; nothing where they say nothing.
pub(in crate::kubernetes) fn merged(
    options: &Options,
) -> Result<Option<(PathBuf, Kubeconfig)>, ConnectError> {
    let files = files(options);
    let first = files.first().cloned().unwrap_or_default();
    let is_required = options.kubeconfig.is_some();
    let mut merged = Kubeconfig::default();
    for file in files.iter().filter(|file| is_required || file.exists()) {
        let next = read(file)?;
        let unreadable = |error| unreadable(file, error::kubeconfig(&error));
        merged = merged.merge(next).map_err(unreadable)?;
    }
    Ok((is_required || !is_empty(&merged)).then_some((first, merged)))
}

/// Where kubeconfigs are looked for, in order.
pub(in crate::kubernetes) fn files(options: &Options) -> Vec<PathBuf> {
    if let Some(file) = &options.kubeconfig {
        return vec![file.clone()];
    }
    let listed = options.kubeconfigs.iter().flat_map(std::env::split_paths);
    let listed: Vec<PathBuf> = listed.filter(|file| !file.as_os_str().is_empty()).collect();
    if listed.is_empty() {
        let home = options.home.clone().unwrap_or_default();
        return vec![home.join(".kube").join("config")];
    }
    listed
}

/// What texts of UTF-16 begin with.
const UTF_16: [[u8; 2]; 2] = [[0xff, 0xfe], [0xfe, 0xff]];

/// One file. Paths in it are relative to its own folder.
fn read(file: &Path) -> Result<Kubeconfig, ConnectError> {
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    // The reader beneath panics at half a character of UTF-16.
    let is_torn = |text: &[u8]| UTF_16.iter().any(|mark| text.starts_with(mark)) && text.len() % 2 == 1;
    if std::fs::read(&absolute).is_ok_and(|text| is_torn(&text)) {
        return Err(unreadable(file, "it ends within a character of UTF-16".to_owned()));
    }
    let read = Kubeconfig::read_from(absolute);
    let mut kubeconfig =
        read.map_err(|error: KubeconfigError| unreadable(file, error::kubeconfig(&error)))?;
    // An empty text sets nothing.
    kubeconfig.current_context = kubeconfig.current_context.filter(|context| !context.is_empty());
    let duplicate = duplicate("cluster", kubeconfig.clusters.iter().map(|cluster| &cluster.name))
        .or_else(|| duplicate("user", kubeconfig.auth_infos.iter().map(|user| &user.name)))
        .or_else(|| duplicate("context", kubeconfig.contexts.iter().map(|context| &context.name)));
    match duplicate {
        Some(why) => Err(unreadable(file, why)),
        None => Ok(kubeconfig),
    }
}

fn duplicate<'a>(kind: &str, names: impl Iterator<Item = &'a String>) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut names = names;
    let name = names.find(|name| !seen.insert(name.as_str()))?;
    Some(format!("it has more than one {kind} {}", crate::model::harmless(name)))
}

fn unreadable(file: &Path, why: String) -> ConnectError {
    ConnectError::Unreadable { file: file.to_owned(), why }
}

fn is_empty(kubeconfig: &Kubeconfig) -> bool {
    kubeconfig.clusters.is_empty()
        && kubeconfig.auth_infos.is_empty()
        && kubeconfig.contexts.is_empty()
        && kubeconfig.current_context.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("gitops-kubeconfig-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("sub")).expect("a folder");
        folder
    }

    fn options(files: &[&Path]) -> Options {
        Options { kubeconfigs: Some(std::env::join_paths(files).expect("paths")), ..Options::default() }
    }

    #[test]
    fn the_first_file_that_names_something_wins() {
        let folder = folder("merge");
        let (first, second) = (folder.join("first"), folder.join("sub/second"));
        std::fs::write(&first, "current-context: ''\nusers:\n- {name: u, user: {token: first}}\n")
            .expect("file");
        let text = "current-context: c\nusers:\n- {name: u, user: {username: second}}\n- {name: v, user: {tokenFile: t, exec: {command: bin/x}}}\n- {name: w, user: {exec: {command: x}}}\n";
        std::fs::write(&second, text).expect("file");
        let absent = folder.join("absent");
        let (named, merged) = merged(&options(&[&absent, &first, &second])).expect("readable").expect("some");
        assert_eq!((named, merged.current_context.as_deref()), (absent, Some("c")));
        let user = |name: &str| {
            let user = merged.auth_infos.iter().find(|user| user.name == name).expect("a user");
            user.auth_info.clone().expect("an entry")
        };
        assert!(user("u").token.is_some() && user("u").username.is_none(), "entries are not mixed");
        assert_eq!(user("v").token_file.map(PathBuf::from), Some(folder.join("sub/t")));
        let command = |name: &str| user(name).exec.and_then(|exec| exec.command);
        assert_eq!(command("v").map(PathBuf::from), Some(folder.join("sub/bin/x")));
        assert_eq!(command("w").as_deref(), Some("x"), "found on PATH");
    }

    #[test]
    fn only_a_file_that_was_asked_for_has_to_be_there_and_names_are_unique() {
        let folder = folder("files");
        let absent = folder.join("absent");
        assert!(merged(&options(&[&absent])).expect("no error").is_none());
        let asked = Options { kubeconfig: Some(absent), ..Options::default() };
        assert!(matches!(merged(&asked), Err(ConnectError::Unreadable { .. })));
        let twice = folder.join("twice");
        std::fs::write(&twice, "users:\n- {name: u, user: {}}\n- {name: u, user: {}}\n").expect("file");
        let refusal = merged(&options(&[&twice])).expect_err("refused").to_string();
        assert!(refusal.ends_with("it has more than one user u"), "{refusal}");
    }
}
