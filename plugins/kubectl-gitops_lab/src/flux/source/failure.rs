//! Failures of a git host in the words of go-git and of source-controller: what people search for.

use crate::flux::remote::{Distrust, FetchFailure, Reference};

/// The message of a failed attempt. `is_known`: there is an artifact, and so the host was only asked for its
/// references.
pub(super) fn told(failure: &FetchFailure, url: &str, reference: &Reference, is_known: bool) -> String {
    let attempt = match (failure, is_known) {
        (FetchFailure::Empty, false) => return "git repository is empty".to_owned(),
        (FetchFailure::NoReference, _) | (_, false) => "unable to clone",
        (_, true) => "unable to list remote for",
    };
    let request = format!("{url}/info/refs?service=git-upload-pack");
    let why = match failure {
        FetchFailure::Status { code: 401, body } => format!("authentication required: {body}"),
        FetchFailure::Status { code: 403, body } => format!("authorization failed: {body}"),
        FetchFailure::Status { code: 404, body } => format!("repository not found: {body}"),
        FetchFailure::Status { code, .. } => {
            format!("unexpected client error: unexpected requesting {request:?} status code: {code}")
        }
        FetchFailure::NoReference => format!("couldn't find remote ref {:?}", full(reference)),
        FetchFailure::Empty => "remote repository is empty".to_owned(),
        FetchFailure::Refused { address } => {
            format!("Get {request:?}: dial tcp {address}: connect: connection refused")
        }
        FetchFailure::Cut => format!("Get {request:?}: EOF"),
        FetchFailure::Silent => format!("Get {request:?}: context deadline exceeded"),
        FetchFailure::UnknownHost { host, resolver } => {
            format!("Get {request:?}: dial tcp: lookup {host} on {resolver}: no such host")
        }
        FetchFailure::Distrusted(distrust) => {
            let why = match distrust {
                Distrust::UnknownAuthority => "certificate signed by unknown authority".to_owned(),
                Distrust::NoAddress { host } => {
                    format!("cannot validate certificate for {host} because it doesn't contain any IP SANs")
                }
            };
            format!("Get {request:?}: tls: failed to verify certificate: x509: {why}")
        }
    };
    format!("failed to checkout and determine revision: {attempt} '{url}': {why}")
}

/// A reference's full name.
fn full(reference: &Reference) -> String {
    match reference {
        Reference::Branch(name) => format!("refs/heads/{name}"),
        Reference::Tag(name) => format!("refs/tags/{name}"),
        Reference::Commit(name) | Reference::Name(name) => name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::told;
    use crate::flux::remote::{Distrust, FetchFailure, Reference};

    #[test]
    fn failures_are_told_as_go_git_tells_them() {
        let status = |code, body: &str| FetchFailure::Status { code, body: body.to_owned() };
        let list = "failed to checkout and determine revision: unable to list remote for 'https://a/b': ";
        let clone = "failed to checkout and determine revision: unable to clone 'https://a/b': ";
        let get = "Get \"https://a/b/info/refs?service=git-upload-pack\": ";
        let unsigned = "tls: failed to verify certificate: x509: certificate signed by unknown authority";
        for (failure, is_known, message) in [
            (status(401, ""), false, format!("{clone}authentication required: ")),
            (status(404, "Not here."), true, format!("{list}repository not found: Not here.")),
            (status(403, ""), true, format!("{list}authorization failed: ")),
            (FetchFailure::NoReference, true, format!("{clone}couldn't find remote ref \"refs/heads/dev\"")),
            (FetchFailure::Silent, true, format!("{list}{get}context deadline exceeded")),
            (FetchFailure::Empty, false, "git repository is empty".to_owned()),
            (FetchFailure::Distrusted(Distrust::UnknownAuthority), false, format!("{clone}{get}{unsigned}")),
        ] {
            let reference = Reference::Branch("dev".to_owned());
            assert_eq!(told(&failure, "https://a/b", &reference, is_known), message);
        }
    }
}
