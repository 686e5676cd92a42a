//! Mend what a source signs in with, and what it trusts.

use std::collections::BTreeMap;

use super::attempts::names;
use super::azure::{is_azure, update_source};
use super::sources::{describe, fetch_now, patch};
use super::{NextCommand, Reason};
use crate::model::argument::valid_name;
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::objects::{Source, SourceKind};
use crate::model::shell_word;

/// What a scan of a host's keys is written to: a name of its own, so that nobody's `known_hosts` is overwritten.
const HOST_KEYS_FILE: &str = "flux-known_hosts";

/// Why a Secret of a registry is written, which is written as a whole.
pub(super) const PUT_PULL_CREDENTIALS: &str = "put credentials that may pull (password in file `token`) into the \
                                               Secret; what it has for other registries goes";

/// Give a source credentials that are accepted.
pub(super) fn mend_credentials(
    arc: &BTreeMap<String, String>,
    source: &Source,
    reason: Reason,
) -> Vec<NextCommand> {
    let is_made_from_another = matches!(source.kind, SourceKind::HelmChart | SourceKind::ExternalArtifact);
    let has_identity = source.secret.is_none() && source.provider != "generic";
    if is_made_from_another {
        return vec![describe(source)];
    }
    if has_identity {
        let line = format!("kubectl describe serviceaccount/source-controller -n {FLUX_NAMESPACE}");
        return vec![describe(source), NextCommand::new(line, "which identity source-controller has")];
    }
    if is_azure(&source.meta) {
        return vec![give_through_azure(arc, source)];
    }
    let naming = r#"{"spec":{"secretRef":{"name":"<secret>"}}}"#;
    let named = source.secret.is_none().then(|| patch(source, naming, "have it fetch with that Secret"));
    let written = write_secret(source, reason);
    [written].into_iter().chain(named).chain([fetch_now(source)]).collect()
}

fn give_through_azure(arc: &BTreeMap<String, String>, source: &Source) -> NextCommand {
    let guarded =
        |file: &str, change: &str, why: &str| update_source(arc, source, change, why).only_with(file);
    match source.kind {
        SourceKind::GitRepository if is_ssh(source) => {
            let change = "--ssh-private-key-file identity";
            guarded("identity", change, "give it a key that may read the repository, from file `identity`")
        }
        SourceKind::Bucket if source.provider == "azure" => {
            let change = "--sas-token \"$(cat token)\"";
            guarded("token", change, "give it a token that may read the container, from file `token`")
        }
        SourceKind::Bucket => {
            let change = "--bucket-access-key '<access key>' --bucket-secret-key \"$(cat secretkey)\"";
            guarded("secretkey", change, "give it a key that may read the bucket, from file `secretkey`")
        }
        SourceKind::OciRepository => {
            let change = "--local-auth-ref '<secret>'";
            let why = "have it sign in with a Secret of type kubernetes.io/dockerconfigjson in its namespace";
            update_source(arc, source, change, why)
        }
        _ => {
            let change = "--https-user flux --https-key \"$(cat token)\"";
            guarded("token", change, "give it a token that may read the repository, from file `token`")
        }
    }
}

/// Put accepted credentials into the Secret, in the form that the kind reads.
fn write_secret(source: &Source, reason: Reason) -> NextCommand {
    let (_, namespace) = names(&source.meta);
    let secret = secret_name(source);
    let generic = |entries: &str, why: &str| {
        let line = format!(
            "kubectl create secret generic {secret} -n {namespace} {entries} --dry-run=client -o yaml | kubectl \
             apply -f -"
        );
        NextCommand::new(line, why)
    };
    match source.kind {
        SourceKind::GitRepository if is_ssh(source) && reason == Reason::TokenRejected => {
            let entry = "put a key that may read the repository (from file `identity`) into the Secret";
            replace_entry(source, "identity", "identity", entry)
        }
        SourceKind::GitRepository if is_ssh(source) => generic(
            "--from-file=identity --from-file=known_hosts",
            "put a key that may read the repository, and the host's keys, from files of these names into the Secret",
        ),
        SourceKind::OciRepository => registry_secret(source),
        SourceKind::HelmRepository if source.is_static => registry_secret(source),
        SourceKind::HelmRepository => generic(
            "--from-literal=username='<user>' --from-file=password=password",
            "put credentials that may read the index (password in file `password`, without a line end) into the Secret",
        ),
        SourceKind::Bucket if source.provider == "azure" => generic(
            "--from-file=accountKey=key",
            "put a key that may read the container (in file `key`, without a line end) into the Secret",
        ),
        SourceKind::Bucket => generic(
            "--from-literal=accesskey='<access key>' --from-file=secretkey=secretkey",
            "put a key that may read the bucket (in file `secretkey`, without a line end) into the Secret",
        ),
        _ => generic(
            "--from-literal=username=git --from-file=password=token",
            "put a token that may read the repository (in file `token`, without a line end) into the Secret",
        ),
    }
}

fn registry_secret(source: &Source) -> NextCommand {
    let (_, namespace) = names(&source.meta);
    let secret = secret_name(source);
    let address = source.url.split_once("://").map_or(source.url.as_str(), |(_, address)| address);
    let host = valid_host(address.split('/').next().unwrap_or_default(), "'<registry>'");
    let line = format!(
        "kubectl create secret docker-registry {secret} -n {namespace} --docker-server={host} --docker-username='<user>' \
         --docker-password=\"$(cat token)\" --dry-run=client -o yaml | kubectl apply -f -"
    );
    NextCommand::new(line, PUT_PULL_CREDENTIALS).only_with("token")
}

