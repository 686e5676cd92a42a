//! The cluster's picture with what Azure says beside it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::elsewhere::add_followers;
use super::question::wanted_questions;
use super::unlisted::add_environments;
use super::{
    AzureAnswers, AzureOrigin, AzureQuestion, ComplianceCase, ComplianceFinding, FollowedRepository,
};
use crate::model::pipeline::ClusterRef;
use crate::model::verdict::{EnvironmentStatus, Picture, Reason};
use crate::model::{Unanswered, Why, World};

/// A difference of clocks that may come from the resolution of dates in answers.
const NEGLIGIBLE: SignedDuration = SignedDuration::from_secs(2);

/// Puts into a picture what Azure answered about its environments, and lists what it did not answer. Without any answer,
/// `answers` is why nothing was asked. `now` is the time at Azure. Of the `named` repositories every environment is added that
/// clusters follow.
pub fn join(
    picture: &mut Picture,
    answers: Result<&AzureAnswers, &str>,
    named: &BTreeSet<FollowedRepository>,
    now: Timestamp,
) {
    let offset = now.duration_since(picture.observed_at);
    let clock_offset = if offset.abs() <= NEGLIGIBLE { SignedDuration::ZERO } else { offset };
    for environment in &mut picture.environments {
        let Some(finding) = finding(environment, answers, now, clock_offset) else { continue };
        let is_changing = finding.remarks.iter().any(|remark| remark.reason == Reason::ConfigurationChanging);
        // Azure takes no other change until that has ended.
        environment.next.retain(|next| !(is_changing && next.changes_azure));
        environment.remarks.extend(finding.remarks);
        environment.remarks.sort();
        environment.remarks.dedup();
        for next in finding.next {
            if !environment.next.contains(&next) {
                environment.next.push(next);
            }
        }
        environment.compliance = Some(finding.compliance);
    }
    if let Ok(answers) = answers {
        add_environments(picture, answers, named);
        add_followers(picture, answers, now, clock_offset);
    }
    let unanswered = unanswered(picture, answers, named);
    picture.replace_unanswered(World::Azure, unanswered);
}

/// What is shown of an environment: of several configurations the worst, with the remarks of all.
fn finding(
    environment: &EnvironmentStatus,
    answers: Result<&AzureAnswers, &str>,
    now: Timestamp,
    clock_offset: SignedDuration,
) -> Option<ComplianceFinding> {
    let AzureOrigin { cluster, configurations, .. } = environment.azure.as_ref()?;
    let cluster = cluster.as_ref().ok()?;
    let followed = environment.source.as_ref().and_then(|source| FollowedRepository::new(&source.url));
    let followers =
        answers.ok().zip(followed.as_ref()).and_then(|(answers, followed)| answers.followers(followed));
    let row = |name: &str| {
        let mut rows =
            followers.iter().flat_map(|followers| &followers.rows).map(|follower| &follower.document);
        rows.find(|row| row.cluster == *cluster && row.name.eq_ignore_ascii_case(name))
    };
    let decided = configurations.iter().map(|configuration| {
        let case = ComplianceCase {
            cluster,
            configuration,
            standing: environment.cluster_standing,
            since: environment.since.map(|since| since.time),
            document: answers.and_then(|answers| answers.configuration(cluster, &configuration.name)),
            connected: answers.and_then(|answers| answers.cluster(cluster)),
            row: row(&configuration.name),
            now,
            clock_offset,
        };
        let mut finding = case.decide();
        let silence = answers.ok().and_then(|answers| answers.silence_about(cluster, &configuration.name));
        if let Some(silence) = silence.filter(|_| finding.compliance.reason.is_none()) {
            finding.compliance.reason = Some(Reason::NoAnswer);
            finding.compliance.why = Some(silence.describe());
        }
        finding
    });
    let mut findings: Vec<ComplianceFinding> = decided.collect();
    findings.sort_by_cached_key(|finding| finding.compliance.severity());
    let (remarks, next) = findings
        .iter_mut()
        .map(|finding| (std::mem::take(&mut finding.remarks), std::mem::take(&mut finding.next)))
        .fold((Vec::new(), Vec::new()), |(mut all, mut commands), (remarks, next)| {
            all.extend(remarks);
            commands.extend(next);
            (all, commands)
        });
    let first = findings.into_iter().next()?;
    Some(ComplianceFinding { remarks, next, ..first })
}

/// What Azure did not answer: that nothing was asked, or the questions without an answer, and clusters of which it is not
/// known which they are.
fn unanswered(
    picture: &Picture,
    answers: Result<&AzureAnswers, &str>,
    named: &BTreeSet<FollowedRepository>,
) -> Vec<Unanswered> {
    let unidentified = unidentified_clusters(picture);
    let answers = match answers {
        Ok(answers) => answers,
        Err(why) => {
            let nothing = Unanswered::not_asked(World::Azure, why);
            return std::iter::once(nothing).chain(unidentified).collect();
        }
    };
    let mut questions = wanted_questions(picture);
    questions.extend(named.iter().cloned().map(AzureQuestion::Followers));
    let silent = questions.into_iter().filter_map(|question| {
        let why = answers.why_unanswered(&question)?;
        Some(Unanswered::of_azure(question.to_string(), Why::NoAnswer(why)))
    });
    silent.chain(unidentified).collect()
}

