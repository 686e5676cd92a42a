//! The environment variables of the process as a value, so that nothing below `main` reads them behind the
//! caller's back.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;

/// Tells a program beside the front which program the suite's commands are.
pub const FRONT_VARIABLE: &str = "GITOPS_FRONT";

/// Environment variables. `Debug` shows names only: values may be secrets.
#[derive(Clone, Default)]
pub struct EnvVars {
    variables: BTreeMap<OsString, OsString>,
}

impl EnvVars {
    /// Those that this process was given.
    pub fn of_process() -> Self {
        Self { variables: std::env::vars_os().collect() }
    }

    /// The value of `name`, where it is set, not empty and valid UTF-8.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_os(name).and_then(OsStr::to_str)
    }

    /// The value of `name`, where it is set and not empty.
    pub fn get_os(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// All of them, for a program that is run on somebody's behalf.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for EnvVars {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Self { variables: variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }
}

impl fmt::Debug for EnvVars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}
