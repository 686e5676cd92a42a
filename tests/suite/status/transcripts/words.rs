//! Every word that a verdict may say is in a transcript that reviewers read; those that no pipeline shows are held by what
//! is recorded of the real controllers, or by a test that is named here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gitops_core::model::verdict::{Reason, Standing};

/// The folders with transcripts: of pipelines; of what the verdict makes of recorded timelines; of real components.
const TRANSCRIPTS: [&str; 3] = ["golden/pipeline", "golden/stories", "conformance/transcripts"];

/// Words that no transcript has, with the tests that hold them. The lab renders no charts, so that states of Helm releases are
/// data; what real git hosts, registries, nodes and clocks do is put to the verdict as the objects that tell of it.
const HELD_ELSEWHERE: &[(&str, &[Reason])] = &[
    (
        "suite/verdict/helm/states.rs",
        &[
            Reason::InstallFailed,
            Reason::RollbackFailed,
            Reason::UninstallFailed,
            Reason::TestFailed,
            Reason::RolledBack,
            Reason::ReleaseLocked,
            Reason::ValuesMissing,
            Reason::ReleaseSuspended,
        ],
    ),
    (
        "suite/verdict/rules.rs",
        &[Reason::AuthenticationFailed, Reason::MemoryMissing, Reason::SourceKindNotFollowed],
    ),
    (
        "suite/verdict/sources/kinds.rs",
        &[Reason::HostKeyRefused, Reason::VerificationFailed, Reason::RateLimited, Reason::ProxyFailed],
    ),
    ("../core/src/model/verdict/fetch_failure/reason.rs", &[Reason::HostNotResolved]),
    ("../core/src/model/verdict/attempt_failure.rs", &[Reason::PruneFailed]),
    ("suite/verdict/sentences.rs", &[Reason::DecryptionFailed, Reason::SubstitutionFailed]),
    ("suite/verdict/stuck/ends.rs", &[Reason::DeadlineExceeded, Reason::NamespaceTerminating]),
    ("suite/verdict/readiness.rs", &[Reason::NotReadable, Reason::NoAnswer]),
    ("suite/verdict/edges.rs", &[Reason::RemoteCluster, Reason::SourceDeleting]),
    // A release that is kept here and installs elsewhere: the lab has none, and the remark is made in one place alone.
    ("../core/src/model/verdict/environment_verdict.rs", &[Reason::ReleaseNotReady]),
    ("suite/verdict/sources/references.rs", &[Reason::ReferenceIgnored]),
    ("suite/verdict/workloads/pods.rs", &[Reason::NodeNotReady]),
    ("suite/verdict/workloads/jobs.rs", &[Reason::JobFailed]),
    ("suite/cases/small_clusters/readers.rs", &[Reason::NothingDeploys]),
    ("suite/frame/time.rs", &[Reason::ClockSkew]),
    // What an agent has not reported yet, or reports of another environment's objects, is one answer of Azure's.
    ("suite/status/azure/pages.rs", &[Reason::NonCompliant, Reason::ComplianceUnknown]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The words of all transcripts.
fn words_of_transcripts() -> BTreeSet<String> {
    let files = TRANSCRIPTS.iter().flat_map(|folder| {
        let entries = std::fs::read_dir(root().join(folder)).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path()).collect::<Vec<PathBuf>>()
    });
    let texts = files.map(|file| std::fs::read_to_string(file).expect("a transcript"));
    let mut words = BTreeSet::new();
    for text in texts {
        words.extend(text.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned));
    }
    words
}

#[test]
fn every_standing_is_in_a_transcript_of_a_pipeline() {
    let files = std::fs::read_dir(root().join(TRANSCRIPTS[0])).expect("a folder");
    let text: String = files
        .map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).expect("a transcript"))
        .collect();
    let missing: Vec<&Standing> =
        Standing::ALL.iter().filter(|standing| !text.contains(&format!(" {standing} "))).collect();
    assert!(missing.is_empty(), "no transcript of a pipeline shows {missing:?}");
}

#[test]
fn every_reason_is_in_a_transcript_or_held_by_a_test_that_is_named() {
    let words = words_of_transcripts();
    let excepted: BTreeSet<Reason> =
        HELD_ELSEWHERE.iter().flat_map(|(_, reasons)| reasons.iter().copied()).collect();
    let missing: Vec<&Reason> = Reason::ALL
        .iter()
        .filter(|reason| !words.contains(&reason.to_string()) && !excepted.contains(reason))
        .collect();
    assert!(missing.is_empty(), "no transcript shows {missing:?}");
    let shown: Vec<&Reason> = excepted.iter().filter(|reason| words.contains(&reason.to_string())).collect();
    assert!(shown.is_empty(), "a transcript shows what is excepted: {shown:?}");
}

#[test]
fn what_is_excepted_is_held_where_it_is_said() {
    for (file, reasons) in HELD_ELSEWHERE {
        let text = std::fs::read_to_string(root().join(file)).expect(file);
        for reason in *reasons {
            assert!(text.contains(&reason.to_string()), "{file} does not hold {reason}");
        }
    }
}
