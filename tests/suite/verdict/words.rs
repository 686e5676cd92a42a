//! README and the help give every word the meaning that it has in the code, in the order of the code.

use gitops_core::model::verdict::{Cause, Reason, Standing};

use crate::support::Program;

fn readme() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).expect("README.md")
}

#[test]
fn readme_has_every_standing_the_worst_first() {
    let row = |standing: &Standing| format!("| `{standing}` | {} |\n", standing.meaning());
    let rows: String = Standing::ALL.iter().map(row).collect();
    assert!(readme().contains(&rows), "the table of standings is:\n{rows}");
}

#[test]
fn the_help_has_every_standing_the_worst_first() {
    // Its lines are broken to fit a terminal.
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let help = words(&Program::new().status(&["--help"]).stdout);
    let line = |standing: &Standing| format!("{standing} {} ", standing.meaning());
    let lines: String = Standing::ALL.iter().map(line).collect();
    assert!(help.contains(&lines), "the help lists:\n{lines}");
}

/// Where a page looked, since when something stands, and when it was heard are told wherever a reader may look.
#[test]
fn fields_of_documents_are_named_in_readme_reference_and_help() {
    let reference = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/verdict.md");
    let reference = std::fs::read_to_string(reference).expect("docs/verdict.md");
    let help = Program::new().status(&["--help"]).stdout;
    for field in ["context", "since", "sinceFrom", "asOf"] {
        for (place, text) in [("README.md", &readme()), ("docs/verdict.md", &reference)] {
            assert!(text.contains(&format!("`{field}`")), "{field} is not in {place}");
        }
        let (_, documents) = help.split_once("\nJSON and YAML also have ").expect("a paragraph on documents");
        let paragraph = documents.split("\n\n").next().unwrap_or_default();
        assert!(paragraph.contains(field), "{field}: {paragraph}");
    }
}

/// The remarks that come from GitHub, then those that come from Azure, are the last.
#[test]
fn readme_has_every_remark_that_comes_from_github_and_from_azure() {
    let place = |wanted| Reason::ALL.iter().position(|reason| *reason == wanted).expect("a reason");
    let (github, azure) = (place(Reason::CiNotStarted), place(Reason::NonCompliant));
    for remarks in [&Reason::ALL[github..azure], &Reason::ALL[azure..]] {
        let row = |reason: &Reason| format!("| `{reason}` | {} |\n", reason.meaning());
        let rows: String = remarks.iter().map(row).collect();
        assert!(readme().contains(&rows), "the table of remarks is:\n{rows}");
    }
    assert_eq!(Reason::ALL[azure - 1], Reason::ChainCircular);
    assert_eq!(Reason::ALL.last(), Some(&Reason::CertificateExpires));
}

#[test]
fn every_reason_and_every_cause_is_documented() {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/verdict.md");
    let text = std::fs::read_to_string(document).expect("docs/verdict.md") + &readme();
    let words = Reason::ALL.iter().map(ToString::to_string).chain(Cause::ALL.iter().map(ToString::to_string));
    let missing: Vec<String> = words.filter(|word| !text.contains(&format!("`{word}`"))).collect();
    assert!(missing.is_empty(), "not documented: {missing:?}");
}
