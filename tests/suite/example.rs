//! The command that `docs/adding-a-command.md` makes: the page shows the files that are built here, and what it
//! promises of a command that is a package and a line is so.

use std::path::Path;

use gitops_core::cli::command;
use gitops_core::model::Exit;
use gitops_xtask::Guide;
use kubectl_gitops::Plugin;
use kubectl_gitops_applied::{Args, run};
use kubectl_gitops_lab::{BuiltIn, Lab, Settings};

use crate::support::InProcess;

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
    assert!(help.contains("\n  applied    Which revision every environment runs\n"), "{help}");
    assert!(command::<Args>().render_long_help().to_string().contains("--full"));
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
    assert_eq!((rows.len(), rows[1][2].len()), (2, 7));
}
