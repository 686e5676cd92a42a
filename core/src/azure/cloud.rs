//! Azure's clouds: where each signs in and where its Resource Manager is.
//!
//! The two belong together: a token of one cloud is worth nothing in another, and must not be shown there. One address
//! that is configured therefore tells the other, and one that belongs to no known cloud needs the other beside it.

use super::access_error::AzureAccessError;
use crate::model::harmless;
use crate::wire::{BaseUrl, Configured, ValueSource};

/// The variable that says where credentials are exchanged for tokens.
pub(super) const AUTHORITY_VARIABLE: &str = "AZURE_AUTHORITY_HOST";
/// The variable that says where Resource Manager is.
pub(super) const ENDPOINT_VARIABLE: &str = "GITOPS_ARM_ENDPOINT";

/// A cloud, by the name that the agents' configuration has for it, with its addresses.
struct Cloud {
    name: &'static str,
    /// The first is used; the others are spellings of it.
    authorities: &'static [&'static str],
    resource_manager: &'static str,
}

const CLOUDS: [Cloud; 3] = [
    Cloud {
        name: "AZUREPUBLICCLOUD",
        authorities: &["https://login.microsoftonline.com", "https://login.windows.net"],
        resource_manager: "https://management.azure.com",
    },
    Cloud {
        name: "AZUREUSGOVERNMENTCLOUD",
        authorities: &["https://login.microsoftonline.us"],
        resource_manager: "https://management.usgovcloudapi.net",
    },
    Cloud {
        name: "AZURECHINACLOUD",
        authorities: &["https://login.chinacloudapi.cn", "https://login.partner.microsoftonline.cn"],
        resource_manager: "https://management.chinacloudapi.cn",
    },
];

/// Where credentials are exchanged for tokens, and where Resource Manager is.
#[derive(Clone, Debug)]
pub(super) struct CloudEndpoints {
    /// `https://login.microsoftonline.com`
    pub authority: Configured<String>,
    /// `https://management.azure.com`
    pub resource_manager: Configured<String>,
}

/// The addresses that are configured, as far as they are.
#[derive(Clone, Debug, Default)]
pub struct GivenEndpoints {
    /// Where credentials are exchanged for tokens.
    pub authority: Option<Configured<String>>,
    /// Where Resource Manager is.
    pub resource_manager: Option<Configured<String>>,
    /// The name of the cloud (`AZURE_ENVIRONMENT`), as the agents of a cluster were told.
    pub cloud: Option<String>,
}

impl GivenEndpoints {
    /// The addresses of the cloud that these are of.
    ///
    /// # Errors
    /// One of them is not an https address, or belongs to no known cloud and stands alone.
    pub(super) fn decide(&self) -> Result<CloudEndpoints, AzureAccessError> {
        match (&self.authority, &self.resource_manager) {
            (Some(authority), Some(resource_manager)) => Ok(CloudEndpoints {
                authority: authority.clone(),
                resource_manager: resource_manager.clone(),
            }),
            (Some(authority), None) => {
                let is_of =
                    |cloud: &&Cloud| cloud.authorities.iter().any(|known| is_same(known, &authority.value));
                let cloud = CLOUDS.iter().find(is_of).ok_or_else(|| alone(authority, ENDPOINT_VARIABLE))?;
                let resource_manager = derived(cloud.resource_manager, AUTHORITY_VARIABLE);
                Ok(CloudEndpoints { authority: authority.clone(), resource_manager })
            }
            (None, Some(resource_manager)) => {
                let is_of = |cloud: &&Cloud| is_same(cloud.resource_manager, &resource_manager.value);
                let cloud =
                    CLOUDS.iter().find(is_of).ok_or_else(|| alone(resource_manager, AUTHORITY_VARIABLE))?;
                let authority = derived(cloud.authorities[0], ENDPOINT_VARIABLE);
                Ok(CloudEndpoints { authority, resource_manager: resource_manager.clone() })
            }
            (None, None) => self.of_named_cloud(),
        }
    }

