//! Addresses of git repositories, in the spellings that git takes, and whether two of them name the same repository.
//!
//! Azure, Flux and people spell them in their own ways, so that comparing texts would find nothing. Names are compared
//! without case on every host: GitHub, Azure DevOps and the others do so, and two repositories of one host whose names
//! differ in case alone are nobody's habit.

/// How a repository is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GitProtocol {
    /// http and https.
    Web,
    /// ssh, with a scheme or as `host:path`.
    Ssh,
    /// Another scheme.
    Other,
}

/// An address, without user, query and fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GitAddress {
    pub(super) protocol: GitProtocol,
    /// In lower case.
    pub(super) host: String,
    /// Where it is not the protocol's own.
    pub(super) port: Option<u16>,
    /// Without slashes at its ends, as it is written.
    pub(super) path: String,
}

impl GitAddress {
    /// Reads `https://host/O/P.git`, `git@host:O/P`, `ssh://git@host/O/P/`; `None` for what names no host or no path.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.split(['?', '#']).next().unwrap_or_default();
        let (scheme, authority, path) = match text.split_once("://") {
            Some((scheme, rest)) => {
                let (authority, path) = rest.split_once('/')?;
                (scheme.to_ascii_lowercase(), authority, path)
            }
            None => {
                let (authority, path) = split_scp(text)?;
                ("scp".to_owned(), authority, path)
            }
        };
        let authority = authority.rsplit_once('@').map_or(authority, |(_, authority)| authority);
        let (protocol, own_port) = match scheme.trim_start_matches("git+") {
            "http" => (GitProtocol::Web, 80),
            "https" => (GitProtocol::Web, 443),
            "ssh" => (GitProtocol::Ssh, 22),
            "scp" => (GitProtocol::Ssh, 0),
            _ => (GitProtocol::Other, 9418),
        };
        let (host, port) = split_port(authority)?;
        let path = path.trim_matches('/');
        (!host.is_empty() && !path.is_empty()).then(|| Self {
            protocol,
            host: host.trim_end_matches('.').to_ascii_lowercase(),
            port: port.filter(|port| *port != own_port),
            path: path.to_owned(),
        })
    }

    /// Whether two addresses name the same repository. Ports count between two of one protocol; those of another are
    /// its own.
    fn is_same(&self, other: &Self) -> bool {
        let is_same_port = self.protocol != other.protocol || self.port() == other.port();
        is_same_port
            && self.host_of_service() == other.host_of_service()
            && self.repository() == other.repository()
    }

    /// The port that counts: GitHub and others serve ssh on the port of https, on a host beside.
    fn port(&self) -> Option<u16> {
        self.port.filter(|port| !(self.protocol == GitProtocol::Ssh && *port == 443))
    }

    /// The host that is meant: services serve ssh on hosts beside their own.
    fn host_of_service(&self) -> &str {
        let host = self.host.strip_prefix("www.").unwrap_or(&self.host);
        match host {
            "ssh.github.com" => "github.com",
            "ssh.dev.azure.com" | "vs-ssh.visualstudio.com" => "dev.azure.com",
            "altssh.gitlab.com" => "gitlab.com",
            "altssh.bitbucket.org" => "bitbucket.org",
            host => host,
        }
    }

    /// The path as it is compared: decoded, in lower case, without what spellings differ in.
    fn repository(&self) -> String {
        let decoded = percent_encoding::percent_decode_str(&self.path).decode_utf8_lossy().to_lowercase();
        let is_devops = self.host_of_service() == "dev.azure.com";
        // Azure DevOps has `org/project/_git/repository` for https and `v3/org/project/repository` for ssh.
        let is_kept =
            |word: &&str| !word.is_empty() && *word != "." && !(is_devops && matches!(*word, "_git" | "v3"));
        let words: Vec<&str> = decoded.split('/').filter(is_kept).collect();
        let path = words.join("/");
        path.strip_suffix(".git").map(str::to_owned).unwrap_or(path)
    }
}

/// `user@host:path`, where the colon stands before every slash. A letter alone before it is a drive.
fn split_scp(text: &str) -> Option<(&str, &str)> {
    let start = text.find(']').unwrap_or_default();
    let colon = start + text[start..].find(':')?;
    let (authority, path) = (&text[..colon], &text[colon + 1..]);
    (!authority.contains('/') && authority.len() > 1).then_some((authority, path))
}

