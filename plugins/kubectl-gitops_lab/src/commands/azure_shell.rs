//! What a shell is told of the lab's Azure, and `az` in it: with a configuration of its own, so that the accounts and the
//! cloud of whoever runs the lab stay as they are.

use crate::azure::{AzureIdentity, DEFAULT_SUBSCRIPTION};
use crate::scenario::FIRST_ARC_CLUSTER;

/// The resource group that scenarios begin with.
const RESOURCE_GROUP: &str = "rg-contoso-edge";

/// The variables of a shell, with their values.
pub(super) fn variables(url: &str, identity: &AzureIdentity) -> [(&'static str, String); 8] {
    [
        ("AZURE_TENANT_ID", identity.tenant.clone()),
        ("AZURE_CLIENT_ID", identity.client.clone()),
        ("AZURE_CLIENT_SECRET", identity.secret.expose().to_owned()),
        ("AZURE_SUBSCRIPTION_ID", DEFAULT_SUBSCRIPTION.to_owned()),
        ("AZURE_AUTHORITY_HOST", url.to_owned()),
        ("GITOPS_ARM_ENDPOINT", url.to_owned()),
        ("GITOPS_LAB_CLUSTER", FIRST_ARC_CLUSTER.to_owned()),
        ("GITOPS_LAB_RESOURCE_GROUP", RESOURCE_GROUP.to_owned()),
    ]
}

/// What `az` is told before it is asked anything: nobody but the lab is asked who signs in, and nobody is told of it.
pub(super) const AZ_CONFIG: &str =
    "[core]\ninstance_discovery = false\ncollect_telemetry = false\n\n[cloud]\nname = lab\n";

/// Where `az` finds what: as `az cloud register` writes it for this address.
pub(super) fn az_clouds(url: &str) -> String {
    let audience = "https://management.core.windows.net/";
    format!(
        "[lab]\n\
         endpoint_active_directory = {url}\n\
         endpoint_active_directory_graph_resource_id = {url}/\n\
         endpoint_active_directory_resource_id = {audience}\n\
         endpoint_gallery = {url}/\n\
         endpoint_management = {audience}\n\
         endpoint_microsoft_graph_resource_id = {url}/\n\
         endpoint_resource_manager = {url}\n"
    )
}

/// What curl is told to sign in with: it posts a form, so that the secret stands in no command line.
pub(super) fn curl_sign_in(authority: &str, url: &str, identity: &AzureIdentity) -> String {
    let AzureIdentity { tenant, client, secret } = identity;
    let secret = secret.expose();
    format!(
        "silent\n\
         cacert = \"{authority}\"\n\
         url = \"{url}/{tenant}/oauth2/v2.0/token\"\n\
         data-urlencode = \"grant_type=client_credentials\"\n\
         data-urlencode = \"client_id={client}\"\n\
         data-urlencode = \"client_secret={secret}\"\n\
         data-urlencode = \"scope=https://management.azure.com/.default\"\n"
    )
}

/// The line of the introduction that asks Azure with curl, which is handed a token by another one that signs in.
/// `sign_in` is the file of that, as a word of a shell.
pub(super) fn curl_line(sign_in: &str) -> String {
    let token = r#"sed 's/.*"access_token": *"\([^"]*\)".*/header = "Authorization: Bearer \1"/'"#;
    let cluster = "subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/$GITOPS_LAB_RESOURCE_GROUP\
                   /providers/Microsoft.Kubernetes/connectedClusters/$GITOPS_LAB_CLUSTER";
    let configurations =
        "providers/Microsoft.KubernetesConfiguration/fluxConfigurations?api-version=2025-04-01";
    format!(
        "# what Azure says of the cluster:\n\
         curl --config {sign_in} | {token} \
         | curl --silent --cacert \"$GITOPS_CA_FILE\" --config - \"$GITOPS_ARM_ENDPOINT/{cluster}/{configurations}\"\n"
    )
}

/// The lines of the introduction for `az`, which `cargo azure-cli` types. `secret` is the file of the client secret, as a word of
/// a shell: it stands in no command line.
pub(super) fn introduction(secret: &str) -> String {
    let cluster = format!(
        "/subscriptions/{{subscriptionId}}/resourceGroups/{RESOURCE_GROUP}\
         /providers/Microsoft.Kubernetes/connectedClusters/{FIRST_ARC_CLUSTER}"
    );
    let configurations =
        "providers/Microsoft.KubernetesConfiguration/fluxConfigurations?api-version=2025-04-01";
    let query = "kubernetesconfigurationresources | project name, state=properties.complianceState";
    format!(
        "# az, where it is installed, in this shell alone:\n\
         export REQUESTS_CA_BUNDLE=\"$GITOPS_CA_FILE\"\n\
         az login --service-principal -u $AZURE_CLIENT_ID -t $AZURE_TENANT_ID -p @{secret}\n\
         az rest -u '{cluster}/{configurations}'\n\
         az rest -m post -u '/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01' -b '{{\"query\": \"{query}\"}}'\n"
    )
}
