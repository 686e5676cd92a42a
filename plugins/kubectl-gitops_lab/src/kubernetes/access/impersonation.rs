//! As whom a client wants to act (`--as`, `--as-group`, `--as-uid`), as the headers of its request say it.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName};

use crate::kubernetes::access::service_account::ACCOUNT;

/// The user as whom a client wants to act.
pub(crate) const IMPERSONATE_USER: HeaderName = HeaderName::from_static("impersonate-user");
const GROUP: &str = "impersonate-group";
const UID: &str = "impersonate-uid";
const EXTRA: &str = "impersonate-extra-";

/// As whom a client wants to act.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Impersonation {
    pub(crate) user: String,
    pub(crate) uid: String,
    pub(crate) groups: Vec<String>,
    pub(crate) extra: BTreeMap<String, Vec<String>>,
}

impl Impersonation {
    /// What the headers of a request say; none where they say nothing of it.
    pub(crate) fn read(headers: &HeaderMap) -> Option<Self> {
        let values = |name: &str| -> Vec<String> {
            let values = headers.get_all(name).into_iter();
            values.filter_map(|value| value.to_str().ok()).map(str::to_owned).collect()
        };
        let first = |name: &str| values(name).into_iter().next().unwrap_or_default();
        let keys = headers.keys().filter_map(|name| name.as_str().strip_prefix(EXTRA));
        let extra = keys.map(|key| (unescaped(key), values(&format!("{EXTRA}{key}")))).collect();
        let read =
            Self { user: first(IMPERSONATE_USER.as_str()), uid: first(UID), groups: values(GROUP), extra };
        (read != Self::default()).then_some(read)
    }

    /// Namespace and name of the service account that it is.
    pub(super) fn account(&self) -> Option<(&str, &str)> {
        self.user.strip_prefix(ACCOUNT)?.split_once(':')
    }

    /// The words of Go for a user without a name.
    pub(super) fn described(&self) -> String {
        let list = |values: &[String]| {
            let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
            format!("[]string{{{}}}", values.join(", "))
        };
        let groups = if self.groups.is_empty() { "[]string(nil)".to_owned() } else { list(&self.groups) };
        let extra: Vec<String> =
            self.extra.iter().map(|(key, values)| format!("{key:?}:{}", list(values))).collect();
        let extra = match extra.as_slice() {
            [] => "(nil)".to_owned(),
            extra => format!("{{{}}}", extra.join(", ")),
        };
        format!(
            "&user.DefaultInfo{{Name:\"\", UID:{:?}, Groups:{groups}, Extra:map[string][]string{extra}}}",
            self.uid
        )
    }
}

/// Extra keys are escaped as paths are.
fn unescaped(key: &str) -> String {
    let pair = key.replace('+', "%2B");
    form_urlencoded::parse(pair.as_bytes()).next().map_or_else(|| key.to_owned(), |(key, _)| key.into_owned())
}
