//! The routes of tenants and subscriptions.

use http::Method;
use serde_json::{Value, json};

use super::provider::LOCATIONS;
use super::subscription::Subscription;
use crate::azure::api::answer::Answer;
use crate::azure::api::call::Call;
use crate::azure::api::refusal::Refusal;
use crate::azure::api::route::{Needs, Route};
use crate::azure::api::version::Versions;
use crate::azure::resources::ResourceId;

pub(in crate::azure) const ROUTES: &[Route] = &[
    Versions::Dated.route(Method::GET, "/tenants", Needs::Token, tenants),
    Versions::Dated.route(Method::GET, "/subscriptions", Needs::Token, list),
    Versions::Dated.route(
        Method::GET,
        "/subscriptions/{subscription}",
        Needs::Action("Microsoft.Resources/subscriptions/read"),
        get,
    ),
    Versions::Dated.route(
        Method::GET,
        "/subscriptions/{subscription}/locations",
        Needs::ListAction("Microsoft.Resources/subscriptions/locations/read"),
        locations,
    ),
];

fn tenants(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let tenant = &call.azure.directory.tenant;
    let document = json!({
        "id": format!("/tenants/{tenant}"),
        "tenantId": tenant,
        "countryCode": "NL",
        "displayName": "Contoso",
        "domains": ["contoso.onmicrosoft.com"],
        "tenantCategory": "Home",
        "defaultDomain": "contoso.onmicrosoft.com",
        "tenantType": "AAD",
    });
    Ok(Answer::ok(json!({"value": [document]})))
}

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let principal = call.azure.directory.principal(call.client());
    let sees = |subscription: &Subscription| {
        let id = ResourceId::new(&format!("/subscriptions/{}", subscription.id));
        principal.is_some_and(|principal| principal.sees(&id))
    };
    let seen: Vec<&Subscription> = call.azure.subscriptions.iter().filter(|one| sees(one)).collect();
    let total = seen.len();
    let mut answer = call.page(&seen, |subscription| document(subscription, &call.azure.directory.tenant))?;
    if let Some(body) = &mut answer.body {
        body["count"] = json!({"type": "Total", "value": total});
        // Clients of this list take a link that is null for one.
        if let Value::Object(fields) = body {
            fields.retain(|_, value| !value.is_null());
        }
    }
    Ok(answer)
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let found = call.azure.subscriptions.get(call.word("subscription"));
    Ok(Answer::ok(found.map_or(Value::Null, |found| document(found, &call.azure.directory.tenant))))
}

fn document(subscription: &Subscription, tenant: &str) -> Value {
    let Subscription { id, name, .. } = subscription;
    json!({
        "id": format!("/subscriptions/{id}"),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": id,
        "tenantId": tenant,
        "displayName": name,
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    })
}

fn locations(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let subscription = call.subscription();
    let location = |(name, display): (&str, &str)| {
        json!({
            "id": format!("{subscription}/locations/{name}"),
            "name": name,
            "type": "Region",
            "displayName": display,
            "regionalDisplayName": display,
            "metadata": {"regionType": "Physical", "regionCategory": "Recommended"},
        })
    };
    Ok(Answer::ok(json!({"value": LOCATIONS.map(location)})))
}
