//! The plan of a reconciliation: sources first, then the kustomizations that build from them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::object::ReconcileObject;
use crate::model::cluster::{Facts, Kind};
use crate::model::objects::Source;
use crate::model::plan::{Action, Plan, PlanStep};
use crate::model::verdict::{EnvironmentStatus, resume_command, short};

/// A request that no controller handled in this time is made again.
const ABANDONED: SignedDuration = SignedDuration::from_mins(10);

/// What is asked of the controller of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReconcileRequest {
    /// The object's kind.
    pub kind: Kind,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The value that stands for the request.
    pub value: String,
    /// Whether the annotation with that value stands already: an earlier run was ended before it was handled.
    pub is_made: bool,
}

/// What will be asked for environments of one cluster, with the reason where nothing can be.
pub fn plan(facts: &Facts, environments: &[EnvironmentStatus], now: Timestamp) -> Plan {
    let objects = objects(facts, environments);
    let steps = match objects.as_slice() {
        [] => environments.iter().map(without_objects).collect(),
        objects => objects.iter().map(|object| step(facts, *object, objects, now)).collect(),
    };
    Plan { goal: goal(environments), steps }
}

/// The requests of a plan, by the names of its steps.
pub fn requests(
    facts: &Facts,
    environments: &[EnvironmentStatus],
    now: Timestamp,
) -> BTreeMap<String, ReconcileRequest> {
    let objects = objects(facts, environments);
    objects.into_iter().map(|object| (object.name(), request(object, now))).collect()
}

fn goal(environments: &[EnvironmentStatus]) -> String {
    let namespaces: Vec<&str> =
        environments.iter().map(|environment| environment.id.namespace.as_str()).collect();
    let context = environments.first().and_then(|environment| environment.id.cluster.context());
    let context = context.map(|context| format!(" in context {context}")).unwrap_or_default();
    format!("reconcile {}{context}", namespaces.join(", "))
}

/// Nothing delivers to the environment that could be asked: the verdict says why.
fn without_objects(environment: &EnvironmentStatus) -> PlanStep {
    let next = environment.next.first().map(|next| next.command.clone());
    blocked(format!("environment {}", environment.environment), environment.message.clone(), next)
}

/// The sources of the environments' kustomizations, each once, then the kustomizations.
fn objects<'a>(facts: &'a Facts, environments: &[EnvironmentStatus]) -> Vec<ReconcileObject<'a>> {
    let deliveries = environments.iter().flat_map(|environment| &environment.kustomizations);
    let kustomizations: Vec<_> =
        deliveries.filter_map(|delivery| facts.kustomization(&delivery.namespace, &delivery.name)).collect();
    let sources = kustomizations.iter().filter_map(|kustomization| kustomization.source.as_deref());
    let sources = sources.filter(|source| source.fetches_on_request());
    let kustomizations = kustomizations.iter().map(|kustomization| &*kustomization.object);
    let all = sources.map(ReconcileObject::Source).chain(kustomizations.map(ReconcileObject::Kustomization));
    let mut names = BTreeSet::new();
    all.filter(|object| names.insert(object.name())).collect()
}

