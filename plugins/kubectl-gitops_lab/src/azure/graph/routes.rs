//! The route of Resource Graph, as every token of the tenant may take it: what it shows depends on who asks.

use http::Method;

use super::resource_graph::{GraphAnswer, GraphCaller, GraphSubscription};
use crate::azure::api::answer::Answer;
use crate::azure::api::call::Call;
use crate::azure::api::refusal::Refusal;
use crate::azure::api::route::{Needs, Route};
use crate::azure::api::version::{UnknownVersion, Versions};
use crate::azure::instance::Azure;
use crate::azure::resources::ResourceId;

pub(in crate::azure) const ROUTES: &[Route] = &[Route {
    method: Method::POST,
    path: "/providers/Microsoft.ResourceGraph/resources",
    versions: Versions::Listed {
        kind: "Microsoft.ResourceGraph/resources",
        known: &["2024-04-01", "2022-10-01", "2021-03-01"],
        refusal: UnknownVersion::InvalidResourceType,
    },
    needs: Needs::Token,
    answer: query,
}];

fn query(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let user = call.client().to_owned();
    let (body, now) = (&call.request.body, call.now);
    let Azure { graph, directory, subscriptions, owner, .. } = &mut *call.azure;
    let principal = directory.principal(&user);
    let may_read = |id: &ResourceId| {
        principal.is_some_and(|principal| principal.may(&format!("{}/read", id.kind()), id))
    };
    let seen = subscriptions.iter().filter(|subscription| {
        let id = ResourceId::new(&format!("/subscriptions/{}", subscription.id));
        principal.is_some_and(|principal| principal.sees(&id))
    });
    let seen = seen.map(|found| GraphSubscription { id: found.id.clone(), name: found.name.clone() });
    let caller = GraphCaller {
        user: &user,
        tenant: &owner.tenant,
        may_read: &may_read,
        subscriptions: seen.collect(),
    };
    let GraphAnswer { status, document, mut headers } = graph.answer(body, &caller, now);
    headers.push(("server", "Kestrel".to_owned()));
    Ok(Answer { status, body: Some(document), headers })
}
