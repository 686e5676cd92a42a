//! The headers that act as somebody else: `as`, `as-uid`, `as-groups` and `as-user-extra` of a kubeconfig's user,
//! and kubectl's flags of the same name.

use std::fmt::Write;

use http::{HeaderName, HeaderValue};
use kube::config::AuthInfo;

use super::error::CredentialsError;

/// The headers; none unless a user is named.
pub(super) fn headers(user: &AuthInfo) -> Result<Vec<(HeaderName, HeaderValue)>, CredentialsError> {
    let Some(name) = user.impersonate.as_deref().filter(|name| !name.is_empty()) else {
        return Ok(Vec::new());
    };
    let mut headers = vec![(HeaderName::from_static("impersonate-user"), value("as", name)?)];
    if let Some(uid) = user.impersonate_uid.as_deref().filter(|uid| !uid.is_empty()) {
        headers.push((HeaderName::from_static("impersonate-uid"), value("as-uid", uid)?));
    }
    for group in user.impersonate_groups.iter().flatten() {
        headers.push((HeaderName::from_static("impersonate-group"), value("as-groups", group)?));
    }
    for (key, texts) in user.impersonate_user_extra.iter().flatten() {
        let name = format!("impersonate-extra-{}", escaped(&key.to_lowercase()));
        let name = HeaderName::try_from(name).map_err(|_| field("as-user-extra"))?;
        for text in texts {
            headers.push((name.clone(), value("as-user-extra", text)?));
        }
    }
    Ok(headers)
}

fn value(name: &'static str, text: &str) -> Result<HeaderValue, CredentialsError> {
    HeaderValue::from_str(text).map_err(|_| field(name))
}

fn field(field: &'static str) -> CredentialsError {
    CredentialsError::Field { field, why: "holds characters that no header has".to_owned() }
}

/// client-go's escape: every byte that a header's name cannot have, and `%` itself.
fn escaped(key: &str) -> String {
    let mut name = String::new();
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&'*+-.^_`|~".contains(&byte) {
            name.push(char::from(byte));
        } else {
            write!(name, "%{byte:02X}").expect("a String takes text");
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_about_the_other_user_is_a_header() {
        let user = AuthInfo {
            impersonate: Some("jane".into()),
            impersonate_uid: Some("u-1".into()),
            impersonate_groups: Some(vec!["a".into(), "b".into()]),
            impersonate_user_extra: Some([("example.com/Scope".to_owned(), vec!["dev".to_owned()])].into()),
            ..AuthInfo::default()
        };
        let headers = headers(&user).expect("headers");
        let pairs: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (name.as_str(), value.to_str().expect("text"))).collect();
        assert_eq!(
            pairs,
            [
                ("impersonate-user", "jane"),
                ("impersonate-uid", "u-1"),
                ("impersonate-group", "a"),
                ("impersonate-group", "b"),
                ("impersonate-extra-example.com%2fscope", "dev"),
            ]
        );
        let nobody = AuthInfo { impersonate: None, ..user };
        assert!(super::headers(&nobody).expect("headers").is_empty());
    }
}
