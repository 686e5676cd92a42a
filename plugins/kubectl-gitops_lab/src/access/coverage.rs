//! Which repositories are meant: all of an owner, whatever becomes of them, or one, by what it is and not by what
//! it is called. One that is renamed is still meant; another one that gets its name is not.

use std::collections::HashMap;

/// Repositories that a grant is about.
#[derive(Clone, Debug)]
pub(super) enum Coverage {
    /// Those whose names begin so: `contoso/` is a whole organisation.
    Beginning(String),
    /// One. Before it is made it has no number.
    One { name: String, number: Option<u64> },
}

/// Numbers of repositories, by their names of today in lower case.
#[derive(Debug, Default)]
pub(super) struct RepositoryNumbers {
    all: HashMap<String, u64>,
    made: u64,
}

impl RepositoryNumbers {
    /// A repository was made; the answer is its number.
    pub(super) fn create(&mut self, name: &str) -> u64 {
        self.made += 1;
        self.all.insert(key(name), self.made);
        self.made
    }

    pub(super) fn rename(&mut self, name: &str, new: &str) {
        if let Some(number) = self.all.remove(&key(name)) {
            self.all.insert(key(new), number);
        }
    }

    pub(super) fn delete(&mut self, name: &str) {
        self.all.remove(&key(name));
    }

    pub(super) fn of(&self, name: &str) -> Option<u64> {
        self.all.get(&key(name)).copied()
    }
}

impl Coverage {
    /// `contoso/*`, or the name of one repository.
    pub(super) fn new(repositories: &str, numbers: &RepositoryNumbers) -> Self {
        let name = key(repositories);
        match name.strip_suffix('*') {
            Some(beginning) => Self::Beginning(beginning.to_owned()),
            None => Self::One { number: numbers.of(&name), name },
        }
    }

    /// A repository was made: who waited for one of that name has it.
    pub(super) fn bind(&mut self, created: &str, as_number: u64) {
        if let Self::One { name, number: number @ None } = self
            && *name == key(created)
        {
            *number = Some(as_number);
        }
    }

    /// Whether a repository is meant by the name that it has today. One that is not there yet can be.
    pub(super) fn covers(&self, repository: &str, numbers: &RepositoryNumbers) -> bool {
        match self {
            Self::Beginning(beginning) => key(repository).starts_with(beginning.as_str()),
            Self::One { name, number: None } => *name == key(repository),
            Self::One { number, .. } => numbers.of(repository) == *number,
        }
    }
}

fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{Coverage, RepositoryNumbers};

    #[test]
    fn a_rename_is_followed_and_a_name_is_not_inherited() {
        let mut numbers = RepositoryNumbers::default();
        let mut early = Coverage::new("Contoso/hello", &numbers);
        assert!(early.covers("contoso/hello", &numbers), "it may be made");
        let number = numbers.create("contoso/Hello");
        early.bind("contoso/Hello", number);
        let late = Coverage::new("contoso/hello", &numbers);
        numbers.rename("contoso/hello", "contoso/greeting");
        for coverage in [&early, &late] {
            assert!(coverage.covers("contoso/greeting", &numbers));
            assert!(!coverage.covers("contoso/hello", &numbers));
        }
        let other = numbers.create("contoso/hello");
        early.bind("contoso/hello", other);
        assert!(!early.covers("contoso/hello", &numbers), "another one has that name now");
        numbers.delete("contoso/greeting");
        numbers.create("contoso/greeting");
        assert!(!late.covers("contoso/greeting", &numbers), "the one that was meant is gone");
        assert!(Coverage::new("contoso/*", &numbers).covers("contoso/greeting", &numbers));
        assert!(!Coverage::new("contoso/*", &numbers).covers("fabrikam/greeting", &numbers));
    }
}
