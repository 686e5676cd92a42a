//! The routes of providers, and of registering them.

use http::Method;
use serde_json::{Value, json};

use super::provider::{LOCATIONS, Provider};
use crate::azure::api::answer::Answer;
use crate::azure::api::call::Call;
use crate::azure::api::refusal::Refusal;
use crate::azure::api::route::{Needs, Route};
use crate::azure::api::version::Versions;
use crate::azure::api_versions;
use crate::azure::guid::guid;

pub(in crate::azure) const ROUTES: &[Route] = &[
    Versions::Dated.route(
        Method::GET,
        "/subscriptions/{subscription}/providers",
        Needs::ListAction("Microsoft.Resources/subscriptions/providers/read"),
        list,
    ),
    Versions::Dated.route(
        Method::GET,
        "/subscriptions/{subscription}/providers/{namespace}",
        Needs::Action("Microsoft.Resources/subscriptions/providers/read"),
        get,
    ),
    Versions::Dated.route(
        Method::POST,
        "/subscriptions/{subscription}/providers/{namespace}/register",
        Needs::Action("Microsoft.Resources/subscriptions/providers/register/action"),
        register,
    ),
    Versions::Dated.route(
        Method::POST,
        "/subscriptions/{subscription}/providers/{namespace}/unregister",
        Needs::Action("Microsoft.Resources/subscriptions/providers/unregister/action"),
        unregister,
    ),
];

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let subscription = call.azure.subscriptions.get(call.word("subscription"));
    let providers: Vec<&Provider> = subscription.into_iter().flat_map(|found| &found.providers).collect();
    call.page(&providers, |provider| document(call, provider))
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let namespace = call.word("namespace");
    let subscription = call.azure.subscriptions.get(call.word("subscription"));
    let found = subscription.and_then(|subscription| subscription.provider(namespace));
    let found = found.ok_or_else(|| Refusal::invalid_namespace(namespace))?;
    Ok(Answer::ok(document(call, found)))
}

fn register(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    set_registered(call, true)
}

fn unregister(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    set_registered(call, false)
}

fn set_registered(call: &mut Call<'_>, is_registered: bool) -> Result<Answer, Refusal> {
    let (subscription, namespace) = (call.word("subscription").to_owned(), call.word("namespace").to_owned());
    let now = call.now;
    let subscription = call.azure.subscriptions.get_mut(&subscription);
    let provider = subscription.and_then(|subscription| subscription.provider_mut(&namespace));
    let provider = provider.ok_or_else(|| Refusal::invalid_namespace(&namespace))?;
    provider.set_registered(is_registered, now);
    get(call)
}

fn document(call: &Call<'_>, provider: &Provider) -> Value {
    let namespace = &provider.namespace;
    let kind = |kind: &&str| {
        let is_everywhere = *kind != "operations";
        let locations: Vec<&str> =
            LOCATIONS.iter().filter(|_| is_everywhere).map(|(_, display)| *display).collect();
        let is_extension = namespace == "Microsoft.KubernetesConfiguration" && is_everywhere;
        json!({
            "resourceType": kind,
            "locations": locations,
            "apiVersions": api_versions::versions_of_type(&format!("{namespace}/{kind}")),
            "capabilities": if is_extension { "SupportsExtension" } else { "None" },
        })
    };
    json!({
        "id": format!("{}/providers/{namespace}", call.subscription()),
        "namespace": namespace,
        "authorizations": [{
            "applicationId": guid(&["application", namespace]),
            "roleDefinitionId": guid(&["role definition", namespace]),
        }],
        "resourceTypes": provider.types.iter().map(kind).collect::<Vec<_>>(),
        "registrationState": provider.state(call.now),
        "registrationPolicy": provider.policy(),
    })
}
