//! Killed between two links, or run by several at a time: the folder comes to hold every link, once.

use super::installed::{Installed, lines, links, names};

#[test]
fn a_run_that_was_killed_is_finished_by_the_next() {
    let machine = Installed::new().with("PATH", "~/bin:/usr/bin:/bin");
    machine.unpack("tools");
    std::fs::create_dir(machine.path("bin")).expect("a folder");
    let run =
        |words: &[&str]| machine.run("tools/kubectl-gitops", &[&["link", "--dir", "bin"], words].concat());
    for at in 0..names().len() {
        // Those before were made, this one is not finished, the others are of an older version.
        assert_eq!(run(&[]).code, Some(0));
        for (other, name) in names().iter().enumerate() {
            match other {
                other if other < at => {}
                other if other == at => {
                    std::fs::remove_file(machine.path(&format!("bin/{name}"))).expect("removed");
                    machine.symlink("~/tools/kubectl-gitops", &format!("bin/.{name}.4711.new"));
                }
                _ => machine.symlink("~/older/kubectl-gitops", &format!("bin/{name}")),
            }
        }
        let ended = run(&[]);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{at}");
        assert_eq!(ended.stdout.matches("up to date").count(), at);
        assert_eq!(machine.listed("bin"), links("~/tools/kubectl-gitops"), "{at}");
    }
    machine.symlink("~/tools/kubectl-gitops", "bin/.kubectl-gitops_status.4711.new");
    assert_eq!(run(&["--remove"]).stdout, lines("removed", "~/bin"));
    assert_eq!(machine.listed("bin"), [""; 0]);
}

#[test]
fn several_at_a_time_end_with_every_link_once() {
    let machine = Installed::new().with("PATH", "~/bin:/usr/bin:/bin");
    machine.unpack("tools");
    for round in 0..3 {
        for name in names() {
            machine.symlink(&format!("~/older-{round}/kubectl-gitops"), &format!("bin/{name}"));
        }
        let start = |_| {
            machine.command("tools/kubectl-gitops", &["link", "--dir", "bin"]).spawn().expect("it starts")
        };
        let running: Vec<_> = (0..6).map(start).collect();
        for mut run in running {
            assert_eq!(run.wait().expect("it ends").code(), Some(0));
        }
        assert_eq!(machine.listed("bin"), links("~/tools/kubectl-gitops"));
    }
}
