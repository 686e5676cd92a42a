//! The properties of Flux configurations, with the defaults of the specification (`2025-04-01`).

use crate::azure::property_fields::DefaultValue::{Absent, Count, EmptyList, Flag, Null, Text};
use crate::azure::property_fields::{FieldType, PropertyField, field};

pub(super) const SOURCE_KINDS: [(&str, &str); 4] = [
    ("GitRepository", "gitRepository"),
    ("Bucket", "bucket"),
    ("AzureBlob", "azureBlob"),
    ("OCIRepository", "ociRepository"),
];

/// What is wanted of a configuration.
pub(super) const PROPERTIES: &[PropertyField] = &[
    field("scope", FieldType::Word(&["cluster", "namespace"]), Text("cluster")),
    field("namespace", FieldType::Text, Text("default")),
    field(
        "sourceKind",
        FieldType::Word(&["GitRepository", "Bucket", "AzureBlob", "OCIRepository"]),
        Text("GitRepository"),
    ),
    field("suspend", FieldType::Flag, Flag(false)),
    field("gitRepository", FieldType::Object(GIT_REPOSITORY), Absent),
    field("bucket", FieldType::Object(BUCKET), Absent),
    field("azureBlob", FieldType::Object(AZURE_BLOB), Absent),
    field("ociRepository", FieldType::Object(OCI_REPOSITORY), Absent),
    field("kustomizations", FieldType::NamedObjects(KUSTOMIZATION), Null),
    field("configurationProtectedSettings", FieldType::SecretMap, Absent),
    field("waitForReconciliation", FieldType::Flag, Null),
    field("reconciliationWaitDuration", FieldType::Text, Null),
];

const GIT_REPOSITORY: &[PropertyField] = &[
    field("url", FieldType::Text, Null),
    field("timeoutInSeconds", FieldType::Count, Count(600)),
    field("syncIntervalInSeconds", FieldType::Count, Count(600)),
    field("repositoryRef", FieldType::Object(GIT_REFERENCE), Absent),
    field("sshKnownHosts", FieldType::Text, Null),
    field("httpsUser", FieldType::Text, Null),
    field("httpsCACert", FieldType::Text, Null),
    field("localAuthRef", FieldType::Text, Null),
    field("provider", FieldType::Word(&["Azure", "GitHub", "Generic"]), Null),
];

const GIT_REFERENCE: &[PropertyField] = &[
    field("branch", FieldType::Text, Null),
    field("tag", FieldType::Text, Null),
    field("semver", FieldType::Text, Null),
    field("commit", FieldType::Text, Null),
];

const BUCKET: &[PropertyField] = &[
    field("url", FieldType::Text, Absent),
    field("bucketName", FieldType::Text, Absent),
    field("insecure", FieldType::Flag, Flag(true)),
    field("timeoutInSeconds", FieldType::Count, Count(600)),
    field("syncIntervalInSeconds", FieldType::Count, Count(600)),
    field("accessKey", FieldType::Text, Null),
    field("localAuthRef", FieldType::Text, Null),
];

const AZURE_BLOB: &[PropertyField] = &[
    field("url", FieldType::Text, Null),
    field("containerName", FieldType::Text, Null),
    field("timeoutInSeconds", FieldType::Count, Count(600)),
    field("syncIntervalInSeconds", FieldType::Count, Count(600)),
    field("servicePrincipal", FieldType::Object(SERVICE_PRINCIPAL), Absent),
    field("accountKey", FieldType::Secret, Absent),
    field("sasToken", FieldType::Secret, Absent),
    field("managedIdentity", FieldType::Object(MANAGED_IDENTITY), Absent),
    field("localAuthRef", FieldType::Text, Null),
];

const SERVICE_PRINCIPAL: &[PropertyField] = &[
    field("clientId", FieldType::Text, Null),
    field("tenantId", FieldType::Text, Null),
    field("clientSecret", FieldType::Secret, Absent),
    field("clientCertificate", FieldType::Secret, Absent),
    field("clientCertificatePassword", FieldType::Secret, Absent),
    field("clientCertificateSendChain", FieldType::Flag, Flag(false)),
];

const MANAGED_IDENTITY: &[PropertyField] = &[field("clientId", FieldType::Text, Null)];

const OCI_REPOSITORY: &[PropertyField] = &[
    field("url", FieldType::Text, Null),
    field("timeoutInSeconds", FieldType::Count, Count(600)),
    field("syncIntervalInSeconds", FieldType::Count, Count(600)),
    field("repositoryRef", FieldType::Object(OCI_REFERENCE), Absent),
    field("layerSelector", FieldType::Object(LAYER_SELECTOR), Absent),
    field("verify", FieldType::Object(VERIFY), Absent),
    field("insecure", FieldType::Flag, Flag(false)),
    field("useWorkloadIdentity", FieldType::Flag, Flag(false)),
    field("serviceAccountName", FieldType::Text, Null),
    field("tlsConfig", FieldType::Object(TLS), Absent),
    field("localAuthRef", FieldType::Text, Null),
];

const OCI_REFERENCE: &[PropertyField] = &[
    field("tag", FieldType::Text, Null),
    field("semver", FieldType::Text, Null),
    field("digest", FieldType::Text, Null),
];

const LAYER_SELECTOR: &[PropertyField] = &[
    field("mediaType", FieldType::Text, Null),
    field("operation", FieldType::Word(&["extract", "copy"]), Null),
];

const VERIFY: &[PropertyField] = &[
    field("provider", FieldType::Text, Null),
    field("verificationConfig", FieldType::TextMap, Absent),
    field("matchOidcIdentity", FieldType::Objects(OIDC_IDENTITY), Absent),
];

const OIDC_IDENTITY: &[PropertyField] =
    &[field("issuer", FieldType::Text, Absent), field("subject", FieldType::Text, Absent)];

const TLS: &[PropertyField] = &[
    field("clientCertificate", FieldType::Secret, Absent),
    field("privateKey", FieldType::Secret, Absent),
    field("caCertificate", FieldType::Secret, Absent),
];

const KUSTOMIZATION: &[PropertyField] = &[
    field("path", FieldType::Text, Text("")),
    field("dependsOn", FieldType::Texts, EmptyList),
    field("timeoutInSeconds", FieldType::Count, Count(600)),
    field("syncIntervalInSeconds", FieldType::Count, Count(600)),
    field("retryIntervalInSeconds", FieldType::Count, Null),
    field("prune", FieldType::Flag, Flag(false)),
    field("force", FieldType::Flag, Flag(false)),
    field("wait", FieldType::Flag, Flag(true)),
    field("postBuild", FieldType::Object(POST_BUILD), Null),
];

const POST_BUILD: &[PropertyField] = &[
    field("substitute", FieldType::TextMap, Null),
    field("substituteFrom", FieldType::Objects(SUBSTITUTE_FROM), Absent),
];

const SUBSTITUTE_FROM: &[PropertyField] = &[
    field("kind", FieldType::Text, Absent),
    field("name", FieldType::Text, Absent),
    field("optional", FieldType::Flag, Flag(false)),
];
