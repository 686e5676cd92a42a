//! What a story must be, and where one departs from it. Pure: no clock, no process.
//!
//! An expectation is a list in order. What is required must be told; what is optional may be, where it
//! stands; nothing else may be told at all, so a verdict that flickers or alarms too early is found without
//! having been thought of. Optional entries make several readings of one story possible: all are followed at
//! once, as in a non-deterministic automaton, because a greedy reading would reject right stories.

use std::fmt::{self, Display};

use crate::story::moment::Moment;

/// One entry of the list. A story may tell it several times in a row: words and remarks change in between.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected {
    standing: &'static str,
    reason: &'static str,
    cause: Option<&'static str>,
    remarks: Remarks,
    /// What the document must say somewhere, and what it must not.
    says: Option<&'static str>,
    never_says: Option<&'static str>,
    required: bool,
}

/// What is asked of a verdict's remarks.
#[derive(Clone, Copy, Debug)]
enum Remarks {
    /// They may come and go.
    Any,
    None,
    /// One has this reason.
    One(&'static str),
}

/// It must be told.
pub(crate) const fn must(standing: &'static str, reason: &'static str) -> Expected {
    Expected {
        standing,
        reason,
        cause: None,
        remarks: Remarks::Any,
        says: None,
        never_says: None,
        required: true,
    }
}

/// It may be told, if it lasts long enough to be seen.
pub(crate) const fn may(standing: &'static str, reason: &'static str) -> Expected {
    Expected { required: false, ..must(standing, reason) }
}

impl Expected {
    pub(crate) const fn because(self, cause: &'static str) -> Self {
        Self { cause: Some(cause), ..self }
    }

    pub(crate) const fn remarking(self, reason: &'static str) -> Self {
        Self { remarks: Remarks::One(reason), ..self }
    }

    pub(crate) const fn without_remarks(self) -> Self {
        Self { remarks: Remarks::None, ..self }
    }

    pub(crate) const fn saying(self, words: &'static str) -> Self {
        Self { says: Some(words), ..self }
    }

    pub(crate) const fn never_saying(self, words: &'static str) -> Self {
        Self { never_says: Some(words), ..self }
    }

    /// Whether it stays until something is done, so that every run tells it. Optional ones may be missed.
    pub(crate) fn lasts(&self) -> bool {
        self.required
    }

    /// In the words of `Moment::verdict`.
    pub(crate) fn verdict(&self) -> String {
        match self.cause {
            Some(cause) => format!("{} {}/{cause}", self.standing, self.reason),
            None => format!("{} {}", self.standing, self.reason),
        }
    }

    fn fits(&self, moment: &Moment) -> bool {
        self.standing == moment.standing
            && self.reason == moment.reason
            && self.cause == moment.cause.as_deref()
            && self.remarks.fit(&moment.remarks)
            && self.says.is_none_or(|words| moment.names(words))
            && self.never_says.is_none_or(|words| !moment.names(words))
    }
}

impl Remarks {
    fn fit(self, remarks: &[String]) -> bool {
        match self {
            Self::Any => true,
            Self::None => remarks.is_empty(),
            Self::One(reason) => remarks.iter().any(|remark| remark == reason),
        }
    }
}

impl Display for Expected {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.verdict())?;
        match self.remarks {
            Remarks::Any => {}
            Remarks::None => out.write_str(" without remarks")?,
            Remarks::One(reason) => write!(out, " remarking {reason}")?,
        }
        if let Some(words) = self.says {
            write!(out, " saying \"{words}\"")?;
        }
        if let Some(words) = self.never_says {
            write!(out, " not saying \"{words}\"")?;
        }
        out.write_str(if self.required { "" } else { " (optional)" })
    }
}

/// How a story compares with its expectation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// Told to the end.
    Told,
    /// Right as far as it goes; one of these should come next.
    Unfinished(Vec<String>),
    /// The moment with this number is none of those that could have come.
    Departed { at: usize, expected: Vec<String> },
}

