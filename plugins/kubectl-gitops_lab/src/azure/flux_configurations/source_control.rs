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

const KIND: &str = "Microsoft.KubernetesConfiguration/sourceControlConfigurations";
const READ: &str = "Microsoft.KubernetesConfiguration/sourceControlConfigurations/read";

const VERSIONS: Versions = Versions::Of {
    kind: KIND,
    known: api_versions::OF_SOURCE_CONTROL_CONFIGURATIONS,
    refusal: UnknownVersion::InvalidResourceType,
};

pub(in crate::azure) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/subscriptions/{subscription}/resourceGroups/{group}/providers/{clusterRp}/{clusterResourceName}/{cluster}/providers/Microsoft.KubernetesConfiguration/sourceControlConfigurations",
        versions: VERSIONS,
        needs: Needs::ListAction(READ),
        answer: list,
    },
    Route {
        method: Method::GET,
        path: "/subscriptions/{subscription}/resourceGroups/{group}/providers/{clusterRp}/{clusterResourceName}/{cluster}/providers/Microsoft.KubernetesConfiguration/sourceControlConfigurations/{name}",
        versions: VERSIONS,
        needs: Needs::Action(READ),
        answer: get,
    },
];

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    call.cluster("read", KIND)?;
    Ok(Answer::ok(json!({"value": [], "nextLink": null})))
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let cluster = call.cluster("read", KIND)?;
    call.resource_of(&cluster, KIND, "SourceControlConfiguration").map(|_| Answer::ok(json!({})))
}