fn step(
    facts: &Facts,
    object: ReconcileObject<'_>,
    objects: &[ReconcileObject<'_>],
    now: Timestamp,
) -> PlanStep {
    if object.is_suspended() {
        return blocked(object.name(), suspension(object), Some(resume(facts, object)));
    }
    let revision = match object.revision() {
        Some(revision) => format!("{} {}", short(revision), object.participle()),
        None => format!("nothing {}", object.participle()),
    };
    let request = request(object, now);
    let exists = match request.is_made {
        true => format!("{revision}; asked for at {}, not handled yet", whole_seconds(&request.value)),
        false => revision,
    };
    let exists = exists + &unasked_source(facts, object);
    let change = match object {
        ReconcileObject::Source(_) => "fetch now",
        ReconcileObject::Kustomization(_) => "build and apply now",
    };
    PlanStep {
        name: object.name(),
        action: Action::Change,
        exists,
        change: change.to_owned(),
        difference: None,
        remedy: None,
        after: before(facts, object, objects),
    }
}

/// The time of a request, for people.
fn whole_seconds(value: &str) -> String {
    value.parse::<Timestamp>().map_or_else(|_| value.to_owned(), |at| format!("{at:.0}"))
}

/// The source of a kustomization that is not asked, because nobody fetches it on request or it is not there: what it has fetched
/// is applied.
fn unasked_source(facts: &Facts, object: ReconcileObject<'_>) -> String {
    let ReconcileObject::Kustomization(kustomization) = object else { return String::new() };
    let own = facts.kustomization(&kustomization.meta.namespace, &kustomization.meta.name);
    let source = own.and_then(|own| own.source.as_deref());
    if source.is_some_and(Source::fetches_on_request) {
        return String::new();
    }
    let source = &kustomization.source;
    format!("; its source {} {} is not asked to fetch", source.kind, source.key())
}

/// A kustomization comes after its source, unless that is suspended: what was fetched can still be applied. It
/// comes after the kustomizations that it depends on.
fn before(facts: &Facts, object: ReconcileObject<'_>, objects: &[ReconcileObject<'_>]) -> Vec<String> {
    let ReconcileObject::Kustomization(kustomization) = object else { return Vec::new() };
    let own = facts.kustomization(&kustomization.meta.namespace, &kustomization.meta.name);
    let source = own.and_then(|own| own.source.as_deref()).map(ReconcileObject::Source);
    let depends_on = kustomization.depends_on.iter();
    let dependencies = depends_on
        .filter_map(|reference| facts.kustomization(&reference.namespace, &reference.name))
        .map(|dependency| ReconcileObject::Kustomization(&dependency.object));
    let asked = |earlier: &ReconcileObject<'_>| {
        !earlier.is_suspended() && objects.iter().any(|object| object.name() == earlier.name())
    };
    source.into_iter().chain(dependencies).filter(asked).map(ReconcileObject::name).collect()
}

fn request(object: ReconcileObject<'_>, now: Timestamp) -> ReconcileRequest {
    let meta = object.meta();
    let unhandled = object.requested().filter(|requested| Some(*requested) != object.handled());
    let is_recent =
        |value: &str| value.parse::<Timestamp>().is_ok_and(|at| now.duration_since(at).abs() < ABANDONED);
    let made = unhandled.filter(|value| is_recent(value));
    ReconcileRequest {
        kind: object.kind(),
        namespace: meta.namespace.clone(),
        name: meta.name.clone(),
        value: made.map_or_else(|| new_value(object, now), str::to_owned),
        is_made: made.is_some(),
    }
}

/// The time, a little later where that value was used already.
fn new_value(object: ReconcileObject<'_>, now: Timestamp) -> String {
    let is_used = |value: &str| [object.handled(), object.requested()].contains(&Some(value));
    let mut at = now;
    while is_used(&at.to_string()) {
        at = at.saturating_add(SignedDuration::from_millis(1)).unwrap_or(Timestamp::MIN);
    }
    at.to_string()
}

fn suspension(object: ReconcileObject<'_>) -> String {
    let written = object.meta().written("suspend");
    let by = written.map(|(manager, at)| format!(" since {at:.0} (by {manager})")).unwrap_or_default();
    let stays = match object.revision() {
        Some(revision) => format!("{} stays {}", short(revision), object.participle()),
        None => format!("nothing was ever {}", object.participle()),
    };
    format!("suspended{by}; {stays}")
}

fn resume(facts: &Facts, object: ReconcileObject<'_>) -> String {
    resume_command(&facts.arc, &object.resource(), object.meta())
}

