//! The clusters that a project's environments are delivered to, each as it was named and as it says itself that it is.
//!
//! A context that reaches another cluster than the one that was named is the worst of mistakes: what is made in Azure and
//! what is made in the cluster would be in two places. So every context is asked which cluster it is, always, and what is
//! not given of a cluster (its group, its subscription, its name) is taken from that answer.

use std::collections::BTreeMap;

use futures::future::join_all;

use super::context::Context;
use super::delivery_cluster_error::DeliveryClusterError;
use crate::kubernetes::Connection;
use crate::model::azure::ArcCluster;
use crate::model::cluster::{Answer, Kind, Scope};
use crate::model::contract::ARC_CONFIG;
use crate::model::pipeline::{ClusterArgument, ClusterRef};
use crate::model::{Failure, harmless};

/// Clusters as a command line names them.
#[derive(Clone, Debug, Default)]
pub struct DeliverySelection {
    /// The clusters; none: the one that the context is.
    pub clusters: Vec<ClusterArgument>,
    /// The resource group of those that are named without one.
    pub resource_group: Option<String>,
    /// The subscription of all.
    pub subscription: Option<String>,
    /// The context of those that are named without one.
    pub context: Option<String>,
}

/// A cluster that environments are delivered to.
pub struct DeliveryCluster {
    /// Which cluster of Azure's it is.
    pub arc: ArcCluster,
    /// Its environments, in the order of the chain.
    pub environments: Vec<String>,
    /// The way to its API server, which is proven to be this cluster's.
    pub connection: Connection,
    /// The cloud that its agents name.
    pub cloud: Option<String>,
}

/// What a cluster says of itself.
#[derive(Clone, Debug)]
struct Identity {
    arc: ArcCluster,
    cloud: Option<String>,
}

/// The clusters that are named, each with its environments, in the order in which they are named. Every context is asked
/// which cluster it is.
///
/// # Errors
/// A cluster is named that no environment needs, or an environment has none; a context cannot be used, or reaches another
/// cluster than the one that is named.
pub async fn delivery_clusters(
    context: &Context,
    selection: &DeliverySelection,
    environments: &[String],
) -> Result<Vec<DeliveryCluster>, Box<dyn Failure>> {
    let assigned = assign(&selection.clusters, environments)?;
    let asked = assigned.iter().map(async |(argument, _)| {
        let given = argument.and_then(|argument| argument.context.as_deref());
        let connection = context.cluster(given.or(selection.context.as_deref())).await?;
        let identity = identify(&connection).await;
        let identity = identity.map_err(|error| connection.flags().add_to_failure(error))?;
        Ok::<_, Box<dyn Failure>>((connection, identity))
    });
    let mut clusters: Vec<DeliveryCluster> = Vec::new();
    for ((argument, own), asked) in assigned.iter().zip(join_all(asked).await) {
        let (connection, Identity { arc, cloud }) = asked?;
        verify(*argument, selection, &arc, connection.cluster())?;
        match clusters.iter_mut().find(|known| known.arc == arc) {
            Some(known) => {
                if let Some(environment) = own.iter().find(|own| known.environments.contains(own)) {
                    let (cluster, environment) = (arc.name().to_owned(), environment.clone());
                    return Err(DeliveryClusterError::Twice { cluster, environment }.into());
                }
                known.environments.extend(own.iter().cloned());
            }
            None => clusters.push(DeliveryCluster { arc, environments: own.clone(), connection, cloud }),
        }
    }
    for cluster in &mut clusters {
        cluster
            .environments
            .sort_by_key(|own| environments.iter().position(|environment| environment == own));
    }
    Ok(clusters)
}

/// An argument, none being the cluster of the context, and the environments that it is for.
type Assignment<'a> = (Option<&'a ClusterArgument>, Vec<String>);

/// Which environments each argument is for. No argument is the cluster of the context, for all.
fn assign<'a>(
    arguments: &'a [ClusterArgument],
    environments: &[String],
) -> Result<Vec<Assignment<'a>>, DeliveryClusterError> {
    if arguments.is_empty() {
        return Ok(vec![(None, environments.to_vec())]);
    }
    let of = |argument: &'a ClusterArgument| match &argument.environment {
        None => Ok((Some(argument), environments.to_vec())),
        Some(environment) if environments.contains(environment) => {
            Ok((Some(argument), vec![environment.clone()]))
        }
        Some(environment) => Err(DeliveryClusterError::UnknownEnvironment {
            argument: harmless(&argument.to_string()),
            environment: harmless(environment),
            known: environments.join(", "),
        }),
    };
    let assigned = arguments.iter().map(of).collect::<Result<Vec<_>, _>>()?;
    let is_served = |environment: &&String| assigned.iter().any(|(_, own)| own.contains(environment));
    match environments.iter().find(|environment| !is_served(environment)) {
        Some(environment) => Err(DeliveryClusterError::NoCluster { environment: environment.clone() }),
        None => Ok(assigned),
    }
}

