//! What a reader must find on the page of a case, and what must not be there.

use gitops_core::model::verdict::{EnvironmentStatus, NextCommand};

/// The right answer to a case, decided before the tool was asked.
pub(super) struct Expectation {
    /// The name of its file.
    pub case: &'static str,
    /// The seconds at which all of it holds.
    pub seconds: &'static [f64],
    /// What the environment may be called.
    pub environment: &'static [&'static str],
    /// `Standing/Reason/Cause`, any of which serves a reader equally; what is left out may be anything.
    pub stands: &'static [&'static str],
    /// READY as it is shown.
    pub ready: &'static [&'static str],
    /// Since when it stands there, where the case tells.
    pub since: Option<&'static str>,
    /// Words that the page says, in any case; of those with `|` between them one.
    pub says: &'static [&'static str],
    /// Words that it does not say.
    pub says_not: &'static [&'static str],
    /// Words that one and the same next step has: in its command, or in what it is for.
    pub next: &'static [&'static str],
    /// Words that no next step has.
    pub next_not: &'static [&'static str],
}

impl Expectation {
    /// An expectation of a case of one moment, of nothing yet.
    pub(super) const fn of(case: &'static str) -> Self {
        Self {
            case,
            seconds: &[0.0],
            environment: &[],
            stands: &[],
            ready: &[],
            since: None,
            says: &[],
            says_not: &[],
            next: &[],
            next_not: &[],
        }
    }

    /// What of a verdict is not as it should be; nothing where all is.
    pub(super) fn faults(&self, status: Option<&EnvironmentStatus>) -> Vec<String> {
        let Some(status) = status else {
            return vec!["there is no environment".to_owned()];
        };
        let mut faults = Vec::new();
        let mut expect = |is_so: bool, fault: String| {
            if !is_so {
                faults.push(fault);
            }
        };
        let (environment, ready) = (status.environment.as_str(), status.ready.to_string());
        expect(self.environment.contains(&environment), format!("ENVIRONMENT is {environment}"));
        let stands = stands(status);
        expect(self.stands.iter().any(|allowed| is_at(&stands, allowed)), format!("it stands at {stands}"));
        expect(self.ready.contains(&ready.as_str()), format!("READY is {ready}"));
        if let Some(expected) = self.since {
            let since = status.since.as_ref().map(|since| since.time.to_string()).unwrap_or_default();
            expect(since == expected, format!("since is `{since}`"));
        }
        let page = page(status);
        for words in self.says {
            expect(says(&page, words), format!("it does not say `{words}`"));
        }
        for words in self.says_not {
            expect(!says(&page, words), format!("it says `{words}`"));
        }
        let is_next = |step: &NextCommand| self.next.iter().all(|words| says(&line(step), words));
        expect(
            self.next.is_empty() || status.next.iter().any(is_next),
            format!("no next step has {:?}", self.next),
        );
        for words in self.next_not {
            let wrong = status.next.iter().find(|step| says(&step.command, words));
            expect(wrong.is_none(), format!("a next step has `{words}`"));
        }
        faults
    }
}

/// `Standing/Reason/Cause`, as far as there are any.
fn stands(status: &EnvironmentStatus) -> String {
    let cause = status.cause.map(|cause| format!("/{cause}")).unwrap_or_default();
    format!("{}/{}{cause}", status.standing, status.reason)
}

/// Whether a verdict is the allowed one, or a finer one.
fn is_at(stands: &str, allowed: &str) -> bool {
    stands.strip_prefix(allowed).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Everything that is told of an environment.
pub(super) fn page(status: &EnvironmentStatus) -> String {
    let remarks = status.remarks.iter().map(|remark| format!("{}: {}", remark.reason, remark.message));
    let next = status.next.iter().map(line);
    let lines = [format!("{}, {}", stands(status), status.message)].into_iter().chain(remarks).chain(next);
    lines.collect::<Vec<_>>().join("\n")
}

fn line(step: &NextCommand) -> String {
    format!("{} # {}", step.command, step.why)
}

/// Whether a text has one of the words between bars.
fn says(text: &str, words: &str) -> bool {
    let text = text.to_lowercase();
    words.to_lowercase().split('|').any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::{is_at, says};

    #[test]
    fn a_finer_verdict_is_an_allowed_one_and_another_word_is_not() {
        assert!(is_at("Failed/Stalled/RetriesExceeded", "Failed/Stalled"));
        assert!(is_at("Failed/Stalled", "Failed"));
        assert!(!is_at("Failed/StalledAgain", "Failed/Stalled"));
        assert!(!is_at("Unknown/Stalled", "Failed/Stalled"));
    }

    #[test]
    fn one_of_several_words_is_enough() {
        assert!(says("container ended with OOMKilled", "out of memory|oomkilled"));
        assert!(!says("container ended", "out of memory|oomkilled"));
    }
}
