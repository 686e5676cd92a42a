//! The manifest: as the checkout has it, and as Krew's validator sees it.

use gitops_xtask::MANIFEST;

use super::downloads::Downloads;
use super::krew_home::KrewHome;
use super::packed::{release, version};

/// What the generator writes; that the checkout has that is another test's.
pub(super) fn checked_in() -> String {
    let file = format!("{}/../{MANIFEST}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&file).expect(&file)
}

#[test]
fn krews_validator_accepts_that_of_the_source() {
    let Some(home) = KrewHome::new("kubectl") else { return };
    home.file("gitops.yaml", &checked_in());
    // It has no archives to install.
    home.done("validate-krew-manifest -manifest gitops.yaml -skip-install");
}

/// With the installation that a pull request to Krew's index goes through, the search for a licence included.
#[test]
fn krews_validator_accepts_that_of_an_archive() {
    let Some(home) = KrewHome::new("kubectl") else { return };
    let downloads = Downloads::start(&home.folder());
    release(&version(), downloads.url(), &home.folder());
    let ended = home.done("validate-krew-manifest -manifest gitops.yaml");
    assert!(ended.stderr.contains("all 1 spec.platforms installed fine"), "{}", ended.stderr);
}