/// Host and port; the address of IPv6 stands in brackets.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let after_host = authority.find(']').map_or(0, |end| end + 1);
    match authority[after_host..].rfind(':') {
        None => Some((authority, None)),
        Some(colon) => {
            let (host, port) = authority.split_at(after_host + colon);
            match &port[1..] {
                "" => Some((host, None)),
                port => Some((host, Some(port.parse().ok()?))),
            }
        }
    }
}

/// What all spellings of a repository's address have in common: `github.com/contoso/hello-gitops`; `None` of what is no
/// address. Ports are left out: two repositories that differ in nothing else are nobody's habit.
pub fn repository_key(address: &str) -> Option<String> {
    let address = GitAddress::read(address)?;
    Some(format!("{}/{}", address.host_of_service(), address.repository()))
}

/// Whether two addresses name the same git repository, however they are spelt.
pub fn is_same_repository(one: &str, other: &str) -> bool {
    match (GitAddress::read(one), GitAddress::read(other)) {
        (Some(one), Some(other)) => one.is_same(&other),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_same_repository, repository_key};

    #[test]
    fn spellings_of_one_repository_are_the_same() {
        for (one, others) in [
            (
                "https://github.com/contoso/hello-gitops",
                &[
                    "https://github.com/contoso/hello-gitops.git",
                    "https://GitHub.com/Contoso/Hello-GitOps/",
                    "http://github.com/contoso/hello-gitops",
                    "https://github.com:443/contoso//hello-gitops",
                    "https://x-access-token:secret@github.com/contoso/hello-gitops.git",
                    "https://www.github.com/contoso/hello-gitops?tab=readme#top",
                    "git@github.com:contoso/hello-gitops.git",
                    "github.com:contoso/hello-gitops",
                    "git@github.com:/contoso/hello-gitops",
                    "ssh://git@github.com/contoso/hello-gitops.git",
                    "ssh://git@github.com:22/contoso/hello-gitops.git/",
                    "ssh://git@ssh.github.com:443/contoso/hello-gitops.git",
                    "git+ssh://git@github.com/contoso/hello-gitops",
                    " https://github.com./contoso/hello%2Dgitops ",
                ][..],
            ),
            (
                "https://dev.azure.com/contoso/Shop/_git/gitops",
                &[
                    "https://contoso@dev.azure.com/contoso/Shop/_git/gitops",
                    "git@ssh.dev.azure.com:v3/contoso/Shop/gitops",
                    "ssh://git@ssh.dev.azure.com:22/v3/contoso/shop/gitops",
                ],
            ),
            (
                "https://127.0.0.1:8443/contoso/hello.git",
                &["ssh://git@127.0.0.1/contoso/hello", "https://127.0.0.1:8443/contoso/HELLO"],
            ),
            ("https://[::1]:8443/o/r", &["git@[::1]:o/r", "https://[::1]:8443/o/r.git"]),
        ] {
            for other in others {
                assert!(is_same_repository(one, other) && is_same_repository(other, one), "{one} {other}");
                assert_eq!(repository_key(one), repository_key(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn other_repositories_are_others() {
        let one = "https://github.com/contoso/hello-gitops";
        for other in [
            "",
            "https://github.com",
            "https://github.com/",
            "https://github.com/contoso",
            "https://github.com/contoso/hello-gitops-2",
            "https://github.com/contoso/hello-gitops/tree/dev",
            "https://github.com/contoso/hello",
            "https://github.com:8443/contoso/hello-gitops",
            "https://github.com.evil.example/contoso/hello-gitops",
            "https://github.com@evil.example/contoso/hello-gitops",
            "https://evil.example/github.com/contoso/hello-gitops",
            "https://gitlab.com/contoso/hello-gitops",
            "git@gitlab.com:contoso/hello-gitops",
            "contoso/hello-gitops",
            "/contoso/hello-gitops",
            "c:contoso/hello-gitops",
            "https://github.com:port/contoso/hello-gitops",
        ] {
            assert!(!is_same_repository(one, other) && !is_same_repository(other, one), "{other}");
        }
        assert!(
            !is_same_repository("", "") && !is_same_repository("x", "x"),
            "no address names a repository"
        );
    }
}
