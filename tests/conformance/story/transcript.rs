//! Stories on paper: what each run writes for a person, and the reviewed form that is kept.
//!
//! The kept form has no times, commits, durations, ports or random names, so that two runs of one behaviour
//! are one text. It is compared for a notice only: whether a story is right is the expectation's business.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use crate::problem::{Context, Outcome};
use crate::story::expectation::Expected;
use crate::story::moment::Moment;

/// How commits are called, in the order in which they were pushed.
const ORDINALS: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];

/// What Kubernetes makes random names from: no vowels, and nothing that looks like one.
const RANDOM: &str = "bcdfghjklmnpqrstvwxz2456789";

/// Where runs are written: beside the build, as any other product of it.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("conformance")
}

/// The story as it happened: one line a change, in seconds since the plugin was started.
pub(crate) fn story(moments: &[Moment]) -> String {
    moments.iter().map(|moment| format!("{:7.2} {moment}\n", moment.at.as_secs_f64())).collect()
}

/// The story as it is kept.
pub(crate) fn normalised(
    lines: impl IntoIterator<Item = impl ToString>,
    commits: &[String],
    place: &Path,
) -> String {
    let place = place.to_string_lossy();
    let line = |line: String| format!("{}\n", mask(&named(&line, commits, &place)));
    lines.into_iter().map(|told| line(told.to_string())).collect()
}

/// Keeps a story as reviewed.
pub(crate) fn bless(scenario: &str, text: &str) -> Outcome {
    let path = kept(scenario);
    fs::create_dir_all(path.parent().unwrap_or(&path)).context(path.display())?;
    fs::write(&path, text).context(path.display())
}

/// Keeps lines whose order is the machine's business, if any of them is new or gone.
pub(crate) fn bless_unordered(scenario: &str, text: &str) -> Outcome {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    match fs::read_to_string(kept(scenario)) {
        Ok(reviewed) if lines(&reviewed) == lines(text) => Ok(()),
        _ => bless(scenario, text),
    }
}

/// A notice, if what lasts is not told in the words that were reviewed. What passes is left out: whether a
/// state of half a second is seen depends on the machine.
pub(crate) fn differs(scenario: &str, expected: &[Expected], text: &str) -> Option<String> {
    let Ok(reviewed) = fs::read_to_string(kept(scenario)) else {
        return Some(format!("no transcript is kept; `cargo conformance --bless {scenario}` keeps it"));
    };
    let verdicts =
        |lasts: bool| expected.iter().filter(move |entry| entry.lasts() == lasts).map(Expected::verdict);
    let passing: Vec<String> = verdicts(false).collect();
    let lasting: Vec<String> = verdicts(true).filter(|verdict| !passing.contains(verdict)).collect();
    let (was, is) = (told(&reviewed, &lasting), told(text, &lasting));
    let other = (0..was.len().max(is.len())).find(|&line| was.get(line) != is.get(line))?;
    let line = |lines: &[&str]| lines.get(other).map_or("nothing", |line| line).to_owned();
    Some(format!("not in the words that are kept:\n    now:  {}\n    kept: {}", line(&is), line(&was)))
}

/// The lines of some verdicts, without remarks and repetitions.
fn told<'a>(text: &'a str, verdicts: &[String]) -> Vec<&'a str> {
    let mut lines: Vec<&str> = text
        .lines()
        .filter(|line| {
            line.split(": ").next().is_some_and(|verdict| verdicts.iter().any(|one| one == verdict))
        })
        .map(|line| {
            line.rsplit_once(" [").filter(|(_, end)| end.ends_with(']')).map_or(line, |(line, _)| line)
        })
        .collect();
    lines.dedup();
    lines
}

fn kept(scenario: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/transcripts").join(format!("{scenario}.txt"))
}

/// Commits by their ordinals, whole or abbreviated, and paths without the folder of the run.
fn named(line: &str, commits: &[String], place: &str) -> String {
    let mut line = line.replace(place, "");
    for (commit, ordinal) in commits.iter().zip(ORDINALS) {
        for length in [64, 40, 12, 10, 8, 7] {
            line = line.replace(commit.get(..length).unwrap_or(commit), &format!("<{ordinal}>"));
        }
    }
    line
}

