//! The step that installs the suite: what it takes is what its digest says, wherever that comes from, and no list of
//! processes shows a token.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use gitops_core::model::workflow_file::{WorkflowSettings, workflow_files};
use tempfile::TempDir;

use super::rendered::{script, settings, shell};
use crate::support::has_tool;

/// Stands in for curl: keeps what it is called with and told, and answers with what lies in `served`.
const CURL: &str = r#"#!/bin/bash
printf '%s\n' "$@" > "$RUNNER_TEMP/arguments"
cat > "$RUNNER_TEMP/config"
while [ $# -gt 1 ]; do
  if [ "$1" = --output ]; then cp "$RUNNER_TEMP/served" "$2"; fi
  shift
done
"#;

const TOKEN: &str = "ghp_hunter2hunter2";

/// A runner's folder with something served, and the digest of that.
struct Runner {
    folder: TempDir,
    digest: String,
}

impl Runner {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (name, content) in [("kubectl-gitops", "#!/bin/sh\n"), ("kubectl-gitops_lab", "")] {
            let mut header = tar::Header::new_ustar();
            header.set_size(content.len() as u64);
            header.set_mode(0o755);
            archive.append_data(&mut header, name, content.as_bytes()).expect("packed");
        }
        let bytes = archive.into_inner().and_then(GzEncoder::finish).expect("packed");
        let digest = ring::digest::digest(&ring::digest::SHA256, &bytes);
        let digest = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        fs::write(folder.path().join("served"), bytes).expect("a file");
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).expect("a folder");
        fs::write(bin.join("curl"), CURL).expect("a file");
        fs::set_permissions(bin.join("curl"), PermissionsExt::from_mode(0o755)).expect("permissions");
        Self { folder, digest }
    }

    /// Runs the step of these settings; what it says where it fails.
    async fn install(
        &self,
        settings: &WorkflowSettings,
        variables: &[(&str, &str)],
    ) -> Result<PathBuf, String> {
        let files = workflow_files(settings).expect("files");
        let scripts: Vec<String> = files
            .iter()
            .zip(["dispatch", "deploy", "wait", "notify", "notify"])
            .map(|(file, job)| script(file, job, "sha256sum"))
            .collect();
        assert!(scripts.iter().all(|script| *script == scripts[0]), "one step, in all five");
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{path}", self.folder.path().join("bin").display());
        let mut command = shell(&scripts[0], self.folder.path(), variables);
        let output = command.env("PATH", path).output().await.expect("a shell");
        let text =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        if output.status.success() {
            Ok(self.folder.path().join("kubectl-gitops/kubectl-gitops"))
        } else {
            Err(text)
        }
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).expect(name)
    }
}

const MIRROR: &str = "https://mirror.example.com/kubectl-gitops/";

fn variables<'a>(arch: &'a str, os: &'a str, token: &'a str) -> [(&'static str, &'a str); 4] {
    [("RUNNER_OS", os), ("RUNNER_ARCH", arch), ("RELEASE_URL", MIRROR), ("RELEASE_TOKEN", token)]
}

#[tokio::test]
async fn what_its_digest_says_is_installed() {
    if !["bash", "tar", "sha256sum"].into_iter().all(has_tool) {
        return;
    }
    for (arch, archive, token) in [("X64", "amd64", ""), ("ARM64", "arm64", TOKEN)] {
        let runner = Runner::new();
        let mut settings = settings();
        let of_arch =
            if arch == "X64" { &mut settings.release.x86_64 } else { &mut settings.release.aarch64 };
        of_arch.sha256.clone_from(&runner.digest);
        let program = runner.install(&settings, &variables(arch, "Linux", token)).await.expect("installed");
        assert_eq!(fs::metadata(program).expect("a program").permissions().mode() & 0o111, 0o111);
        let arguments = runner.read("arguments");
        let url = format!("{MIRROR}kubectl-gitops_v0.1.0_linux_{archive}.tar.gz\n");
        assert!(arguments.ends_with(&url) && arguments.contains("--proto\n=https\n"), "{arguments}");
        assert!(!arguments.contains(TOKEN), "{arguments}");
        let config = runner.read("config");
        assert_eq!(
            config.contains(&format!("header = \"Authorization: Bearer {TOKEN}\"")),
            !token.is_empty()
        );
        assert_eq!(config.is_empty(), token.is_empty(), "{config}");
    }
}

#[tokio::test]
async fn anything_else_is_not() {
    if !["bash", "tar", "sha256sum"].into_iter().all(has_tool) {
        return;
    }
    let runner = Runner::new();
    let mut settings = settings();
    settings.release.aarch64.sha256.clone_from(&runner.digest);
    // What a mirror serves is another file than the one that was released.
    let error = runner.install(&settings, &variables("X64", "Linux", "")).await.expect_err("another digest");
    assert!(error.contains("FAILED"), "{error}");
    for (arch, os) in [("X64", "Windows"), ("X86", "Linux"), ("ARM64", "macOS")] {
        let error = runner.install(&settings, &variables(arch, os, "")).await.expect_err("no archive");
        assert!(
            error.contains(&format!("::error::kubectl gitops is not installed on {os} {arch}")),
            "{error}"
        );
    }
    assert!(!runner.folder.path().join("kubectl-gitops/kubectl-gitops").exists());
}
