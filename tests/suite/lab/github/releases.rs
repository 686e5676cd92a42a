//! The page of releases, as who installs the suite from it meets it.

use std::path::Path;
use std::process::Stdio;

use kubectl_gitops_lab::{GitHost, GitServer, Lab, Settings};
use tempfile::TempDir;
use tokio::process::Command;

use super::super::client::Client;

/// No program that runs, and no text either.
const PROGRAM: [u8; 1500] = [0xf7; 1500];
const PAGE: &str = "/contoso/suite/releases";

fn program(folder: &TempDir) -> std::path::PathBuf {
    let path = folder.path().join("the-suite");
    std::fs::write(&path, PROGRAM).unwrap();
    path
}

/// Runs a program in a folder with what it is to read; what it writes.
async fn output(folder: &Path, words: &[&str]) -> Option<String> {
    let mut command = Command::new(words[0]);
    let output = command.args(&words[1..]).current_dir(folder).stdin(Stdio::null()).output().await.ok()?;
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn a_release_is_the_program_that_was_given_with_its_checksum() {
    let folder = TempDir::new().unwrap();
    let server = GitServer::start_releasing(GitHost::new().unwrap(), program(&folder)).await.unwrap();
    let client = Client::new(server.authority(), server.url(), "");
    let page = client.get(PAGE).await;
    let sums = client.get(&format!("{PAGE}/latest/download/checksums.txt")).await;
    let (sum, file) = sums.text.trim().split_once("  ").unwrap();
    assert!(page.text.contains(file) && file.ends_with(".tar.gz"), "{}", page.text);
    assert_eq!(sum.len(), 64);
    let version = format!("{PAGE}/download/v{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(client.get(&format!("{version}/checksums.txt")).await.text, sums.text);
    assert_eq!(client.get(&format!("{PAGE}/download/v0.0.0/checksums.txt")).await.status, 404);

    let place = folder.path();
    std::fs::write(place.join("ca.pem"), server.authority()).unwrap();
    std::fs::write(place.join("checksums.txt"), &sums.text).unwrap();
    let url = format!("{}{version}/{file}", server.url());
    let fetch = ["curl", "--silent", "--show-error", "--fail", "--cacert", "ca.pem", "--remote-name", &url];
    // Without curl nobody would install it that way.
    if output(place, &fetch).await.is_none() {
        return;
    }
    output(place, &["sha256sum", "--check", "--strict", "checksums.txt"]).await;
    let listed = output(place, &["tar", "-tvzf", file]).await.unwrap();
    assert!(listed.starts_with("-rwxr-xr-x") && listed.trim_end().ends_with("kubectl-gitops"), "{listed}");
    output(place, &["tar", "-xzf", file]).await;
    assert_eq!(std::fs::read(place.join("kubectl-gitops")).unwrap(), PROGRAM);
}

#[tokio::test]
async fn a_lab_releases_what_it_is_given_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let sums = format!("{PAGE}/latest/download/checksums.txt");
    for (program, status, told) in
        [(Some(program(&folder)), 200, ".tar.gz"), (None, 404, "was given no program to release")]
    {
        let lab = Lab::start(Settings { program, ..Settings::default() }).await.unwrap();
        let client = Client::new(lab.authority(), lab.git_url(), "");
        for path in [PAGE, &sums] {
            let answer = client.get(path).await;
            assert_eq!(answer.status, status, "{path}");
            assert!(answer.text.contains(told), "{path}: {}", answer.text);
        }
    }
}
