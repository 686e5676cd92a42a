//! Mend a fetch, or have Flux fetch now.

use std::collections::BTreeMap;

use super::attempts::{annotate, names};
use super::azure::{configuration_flags, is_azure};
use super::{NextCommand, Reason};
use crate::model::argument::valid_name;
use crate::model::objects::Source;

/// Ask Flux to fetch now. That works on objects of Azure too: its agent leaves this annotation alone.
pub(in crate::model::verdict) fn fetch_now(source: &Source) -> NextCommand {
    NextCommand::new(annotate(&source.kind.name().to_lowercase(), &source.meta), "fetch now")
}

/// Mend a fetch.
pub(in crate::model::verdict) fn fetch(
    arc: &BTreeMap<String, String>,
    source: &Source,
    reason: Reason,
) -> Vec<NextCommand> {
    let meta = &source.meta;
    let (_, namespace) = names(meta);
    let secret = valid_name(source.secret.as_deref().unwrap_or_default(), "<secret>");
    let describe = NextCommand::new(
        format!("kubectl describe {} -n {namespace}", source.argument()),
        "what Flux says, in full",
    );
    let update = format!("az k8s-configuration flux update {}", configuration_flags(arc, meta));
    let configure = |change: &str, why: &str| NextCommand::new(format!("{update} {change}"), why);
    match reason {
        Reason::TokenRejected | Reason::GitSecretMissing | Reason::AuthenticationFailed if is_azure(meta) => {
            // Without the file the shell would hand over an empty token.
            let line = format!("test -s token && {update} --https-user flux --https-key \"$(cat token)\"");
            vec![NextCommand::new(line, "give it a token that may read the repository, from file `token`")]
        }
        Reason::TokenRejected | Reason::GitSecretMissing | Reason::AuthenticationFailed => vec![
            NextCommand::new(
                format!(
                    "kubectl create secret generic {secret} -n {namespace} --from-literal=username=git \
                     --from-file=password=token --dry-run=client -o yaml | kubectl apply -f -"
                ),
                "put a token that may read the repository (in file `token`, without a line end) into the Secret",
            ),
            fetch_now(source),
        ],
        Reason::BranchNotFound | Reason::RepositoryNotFound => {
            let (flag, patch, why) = match reason {
                Reason::BranchNotFound => (
                    "--branch <branch>",
                    r#"'{"spec":{"ref":{"branch":"<branch>"}}}'"#,
                    "follow another branch",
                ),
                _ => ("--url <url>", r#"'{"spec":{"url":"<url>"}}'"#, "follow another repository"),
            };
            let mend = if is_azure(meta) {
                configure(flag, why)
            } else {
                let line =
                    format!("kubectl patch {} -n {namespace} --type merge -p {patch}", source.argument());
                NextCommand::new(line, why)
            };
            vec![describe, mend]
        }
        Reason::CertificateRefused if is_azure(meta) => {
            vec![configure("--https-ca-cert-file <file>", "trust the server's authority"), describe]
        }
        Reason::CertificateRefused => {
            let patch = r#"'{"data":{"ca.crt":"<base64 of the authority>"}}'"#;
            let line = format!("kubectl patch secret/{secret} -n {namespace} --type merge -p {patch}");
            vec![NextCommand::new(line, "trust the server's authority"), describe]
        }
        _ => vec![describe],
    }
}
