//! The order of environments as far as it is answered: from `START_ENVIRONMENT` along the links, then the environments
//! of the picture that no link leads to.

/// The most environments that are followed: a list of links may be anything.
const MOST_ENVIRONMENTS: usize = 50;

/// The environments of a pipeline in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// Their names, each once, compared without case.
    pub names: Vec<String>,
    /// Whether the first of them is where promotion begins, rather than one of the picture.
    pub has_start: bool,
    /// The way round, where the links lead back to an environment that they passed.
    pub circle: Option<Vec<String>>,
}

impl Chain {
    /// Follows the links from the start, then from each environment of a picture; those that no link leads to first.
    pub(super) fn follow(
        start: Option<String>,
        pictured: &[String],
        next: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let is_linked = |name: &String| {
            pictured.iter().any(|other| next(other).is_some_and(|next| next.eq_ignore_ascii_case(name)))
        };
        let (linked, first): (Vec<&String>, Vec<&String>) = pictured.iter().partition(|name| is_linked(name));
        let mut chain = Self { has_start: start.is_some(), ..Self::default() };
        for begin in start.iter().chain(first).chain(linked) {
            chain.add_from(begin, &next);
        }
        chain
    }

    fn add_from(&mut self, begin: &str, next: &impl Fn(&str) -> Option<String>) {
        let mut way: Vec<String> = Vec::new();
        let mut name = Some(begin.to_owned());
        while let Some(here) = name {
            if way.iter().any(|passed| passed.eq_ignore_ascii_case(&here)) {
                way.push(here);
                self.circle.get_or_insert(way);
                return;
            }
            if self.position(&here).is_some() || self.names.len() >= MOST_ENVIRONMENTS {
                return;
            }
            push_new(&mut self.names, &here);
            name = next(&here);
            way.push(here);
        }
    }

    /// Where an environment is in the order.
    pub fn position(&self, environment: &str) -> Option<usize> {
        self.names.iter().position(|name| name.eq_ignore_ascii_case(environment))
    }

    /// The environment before one, where the order has one.
    pub fn before(&self, environment: &str) -> Option<&str> {
        let before = self.position(environment)?.checked_sub(1)?;
        self.names.get(before).map(String::as_str)
    }

    /// The environment where promotion begins, where that is known.
    pub fn first(&self) -> Option<&str> {
        self.names.first().filter(|_| self.has_start).map(String::as_str)
    }
}

/// Adds a name that is not there in any spelling.
pub(super) fn push_new(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        names.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_order_what_names_do_not() {
        let next = |name: &str| match name {
            "dev" => Some("QA".to_owned()),
            "qa" | "QA" => Some("a-prod".to_owned()),
            "loop" => Some("pool".to_owned()),
            "pool" => Some("LOOP".to_owned()),
            _ => None,
        };
        let follow = |start: Option<&str>, pictured: &[&str]| {
            let pictured: Vec<String> = pictured.iter().map(|name| (*name).to_owned()).collect();
            Chain::follow(start.map(str::to_owned), &pictured, next)
        };
        for (start, pictured, names) in [
            (Some("dev"), vec!["a-prod"], vec!["dev", "QA", "a-prod"]),
            (None, vec!["a-prod", "dev", "qa"], vec!["dev", "QA", "a-prod"]),
            (None, vec!["a-prod", "other"], vec!["a-prod", "other"]),
            (Some("qa"), vec!["dev"], vec!["qa", "a-prod", "dev"]),
            (None, vec![], vec![]),
        ] {
            let chain = follow(start, &pictured);
            assert_eq!(chain.names, names, "{start:?} {pictured:?}");
            assert_eq!(chain.circle, None);
            assert_eq!(chain.first().is_some(), start.is_some());
        }
        let circle = follow(Some("loop"), &["pool"]);
        assert_eq!(circle.names, ["loop", "pool"]);
        assert_eq!(circle.circle.map(|way| way.join(" → ")).as_deref(), Some("loop → pool → LOOP"));
    }
}
