//! Whether a watched cluster is heard: which of its scopes report only errors, since when, and what a direct read of
//! them came to.
//!
//! A scope that was answered once keeps its answer while it is silent, and time stands still for the verdict: grace
//! periods do not end because nobody answers. Of all scopes being silent one alone is read until it answers. Scopes
//! that are silent while others answer were considered for being taken as not known; but what is not heard has not
//! changed because of that.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::model::Why;
use crate::model::cluster::{Answer, Kind, Scope, Within};

/// The scopes of a cluster that are not heard.
#[derive(Default)]
pub(super) struct Contact {
    silences: BTreeMap<Scope, Silence>,
    /// What came instead of an answer when nothing that was read answered.
    unreached: Option<Why>,
    /// Whether a cluster that was not heard answers again, so that all of it is read.
    is_returning: bool,
}

/// A scope that reports only errors.
struct Silence {
    /// When its cluster was last judged while it was heard.
    since: Timestamp,
    /// Whether its last answer is kept.
    is_kept: bool,
    /// Since when it has not been read directly.
    unread_since: Instant,
    /// Whether it is read without waiting any longer.
    is_urgent: bool,
    is_being_read: bool,
    /// The last error that its watch reported.
    error: Option<Answer>,
    /// What a direct read came to.
    why: Option<Why>,
}

impl Contact {
    /// The watch of a scope reported an error.
    pub(super) fn report(&mut self, scope: Scope, since: Timestamp, is_kept: bool, error: Answer) {
        self.miss(scope.clone(), since, is_kept);
        self.silences.entry(scope).and_modify(|silence| silence.error = Some(error));
    }

    /// What a direct read that does not end comes to: what the watch was told, where that was an error.
    pub(super) fn unended(&self, scope: &Scope) -> Answer {
        let error = self.silences.get(scope).and_then(|silence| silence.error.clone());
        error.unwrap_or_else(|| Answer::silent("it does not answer in time"))
    }

    /// A scope is not heard: `since` is when its cluster was last judged while it was heard, `is_kept` whether it
    /// was answered before.
    pub(super) fn miss(&mut self, scope: Scope, since: Timestamp, is_kept: bool) {
        self.silences.entry(scope).or_insert_with(|| Silence {
            since,
            is_kept,
            unread_since: Instant::now(),
            is_urgent: false,
            is_being_read: false,
            error: None,
            why: None,
        });
    }

    /// A scope that was answered is refused: it is read at once, with everything else, because either it alone is
    /// refused or everything is.
    pub(super) fn doubt(&mut self, scope: Scope, since: Timestamp) {
        self.miss(scope.clone(), since, true);
        let silence = self.silences.get_mut(&scope).expect("it was missed just now");
        silence.is_urgent = silence.why.is_none();
    }

    /// A scope is heard.
    pub(super) fn hear(&mut self, scope: &Scope) {
        self.silences.remove(scope);
        if self.silences.is_empty() {
            (self.unreached, self.is_returning) = (None, false);
        }
        self.is_returning |= self.unreached.is_some();
    }

    /// A direct read of a scope came to nothing.
    pub(super) fn fail(&mut self, scope: Scope, since: Timestamp, is_kept: bool, why: Why) {
        self.miss(scope.clone(), since, is_kept);
        let silence = self.silences.get_mut(&scope).expect("it was missed just now");
        (silence.is_being_read, silence.is_urgent) = (false, false);
        silence.why = Some(why);
    }

    /// Direct reads of scopes have ended. `why` is what came where none of them was answered.
    pub(super) fn conclude(&mut self, read: &[Scope], why: Option<Why>) {
        if why.is_some() {
            (self.unreached, self.is_returning) = (why, false);
        } else if self.unreached.is_some() {
            let all_were_read = self.silences.keys().all(|scope| read.contains(scope));
            self.is_returning = !all_were_read;
            if all_were_read {
                self.unreached = None;
            }
        }
    }

