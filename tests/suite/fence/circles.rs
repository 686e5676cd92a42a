//! Files of the lab's services do not import one another in a circle: types that others hold stand below what uses them. A
//! live cluster knows nothing of the replay of recordings.

use std::collections::{BTreeMap, BTreeSet};

use super::files::{read, rust_files, workspace};

type Graph = BTreeMap<String, BTreeSet<String>>;

/// The paths that a file uses, one a name; `a::b=c` is `a::b as c`.
fn used(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let trees = code.split(';').filter_map(|item| item.rsplit_once("use ")).map(|(_, tree)| tree);
    let mut paths = Vec::new();
    trees.for_each(|tree| expand("", &tree.replace(" as ", "=").replace(' ', ""), &mut paths));
    paths
}

/// `a::{b,c::{d,e}}` as its four names.
fn expand(before: &str, tree: &str, paths: &mut Vec<String>) {
    let Some((head, rest)) = tree.split_once('{') else {
        return paths.push(format!("{before}{tree}"));
    };
    let inner = rest.strip_suffix('}').unwrap_or(rest);
    let (mut depth, mut begin) = (0, 0);
    for (at, letter) in inner.char_indices().chain([(inner.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if let Some(member) = inner.get(begin..at).filter(|member| !member.is_empty()) {
                    expand(&format!("{before}{head}"), member, paths);
                }
                begin = at + 1;
            }
            _ => {}
        }
    }
}

/// The file that a path leads to: one of its own, or that of which a folder passes a name on.
fn file_of(root: &str, module: &str, path: &str, texts: &BTreeMap<String, String>) -> Option<String> {
    let folder = module.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (mut place, mut words) = match path.strip_prefix(&format!("crate::{root}::")) {
        Some(rest) => (String::new(), rest.split("::").peekable()),
        None => (folder.to_owned(), path.strip_prefix("super::")?.split("::").peekable()),
    };
    while words.next_if(|word| *word == "super").is_some() {
        place = place.rsplit_once('/').map_or(String::new(), |(parent, _)| parent.to_owned());
    }
    for word in words {
        let below = if place.is_empty() { word.to_owned() } else { format!("{place}/{word}") };
        if texts.contains_key(&below) {
            return Some(below);
        }
        if !texts.contains_key(&format!("{below}/mod")) {
            // A name that the folder passes on.
            let passed = used(texts.get(&format!("{place}/mod"))?);
            let word = word.split('=').next();
            let from = passed.iter().find(|from| from.rsplit([':', '=']).next() == word)?;
            let file = format!("{place}/{}", from.split("::").next()?);
            return texts.contains_key(&file).then_some(file);
        }
        place = below;
    }
    None
}

/// The files that are left when those that import none of the others are taken away, again and again.
fn circles(mut graph: Graph) -> Graph {
    loop {
        let free: BTreeSet<String> =
            graph.iter().filter(|(_, others)| others.is_empty()).map(|(file, _)| file.clone()).collect();
        if free.is_empty() {
            return graph;
        }
        graph.retain(|file, _| !free.contains(file));
        graph.values_mut().for_each(|others| others.retain(|other| !free.contains(other)));
    }
}

/// The files below a folder of the lab, by their modules.
fn texts_of(folder: &str) -> BTreeMap<String, String> {
    let root = workspace().join("plugins/kubectl-gitops_lab/src").join(folder);
    let named = |file: std::path::PathBuf| {
        let name = file.strip_prefix(&root).expect("below the folder").with_extension("");
        (name.to_string_lossy().into_owned(), read(&file))
    };
    rust_files(&root).into_iter().map(named).collect()
}

#[test]
fn files_of_a_service_import_one_another_in_no_circle() {
    for (service, imports) in [("azure", 150), ("github", 200), ("kubernetes", 400), ("world", 10)] {
        let left = circles(graph_of(service, imports));
        assert!(left.is_empty(), "these of {service} import one another, or those that do: {left:#?}");
    }
}

/// Which files of a service import which others of it; at least so many imports.
fn graph_of(service: &str, imports: usize) -> Graph {
    let texts = texts_of(service);
    let mut graph = Graph::new();
    for (module, text) in texts.iter().filter(|(module, _)| !module.ends_with("mod")) {
        let others = used(text).into_iter().filter_map(|path| file_of(service, module, &path, &texts));
        graph.insert(module.clone(), others.filter(|other| other != module).collect());
    }
    assert!(graph.values().map(BTreeSet::len).sum::<usize>() > imports, "{graph:#?}");
    graph
}

#[test]
fn nothing_that_lives_imports_from_the_replay_of_recordings() {
    for folder in ["kubernetes", "flux", "github", "azure", "arc", "git", "world", "access"] {
        for (module, text) in texts_of(folder) {
            assert!(!text.contains("crate::recording"), "{folder}/{module} imports from the replay");
        }
    }
}

#[test]
fn a_circle_is_found_through_folders_that_pass_names_on() {
    let texts: BTreeMap<String, String> = [
        ("a/mod", "mod b;\nmod d;\npub(super) use b::{B, C as E};\npub(super) use d::D;"),
        ("a/b", "use crate::github::{c::X, e};"),
        ("a/d", "use super::b::{B, other::{Y, Z}};"),
        ("c", "// use crate::github::none::N;\nuse super::a::D;\nuse std::fmt;"),
    ]
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .into();
    let to = |module: &str| -> Vec<String> {
        used(&texts[module]).iter().filter_map(|path| file_of("github", module, path, &texts)).collect()
    };
    assert_eq!(to("a/b"), ["c"]);
    assert_eq!(to("a/d"), ["a/b", "a/b", "a/b"]);
    assert_eq!(to("c"), ["a/d"]);
    let graph: Graph =
        ["a/b", "a/d", "c"].map(|name| (name.to_owned(), to(name).into_iter().collect())).into();
    assert_eq!(circles(graph).len(), 3);
    assert!(circles([("x".to_owned(), BTreeSet::new())].into()).is_empty());
}