/// Asks a cluster which it is.
async fn identify(connection: &Connection) -> Result<Identity, DeliveryClusterError> {
    let context = describe(connection.cluster());
    let answer = connection.ask(&Scope::object(Kind::ArcConfig, ARC_CONFIG.0, ARC_CONFIG.1)).await;
    let not_told = |why: &str, is_refusal| DeliveryClusterError::NotTold {
        context: context.clone(),
        why: why.to_owned(),
        is_refusal,
    };
    let objects = match answer {
        Answer::Objects(objects) => objects,
        Answer::Absent => return Err(DeliveryClusterError::NotConnected { context }),
        Answer::Forbidden => return Err(not_told("not allowed", true)),
        Answer::Unauthenticated => return Err(not_told("not authenticated", true)),
        Answer::Silent(why) => return Err(not_told(&why, false)),
        Answer::Overloaded => return Err(not_told("the API server takes no more requests", false)),
    };
    let data = objects.first().and_then(|object| object["data"].as_object().cloned()).unwrap_or_default();
    let text = |(key, value): (String, serde_json::Value)| Some((key, value.as_str()?.to_owned()));
    let config: BTreeMap<String, String> = data.into_iter().filter_map(text).collect();
    let arc = ArcCluster::from_config(&config).ok_or(DeliveryClusterError::Unidentified { context })?;
    let cloud = config.get("AZURE_ENVIRONMENT").filter(|name| !name.is_empty()).cloned();
    Ok(Identity { arc, cloud })
}

/// Refuses a context that reaches another cluster than the one that is named.
fn verify(
    argument: Option<&ClusterArgument>,
    selection: &DeliverySelection,
    actual: &ArcCluster,
    context: &ClusterRef,
) -> Result<(), DeliveryClusterError> {
    let group = argument.and_then(|argument| argument.resource_group.as_ref());
    let group = group.or(selection.resource_group.as_ref()).map_or(actual.resource_group(), String::as_str);
    let subscription = selection.subscription.as_deref().unwrap_or(actual.subscription());
    let name = argument.map_or(actual.name(), |argument| &argument.name);
    let named = ArcCluster::new(subscription, group, actual.kind(), name);
    if named.is_some_and(|named| named == *actual) {
        return Ok(());
    }
    let shown = |name: &str, group: &str, subscription: &str| match subscription {
        same if same.eq_ignore_ascii_case(actual.subscription()) && selection.subscription.is_none() => {
            format!("{name} in resource group {group}")
        }
        other => format!("{name} in resource group {group} of subscription {other}"),
    };
    Err(DeliveryClusterError::OtherCluster {
        context: describe(context),
        actual: shown(actual.name(), actual.resource_group(), actual.subscription()),
        named: shown(name, group, subscription),
    })
}

fn describe(cluster: &ClusterRef) -> String {
    cluster
        .context()
        .map_or_else(|| "the cluster".to_owned(), |context| format!("context {}", harmless(context)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::azure::ClusterKind;

    fn argument(text: &str) -> ClusterArgument {
        text.parse().expect(text)
    }

    fn assigned(arguments: &[&str]) -> Result<Vec<Vec<String>>, String> {
        let environments = ["dev", "qa"].map(str::to_owned);
        let arguments: Vec<ClusterArgument> = arguments.iter().map(|text| argument(text)).collect();
        let assigned = assign(&arguments, &environments).map_err(|error| error.to_string())?;
        Ok(assigned.into_iter().map(|(_, own)| own).collect())
    }

    #[test]
    fn every_environment_has_a_cluster() {
        let [dev, qa] = ["dev", "qa"].map(|name| vec![name.to_owned()]);
        let both = vec!["dev".to_owned(), "qa".to_owned()];
        assert_eq!(assigned(&[]), Ok(vec![both.clone()]));
        assert_eq!(assigned(&["edge"]), Ok(vec![both]));
        assert_eq!(assigned(&["dev=a", "qa=b"]), Ok(vec![dev.clone(), qa]));
        assert_eq!(assigned(&["dev=a"]), Err("environment qa has no cluster".to_owned()));
        let error = assigned(&["prod=a"]).expect_err("it is none of them");
        assert!(error.contains("environment prod, which is not one of dev, qa"), "{error}");
    }

    #[test]
    fn a_context_of_another_cluster_is_refused() {
        let actual = ArcCluster::new("s1", "rg-a", ClusterKind::Connected, "edge-1").expect("a cluster");
        let context = ClusterRef::of_context(Some("edge"));
        let selection = |group: Option<&str>, subscription: Option<&str>| DeliverySelection {
            resource_group: group.map(str::to_owned),
            subscription: subscription.map(str::to_owned),
            ..DeliverySelection::default()
        };
        let verified = |argument: Option<&str>, selection: DeliverySelection| {
            let argument = argument.map(self::argument);
            verify(argument.as_ref(), &selection, &actual, &context).map_err(|error| error.to_string())
        };
        assert_eq!(verified(None, selection(None, None)), Ok(()));
        assert_eq!(verified(Some("EDGE-1"), selection(Some("RG-A"), Some("S1"))), Ok(()), "case is Azure's");
        for (argument, group, subscription, expected) in [
            (Some("edge-2"), None, None, "and not edge-2 in resource group rg-a"),
            (Some("rg-b/edge-1"), None, None, "and not edge-1 in resource group rg-b"),
            (Some("edge-1"), Some("rg-b"), None, "and not edge-1 in resource group rg-b"),
            (None, None, Some("s2"), "and not edge-1 in resource group rg-a of subscription s2"),
        ] {
            let error = verified(argument, selection(group, subscription)).expect_err("another");
            assert!(error.contains("context edge is edge-1 in resource group rg-a"), "{error}");
            assert!(error.contains(expected), "{error}");
        }
    }
}
