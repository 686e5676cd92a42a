//! `cargo xtask archive`: builds the programs that are shipped, packs them, and writes the Krew manifest of what was
//! packed. No path, flag or wrapper of the machine goes into the programs (`archive/release_build.rs`), so that the same
//! commit gives the same bytes with the same compilers. `--verify` shows a part of that: that building this repository's
//! packages again in the same folder, with the same dependencies, gives the same bytes, thus that nothing depends on when
//! or in which order they were built. A second build of everything from a copy of the checkout would show more and was
//! rejected for how long it takes.

pub(crate) mod contents;
pub(crate) mod platform;
pub(crate) mod release_build;
pub(crate) mod tarball;

use std::fs;
use std::path::{Path, PathBuf};

use flate2::Compression;

use crate::archive::platform::Platform;
use crate::archive::release_build::ReleaseBuild;
use crate::archive::tarball::{Archive, pack};
use crate::error::XtaskError;
use crate::krew_manifest::{MANIFEST, Release, krew_manifest};
use crate::stdout::print;

/// What to pack, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct ArchiveArgs {
    /// The folder that the archive and its manifest are written to [default: archive, below cargo's target folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The profile that the programs are built in
    #[arg(long, value_name = "PROFILE", default_value = "dist")]
    profile: String,
    /// The target that the programs are built for [default: this machine's]
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
    /// Build this repository's packages again, in the same folder and with the same dependencies, and pack them again:
    /// fail unless the bytes are the same
    #[arg(long)]
    verify: bool,
}

/// Writes the archive and its manifest, and says what it wrote.
pub(crate) fn run(args: &ArchiveArgs) -> Result<(), XtaskError> {
    let build = ReleaseBuild::new(args.target.as_deref(), &args.profile)?;
    let folder = args.out.clone().unwrap_or_else(|| build.target_folder().join("archive"));
    let release = Release::of_this_tree();
    let archive = write(&build, &release, &folder)?;
    print(&format!("{}\n  sha256 {}\n", archive.file.display(), archive.sha256))?;
    if args.verify {
        verify(&build, &release, &archive)?;
    }
    write_manifest(&folder)
}

/// Builds and packs.
fn write(build: &ReleaseBuild, release: &Release, folder: &Path) -> Result<Archive, XtaskError> {
    let programs = build.programs()?;
    pack(&programs, build.platform(), &release.version, Compression::best(), folder)
}

/// Packs programs of which this repository's part was built anew.
///
/// # Errors
/// It is another archive.
fn verify(build: &ReleaseBuild, release: &Release, first: &Archive) -> Result<(), XtaskError> {
    build.forget_own_packages()?;
    let folder = build.target_folder().join("archive-again");
    let second = write(build, release, &folder)?;
    if second.sha256 != first.sha256 {
        return Err(XtaskError::NotReproduced { first: first.file.clone(), second: second.file });
    }
    fs::remove_dir_all(&folder).map_err(|source| XtaskError::unwritable(&folder, source))?;
    print("  this repository's packages built twice: the same bytes\n")
}

/// Writes the manifest of the archives of this version that lie in a folder.
///
/// # Errors
/// There are none.
pub(crate) fn write_manifest(folder: &Path) -> Result<(), XtaskError> {
    let release = Release::of_this_tree();
    let in_folder = |platform: &'static Platform| Archive::in_folder(folder, platform, &release.version);
    let archives: Vec<Archive> =
        Platform::ALL.iter().map(in_folder).filter_map(Result::transpose).collect::<Result<_, _>>()?;
    if archives.is_empty() {
        let version = release.version.clone();
        return Err(XtaskError::NoArchives { version, folder: folder.to_owned() });
    }
    let file = folder.join(MANIFEST);
    fs::write(&file, krew_manifest(&release, &archives))
        .map_err(|source| XtaskError::unwritable(&file, source))?;
    print(&format!("{}\n", file.display()))
}
