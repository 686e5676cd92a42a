//! The release of this suite that workflows install: its archives for the machines that workflows run on.

use serde::Deserialize;

use super::WorkflowSettingsError;

/// A release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuiteRelease {
    /// Its version, without `v`: `0.1.0`.
    pub version: String,
    /// The folder that its archives are downloaded from. A variable of a repository may name a mirror instead.
    pub base_url: String,
    /// For Linux on x86-64.
    pub x86_64: ReleaseArchive,
    /// For Linux on ARM64.
    pub aarch64: ReleaseArchive,
}

/// An archive of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseArchive {
    /// Its file.
    pub name: String,
    /// The SHA-256 digest of its content, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// What is read of a Krew manifest.
#[derive(Deserialize)]
struct Manifest {
    spec: ManifestSpec,
}

#[derive(Deserialize)]
struct ManifestSpec {
    version: String,
    platforms: Vec<ManifestPlatform>,
}

#[derive(Deserialize)]
struct ManifestPlatform {
    selector: ManifestSelector,
    uri: String,
    sha256: String,
}

#[derive(Deserialize)]
struct ManifestSelector {
    #[serde(rename = "matchLabels", default)]
    labels: ManifestLabels,
}

#[derive(Default, Deserialize)]
struct ManifestLabels {
    #[serde(default)]
    os: String,
    #[serde(default)]
    arch: String,
}

impl SuiteRelease {
    /// From the Krew manifest that a release is published with.
    ///
    /// # Errors
    /// It is no such manifest, or a platform is missing there.
    pub fn from_krew_manifest(text: &str) -> Result<Self, WorkflowSettingsError> {
        let invalid = |error: &serde_saphyr::Error| {
            let why = error.without_snippet().to_string();
            WorkflowSettingsError::Manifest { why: why.lines().next().unwrap_or_default().to_owned() }
        };
        let Manifest { spec } = serde_saphyr::from_str(text).map_err(|error| invalid(&error))?;
        let version = spec.version.trim_start_matches('v').to_owned();
        let (base_url, x86_64) = archive(&spec, &version, "amd64", "linux amd64")?;
        let (other_url, aarch64) = archive(&spec, &version, "arm64", "linux arm64")?;
        if base_url != other_url {
            let why = format!("its archives are not in one place: {base_url} and {other_url}");
            return Err(WorkflowSettingsError::Manifest { why });
        }
        Ok(Self { version, base_url, x86_64, aarch64 })
    }
}

/// Where the archive of a platform is, and the archive.
fn archive(
    spec: &ManifestSpec,
    version: &str,
    arch: &str,
    platform: &'static str,
) -> Result<(String, ReleaseArchive), WorkflowSettingsError> {
    let is_meant = |platform: &&ManifestPlatform| {
        platform.selector.labels.os == "linux" && platform.selector.labels.arch == arch
    };
    let found = spec.platforms.iter().find(is_meant);
    let split = found.and_then(|found| Some((found, found.uri.rsplit_once('/')?)));
    let (found, (base_url, name)) =
        split.ok_or_else(|| WorkflowSettingsError::NoArchive { version: version.to_owned(), platform })?;
    let archive = ReleaseArchive { name: name.to_owned(), sha256: found.sha256.clone() };
    Ok((base_url.to_owned(), archive))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The manifest in the sources, which has every platform and knows no digests.
    const MANIFEST: &str = include_str!("../../../../krew-manifest.yaml");

    #[test]
    fn a_release_is_read_from_its_manifest() {
        let release = SuiteRelease::from_krew_manifest(MANIFEST).expect("a manifest");
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(release.version, version);
        assert!(release.base_url.ends_with(&format!("/releases/download/v{version}")), "{release:?}");
        assert_eq!(release.x86_64.name, format!("kubectl-gitops_v{version}_linux_amd64.tar.gz"));
        assert_eq!(release.aarch64.name, format!("kubectl-gitops_v{version}_linux_arm64.tar.gz"));
        assert_eq!(release.x86_64.sha256, "0".repeat(64));
    }

    #[test]
    fn another_manifest_is_refused() {
        let without = MANIFEST.replace("arch: arm64", "arch: riscv64");
        let apart =
            MANIFEST.replacen("https://github.com/kubectl-gitops/kubectl-gitops/releases", "https://b", 1);
        let apart = apart.replacen("homepage: https://b", "homepage: https://a", 1);
        for (text, expected) in [
            (without.as_str(), "release 0.1.0 has no archive for linux arm64"),
            (apart.as_str(), "not in one place"),
            ("apiVersion: v1", "cannot be read"),
            ("", "cannot be read"),
        ] {
            let error = SuiteRelease::from_krew_manifest(text).expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
