//! What repositories are called: whatever case they are asked for in, and after a rename by their old name too.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// All names.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By the name in lower case.
    all: BTreeMap<String, Named>,
    /// From a name in lower case to what the repository is called since.
    moved: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Named {
    name: String,
    is_public: bool,
}

impl Names {
    pub(super) fn add(&mut self, name: &str) {
        self.moved.remove(&key(name));
        self.all.insert(key(name), Named { name: name.to_owned(), is_public: false });
    }

    pub(super) fn all(&self) -> Vec<String> {
        self.all.values().map(|named| named.name.clone()).collect()
    }

    /// The name of today.
    pub(super) fn find(&self, name: &str) -> Option<String> {
        self.named(name).map(|named| named.name.clone())
    }

    pub(super) fn is_public(&self, name: &str) -> bool {
        self.named(name).is_some_and(|named| named.is_public)
    }

    pub(super) fn set_public(&mut self, name: &str, is_public: bool) {
        let key = self.today(name);
        if let Some(named) = self.all.get_mut(&key) {
            named.is_public = is_public;
        }
    }

    pub(super) fn rename(&mut self, name: &str, new: &str) {
        let old = self.today(name);
        if let Some(named) = self.all.remove(&old) {
            self.moved.insert(old, new.to_owned());
            self.moved.remove(&key(new));
            self.all.insert(key(new), Named { name: new.to_owned(), ..named });
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        let name = self.today(name);
        self.all.remove(&name);
        self.moved.retain(|_, to| key(to) != name);
    }

    /// Where the repository of this name is, or one would be made.
    pub(super) fn place(&self, folder: impl AsRef<Path>, name: &str) -> Option<PathBuf> {
        place(folder, &self.today(name))
    }

    fn named(&self, name: &str) -> Option<&Named> {
        self.all.get(&self.today(name))
    }

    /// The key of what a name means today: a name that is in use means itself.
    fn today(&self, name: &str) -> String {
        let mut today = key(name);
        while !self.all.contains_key(&today) {
            match self.moved.get(&today) {
                Some(next) => today = key(next),
                None => break,
            }
        }
        today
    }
}

/// Where a repository of exactly this name lies. Names come from the network: none may leave the folder.
pub(super) fn place(folder: impl AsRef<Path>, name: &str) -> Option<PathBuf> {
    let plain = |name: &str| {
        !name.is_empty()
            && !name.starts_with('.')
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
    };
    let name = key(name);
    let (organisation, repository) = name.split_once('/')?;
    let is_name = plain(organisation) && plain(repository) && !repository.ends_with(".git");
    is_name.then(|| folder.as_ref().join(organisation).join(format!("{repository}.git")))
}

fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_repository_is_found_by_old_names_and_in_any_case() {
        let mut names = Names::default();
        names.add("Contoso/Hello");
        names.rename("contoso/hello", "Contoso/Greeting");
        names.rename("Contoso/Greeting", "contoso/salute");
        for name in ["contoso/HELLO", "contoso/greeting", "Contoso/Salute"] {
            assert_eq!(names.find(name).as_deref(), Some("contoso/salute"), "{name}");
        }
        names.add("contoso/hello");
        assert_eq!(names.find("Contoso/Hello").as_deref(), Some("contoso/hello"));
        names.rename("contoso/salute", "contoso/greeting");
        assert_eq!(names.find("contoso/salute").as_deref(), Some("contoso/greeting"), "and back again");
        names.remove("contoso/salute");
        assert_eq!(names.all(), ["contoso/hello"]);
        assert_eq!(names.find("contoso/greeting"), None);
    }
}
