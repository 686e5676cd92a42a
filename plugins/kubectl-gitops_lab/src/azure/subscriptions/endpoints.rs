//! Where a cloud has what: asked for by clients that are told nothing but where Resource Manager is. There is one host
//! for everything here. The oldest form names a few addresses; the next is a list of clouds; the newest is the cloud that
//! is asked, alone.

use http::Method;
use serde_json::{Value, json};

use crate::azure::api::answer::Answer;
use crate::azure::api::call::Call;
use crate::azure::api::refusal::Refusal;
use crate::azure::api::route::{Needs, Route};
use crate::azure::api::version::Versions;
use crate::azure::entra::MANAGEMENT_AUDIENCES;

/// The name of the cloud.
const NAME: &str = "lab";

pub(in crate::azure) const ROUTES: &[Route] =
    &[Versions::Dated.route(Method::GET, "/metadata/endpoints", Needs::Nothing, endpoints)];

fn endpoints(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let url = call.azure.url.clone();
    let version = call.version();
    Ok(Answer::ok(match version.as_str() {
        version if version < "2018" => json!({
            "galleryEndpoint": format!("{url}/"),
            "graphEndpoint": format!("{url}/"),
            "portalEndpoint": format!("{url}/"),
            "graphAudience": format!("{url}/"),
            "authentication": {"loginEndpoint": format!("{url}/"), "audiences": audiences(&url)},
        }),
        version if version < "2022" => json!([cloud(&url)]),
        _ => cloud(&url),
    }))
}

fn audiences(url: &str) -> Vec<String> {
    let public = MANAGEMENT_AUDIENCES.iter().rev().map(|audience| format!("{audience}/"));
    public.chain([format!("{url}/"), url.to_owned()]).collect()
}

fn cloud(url: &str) -> Value {
    let host = url.strip_prefix("https://").unwrap_or(url);
    let slashed = format!("{url}/");
    json!({
        "name": NAME,
        "portal": url,
        "authentication": {
            "loginEndpoint": url,
            "audiences": audiences(url),
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "media": url,
        "graphAudience": slashed,
        "graph": slashed,
        "microsoftGraphResourceId": slashed,
        "resourceManager": slashed,
        "sqlManagement": slashed,
        "batch": slashed,
        "gallery": slashed,
        "activeDirectoryDataLake": slashed,
        "vmImageAliasDoc": format!("{url}/aliases.json"),
        "suffixes": {
            "storage": host,
            "keyVaultDns": host,
            "sqlServerHostname": host,
            "acrLoginServer": host,
        },
    })
}
