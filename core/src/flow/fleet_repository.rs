//! Which gitops repository a fleet follows, from a namespace of a cluster or from any repository of the pipeline. What the
//! cluster or a conventional name tells needs no GitHub.

use std::collections::BTreeMap;

use super::context::Context;
use super::discover::{PipelineStart, deployed, of_repository};
use crate::model::Failure;
use crate::model::contract::GITOPS_SUFFIX;
use crate::model::github::RepositoryName;
use crate::model::pipeline::{Role, conventional, role};

/// The gitops repository of the pipeline that `start` belongs to.
///
/// # Errors
/// The cluster does not say what deploys to the namespace; or GitHub does not tell, and the name follows no convention.
pub async fn gitops_repository(
    context: &Context,
    start: &PipelineStart,
) -> Result<RepositoryName, Box<dyn Failure>> {
    let repository = match start {
        PipelineStart::Namespace(selector) => return Ok(deployed(context, selector).await?.gitops.value),
        PipelineStart::Repository(repository) => repository,
    };
    if repository.value.name().ends_with(GITOPS_SUFFIX) {
        return Ok(repository.value.clone());
    }
    let of_github = async {
        let github = context.open_github().await?;
        Ok::<_, Box<dyn Failure>>(of_repository(&github, repository.clone()).await?.gitops.value)
    };
    match of_github.await {
        Ok(found) => Ok(found),
        // What GitHub does not tell, the convention does; that nothing follows it is Azure's to say.
        Err(error) => {
            let is = role(&repository.value, &BTreeMap::new());
            conventional(&repository.value, is, Role::Gitops).ok_or(error)
        }
    }
}
