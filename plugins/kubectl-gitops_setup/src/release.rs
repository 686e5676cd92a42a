//! The release that workflows install, as far as the command line gives it.

use gitops_core::model::workflow_file::{ReleaseArchive, SuiteRelease};
use gitops_core::model::{Exit, Failure, harmless};

use crate::args::ReleaseArgs;

/// Where releases of this suite are.
const RELEASES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/releases/download");

/// Why digests cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReleaseArgsError {
    /// It names no machine.
    #[error("--suite-sha256 {text} is not amd64=<digest> or arm64=<digest>")]
    Digest {
        /// What was given.
        text: String,
    },
    /// One of the two is missing.
    #[error("--suite-sha256 gives no digest for {arch}")]
    Missing {
        /// The machine.
        arch: &'static str,
    },
}

impl Failure for ReleaseArgsError {
    fn code(&self) -> &'static str {
        "DigestInvalid"
    }

    fn hint(&self) -> Option<String> {
        Some("give both: --suite-sha256 amd64=<digest>,arm64=<digest>, each of sha256sum".to_owned())
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

/// The release where its digests are given; else the address that it is read from.
///
/// # Errors
/// Digests are given that cannot be used.
pub(crate) fn given_release(args: &ReleaseArgs) -> Result<Result<SuiteRelease, String>, ReleaseArgsError> {
    let version = args.suite_version.as_deref().unwrap_or(env!("CARGO_PKG_VERSION")).trim_start_matches('v');
    let url = args.suite_url.clone().unwrap_or_else(|| format!("{RELEASES}/v{version}"));
    if args.suite_sha256.is_empty() {
        return Ok(Err(url));
    }
    let mut digests: [Option<String>; 2] = [None, None];
    for text in &args.suite_sha256 {
        let invalid = || ReleaseArgsError::Digest { text: harmless(text) };
        let (arch, digest) = text.split_once('=').ok_or_else(invalid)?;
        let place = ["amd64", "arm64"].iter().position(|known| *known == arch).ok_or_else(invalid)?;
        let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        digests[place] = Some(is_digest.then(|| digest.to_ascii_lowercase()).ok_or_else(invalid)?);
    }
    let [amd64, arm64] = digests;
    let archive = |arch: &'static str, digest: Option<String>| {
        let sha256 = digest.ok_or(ReleaseArgsError::Missing { arch })?;
        let name = format!("kubectl-gitops_v{version}_linux_{arch}.tar.gz");
        Ok::<_, ReleaseArgsError>(ReleaseArchive { name, sha256 })
    };
    let (x86_64, aarch64) = (archive("amd64", amd64)?, archive("arm64", arm64)?);
    Ok(Ok(SuiteRelease { version: version.to_owned(), base_url: url, x86_64, aarch64 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(digests: &[&str]) -> Result<Result<SuiteRelease, String>, ReleaseArgsError> {
        given_release(&ReleaseArgs {
            suite_version: Some("v1.2.3".to_owned()),
            suite_url: None,
            suite_sha256: digests.iter().map(|&digest| digest.to_owned()).collect(),
            runner: String::new(),
        })
    }

    #[test]
    fn digests_make_a_release_that_nobody_has_to_be_asked_for() {
        let (a, b) = ("A".repeat(64), "b".repeat(64));
        let url = given(&[]).expect("no digest").expect_err("an address");
        assert!(url.ends_with("/releases/download/v1.2.3"), "{url}");
        let release =
            given(&[&format!("amd64={a}"), &format!("arm64={b}")]).expect("both").expect("a release");
        assert_eq!((release.version.as_str(), release.x86_64.sha256), ("1.2.3", "a".repeat(64)));
        assert_eq!(release.aarch64.name, "kubectl-gitops_v1.2.3_linux_arm64.tar.gz");
        for digests in [
            &[format!("amd64={a}")][..],
            std::slice::from_ref(&a),
            &[format!("mips={a}")],
            &["arm64=x".to_owned()],
        ] {
            let digests: Vec<&str> = digests.iter().map(String::as_str).collect();
            assert!(given(&digests).is_err(), "{digests:?}");
        }
    }
}
