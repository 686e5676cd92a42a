//! What waits for what: edges of `dependsOn`, the circle that they make, and what is at the root of a wait.

use std::collections::BTreeSet;

use super::observation::Observation;
use super::short;
use crate::model::Unanswered;
use crate::model::cluster::{Facts, Kind, KustomizationFacts};
use crate::model::objects::Reference;

/// The circle that a node's edges lead into: its members in order, the first of them again at the end.
pub(super) fn circle<Node: Ord + Clone>(
    start: &Node,
    edges: impl Fn(&Node) -> Vec<Node>,
) -> Option<Vec<Node>> {
    let mut path = vec![(start.clone(), edges(start).into_iter())];
    let mut on_path = BTreeSet::from([start.clone()]);
    let mut done = BTreeSet::new();
    while let Some((node, rest)) = path.last_mut() {
        match rest.next() {
            Some(next) if on_path.contains(&next) => {
                let members = path.into_iter().map(|(member, _)| member);
                let members = members.skip_while(|member| *member != next);
                return Some(members.chain([next.clone()]).collect());
            }
            Some(next) if !done.contains(&next) => {
                on_path.insert(next.clone());
                let edges = edges(&next).into_iter();
                path.push((next, edges));
            }
            Some(_) => {}
            None => {
                on_path.remove(node);
                done.insert(node.clone());
                path.pop();
            }
        }
    }
    None
}

/// What a kustomization waits for in the end.
pub(super) enum Root<'a> {
    /// Nothing: all its dependencies are ready.
    Ready,
    /// Itself, or others that wait for each other: their names in order.
    Circle(Vec<String>),
    /// A kustomization that is not there.
    Missing(&'a Reference),
    /// A kustomization that could not be read.
    NotKnown(&'a Reference, Option<Unanswered>),
    /// A kustomization that itself waits for no other.
    Kustomization(&'a KustomizationFacts),
}

/// Namespace and name.
type Place<'a> = (&'a str, &'a str);

/// The root of a wait.
pub(super) fn root<'a>(observation: &Observation<'a>, waiting: &'a KustomizationFacts) -> Root<'a> {
    let start = place(waiting);
    let edges = |node: &Place<'a>| -> Vec<Place<'a>> {
        let facts = observation.facts.kustomization(node.0, node.1);
        let unready = facts.into_iter().flat_map(|facts| unready(observation, facts));
        unready.map(|(dependency, _)| (dependency.namespace.as_str(), dependency.name.as_str())).collect()
    };
    if let Some(circle) = circle(&start, edges) {
        return Root::Circle(
            circle.into_iter().map(|(namespace, name)| format!("{namespace}/{name}")).collect(),
        );
    }
    // Without a circle every way ends.
    let mut facts = waiting;
    loop {
        let next = unready(observation, facts).into_iter().next();
        let Some((dependency, known)) = next else {
            let is_start = place(facts) == start;
            return if is_start { Root::Ready } else { Root::Kustomization(facts) };
        };
        let Some(known) = known else {
            let unanswered = observation.state.unanswered_in(Kind::Kustomization, &dependency.namespace);
            let is_looked_for = observation.state.looked(Kind::Kustomization, &dependency.namespace);
            return match is_looked_for {
                true => Root::Missing(dependency),
                false => Root::NotKnown(dependency, unanswered),
            };
        };
        facts = known;
    }
}

/// The namespaces in which kustomizations are that these wait for, whatever is between, and in which their sources are,
/// as far as they are known.
pub(super) fn reach<'a>(
    facts: &'a Facts,
    waiting: impl Iterator<Item = &'a KustomizationFacts>,
) -> BTreeSet<(&'a str, Kind)> {
    let mut rest: Vec<&KustomizationFacts> = waiting.collect();
    let mut seen = BTreeSet::new();
    let mut reach = BTreeSet::new();
    while let Some(waiting) = rest.pop() {
        let dependencies = waiting.object.depends_on.iter();
        for dependency in
            dependencies.filter(|dependency| seen.insert((&dependency.namespace, &dependency.name)))
        {
            reach.insert((dependency.namespace.as_str(), Kind::Kustomization));
            let Some(known) = facts.kustomization(&dependency.namespace, &dependency.name) else { continue };
            let source = &known.object.source;
            reach.extend(source.source().map(|kind| (source.namespace.as_str(), Kind::of_source(kind))));
            rest.push(known);
        }
    }
    reach
}

fn place(facts: &KustomizationFacts) -> Place<'_> {
    (&facts.object.meta.namespace, &facts.object.meta.name)
}

