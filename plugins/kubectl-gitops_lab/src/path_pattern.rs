//! Patterns of paths, for the route tables of all services: `{name}` is one word, `{name+}` one or more, anywhere in the
//! path.

/// Words of a path by their names.
pub(crate) type PathParameters = Vec<(&'static str, String)>;

/// Whether words that are not parameters count in any case: Resource Manager's do, GitHub's do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Sensitive,
    Insensitive,
}

/// A path, taken apart once for all patterns.
#[derive(Debug)]
pub(crate) struct PathWords(Vec<String>);

impl PathWords {
    /// Takes a path apart that is not decoded yet.
    pub(crate) fn of(path: &str) -> Self {
        Self(path.trim_matches('/').split('/').map(decoded).collect())
    }

    /// The parameters, if the path is one of this pattern's.
    pub(crate) fn matched(&self, pattern: &'static str, case: Case) -> Option<PathParameters> {
        let pattern: Vec<&'static str> = pattern.trim_matches('/').split('/').collect();
        let many = pattern.iter().position(|part| part.ends_with("+}"));
        let surplus = self.0.len().checked_sub(pattern.len())?;
        if surplus > 0 && many.is_none() {
            return None;
        }
        let mut found = Vec::new();
        let mut rest = self.0.as_slice();
        for (index, part) in pattern.iter().enumerate() {
            let length = if many == Some(index) { surplus + 1 } else { 1 };
            let (mine, others) = rest.split_at(length);
            rest = others;
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => {
                    let text = mine.join("/");
                    if text.is_empty() {
                        return None;
                    }
                    found.push((name.trim_end_matches('+'), text));
                }
                None if case.same(part, &mine[0]) => {}
                None => return None,
            }
        }
        Some(found)
    }
}

impl Case {
    fn same(self, one: &str, other: &str) -> bool {
        match self {
            Case::Sensitive => one == other,
            Case::Insensitive => one.eq_ignore_ascii_case(other),
        }
    }
}

/// A word of a path. A plus is a plus here.
fn decoded(word: &str) -> String {
    let word = word.replace('+', "%2B");
    form_urlencoded::parse(word.as_bytes()).next().map_or_else(String::new, |(text, _)| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Case, PathWords};

    #[test]
    fn a_path_gives_its_words() {
        for (pattern, path, words) in [
            ("/a/{b}", "a/x", Some(vec!["x"])),
            ("/a/{b}", "A/x", None),
            ("/a/{b}", "a/x/y", None),
            ("/a/{b}", "a", None),
            ("/a/{b+}/c", "a/x/y/c", Some(vec!["x/y"])),
            ("/a/{b+}/c", "a/x%2Fy/c", Some(vec!["x/y"])),
            ("/a/{b+}/c", "a/c", None),
            ("/{b+}/c/{d}", "x/y/c/z", Some(vec!["x/y", "z"])),
            ("/a/{b}", "a/%C3%A4+%20%3D%26", Some(vec!["\u{e4}+ =&"])),
        ] {
            let found = PathWords::of(path).matched(pattern, Case::Sensitive);
            let found: Option<Vec<String>> =
                found.map(|found| found.into_iter().map(|(_, word)| word).collect());
            let words = words.map(|words| words.into_iter().map(str::to_owned).collect());
            assert_eq!(found, words, "{pattern} {path}");
        }
    }

    #[test]
    fn where_case_does_not_count_only_parameters_keep_theirs() {
        let path = PathWords::of("/Subscriptions/S/ResourceGroups/Rg");
        let pattern = "/subscriptions/{subscription}/resourceGroups/{group}";
        let found = path.matched(pattern, Case::Insensitive).expect("a path of the pattern");
        assert_eq!(found, [("subscription", "S".to_owned()), ("group", "Rg".to_owned())]);
        assert_eq!(path.matched(pattern, Case::Sensitive), None);
    }
}
