//! A cluster as a command line names it: `edge-1`, `rg-edge/edge-1`, `prod=rg-edge/edge-2@edge-2-admin`.

use std::fmt;
use std::str::FromStr;

/// A cluster of Azure Arc, with the environment that is delivered to it and the kubeconfig's context that reaches it, as
/// far as they are given: `[ENVIRONMENT=][GROUP/]CLUSTER[@CONTEXT]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterArgument {
    /// The environment; without one, every environment.
    pub environment: Option<String>,
    /// The resource group; without one, that of its flag.
    pub resource_group: Option<String>,
    /// The cluster's name in Azure.
    pub name: String,
    /// The kubeconfig's context; without one, the current context.
    pub context: Option<String>,
}

/// Why a text names no cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidClusterArgument {
    /// A part that is there by its sign has nothing in it.
    #[error("{0} is empty; write [ENVIRONMENT=][GROUP/]CLUSTER[@CONTEXT]")]
    Empty(&'static str),
    /// The name is none that Azure gives.
    #[error(
        "a cluster's name is 1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-', and begins with a letter or digit"
    )]
    Name,
    /// The resource group is none.
    #[error("a resource group's name is 1 to 90 letters, digits and any of '.', '_', '-', '(', ')'")]
    ResourceGroup,
}

impl FromStr for ClusterArgument {
    type Err = InvalidClusterArgument;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Contexts hold any sign, names and groups neither '@' nor '=': the first of each parts.
        let (text, context) = split(text.split_once('@'), text, "the context")?;
        let (environment, text) = match text.split_once('=') {
            Some((environment, text)) => (Some(non_empty(environment, "the environment")?), text),
            None => (None, text),
        };
        let (resource_group, name) = match text.rsplit_once('/') {
            Some((group, name)) => (Some(non_empty(group, "the resource group")?), name),
            None => (None, text),
        };
        if resource_group.as_deref().is_some_and(|group| !is_resource_group(group)) {
            return Err(InvalidClusterArgument::ResourceGroup);
        }
        if !is_cluster_name(name) {
            return Err(InvalidClusterArgument::Name);
        }
        Ok(Self { environment, resource_group, name: name.to_owned(), context })
    }
}

fn split<'a>(
    parts: Option<(&'a str, &'a str)>,
    whole: &'a str,
    what: &'static str,
) -> Result<(&'a str, Option<String>), InvalidClusterArgument> {
    match parts {
        Some((before, after)) => Ok((before, Some(non_empty(after, what)?))),
        None => Ok((whole, None)),
    }
}

fn non_empty(text: &str, what: &'static str) -> Result<String, InvalidClusterArgument> {
    match text.trim() {
        "" => Err(InvalidClusterArgument::Empty(what)),
        text => Ok(text.to_owned()),
    }
}

fn is_cluster_name(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    begins && name.len() <= 63 && name.bytes().all(is_inner)
}

/// Whether Azure takes a text for the name of a resource group, of those that need no encoding in a path.
pub fn is_resource_group(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.()".contains(&byte);
    (1..=90).contains(&name.len()) && name.bytes().all(is_inner) && !name.ends_with('.')
}

impl fmt::Display for ClusterArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { environment, resource_group, name, context } = self;
        environment.as_ref().map_or(Ok(()), |environment| write!(f, "{environment}="))?;
        resource_group.as_ref().map_or(Ok(()), |group| write!(f, "{group}/"))?;
        f.write_str(name)?;
        context.as_ref().map_or(Ok(()), |context| write!(f, "@{context}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_but_the_name_may_be_left_out() {
        for (text, environment, group, name, context) in [
            ("edge-1", None, None, "edge-1", None),
            ("rg-edge/edge-1", None, Some("rg-edge"), "edge-1", None),
            ("prod=edge-2", Some("prod"), None, "edge-2", None),
            ("prod=RG/B@admin@b=c/d", Some("prod"), Some("RG"), "B", Some("admin@b=c/d")),
            ("edge-1@arn:aws:eks/x", None, None, "edge-1", Some("arn:aws:eks/x")),
        ] {
            let read: ClusterArgument = text.parse().expect(text);
            let parts = (read.environment.as_deref(), read.resource_group.as_deref());
            assert_eq!(parts, (environment, group), "{text}");
            assert_eq!((read.name.as_str(), read.context.as_deref()), (name, context), "{text}");
            assert_eq!(read.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        use InvalidClusterArgument::{Empty, Name, ResourceGroup};
        for (text, error) in [
            ("", Name),
            ("=edge", Empty("the environment")),
            ("/edge", Empty("the resource group")),
            ("edge@", Empty("the context")),
            ("dev=", Name),
            ("rg/", Name),
            ("-edge", Name),
            ("a b", Name),
            ("r g/edge", ResourceGroup),
            ("sub/rg/edge", ResourceGroup),
        ] {
            assert_eq!(text.parse::<ClusterArgument>(), Err(error), "{text}");
        }
    }
}