/// Masks every word that differs from run to run.
fn mask(line: &str) -> String {
    let inside = |letter: char| letter.is_ascii_alphanumeric() || ".:-_<>".contains(letter);
    let line = AGE.replace_all(line, "<age>");
    let mut masked = String::new();
    let mut rest = line.as_ref();
    while let Some(start) = rest.find(inside) {
        let length = rest[start..].find(|letter| !inside(letter)).unwrap_or(rest.len() - start);
        let word = &rest[start..start + length];
        let core = word.trim_end_matches(['.', ':']);
        masked.push_str(&rest[..start]);
        masked.push_str(&mask_word(core));
        masked.push_str(&word[core.len()..]);
        rest = &rest[start + length..];
    }
    masked + rest
}

/// How long ago something was, which every run sees otherwise.
static AGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\bjust now\b|\b(?:[0-9]+ (?:s|min|h|d|day|days) )+ago\b|\bwithin the last [0-9]+ [a-z]+\b")
        .expect("the pattern is valid")
});

fn mask_word(word: &str) -> String {
    let digest = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some((algorithm, _)) = word.split_once(':').filter(|(_, text)| digest(text)) {
        return format!("{algorithm}:<digest>");
    }
    if is_duration(word) {
        return "<duration>".to_owned();
    }
    let time = |text: &str| text.len() >= 20 && text.ends_with('Z') && text.as_bytes()[10] == b'T';
    if time(word) {
        return "<time>".to_owned();
    }
    if let Some((host, port)) = word.rsplit_once(':')
        // An image has a short tag at the same place.
        && port.len() >= 4
        && port.bytes().all(|digit| digit.is_ascii_digit())
    {
        return format!("{host}:<port>");
    }
    if let Some((stem, number)) = word.rsplit_once('-')
        && number.len() > 5
        && number.bytes().all(|digit| digit.is_ascii_digit())
    {
        return format!("{stem}-<n>");
    }
    mask_pod(word)
}

/// `hello-5d9c7b8f6-x2x8z` and `hello-5d9c7b8f6`: a pod's name and its ReplicaSet's.
fn mask_pod(word: &str) -> String {
    let random = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.chars().all(|letter| RANDOM.contains(letter))
    };
    let parts: Vec<&str> = word.split('-').collect();
    match parts.as_slice() {
        [stem @ .., set, pod] if !stem.is_empty() && random(set, 6..=10) && random(pod, 5..=5) => {
            format!("{}-<set>-<pod>", stem.join("-"))
        }
        [stem @ .., set] if !stem.is_empty() && random(set, 8..=10) => format!("{}-<set>", stem.join("-")),
        _ => word.to_owned(),
    }
}

/// `30.02s`, `1m20s`, `5m`: numbers, each with a unit.
fn is_duration(word: &str) -> bool {
    let mut rest = word;
    while !rest.is_empty() {
        let number =
            rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
        let unit = rest[number..].find(|letter: char| letter.is_ascii_digit()).unwrap_or(rest.len() - number);
        if number == 0 || !["ms", "s", "m", "h", "d"].contains(&&rest[number..number + unit]) {
            return false;
        }
        rest = &rest[number + unit..];
    }
    !word.is_empty()
}

/// Proves the mask on a table of words, for the reason that `expectation::self_check` gives.
pub(crate) fn self_check() -> Result<(), String> {
    const CASES: [(&str, &str); 13] = [
        ("contoso.example/none:2 (x)", "contoso.example/none:2 (x)"),
        ("health check failed after 30.02s: timeout", "health check failed after <duration>: timeout"),
        ("try, just now: x", "try, <age>: x"),
        ("1 of 2 failed 12 s ago; y", "1 of 2 failed <age>; y"),
        ("try, within the last 60 s: z", "try, <age>: z"),
        (
            "1.0@sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
            "1.0@sha256:<digest>",
        ),
        ("back-off 1m20s restarting", "back-off <duration> restarting"),
        ("Pod/dev-p/hello-8bbfdd8d4-78xjx.", "Pod/dev-p/hello-<set>-<pod>."),
        ("ReplicaSet hello-8bbfdd8d4: quota", "ReplicaSet hello-<set>: quota"),
        ("http://127.0.0.1:36189/contoso/p", "http://127.0.0.1:<port>/contoso/p"),
        ("stat /tmp/kustomization-123456789/p", "stat /tmp/kustomization-<n>/p"),
        ("since 2026-01-01T00:00:00Z", "since <time>"),
        ("Failed HealthCheckFailed/ImagePull: m [R]", "Failed HealthCheckFailed/ImagePull: m [R]"),
    ];
    let wrong = CASES.iter().find(|(line, masked)| mask(line) != *masked);
    wrong.map_or(Ok(()), |(line, masked)| {
        Err(format!("`{line}` is masked as `{}`, not `{masked}`", mask(line)))
    })
}
