//! What the design of the five workflows asks of their files, whatever checks them besides.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::settings_tests::settings;
use super::{GithubServer, WORKFLOW_COMMANDS, WorkflowFile, workflow_files};
use crate::model::contract::{
    CONFIGS_REPO, HOLD, MANIFESTS_REPO, NEXT_ENVIRONMENT, SRC_REPO, START_ENVIRONMENT,
};
use crate::model::pipeline::Role;

/// A file that is read.
struct ReadWorkflow {
    name: String,
    text: String,
    document: Value,
}

impl ReadWorkflow {
    fn read(file: WorkflowFile) -> Self {
        let name = file.path.trim_start_matches(".github/workflows/").trim_end_matches(".yml").to_owned();
        let document = serde_saphyr::from_str(&file.content).expect(&file.path);
        Self { name, text: file.content, document }
    }

    fn jobs(&self) -> &Map<String, Value> {
        self.document["jobs"].as_object().expect("jobs")
    }

    /// All steps, with their jobs.
    fn steps(&self) -> impl Iterator<Item = (&str, &Value, &Value)> {
        self.jobs().iter().flat_map(|(key, job)| {
            job["steps"].as_array().expect("steps").iter().map(move |step| (key.as_str(), job, step))
        })
    }
}

fn workflows() -> Vec<ReadWorkflow> {
    workflow_files(&settings()).expect("files").into_iter().map(ReadWorkflow::read).collect()
}

fn named(name: &str) -> ReadWorkflow {
    workflows().into_iter().find(|workflow| workflow.name == name).expect(name)
}

#[test]
fn each_repository_has_its_files() {
    let files = workflow_files(&settings()).expect("files");
    let files: Vec<_> = files.iter().map(|file| (file.role, file.path.as_str())).collect();
    assert_eq!(
        files,
        [
            (Role::Source, ".github/workflows/ci.yml"),
            (Role::Source, ".github/workflows/deploy.yml"),
            (Role::Source, ".github/workflows/post-deployment.yml"),
            (Role::Gitops, ".github/workflows/notify-on-pr.yml"),
            (Role::Configs, ".github/workflows/notify-on-config-change.yml"),
        ]
    );
}

#[test]
fn a_job_has_no_more_rights_and_time_than_it_says() {
    for workflow in workflows() {
        assert_eq!(workflow.document["permissions"], Value::Object(Map::new()), "{}", workflow.name);
        assert!(workflow.document["run-name"].is_string(), "{}", workflow.name);
        for (key, job) in workflow.jobs() {
            let place = format!("{} {key}", workflow.name);
            assert!(job["name"].is_string() && job["permissions"].is_object(), "{place}");
            let limit = job["timeout-minutes"].as_u64().expect(&place);
            let steps = job["steps"].as_array().expect(&place);
            let of_steps: u64 = steps.iter().filter_map(|step| step["timeout-minutes"].as_u64()).sum();
            assert!(of_steps < limit, "{place}: steps end before their job");
            let is_locked =
                [&workflow.document, job].into_iter().filter_map(|place| place.get("concurrency"));
            assert!(is_locked.into_iter().all(|lock| lock["cancel-in-progress"] == false), "{place}");
        }
    }
}

#[test]
fn the_rights_are_those_of_the_design() {
    for (workflow, job, rights) in [
        ("ci", "build", "contents:read packages:write"),
        ("ci", "dispatch", "actions:write"),
        ("deploy", "approve", ""),
        ("deploy", "deploy", "contents:read statuses:write"),
        ("deploy", "record", "statuses:write"),
        ("post-deployment", "wait", "actions:write contents:read id-token:write statuses:write"),
        ("post-deployment", "record", "statuses:write"),
        ("notify-on-pr", "notify", "contents:read pull-requests:read"),
        ("notify-on-config-change", "notify", "contents:read"),
    ] {
        let document = named(workflow);
        let permissions = document.jobs()[job]["permissions"].as_object().expect(job);
        let mut found: Vec<String> = permissions
            .iter()
            .map(|(area, access)| format!("{area}:{}", access.as_str().unwrap_or_default()))
            .collect();
        found.sort();
        assert_eq!(found.join(" "), rights, "{workflow} {job}");
    }
}

