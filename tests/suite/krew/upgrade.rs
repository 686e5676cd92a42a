//! A new version comes through an index, as Krew's own plugins do: what people use goes on to work.

use std::collections::BTreeSet;
use std::path::PathBuf;

use tempfile::TempDir;

use super::downloads::Downloads;
use super::install::completes_formats;
use super::krew_home::KrewHome;
use super::packed::release;

/// Publishes a version in the home's index.
fn publish(home: &KrewHome, version: &str, archives: &TempDir, downloads: &Downloads) {
    let manifest = release(version, downloads.url(), archives.path());
    let plugins = home.index().join("plugins");
    std::fs::create_dir_all(&plugins).expect("a folder");
    std::fs::copy(manifest, plugins.join("gitops.yaml")).expect("a manifest");
    home.commit(version);
}

/// The folders of the versions that Krew has.
fn versions(home: &KrewHome) -> Vec<String> {
    let entries = std::fs::read_dir(home.root().join("store/gitops")).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

fn installed_program(home: &KrewHome) -> PathBuf {
    home.root().join("bin/kubectl-gitops").canonicalize().expect("a program")
}

#[test]
fn links_outlive_the_version_that_made_them() {
    let Some(home) = KrewHome::new("kubectl") else { return };
    let archives = TempDir::new().expect("a folder");
    let downloads = Downloads::start(archives.path());
    publish(&home, "0.1.0", &archives, &downloads);
    home.done("kubectl krew install gitops");
    assert_eq!(versions(&home), ["v0.1.0"]);
    home.done("kubectl gitops link");
    let linked = home.files();

    publish(&home, "0.1.1", &archives, &downloads);
    home.done("kubectl krew upgrade gitops");
    assert_eq!(versions(&home), ["v0.1.1"]);
    assert!(installed_program(&home).ends_with("store/gitops/v0.1.1/kubectl-gitops"));
    let links = |files: BTreeSet<PathBuf>| -> BTreeSet<PathBuf> {
        files.into_iter().filter(|file| file.starts_with(home.root().join("bin"))).collect()
    };
    assert_eq!(links(home.files()), links(linked));
    assert_eq!(home.run("kubectl gitops-status --help").code, Some(0));
    assert_eq!(home.run("kubectl gitops-lab --help").code, Some(0));
    completes_formats(&home);
}
