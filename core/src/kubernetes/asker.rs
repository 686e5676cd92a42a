//! Who asks, as the API server knows them: whoever is refused is told by that name. No request is made for it.

use std::sync::{Arc, OnceLock};

use crate::model::harmless;

/// The name, once a refusal has told it. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Asker(Arc<OnceLock<String>>);

impl Asker {
    /// The name, where it is known by now.
    pub(super) fn name(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }

    /// Reads the name from the message of a 403.
    pub(super) fn hear(&self, error: &kube::Error) {
        let kube::Error::Api(status) = error else { return };
        if status.code == 403
            && let Some(name) = user_of(&status.message)
        {
            self.0.get_or_init(|| harmless(name));
        }
    }
}

/// `ada` of `pods is forbidden: User "ada" cannot list resource "pods" in API group "" in the namespace "dev-hello"`.
fn user_of(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("User \"")?;
    let (name, _) = rest.split_once("\" cannot ")?;
    (!name.is_empty() && name.len() <= 200).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::user_of;

    #[test]
    fn a_refusal_names_who_asked() {
        for (message, user) in [
            (r#"pods is forbidden: User "ada" cannot list resource "pods" in API group """#, Some("ada")),
            (
                r#"x is forbidden: User "system:serviceaccount:ci:runner" cannot list resource "x""#,
                Some("system:serviceaccount:ci:runner"),
            ),
            (r#"forbidden: User "" cannot get path "/""#, None),
            ("forbidden", None),
            ("", None),
        ] {
            assert_eq!(user_of(message), user, "{message}");
        }
    }
}
