//! Look into a Helm release, have Flux try it again, or unlock it.

use super::NextCommand;
use crate::model::argument::{valid_kind, valid_name};
use crate::model::objects::{HelmRelease, Reference, ValuesReference};

/// After a failure: what it says, what Helm did, and a new try; with the counters set back where none is left.
pub(in crate::model::verdict) fn failure(release: &HelmRelease, has_ended: bool) -> Vec<NextCommand> {
    let again = match has_ended {
        true => reconcile(release, " --reset", "try it again with a new count, once what failed is mended"),
        false => reconcile(release, " --force", "have it tried now, once what failed is mended"),
    };
    vec![describe(release), again, history(release)]
}

/// Have Helm apply again what is deployed.
pub(in crate::model::verdict) fn apply_again(release: &HelmRelease) -> Vec<NextCommand> {
    vec![reconcile(release, " --force", "have Helm apply all of it again"), describe(release)]
}

/// Unlock a release: back to the revision that is deployed, else away with the record of the operation that was cut off.
pub(in crate::model::verdict) fn unlock(release: &HelmRelease) -> Vec<NextCommand> {
    let (name, namespace) = names(release);
    let unlock = match release.deployed() {
        Some(deployed) => NextCommand::new(
            format!("helm rollback {name} {} -n {namespace}", deployed.revision),
            "unlock it, once no operation of Helm runs any more",
        ),
        None if release.was_deployed() => NextCommand::new(
            format!("helm rollback {name} -n {namespace}"),
            "unlock it with the revision before, once no operation of Helm runs any more",
        ),
        None => NextCommand::new(
            format!("kubectl delete secret -n {namespace} -l owner=helm,name={name},status=pending-install"),
            "unlock it: take away the record of the operation that was cut off, once none runs any more",
        ),
    };
    let again = reconcile(release, " --force", "then have it tried again");
    vec![history(release), unlock, again]
}

/// Look at the values that are missing.
pub(in crate::model::verdict) fn values(
    release: &HelmRelease,
    values: Option<&ValuesReference>,
) -> Vec<NextCommand> {
    let namespace = valid_name(&release.meta.namespace, "'<namespace>'");
    let look = values.map(|values| {
        let (kind, name) = (valid_kind(&values.kind), valid_name(&values.name, "'<name>'"));
        let line = format!("kubectl describe {kind} {name} -n {namespace}");
        NextCommand::new(line, format!("which keys it has: {} is wanted", values.key))
    });
    let again = reconcile(release, "", "look again, once the values are there");
    look.into_iter().chain([again]).collect()
}

/// Look at a chart that cannot be had.
pub(in crate::model::verdict) fn chart(release: &HelmRelease) -> Vec<NextCommand> {
    let look = |reference: &Reference| {
        let (kind, name) = (valid_kind(&reference.kind), valid_name(&reference.name, "'<name>'"));
        let namespace = valid_name(&reference.namespace, "'<namespace>'");
        let line = format!("kubectl describe {kind} {name} -n {namespace}");
        NextCommand::new(line, "what Flux says of the chart, in full")
    };
    let places = release.chart.iter().chain(&release.chart_source);
    places.map(look).chain([describe(release)]).collect()
}

/// Look whether the chart that is stored can be downloaded within the cluster.
pub(in crate::model::verdict) fn chart_download(release: &HelmRelease) -> Vec<NextCommand> {
    let namespace = crate::model::contract::FLUX_NAMESPACE;
    let policies = NextCommand::new(
        format!("kubectl get networkpolicies,services,endpoints -n {namespace}"),
        "does anything keep helm-controller from source-controller?",
    );
    vec![policies, describe(release)]
}

/// Look at what is waited for.
pub(in crate::model::verdict) fn dependency(
    release: &HelmRelease,
    awaited: Option<&Reference>,
) -> Vec<NextCommand> {
    let look = awaited.map(|awaited| {
        let (name, namespace) =
            (valid_name(&awaited.name, "'<release>'"), valid_name(&awaited.namespace, "'<namespace>'"));
        NextCommand::new(format!("kubectl describe helmrelease {name} -n {namespace}"), "why it is not ready")
    });
    look.into_iter().chain([describe(release)]).collect()
}

/// Look at what holds a deletion.
pub(in crate::model::verdict) fn deletion(release: &HelmRelease) -> Vec<NextCommand> {
    vec![describe(release), history(release)]
}

/// What a release says.
pub(in crate::model::verdict) fn describe(release: &HelmRelease) -> NextCommand {
    let (name, namespace) = object(release);
    NextCommand::new(format!("kubectl describe helmrelease {name} -n {namespace}"), "what Flux says, in full")
}

fn reconcile(release: &HelmRelease, flag: &str, why: &str) -> NextCommand {
    let (name, namespace) = object(release);
    NextCommand::new(format!("flux reconcile helmrelease {name} -n {namespace}{flag}"), why)
}

fn history(release: &HelmRelease) -> NextCommand {
    let (name, namespace) = names(release);
    NextCommand::new(format!("helm history {name} -n {namespace}"), "what Helm did, revision by revision")
}

/// Name and namespace of a release.
fn object(release: &HelmRelease) -> (&str, &str) {
    (valid_name(&release.meta.name, "'<release>'"), valid_name(&release.meta.namespace, "'<namespace>'"))
}

/// The name that Helm knows a release by, and where it keeps its records.
fn names(release: &HelmRelease) -> (&str, &str) {
    (
        valid_name(&release.release_name, "'<release>'"),
        valid_name(&release.storage_namespace, "'<namespace>'"),
    )
}
