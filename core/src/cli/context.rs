//! From flags and the session to what use cases work with.

use super::azure::{azure_access, azure_access_in_passing};
use super::{ClusterArgs, GithubArgs, Progress, Session};
use crate::flow::Context;
use crate::model::Failure;

impl Session {
    /// The worlds as these flags reach them, GitHub and Azure briefly: their answers are some of several.
    ///
    /// # Errors
    /// `GITOPS_CA_FILE`, or the file of a token, cannot be used.
    pub fn context(
        &self,
        cluster: &ClusterArgs,
        github: &GithubArgs,
        progress: &Progress,
    ) -> Result<Context, Box<dyn Failure>> {
        let options = cluster.options(self)?;
        let progress = progress.clone();
        let access = github.access_in_passing(self);
        access.require_token_file()?;
        let azure = azure_access_in_passing(self);
        Ok(Context::new(options, access, azure, self.clock.clone(), move |event| progress.show(event)))
    }

    /// The same for a command that waits: what a service asks for before it takes more requests is waited for.
    ///
    /// # Errors
    /// As [`Session::context`].
    pub fn patient_context(
        &self,
        cluster: &ClusterArgs,
        github: &GithubArgs,
        progress: &Progress,
    ) -> Result<Context, Box<dyn Failure>> {
        let options = cluster.options(self)?;
        let progress = progress.clone();
        let access = github.access(self);
        access.require_token_file()?;
        let azure = azure_access(self);
        Ok(Context::new(options, access, azure, self.clock.clone(), move |event| progress.show(event)))
    }
}
