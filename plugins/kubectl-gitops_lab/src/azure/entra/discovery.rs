//! What clients read before they sign in: where everything is.

use serde_json::{Value, json};

use super::directory::Directory;

impl Directory {
    /// The OpenID configuration of the tenant, as the newer endpoint has it or the older.
    pub(super) fn openid_configuration(&self, tenant: &str, is_newer: bool) -> Value {
        let (base, version) = (format!("{}/{tenant}", self.url), if is_newer { "/v2.0" } else { "" });
        let id = &self.tenant;
        json!({
            "token_endpoint": format!("{base}/oauth2{version}/token"),
            "token_endpoint_auth_methods_supported": [
                "client_secret_post", "private_key_jwt", "client_secret_basic",
            ],
            "jwks_uri": format!("{base}/discovery{version}/keys"),
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": format!("{}/{id}{version}", self.url),
            "request_uri_parameter_supported": false,
            "authorization_endpoint": format!("{base}/oauth2{version}/authorize"),
            "device_authorization_endpoint": format!("{base}/oauth2{version}/devicecode"),
            "http_logout_supported": true,
            "end_session_endpoint": format!("{base}/oauth2{version}/logout"),
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "tid", "ver"],
            "tenant_region_scope": "EU",
            "cloud_instance_name": self.host(),
            "cloud_graph_host_name": self.host(),
            "msgraph_host": self.host(),
        })
    }

    /// Which hosts sign in for this cloud: this one.
    pub(super) fn instance(&self) -> Value {
        let host = self.host();
        json!({
            "tenant_discovery_endpoint":
                format!("{}/{}/v2.0/.well-known/openid-configuration", self.url, self.tenant),
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        })
    }

    fn host(&self) -> &str {
        self.url.strip_prefix("https://").unwrap_or(&self.url)
    }
}
