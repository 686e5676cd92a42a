//! What kubectl refuses in the entries of a cluster and of a user: `validateClusterInfo` and `validateAuthInfo` of
//! client-go, and the questions it would put to a person whose user has no credentials.

use kube::config::{AuthInfo, Cluster};
use secrecy::ExposeSecret;

use crate::model::harmless;

/// What is wrong with a cluster's entry.
pub(super) fn cluster_problem(cluster: &Cluster) -> Option<String> {
    let has_file = is_given(cluster.certificate_authority.as_deref());
    let has_data = is_given(cluster.certificate_authority_data.as_deref());
    if !is_given(cluster.server.as_deref()) {
        return Some("its cluster has no server".to_owned());
    }
    if has_file && has_data {
        return Some("its cluster has both certificate-authority and certificate-authority-data".to_owned());
    }
    if (has_file || has_data) && cluster.insecure_skip_tls_verify == Some(true) {
        return Some("its cluster has both a certificate authority and insecure-skip-tls-verify".to_owned());
    }
    None
}

/// What is wrong with the entry of a context's user. Over plain HTTP nobody signs in, so that nobody has to be
/// there.
pub(super) fn user_problem(
    user: Option<&AuthInfo>,
    name: Option<&str>,
    is_secure: bool,
    impersonates: bool,
) -> Option<String> {
    let shown = harmless(name.unwrap_or_default());
    let Some(user) = user else {
        return is_secure.then(|| match name {
            Some(_) => format!("it has no user {shown}, which its context names"),
            None => "its context names no user".to_owned(),
        });
    };
    let problem = contradiction(user, impersonates).or_else(|| exec_problem(user));
    if let Some(problem) = problem {
        return Some(format!("its user {shown} {problem}"));
    }
    // kubectl asks for a name and a password here.
    (is_secure && !identifies(user)).then(|| format!("its user {shown} has no credentials"))
}

fn contradiction(user: &AuthInfo, impersonates: bool) -> Option<&'static str> {
    let has_token = is_given(user.token.as_ref().map(|token| token.expose_secret()))
        || is_given(user.token_file.as_deref());
    let has_password = is_given(user.username.as_deref())
        || is_given(user.password.as_ref().map(|password| password.expose_secret()));
    if has_token && has_password {
        return Some("has both a token and a password");
    }
    let certificate = (user.client_certificate.as_deref(), user.client_certificate_data.as_deref());
    let key_data = user.client_key_data.as_ref().map(|key| key.expose_secret());
    let key = (user.client_key.as_deref(), key_data);
    if is_given(certificate.0) || is_given(certificate.1) {
        if is_given(certificate.0) && is_given(certificate.1) {
            return Some("has both client-certificate and client-certificate-data");
        }
        if is_given(key.0) && is_given(key.1) {
            return Some("has both client-key and client-key-data");
        }
        if !is_given(key.0) && !is_given(key.1) {
            return Some("has a client certificate without a key");
        }
    }
    let acts_as = impersonates || is_given(user.impersonate.as_deref());
    let acts_more = is_given(user.impersonate_uid.as_deref())
        || user.impersonate_groups.as_ref().is_some_and(|groups| !groups.is_empty())
        || user.impersonate_user_extra.as_ref().is_some_and(|extra| !extra.is_empty());
    (acts_more && !acts_as).then_some("has as-uid, as-groups or as-user-extra without as")
}

fn exec_problem(user: &AuthInfo) -> Option<&'static str> {
    let exec = user.exec.as_ref()?;
    if user.auth_provider.is_some() {
        return Some("has both exec and auth-provider");
    }
    if !is_given(exec.command.as_deref()) {
        return Some("has an exec without a command");
    }
    if !is_given(exec.api_version.as_deref()) {
        return Some("has an exec without an apiVersion");
    }
    let nameless =
        |entry: &std::collections::HashMap<String, String>| !is_given(entry.get("name").map(String::as_str));
    if exec.env.iter().flatten().any(nameless) {
        return Some("has an exec with a variable without a name");
    }
    // Earlier versions had a default.
    let needs_mode = exec.api_version.as_deref() == Some("client.authentication.k8s.io/v1");
    (needs_mode && exec.interactive_mode.is_none()).then_some("has an exec without an interactiveMode")
}

/// client-go's `canIdentifyUser`.
fn identifies(user: &AuthInfo) -> bool {
    is_given(user.username.as_deref())
        || is_given(user.client_certificate.as_deref())
        || is_given(user.client_certificate_data.as_deref())
        || is_given(user.token.as_ref().map(|token| token.expose_secret()))
        || is_given(user.token_file.as_deref())
        || user.auth_provider.is_some()
        || user.exec.is_some()
}

fn is_given(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_that_kubectl_refuses_are_refused() {
        for (user, problem) in [
            ("{token: t}", None),
            ("{username: n, password: p}", None),
            ("{tokenFile: f}", None),
            ("{client-certificate: c, client-key: k}", None),
            ("{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x}}", None),
            ("{token: t, as: jane, as-groups: [g]}", None),
            ("{}", Some("has no credentials")),
            ("{password: p}", Some("has no credentials")),
            ("{token: t, username: n}", Some("has both a token and a password")),
            ("{client-certificate: c}", Some("has a client certificate without a key")),
            (
                "{client-certificate: c, client-certificate-data: d, client-key: k}",
                Some("has both client-certificate and client-certificate-data"),
            ),
            (
                "{client-certificate: c, client-key: k, client-key-data: d}",
                Some("has both client-key and client-key-data"),
            ),
            ("{token: t, as-groups: [g]}", Some("has as-uid, as-groups or as-user-extra without as")),
            (
                "{exec: {apiVersion: client.authentication.k8s.io/v1, command: x}}",
                Some("has an exec without an interactiveMode"),
            ),
            ("{exec: {command: x}}", Some("has an exec without an apiVersion")),
            ("{exec: {apiVersion: v}}", Some("has an exec without a command")),
            (
                "{exec: {apiVersion: v, command: x}, auth-provider: {name: oidc}}",
                Some("has both exec and auth-provider"),
            ),
        ] {
            let entry: AuthInfo = serde_saphyr::from_str(user).expect("a user");
            let expected = problem.map(|problem| format!("its user u {problem}"));
            assert_eq!(user_problem(Some(&entry), Some("u"), true, false), expected, "{user}");
        }
        let groups: AuthInfo = serde_saphyr::from_str("{token: t, as-groups: [g]}").expect("a user");
        assert_eq!(user_problem(Some(&groups), Some("u"), true, true), None, "a flag names the user");
        assert_eq!(user_problem(None, Some("u"), false, false), None, "nobody signs in over plain HTTP");
    }

    #[test]
    fn clusters_that_kubectl_refuses_are_refused() {
        for (cluster, is_refused) in [
            ("{server: 'https://h'}", false),
            ("{server: 'https://h', insecure-skip-tls-verify: true}", false),
            ("{server: 'https://h', certificate-authority: a, certificate-authority-data: ''}", false),
            ("{}", true),
            ("{server: 'https://h', certificate-authority: a, certificate-authority-data: b}", true),
            ("{server: 'https://h', certificate-authority: a, insecure-skip-tls-verify: true}", true),
        ] {
            let entry: Cluster = serde_saphyr::from_str(cluster).expect("a cluster");
            assert_eq!(cluster_problem(&entry).is_some(), is_refused, "{cluster}");
        }
    }
}
