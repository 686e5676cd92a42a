//! The proxies on the way to services of the web: GitHub and Azure.

use super::EnvVars;
use crate::wire::Proxies;

/// The proxies that variables name, as curl reads them.
pub(super) fn https_proxies(env_vars: &EnvVars) -> Proxies {
    let proxy = |names: &[&str]| names.iter().find_map(|name| env_vars.get(name)).map(str::to_owned);
    Proxies {
        https: proxy(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]),
        http: proxy(&["http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"]),
        none: proxy(&["NO_PROXY", "no_proxy"]),
    }
}
