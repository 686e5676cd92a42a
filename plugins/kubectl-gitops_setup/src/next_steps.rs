//! What is told after the report: where things are, what looks unready until the first merge, and what comes next.

use gitops_core::model::argument::valid_name;
use gitops_core::model::plan::Plan;
use gitops_core::model::setup::{CD_SETUP_BRANCH, SetupRequest};

/// The text, for stderr.
pub(crate) fn text(request: &SetupRequest, plan: &Plan) -> String {
    let source = &request.project.source;
    let server = request.server.trim_end_matches('/');
    let mut text = format!(
        "\nrepositories: {server}/{source}, {server}/{}, {server}/{}\n",
        request.project.configs, request.project.gitops
    );
    if !request.skips_flux && plan.has_writes() {
        text += "until the first pull request is merged, Flux finds nothing to apply: its\n\
                 kustomizations say that the path is not found\n";
    }
    let namespace = request.environments.first().map(|first| request.project.namespace(first));
    let namespace = namespace.unwrap_or_default();
    text += &format!(
        "\nnext:\n  gh pr view {CD_SETUP_BRANCH} -R {source}\n  kubectl gitops-status -n {}\n",
        valid_name(&namespace, "'<namespace>'")
    );
    text
}