    /// The scopes that are read now: those that were silent for long, with one of the `heard` that tells whether the
    /// cluster is there at all.
    pub(super) fn begin_reading(
        &mut self,
        patience: Duration,
        heard: impl Iterator<Item = Scope>,
    ) -> Vec<Scope> {
        let is_returning = std::mem::take(&mut self.is_returning);
        let heard: Vec<Scope> = heard.filter(|scope| !self.silences.contains_key(scope)).collect();
        let patience = patience_beside(&heard, patience);
        let is_due = |silence: &Silence| {
            let is_long = silence.unread_since.elapsed() >= patience;
            !silence.is_being_read && (is_long || silence.is_urgent || is_returning)
        };
        let mut due: Vec<Scope> = Vec::new();
        let mut is_urgent = false;
        let is_lost = self.unreached.is_some() && !is_returning;
        for (scope, silence) in self.silences.iter_mut().filter(|(_, silence)| is_due(silence)) {
            silence.unread_since = Instant::now();
            is_urgent |= silence.is_urgent;
            if !is_lost || due.is_empty() {
                silence.is_being_read = true;
                due.push(scope.clone());
            }
        }
        if !due.is_empty() {
            due.extend(heard.into_iter().take(if is_urgent { usize::MAX } else { 1 }));
        }
        due
    }

    /// Nothing is being read any more.
    pub(super) fn stop_reading(&mut self) {
        self.silences.values_mut().for_each(|silence| silence.is_being_read = false);
    }

    /// When everything that time counts for was last heard; `None`: now.
    pub(super) fn last_heard(&self) -> Option<Timestamp> {
        if self.unreached.is_some() {
            return self.earliest();
        }
        let counts = |scope: &Scope| !TIMELESS.contains(&scope.kind);
        let kept = self.silences.iter().filter(|(scope, silence)| silence.is_kept && counts(scope));
        kept.map(|(_, silence)| silence.since).min()
    }

    fn earliest(&self) -> Option<Timestamp> {
        self.silences.values().map(|silence| silence.since).min()
    }

    /// Why the cluster as a whole is not heard, and since when.
    pub(super) fn lost(&self) -> Option<(Timestamp, Why)> {
        Some((self.earliest()?, self.unreached.clone()?))
    }

    /// The scopes whose last answers are kept, each since when and why.
    pub(super) fn kept(&self) -> impl Iterator<Item = (&Scope, Timestamp, &Why)> {
        let kept = self.silences.iter().filter(|(_, silence)| silence.is_kept);
        kept.filter_map(|(scope, silence)| Some((scope, silence.since, silence.why.as_ref()?)))
    }
}

/// Where nothing at all is heard, there is less to wait for: one scope's errors may be its own, those of all are not.
const PATIENCE_WITH_ALL: Duration = Duration::from_secs(2);

/// How long a scope may be silent beside others that are heard. A single object is asked for now and then: that no
/// error came says little.
fn patience_beside(heard: &[Scope], patience: Duration) -> Duration {
    let is_watched = |scope: &Scope| !matches!(scope.within, Within::Object(..));
    if heard.iter().any(is_watched) { patience } else { patience.min(PATIENCE_WITH_ALL) }
}

