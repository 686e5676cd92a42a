//! The command that `docs/adding-a-command.md` makes: the page shows the files that are built here, and what it
//! promises of a command that is a package and a line is so.

use std::ffi::OsString;
use std::path::Path;

use gitops_core::cli::{command, complete};
use gitops_core::model::Exit;
use gitops_xtask::{Guide, generated};
use jiff::Timestamp;
use kubectl_gitops::Plugin;
use kubectl_gitops_lab::{BuiltIn, Lab, Settings};

use crate::support::{FRONT, InProcess};
use applied::{Args, run};

/// The package's library, built as a part of this executable: a package of that name is what a reader of the page makes.
#[path = "../example/src/lib.rs"]
#[expect(unreachable_pub, reason = "it is public in the package that it shows")]
mod applied;

fn guide() -> Guide {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/adding-a-command.md");
    Guide::parse(&std::fs::read_to_string(page).expect("the page"))
}

/// The front's own plugins and the one of the page.
fn plugins() -> Vec<Plugin> {
    let mut plugins = kubectl_gitops::plugins();
    plugins.insert(0, Plugin::of(run));
    plugins
}

#[test]
fn the_page_shows_the_files_that_are_built() {
    let guide = guide();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("example");
    let names: Vec<&str> = guide.files.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(names, ["Cargo.toml", "src/args.rs", "src/lib.rs", "src/main.rs"]);
    for (path, text) in &guide.files {
        assert_eq!(text, &std::fs::read_to_string(folder.join(path)).expect(path), "{path}");
    }
    assert_eq!(guide.line, "kubectl-gitops_applied = { path = \"../kubectl-gitops_applied\" }");
    assert_eq!(guide.commands.len(), 3);
}

#[test]
fn help_has_it_by_its_own_words() {
    let help = kubectl_gitops::command(&plugins()).render_help().to_string();
    let line = help.lines().find(|line| line.starts_with("  applied ")).expect("its line");
    assert!(line.ends_with(" Which revision every environment runs"), "{line}");
    assert!(command::<Args>().render_long_help().to_string().contains("--full"));
}

#[tokio::test]
async fn completion_knows_its_flags_and_their_values() {
    let (session, _home) = InProcess::new("{}", Timestamp::UNIX_EPOCH).into_session();
    let tree = kubectl_gitops::command(&plugins());
    for (words, candidates) in [
        (&["appl"][..], "applied\tWhich revision every environment runs\n:4\n"),
        (
            &["applied", "--fu"],
            "--full\tPrint revisions as Flux writes them, with their branch and the whole commit\n:4\n",
        ),
        (&["applied", "-o", "js"], "json\tOne JSON document\n:4\n"),
    ] {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        assert_eq!(complete(&tree, &words, &session).await.to_string(), candidates, "{words:?}");
    }
}

#[test]
fn its_man_page_its_reference_and_its_scripts_are_generated() {
    let files = generated(&kubectl_gitops::command(&plugins())).expect("its help can be documented");
    let without = generated(&kubectl_gitops::command(&kubectl_gitops::plugins())).expect("documents");
    let text = |path: &str| files.get(Path::new(path)).unwrap_or_else(|| panic!("{path}")).as_str();
    assert!(text("docs/man/kubectl-gitops-applied.1").contains("Print revisions as Flux writes them"));
    assert!(text("docs/reference.md").contains("\n## kubectl gitops-applied\n"));
    for script in ["kubectl-gitops.bash", "_kubectl-gitops", "kubectl-gitops.fish", "kubectl-gitops.ps1"] {
        assert!(text(&format!("completions/{script}")).contains("kubectl-gitops_applied"), "{script}");
    }
    assert!(files.contains_key(Path::new("completions/kubectl_complete-gitops_applied")));
    assert_eq!(files.len(), without.len() + 2, "a page and a script of its own");
}

#[test]
fn it_is_linked_under_its_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let front = Path::new(FRONT);
    let lines = kubectl_gitops::link_into(folder.path(), &plugins(), front).expect("linked");
    for name in ["kubectl-gitops_applied", "kubectl_complete-gitops_applied"] {
        let link = folder.path().join(name);
        assert_eq!(std::fs::read_link(&link).expect(name), front);
        assert!(lines.contains(&format!("linked          {}\n", link.display())), "{lines}");
    }
    // Without the line in the front's manifest there is none.
    let without = tempfile::tempdir().expect("a folder");
    kubectl_gitops::link_into(without.path(), &kubectl_gitops::plugins(), front).expect("linked");
    assert!(!without.path().join("kubectl-gitops_applied").exists());
}

#[tokio::test]
async fn it_answers_from_a_lab() {
    let scenario = BuiltIn::named("default").map(|scenario| scenario.document());
    let lab = Lab::start(Settings { scenario, ..Settings::default() }).await.expect("a lab");
    let session = InProcess::new(&lab.kubeconfig(), lab.now());
    assert_eq!(session.run(&["-n", "dev-hello"], run).await, Exit::Done, "{}", session.err());
    let out = session.out();
    let rows: Vec<Vec<&str>> = out.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["NAMESPACE", "STANDING", "APPLIED"]);
    assert_eq!(rows[1][..2], ["dev-hello", "Deployed"]);
    assert_eq!(rows[2][..2], ["qa-hello", "Deployed"], "the pipeline's other environment");
    assert_eq!((rows.len(), rows[1][2].len()), (3, 7));
}
