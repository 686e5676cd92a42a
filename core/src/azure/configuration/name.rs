//! Names of Flux configurations, which become words of paths.

use std::fmt;

use super::error::InvalidConfiguration;
use super::validation::is_name;

/// The most characters of a configuration's and a kustomization's name with a `-` between: what is made of them in the
/// cluster is named so.
const MOST_OF_BOTH: usize = 62;

/// The name of a Flux configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationName(String);

impl ConfigurationName {
    /// The name of a configuration that is to be made.
    ///
    /// # Errors
    /// Azure takes no such name.
    pub fn new(name: &str) -> Result<Self, InvalidConfiguration> {
        check_name("name", name)?;
        Ok(Self(name.to_owned()))
    }

    /// A name that a configuration may have which is there already, by whatever rules it was made.
    ///
    /// # Errors
    /// It is no word of a path.
    pub fn existing(name: &str) -> Result<Self, InvalidConfiguration> {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        let is_word =
            (1..=253).contains(&name.len()) && name.chars().all(is_allowed) && !matches!(name, "." | "..");
        match is_word {
            true => Ok(Self(name.to_owned())),
            false => Err(InvalidConfiguration::new("name", "is not the name of a Flux configuration")),
        }
    }

    /// As Azure has it, in its own case: the last word of the resource id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConfigurationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks a name by `^[a-z0-9]([\.\-a-z0-9]*[a-z0-9])?$` and its length.
pub(super) fn check_name(field: &str, name: &str) -> Result<(), InvalidConfiguration> {
    match is_name(name, b".-") {
        true => Ok(()),
        false => Err(InvalidConfiguration::new(
            field,
            "must be 1 to 63 of a-z, 0-9, '.' and '-', and begin and end with a letter or digit",
        )),
    }
}

/// Checks the names of a configuration and of one of its kustomizations together.
pub(super) fn check_kustomization_name(
    configuration: &ConfigurationName,
    kustomization: &str,
) -> Result<(), InvalidConfiguration> {
    let field = format!("kustomizations.{kustomization}");
    check_name(&field, kustomization)?;
    let both = configuration.0.len() + 1 + kustomization.len();
    match both <= MOST_OF_BOTH {
        true => Ok(()),
        false => Err(InvalidConfiguration::new(
            field,
            format!(
                "has {both} characters together with the name of the configuration; at most {MOST_OF_BOTH} fit"
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_the_azure_cli_takes() {
        let long = "a".repeat(63);
        for name in ["a", "0", "apps", "a.b-c", "1a", long.as_str()] {
            assert_eq!(ConfigurationName::new(name).expect(name).as_str(), name);
        }
        let longer = "a".repeat(64);
        for name in ["", "-a", "a-", ".a", "a.", "A", "a_b", "a/b", "..", "a b", "ä", "a\n", longer.as_str()]
        {
            assert_eq!(ConfigurationName::new(name).expect_err(name).field, "name");
        }
    }

    #[test]
    fn the_names_of_both_fit_together() {
        let name = ConfigurationName::new(&"a".repeat(31)).expect("a name");
        assert_eq!(check_kustomization_name(&name, &"b".repeat(30)), Ok(()));
        let error = check_kustomization_name(&name, &"b".repeat(31)).expect_err("63");
        assert!(error.to_string().contains("63 characters"), "{error}");
    }

    #[test]
    fn nothing_that_would_be_another_path_is_the_name_of_anything() {
        for name in ["", ".", "..", "a/b", "a?b", "a#b", "a%2fb", "a b", "a\\b", &"x".repeat(254)] {
            assert!(ConfigurationName::existing(name).is_err(), "{name}");
        }
        assert!(ConfigurationName::existing("Made_Elsewhere").is_ok());
    }
}
