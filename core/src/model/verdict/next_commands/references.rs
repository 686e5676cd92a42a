//! Follow another branch, tag, repository or bucket, or what a reference that outranks it hides.

use std::collections::BTreeMap;

use super::attempts::names;
use super::azure::{configuration_flags, is_azure, update_source};
use super::sources::patch;
use super::{NextCommand, Reason};
use crate::model::objects::{ReferenceField, Source, SourceKind, SourceReference};

/// Follow something that is there.
pub(super) fn follow_another(
    arc: &BTreeMap<String, String>,
    source: &Source,
    reason: Reason,
) -> Vec<NextCommand> {
    let change = match reason {
        Reason::RepositoryNotFound => another_place(source),
        _ => another_reference(source),
    };
    let Some(ReferenceChange { flags, merge, why }) = change else { return Vec::new() };
    if !is_azure(&source.meta) {
        vec![patch(source, merge, why)]
    } else if flags.is_empty() {
        Vec::new()
    } else {
        vec![update_source(arc, source, flags, why)]
    }
}

/// A change of a source: through Azure, and in the cluster.
struct ReferenceChange {
    flags: &'static str,
    merge: &'static str,
    why: &'static str,
}

fn another_reference(source: &Source) -> Option<ReferenceChange> {
    let change = |flags, merge, why| Some(ReferenceChange { flags, merge, why });
    match (source.kind, source.followed().map(|reference| reference.field)) {
        (SourceKind::GitRepository | SourceKind::OciRepository, Some(ReferenceField::Tag))
        | (SourceKind::OciRepository, None) => {
            change("--tag '<tag>'", r#"{"spec":{"ref":{"tag":"<tag>"}}}"#, "follow another tag")
        }
        (SourceKind::GitRepository | SourceKind::OciRepository, Some(ReferenceField::Semver)) => change(
            "--semver '<range>'",
            r#"{"spec":{"ref":{"semver":"<range>"}}}"#,
            "follow another range of versions",
        ),
        (SourceKind::OciRepository, Some(_)) => change(
            "--digest '<digest>'",
            r#"{"spec":{"ref":{"digest":"<digest>"}}}"#,
            "follow another digest",
        ),
        (SourceKind::GitRepository, Some(ReferenceField::Commit)) => change(
            "--commit '<commit>'",
            r#"{"spec":{"ref":{"commit":"<commit>"}}}"#,
            "follow another commit",
        ),
        (SourceKind::GitRepository, Some(ReferenceField::Name)) => {
            change("", r#"{"spec":{"ref":{"name":"<reference>"}}}"#, "follow another reference")
        }
        (SourceKind::GitRepository, _) => change(
            "--branch '<branch>'",
            r#"{"spec":{"ref":{"branch":"<branch>"}}}"#,
            "follow another branch",
        ),
        // A chart's version stands in its release; other kinds name nothing to follow.
        _ => None,
    }
}

fn another_place(source: &Source) -> Option<ReferenceChange> {
    match source.kind {
        SourceKind::Bucket => Some(ReferenceChange {
            flags: if source.provider == "azure" {
                "--container-name '<container>'"
            } else {
                "--bucket-name '<bucket>'"
            },
            merge: r#"{"spec":{"bucketName":"<bucket>"}}"#,
            why: "follow another bucket",
        }),
        SourceKind::HelmChart | SourceKind::ExternalArtifact => None,
        _ => Some(ReferenceChange {
            flags: "--url '<url>'",
            merge: r#"{"spec":{"url":"<url>"}}"#,
            why: "follow another repository",
        }),
    }
}

/// Follow the reference that counts least, in place of those that outrank it.
pub(in crate::model::verdict) fn follow_outranked(
    arc: &BTreeMap<String, String>,
    source: &Source,
) -> Vec<NextCommand> {
    let Some((meant, outranking)) = source.references.split_last() else { return Vec::new() };
    if is_azure(&source.meta) {
        let line = format!("az k8s-configuration flux show {}", configuration_flags(arc, &source.meta));
        return vec![NextCommand::new(line, "which reference the configuration has")];
    }
    let (_, namespace) = names(&source.meta);
    let removal = |reference: &SourceReference| {
        format!("{{\"op\":\"remove\",\"path\":\"/spec/ref/{}\"}}", reference.field.name())
    };
    let removals: Vec<String> = outranking.iter().map(removal).collect();
    let line = format!(
        "kubectl patch {} -n {namespace} --type json -p '[{}]'",
        source.argument(),
        removals.join(",")
    );
    vec![NextCommand::new(line, format!("follow the {} instead, if that is meant", meant.field.name()))]
}
