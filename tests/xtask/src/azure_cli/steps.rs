//! What is typed, and what it says.

/// A line, and what is to come of it.
#[derive(Debug)]
pub(super) struct Step {
    /// What it shows when it goes well.
    pub(super) shows: &'static str,
    pub(super) line: &'static str,
    /// All that it says, or a part of it where it fails.
    pub(super) expected: &'static str,
    pub(super) fails: bool,
}

const fn says(shows: &'static str, line: &'static str, expected: &'static str) -> Step {
    Step { shows, line, expected, fails: false }
}

const fn fails(shows: &'static str, line: &'static str, expected: &'static str) -> Step {
    Step { shows, line, expected, fails: true }
}

/// Every step, in its order: later ones need what earlier ones did.
pub(super) const STEPS: [Step; 14] = [
    says(
        "the lab is registered as a cloud by the address of Resource Manager",
        "az config set core.instance_discovery=false core.collect_telemetry=false --only-show-errors -o none\n\
         az cloud register -n lab --endpoint-resource-manager \"$GITOPS_ARM_ENDPOINT\" -o none",
        "",
    ),
    says(
        "the lab is the cloud that is asked",
        "az cloud set -n lab -o none\naz cloud show --query name -o tsv",
        "lab",
    ),
    says(
        "it is known where who signs in is asked",
        "test \"$(az cloud show --query endpoints.activeDirectory -o tsv)\" = \"$AZURE_AUTHORITY_HOST\" && echo same",
        "same",
    ),
    fails(
        "a wrong secret is refused as Entra does",
        "echo wrong > wrong\naz login --service-principal -u \"$AZURE_CLIENT_ID\" -t \"$AZURE_TENANT_ID\" -p @wrong",
        "AADSTS7000215",
    ),
    says(
        "a service principal signs in, and its secret stands in no command line",
        "az login --service-principal -u \"$AZURE_CLIENT_ID\" -t \"$AZURE_TENANT_ID\" -p @.gitops-lab/azure-secret \
         --query '[].id' -o tsv",
        "11111111-1111-4111-8111-111111111111",
    ),
    says(
        "the account is that of the service principal",
        "az account show --query '[environmentName, tenantId, user.type]' -o tsv",
        "lab\n22222222-2222-4222-8222-222222222222\nservicePrincipal",
    ),
    says(
        "providers are registered",
        "az provider show -n Microsoft.KubernetesConfiguration --query registrationState -o tsv",
        "Registered",
    ),
    says(
        "connected clusters are listed",
        "az rest -u '/subscriptions/{subscriptionId}/providers/Microsoft.Kubernetes/connectedClusters?api-version=2024-01-01' \
         --query 'value[].[name, properties.connectivityStatus]' -o tsv",
        "edge-1\tConnected",
    ),
    says(
        "Flux configurations are listed",
        "az rest -u \"/subscriptions/{subscriptionId}/resourceGroups/$GITOPS_LAB_RESOURCE_GROUP/providers/Microsoft.Kubernetes/connectedClusters/$GITOPS_LAB_CLUSTER/providers/Microsoft.KubernetesConfiguration/fluxConfigurations?api-version=2025-04-01\" \
         --query 'sort_by(value, &name)[].[name, properties.complianceState]' -o tsv",
        "hello-dev\tCompliant\nhello-qa\tCompliant",
    ),
    says(
        "one Flux configuration is read with the state of its objects",
        "az rest -u \"/subscriptions/{subscriptionId}/resourceGroups/$GITOPS_LAB_RESOURCE_GROUP/providers/Microsoft.Kubernetes/connectedClusters/$GITOPS_LAB_CLUSTER/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/hello-dev?api-version=2025-04-01\" \
         --query 'properties.[gitRepository.repositoryRef.branch, provisioningState, complianceState]' -o tsv",
        "dev\nSucceeded\nCompliant",
    ),
    fails(
        "what is not there is told",
        "az rest -u \"/subscriptions/{subscriptionId}/resourceGroups/$GITOPS_LAB_RESOURCE_GROUP/providers/Microsoft.Kubernetes/connectedClusters/absent?api-version=2024-01-01\"",
        "ResourceNotFound",
    ),
    says(
        "Resource Graph finds Flux configurations by repository and branch",
        "az rest -m post -u '/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01' -b \"{\\\"subscriptions\\\": [\\\"$AZURE_SUBSCRIPTION_ID\\\"], \\\"query\\\": \\\"kubernetesconfigurationresources | where type == 'microsoft.kubernetesconfiguration/fluxconfigurations' | where properties.gitRepository.url contains '/contoso/' | where properties.gitRepository.repositoryRef.branch == 'dev'\\\"}\" \
         --query '[totalRecords, data[0].name]' -o tsv",
        "1\nhello-dev",
    ),
    says(
        "Resource Graph counts by state",
        "az rest -m post -u '/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01' -b \"{\\\"query\\\": \\\"kubernetesconfigurationresources | where type =~ 'Microsoft.KubernetesConfiguration/fluxConfigurations' | summarize count() by state=tostring(properties.complianceState)\\\"}\" \
         --query 'data[].[state, count_]' -o tsv",
        "Compliant\t2",
    ),
    fails(
        "a query that is none is refused where it ends",
        "az rest -m post -u '/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01' -b '{\"query\": \"where where\"}'",
        "ParserFailure",
    ),
];
