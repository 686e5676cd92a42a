//! The properties of Flux configurations, with the defaults of the specification (`2025-04-01`).

use crate::azure::property_fields::DefaultValue::{Absent, Count, Flag, NoTexts, Null, Text};
use crate::azure::property_fields::{Field, Form, field};

pub(super) const SOURCE_KINDS: [(&str, &str); 4] = [
    ("GitRepository", "gitRepository"),
    ("Bucket", "bucket"),
    ("AzureBlob", "azureBlob"),
    ("OCIRepository", "ociRepository"),
];

/// What is wanted of a configuration.
pub(super) const PROPERTIES: &[Field] = &[
    field("scope", Form::Word(&["cluster", "namespace"]), Text("cluster")),
    field("namespace", Form::Text, Text("default")),
    field(
        "sourceKind",
        Form::Word(&["GitRepository", "Bucket", "AzureBlob", "OCIRepository"]),
        Text("GitRepository"),
    ),
    field("suspend", Form::Flag, Flag(false)),
    field("gitRepository", Form::Object(GIT_REPOSITORY), Absent),
    field("bucket", Form::Object(BUCKET), Absent),
    field("azureBlob", Form::Object(AZURE_BLOB), Absent),
    field("ociRepository", Form::Object(OCI_REPOSITORY), Absent),
    field("kustomizations", Form::NamedObjects(KUSTOMIZATION), Null),
    field("configurationProtectedSettings", Form::SecretMap, Absent),
    field("waitForReconciliation", Form::Flag, Null),
    field("reconciliationWaitDuration", Form::Text, Null),
];

const GIT_REPOSITORY: &[Field] = &[
    field("url", Form::Text, Null),
    field("timeoutInSeconds", Form::Count, Count(600)),
    field("syncIntervalInSeconds", Form::Count, Count(600)),
    field("repositoryRef", Form::Object(GIT_REFERENCE), Absent),
    field("sshKnownHosts", Form::Text, Null),
    field("httpsUser", Form::Text, Null),
    field("httpsCACert", Form::Text, Null),
    field("localAuthRef", Form::Text, Null),
    field("provider", Form::Word(&["Azure", "GitHub", "Generic"]), Null),
];

const GIT_REFERENCE: &[Field] = &[
    field("branch", Form::Text, Null),
    field("tag", Form::Text, Null),
    field("semver", Form::Text, Null),
    field("commit", Form::Text, Null),
];

const BUCKET: &[Field] = &[
    field("url", Form::Text, Absent),
    field("bucketName", Form::Text, Absent),
    field("insecure", Form::Flag, Flag(true)),
    field("timeoutInSeconds", Form::Count, Count(600)),
    field("syncIntervalInSeconds", Form::Count, Count(600)),
    field("accessKey", Form::Text, Null),
    field("localAuthRef", Form::Text, Null),
];

const AZURE_BLOB: &[Field] = &[
    field("url", Form::Text, Null),
    field("containerName", Form::Text, Null),
    field("timeoutInSeconds", Form::Count, Count(600)),
    field("syncIntervalInSeconds", Form::Count, Count(600)),
    field("servicePrincipal", Form::Object(SERVICE_PRINCIPAL), Absent),
    field("accountKey", Form::Secret, Absent),
    field("sasToken", Form::Secret, Absent),
    field("managedIdentity", Form::Object(MANAGED_IDENTITY), Absent),
    field("localAuthRef", Form::Text, Null),
];

const SERVICE_PRINCIPAL: &[Field] = &[
    field("clientId", Form::Text, Null),
    field("tenantId", Form::Text, Null),
    field("clientSecret", Form::Secret, Absent),
    field("clientCertificate", Form::Secret, Absent),
    field("clientCertificatePassword", Form::Secret, Absent),
    field("clientCertificateSendChain", Form::Flag, Flag(false)),
];

const MANAGED_IDENTITY: &[Field] = &[field("clientId", Form::Text, Null)];

const OCI_REPOSITORY: &[Field] = &[
    field("url", Form::Text, Null),
    field("timeoutInSeconds", Form::Count, Count(600)),
    field("syncIntervalInSeconds", Form::Count, Count(600)),
    field("repositoryRef", Form::Object(OCI_REFERENCE), Absent),
    field("layerSelector", Form::Object(LAYER_SELECTOR), Absent),
    field("verify", Form::Object(VERIFY), Absent),
    field("insecure", Form::Flag, Flag(false)),
    field("useWorkloadIdentity", Form::Flag, Flag(false)),
    field("serviceAccountName", Form::Text, Null),
    field("tlsConfig", Form::Object(TLS), Absent),
    field("localAuthRef", Form::Text, Null),
];

const OCI_REFERENCE: &[Field] =
    &[field("tag", Form::Text, Null), field("semver", Form::Text, Null), field("digest", Form::Text, Null)];

const LAYER_SELECTOR: &[Field] =
    &[field("mediaType", Form::Text, Null), field("operation", Form::Word(&["extract", "copy"]), Null)];

const VERIFY: &[Field] = &[
    field("provider", Form::Text, Null),
    field("verificationConfig", Form::TextMap, Absent),
    field("matchOidcIdentity", Form::Objects(OIDC_IDENTITY), Absent),
];

const OIDC_IDENTITY: &[Field] = &[field("issuer", Form::Text, Absent), field("subject", Form::Text, Absent)];

const TLS: &[Field] = &[
    field("clientCertificate", Form::Secret, Absent),
    field("privateKey", Form::Secret, Absent),
    field("caCertificate", Form::Secret, Absent),
];

const KUSTOMIZATION: &[Field] = &[
    field("path", Form::Text, Text("")),
    field("dependsOn", Form::Texts, NoTexts),
    field("timeoutInSeconds", Form::Count, Count(600)),
    field("syncIntervalInSeconds", Form::Count, Count(600)),
    field("retryIntervalInSeconds", Form::Count, Null),
    field("prune", Form::Flag, Flag(false)),
    field("force", Form::Flag, Flag(false)),
    field("wait", Form::Flag, Flag(true)),
    field("postBuild", Form::Object(POST_BUILD), Null),
];

const POST_BUILD: &[Field] = &[
    field("substitute", Form::TextMap, Null),
    field("substituteFrom", Form::Objects(SUBSTITUTE_FROM), Absent),
];

const SUBSTITUTE_FROM: &[Field] = &[
    field("kind", Form::Text, Absent),
    field("name", Form::Text, Absent),
    field("optional", Form::Flag, Flag(false)),
];
