//! What the verdict says along a timeline is the same on the lab as it was on the real control plane
//! (`tests/golden/stories`).

use std::sync::LazyLock;

use regex::Regex;

use super::super::recordings::golden;
use super::comparing::SLACK;
use super::player::Player;
use crate::verdict::story::story;
use crate::verdict::timeline::{Timeline, names};

/// Generated endings of names, and times.
static ANEW: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"-[bcdfghjklmnpqrstvwxz2456789]{6,10}(-[bcdfghjklmnpqrstvwxz2456789]{5})?\b|\d{4}-\d\d-\d\dT[\d:]+Z",
    )
    .unwrap()
});

/// A verdict and what it tells, with its second.
type Told = (f64, String);

/// How long a remark must be told to count: how soon a workload is ready, or its trouble shows, differs from
/// machine to machine.
const LASTING: f64 = 2.5;

/// The verdicts of a story without repetitions: what is told when nothing but a time has changed, or for no more
/// than a moment.
fn verdicts(story: &str) -> Vec<Told> {
    let mut verdicts: Vec<Told> = Vec::new();
    for line in story.lines() {
        let text = ANEW.replace_all(line.trim_start(), "~").into_owned();
        match text.split_once("  ") {
            Some((second, verdict)) if second.parse::<f64>().is_ok() => {
                verdicts.push((second.parse().unwrap(), verdict.to_owned()));
            }
            _ => verdicts.last_mut().unwrap().1 += &format!("\n        {text}"),
        }
    }
    let ends = verdicts.iter().skip(1).map(|(second, _)| *second).chain([f64::INFINITY]);
    let ends: Vec<f64> = ends.collect();
    let mut lasting: Vec<Told> = Vec::new();
    for run in (0..verdicts.len())
        .collect::<Vec<_>>()
        .chunk_by(|one, next| bare(&verdicts[*one].1) == bare(&verdicts[*next].1))
    {
        let told = run.iter().filter(|place| ends[**place] - verdicts[**place].0 >= LASTING);
        let before = lasting.len();
        lasting.extend(told.map(|place| verdicts[*place].clone()));
        if lasting.len() == before {
            let (second, verdict) = &verdicts[run[0]];
            lasting.push((*second, bare(verdict)));
        }
    }
    lasting.dedup_by(|next, last| next.1 == last.1);
    lasting
}

/// A verdict without its remarks.
fn bare(verdict: &str) -> String {
    let (headline, message) = verdict.split_once('\n').unwrap_or((verdict, ""));
    format!("{}\n{message}", headline.split(" (").next().unwrap_or_default())
}

/// A verdict without how long ago something was: the lab may be a second late.
fn undated(verdict: &str) -> String {
    let words: Vec<&str> = verdict.split(' ').collect();
    let is_age = |place: usize| {
        let is_number = words[place].bytes().all(|byte| byte.is_ascii_digit());
        is_number && words.get(place + 2).is_some_and(|word| word.trim_end_matches([':', ',', ';']) == "ago")
    };
    let mut undated = Vec::new();
    let mut place = 0;
    while place < words.len() {
        let age = is_age(place);
        undated.push(if age { words[place + 2].replace("ago", "now") } else { words[place].to_owned() });
        place += if age { 3 } else { 1 };
    }
    undated.join(" ").replace("just now", "now")
}

/// The first verdict in which a story `here` is not the `recorded` one, which ends at second `end`.
fn difference(recorded: &[Told], here: &[Told], end: f64) -> Option<String> {
    for (place, (second, verdict)) in recorded.iter().enumerate() {
        let (when, told) = here.get(place).map_or((f64::NAN, "nothing more"), |(when, told)| (*when, told));
        if undated(told) != undated(verdict) {
            return Some(format!(
                "verdict {place}\n    recorded at {second}: {verdict}\n    here at {when}: {told}"
            ));
        }
    }
    let (when, extra) = here.get(recorded.len()).filter(|(when, _)| *when < end - SLACK)?;
    Some(format!("more than is recorded\n    here at {when}: {extra}"))
}

#[test]
fn the_verdict_tells_the_same_stories_on_the_lab() {
    let mut found = Vec::new();
    for name in names() {
        let mut player = Player::of(&name);
        let entries = player.play(SLACK);
        let here = verdicts(&story(&Timeline::of(&name, player.namespace(), &entries)));
        let recorded = verdicts(&golden(&format!("stories/{name}.txt")));
        if let Some(difference) = difference(&recorded, &here, player.end()) {
            found.push((name, difference));
        }
    }
    let told: Vec<String> = found.iter().map(|(name, told)| format!("{name}: {told}")).collect();
    assert!(told.is_empty(), "{} of 33 differ:\n{}", told.len(), told.join("\n"));
}

#[test]
fn another_verdict_is_found() {
    let story = verdicts(
        "   0.10  A/B -\n         one\n   0.20  A/B -\n         one\n   0.30  C/D -\n         two\n",
    );
    assert_eq!(story.len(), 2);
    let other = verdicts("   0.10  A/B -\n         one\n   0.30  C/D -\n         three\n");
    assert_eq!(difference(&story, &story, 9.0), None);
    assert!(difference(&story, &other, 9.0).is_some());
    assert!(difference(&story, &story[..1], 9.0).is_some());
    assert!(difference(&story[..1], &story, 9.0).is_some());
    let failed = |age: &str| verdicts(&format!("   0.10  A/B -\n         at the last try, {age}: no\n"));
    assert_eq!(difference(&failed("just now"), &failed("2 s ago"), 9.0), None);
    let slow =
        |end: f64| verdicts(&format!("   1.00  A/B - (WorkloadNotReady/NotReady)\n   {end}  A/B -\n")).len();
    assert_eq!((slow(1.2), slow(9.0)), (1, 2));
}
