//! The command that shows a pull request.

use crate::model::github::PullRequest;
use crate::model::shell_word;
use crate::model::verdict::NextCommand;

/// `gh pr view`, where `gh` can be led to the host. It takes no port, so a GitHub on a port of its own is asked with
/// curl: the API, with the variables that the suite reads. `CURL_CA_BUNDLE` counts as unset where it is
/// empty. The token goes through a pipe: arguments of a process are for everybody to read.
pub(super) fn view_pull_request(pull: &PullRequest) -> NextCommand {
    let command = match api_address(&pull.url) {
        None => format!("gh pr view {}", url_word(&pull.url)),
        Some(address) => format!(
            "printf 'Authorization: Bearer %s' \"$GH_TOKEN\" | CURL_CA_BUNDLE=\"$GITOPS_CA_FILE\" curl -sS -H @- {}",
            url_word(&address)
        ),
    };
    NextCommand::new(command, "look at it; to merge it is to approve it")
}

/// A URL as one word of a shell: a colon needs no quotes.
fn url_word(url: &str) -> String {
    let is_plain = url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte));
    if is_plain { url.to_owned() } else { shell_word(url) }
}

/// Where the API has the pull request of a page, on a host with a port: that of GitHub Enterprise Server lies beneath
/// `/api/v3`.
fn api_address(page: &str) -> Option<String> {
    let (scheme, rest) = page.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let (_, port) = host.rsplit_once(':')?;
    port.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    let (repository, number) = path.rsplit_once("/pull/")?;
    Some(format!("{scheme}://{host}/api/v3/repos/{repository}/pulls/{number}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn gh_is_asked_where_it_can_be_and_curl_on_a_port() {
        for (url, command) in [
            (
                "https://github.com/contoso/hello-gitops/pull/12",
                "gh pr view https://github.com/contoso/hello-gitops/pull/12",
            ),
            (
                "https://git.example/contoso/hello-gitops/pull/12",
                "gh pr view https://git.example/contoso/hello-gitops/pull/12",
            ),
            (
                "https://127.0.0.1:8443/contoso/hello-gitops/pull/12",
                "printf 'Authorization: Bearer %s' \"$GH_TOKEN\" | CURL_CA_BUNDLE=\"$GITOPS_CA_FILE\" curl -sS -H @- https://127.0.0.1:8443/api/v3/repos/contoso/hello-gitops/pulls/12",
            ),
            ("https://git.example/$(reboot)/pull/1", "gh pr view 'https://git.example/$(reboot)/pull/1'"),
        ] {
            let pull = PullRequest::from_json(&json!({"number": 12, "html_url": url}));
            assert_eq!(view_pull_request(&pull).command, command);
        }
    }
}
