//! Every link within the documentation leads to a file, and where it names a heading, to one of that file's.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gitops_xtask::anchor;

/// The Markdown files that operators and contributors read.
fn documents() -> Vec<PathBuf> {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let docs = std::fs::read_dir(checkout.join("docs")).expect("docs");
    let docs = docs.map(|entry| entry.expect("an entry").path());
    let docs = docs.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    docs.chain(["README.md", "CONTRIBUTING.md"].map(|name| checkout.join(name))).collect()
}

/// Text without its code blocks.
fn prose(text: &str) -> String {
    let mut is_code = false;
    let lines = text.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    lines.map(|line| format!("{line}\n")).collect()
}

/// The anchors of a document's headings; of two alike the second one is numbered.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    for line in prose(text).lines().filter(|line| line.starts_with('#')) {
        let anchor = anchor(line.trim_start_matches('#').trim());
        let numbered = (1..).map(|number| format!("{anchor}-{number}"));
        let free = std::iter::once(anchor.clone()).chain(numbered).find(|name| !anchors.contains(name));
        anchors.extend(free);
    }
    anchors
}

/// Where a document's links lead.
fn targets(text: &str) -> Vec<String> {
    let prose = prose(text);
    let behind = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    behind.map(ToOwned::to_owned).collect()
}

/// What is wrong with a link from `document`; nothing where it leads out of the checkout.
fn broken(document: &Path, target: &str) -> Option<String> {
    if target.contains("://") {
        return None;
    }
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = match file {
        "" => document.to_owned(),
        file => document.parent().expect("a folder").join(file),
    };
    let is_there = path.exists();
    let has_heading = || {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        heading.is_empty() || anchors(&text).contains(heading)
    };
    (!is_there || !has_heading()).then(|| format!("{}: {target}", document.display()))
}

#[test]
fn every_link_leads_somewhere() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for document in documents() {
        let targets = targets(&std::fs::read_to_string(&document).expect("a document"));
        count += targets.len();
        wrong.extend(targets.iter().filter_map(|target| broken(&document, target)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count > 20, "links are found: {count}");
}

#[test]
fn a_link_to_nothing_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let document = folder.path().join("a.md");
    let text =
        "# Flags: `-o`, of all\n## Same\n## Same\n[a](#same-1) [b](b.md)\n```\n# no heading [c](d)\n```\n";
    std::fs::write(&document, text).expect("a file");
    assert_eq!(targets(text), ["#same-1", "b.md"]);
    assert_eq!(anchors(text), ["flags--o-of-all", "same", "same-1"].map(str::to_owned).into());
    assert_eq!(broken(&document, "#same-1"), None);
    assert_eq!(broken(&document, "a.md#flags--o-of-all"), None);
    assert_eq!(broken(&document, "https://example.com/#nothing"), None);
    for target in ["#no-heading", "#same-2", "b.md", "a.md#b"] {
        assert!(broken(&document, target).is_some(), "{target}");
    }
}
