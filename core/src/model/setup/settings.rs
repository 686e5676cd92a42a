//! Variables, secrets, labels and deployment environments.

use super::{
    CredentialRole, ObservedEnvironment, ObservedRepository, ObservedSetup, SecretContent, SetupRequest,
    SetupStep, SetupWrite, repositories,
};
use crate::model::contract::{
    AZURE_CREDENTIALS, BOOTSTRAP_TOKEN, CONFIGS_REPO, MANIFESTS_REPO, NEXT_ENVIRONMENT, NOTIFY_ENVIRONMENT,
    PROMOTED_LABEL, SRC_REPO, START_ENVIRONMENT, approval_environment,
};
use crate::model::github::Label;
use crate::model::harmless;
use crate::model::pipeline::Role;

/// The steps that set variables of repositories.
pub(super) fn variables(request: &SetupRequest, observed: &ObservedSetup) -> Vec<SetupStep> {
    let name = |role: Role| request.project.repository(role).to_string();
    let first = request.environments.first().cloned().unwrap_or_default();
    let wanted = [
        (Role::Source, MANIFESTS_REPO, name(Role::Gitops)),
        (Role::Source, CONFIGS_REPO, name(Role::Configs)),
        (Role::Source, START_ENVIRONMENT, first),
        (Role::Configs, MANIFESTS_REPO, name(Role::Gitops)),
        (Role::Configs, SRC_REPO, name(Role::Source)),
        (Role::Gitops, SRC_REPO, name(Role::Source)),
    ];
    let step = |(role, variable, value): (Role, &str, String)| {
        let known = observed.repository(role).and_then(|repository| repository.variables.get(variable));
        let wanted = Variable { role, environment: None, name: variable, value };
        wanted.step(request, known.map(String::as_str))
    };
    wanted.into_iter().map(step).collect()
}

/// A variable that is to be.
struct Variable<'a> {
    role: Role,
    environment: Option<&'a str>,
    name: &'a str,
    value: String,
}

impl Variable<'_> {
    fn step(self, request: &SetupRequest, known: Option<&str>) -> SetupStep {
        let Self { role, environment, name: variable, value } = self;
        let (name, before) = match environment {
            Some(environment) => {
                (format!("variable {variable} of {environment}"), environment_step(environment))
            }
            None => (
                format!("variable {variable} of {}", repositories::word(role)),
                repositories::step_name(role),
            ),
        };
        let is_repository = variable != START_ENVIRONMENT && variable != NEXT_ENVIRONMENT;
        let is_same = |known: &str| match is_repository {
            true => known.eq_ignore_ascii_case(&value),
            false => known == value,
        };
        let write = SetupWrite::SetVariable {
            role,
            environment: environment.map(str::to_owned),
            name: variable.to_owned(),
            value: value.clone(),
        };
        match known {
            None => SetupStep::create(name, "not there", value, write).after([before]),
            Some(known) if is_same(known) => SetupStep::keep(name, harmless(known)),
            // Where the chain begins is somebody's choice that set-up does not question.
            Some(known) if variable == START_ENVIRONMENT && !request.overwrites => {
                SetupStep::keep(name, harmless(known))
            }
            Some(known) if request.overwrites => {
                SetupStep::change(name, &harmless(known), value, write).after([before])
            }
            Some(known) => {
                let why = format!("it is {}, and not {value}", harmless(known));
                SetupStep::blocked(name, why, Some("replace it: add --force".to_owned()))
            }
        }
    }
}

/// The steps that set secrets. What a secret holds cannot be read, so one that is there is left alone.
pub(super) fn secrets(request: &SetupRequest, observed: &ObservedSetup) -> Vec<SetupStep> {
    let mut wanted = vec![
        (Role::Source, BOOTSTRAP_TOKEN, SecretContent::Token(CredentialRole::Delivery)),
        (Role::Configs, BOOTSTRAP_TOKEN, SecretContent::Token(CredentialRole::Source)),
        (Role::Gitops, BOOTSTRAP_TOKEN, SecretContent::Token(CredentialRole::Source)),
    ];
    if request.has_service_principal {
        wanted.push((Role::Source, AZURE_CREDENTIALS, SecretContent::ServicePrincipal));
    }
    let step = |(role, secret, content): (Role, &str, SecretContent)| {
        let name = format!("secret {secret} of {}", repositories::word(role));
        if observed.repository(role).is_some_and(|repository| repository.secrets.contains(secret)) {
            return SetupStep::keep(name, "there; what it holds cannot be read");
        }
        let change = match content {
            SecretContent::Token(role) => describe_token(request, role),
            SecretContent::ServicePrincipal => format!("the document of {AZURE_CREDENTIALS}"),
        };
        let write = SetupWrite::SetSecret { role, name: secret.to_owned(), content };
        SetupStep::create(name, "not there", change, write).after([repositories::step_name(role)])
    };
    wanted.into_iter().map(step).collect()
}