/// Put the content of a file into one entry of the Secret and keep the others.
fn replace_entry(source: &Source, entry: &str, file: &str, why: &str) -> NextCommand {
    let (_, namespace) = names(&source.meta);
    let secret = secret_name(source);
    let line = format!(
        "kubectl patch secret/{secret} -n {namespace} --type merge -p \"{{\\\"data\\\":{{\\\"{entry}\\\":\\\"$(base64 < \
         {file} | tr -d '\\n')\\\"}}}}\""
    );
    NextCommand::new(line, why).only_with(file)
}

/// Trust the host's SSH key, after somebody has compared it with what the host's owner publishes: whoever answers may be
/// somebody else.
pub(super) fn trust_host_key(arc: &BTreeMap<String, String>, source: &Source) -> Vec<NextCommand> {
    let (host, port) = ssh_host(&source.url);
    let port = port.map(|port| format!("-p {port} ")).unwrap_or_default();
    let look = NextCommand::new(
        format!("ssh-keyscan {port}{host} > {HOST_KEYS_FILE} && ssh-keygen -lf {HOST_KEYS_FILE}"),
        "compare with the fingerprints that the host's owner publishes: it may be another host that answers",
    );
    let why =
        "if they are the host's: put them into entry known_hosts of the Secret, whose key stays as it is";
    if is_azure(&source.meta) {
        let change = format!("--known-hosts-file {HOST_KEYS_FILE}");
        return vec![look, update_source(arc, source, &change, why).only_with(HOST_KEYS_FILE)];
    }
    vec![look, replace_entry(source, "known_hosts", HOST_KEYS_FILE, why), fetch_now(source)]
}

/// Trust the authority of the server's certificate.
pub(super) fn trust_authority(arc: &BTreeMap<String, String>, source: &Source) -> NextCommand {
    const WHY: &str = "trust the server's authority";
    let (_, namespace) = names(&source.meta);
    match source.kind {
        SourceKind::GitRepository if is_azure(&source.meta) => {
            update_source(arc, source, "--https-ca-cert-file '<file>'", WHY)
        }
        SourceKind::OciRepository if is_azure(&source.meta) => update_source(
            arc,
            source,
            "--tls-ca-certificate \"$(base64 < ca.crt)\"",
            "trust the server's authority, from file `ca.crt`",
        )
        .only_with("ca.crt"),
        SourceKind::GitRepository => {
            let secret = secret_name(source);
            let patch = r#"'{"data":{"ca.crt":"<base64 of the authority>"}}'"#;
            let line = format!("kubectl patch secret/{secret} -n {namespace} --type merge -p {patch}");
            NextCommand::new(line, WHY)
        }
        _ => match source.certificate_secret.as_deref() {
            Some(secret) => {
                let secret = valid_name(secret, "'<secret>'");
                let line = format!(
                    "kubectl create secret generic {secret} -n {namespace} --from-file=ca.crt --dry-run=client -o \
                     yaml | kubectl apply -f -"
                );
                NextCommand::new(line, WHY)
            }
            None => patch(source, r#"{"spec":{"certSecretRef":{"name":"<secret with ca.crt>"}}}"#, WHY),
        },
    }
}

fn secret_name(source: &Source) -> &str {
    valid_name(source.secret.as_deref().unwrap_or_default(), "'<secret>'")
}

/// Whether a git repository is fetched over SSH.
pub(in crate::model::verdict) fn is_ssh(source: &Source) -> bool {
    source.url.starts_with("ssh://") || !source.url.contains("://") && source.url.contains('@')
}

/// Host and port of a repository that is fetched over SSH: `ssh://git@host:22/path`, or `git@host:path`.
fn ssh_host(url: &str) -> (String, Option<u16>) {
    let authority = url.strip_prefix("ssh://").and_then(|rest| rest.split('/').next());
    let without_user = |authority: &str| authority.rsplit('@').next().unwrap_or_default().to_owned();
    let (host, port) = match authority {
        Some(authority) => {
            let authority = without_user(authority);
            let (host, port) = authority.split_once(':').unwrap_or((&authority, ""));
            (host.to_owned(), port.parse().ok())
        }
        None => (without_user(url.split(':').next().unwrap_or_default()), None),
    };
    (valid_host(&host, "'<host>'"), port)
}

/// A host, with a port or without; `placeholder` where it is none.
fn valid_host(host: &str, placeholder: &str) -> String {
    let is_host = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:".contains(&byte));
    let begins = host.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    if is_host && begins { shell_word(host) } else { placeholder.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_taken_from_addresses() {
        for (url, host, port) in [
            ("ssh://git@git.example/deploy", "git.example", None),
            ("ssh://***@git.example:7999/deploy", "git.example", Some(7999)),
            ("git@git.example:deploy.git", "git.example", None),
            ("ssh://git@$(reboot)/x", "'<host>'", None),
            ("", "'<host>'", None),
        ] {
            assert_eq!(ssh_host(url), (host.to_owned(), port), "{url}");
        }
    }
}