/// Kinds from which nothing follows by the passing of time.
const TIMELESS: [Kind; 6] = [
    Kind::Namespace,
    Kind::ResourceQuota,
    Kind::Warning,
    Kind::KustomizationEvent,
    Kind::ArcConfig,
    Kind::Log,
];

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(15);

    fn scope(kind: Kind) -> Scope {
        Scope::cluster(kind)
    }

    fn silent(kinds: &[Kind]) -> Contact {
        let mut contact = Contact::default();
        for kind in kinds {
            contact.miss(scope(*kind), Timestamp::UNIX_EPOCH, true);
        }
        contact
    }

    /// What is read once everything was silent for long.
    fn read(contact: &mut Contact, heard: &[Kind]) -> Vec<Scope> {
        contact.begin_reading(Duration::ZERO, heard.iter().copied().map(scope))
    }

    fn fail(contact: &mut Contact, read: &[Scope], is_heard: bool) {
        let why = || Why::NoAnswer("connection refused".to_owned());
        for scope in read.iter().filter(|scope| !is_heard || scope.kind != Kind::Pod) {
            contact.fail(scope.clone(), Timestamp::UNIX_EPOCH, true, why());
        }
        contact.conclude(read, (!is_heard).then(why));
    }

    #[test]
    fn what_is_silent_is_read_after_a_while_with_a_witness() {
        let mut contact = silent(&[Kind::Kustomization, Kind::Deployment]);
        assert!(contact.begin_reading(PATIENCE, [scope(Kind::Pod)].into_iter()).is_empty());
        let scopes = read(&mut contact, &[Kind::Kustomization, Kind::Pod, Kind::Job]);
        assert_eq!(scopes, [Kind::Kustomization, Kind::Deployment, Kind::Pod].map(scope));
        assert!(read(&mut contact, &[Kind::Pod]).is_empty(), "they are being read");
        assert_eq!(contact.last_heard(), Some(Timestamp::UNIX_EPOCH), "time stands still meanwhile");
        fail(&mut contact, &scopes, true);
        assert_eq!(contact.lost(), None, "the witness answered");
        assert_eq!(contact.kept().count(), 2);
    }

    /// A server that is gone is not heard of half a minute later, because single objects are asked for so seldom.
    #[test]
    fn where_all_watches_are_silent_the_server_is_asked_soon() {
        let object = Scope::object(Kind::ArcConfig, "azure-arc", "azure-clusterconfig");
        for (heard, expected) in [
            (vec![], PATIENCE_WITH_ALL),
            (vec![object.clone()], PATIENCE_WITH_ALL),
            (vec![object, scope(Kind::Pod)], PATIENCE),
        ] {
            assert_eq!(patience_beside(&heard, PATIENCE), expected, "{heard:?}");
        }
        assert_eq!(patience_beside(&[], Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn a_read_that_does_not_end_comes_to_what_the_watch_was_told() {
        let mut contact = silent(&[Kind::Deployment]);
        let refused = Answer::silent("connection refused");
        contact.report(scope(Kind::Kustomization), Timestamp::UNIX_EPOCH, true, refused.clone());
        assert_eq!(contact.unended(&scope(Kind::Kustomization)), refused);
        let slow = Answer::silent("it does not answer in time");
        assert_eq!(contact.unended(&scope(Kind::Deployment)), slow);
        assert_eq!(contact.unended(&scope(Kind::Pod)), slow);
    }

    #[test]
    fn of_a_lost_cluster_one_scope_is_read_and_all_when_it_returns() {
        let mut contact = silent(&[Kind::Kustomization, Kind::Deployment]);
        let scopes = read(&mut contact, &[]);
        fail(&mut contact, &scopes, false);
        assert!(contact.lost().is_some());
        let scopes = read(&mut contact, &[]);
        assert_eq!(scopes.len(), 1, "a server that is lost is not asked everything");
        contact.hear(&scopes[0]);
        contact.conclude(&scopes, None);
        assert!(contact.lost().is_some(), "until all of it is known again");
        let rest = contact.begin_reading(PATIENCE, [Kind::Kustomization].into_iter().map(scope));
        assert_eq!(rest.len(), 2, "without waiting any longer");
        rest.iter().for_each(|scope| contact.hear(scope));
        contact.conclude(&rest, None);
        assert_eq!((contact.lost(), contact.last_heard()), (None, None));
    }

    #[test]
    fn a_refusal_is_read_at_once_with_everything_else() {
        let mut contact = Contact::default();
        contact.doubt(scope(Kind::Kustomization), Timestamp::UNIX_EPOCH);
        let scopes = contact.begin_reading(PATIENCE, [Kind::Pod, Kind::Job].into_iter().map(scope));
        assert_eq!(scopes, [Kind::Kustomization, Kind::Pod, Kind::Job].map(scope));
    }

    #[test]
    fn what_was_never_answered_or_does_not_depend_on_time_does_not_stop_it() {
        let mut contact = silent(&[Kind::Warning]);
        contact.miss(scope(Kind::Job), Timestamp::UNIX_EPOCH, false);
        assert_eq!(contact.last_heard(), None);
    }
}