/// The dependencies of a kustomization that are not ready, as Flux sees that, each with what is known of it.
fn unready<'a>(
    observation: &Observation<'a>,
    waiting: &'a KustomizationFacts,
) -> Vec<(&'a Reference, Option<&'a KustomizationFacts>)> {
    let dependencies = waiting.object.depends_on.iter().map(|dependency| {
        let known = observation.facts.kustomization(&dependency.namespace, &dependency.name);
        (dependency, known.map(AsRef::as_ref))
    });
    dependencies
        .filter(|(_, known)| known.is_none_or(|known| unreadiness(waiting, known).is_some()))
        .collect()
}

/// The dependencies that are not ready, each with how it stands.
pub(super) fn unready_in_words(observation: &Observation<'_>, waiting: &KustomizationFacts) -> Vec<String> {
    let in_words = |dependency: &Reference| {
        let title = format!("Kustomization {}", dependency.key());
        let Some(known) = observation.facts.kustomization(&dependency.namespace, &dependency.name) else {
            return Some(title);
        };
        let how = unreadiness(waiting, known)?;
        Some(if how.is_empty() { title } else { format!("{title} ({how})") })
    };
    waiting.object.depends_on.iter().filter_map(in_words).collect()
}

/// How a dependency stands that is not ready: it is not `Ready`, or has not applied the revision that both follow.
fn unreadiness(waiting: &KustomizationFacts, dependency: &KustomizationFacts) -> Option<String> {
    let object = &dependency.object;
    let Some(ready) = object.conditions.get("Ready") else { return Some(String::new()) };
    if ready.status != "True" {
        return Some(ready.reason.clone());
    }
    let artifact = dependency.source.as_ref().and_then(|source| source.artifact.as_deref());
    let is_behind = object.source == waiting.object.source && artifact != object.applied.as_deref();
    let behind = |artifact: &str| format!("has not applied {}", short(artifact));
    artifact.filter(|_| is_behind).map(behind)
}

#[cfg(test)]
mod tests {
    use super::circle;

    #[test]
    fn circles_are_found_wherever_they_begin() {
        let edges = |pairs: &'static [(&'static str, &'static str)]| {
            move |node: &&'static str| -> Vec<&'static str> {
                pairs.iter().filter(|(from, _)| from == node).map(|(_, to)| *to).collect()
            }
        };
        for (pairs, start, expected) in [
            (&[("a", "b"), ("b", "c"), ("c", "a")][..], "a", Some(vec!["a", "b", "c", "a"])),
            (&[("a", "b"), ("b", "c"), ("c", "a")][..], "c", Some(vec!["c", "a", "b", "c"])),
            (&[("a", "a")][..], "a", Some(vec!["a", "a"])),
            (&[("d", "a"), ("a", "b"), ("b", "a")][..], "d", Some(vec!["a", "b", "a"])),
            (&[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")][..], "a", None),
            (&[("a", "x"), ("a", "b"), ("b", "a")][..], "a", Some(vec!["a", "b", "a"])),
            (&[][..], "a", None),
        ] {
            assert_eq!(circle(&start, edges(pairs)), expected, "{pairs:?} from {start}");
        }
    }

    #[test]
    fn a_long_chain_ends() {
        let next = |node: &u32| if *node < 50_000 { vec![node + 1, node + 2] } else { Vec::new() };
        assert_eq!(circle(&0, next), None);
    }
}