    fn of_named_cloud(&self) -> Result<CloudEndpoints, AzureAccessError> {
        let name = self.cloud.as_deref().unwrap_or_default();
        let named = CLOUDS.iter().find(|cloud| cloud.name.eq_ignore_ascii_case(name));
        let source = named.map_or(ValueSource::Default, |_| ValueSource::Derived("AZURE_ENVIRONMENT"));
        let cloud = match named {
            Some(cloud) => cloud,
            None if name.is_empty() => &CLOUDS[0],
            // Another cloud must not be shown the credentials of this one.
            None => return Err(AzureAccessError::CloudName { name: harmless(name) }),
        };
        let address = |value: &str| Configured { value: value.to_owned(), source: source.clone() };
        Ok(CloudEndpoints {
            authority: address(cloud.authorities[0]),
            resource_manager: address(cloud.resource_manager),
        })
    }
}

fn derived(value: &str, from: &'static str) -> Configured<String> {
    Configured { value: value.to_owned(), source: ValueSource::Derived(from) }
}

fn alone(given: &Configured<String>, missing: &'static str) -> AzureAccessError {
    AzureAccessError::UnknownCloud { given: given.source.to_string(), missing }
}

/// Whether two addresses are of one host.
fn is_same(known: &str, given: &str) -> bool {
    let uri = given.parse();
    BaseUrl::parse(known).zip(uri.ok()).is_some_and(|(known, given)| known.is_origin_of(&given))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(value: &str, name: &'static str) -> Option<Configured<String>> {
        let source = ValueSource::Variable(name);
        (!value.is_empty()).then(|| Configured { value: value.to_owned(), source })
    }

    fn decide(authority: &str, resource_manager: &str, cloud: &str) -> Result<[String; 2], AzureAccessError> {
        let given = GivenEndpoints {
            authority: given(authority, AUTHORITY_VARIABLE),
            resource_manager: given(resource_manager, ENDPOINT_VARIABLE),
            cloud: (!cloud.is_empty()).then(|| cloud.to_owned()),
        };
        given.decide().map(|endpoints| [endpoints.authority.value, endpoints.resource_manager.value])
    }

    #[test]
    fn one_address_tells_the_other() {
        const PUBLIC: [&str; 2] = ["https://login.microsoftonline.com", "https://management.azure.com"];
        const GOVERNMENT: [&str; 2] =
            ["https://login.microsoftonline.us", "https://management.usgovcloudapi.net"];
        const CHINA: [&str; 2] = ["https://login.chinacloudapi.cn", "https://management.chinacloudapi.cn"];
        const LAB: [&str; 2] = ["https://127.0.0.1:8443", "https://127.0.0.1:8444"];
        for (authority, resource_manager, cloud, expected) in [
            ("", "", "", PUBLIC),
            ("", "", "AZUREPUBLICCLOUD", PUBLIC),
            ("", "", "AzureUSGovernmentCloud", GOVERNMENT),
            ("", "", "AZURECHINACLOUD", CHINA),
            (GOVERNMENT[0], "", "", GOVERNMENT),
            ("", GOVERNMENT[1], "AZURECHINACLOUD", GOVERNMENT),
            ("", CHINA[1], "", CHINA),
            (LAB[0], LAB[1], "AZURECHINACLOUD", LAB),
        ] {
            let decided = decide(authority, resource_manager, cloud).expect("a cloud");
            assert_eq!(decided, expected.map(str::to_owned), "{authority} {resource_manager} {cloud}");
        }
        let spelled = decide("https://LOGIN.microsoftonline.us/", "", "").expect("a cloud");
        assert_eq!(spelled[1], GOVERNMENT[1], "in whatever case");
    }

    #[test]
    fn a_cloud_that_nobody_knows_needs_both_addresses() {
        for (authority, resource_manager, missing) in [
            ("https://login.contoso.example", "", ENDPOINT_VARIABLE),
            ("", "https://arm.contoso.example", AUTHORITY_VARIABLE),
        ] {
            let error = decide(authority, resource_manager, "").expect_err("which cloud?").to_string();
            assert!(error.contains(missing), "{error}");
        }
        for cloud in ["AZURESTACKCLOUD", "AZUREGERMANCLOUD", "x"] {
            let error = decide("", "", cloud).expect_err("which cloud?");
            assert!(error.to_string().contains(cloud), "{error}");
        }
    }
}
