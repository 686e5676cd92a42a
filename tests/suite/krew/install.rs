//! A person installs the archive, uses it through stock kubectl, and takes it away again.

use std::path::PathBuf;

use kubectl_gitops_lab::{Pace, Replay, ReplayOptions, Timeline};

use super::krew_home::KrewHome;
use super::manifest::checked_in;
use super::packed::{ARCHIVE, manifest, version};
use crate::support::Program;

/// An environment that is deployed, as a real cluster said it; nobody's clock moves it.
pub(super) async fn cluster() -> Replay {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/flux/first-sync.json");
    let timeline = Timeline::parse(&std::fs::read_to_string(file).expect(file)).expect("a timeline");
    let options =
        ReplayOptions { at: 6.0, start: "2030-01-01T00:00:00Z".parse().expect("a time"), pace: Pace::ByHand };
    Replay::start(timeline, options).await.expect("a replay")
}

/// What the archive is installed by.
fn install_line() -> String {
    format!("kubectl krew install --manifest=gitops.yaml --archive='{}'", ARCHIVE.display())
}

/// Installs it, uses it and takes it away, with that kubectl.
async fn walk(kubectl: &'static str) {
    let Some(home) = KrewHome::new(kubectl) else { return };
    let replay = cluster().await;
    let (kubeconfig, now) = (replay.kubeconfig(), replay.time_at(6.0).to_string());
    let walk = move || {
        let program = Program::with_kubeconfig(&kubeconfig).with("GITOPS_NOW", &now);
        let expected = program.status(&["-n", "golden-first-sync"]).stdout;
        let file = home.file("kubeconfig", &kubeconfig);
        let home = home.with("KUBECONFIG", &file).with("GITOPS_NOW", &now);
        let before = home.files();

        manifest(&home.folder());
        let installed = home.done(&install_line());
        assert!(installed.stderr.contains("kubectl gitops link"), "the caveats: {}", installed.stderr);
        let store = home.root().join("store/gitops").join(format!("v{}", version()));
        assert!(store.join("LICENSE").is_file());

        assert_eq!(home.done("kubectl gitops status -n golden-first-sync").stdout, expected);
        let version_line = home.done("kubectl gitops version").stdout;
        assert!(version_line.contains(&version()), "{version_line}");
        let lab = home.done("kubectl gitops lab --help").stdout;
        assert!(lab.contains("Usage: kubectl gitops-lab "), "{lab}");

        home.done("kubectl gitops link");
        assert_eq!(home.done("kubectl gitops-status -n golden-first-sync").stdout, expected);
        completes_formats(&home);

        home.done("kubectl __complete gitops-status -n ''");
        home.done("kubectl gitops link --remove");
        home.done("kubectl krew uninstall gitops");
        let left: Vec<_> =
            home.files().difference(&before).filter(|path| !home.may_stay(path)).cloned().collect();
        assert_eq!(left, Vec::<PathBuf>::new(), "nothing is left but what completion keeps");
        assert!(before.is_subset(&home.files()), "what was there before is there");
    };
    tokio::task::spawn_blocking(walk).await.expect("it ends");
}

/// kubectl asks the suite for what may follow `-o`.
pub(super) fn completes_formats(home: &KrewHome) {
    let formats = home.done("kubectl __complete gitops-status -o ''").stdout;
    let formats: Vec<&str> = formats.lines().map(|line| line.split('\t').next().unwrap_or(line)).collect();
    for format in ["table", "wide", "json", "yaml", "name"] {
        assert!(formats.contains(&format), "{format}: {formats:?}");
    }
}

#[tokio::test]
async fn kubectl_runs_what_krew_installed_and_nothing_is_left_of_it() {
    walk("kubectl").await;
}

#[tokio::test]
async fn an_older_kubectl_runs_what_krew_installed_and_nothing_is_left_of_it() {
    walk("kubectl-1.31").await;
}

/// The manifest at the top of the checkout has no digests: it installs nothing, whatever the archive.
#[test]
fn the_manifest_of_the_source_installs_nothing() {
    let Some(home) = KrewHome::new("kubectl") else { return };
    let before = home.files();
    home.file("gitops.yaml", &checked_in());
    let ended = home.run(&install_line());
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("checksum does not match"), "{}", ended.stderr);
    assert_eq!(home.files(), before);
}
