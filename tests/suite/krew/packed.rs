//! The archive that tests install: the one in the folder that `GITOPS_ARCHIVE` names, as it is shipped, else the
//! programs under test, packed by what packs those that are shipped.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use flate2::Compression;
use gitops_xtask::{Archive, MANIFEST, Platform, Programs, Release, krew_manifest, pack};

use crate::support::FRONT;

/// The platform that tests run on, which need Unix.
pub(super) fn platform() -> &'static Platform {
    let os = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    Platform::ALL.iter().find(|platform| platform.os == os && platform.arch == arch).expect("a platform")
}

/// The version that this source makes.
pub(super) fn version() -> String {
    Release::of_this_tree().version
}

/// The archive of this source.
pub(super) static ARCHIVE: LazyLock<PathBuf> = LazyLock::new(|| match shipped_folder() {
    Some(folder) => {
        let file = folder.join(platform().archive(&version()));
        assert!(file.is_file(), "GITOPS_ARCHIVE: no {}", file.display());
        file
    }
    None => pack_programs(Path::new(env!("CARGO_TARGET_TMPDIR"))).file,
});

/// The folder of an archive that `cargo xtask archive` wrote.
pub(super) fn shipped_folder() -> Option<PathBuf> {
    std::env::var_os("GITOPS_ARCHIVE").map(PathBuf::from)
}

/// Packs the programs under test into a folder, without compressing what is read once.
pub(super) fn pack_programs(folder: &Path) -> Archive {
    let lab = PathBuf::from(env!("CARGO_BIN_EXE_lab-under-test"));
    let programs = Programs { front: PathBuf::from(FRONT), lab };
    pack(&programs, platform(), &version(), Compression::none(), folder).expect("an archive")
}

/// The archive and its manifest as of a version, in a folder; the answer is the manifest.
pub(super) fn release(version: &str, downloads: &str, folder: &Path) -> PathBuf {
    let file = folder.join(platform().archive(version));
    // One file system or two: the folder may be a temporary one.
    if std::fs::hard_link(&*ARCHIVE, &file).is_err() {
        std::fs::copy(&*ARCHIVE, &file).expect("a copy");
    }
    let release = Release { version: version.to_owned(), downloads: downloads.to_owned() };
    let archive = Archive::read(platform(), file).expect("the archive");
    // The validator takes the plugin's name from the file's.
    let manifest = folder.join("gitops.yaml");
    std::fs::write(&manifest, krew_manifest(&release, &[archive])).expect("a manifest");
    manifest
}

/// The manifest of the archive: the one that lies beside it where it is as shipped.
pub(super) fn manifest(folder: &Path) -> PathBuf {
    let manifest = release(&version(), &Release::of_this_tree().downloads, folder);
    if let Some(shipped) = shipped_folder() {
        std::fs::copy(shipped.join(MANIFEST), &manifest).expect("the manifest beside the archive");
    }
    manifest
}