#[test]
fn locks_are_those_of_the_design() {
    for (workflow, job, group) in [
        ("ci", None, "ci-${{ github.ref }}"),
        ("deploy", Some("approve"), "approve-${{ github.run_id }}"),
        ("deploy", Some("deploy"), "deploy-${{ inputs.environment }}"),
        ("deploy", Some("record"), "record-${{ github.run_id }}"),
        ("post-deployment", Some("wait"), "${{ inputs.environment }}-${{ inputs.commit_id }}"),
        ("post-deployment", Some("record"), "record-${{ github.run_id }}"),
        ("notify-on-pr", Some("notify"), "notify-${{ github.sha }}"),
        ("notify-on-config-change", Some("notify"), "notify-${{ github.ref }}"),
    ] {
        let document = named(workflow);
        let place = job.map_or(&document.document, |job| &document.jobs()[job]);
        assert_eq!(place["concurrency"]["group"], group, "{workflow}");
        let is_queue = (workflow, job) == ("deploy", Some("deploy"));
        assert_eq!(place["concurrency"]["queue"] == "max", is_queue, "{workflow} {job:?}");
    }
    // A run that owes a status is replaced while it waits for a lock of the whole workflow.
    for workflow in ["deploy", "post-deployment", "notify-on-pr", "notify-on-config-change"] {
        assert!(named(workflow).document.get("concurrency").is_none(), "{workflow}");
    }
}

#[test]
fn scripts_and_commands_hold_no_expression() {
    for workflow in workflows() {
        assert!(!workflow.text.contains("@{"), "{}", workflow.name);
        for (key, _, step) in workflow.steps() {
            let script = step["run"].as_str().unwrap_or_default();
            assert!(!script.contains("${{"), "{} {key}: {script}", workflow.name);
            assert_eq!(step["run"].is_string(), step["shell"] == "bash", "{} {key}", workflow.name);
        }
    }
}

#[test]
fn a_command_runs_in_its_job_with_the_variables_it_names() {
    let workflows = workflows();
    for line in WORKFLOW_COMMANDS {
        let workflow = workflows.iter().find(|workflow| workflow.name == line.workflow).expect(line.workflow);
        let is_run =
            |step: &Value| step["run"].as_str().is_some_and(|run| run.trim_end() == line.shell_line());
        let found: Vec<_> = workflow.steps().filter(|(_, _, step)| is_run(step)).collect();
        let [(key, _, step)] = found[..] else { panic!("{line:?} runs {} times", found.len()) };
        assert_eq!(key, line.job);
        for variable in line.variables() {
            assert!(step["env"][variable].is_string(), "{line:?}: {variable}");
        }
        let minutes = |text: &str| text.strip_suffix('m').and_then(|minutes| minutes.parse::<u64>().ok());
        let gate = step["env"]["GATE_TIMEOUT"].as_str().unwrap_or_default();
        let arguments = line.arguments(|_| gate.to_owned());
        let timeout = arguments.iter().find_map(|argument| argument.strip_prefix("--timeout="));
        let timeout = timeout.and_then(minutes).expect("a timeout");
        assert!(timeout < step["timeout-minutes"].as_u64().expect("a limit"), "{line:?}");
    }
    let runs_suite = |step: &Value| step["run"].as_str().is_some_and(|run| run.contains("exec "));
    let runs = workflows.iter().flat_map(ReadWorkflow::steps).filter(|(_, _, step)| runs_suite(step)).count();
    assert_eq!(runs, WORKFLOW_COMMANDS.len(), "nothing else runs the suite");
}