/// Follows a story through its expectation.
pub(crate) fn compare(expected: &[Expected], story: &[Moment]) -> Comparison {
    // A reading is the number of entries begun: the entry before it may go on, those from it may come.
    let mut readings = vec![0_usize];
    for (at, moment) in story.iter().enumerate() {
        let mut next: Vec<usize> = Vec::new();
        for &begun in &readings {
            let again = begun.checked_sub(1).filter(|&last| expected[last].fits(moment)).map(|_| begun);
            let onward = reachable(expected, begun).filter(|&entry| expected[entry].fits(moment));
            next.extend(again.into_iter().chain(onward.map(|entry| entry + 1)));
        }
        if next.is_empty() {
            return Comparison::Departed { at, expected: names(expected, &readings) };
        }
        next.sort_unstable();
        next.dedup();
        readings = next;
    }
    let done = |&begun: &usize| expected[begun..].iter().all(|entry| !entry.required);
    if !story.is_empty() && readings.iter().any(done) {
        Comparison::Told
    } else {
        Comparison::Unfinished(names(expected, &readings))
    }
}

/// The entries that may come after so many have begun: all up to the first required one.
fn reachable(expected: &[Expected], begun: usize) -> impl Iterator<Item = usize> {
    let skipped = expected[begun..].iter().take_while(|entry| !entry.required).count();
    begun..(begun + skipped + 1).min(expected.len())
}

fn names(expected: &[Expected], readings: &[usize]) -> Vec<String> {
    let mut entries: Vec<usize> = readings.iter().flat_map(|&begun| reachable(expected, begun)).collect();
    entries.sort_unstable();
    entries.dedup();
    entries.into_iter().map(|entry| expected[entry].to_string()).collect()
}

/// Proves on a table of small stories that the matcher can fail. It runs before every run: this executable has
/// no test harness, and a matcher that accepts everything would look like success.
pub(crate) fn self_check() -> Result<(), String> {
    const STORY: &[Expected] = &[
        may("S", "n"),
        may("R", "p"),
        must("D", "a"),
        must("F", "h").because("x"),
        may("R", "p"),
        must("D", "a"),
    ];
    const DRIFT: &[Expected] = &[must("D", "a").without_remarks(), must("D", "a").remarking("r")];
    const WORDS: &[Expected] = &[must("D", "a").saying("!"), must("D", "b").never_saying("!")];
    let departed = |at: usize, expected: &[&str]| Comparison::Departed {
        at,
        expected: expected.iter().map(|&name| name.to_owned()).collect(),
    };
    let unfinished = |name: &str| Comparison::Unfinished(vec![name.to_owned()]);
    let cases: &[(&[Expected], &str, Comparison)] = &[
        (STORY, "S:n R:p D:a F:h/x R:p D:a", Comparison::Told),
        (STORY, "D:a F:h/x D:a", Comparison::Told),
        (STORY, "D:a D:a F:h/x F:h/x D:a", Comparison::Told),
        (STORY, "D:a", unfinished("F h/x")),
        (STORY, "D:a F:h", departed(1, &["F h/x"])),
        (STORY, "D:a F:h/y", departed(1, &["F h/x"])),
        (STORY, "R:p S:n", departed(1, &["D a"])),
        (STORY, "D:a R:p", departed(1, &["F h/x"])),
        (STORY, "D:a F:h/x D:a F:h/x", departed(3, &[])),
        (
            STORY,
            "",
            Comparison::Unfinished(vec!["S n (optional)".into(), "R p (optional)".into(), "D a".into()]),
        ),
        (DRIFT, "D:a D:a! D:a!", Comparison::Told),
        (DRIFT, "D:a!", departed(0, &["D a without remarks"])),
        (DRIFT, "D:a D:a! D:a", departed(2, &[])),
        (WORDS, "D:a! D:b", Comparison::Told),
        (WORDS, "D:a D:b", departed(0, &["D a saying \"!\""])),
        (WORDS, "D:a! D:b!", departed(1, &["D b not saying \"!\""])),
    ];
    for (expected, story, comparison) in cases {
        let moments: Vec<Moment> = story.split_whitespace().map(sketched).collect();
        let found = compare(expected, &moments);
        if found != *comparison {
            return Err(format!("the matcher reads `{story}` as {found:?}, not as {comparison:?}"));
        }
    }
    Ok(())
}

/// `standing:reason/cause!`: a moment of the table; `!` is a remark.
fn sketched(text: &str) -> Moment {
    let line = text.to_owned();
    let (text, remarks) = match text.strip_suffix('!') {
        Some(text) => (text, vec!["r".to_owned()]),
        None => (text, Vec::new()),
    };
    let (standing, rest) = text.split_once(':').unwrap_or((text, ""));
    let (reason, cause) = match rest.split_once('/') {
        Some((reason, cause)) => (reason, Some(cause.to_owned())),
        None => (rest, None),
    };
    Moment { standing: standing.into(), reason: reason.into(), cause, remarks, line, ..Moment::default() }
}
