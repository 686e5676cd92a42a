//! How a scenario is put on: what it happens to comes first, then its deeds, each at its own time, and what follows
//! from them follows before the lab begins.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::built_in::BuiltIn;
use super::document::{Deployment, PodOutcome, Scenario};
use super::error::ScenarioError;
use super::placeholders::{LAB, substitute, substitute_in};
use super::requests::{ScenarioRequest, ask, ask_azure};
use crate::git::GitHost;
use crate::github::GitHub;
use crate::kubernetes::Cluster;
use crate::message::Request;
use crate::world::World;

/// What Azure calls the first cluster of a lab; others are called as their contexts are.
pub(crate) const FIRST_ARC_CLUSTER: &str = "edge-1";
/// What stands for the number of an account.
const ACCOUNT: &str = "${lab.account.";
const MERGE: &str = "application/merge-patch+json";

/// A scenario and those that it builds on, the lowest first, with nothing left to repeat.
pub(crate) fn history(scenario: &Scenario) -> Result<Vec<Scenario>, ScenarioError> {
    let mut history = vec![scenario.clone()];
    let mut after = SignedDuration::ZERO;
    while let Some(base) = history.last().and_then(|last| last.spec.base.clone()) {
        let found = BuiltIn::named(&base).map(BuiltIn::document);
        let mut found = found.ok_or_else(|| ScenarioError::Base(base.clone()))?;
        after += history.last().map_or(SignedDuration::ZERO, |above| above.spec.after);
        found.spec.ago += after;
        let above = history.last().expect("there is the scenario itself");
        if found.spec.ago <= above.spec.ago {
            return Err(ScenarioError::Order { name: above.metadata.name.clone(), base });
        }
        history.push(found);
    }
    history.reverse();
    for scenario in &mut history {
        scenario.spec.expand()?;
    }
    Ok(history)
}

/// What deeds are done to.
pub(crate) struct Seed<'a> {
    pub(crate) git: &'a GitHost,
    /// Where the git host is.
    pub(crate) git_url: &'a str,
    /// The token of whoever runs the lab, on the git host and on GitHub.
    pub(crate) own: &'a str,
    /// The characters of tokens, by their names.
    pub(crate) tokens: &'a BTreeMap<String, String>,
}