#[test]
fn inputs_are_those_of_the_wire_contract() {
    for (workflow, names) in [
        ("deploy", "commit_id environment image_tag promotion version"),
        ("post-deployment", "commit_id environment image_tag promoted_commit_id promotion version"),
    ] {
        let document = named(workflow);
        let inputs = &document.document["on"]["workflow_dispatch"]["inputs"];
        let mut found: Vec<&str> = inputs.as_object().expect("inputs").keys().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found.join(" "), names);
        assert_eq!(inputs["promotion"]["default"], "y");
    }
    for workflow in ["notify-on-pr", "notify-on-config-change"] {
        let document = named(workflow);
        assert_eq!(document.document["on"]["push"]["branches"], serde_json::json!(["*", "!main"]));
        let is_filtered = document.document["on"]["push"].get("paths").is_some();
        assert_eq!(is_filtered, workflow == "notify-on-config-change", "D16: tracking files alone count too");
    }
}

#[test]
fn secrets_reach_only_jobs_with_an_environment_and_rules_only_the_approval() {
    for workflow in workflows() {
        for (key, job) in workflow.jobs() {
            let place = format!("{} {key}", workflow.name);
            let name = job["environment"]["name"].as_str();
            assert_eq!(name.is_some(), job["environment"]["deployment"] == false, "{place}");
            assert!(!job.to_string().contains("secrets.") || name.is_some(), "{place}");
            let is_approval = name.is_some_and(|name| name.ends_with("-approval"));
            assert_eq!(is_approval, key == "approve", "{place}");
            assert!(key != "record" || name.is_none(), "{place}");
        }
    }
}

#[test]
fn an_enterprise_server_gets_no_keys_that_it_does_not_know() {
    let mut settings = settings();
    settings.server = GithubServer::EnterpriseServer;
    for workflow in workflow_files(&settings).expect("files").into_iter().map(ReadWorkflow::read) {
        assert!(
            !workflow.text.contains("queue:") && !workflow.text.contains("deployment: false"),
            "{}",
            workflow.name
        );
    }
}

#[test]
fn an_action_of_somebody_else_is_pinned_and_used_in_ci_alone() {
    for workflow in workflows() {
        for (key, _, step) in workflow.steps() {
            let Some(action) = step["uses"].as_str() else { continue };
            let revision = action.split_once('@').map(|(_, revision)| revision).unwrap_or_default();
            assert!(crate::model::is_whole_commit_hash(revision), "{action}");
            assert_eq!((workflow.name.as_str(), key), ("ci", "build"), "{action}");
        }
    }
}

/// The names that expressions of all files have behind a word.
fn names_of(context: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for workflow in workflows() {
        for rest in workflow.text.split(context).skip(1) {
            let is_name = |letter: char| letter.is_ascii_uppercase() || letter == '_';
            names.insert(rest.chars().take_while(|letter| is_name(*letter)).collect());
        }
    }
    names
}

#[test]
fn variables_and_secrets_are_those_that_set_up_knows() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let azure = ["AZURE_CLIENT_ID", "AZURE_SUBSCRIPTION_ID", "AZURE_TENANT_ID"];
    let own = ["BAD_VERSIONS", "GITOPS_RELEASE_URL"];
    let contract = [CONFIGS_REPO, HOLD, MANIFESTS_REPO, NEXT_ENVIRONMENT, SRC_REPO, START_ENVIRONMENT];
    assert_eq!(names_of("vars."), names(&[&azure[..], &own, &contract].concat()));
    let secrets = [
        "AZURE_CREDENTIALS_SP",
        "CD_BOOTSTRAP_TOKEN",
        "GITOPS_DELIVERY_TOKEN",
        "GITOPS_RELEASE_TOKEN",
        "GITOPS_SOURCE_TOKEN",
    ];
    assert_eq!(names_of("secrets."), names(&secrets));
}
