//! Lines typed one after another on one lab, and what is expected of each.

use std::path::Path;

use kubectl_gitops_lab::Lab;

use super::lines::plain;
use super::program::Kubectl;

/// What is expected of a line's output.
pub(super) enum Told {
    /// These lines and no others.
    Lines(&'static [&'static str]),
    /// Among others.
    Has(&'static [&'static str]),
}

/// A line, its exit code and its output.
pub(super) type Step = (&'static str, i64, Told);

/// Types all lines, and tells at the end of those that did otherwise.
pub(super) async fn walk(kubectl: &Kubectl, lab: &Lab, folder: &Path, steps: &[Step]) {
    let mut wrong = Vec::new();
    for (line, code, told) in steps {
        let printed = kubectl.prints_on(lab, folder, line).await;
        let lines = plain(&format!("{}{}", printed.stdout, printed.stderr));
        let is_so = match told {
            Told::Lines(expected) => lines == *expected,
            Told::Has(expected) => expected.iter().all(|one| lines.iter().any(|line| line.contains(one))),
        };
        if !is_so || printed.code != *code {
            wrong.push(format!("kubectl {line}: exit {}\n{}", printed.code, lines.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{} of {} lines:\n{}", wrong.len(), steps.len(), wrong.join("\n\n"));
}

/// Where the lab makes kubectl do otherwise: the index of the line, what differs, and why that is so.
pub(super) type Known = (usize, &'static str, &'static str);

/// Asserts that what was found is what is known, and nothing else.
pub(super) fn only_known(found: &[(usize, String)], known: &[Known]) {
    let is_known =
        |index: usize, told: &str| known.iter().any(|known| known.0 == index && told.contains(known.1));
    let unexpected: Vec<&str> =
        found.iter().filter(|(index, told)| !is_known(*index, told)).map(|(_, told)| told.as_str()).collect();
    assert!(unexpected.is_empty(), "{} differ:\n{}", unexpected.len(), unexpected.join("\n"));
    assert_eq!(found.len(), known.len(), "a difference that is none any more leaves the table");
    assert!(known.iter().all(|known| !known.2.is_empty()));
}