fn blocked(name: String, reason: String, remedy: Option<String>) -> PlanStep {
    PlanStep {
        name,
        action: Action::Blocked,
        exists: reason,
        change: String::new(),
        difference: None,
        remedy,
        after: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::cluster::{Answer, ClusterState, Scope, Selection};
    use crate::model::objects::SourceKind;
    use crate::model::pipeline::ClusterRef;
    use crate::model::verdict::picture;

    const REVISION: &str = "dev@sha1:1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";
    const NOW: &str = "2026-11-28T03:00:00Z";

    fn now() -> Timestamp {
        NOW.parse().expect("a time")
    }

    fn source(annotations: &Value, handled: &str, suspend: bool) -> Source {
        Source::read(
            SourceKind::GitRepository,
            &json!({
                "metadata": { "namespace": "flux-system", "name": "hello-dev", "annotations": annotations },
                "spec": { "suspend": suspend },
                "status": { "lastHandledReconcileAt": handled, "artifact": { "revision": REVISION } },
            }),
        )
    }

    #[test]
    fn a_request_that_nobody_handled_yet_is_not_made_again() {
        let asked = |annotation: &str, handled: &str| {
            let source = source(&json!({ RECONCILE: annotation }), handled, false);
            let request = request(ReconcileObject::Source(&source), now());
            (request.value, request.is_made)
        };
        const RECONCILE: &str = crate::model::contract::RECONCILE_ANNOTATION;
        let recent = "2026-11-28T02:59:30Z";
        assert_eq!(asked(recent, ""), (recent.to_owned(), true), "an earlier run was killed");
        assert_eq!(asked(recent, recent), (NOW.to_owned(), false), "it was handled");
        assert_eq!(asked("2026-11-28T02:00:00Z", ""), (NOW.to_owned(), false), "nobody handles it any more");
        assert_eq!(asked("1732762770", ""), (NOW.to_owned(), false), "whoever made it writes no time");
        assert_eq!(asked(NOW, NOW), ("2026-11-28T03:00:00.001Z".to_owned(), false), "a value counts once");
    }

    #[test]
    fn what_is_suspended_is_blocked_and_nothing_waits_for_it() {
        let source = json!({
            "metadata": { "namespace": "flux-system", "name": "hello-dev" },
            "spec": { "suspend": true, "url": "https://git.example/contoso/hello-gitops" },
            "status": { "artifact": { "revision": REVISION } },
        });
        let kustomization = json!({
            "metadata": { "namespace": "flux-system", "name": "hello-dev-hello-dev" },
            "spec": { "sourceRef": { "kind": "GitRepository", "name": "hello-dev" } },
        });
        let mut state = ClusterState::new(ClusterRef::InCluster);
        for (kind, object) in [(Kind::GitRepository, source), (Kind::Kustomization, kustomization)] {
            state.replace(Scope::namespace(kind, "flux-system"), Answer::Objects(vec![object]));
        }
        let selection = Selection::Namespace("dev-hello".to_owned());
        let environments = picture(&state, &selection, now()).environments;
        let steps = plan(state.facts(), &environments, now()).steps;
        assert_eq!(steps[0].action, Action::Blocked);
        assert_eq!(steps[0].exists, "suspended; 1a2b3c4 stays fetched");
        assert!(
            steps[0].remedy.as_ref().is_some_and(|line| line.starts_with("kubectl patch gitrepository/"))
        );
        assert_eq!((steps[1].action, steps[1].exists.as_str()), (Action::Change, "nothing applied"));
        assert!(steps[1].after.is_empty(), "what was fetched can still be applied");
    }

    #[test]
    fn a_source_that_is_not_asked_is_named() {
        let kustomization = json!({
            "metadata": { "namespace": "flux-system", "name": "hello-dev" },
            "spec": { "targetNamespace": "dev-hello", "sourceRef": { "kind": "OCIRepository", "name": "hello" } },
        });
        let mut state = ClusterState::new(ClusterRef::InCluster);
        let scope = Scope::namespace(Kind::Kustomization, "flux-system");
        state.replace(scope, Answer::Objects(vec![kustomization]));
        let environments = picture(&state, &Selection::All, now()).environments;
        let steps = plan(state.facts(), &environments, now()).steps;
        assert_eq!(steps.len(), 1);
        let exists = "nothing applied; its source OCIRepository flux-system/hello is not asked to fetch";
        assert_eq!(steps[0].exists, exists);
    }
}
