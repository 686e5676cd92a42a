//! What a command line's own tree offers, place by place.

use clap::{Arg, ArgAction, Command, ValueHint};
use gitops_xtask::command;
use jiff::Timestamp;

use super::line::{Typist, words};

/// The words that are offered behind a line, with the directive; the line's last word is being typed.
async fn offered(command: &Command, line: &str) -> (String, String) {
    let completion = Typist::new("", Timestamp::UNIX_EPOCH).completion_of(command, line).await;
    (words(&completion), completion.directive.to_string())
}

/// Every way in which a word can stand.
fn example() -> Command {
    let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    let speeds = ["fast", "faster", "slow"];
    let serve = Command::new("serve").about("Serve it").arg(Arg::new("command").last(true).num_args(1..));
    Command::new("example")
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .arg(Arg::new("speed").short('s').long("speed").alias("pace").short_alias('p').value_parser(speeds))
        .arg(Arg::new("file").long("file").value_hint(ValueHint::FilePath))
        .arg(Arg::new("folder").long("folder").value_hint(ValueHint::DirPath))
        .arg(Arg::new("text").short('t').long("text"))
        .arg(
            Arg::new("case")
                .long("case")
                .value_parser(["Upper"])
                .ignore_case(true)
                .value_hint(ValueHint::FilePath),
        )
        .arg(flag("watch").short('w').conflicts_with("once"))
        .arg(flag("once"))
        .arg(flag("verbose").short('v').action(ArgAction::Count))
        .arg(flag("secret").hide(true))
        .arg(Arg::new("names").value_parser(["one", "two", "three"]).num_args(0..).conflicts_with("once"))
        .subcommand(serve)
        .subcommand(Command::new("hidden").hide(true))
}

#[tokio::test]
async fn every_place_has_its_words() {
    let command = example();
    for (line, expected, directive) in [
        ("", "serve one two three", ":4"),
        ("s", "serve", ":4"),
        ("t", "two three", ":4"),
        ("one ", "two three", ":4"),
        ("one two th", "three", ":4"),
        ("--s", "--speed", ":4"),
        ("--", "--speed --file --folder --text --case --watch --once --verbose", ":4"),
        ("-", "--speed --file --folder --text --case --watch --once --verbose -s -t -w -v", ":4"),
        ("-w --", "--speed --file --folder --text --case --verbose", ":4"),
        ("--once --w", "", ":4"),
        ("--once o", "", ":4"),
        ("one --o", "", ":4"),
        ("-v --v", "--verbose", ":4"),
        ("-s fast --sp", "", ":4"),
        ("--pace fast --sp", "", ":4"),
        ("-s ", "fast faster slow", ":4"),
        ("-s f", "fast faster", ":4"),
        ("--speed faster", "faster", ":4"),
        ("--speed=f", "fast faster", ":4"),
        ("--pace s", "slow", ":4"),
        ("--pace=s", "slow", ":4"),
        ("-p s", "slow", ":4"),
        ("-sf", "-sfast -sfaster", ":4"),
        ("-s=f", "fast faster", ":4"),
        ("-ws f", "fast faster", ":4"),
        ("-wsf", "-wsfast -wsfaster", ":4"),
        ("-ws=f", "fast faster", ":4"),
        ("-wv", "-wv", ":4"),
        ("-wz", "", ":4"),
        ("-w -wv", "", ":4"),
        ("-s -", "", ":4"),
        ("-s --", "", ":4"),
        ("--text ", "", ":4"),
        ("-t x t", "two three", ":4"),
        ("--file ", "", ":0"),
        ("--file=a", "", ":0"),
        ("--folder ", "", ":16"),
        ("--case ", "Upper", ":4"),
        ("--case u", "Upper", ":4"),
        ("--case ./u", "", ":0"),
        ("--case other", "", ":0"),
        ("--nonsense ", "serve one two three", ":4"),
        ("--nonsense=", "", ":4"),
        ("--nonsense", "", ":4"),
        ("-- ", "one two three", ":4"),
        ("-- -", "", ":4"),
        ("serve ", "", ":4"),
        ("serve -- ", "", ":0"),
        ("serve -- ls -", "", ":0"),
        ("hidden ", "", ":4"),
    ] {
        let expected = (expected.to_owned(), directive.to_owned());
        assert_eq!(offered(&command, line).await, expected, "{line:?}");
    }
}

/// Another name is for those who know it: it is offered where nothing else begins so.
#[tokio::test]
async fn other_names_are_offered_where_nothing_else_fits() {
    let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    let command = Command::new("example")
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .arg(flag("environment").visible_alias("env").visible_short_alias('E'))
        .arg(flag("revision").visible_alias("commit").alias("hidden"))
        .subcommand(Command::new("serve").visible_alias("run").alias("secret"));
    for (line, expected) in [
        ("--", "--environment --revision"),
        ("--env", "--environment"),
        ("--c", "--commit"),
        ("--commit --c", ""),
        ("--h", ""),
        ("-E", "-E"),
        ("", "serve"),
        ("s", "serve"),
        ("r", "run"),
        ("sec", ""),
    ] {
        assert_eq!(offered(&command, line).await.0, expected, "{line:?}");
    }
}

#[tokio::test]
async fn commands_have_what_they_are_about_and_values_their_help() {
    let typist = Typist::new("", Timestamp::UNIX_EPOCH);
    let completion = typist.completion("lab ").await.to_string();
    assert!(completion.contains("up\tServe a cluster with Flux, GitHub and Azure\n"), "{completion}");
    assert!(completion.ends_with("\n:4\n"), "{completion}");
    let completion = typist.completion("status --sort-by a").await.to_string();
    assert_eq!(completion, "age\tThe latest change first\n:4\n");
}

#[tokio::test]
async fn the_suites_own_values_are_known() {
    for (line, word) in [
        ("status -o ", "json"),
        ("status --color=", "never"),
        ("lab up --scenario ", "crash-loop"),
        ("lab replay ", "first-sync"),
        ("help lab ", "demo"),
    ] {
        let (words, directive) = offered(&command(), line).await;
        assert!(words.split(' ').any(|offered| offered == word) && directive == ":4", "{line}: {words}");
    }
    for (line, expected) in [
        ("lab up --folder ", ":16"),
        ("lab up --scenario ./", ":0"),
        ("lab replay -f ", ":0"),
        ("lab replay first-sync -- ", ":0"),
        ("status --kubeconfig ", ":0"),
        ("status --as ", ":4"),
    ] {
        assert_eq!(offered(&command(), line).await, (String::new(), expected.to_owned()), "{line}");
    }
}
