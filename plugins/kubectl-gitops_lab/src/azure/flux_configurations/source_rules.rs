//! What can be wrong with a source: its address, which of its revisions is meant, and how it is entered.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gitops_core::wire::Secret;
use serde_json::Value;

use super::rules::{check_intervals, not_base64};
use crate::azure::api::refusal::Refusal;

/// What is protected, by its name.
type Protected = BTreeMap<String, Secret>;

/// Checks the source that there is.
pub(super) fn validate(properties: &Value, protected: &Protected) -> Result<(), Refusal> {
    match properties["sourceKind"].as_str() {
        Some("Bucket") => bucket(&properties["bucket"], protected),
        Some("AzureBlob") => azure_blob(&properties["azureBlob"], protected),
        Some("OCIRepository") => oci_repository(&properties["ociRepository"], protected),
        _ => git_repository(&properties["gitRepository"], protected),
    }
}

fn git_repository(source: &Value, protected: &Protected) -> Result<(), Refusal> {
    let path = "properties.gitRepository";
    let is_https = check_url(path, source, &["http://", "https://", "ssh://", "git@"])?.starts_with("http");
    check_intervals(path, source)?;
    let count = given(&source["repositoryRef"], &["branch", "tag", "semver", "commit"]);
    if count != 1 {
        let message = "Exactly one of 'branch', 'tag', 'semver' and 'commit' must be given.";
        return Err(Refusal::property(&format!("{path}.repositoryRef"), message));
    }
    for field in ["httpsCACert", "sshKnownHosts"] {
        let text = source[field].as_str().unwrap_or_default();
        if STANDARD.decode(text).is_err() {
            return Err(not_base64(&format!("{path}.{field}")));
        }
    }
    let (has_user, has_key) = (is_given(&source["httpsUser"]), protected.contains_key("httpsKey"));
    let has_ssh_key = protected.contains_key("sshPrivateKey");
    check_together(path, (has_user, "httpsUser"), (has_key, "httpsKey"))?;
    if is_https && (has_ssh_key || is_given(&source["sshKnownHosts"])) {
        let message = "'sshPrivateKey' and 'sshKnownHosts' cannot be given for a url over http(s).";
        return Err(Refusal::property(path, message));
    }
    if !is_https && (has_user || is_given(&source["httpsCACert"])) {
        let message = "'httpsUser', 'httpsKey' and 'httpsCACert' cannot be given for a url over ssh.";
        return Err(Refusal::property(path, message));
    }
    check_one_way_in(path, &[has_user, has_ssh_key, is_given(&source["localAuthRef"])])
}

fn bucket(source: &Value, protected: &Protected) -> Result<(), Refusal> {
    let path = "properties.bucket";
    check_url(path, source, &["http://", "https://"])?;
    check_required(path, source, "bucketName")?;
    check_intervals(path, source)?;
    let (has_access, has_secret) =
        (is_given(&source["accessKey"]), protected.contains_key("bucketSecretKey"));
    check_together(path, (has_access, "accessKey"), (has_secret, "bucketSecretKey"))?;
    check_one_way_in(path, &[has_access, is_given(&source["localAuthRef"])])
}

fn azure_blob(source: &Value, protected: &Protected) -> Result<(), Refusal> {
    let path = "properties.azureBlob";
    check_url(path, source, &["http://", "https://"])?;
    check_required(path, source, "containerName")?;
    check_intervals(path, source)?;
    let principal = &source["servicePrincipal"];
    if principal.is_object() {
        let path = format!("{path}.servicePrincipal");
        check_required(&path, principal, "clientId")?;
        check_required(&path, principal, "tenantId")?;
        let has = |name: &str| protected.contains_key(&format!("servicePrincipal.{name}"));
        if has("clientSecret") == has("clientCertificate") {
            let message = "Exactly one of 'clientSecret' and 'clientCertificate' must be given.";
            return Err(Refusal::property(&path, message));
        }
    }
    let ways = [
        principal.is_object(),
        protected.contains_key("accountKey"),
        protected.contains_key("sasToken"),
        source["managedIdentity"].is_object(),
        is_given(&source["localAuthRef"]),
    ];
    check_one_way_in(path, &ways)
}

fn oci_repository(source: &Value, protected: &Protected) -> Result<(), Refusal> {
    let path = "properties.ociRepository";
    check_url(path, source, &["oci://"])?;
    check_intervals(path, source)?;
    if given(&source["repositoryRef"], &["tag", "semver", "digest"]) > 1 {
        let message = "At most one of 'tag', 'semver' and 'digest' can be given.";
        return Err(Refusal::property(&format!("{path}.repositoryRef"), message));
    }
    let has = |name: &str| protected.contains_key(&format!("tlsConfig.{name}"));
    let path = format!("{path}.tlsConfig");
    check_together(&path, (has("clientCertificate"), "clientCertificate"), (has("privateKey"), "privateKey"))
}

/// The url, which begins as it may.
fn check_url<'a>(path: &str, source: &'a Value, beginnings: &[&str]) -> Result<&'a str, Refusal> {
    let url = source["url"].as_str().unwrap_or_default();
    let begins = |begin: &&str| {
        let rest = url.strip_prefix(*begin).unwrap_or_default();
        !rest.is_empty() && !rest.starts_with('/') && !rest.chars().any(char::is_whitespace)
    };
    if beginnings.iter().any(begins) {
        return Ok(url);
    }
    let beginnings = beginnings.join("', '");
    let message = format!("The url '{url}' is invalid: it must begin with '{beginnings}'.");
    Err(Refusal::property(&format!("{path}.url"), message))
}

fn check_required(path: &str, source: &Value, field: &str) -> Result<(), Refusal> {
    if is_given(&source[field]) {
        return Ok(());
    }
    let path = format!("{path}.{field}");
    Err(Refusal::property(&path, format!("The value of '{path}' is required.")))
}

fn check_together(path: &str, one: (bool, &str), other: (bool, &str)) -> Result<(), Refusal> {
    if one.0 == other.0 {
        return Ok(());
    }
    Err(Refusal::property(path, format!("'{}' and '{}' must be given together.", one.1, other.1)))
}

fn check_one_way_in(path: &str, ways: &[bool]) -> Result<(), Refusal> {
    if ways.iter().filter(|way| **way).count() <= 1 {
        return Ok(());
    }
    Err(Refusal::property(path, "Only one way to authenticate can be given."))
}

fn is_given(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

fn given(fields: &Value, names: &[&str]) -> usize {
    names.iter().filter(|name| is_given(&fields[**name])).count()
}
