//! GitHub and Azure, asked side by side and beside the clusters: what a cluster's first answers say is enough to begin.
//! What its later answers bring up is asked after them, and nothing twice.

use futures::future::join;
use tokio::time::Instant;

use super::azure_answers::{AzureFetch, AzureQuestions, add_azure, ask_all as ask_azure};
use super::context::Context;
use super::github_answers::{GithubFindings, add_github, answer_deadline, ask_github, renew_github};
use super::selector::EnvironmentSelector;
use super::status_error::StatusError;
use crate::model::ProgressEvent;
use crate::model::verdict::Picture;

/// What GitHub and Azure say of a picture.
pub(super) struct OtherWorlds {
    deadline: Instant,
    github: GithubFindings,
    azure_questions: AzureQuestions,
    azure: AzureFetch,
}

impl OtherWorlds {
    /// Asks them what they say of a picture.
    pub(super) async fn ask(context: &Context, selector: &EnvironmentSelector, picture: &Picture) -> Self {
        let deadline = answer_deadline();
        let host = context.github().host();
        let scope = selector.github_scope(picture, host);
        let azure_questions = AzureQuestions::of_selection(selector, host, picture);
        let waiting = |world: &str| context.tell(ProgressEvent::Waiting(world.to_owned()));
        waiting("GitHub and Azure");
        let of_github = async {
            let github = ask_github(context.github(), scope, deadline).await;
            waiting("Azure");
            github
        };
        let of_azure = async {
            let azure = ask_azure(context.azure(), &azure_questions).await;
            waiting("GitHub");
            azure
        };
        let (github, azure) = join(of_github, of_azure).await;
        Self { deadline, github, azure_questions, azure }
    }

    /// What they say of a newer picture: asks what that brings up and was not asked.
    pub(super) async fn renew(
        self,
        context: &Context,
        selector: &EnvironmentSelector,
        picture: &Picture,
    ) -> Self {
        let host = context.github().host();
        let scope = selector.github_scope(picture, host);
        let Self { deadline, github, azure_questions, azure } = self;
        let questions = AzureQuestions::of_selection(selector, host, picture);
        let ask_new = async {
            match questions == azure_questions {
                true => azure,
                false => ask_azure(context.azure(), &questions).await,
            }
        };
        let (github, azure) = join(renew_github(context.github(), github, scope, deadline), ask_new).await;
        Self { deadline, github, azure_questions: questions, azure }
    }

    /// That no pipeline has the commit that was asked for.
    pub(super) fn missing_revision(&self, selector: &EnvironmentSelector) -> Option<StatusError> {
        selector.missing_revision(&self.github.without_revision()?)
    }

    /// Adds it to the picture.
    pub(super) fn add_to(self, context: &Context, picture: &mut Picture) {
        add_github(context.github(), self.github, picture);
        add_azure(context.azure(), &self.azure, picture);
    }
}
