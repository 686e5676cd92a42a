//! Source control configurations: what Flux of the first version followed. There are none, and none can be made; whoever
//! makes a Flux configuration looks for them first.

use http::Method;
use serde_json::json;

use crate::azure::api::answer::Answer;
use crate::azure::api::call::Call;
use crate::azure::api::refusal::Refusal;
use crate::azure::api::route::{Needs, Route};
use crate::azure::api::version::{UnknownVersion, Versions};
use crate::azure::api_versions;
use crate::azure::resources::SOURCE_CONTROL_CONFIGURATIONS;

const READ: &str = "Microsoft.KubernetesConfiguration/sourceControlConfigurations/read";

const VERSIONS: Versions = Versions::Listed {
    kind: SOURCE_CONTROL_CONFIGURATIONS,
    known: api_versions::SOURCE_CONTROL_CONFIGURATIONS_VERSIONS,
    refusal: UnknownVersion::InvalidResourceType,
};

pub(in crate::azure) const ROUTES: &[Route] = &[
    VERSIONS.route(Method::GET, "/subscriptions/{subscription}/resourceGroups/{group}/providers/{clusterRp}/{clusterResourceName}/{cluster}/providers/Microsoft.KubernetesConfiguration/sourceControlConfigurations", Needs::ListAction(READ), list),
    VERSIONS.route(Method::GET, "/subscriptions/{subscription}/resourceGroups/{group}/providers/{clusterRp}/{clusterResourceName}/{cluster}/providers/Microsoft.KubernetesConfiguration/sourceControlConfigurations/{name}", Needs::Action(READ), get),
];

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    call.cluster("read", SOURCE_CONTROL_CONFIGURATIONS)?;
    Ok(Answer::ok(json!({"value": [], "nextLink": null})))
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let cluster = call.cluster("read", SOURCE_CONTROL_CONFIGURATIONS)?;
    call.resource_of(&cluster, SOURCE_CONTROL_CONFIGURATIONS, "SourceControlConfiguration")
        .map(|_| Answer::ok(json!({})))
}
