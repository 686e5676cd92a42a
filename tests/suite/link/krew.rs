//! Installed by Krew, whose store has a folder for each version, and whose `bin` has a link to the newest.

use super::installed::{Installed, lines, links, names};

/// Installs a version as Krew does, and removes the one before.
fn install(machine: &Installed, root: &str, version: &str) {
    let store = format!("{root}/store/gitops");
    let before = std::fs::read_dir(machine.path(&store)).into_iter().flatten().flatten();
    let before: Vec<_> = before.map(|entry| entry.path()).collect();
    machine.unpack(&format!("{store}/{version}"));
    machine.symlink(&format!("~/{store}/{version}/kubectl-gitops"), &format!("{root}/bin/kubectl-gitops"));
    for folder in before {
        std::fs::remove_dir_all(folder).expect("removed");
    }
}

/// What is beside Krew's own link.
fn made(machine: &Installed, root: &str) -> Vec<String> {
    let mut listed = machine.listed(&format!("{root}/bin"));
    listed.retain(|name| !name.starts_with("kubectl-gitops -> "));
    listed
}

#[test]
fn links_outlive_an_upgrade() {
    for (root, machine) in [
        (".krew", Installed::new()),
        ("elsewhere", Installed::new().with("KREW_ROOT", "~/elsewhere")),
        ("not-configured", Installed::new()),
    ] {
        let machine = machine.with("PATH", &format!("~/{root}/bin:/usr/bin:/bin"));
        install(&machine, root, "v0.1.0");
        let front = format!("{root}/bin/kubectl-gitops");
        let folder = format!("~/{root}/bin");
        let ended = machine.run(&front, &["link"]);
        assert_eq!((ended.code, ended.stdout), (Some(0), lines("linked", &folder)), "{}", ended.stderr);
        assert_eq!(made(&machine, root), links("kubectl-gitops"));
        install(&machine, root, "v0.1.1");
        for name in ["kubectl-gitops_status", "kubectl-gitops_lab"] {
            let version = machine.run(&format!("{root}/bin/{name}"), &["--version"]);
            assert_eq!((version.code, version.stderr.as_str()), (Some(0), ""), "{name}");
        }
        let again = machine.run(&front, &["link"]);
        assert_eq!((again.code, again.stdout), (Some(0), lines("up to date", &folder)));
        let removed = machine.run(&front, &["link", "--remove"]);
        assert_eq!((removed.code, removed.stdout), (Some(0), lines("removed", &folder)));
        assert_eq!(made(&machine, root), [""; 0]);
    }
}

#[test]
fn in_another_folder_too_they_lead_to_krews_own_link() {
    let machine = Installed::new().with("PATH", "~/.krew/bin:~/bin:/usr/bin:/bin");
    install(&machine, ".krew", "v0.1.0");
    std::fs::create_dir(machine.path("bin")).expect("a folder");
    // Whichever way the front was called.
    for front in [".krew/bin/kubectl-gitops", ".krew/store/gitops/v0.1.0/kubectl-gitops"] {
        let ended = machine.run(front, &["link", "--dir", "bin"]);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
        assert_eq!(machine.listed("bin"), links("~/.krew/bin/kubectl-gitops"));
    }
    install(&machine, ".krew", "v0.1.1");
    let version = machine.run("bin/kubectl-gitops_lab", &["--version"]);
    assert_eq!((version.code, version.stderr.as_str()), (Some(0), ""));
}

/// Krew was asked to uninstall first: its link and its store are gone, and a front from elsewhere cleans up.
#[test]
fn what_an_uninstalled_suite_left_is_removed() {
    let machine = Installed::new().with("PATH", "~/.krew/bin:/usr/bin:/bin");
    install(&machine, ".krew", "v0.1.0");
    assert_eq!(machine.run(".krew/bin/kubectl-gitops", &["link"]).code, Some(0));
    std::fs::remove_file(machine.path(".krew/bin/kubectl-gitops")).expect("removed");
    std::fs::remove_dir_all(machine.path(".krew/store/gitops")).expect("removed");
    assert_eq!(machine.listed(".krew/bin").len(), names().len());
    machine.unpack("tools");
    let ended = machine.run("tools/kubectl-gitops", &["link", "--remove", "--dir", ".krew/bin"]);
    assert_eq!((ended.code, ended.stdout), (Some(0), lines("removed", "~/.krew/bin")));
    assert_eq!(machine.listed(".krew/bin"), [""; 0]);
}

#[test]
fn without_krews_link_there_is_nothing_that_would_outlive_an_upgrade() {
    let machine = Installed::new();
    machine.unpack(".krew/store/gitops/v0.1.0");
    let ended = machine.run(".krew/store/gitops/v0.1.0/kubectl-gitops", &["link"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    let expected = "error: Krew has no link ~/.krew/bin/kubectl-gitops to this program\n\n\
        hint: install the suite through Krew: kubectl krew install gitops\n";
    assert_eq!(ended.stderr, expected);
}
