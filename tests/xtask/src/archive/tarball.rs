//! The bytes of an archive: no owner, no time, no links, so that the same contents are always the same archive.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};
use ring::digest;

use crate::archive::contents::{Content, Entry, Programs, entries};
use crate::archive::platform::Platform;
use crate::error::XtaskError;

/// When every file is said to be from: 2000-01-01. Tools complain about files from 1970.
const MODIFIED: u64 = 946_684_800;

/// An archive that was written.
#[derive(Debug)]
pub struct Archive {
    /// What it is for.
    pub platform: &'static Platform,
    /// Where it is.
    pub file: PathBuf,
    /// The digest of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

/// Packs what an archive holds into a folder.
///
/// # Errors
/// A file cannot be read or written, or a command cannot be documented.
pub fn pack(
    programs: &Programs,
    platform: &'static Platform,
    version: &str,
    compression: Compression,
    folder: &Path,
) -> Result<Archive, XtaskError> {
    fs::create_dir_all(folder).map_err(|source| XtaskError::unwritable(folder, source))?;
    let file = folder.join(platform.archive(version));
    // A name of its own until it is whole: nobody takes half an archive for one.
    let unfinished = file.with_extension("unfinished");
    write(&entries(programs, platform)?, compression, &unfinished)?;
    fs::rename(&unfinished, &file).map_err(|source| XtaskError::unwritable(&file, source))?;
    Archive::read(platform, file)
}

impl Archive {
    /// The archive that a file is.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(platform: &'static Platform, file: PathBuf) -> Result<Self, XtaskError> {
        Ok(Self { platform, sha256: sha256(&file)?, file })
    }

    /// The archive of a platform and a version in a folder, if it is there.
    pub(crate) fn in_folder(
        folder: &Path,
        platform: &'static Platform,
        version: &str,
    ) -> Result<Option<Self>, XtaskError> {
        let file = folder.join(platform.archive(version));
        if file.try_exists().map_err(|source| XtaskError::unreadable(&file, source))? {
            Self::read(platform, file).map(Some)
        } else {
            Ok(None)
        }
    }
}

fn write(entries: &[Entry], compression: Compression, file: &Path) -> Result<(), XtaskError> {
    let out = BufWriter::new(File::create(file).map_err(|source| XtaskError::unwritable(file, source))?);
    let mut tar = tar::Builder::new(GzBuilder::new().write(out, compression));
    for entry in entries {
        let unwritable = |source| XtaskError::unwritable(file, source);
        match &entry.content {
            Content::Text(text) => {
                append(&mut tar, entry, text.len() as u64, text.as_bytes()).map_err(unwritable)?;
            }
            Content::File(path) => {
                let open = || File::open(path).and_then(|source| Ok((source.metadata()?.len(), source)));
                let (size, source) = open().map_err(|source| XtaskError::unreadable(path, source))?;
                append(&mut tar, entry, size, source).map_err(unwritable)?;
            }
        }
    }
    let finish = || tar.into_inner()?.finish()?.flush();
    finish().map_err(|source| XtaskError::unwritable(file, source))
}

fn append(
    tar: &mut tar::Builder<impl Write>,
    entry: &Entry,
    size: u64,
    content: impl Read,
) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(tar::EntryType::Regular);
    header.set_size(size);
    header.set_mode(entry.mode);
    header.set_mtime(MODIFIED);
    header.set_uid(0);
    header.set_gid(0);
    tar.append_data(&mut header, &entry.name, content)
}

fn sha256(file: &Path) -> Result<String, XtaskError> {
    let bytes = fs::read(file).map_err(|source| XtaskError::unreadable(file, source))?;
    let digest = digest::digest(&digest::SHA256, &bytes);
    Ok(digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
}
