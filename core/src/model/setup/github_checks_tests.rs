//! Each answer of GitHub with what it means for a pipeline that is to be made.

use std::collections::BTreeMap;

use serde_json::json;

use super::samples::{repository, request};
use super::{
    GithubFacts, ObservedBranch, ObservedEnvironment, ObservedRepository, SetupRequest, Visibility,
    github_checks,
};
use crate::model::github::{Account, ActionsPolicy, ContainerPackage, Membership, Organization, TokenScopes};
use crate::model::pipeline::Role;
use crate::model::{Check, CheckOutcome, Exit, Unread};

fn unread() -> Unread {
    Unread { why: "no answer".to_owned(), hint: Some("try again".to_owned()), exit: Exit::Failed }
}

fn facts() -> GithubFacts {
    let account = |login: &str, is_organization| Account { login: login.to_owned(), is_organization };
    GithubFacts {
        user: Ok((account("ada", false), TokenScopes::from_header(Some("repo, workflow")))),
        owner: Ok(Some(account("contoso", true))),
        organization: Ok(Some(Organization::from_json(
            &json!({"login": "contoso", "plan": {"name": "team"}}),
        ))),
        membership: Ok(Some(Membership { is_active: true, is_owner: false })),
        policy: Ok(Some(ActionsPolicy::from_json(
            &json!({"enabled_repositories": "all", "allowed_actions": "all"}),
        ))),
        package: Ok(None),
        rules: Vec::new(),
    }
}

type Repositories = BTreeMap<Role, ObservedRepository>;

fn all() -> Repositories {
    [
        (Role::Source, "contoso/hello"),
        (Role::Configs, "contoso/hello-configs"),
        (Role::Gitops, "contoso/hello-gitops"),
    ]
    .map(|(role, name)| (role, repository(name)))
    .into()
}

/// The checks that did not pass, as outcome and evidence.
fn found(
    request: &SetupRequest,
    repositories: &Repositories,
    facts: &GithubFacts,
) -> Vec<(CheckOutcome, String)> {
    let checks = github_checks(request, repositories, facts).into_iter();
    let bad = checks.filter(|check| check.outcome != CheckOutcome::Passed);
    bad.map(|Check { outcome, evidence, .. }| (outcome, evidence)).collect()
}

#[track_caller]
fn assert_found(facts: &GithubFacts, outcome: CheckOutcome, evidence: &str) {
    let found = found(&request(), &Repositories::new(), facts);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0 == outcome && found[0].1.contains(evidence), "{found:?}");
}

#[test]
fn nothing_is_in_the_way_of_a_member_of_a_paid_organization() {
    assert_eq!(found(&request(), &Repositories::new(), &facts()), []);
    assert_eq!(found(&request(), &all(), &facts()), []);
}

#[test]
fn who_may_create_repositories_is_known_before_one_is_created() {
    let with = |membership| GithubFacts { membership, ..facts() };
    let member = |is_active| Ok(Some(Membership { is_active, is_owner: false }));
    assert_found(&with(Ok(None)), CheckOutcome::Failed, "you are not a member");
    assert_found(&with(member(false)), CheckOutcome::Failed, "have not accepted");
    assert_found(&with(Err(unread())), CheckOutcome::NotChecked, "no answer");
    let closed =
        json!({"login": "contoso", "plan": {"name": "team"}, "members_can_create_repositories": false});
    let closed = GithubFacts { organization: Ok(Some(Organization::from_json(&closed))), ..facts() };
    assert_found(&closed, CheckOutcome::Failed, "its members may not create repositories");
    assert_eq!(found(&request(), &all(), &closed), [], "nothing is created where all are there");
    let person = Account { login: "grace".to_owned(), is_organization: false };
    let person = GithubFacts { owner: Ok(Some(person)), ..facts() };
    assert_found(&person, CheckOutcome::Failed, "another person's account");
    assert_found(
        &GithubFacts { owner: Ok(None), ..facts() },
        CheckOutcome::Failed,
        "no organisation or person",
    );
}

