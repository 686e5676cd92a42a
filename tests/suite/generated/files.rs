//! The files that are checked in are those that the command line gives.

use std::path::{Path, PathBuf};

use gitops_xtask::{Difference, Files, command, differences, generated};

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files() -> Files {
    generated(&command()).expect("every help can be documented")
}

#[test]
fn the_checkout_has_what_the_command_line_gives() {
    let differences = differences(&checkout(), &files()).expect("readable files");
    let lines: String = differences.iter().map(|difference| format!("{difference}\n")).collect();
    assert!(differences.is_empty(), "{lines}bring it up to date: cargo xtask generate");
}

#[test]
fn it_is_the_same_whenever_it_is_made() {
    assert_eq!(files(), files());
}

/// Programs that kubectl asks, as git has them: it runs none that is not executable.
#[test]
fn a_program_that_lost_its_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let files: Files = files().into_iter().filter(|(path, _)| path.starts_with("completions")).collect();
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("completions")).expect("a folder");
    for (path, text) in &files {
        std::fs::write(folder.path().join(path), text).expect("a file");
    }
    let program = |name: &str| Path::new("completions").join(format!("kubectl_complete-gitops{name}"));
    let programs = ["", "_cleanup", "_lab", "_reconcile", "_setup", "_status"].map(program);
    let lost = programs.clone().map(Difference::NotExecutable);
    assert_eq!(differences(folder.path(), &files).expect("readable files"), lost);
    for path in &programs {
        std::fs::set_permissions(folder.path().join(path), PermissionsExt::from_mode(0o755)).expect("a mode");
    }
    assert_eq!(differences(folder.path(), &files).expect("readable files"), []);
    assert_eq!(lost[0].to_string(), "completions/kubectl_complete-gitops is not executable");
}

/// The tree with a flag more in one plugin.
fn grown() -> clap::Command {
    let flag = clap::Arg::new("sky").long("colour-of-the-sky").help("Which one").value_name("NAME");
    command().mut_subcommands(|plugin| match plugin.get_name() {
        "status" => plugin.arg(flag.clone()),
        _ => plugin,
    })
}

#[test]
fn a_flag_more_makes_the_files_of_its_command_old() {
    let grown = generated(&grown()).expect("it can be documented");
    let found = differences(&checkout(), &grown).expect("readable files");
    let outdated = |path: &str| Difference::Outdated(PathBuf::from(path));
    for path in ["docs/man/kubectl-gitops-status.1", "docs/reference.md"] {
        assert!(found.contains(&outdated(path)), "{path}: {found:?}");
        let text = &grown[Path::new(path)].replace('\\', "");
        assert!(text.contains("--colour-of-the-sky"), "{text}");
    }
    assert!(!found.contains(&outdated("docs/man/kubectl-gitops-reconcile.1")), "{found:?}");
}

#[test]
fn a_command_more_has_its_page_and_one_less_leaves_none() {
    let more = command().subcommand(clap::Command::new("weather").about("What it is like outside"));
    let more = generated(&more).expect("it can be documented");
    let page = Path::new("docs/man/kubectl-gitops-weather.1");
    assert!(more[page].contains("What it is like outside"), "{}", more[page]);
    assert!(more[Path::new("docs/reference.md")].contains("\n## kubectl gitops weather\n"));

    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(folder.path().join("docs/man")).expect("a folder");
    std::fs::write(folder.path().join(page), &more[page]).expect("a file");
    let found = differences(folder.path(), &files()).expect("readable files");
    assert!(found.contains(&Difference::LeftOver(page.to_owned())), "{found:?}");
    let missing = Difference::Missing("docs/reference.md".into());
    assert!(found.contains(&missing), "{found:?}");
    assert_eq!(missing.to_string(), "docs/reference.md is missing");
}

#[test]
fn help_that_cannot_be_read_is_named_with_its_command() {
    let tree = command().subcommand(clap::Command::new("weather").about("a").after_help("  lost\n"));
    let error = generated(&tree).expect_err("a line below no title");
    assert_eq!(error.to_string(), "the help of kubectl gitops weather cannot be documented");
}
