//! Who owns a repository or an image: the first part of a path on a public host.

use super::address::without_host;
use super::pseudonyms::{NameKind, Pseudonyms};
use super::public_hosts::{has_accounts, is_public};

/// The path of a URL with a pseudonym for the account that it begins with.
pub(super) fn without_account(host: &str, path: &str, names: &mut Pseudonyms) -> String {
    let mut segments = path.split('/');
    match (segments.next(), segments.next()) {
        (Some(""), Some(account)) if !account.is_empty() => {
            let rest: String = segments.map(|segment| format!("/{segment}")).collect();
            let is_known = names.known(NameKind::Account, account).is_some();
            let is_account = has_accounts(host) || is_known && !is_public(host);
            let account = if is_account { pseudonym(account, names) } else { account.to_owned() };
            format!("/{account}{rest}")
        }
        _ => path.to_owned(),
    }
}

/// An image without the names in it: those of its registry, and of the account on a public one.
pub(super) fn without_registry(image: &str, names: &mut Pseudonyms) -> String {
    let (scheme, image) = match image.split_once("://") {
        Some((scheme, image)) => (format!("{scheme}://"), image),
        None => (String::new(), image),
    };
    let Some((first, rest)) = image.split_once('/') else { return format!("{scheme}{image}") };
    let is_registry = first.contains(['.', ':']) || first == "localhost";
    if !is_registry {
        // Without a registry it is Docker Hub's.
        return format!("{scheme}{}/{rest}", pseudonym(first, names));
    }
    let path = without_account(first, &format!("/{rest}"), names);
    format!("{scheme}{}{path}", without_host(first, names))
}

/// What stands for an account. Images of `library` are Docker Hub's own.
fn pseudonym(account: &str, names: &mut Pseudonyms) -> String {
    if account == "library" { account.to_owned() } else { names.of(NameKind::Account, account) }
}

/// The account of a repository's URL, to be replaced wherever it stands: `contoso` of `https://host/contoso/hello`.
pub(super) fn owner(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let mut segments = rest.split('/');
    let _host = segments.next()?;
    let (account, repository) = (segments.next()?, segments.next()?);
    (!account.is_empty() && !repository.is_empty()).then_some(account)
}

#[cfg(test)]
mod tests {
    use super::{Pseudonyms, owner, without_registry};

    #[test]
    fn images_lose_registries_and_accounts() {
        let mut names = Pseudonyms::default();
        for (image, expected) in [
            ("nginx:1.27", "nginx:1.27"),
            ("ghcr.io/contoso/hello:1", "ghcr.io/account-1/hello:1"),
            ("contoso/hello", "account-1/hello"),
            ("docker.io/library/nginx@sha256:12", "docker.io/library/nginx@sha256:12"),
            ("registry.corp.test:5000/team/a:1", "host-1.example:5000/team/a:1"),
            ("contoso.azurecr.io/a:1", "host-2.azurecr.io/a:1"),
            ("mcr.microsoft.com/oss/fluxcd/x:1", "mcr.microsoft.com/oss/fluxcd/x:1"),
        ] {
            assert_eq!(without_registry(image, &mut names), expected, "{image}");
        }
    }

    #[test]
    fn a_repository_has_an_owner() {
        assert_eq!(owner("https://host:1/contoso/hello.git"), Some("contoso"));
        assert_eq!(owner("ssh://git@host/contoso/hello"), Some("contoso"));
        assert_eq!(owner("https://host/hello"), None);
        assert_eq!(owner("hello"), None);
    }
}