#[test]
fn private_repositories_of_the_free_plan_have_no_environments() {
    let on = |plan: &str| {
        let organization = json!({"login": "contoso", "plan": {"name": plan}});
        GithubFacts { organization: Ok(Some(Organization::from_json(&organization))), ..facts() }
    };
    assert_found(&on("free"), CheckOutcome::Failed, "plan free has no environments");
    let public = SetupRequest { visibility: Visibility::Public, ..request() };
    assert_eq!(found(&public, &Repositories::new(), &on("free")), []);
    let internal = SetupRequest { visibility: Visibility::Internal, ..request() };
    let refused = found(&internal, &Repositories::new(), &on("team"));
    assert!(refused[0].1.contains("plan team has no internal repositories"), "{refused:?}");
    assert_eq!(found(&internal, &Repositories::new(), &on("enterprise")), []);
    let untold =
        GithubFacts { organization: Ok(Some(Organization::from_json(&json!({"login": "c"})))), ..facts() };
    assert_found(&untold, CheckOutcome::NotChecked, "told to owners alone");
}

#[test]
fn the_policy_for_actions_decides_whether_workflows_run() {
    for (policy, outcome, evidence) in [
        (json!({"enabled_repositories": "none"}), CheckOutcome::Failed, "no repository may run workflows"),
        (json!({"enabled_repositories": "selected"}), CheckOutcome::Warning, "chosen repositories alone"),
        (
            json!({"enabled_repositories": "all", "allowed_actions": "local_only"}),
            CheckOutcome::Failed,
            "actions of other owners may not run",
        ),
        (
            json!({"enabled_repositories": "all", "allowed_actions": "selected"}),
            CheckOutcome::Warning,
            "chosen actions alone",
        ),
    ] {
        let policy = Ok(Some(ActionsPolicy::from_json(&policy)));
        assert_found(&GithubFacts { policy, ..facts() }, outcome, evidence);
    }
}

#[test]
fn a_package_that_was_left_behind_refuses_pushes() {
    let package = json!({"name": "hello/hello", "html_url": "https://github.com/orgs/contoso/packages/1"});
    let left = GithubFacts { package: Ok(Some(ContainerPackage::from_json(&package))), ..facts() };
    assert_found(&left, CheckOutcome::Failed, "left behind by another repository");
    let checks = github_checks(&request(), &Repositories::new(), &left);
    let fix = checks.into_iter().find_map(|check| check.fix).expect("a command");
    assert_eq!(fix, "gh api --method DELETE 'orgs/contoso/packages/container/hello%2Fhello'");
    assert_eq!(found(&request(), &all(), &left), [], "of a repository that is there it is its own");
}

#[test]
fn what_keeps_commits_and_jobs_back_is_named() {
    let rules = vec![
        (
            "contoso/hello-gitops dev".to_owned(),
            Ok(vec!["required_signatures".to_owned(), "deletion".to_owned()]),
        ),
        ("contoso/hello-gitops qa".to_owned(), Ok(vec!["deletion".to_owned()])),
    ];
    assert_found(
        &GithubFacts { rules, ..facts() },
        CheckOutcome::Warning,
        "a ruleset allows signed commits alone",
    );

    let mut repositories = all();
    let source = repositories.get_mut(&Role::Source).expect("the source");
    let reviewed = ObservedEnvironment { has_reviewers: true, ..ObservedEnvironment::default() };
    source.environments.insert("qa".to_owned(), reviewed.clone());
    source.environments.insert("qa-approval".to_owned(), reviewed);
    let lock = (".github/workflows/actions.lock".to_owned(), "0".repeat(40));
    let branch = ObservedBranch { files: [lock].into(), ..ObservedBranch::default() };
    source.branches.insert("main".to_owned(), branch);
    source.repository.may_push = false;
    let found = found(&request(), &repositories, &facts());
    let evidence: Vec<&str> = found.iter().map(|(_, evidence)| evidence.as_str()).collect();
    assert_eq!(evidence.len(), 3, "{evidence:?}");
    assert!(evidence[0].contains("may not push"), "{evidence:?}");
    assert!(evidence[1].contains("every job that reads its variables waits"), "{evidence:?}");
    assert!(evidence[2].contains("does not list does not start"), "{evidence:?}");
}