/// Whose token a role has.
pub(super) fn describe_token(request: &SetupRequest, role: CredentialRole) -> String {
    match request.credentials.contains(&role) {
        true => format!("the token of {}", role.variable()),
        false => "your own token".to_owned(),
    }
}

/// The step that makes the label of pull requests that may go on.
pub(super) fn label(observed: &ObservedSetup) -> SetupStep {
    let name = format!("label {PROMOTED_LABEL} of gitops");
    let known = observed.repository(Role::Gitops).map(|repository| repository.labels.as_slice());
    let is_it = |label: &Label| label.name.eq_ignore_ascii_case(PROMOTED_LABEL);
    if known.unwrap_or_default().iter().any(is_it) {
        return SetupStep::keep(name, "there");
    }
    let label = Label {
        name: PROMOTED_LABEL.to_owned(),
        color: "0e8a16".to_owned(),
        description: Some("May go on to the next environment".to_owned()),
    };
    let write = SetupWrite::CreateLabel(Role::Gitops, label);
    SetupStep::create(name, "not there", "a label of pull requests".to_owned(), write)
        .after([repositories::step_name(Role::Gitops)])
}

/// The name of the step that makes an environment.
fn environment_step(environment: &str) -> String {
    format!("environment {environment}")
}

/// The steps that make environments and link them to a chain.
pub(super) fn environments(request: &SetupRequest, observed: &ObservedSetup) -> Vec<SetupStep> {
    let source = observed.repository(Role::Source);
    let mut steps = [Role::Source, Role::Configs, Role::Gitops].map(|role| notify(role, observed)).to_vec();
    for environment in &request.environments {
        let approval = approval_environment(environment);
        steps.push(environment_of(source, environment, "variables and secrets of workflows"));
        steps.push(environment_of(source, &approval, "reviewers, where there are any"));
        steps.extend(next(request, source, environment));
    }
    steps
}

/// The environment that jobs name which only hand over to the next workflow.
fn notify(role: Role, observed: &ObservedSetup) -> SetupStep {
    let name = format!("environment {NOTIFY_ENVIRONMENT} of {}", repositories::word(role));
    let found = observed.repository(role);
    if found.is_some_and(|found| found.environments.contains_key(NOTIFY_ENVIRONMENT)) {
        return SetupStep::keep(name, "there");
    }
    let write = SetupWrite::CreateEnvironment(role, NOTIFY_ENVIRONMENT.to_owned());
    SetupStep::create(name, "not there", "of jobs that start the next workflow".to_owned(), write)
        .after([repositories::step_name(role)])
}

fn environment_of(source: Option<&ObservedRepository>, environment: &str, purpose: &str) -> SetupStep {
    let name = environment_step(environment);
    match source.and_then(|source| source.environments.get(environment)) {
        Some(ObservedEnvironment { has_reviewers: true, .. }) => {
            SetupStep::keep(name, "there, with reviewers")
        }
        Some(_) => SetupStep::keep(name, "there"),
        None => {
            let write = SetupWrite::CreateEnvironment(Role::Source, environment.to_owned());
            SetupStep::create(name, "not there", purpose.to_owned(), write)
                .after([repositories::step_name(Role::Source)])
        }
    }
}

/// The step that names the environment after this one. The last has none; one that is there is blocked, because
/// the chain that was asked for ends before it.
fn next(request: &SetupRequest, source: Option<&ObservedRepository>, environment: &str) -> Option<SetupStep> {
    let observed = source.and_then(|source| source.environments.get(environment));
    let known = observed.and_then(|observed| observed.variables.get(NEXT_ENVIRONMENT)).map(String::as_str);
    match request.next(environment) {
        Some(next) => {
            let variable = Variable {
                role: Role::Source,
                environment: Some(environment),
                name: NEXT_ENVIRONMENT,
                value: next.to_owned(),
            };
            Some(variable.step(request, known))
        }
        None => known.map(|known| {
            let name = format!("variable {NEXT_ENVIRONMENT} of {environment}");
            SetupStep::keep(name, format!("{}, which is not among --environments", harmless(known)))
        }),
    }
}
