//! What was recorded so far, and what an answer adds to it.
//!
//! A cluster is asked by scopes, which overlap: the same event may be a Warning and about a Kustomization. An object is
//! gone when no scope has it any more, and is written again only when it is another one than before.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use serde_json::{Value, json};

use super::{Entry, Redactor};
use crate::model::cluster::{Answer, Kind, Scope, Within};

/// What came of a question.
#[derive(Clone, Copy, Debug)]
pub enum AnswerReport<'a> {
    /// An answer to all of it.
    Answer(&'a Answer),
    /// All objects, listed anew.
    Objects(&'a [Value]),
    /// One object, new or changed.
    Put(&'a Value),
    /// One object that is gone.
    Gone(&'a Value),
}

/// Kind, namespace and name of an object.
type Identity = (&'static str, String, String);

/// What was recorded of a cluster.
#[derive(Debug)]
pub struct History {
    redactor: Redactor,
    objects: BTreeMap<Identity, RecordedObject>,
    /// The codes that scopes were answered with last, but 200.
    codes: BTreeMap<Scope, u16>,
    logs: BTreeMap<Scope, Vec<String>>,
    unrecorded: BTreeMap<Scope, &'static str>,
}

#[derive(Debug, Default)]
struct RecordedObject {
    digest: u64,
    /// Which scopes have it.
    scopes: BTreeSet<Scope>,
    uid: Value,
}

impl History {
    /// Nothing was recorded yet.
    pub fn new(redactor: Redactor) -> Self {
        let (objects, codes) = (BTreeMap::new(), BTreeMap::new());
        Self { redactor, objects, codes, logs: BTreeMap::new(), unrecorded: BTreeMap::new() }
    }

    /// What a report about a scope adds, in the API version that it was asked at.
    pub fn add(&mut self, scope: &Scope, api_version: &str, report: AnswerReport<'_>) -> Vec<Entry> {
        match report {
            AnswerReport::Answer(Answer::Objects(objects)) => self.list(scope, api_version, objects),
            AnswerReport::Objects(objects) => self.list(scope, api_version, objects),
            AnswerReport::Answer(answer) => self.refuse(scope, answer),
            AnswerReport::Put(object) => {
                self.redactor.learn(std::slice::from_ref(object));
                let mut entries = self.answered(scope);
                entries.extend(self.put(scope, api_version, object));
                entries
            }
            AnswerReport::Gone(object) => {
                let mut entries = self.answered(scope);
                let identity = identity(scope.kind, object);
                entries.extend(self.remove(scope, api_version, &identity));
                entries
            }
        }
    }

    /// What was not answered in a way that can be recorded, and why not: an API server that is overloaded, or silent,
    /// says nothing about a cluster.
    pub fn unrecorded(&self) -> impl Iterator<Item = String> {
        self.unrecorded.iter().map(|(scope, why)| format!("{}: {why}", scope.title()))
    }

    /// How many objects are there.
    pub fn count(&self) -> usize {
        self.objects.len()
    }

    fn list(&mut self, scope: &Scope, api_version: &str, objects: &[Value]) -> Vec<Entry> {
        let mut entries = self.answered(scope);
        if scope.kind == Kind::Log {
            entries.extend(self.log(scope, objects));
            return entries;
        }
        self.redactor.learn(objects);
        for object in objects {
            entries.extend(self.put(scope, api_version, object));
        }
        let listed: BTreeSet<Identity> = objects.iter().map(|object| identity(scope.kind, object)).collect();
        let of_scope = self.objects.iter().filter(|(_, recorded)| recorded.scopes.contains(scope));
        let gone: Vec<Identity> = of_scope
            .map(|(identity, _)| identity.clone())
            .filter(|identity| !listed.contains(identity))
            .collect();
        for identity in gone {
            entries.extend(self.remove(scope, api_version, &identity));
        }
        entries
    }

    fn put(&mut self, scope: &Scope, api_version: &str, object: &Value) -> Option<Entry> {
        let identity = identity(scope.kind, object);
        if identity.2.is_empty() {
            return None;
        }
        // Lists of Kubernetes' own kinds do not repeat in every item what they are.
        let mut object = object.clone();
        object["apiVersion"] = json!(api_version);
        object["kind"] = json!(scope.kind.row().name);
        let object = self.redactor.redacted(&object);
        let mut hasher = DefaultHasher::new();
        object.to_string().hash(&mut hasher);
        let digest = hasher.finish();
        let is_new = !self.objects.contains_key(&identity);
        let recorded = self.objects.entry(identity).or_default();
        recorded.scopes.insert(scope.clone());
        if !is_new && recorded.digest == digest {
            return None;
        }
        recorded.digest = digest;
        recorded.uid = object["metadata"]["uid"].clone();
        Some(Entry::Change(if is_new { "ADDED" } else { "MODIFIED" }, object))
    }

    fn remove(&mut self, scope: &Scope, api_version: &str, identity: &Identity) -> Option<Entry> {
        let recorded = self.objects.get_mut(identity)?;
        recorded.scopes.remove(scope);
        if !recorded.scopes.is_empty() {
            return None;
        }
        let uid = recorded.uid.clone();
        self.objects.remove(identity);
        let (kind, namespace, name) = identity;
        let mut object =
            json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "uid": uid}});
        if !namespace.is_empty() {
            object["metadata"]["namespace"] = json!(namespace);
        }
        Some(Entry::Change("DELETED", self.redactor.redacted(&object)))
    }

    fn log(&mut self, scope: &Scope, lines: &[Value]) -> Option<Entry> {
        let Within::Object(namespace, name) = &scope.within else { return None };
        let (pod, container) = name.split_once('/').unwrap_or((name, ""));
        let lines = self.redactor.redacted_lines(lines);
        if self.logs.insert(scope.clone(), lines.clone()).is_some_and(|former| former == lines) {
            return None;
        }
        let [namespace, pod, container] = [namespace, pod, container].map(str::to_owned);
        Some(Entry::Log { namespace, pod, container, lines })
    }

    /// Says that a scope is answered again, where it was refused.
    fn answered(&mut self, scope: &Scope) -> Vec<Entry> {
        self.unrecorded.remove(scope);
        let was_refused = self.codes.remove(scope).is_some();
        was_refused.then(|| Entry::Answer(scope.question(), 200)).into_iter().collect()
    }

    fn refuse(&mut self, scope: &Scope, answer: &Answer) -> Vec<Entry> {
        let is_object = matches!(scope.within, Within::Object(..));
        let code = match answer {
            Answer::Forbidden => 403,
            // A kind that is not served. An object that is not there is not in the recording either.
            Answer::Absent if !is_object => 404,
            Answer::Absent => return self.absent(scope),
            Answer::Unauthenticated => return self.miss(scope, "not authenticated"),
            Answer::Overloaded => return self.miss(scope, "the API server was overloaded"),
            Answer::Silent(_) | Answer::Objects(_) => return self.miss(scope, "no usable answer came"),
        };
        self.unrecorded.remove(scope);
        let is_same = self.codes.insert(scope.clone(), code) == Some(code);
        if is_same || scope.kind == Kind::Log {
            Vec::new()
        } else {
            vec![Entry::Answer(scope.question(), code)]
        }
    }

    fn absent(&mut self, scope: &Scope) -> Vec<Entry> {
        if scope.kind == Kind::Log {
            Vec::new()
        } else {
            self.list(scope, &scope.kind.row().api_version(), &[])
        }
    }

    fn miss(&mut self, scope: &Scope, why: &'static str) -> Vec<Entry> {
        // What was recorded before stays true until something else is heard.
        if !self.objects.values().any(|recorded| recorded.scopes.contains(scope)) {
            self.unrecorded.insert(scope.clone(), why);
        }
        Vec::new()
    }
}

fn identity(kind: Kind, object: &Value) -> Identity {
    let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default().to_owned();
    (kind.row().name, text("namespace"), text("name"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{AnswerReport, Entry, History};
    use crate::model::cluster::{Answer, Kind, Scope};
    use crate::model::recording::Redactor;

    fn event(name: &str, message: &str) -> Value {
        json!({"metadata": {"name": name, "namespace": "dev", "uid": name}, "message": message})
    }

    fn lines(entries: &[Entry]) -> Vec<String> {
        let line = |entry: &Entry| match entry {
            Entry::Change(change, object) => {
                format!("{change} {} {}", object["kind"], object["metadata"]["name"]).replace('"', "")
            }
            Entry::Log { pod, container, lines, .. } => format!("log {pod} {container} {lines:?}"),
            Entry::Answer(question, code) => format!("{question} {code}"),
        };
        entries.iter().map(line).collect()
    }

    #[test]
    fn only_what_changes_is_recorded() {
        let mut history = History::new(Redactor::new(false));
        let warnings = Scope::namespace(Kind::Warning, "dev");
        let of_flux = Scope::namespace(Kind::KustomizationEvent, "dev");
        let mut add = |scope: &Scope, report: AnswerReport<'_>| lines(&history.add(scope, "v1", report));
        let (a, b) = (event("a", "x"), event("b", "x"));
        assert_eq!(
            add(&warnings, AnswerReport::Objects(&[a.clone(), b.clone()])),
            ["ADDED Event a", "ADDED Event b"]
        );
        assert_eq!(add(&of_flux, AnswerReport::Objects(std::slice::from_ref(&a))), [""; 0]);
        assert_eq!(add(&warnings, AnswerReport::Put(&event("b", "y"))), ["MODIFIED Event b"]);
        assert_eq!(add(&warnings, AnswerReport::Objects(&[])), ["DELETED Event b"], "the other scope has a");
        assert_eq!(add(&of_flux, AnswerReport::Gone(&a)), ["DELETED Event a"]);
    }

    #[test]
    fn refusals_are_recorded_until_they_end() {
        let mut history = History::new(Redactor::new(false));
        let pods = Scope::namespace(Kind::Pod, "dev");
        let mut add = |report: AnswerReport<'_>| lines(&history.add(&pods, "v1", report));
        assert_eq!(add(AnswerReport::Answer(&Answer::Forbidden)), ["list pods in dev 403"]);
        assert_eq!(add(AnswerReport::Answer(&Answer::Forbidden)), [""; 0]);
        assert_eq!(add(AnswerReport::Answer(&Answer::Overloaded)), [""; 0]);
        assert_eq!(
            history.unrecorded().collect::<Vec<_>>(),
            ["list pods in dev: the API server was overloaded"]
        );
        let mut add = |report: AnswerReport<'_>| lines(&history.add(&pods, "v1", report));
        assert_eq!(add(AnswerReport::Objects(&[])), ["list pods in dev 200"]);
        assert_eq!(add(AnswerReport::Answer(&Answer::Absent)), ["list pods in dev 404"]);
        assert_eq!(history.unrecorded().count(), 0);
    }

    #[test]
    fn logs_are_recorded_once_and_without_secrets() {
        let mut history = History::new(Redactor::new(true));
        let log = Scope::object(Kind::Log, "dev", "hello-1/app");
        let answer = Answer::Objects(vec![json!("PASSWORD=hunter2"), json!("panic: no")]);
        let mut add = |report: AnswerReport<'_>| lines(&history.add(&log, "v1", report));
        assert_eq!(
            add(AnswerReport::Answer(&answer)),
            ["log hello-1 app [\"PASSWORD=redacted\", \"panic: no\"]"]
        );
        assert_eq!(add(AnswerReport::Answer(&answer)), [""; 0]);
    }
}
