//! Files as folders: kustomize thinks in folders, an artifact is a list of files.

use crate::flux::remote::Files;

/// The files of an artifact, as they lie in a folder of the controller's.
#[derive(Clone, Copy)]
pub(super) struct Tree<'a> {
    pub(super) files: &'a Files,
    /// Where they lie, without a slash at the end.
    pub(super) root: &'a str,
}

/// `./dev/` as `/dev`; the root as nothing. Nobody gets out of it.
pub(in super::super) fn folder(path: &str) -> String {
    join("", path)
}

/// `relative` seen from `folder`.
pub(super) fn join(folder: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.iter().map(|part| format!("/{part}")).collect()
}

/// Whether there is a folder at `path` (`/dev`).
pub(in super::super) fn is_folder(files: &Files, path: &str) -> bool {
    let prefix = format!("{}/", path.trim_start_matches('/'));
    path.is_empty() || files.range(prefix.clone()..).next().is_some_and(|(name, _)| name.starts_with(&prefix))
}

impl<'a> Tree<'a> {
    /// The file at `path` (`/dev/app.yaml`).
    pub(super) fn file(&self, path: &str) -> Option<&'a [u8]> {
        self.files.get(path.trim_start_matches('/')).map(Vec::as_slice)
    }

    pub(super) fn is_folder(&self, path: &str) -> bool {
        is_folder(self.files, path)
    }

    /// All files beneath `path`, as whole paths.
    pub(super) fn beneath(&self, path: &str) -> impl Iterator<Item = String> + use<'a> {
        let prefix = match path {
            "" => String::new(),
            path => format!("{}/", path.trim_start_matches('/')),
        };
        self.files.keys().filter(move |name| name.starts_with(&prefix)).map(|name| format!("/{name}"))
    }

    /// Where `path` lies on the controller's disk.
    pub(super) fn told(&self, path: &str) -> String {
        format!("{}{path}", self.root)
    }
}

#[cfg(test)]
mod tests {
    use super::{folder, is_folder, join};
    use crate::flux::remote::Files;

    #[test]
    fn paths_stay_within_the_artifact() {
        for (path, told) in [("./dev", "/dev"), ("dev/", "/dev"), ("./", ""), ("", ""), ("../../etc", "/etc")]
        {
            assert_eq!(folder(path), told, "{path}");
        }
        assert_eq!(join("/dev/a", "../../base"), "/base");
        assert_eq!(join("/dev", "app.yaml"), "/dev/app.yaml");
    }

    #[test]
    fn a_folder_is_there_when_a_file_lies_in_it() {
        let files =
            Files::from([("dev/app.yaml".to_owned(), Vec::new()), ("dev-2/x".to_owned(), Vec::new())]);
        for (path, is_there) in
            [("", true), ("/dev", true), ("/dev-2", true), ("/de", false), ("/dev/app.yaml", false)]
        {
            assert_eq!(is_folder(&files, path), is_there, "{path}");
        }
    }
}
