//! The policy of a gate: what was chosen, else what the pipeline's file says, else the defaults.

use super::error::SettleError;
use super::request::ChosenPolicy;
use crate::github::Github;
use crate::model::contract::PIPELINE_FILE;
use crate::model::github::RepositoryName;
use crate::model::pipeline_file::PipelineFile;
use crate::model::post_deployment::GatePolicy;

/// The policy, and what is worth telling of the file.
pub(super) async fn policy(
    github: Option<&Github>,
    source: Option<&RepositoryName>,
    environment: &str,
    chosen: &ChosenPolicy,
) -> Result<(GatePolicy, Vec<String>), SettleError> {
    let mut policy = GatePolicy::default();
    let mut remarks = Vec::new();
    if let (Some(github), Some(source)) = (github, source) {
        match github.file(source, PIPELINE_FILE, "HEAD").await {
            Ok(Some(text)) => {
                let (file, unknown) = PipelineFile::read(&text)?;
                if let Some(environment) = file.environment(environment) {
                    environment.add_to(&mut policy);
                }
                let told = |field: String| format!("{PIPELINE_FILE}: {field} is not known and is ignored");
                remarks.extend(unknown.into_iter().map(told));
            }
            Ok(None) => {}
            Err(error) if error.is_absent() => {}
            // Whether clusters are listed decides: what cannot be read is not taken for a file that is not there.
            Err(error) => return Err(error.into()),
        }
    }
    policy.awaited = chosen.awaited;
    policy.offline = chosen.offline.unwrap_or(policy.offline);
    policy.required = chosen.required.unwrap_or(policy.required);
    policy.grace = chosen.grace.unwrap_or(policy.grace);
    policy.allows_none = chosen.allows_none;
    if chosen.expected.is_some() {
        policy.expected = chosen.expected;
    }
    Ok((policy, remarks))
}