/// The clusters on which Azure's agent works, and of which it may not be read which they are there.
pub fn unidentified_clusters(picture: &Picture) -> Vec<Unanswered> {
    let mut unidentified: BTreeMap<&ClusterRef, &str> = BTreeMap::new();
    for environment in &picture.environments {
        if let Some(AzureOrigin { cluster: Err(why), .. }) = &environment.azure {
            unidentified.insert(&environment.id.cluster, why);
        }
    }
    let rows = unidentified.into_iter().map(|(cluster, why)| {
        let what = match cluster.context() {
            Some(context) if picture.clusters.len() > 1 => format!("which cluster of Azure's {context} is"),
            _ => "which cluster of Azure's this is".to_owned(),
        };
        Unanswered::of_azure(what, Why::NoAnswer(why.to_owned()))
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::scene::{APPLIED, at, scene};
    use super::*;
    use crate::model::azure::ProvisioningState;
    use crate::model::cluster::{Answer, ClusterState, Kind, Scope};
    use crate::model::compliance::AzureAnswer;
    use crate::model::contract::ARC_CONFIG;
    use crate::model::verdict::{NextCommand, Selection, picture};

    fn labelled(name: &str, labels: &Value) -> Value {
        json!({ "name": name, "namespace": "flux-system", "labels": labels })
    }

    /// A cluster of two environments that are made of configurations `hello-dev` and `hello-qa`, with an answer to the
    /// question which cluster of Azure's it is.
    fn cluster(context: &str, labels: &dyn Fn(&str) -> Value, arc: Answer) -> ClusterState {
        let mut cluster = ClusterState::new(ClusterRef::Context(context.to_owned()));
        let names = ["dev", "qa"];
        let sources = names.map(|name| {
            json!({
                "metadata": labelled(&format!("hello-{name}"), &labels(name)),
                "spec": { "url": "https://github.com/contoso/hello-gitops", "ref": { "branch": name } },
                "status": { "observedGeneration": 0, "artifact": { "revision": format!("{name}@sha1:{APPLIED}") } },
            })
        });
        let kustomizations = names.map(|name| {
            json!({
                "metadata": labelled(&format!("hello-{name}-hello-{name}"), &labels(name)),
                "spec": { "targetNamespace": format!("{name}-hello"), "sourceRef": { "kind": "GitRepository", "name": format!("hello-{name}") } },
                "status": { "observedGeneration": 0, "lastAttemptedRevision": format!("{name}@sha1:{APPLIED}"), "lastAppliedRevision": format!("{name}@sha1:{APPLIED}") },
            })
        });
        for (kind, objects) in
            [(Kind::GitRepository, sources.to_vec()), (Kind::Kustomization, kustomizations.to_vec())]
        {
            cluster.replace(Scope::cluster(kind), Answer::Objects(objects));
        }
        cluster.replace(Scope::object(Kind::ArcConfig, ARC_CONFIG.0, ARC_CONFIG.1), arc);
        cluster
    }

    fn azures(name: &str) -> Value {
        json!({ "clusterconfig.azure.com/is-managed": "true", "clusterconfig.azure.com/name": format!("hello-{name}") })
    }

    fn config(name: &str) -> Answer {
        let data = json!({ "AZURE_SUBSCRIPTION_ID": "s", "AZURE_RESOURCE_GROUP": "rg-edge", "AZURE_RESOURCE_NAME": name });
        Answer::Objects(vec![json!({ "metadata": { "name": ARC_CONFIG.1 }, "data": data })])
    }

    fn seen(cluster: &ClusterState) -> Picture {
        picture(cluster, &Selection::All, at(1000))
    }

    fn questions(picture: &Picture) -> Vec<String> {
        wanted_questions(picture).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn labels_and_the_configmap_say_what_is_asked() {
        let picture = seen(&cluster("east", &azures, config("edge-1")));
        assert_eq!(
            questions(&picture),
            [
                "connected cluster edge-1 in rg-edge",
                "Flux configuration hello-dev of edge-1 in rg-edge",
                "Flux configuration hello-qa of edge-1 in rg-edge",
                "which clusters follow contoso/hello-gitops"
            ]
        );
        // Of a source alone that is Azure's, the name is the configuration's.
        let unnamed = |_: &str| json!({ "clusterconfig.azure.com/is-managed": "true" });
        assert_eq!(questions(&seen(&cluster("east", &unnamed, config("edge-1")))), questions(&picture));
        let others: [&dyn Fn(&str) -> Value; 3] = [
            &|_| json!({}),
            &|name| json!({ "clusterconfig.azure.com/name": format!("hello-{name}") }),
            &|_| json!({ "clusterconfig.azure.com/is-managed": "false", "clusterconfig.azure.com/name": "x" }),
        ];
        for labels in others {
            assert!(questions(&seen(&cluster("east", labels, config("edge-1")))).is_empty());
        }
    }

    #[test]
    fn a_cluster_that_is_not_azures_has_no_part_in_it_and_one_that_may_not_be_known_is_a_gap() {
        let absent = seen(&cluster("east", &azures, Answer::Absent));
        assert!(questions(&absent).is_empty() && unidentified_clusters(&absent).is_empty());
        for (arc, why) in [
            (Answer::Forbidden, "not allowed"),
            (config(""), "configmap azure-arc/azure-clusterconfig does not name a cluster of Azure's"),
            (config("a/../b"), "configmap azure-arc/azure-clusterconfig does not name a cluster of Azure's"),
        ] {
            let mut picture = seen(&cluster("east", &azures, arc));
            assert!(questions(&picture).is_empty());
            join(&mut picture, Ok(&AzureAnswers::default()), &BTreeSet::new(), at(1000));
            let rows: Vec<String> = picture.unanswered_by(World::Azure).map(ToString::to_string).collect();
            assert_eq!(rows, [format!("which cluster of Azure's this is: {why}")]);
        }
    }

    #[test]
    fn each_cluster_has_its_own_answers_and_many_configurations_are_one_list() {
        let mut both = seen(&cluster("east", &azures, config("edge-1")));
        both.merge(seen(&cluster("west", &azures, config("Edge-2"))));
        let scene = scene();
        let mut answers = AzureAnswers::default();
        let edge_1 = &scene.cluster;
        answers.insert(AzureQuestion::Cluster(edge_1.clone()), AzureAnswer::Cluster(scene.connected.clone()));
        answers.insert(
            AzureQuestion::Configurations(edge_1.clone()),
            AzureAnswer::Configurations(vec![scene.document.clone()]),
        );
        join(&mut both, Ok(&answers), &BTreeSet::new(), at(1000));
        let told: Vec<(String, String, Option<Reason>)> = both
            .environments
            .iter()
            .map(|environment| {
                let compliance = environment.compliance.as_ref().expect("Azure's part");
                let state = compliance.state.as_ref().map(ToString::to_string);
                (environment.id.to_string(), state.unwrap_or_default(), compliance.reason)
            })
            .collect();
        let row = |id: &str, state: &str, reason| (id.to_owned(), state.to_owned(), reason);
        assert_eq!(
            told,
            [
                row("east/dev-hello", "Compliant", None),
                row("east/qa-hello", "", Some(Reason::ConfigurationMissing)),
                row("west/dev-hello", "", Some(Reason::NoAnswer)),
                row("west/qa-hello", "", Some(Reason::NoAnswer)),
            ]
        );
        let rows: Vec<String> = both.unanswered_by(World::Azure).map(ToString::to_string).collect();
        assert_eq!(
            rows.len(),
            4,
            "the west's, for a list answered the east's, and Resource Graph's: {rows:#?}"
        );
    }

    const SHOW: &str = "az k8s-configuration flux show -g rg-edge -c edge-1 -t connectedClusters --subscription s -n hello-dev";

    #[test]
    fn no_command_changes_what_is_being_changed() {
        let scene = scene();
        for (provisioning, expected) in [
            (
                ProvisioningState::Succeeded,
                &["az k8s-configuration flux update -n hello-dev --suspend false", "kubectl x"][..],
            ),
            (ProvisioningState::Other("Updating".to_owned()), &["kubectl x", SHOW]),
        ] {
            let mut picture = seen(&cluster("east", &azures, config("edge-1")));
            picture.environments.truncate(1);
            let resume = "az k8s-configuration flux update -n hello-dev --suspend false";
            picture.environments[0].next =
                vec![NextCommand::new(resume, "").changing_azure(), NextCommand::new("kubectl x", "")];
            let mut document = scene.document.clone();
            document.provisioning = Some(provisioning);
            let mut answers = AzureAnswers::default();
            let question = AzureQuestion::Configuration(scene.cluster.clone(), "hello-dev".to_owned());
            answers.insert(question, AzureAnswer::Configurations(vec![document]));
            join(&mut picture, Ok(&answers), &BTreeSet::new(), at(1000));
            let next: Vec<&str> =
                picture.environments[0].next.iter().map(|next| next.command.as_str()).collect();
            assert_eq!(next, expected);
        }
    }

    #[test]
    fn what_was_not_asked_is_said_of_each_environment_and_once_of_the_world() {
        let mut picture = seen(&cluster("east", &azures, config("edge-1")));
        let before: Vec<_> = picture.environments.iter().map(|environment| environment.standing).collect();
        join(&mut picture, Err("no credential"), &BTreeSet::new(), at(1000));
        for environment in &picture.environments {
            let compliance = environment.compliance.as_ref().expect("Azure's part");
            assert_eq!((&compliance.state, compliance.why.as_deref()), (&None, Some("no credential")));
            assert!(environment.remarks.is_empty() && environment.next.is_empty());
        }
        let rows: Vec<String> = picture.unanswered_by(World::Azure).map(ToString::to_string).collect();
        assert_eq!(rows, ["no credential"]);
        let after: Vec<_> = picture.environments.iter().map(|environment| environment.standing).collect();
        assert_eq!(before, after);
    }
}
