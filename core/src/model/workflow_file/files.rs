//! The files: which repository each belongs to, and what is in it.

use super::template::{Values, filled};
use super::{GithubServer, WORKFLOW_COMMANDS, WorkflowSettings, WorkflowSettingsError};
use crate::model::contract::{
    CI_WORKFLOW, DEPLOY_WORKFLOW, NOTIFY_CONFIGURATION_WORKFLOW, NOTIFY_WORKFLOW, POST_DEPLOYMENT_WORKFLOW,
};
use crate::model::pipeline::Role;

/// A file that set-up writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowFile {
    /// The repository that it belongs to.
    pub role: Role,
    /// Where it is there: `.github/workflows/ci.yml`.
    pub path: String,
    /// What is in it.
    pub content: String,
}

/// The templates: the repository, the workflow and its text.
const TEMPLATES: [(Role, &str, &str); 5] = [
    (Role::Source, CI_WORKFLOW, include_str!("../../../templates/ci.yml")),
    (Role::Source, DEPLOY_WORKFLOW, include_str!("../../../templates/deploy.yml")),
    (Role::Source, POST_DEPLOYMENT_WORKFLOW, include_str!("../../../templates/post-deployment.yml")),
    (Role::Gitops, NOTIFY_WORKFLOW, include_str!("../../../templates/notify-on-pr.yml")),
    (
        Role::Configs,
        NOTIFY_CONFIGURATION_WORKFLOW,
        include_str!("../../../templates/notify-on-config-change.yml"),
    ),
];
/// What several templates have in common: a placeholder, and what stands for it. A part may have placeholders too.
const PARTS: [(&str, &str); 3] = [
    ("install", include_str!("../../../templates/parts/install.yml")),
    ("record", include_str!("../../../templates/parts/record.yml")),
    ("run_record", include_str!("../../../templates/parts/record.sh")),
];

/// The workflow files of a pipeline.
///
/// # Errors
/// A setting could be taken for something else where it stands.
pub fn workflow_files(settings: &WorkflowSettings) -> Result<Vec<WorkflowFile>, WorkflowSettingsError> {
    settings.validate()?;
    let values = values(settings)?;
    let file = |(role, workflow, text): (Role, &str, &str)| {
        let path = format!(".github/workflows/{workflow}.yml");
        let mut values = values.clone();
        // Each workflow has its own commands alone.
        let lines = WORKFLOW_COMMANDS.iter().filter(|line| line.workflow == workflow);
        values.extend(
            lines.map(|line| (format!("run_{}", line.command().replace(' ', "_")), line.shell_line())),
        );
        let content = filled(text, &values)
            .map_err(|placeholder| WorkflowSettingsError::Placeholder { path: path.clone(), placeholder })?;
        Ok(WorkflowFile { role, path, content })
    };
    TEMPLATES.into_iter().map(file).collect()
}

fn values(settings: &WorkflowSettings) -> Result<Values, WorkflowSettingsError> {
    let (release, gate) = (&settings.release, settings.gate_minutes());
    let (queue, deployment) = match settings.server {
        GithubServer::Cloud => ("queue: max", "deployment: false"),
        GithubServer::EnterpriseServer => ("", ""),
    };
    // A step is given up after its command should have ended, and a job after its steps: one that is given up says nothing.
    let minutes = [("gate_step_minutes", gate + 5), ("gate_job_minutes", gate + 15)];
    let texts = [
        ("runner", settings.runner.as_str()),
        ("default_branch", settings.default_branch.as_str()),
        ("registry", settings.registry.as_str()),
        ("version", release.version.as_str()),
        ("release_url", release.base_url.as_str()),
        ("x86_64_archive", release.x86_64.name.as_str()),
        ("x86_64_sha256", release.x86_64.sha256.as_str()),
        ("aarch64_archive", release.aarch64.name.as_str()),
        ("aarch64_sha256", release.aarch64.sha256.as_str()),
        ("queue", queue),
        ("deployment", deployment),
    ];
    let mut values: Values =
        texts.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    values.extend(minutes.map(|(name, minutes)| (name.to_owned(), minutes.to_string())));
    values.insert("gate_timeout".to_owned(), format!("{gate}m"));
    for (name, text) in PARTS {
        let part = filled(text, &values).map_err(|placeholder| WorkflowSettingsError::Placeholder {
            path: name.to_owned(),
            placeholder,
        })?;
        values.insert(name.to_owned(), part);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::super::settings_tests::settings;
    use super::*;

    #[test]
    fn nothing_is_given_that_no_template_asks_for() {
        let texts = TEMPLATES.map(|(_, _, text)| text).into_iter().chain(PARTS.map(|(_, text)| text));
        let texts: String = texts.collect();
        for name in values(&settings()).expect("values").keys() {
            assert!(texts.contains(&format!("@{{{name}}}")), "{name}");
        }
    }

    #[test]
    fn every_file_ends_in_one_line_end_and_is_no_wider_than_the_code() {
        for file in workflow_files(&settings()).expect("files") {
            assert!(file.content.ends_with('\n') && !file.content.ends_with("\n\n"), "{}", file.path);
            for line in file.content.lines() {
                assert!(line.len() <= 140 && line.trim_end() == line && !line.contains('\t'), "{line}");
            }
        }
    }
}
