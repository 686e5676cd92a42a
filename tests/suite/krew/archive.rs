//! The archive itself: the same contents are the same bytes, and nothing is in it but what belongs there.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use flate2::Compression;
use flate2::read::GzDecoder;
use gitops_xtask::{Platform, Programs, pack, path_inside};
use tempfile::TempDir;

use crate::support::say;

use super::packed::{ARCHIVE, platform, shipped_folder};

/// An archive of programs in a folder of their own that were written then, with those permissions.
fn packed(front: &str, written: SystemTime, mode: u32) -> Vec<u8> {
    let folder = TempDir::new().expect("a folder");
    let program = |name: &str, text: &str| {
        let path = folder.path().join(name);
        let mut file = File::create(&path).expect("a file");
        file.write_all(text.as_bytes()).expect("a program");
        file.set_modified(written).expect("a time");
        file.set_permissions(PermissionsExt::from_mode(mode)).expect("permissions");
        path
    };
    let programs = Programs { front: program("first", front), lab: program("second", "the lab") };
    let archive = pack(&programs, platform(), "1.2.3", Compression::fast(), folder.path()).expect("packed");
    fs::read(archive.file).expect("the archive")
}

#[test]
fn the_same_programs_are_the_same_bytes_wherever_and_whenever_they_were_built() {
    let (today, once) = (SystemTime::now(), SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
    let first = packed("the front", today, 0o755);
    assert_eq!(first, packed("the front", once, 0o700));
    assert_ne!(first, packed("another front", today, 0o755));
}

/// Names, modes and owners, and no links: Krew refuses those.
#[test]
fn it_holds_programs_the_licence_and_what_is_generated_for_users() {
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(&*ARCHIVE).expect("the archive")));
    let mut names = Vec::new();
    for entry in archive.entries().expect("entries") {
        let entry = entry.expect("an entry");
        let header = entry.header();
        let name = entry.path().expect("a name").to_string_lossy().into_owned();
        let file = name.rsplit('/').next().unwrap_or_default();
        let is_program = name == file && file.starts_with("kubectl") || file.starts_with("kubectl_complete-");
        assert_eq!(header.mode().expect("a mode"), if is_program { 0o755 } else { 0o644 }, "{name}");
        assert_eq!(header.entry_type(), tar::EntryType::Regular, "{name}");
        assert_eq!((header.uid().expect("a user"), header.gid().expect("a group")), (0, 0), "{name}");
        names.push(name);
    }
    assert!(names.is_sorted(), "{names:?}");
    let (generated, other): (Vec<String>, Vec<String>) =
        names.into_iter().partition(|name| name.starts_with("man/") || name.starts_with("completions/"));
    assert_eq!(other, ["LICENSE", "kubectl-gitops", "kubectl-gitops_lab"]);
    assert!(generated.contains(&"man/kubectl-gitops-status.1".to_owned()), "{generated:?}");
}

/// Where the archive is as shipped: debug builds hold paths.
#[test]
fn shipped_programs_hold_no_path_of_this_machine() {
    if shipped_folder().is_none() {
        say("not run: needs GITOPS_ARCHIVE, the folder of an archive that cargo xtask archive wrote");
        return;
    }
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(&*ARCHIVE).expect("the archive")));
    let mut programs = BTreeMap::new();
    for entry in archive.entries().expect("entries") {
        let mut entry = entry.expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("bytes");
        programs.insert(entry.path().expect("a name").into_owned(), bytes);
    }
    let home = std::env::home_dir().expect("a home");
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the checkout");
    for (name, bytes) in programs {
        assert_eq!(path_inside(&bytes, &[home.join(".cargo"), checkout.clone()]), None, "{}", name.display());
    }
}

#[test]
fn a_whole_path_is_found_in_bytes() {
    let folders = [PathBuf::from("/users/own"), PathBuf::from("/checkouts/suite")];
    for bytes in [&b"\0/checkouts/suite/src\0"[..], b"/checkouts/suite", b"in /checkouts/suite: no"] {
        assert_eq!(path_inside(bytes, &folders), Some(PathBuf::from("/checkouts/suite")), "{bytes:?}");
    }
    // Only whole paths: a longer name is another one.
    for bytes in [
        &b"/checkouts/suites /checkouts/suite-2 /checkouts/suite.d"[..],
        b"/src/checkouts/suite //checkouts/suite",
        b"/users/other",
        b"",
    ] {
        assert_eq!(path_inside(bytes, &folders), None, "{bytes:?}");
    }
    assert_eq!(
        path_inside(b"/checkouts/suites and /checkouts/suite/src", &folders),
        Some(PathBuf::from("/checkouts/suite"))
    );
    assert_eq!(path_inside(b"anything", &[PathBuf::new()]), None);
}

#[test]
fn names_are_of_the_platform_and_unknown_targets_are_refused_by_name() {
    let names: Vec<String> = Platform::ALL.iter().map(|platform| platform.archive("1.2.3")).collect();
    let expected = ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64"]
        .map(|platform| format!("kubectl-gitops_v1.2.3_{platform}.tar.gz"));
    assert_eq!(names, expected);
    let platform = Platform::of_triple("x86_64-pc-windows-msvc").expect("a platform");
    assert_eq!(platform.program("kubectl-gitops"), "kubectl-gitops.exe");
    let refusal = Platform::of_triple("riscv64gc-unknown-linux-gnu").expect_err("none");
    assert_eq!(refusal.to_string(), "no archive is made for target riscv64gc-unknown-linux-gnu");
}
