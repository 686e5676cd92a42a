//! Routes: which words of a path mean what, what they need, and who answers them.
//!
//! A table and not a tree of matches: what a route needs and which page documents it are told beside it, once, and
//! looked at in one place before anything is done.

use http::Method;

use super::answer::Answer;
use super::call::Call;
pub(in crate::github) use super::needs::Needs;
use super::refusal::Refusal;
use crate::github::{actions, content, issues, people, protection, pulls, repositories};

/// A route.
#[derive(Debug)]
pub(in crate::github) struct Route {
    pub(in crate::github) method: Method,
    /// `{name}` is one word of the path, `{name+}` one or more.
    pub(in crate::github) path: &'static str,
    pub(in crate::github) needs: Needs,
    /// The page that documents it, below that of the site.
    pub(in crate::github) documentation: &'static str,
    pub(in crate::github) answer: fn(&mut Call<'_>) -> Result<Answer, Refusal>,
}

/// All routes. Of those that fit a path, the first is meant.
pub(in crate::github) fn routes() -> impl Iterator<Item = &'static Route> {
    let tables = [
        people::ROUTES,
        repositories::ROUTES,
        repositories::COLLABORATORS,
        content::REFS,
        content::OBJECTS,
        content::TREES,
        content::FILES,
        protection::ROUTES,
        content::BRANCHES,
        content::STATUSES,
        pulls::COMMITS,
        content::COMMITS,
        content::COMPARE,
        pulls::PULLS,
        pulls::REVIEWS,
        pulls::MERGING,
        issues::LABELS,
        issues::COMMENTS,
        actions::SECRETS,
        actions::VARIABLES,
        actions::ENVIRONMENTS,
        actions::DISPATCHING,
        actions::WORKFLOWS,
        actions::RUNS,
        actions::JOBS,
    ];
    tables.into_iter().flatten()
}

/// Every route: its method, its path, and the page that documents it.
pub fn github_routes() -> Vec<(Method, &'static str, &'static str)> {
    routes().map(|route| (route.method.clone(), route.path, route.documentation)).collect()
}

/// What every route needs, as it is compared with GitHub's own pages: its method, its path, the role, the
/// permissions and the scopes, as headers spell these.
pub fn github_needs() -> Vec<(Method, &'static str, &'static str, String, &'static str)> {
    let line = |route: &'static Route| {
        let needs = &route.needs;
        (route.method.clone(), route.path, needs.role.name(), needs.header(), needs.scopes)
    };
    routes().map(line).collect()
}

/// The path of the route that answers a request.
pub fn github_route(method: &str, path: &str) -> Option<String> {
    let method = method.parse().ok()?;
    find(&method, path).ok().map(|(route, _)| route.path.to_owned())
}

/// Words of a path by their names.
pub(in crate::github) type PathParameters = Vec<(&'static str, String)>;

/// The route of a path; and whether there is another method.
pub(in crate::github) fn find(
    method: &Method,
    path: &str,
) -> Result<(&'static Route, PathParameters), Missing> {
    let words: Vec<String> = path.trim_matches('/').split('/').map(decoded).collect();
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    let found = routes().find_map(|route| {
        let words = matched(route.path, &words).filter(|_| route.method == *method)?;
        Some((route, words))
    });
    found.ok_or(Missing)
}

/// The lab has no such route.
#[derive(Debug)]
pub(in crate::github) struct Missing;

fn matched(pattern: &'static str, words: &[String]) -> Option<PathParameters> {
    let pattern: Vec<&'static str> = pattern.trim_matches('/').split('/').collect();
    let many = pattern.iter().position(|part| part.ends_with("+}"));
    let surplus = words.len().checked_sub(pattern.len())?;
    if surplus > 0 && many.is_none() {
        return None;
    }
    let mut found = Vec::new();
    let mut rest = words;
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
            None if mine == [*part] => {}
            None => return None,
        }
    }
    Some(found)
}

/// A word of a path. A plus is a plus here.
fn decoded(word: &str) -> String {
    let word = word.replace('+', "%2B");
    form_urlencoded::parse(word.as_bytes()).next().map_or_else(String::new, |(text, _)| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::{decoded, matched};

    #[test]
    fn a_path_gives_its_words() {
        let words = |pattern: &'static str, path: &str| {
            let words: Vec<String> = path.split('/').map(decoded).collect();
            matched(pattern, &words).map(|found| found.into_iter().map(|(_, word)| word).collect::<Vec<_>>())
        };
        let found = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(words("/a/{b}", "a/x"), found(&["x"]));
        assert_eq!(words("/a/{b}", "a/x/y"), None);
        assert_eq!(words("/a/{b}", "a"), None);
        assert_eq!(words("/a/{b+}/c", "a/x/y/c"), found(&["x/y"]));
        assert_eq!(words("/a/{b+}/c", "a/x%2Fy/c"), found(&["x/y"]));
        assert_eq!(words("/a/{b+}/c", "a/c"), None);
        assert_eq!(words("/a/{b}", "a/%C3%A4+%20%3D%26"), found(&["ä+ =&"]));
    }
}
