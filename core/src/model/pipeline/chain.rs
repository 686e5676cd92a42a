//! The order of environments: a linked list, from `START_ENVIRONMENT` along each environment's `NEXT_ENVIRONMENT`.

use std::collections::BTreeMap;

/// Why environments have no order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The list leads back to an environment that it passed.
    #[error("the chain of environments is a circle: {}", .names.join(" → "))]
    Circle {
        /// The environments in order, the last of them the one that is met again.
        names: Vec<String>,
    },
}

/// The environments from `start` on. `next` has the environment after each; names are compared as GitHub compares
/// names of environments, without case.
///
/// # Errors
/// The list never ends.
pub fn chain(start: &str, next: &BTreeMap<String, String>) -> Result<Vec<String>, ChainError> {
    let after = |name: &str| {
        let found = next.iter().find(|(environment, _)| environment.eq_ignore_ascii_case(name));
        found.map(|(_, next)| next.clone())
    };
    let mut names = vec![start.to_owned()];
    while let Some(name) = names.last().and_then(|last| after(last)) {
        let is_passed = names.iter().any(|passed| passed.eq_ignore_ascii_case(&name));
        names.push(name);
        if is_passed {
            return Err(ChainError::Circle { names });
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, next)| ((*name).to_owned(), (*next).to_owned())).collect()
    }

    #[test]
    fn it_goes_along_the_links_and_not_by_name() {
        let links = next(&[("dev", "Stage"), ("stage", "a"), ("unused", "dev")]);
        assert_eq!(chain("dev", &links), Ok(["dev", "Stage", "a"].map(str::to_owned).to_vec()));
        assert_eq!(chain("only", &links), Ok(vec!["only".to_owned()]));
    }

    #[test]
    fn a_circle_is_named() {
        let circle = chain("dev", &next(&[("dev", "qa"), ("qa", "DEV")])).expect_err("a circle");
        assert_eq!(circle.to_string(), "the chain of environments is a circle: dev → qa → DEV");
        let itself = chain("dev", &next(&[("dev", "dev")])).expect_err("a circle");
        assert_eq!(itself.to_string(), "the chain of environments is a circle: dev → dev");
    }
}
