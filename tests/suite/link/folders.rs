//! Where links are made, what they are, and that they go again.

use gitops_xtask::plugins;

use super::installed::{Installed, lines, links, names};

const LAB: &str = "kubectl-gitops_lab";

/// The lines on the folder where the archive was unpacked: the lab lies there under its name.
fn beside(done: &str) -> String {
    let lab =
        lines(done, "~/tools").lines().find(|line| line.ends_with(&format!("/{LAB}"))).map(str::to_owned);
    let own = format!("up to date      ~/tools/{LAB}");
    lines(done, "~/tools").replace(&lab.expect("a line"), &own)
}

#[test]
fn beside_the_front_every_command_has_its_name_and_its_completion() {
    let machine = Installed::new().with("PATH", "~/tools:/usr/bin:/bin");
    machine.unpack("tools");
    let ended = machine.run("tools/kubectl-gitops", &["link"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert_eq!(ended.stdout, beside("linked"));
    for plugin in plugins() {
        let version = machine.run(&format!("tools/{}", plugin.program()), &["--version"]);
        let expected = format!("kubectl gitops-{} {}\n", plugin.word(), env!("CARGO_PKG_VERSION"));
        assert_eq!((version.code, version.stdout), (Some(0), expected), "{}", version.stderr);
    }
    let mut made = links("kubectl-gitops");
    made.retain(|link| !link.starts_with(LAB));
    made.extend(["kubectl-gitops".to_owned(), LAB.to_owned()]);
    made.sort();
    assert_eq!(machine.listed("tools"), made, "names of the folder, so that it can be moved");
    let again = machine.run("tools/kubectl-gitops", &["link"]);
    assert_eq!((again.code, again.stdout, again.stderr.as_str()), (Some(0), beside("up to date"), ""));
    let removed = machine.run("tools/kubectl-gitops", &["link", "--remove"]);
    let lines: Vec<String> = beside("removed").lines().map(str::to_owned).collect();
    let lines: Vec<&String> = lines.iter().filter(|line| !line.starts_with("up to date")).collect();
    assert_eq!(removed.stdout.lines().collect::<Vec<_>>(), lines);
    assert_eq!((removed.code, removed.stderr.as_str()), (Some(0), ""));
    assert_eq!(machine.listed("tools"), ["kubectl-gitops", LAB]);
    let again = machine.run("tools/kubectl-gitops", &["link", "--remove"]);
    assert_eq!((again.code, again.stdout.as_str()), (Some(0), ""));
    assert_eq!(again.stderr, "nothing to remove in '~/tools'\n".replace('\'', ""));
}

/// A folder of one's own, named as one types it, from where the front is called by PATH.
#[test]
fn in_another_folder_links_lead_to_where_the_front_is_found() {
    let machine = Installed::new().with("PATH", "~/tools:/usr/bin:/bin");
    machine.unpack("unpacked");
    machine.symlink("~/unpacked/kubectl-gitops", "tools/kubectl-gitops");
    std::fs::create_dir(machine.path("my bin")).expect("a folder");
    let mut command = machine.command("tools/kubectl-gitops", &[]);
    let mut called = std::process::Command::new("sh");
    called.args(["-c", "exec kubectl-gitops link --dir 'my bin'"]).current_dir(machine.path(""));
    called
        .env_clear()
        .envs(command.args(["link"]).get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = called.output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(machine.listed("my bin"), links("~/tools/kubectl-gitops"));
    let remark = String::from_utf8(output.stderr).expect("UTF-8");
    let home = machine.path("");
    let folder = format!("'{}my bin'", home.display());
    let expected =
        format!("{folder} is not on PATH, where kubectl looks for plugins: export PATH={folder}:\"$PATH\"\n");
    assert_eq!(remark, expected);
    for plugin in plugins() {
        let version = machine.run(&format!("my bin/{}", plugin.program()), &["--version"]);
        assert_eq!((version.code, version.stderr.as_str()), (Some(0), ""), "{}", plugin.program());
    }
}

#[test]
fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let machine = Installed::new().with("PATH", "~/tools:~/bin:/usr/bin:/bin");
    machine.unpack("tools");
    machine.symlink("~/older/kubectl-gitops", "bin/kubectl-gitops_status");
    let before = machine.listed("bin");
    let planned = machine.run("tools/kubectl-gitops", &["link", "--dir", "bin", "--dry-run"]);
    let expected = lines("to be linked", "~/bin").replace(
        "to be linked    ~/bin/kubectl-gitops_status\n",
        "to be replaced  ~/bin/kubectl-gitops_status\n",
    );
    assert_eq!((planned.code, planned.stdout, planned.stderr.as_str()), (Some(0), expected, ""));
    assert_eq!(machine.listed("bin"), before);
    assert_eq!(machine.run("tools/kubectl-gitops", &["link", "--dir", "bin"]).code, Some(0));
    let planned = machine.run("tools/kubectl-gitops", &["link", "--dir", "bin", "--remove", "--dry-run"]);
    assert_eq!(planned.stdout, lines("to be removed", "~/bin"));
    assert_eq!(machine.listed("bin").len(), names().len());
}

/// The suite was unpacked in a folder of its version; the next version lies in another, the old one is gone or not.
#[test]
fn links_of_an_older_version_are_replaced_and_removed() {
    for is_gone in [true, false] {
        let machine = Installed::new().with("PATH", "~/bin:/usr/bin:/bin");
        machine.unpack("suite-0.1.0");
        std::fs::create_dir(machine.path("bin")).expect("a folder");
        assert_eq!(machine.run("suite-0.1.0/kubectl-gitops", &["link", "--dir", "bin"]).code, Some(0));
        machine.unpack("suite-0.1.1");
        if is_gone {
            std::fs::remove_dir_all(machine.path("suite-0.1.0")).expect("removed");
        }
        let ended = machine.run("suite-0.1.1/kubectl-gitops", &["link", "--dir", "bin"]);
        assert_eq!((ended.code, ended.stdout), (Some(0), lines("replaced", "~/bin")), "{}", ended.stderr);
        assert_eq!(machine.listed("bin"), links("~/suite-0.1.1/kubectl-gitops"));
        machine.unpack("suite-0.1.2");
        let removed = machine.run("suite-0.1.2/kubectl-gitops", &["link", "--remove", "--dir", "bin"]);
        assert_eq!((removed.code, removed.stdout), (Some(0), lines("removed", "~/bin")));
        assert_eq!(machine.listed("bin"), [""; 0]);
    }
}

/// Copies that an earlier version made where no link could be: the mark is in the bytes. A lab may have been installed by
/// itself, and stays.
#[test]
fn copies_of_an_older_version_are_known_again() {
    let machine = Installed::new().with("PATH", "~/bin:/usr/bin:/bin");
    machine.unpack("tools");
    std::fs::create_dir(machine.path("bin")).expect("a folder");
    let copy = |program: &str, name: &str| {
        let mut bytes = std::fs::read(machine.path(&format!("tools/{program}"))).expect("a program");
        bytes.push(0);
        std::fs::write(machine.path(&format!("bin/{name}")), bytes).expect("a copy");
    };
    copy("kubectl-gitops", "kubectl-gitops_status");
    copy(LAB, LAB);
    let planned = machine.run("tools/kubectl-gitops", &["link", "--dir", "bin", "--dry-run"]);
    assert!(planned.stdout.contains("to be replaced  ~/bin/kubectl-gitops_status\n"), "{}", planned.stdout);
    assert!(planned.stdout.contains(&format!("up to date      ~/bin/{LAB}\n")), "{}", planned.stdout);
    let removed = machine.run("tools/kubectl-gitops", &["link", "--dir", "bin", "--remove"]);
    assert_eq!(removed.code, Some(0), "{}", removed.stderr);
    assert_eq!(machine.listed("bin"), [LAB]);
}

/// The front's file has the name of a link, and the front is a link to it.
#[test]
fn the_file_itself_is_never_removed() {
    let machine = Installed::new();
    machine.unpack("tools");
    let (front, file) = (machine.path("tools/kubectl-gitops"), machine.path("tools/kubectl-gitops_status"));
    std::fs::rename(&front, &file).expect("renamed");
    machine.symlink("kubectl-gitops_status", "tools/kubectl-gitops");
    for words in [&["link"][..], &["link", "--remove"]] {
        assert_eq!(machine.run("tools/kubectl-gitops", words).code, Some(0), "{words:?}");
        assert!(file.symlink_metadata().expect("it is there").is_file(), "{words:?}");
    }
    assert_eq!(machine.listed("tools").len(), 3, "{:?}", machine.listed("tools"));
}

/// The lab was not installed, or was removed: a name for it would say that it is missing.
#[test]
fn without_a_lab_it_has_no_names() {
    let machine = Installed::new().with("PATH", "~/bin:/usr/bin:/bin");
    machine.unpack("tools");
    std::fs::create_dir(machine.path("bin")).expect("a folder");
    let run =
        |words: &[&str]| machine.run("tools/kubectl-gitops", &[&["link", "--dir", "bin"], words].concat());
    assert_eq!(run(&[]).code, Some(0));
    std::fs::remove_file(machine.path(&format!("tools/{LAB}"))).expect("removed");
    let removed = run(&["--remove"]);
    assert_eq!((removed.code, removed.stdout), (Some(0), lines("removed", "~/bin")), "those of the lab too");
    let ended = run(&[]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    let is_of_lab = |name: &String| name.contains("gitops_lab");
    let expected: Vec<String> =
        links("~/tools/kubectl-gitops").into_iter().filter(|link| !is_of_lab(link)).collect();
    assert_eq!(machine.listed("bin"), expected);
    assert!(!ended.stdout.contains("gitops_lab"), "{}", ended.stdout);
    // A lab that somebody installed by itself is no link.
    std::fs::hard_link(crate::support::LAB, machine.path(&format!("bin/{LAB}")))
        .or_else(|_| std::fs::copy(crate::support::LAB, machine.path(&format!("bin/{LAB}"))).map(drop))
        .expect("a lab");
    assert_eq!(run(&["--remove"]).code, Some(0));
    assert_eq!(machine.listed("bin"), [LAB]);
}
