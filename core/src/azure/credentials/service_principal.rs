//! A service principal in one variable, as `az ad sp create-for-rbac --json-auth` prints it and pipelines keep it.

use serde_json::Value;

use crate::azure::access_error::AzureAccessError;
use crate::wire::Secret;

/// The variable that it is kept in.
pub(in crate::azure) const VARIABLE: &str = "AZURE_CREDENTIALS_SP";

/// A service principal. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub(super) struct ServicePrincipal {
    pub(super) tenant: String,
    pub(super) client: String,
    pub(super) secret: Secret,
    /// `activeDirectoryEndpointUrl`
    pub(super) authority: Option<String>,
    /// `resourceManagerEndpointUrl`
    pub(super) resource_manager: Option<String>,
}

impl ServicePrincipal {
    /// Reads both forms that `az` prints: `clientId`, `clientSecret`, `tenantId`, and the newer `appId`, `password`,
    /// `tenant`.
    ///
    /// # Errors
    /// It is no such document. The error names what is missing and never quotes it.
    pub(super) fn read(text: &str) -> Result<Self, AzureAccessError> {
        let invalid =
            |why: &str| AzureAccessError::ServicePrincipal { variable: VARIABLE, why: why.to_owned() };
        let document: Value = serde_json::from_str(text.trim().trim_start_matches('\u{feff}'))
            .map_err(|_| invalid("it is not JSON"))?;
        if !document.is_object() {
            return Err(invalid("it is not a JSON object"));
        }
        let field = |names: &[&str]| {
            let values = names.iter().filter_map(|name| document[name].as_str());
            values.map(str::trim).find(|value| !value.is_empty()).map(str::to_owned)
        };
        let parts = [("clientId", "appId"), ("clientSecret", "password"), ("tenantId", "tenant")];
        let [client, secret, tenant] = parts.map(|(name, newer)| field(&[name, newer]));
        let named = [("clientId", &client), ("clientSecret", &secret), ("tenantId", &tenant)];
        let missing: Vec<&str> =
            named.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name).collect();
        let (Some(client), Some(secret), Some(tenant)) = (client, secret, tenant) else {
            return Err(invalid(&format!("{} missing", missing.join(", "))));
        };
        Ok(Self {
            tenant,
            client,
            secret: Secret::new(secret).with_origin(VARIABLE),
            authority: field(&["activeDirectoryEndpointUrl"]),
            resource_manager: field(&["resourceManagerEndpointUrl"]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let old = r#"{"clientId":"c","clientSecret":"hunter2","tenantId":"t","subscriptionId":"s","activeDirectoryEndpointUrl":"https://a"}"#;
        let newer =
            "\u{feff} {\"appId\":\"c\",\"displayName\":\"d\",\"password\":\"hunter2\",\"tenant\":\"t\"}\n";
        for (text, authority) in [(old, Some("https://a")), (newer, None)] {
            let read = ServicePrincipal::read(text).expect("a service principal");
            assert_eq!(
                (read.client.as_str(), read.tenant.as_str(), read.secret.expose()),
                ("c", "t", "hunter2")
            );
            assert_eq!(read.authority.as_deref(), authority);
            assert!(!format!("{read:?}").contains("hunter2"));
        }
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_is_quoted() {
        for (text, missing) in [
            ("hunter2", "not JSON"),
            (r#""hunter2""#, "not a JSON object"),
            (r#"["hunter2"]"#, "not a JSON object"),
            (r#"{"clientSecret":"hunter2"}"#, "clientId, tenantId missing"),
            (r#"{"clientId":"hunter2","clientSecret":" ","tenantId":"hunter2"}"#, "clientSecret missing"),
            (r#"{"clientId":7,"clientSecret":"hunter2","tenantId":"t"}"#, "clientId missing"),
            (r#"{"clientId":"c","clientSecret":"hunter2","tenantId":"t""#, "not JSON"),
        ] {
            let error = ServicePrincipal::read(text).expect_err(text);
            let shown = format!("{error} {error:?}");
            assert!(
                shown.contains(missing) && shown.contains(VARIABLE) && !shown.contains("hunter2"),
                "{shown}"
            );
        }
    }
}