impl Seed<'_> {
    /// Does everything of a scenario at `now`: once on the git host and on GitHub, and in every cluster.
    pub(crate) fn put_on(
        &self,
        scenario: &Scenario,
        world: &mut World,
        now: Timestamp,
    ) -> Result<(), ScenarioError> {
        let spec = &scenario.spec;
        for organization in &spec.organizations {
            let members: Vec<&str> = organization.members.iter().map(String::as_str).collect();
            world.github.add_organization(&organization.name, &members, now);
        }
        for grant in &spec.tokens {
            let token = self.token(&grant.name)?;
            grant.issue(token, self.git, &mut world.github, now);
        }
        for index in 0..world.sites.len() {
            world.at_site(index, now, |site, _| self.prepare(scenario, &mut site.cluster, now))?;
        }
        spec.runners.iter().for_each(|runner| world.github.add_runner(runner.runner()));
        for repository in &spec.repositories {
            self.commit(repository, &mut world.github, now)?;
        }
        for asked in &spec.github {
            let (method, asked) = asked.asked();
            let path = self.filled(&asked.path)?;
            let body = numbered(&asked.body, &mut world.github, now);
            let body = substitute_in(LAB, &body, &mut |word| self.meaning(word))?;
            let token = asked.token.as_ref().map_or(Ok(self.own), |name| self.token(name))?;
            ask(&mut world.github, token, (method, &path), &body, now)?;
        }
        for earlier in &spec.earlier_runs {
            earlier.count_in(&mut world.github, now)?;
        }
        for run in &spec.runs {
            let tip = self.git.tip(&run.repository, &run.branch)?;
            let mut filled = |text: &str| self.filled(text);
            run.record(&mut world.github, tip, &mut filled, now)?;
        }
        world.github.try_merges(now);
        for asked in &spec.azure {
            self.ask_azure(asked, world, now)?;
        }
        for cluster in &spec.azure_clusters {
            cluster.put_on(&mut world.azure, &mut |text| self.filled(text), now)?;
        }
        spec.resource_graph.put_on(&mut world.azure, now);
        self.git.set_reachability(self.git_url, spec.git_host);
        spec.agents.put_on(world, now);
        (0..world.sites.len()).for_each(|index| world.deliver(index, now));
        for index in 0..world.sites.len() {
            world.at_site(index, now, |site, remote| {
                let arc = arc_name(index, &site.name).to_owned();
                self.deploy(scenario, &arc, &mut site.cluster, now)?;
                site.advance(now, remote);
                Ok::<_, ScenarioError>(())
            })?;
        }
        Ok(())
    }

    /// The characters of a token.
    fn token(&self, name: &str) -> Result<&str, ScenarioError> {
        let known = self.tokens.get(name).map(String::as_str);
        known.ok_or_else(|| ScenarioError::Word(format!("${{lab.token.{name}}}")))
    }

    /// Asks Azure for something: once for each cluster, where it is about each.
    fn ask_azure(
        &self,
        asked: &ScenarioRequest,
        world: &mut World,
        now: Timestamp,
    ) -> Result<(), ScenarioError> {
        let World { sites, azure, .. } = world;
        let (method, asked) = asked.asked();
        let names = sites.iter().enumerate().map(|(index, site)| arc_name(index, &site.name));
        let names: Vec<&str> = if asked.is_of_cluster() { names.collect() } else { vec![""] };
        for arc in names {
            let path = substitute(LAB, &asked.path, &mut |word| self.meaning_in(arc, word))?;
            let body = substitute_in(LAB, &asked.body, &mut |word| self.meaning_in(arc, word))?;
            ask_azure(azure, (method.clone(), &path), &body, now)?;
        }
        // What happens in a scenario happens at one time.
        azure.finish_operations(now);
        Ok(())
    }

    /// What comes before all objects of a cluster: what images become, and namespaces.
    fn prepare(
        &self,
        scenario: &Scenario,
        cluster: &mut Cluster,
        now: Timestamp,
    ) -> Result<(), ScenarioError> {
        let spec = &scenario.spec;
        if let Some(release) = &spec.kubernetes_version {
            cluster.set_release(release);
        }
        for fate in &spec.fates {
            cluster.decide(&fate.image, fate.outcome.word(), fate.after);
            // What becomes of a pod once it runs is told of an image that is there.
            if fate.outcome != PodOutcome::Image {
                cluster.publish_image(&fate.image);
            }
        }
        for image in &spec.images {
            cluster.publish_image(image);
        }
        let names = spec.repositories.iter().map(|repository| repository.name.as_str());
        names.filter_map(|name| name.split_once('/')).for_each(|(owner, _)| cluster.own_images(owner));
        for namespace in &spec.namespaces {
            let metadata = json!({"name": namespace.name, "labels": namespace.labels});
            let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata});
            self.write(&object, cluster, now)?;
        }
        Ok(())
    }

    /// The objects of a cluster, which Azure calls `arc`.
    fn deploy(
        &self,
        scenario: &Scenario,
        arc: &str,
        cluster: &mut Cluster,
        now: Timestamp,
    ) -> Result<(), ScenarioError> {
        let spec = &scenario.spec;
        for object in spec.deployments.iter().map(Deployment::object).chain(spec.objects.iter().cloned()) {
            let object = substitute_in(LAB, &object, &mut |word| self.meaning_in(arc, word))?;
            self.write(&object, cluster, now)?;
        }
        for source in &spec.sources {
            let content = source.mirrors.as_deref().map(|place| self.content(place)).transpose()?;
            let object = source.object(content.as_ref(), now);
            let object = substitute_in(LAB, &object, &mut |word| self.meaning_in(arc, word))?;
            self.write_observed(&object, cluster, now)?;
        }
        for object in spec.releases.iter().flat_map(|release| release.objects(now)) {
            let object = substitute_in(LAB, &object, &mut |word| self.meaning_in(arc, word))?;
            self.write_observed(&object, cluster, now)?;
        }
        Ok(())
    }

    /// Makes or changes an object whose status is about the specification that it has then.
    fn write_observed(
        &self,
        object: &Value,
        cluster: &mut Cluster,
        now: Timestamp,
    ) -> Result<(), ScenarioError> {
        let generation = self.write(object, cluster, now)?;
        if generation <= 1 || object.get("status").is_none() {
            return Ok(());
        }
        let mut observed = object.clone();
        let status = &mut observed["status"];
        status["observedGeneration"] = json!(generation);
        if status.get("lastAttemptedGeneration").is_some() {
            status["lastAttemptedGeneration"] = json!(generation);
        }
        for condition in status["conditions"].as_array_mut().into_iter().flatten() {
            condition["observedGeneration"] = json!(generation);
        }
        self.write(&observed, cluster, now).map(drop)
    }

    /// The same in a cluster.
    fn meaning_in(&self, arc: &str, word: &str) -> Option<String> {
        match word.split_once('.') {
            None if word == "cluster" => Some(arc.to_owned()),
            Some(("base64", word)) => Some(STANDARD.encode(self.meaning_in(arc, word)?)),
            _ => self.meaning(word),
        }
    }

    /// A text with what the lab's words in it mean.
    pub(super) fn filled(&self, text: &str) -> Result<String, ScenarioError> {
        substitute(LAB, text, &mut |word| self.meaning(word))
    }

    fn meaning(&self, word: &str) -> Option<String> {
        match word.split_once('.') {
            None if word == "git" => Some(self.git_url.to_owned()),
            Some(("token", name)) => self.tokens.get(name).cloned(),
            Some(("commit", place)) => self.tip(place),
            _ => None,
        }
    }

    /// The commit at the end of `organisation/repository/branch`, or so many before it: `…/branch~1`.
    pub(super) fn tip(&self, place: &str) -> Option<String> {
        let end = place.match_indices('/').nth(1).map(|(end, _)| end)?;
        let (name, branch) = (&place[..end], &place[end + 1..]);
        match branch.split_once('~') {
            Some((branch, before)) => self.git.ancestor(name, branch, before.parse().ok()?),
            None => self.git.tip(name, branch).ok()?,
        }
    }

    /// Makes an object, or changes the fields of it that are given; its status, too, where one is given.
    /// The answer is its generation.
    fn write(&self, object: &Value, cluster: &mut Cluster, now: Timestamp) -> Result<u64, ScenarioError> {
        let metadata = &object["metadata"];
        let (api_version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
        let named = match metadata["namespace"].as_str() {
            Some(namespace) => format!("{kind} {namespace}/{}", text(&metadata["name"])),
            None => format!("{kind} {}", text(&metadata["name"])),
        };
        let refused = |why: String| ScenarioError::Object { object: named.clone(), why };
        let all = cluster.collection(object);
        let all = all.ok_or_else(|| refused(format!("{api_version} {kind} is not served")))?;
        let one = format!("{all}/{}", text(&metadata["name"]));
        let mut send = |method: Method, path: &str, body: &Value| {
            let media = if method == Method::PATCH { MERGE } else { "application/json" };
            let request = Request::new(method, &format!("{path}?fieldManager=lab"))
                .with_token(cluster.administrator_token())
                .with_body(media, body.to_string());
            let (status, answer) = cluster.answer(&request, now).into_document();
            let generation = answer["metadata"]["generation"].as_u64().unwrap_or_default();
            (status, text(&answer["message"]).to_owned(), generation)
        };
        let (mut status, mut why, mut generation) = send(Method::PATCH, &one, object);
        if status == StatusCode::NOT_FOUND {
            (status, why, generation) = send(Method::POST, &all, object);
        }
        if status.is_success() && object.get("status").is_some() {
            (status, why, generation) = send(Method::PATCH, &format!("{one}/status"), object);
        }
        if status.is_success() { Ok(generation) } else { Err(refused(why)) }
    }
}

/// A body in which every `${lab.account.<login>}` is the number of that person's account, whom GitHub knows from then on.
fn numbered(body: &Value, github: &mut GitHub, now: Timestamp) -> Value {
    match body {
        Value::String(text) => {
            let login = text.strip_prefix(ACCOUNT).and_then(|rest| rest.strip_suffix('}'));
            login.map_or_else(|| body.clone(), |login| json!(github.account_number(login, now)))
        }
        Value::Array(items) => items.iter().map(|item| numbered(item, github, now)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), numbered(value, github, now))).collect()
        }
        other => other.clone(),
    }
}

/// What Azure calls the cluster of the site with this index.
fn arc_name(index: usize, site: &str) -> &str {
    if index == 0 { FIRST_ARC_CLUSTER } else { site }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
