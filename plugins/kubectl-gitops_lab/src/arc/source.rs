//! The source of a configuration, of every kind that Azure has, and the secret that it is fetched with.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::configuration::{Configuration, duration, without_nulls};

const API: &str = "source.toolkit.fluxcd.io/v1";

/// The kind of the source, as Flux has it: a blob container of Azure's is a bucket.
pub(super) fn kind(configuration: &Configuration) -> &'static str {
    match configuration.property("sourceKind").as_str().unwrap_or_default().to_ascii_lowercase().as_str() {
        "bucket" | "azureblob" => "Bucket",
        "ocirepository" => "OCIRepository",
        _ => "GitRepository",
    }
}

/// The name of the secret that is made of what a configuration is given.
fn secret_name(configuration: &Configuration) -> String {
    format!("{}-auth", configuration.name)
}

/// The secret; none where nothing is given.
pub(super) fn secret(configuration: &Configuration) -> Option<Value> {
    let texts = texts(configuration);
    let secret = configuration.object("v1", "Secret", &secret_name(configuration));
    let Value::Object(mut secret) = secret else { return None };
    secret.insert("type".to_owned(), json!("Opaque"));
    let encoded = texts.iter().map(|(name, text)| ((*name).to_owned(), json!(STANDARD.encode(text))));
    secret.insert("data".to_owned(), encoded.collect());
    (!texts.is_empty()).then_some(secret.into())
}

/// What is in it, in clear.
fn texts(configuration: &Configuration) -> BTreeMap<&'static str, String> {
    let (git, bucket) = (configuration.property("gitRepository"), configuration.property("bucket"));
    let (blob, oci) = (configuration.property("azureBlob"), configuration.property("ociRepository"));
    let given = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let decoded = |value: &Value| {
        let bytes = STANDARD.decode(value.as_str()?).ok()?;
        String::from_utf8(bytes).ok()
    };
    let principal = &blob["servicePrincipal"];
    let protected = |name: &str| configuration.protected(name);
    let all = [
        ("username", given(&git["httpsUser"])),
        ("password", protected("httpsKey")),
        ("ca.crt", decoded(&git["httpsCACert"]).or_else(|| protected("caCertificate"))),
        ("identity", protected("sshPrivateKey")),
        ("known_hosts", decoded(&git["sshKnownHosts"])),
        ("accesskey", given(&bucket["accessKey"])),
        ("secretkey", protected("bucketSecretKey")),
        ("accountKey", protected("accountKey")),
        ("sasKey", protected("sasToken")),
        ("tenantId", given(&principal["tenantId"])),
        ("clientId", given(&principal["clientId"])),
        ("clientSecret", protected("clientSecret")),
        ("clientCertificate", protected("clientCertificate")),
        ("clientCertificatePassword", protected("clientCertificatePassword")),
        ("tls.crt", oci["tlsConfig"].is_object().then(|| protected("clientCertificate")).flatten()),
        ("tls.key", protected("privateKey")),
    ];
    all.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
}

/// The source itself.
pub(super) fn source(configuration: &Configuration) -> Value {
    let kind = kind(configuration);
    let field = match (kind, configuration.property("azureBlob")) {
        ("GitRepository", _) => "gitRepository",
        ("OCIRepository", _) => "ociRepository",
        (_, Value::Object(_)) => "azureBlob",
        _ => "bucket",
    };
    let wanted = configuration.property(field);
    let mut spec = match field {
        "gitRepository" => git(wanted),
        "ociRepository" => oci(wanted),
        "bucket" => bucket(wanted),
        _ => blob(wanted),
    };
    spec["interval"] = duration(wanted, "syncIntervalInSeconds");
    spec["timeout"] = duration(wanted, "timeoutInSeconds");
    spec["suspend"] = json!(configuration.is_suspended());
    let own = secret(configuration).map(|_| secret_name(configuration));
    let local = wanted["localAuthRef"].as_str().filter(|name| !name.is_empty()).map(str::to_owned);
    if let Some(name) = local.or(own) {
        spec["secretRef"] = json!({"name": name});
    }
    let mut object = configuration.object(API, kind, &configuration.name);
    object["spec"] = without_nulls(&spec);
    object
}

fn git(wanted: &Value) -> Value {
    let provider = wanted["provider"].as_str().map(str::to_ascii_lowercase);
    json!({
        "url": git_url(wanted["url"].as_str().unwrap_or_default()),
        "ref": without_nulls(&wanted["repositoryRef"]),
        "provider": provider.filter(|provider| provider != "generic"),
    })
}

/// `ssh://git@host/path` of git's short form `git@host:path`, which Flux does not know.
fn git_url(url: &str) -> String {
    match url.split_once(':') {
        Some((host, path)) if host.starts_with("git@") => format!("ssh://{host}/{path}"),
        _ => url.to_owned(),
    }
}

fn oci(wanted: &Value) -> Value {
    let identities = wanted["verify"]["matchOidcIdentity"].clone();
    let verify = json!({"provider": wanted["verify"]["provider"], "matchOIDCIdentity": identities});
    json!({
        "url": wanted["url"],
        "ref": without_nulls(&wanted["repositoryRef"]),
        "layerSelector": wanted["layerSelector"],
        "verify": if wanted["verify"].is_object() { without_nulls(&verify) } else { Value::Null },
        "insecure": wanted["insecure"],
        "provider": (wanted["useWorkloadIdentity"] == true).then_some("azure"),
        "serviceAccountName": wanted["serviceAccountName"],
    })
}

fn bucket(wanted: &Value) -> Value {
    let url = wanted["url"].as_str().unwrap_or_default();
    json!({
        "endpoint": url.split_once("://").map_or(url, |(_, host)| host),
        "bucketName": wanted["bucketName"],
        "insecure": wanted["insecure"],
        "provider": "generic",
    })
}

fn blob(wanted: &Value) -> Value {
    json!({"endpoint": wanted["url"], "bucketName": wanted["containerName"], "provider": "azure"})
}
