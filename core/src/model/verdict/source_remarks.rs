//! What is worth knowing of a source beside whether it can be fetched.

use super::kustomization_case::KustomizationCase;
use super::{Finding, Reason, Remark, Standing, next_commands, short};
use crate::model::objects::{ReferenceField, Source, SourceReference};

/// Adds that the source is being deleted, and that it does not follow all that it names.
pub(super) fn add(case: &KustomizationCase<'_>, finding: &mut Finding) {
    let Some(source) = case.source else { return };
    if source.meta.deleted.is_some() {
        let message = format!("{} is being deleted", source.title());
        finding.remarks.push(Remark::new(Reason::SourceDeleting, message));
    }
    if let Some(message) = ignored_references(source) {
        finding.remarks.push(Remark::new(Reason::ReferenceIgnored, message));
        if finding.standing == Standing::Deployed && finding.next.is_empty() {
            finding.next = next_commands::follow_outranked(&case.observation.facts.arc, source);
        }
    }
}

/// What a source names and does not follow. Everything is ready then, and what is expected never comes.
fn ignored_references(source: &Source) -> Option<String> {
    let (followed, ignored) = source.references.split_first()?;
    let last = ignored.last()?;
    let names: Vec<String> = ignored.iter().map(in_words).collect();
    let absence = match last.field {
        ReferenceField::Branch => "nothing that is merged there arrives",
        _ => "nothing new arrives by it",
    };
    let (title, followed) = (source.title(), in_words(followed));
    Some(format!("{title} follows {followed}, which outranks {}: {absence}", names.join(" and ")))
}

/// The reference with a short commit.
fn in_words(reference: &SourceReference) -> String {
    match reference.field {
        ReferenceField::Commit => format!("commit {}", short(&reference.value)),
        _ => reference.to_string(),
    }
}
