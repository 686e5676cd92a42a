//! Gathering resources: files, bases and what lies about in a folder without a `kustomization.yaml`.

use serde_json::{Value, json};

use super::folders::{Tree, join};
use super::{kustomization, manifests, naming, overlay, patches};

/// How deep bases may lie in bases: a circle would go on for ever.
const DEEPEST: usize = 32;

/// All objects of the folder that a Kustomization builds.
pub(super) fn build(tree: Tree<'_>, folder: &str, spec: &Value) -> Result<Vec<Value>, String> {
    let failed = |error: String| format!("kustomize build failed: {error}");
    let mut root = match kustomization::find(tree, folder) {
        Some(path) => kustomization::read(tree, &path, true)?,
        None => json!({"resources": generated(tree, folder)?}),
    };
    kustomization::add(&mut root, spec);
    accumulate(tree, folder, &root, 0).map_err(failed)
}

/// What a folder without a `kustomization.yaml` holds: every manifest, and every folder that has one of its own.
fn generated(tree: Tree<'_>, folder: &str) -> Result<Vec<String>, String> {
    let mut bases: Vec<String> = Vec::new();
    let mut resources = Vec::new();
    for path in tree.beneath(folder) {
        let Some(inner) = path.strip_prefix(folder) else { continue };
        if bases.iter().any(|base| inner.starts_with(&format!("{base}/"))) {
            continue;
        }
        let mut within = String::new();
        let mut parts = inner.trim_start_matches('/').split('/').peekable();
        let mut base = None;
        while let Some(part) = parts.next() {
            within = format!("{within}/{part}");
            if parts.peek().is_some() && kustomization::find(tree, &format!("{folder}{within}")).is_some() {
                base = Some(within.clone());
                break;
            }
        }
        if let Some(base) = base {
            resources.push(format!(".{base}"));
            bases.push(base);
        } else if path.ends_with(".yaml") || path.ends_with(".yml") {
            manifests::read(tree.file(&path).unwrap_or_default()).map_err(|error| {
                format!("failed to decode Kubernetes YAML from {}: {error}", tree.told(&path))
            })?;
            resources.push(format!(".{inner}"));
        }
    }
    Ok(resources)
}

/// The objects of one `kustomization.yaml`, as it makes them.
fn accumulate(tree: Tree<'_>, folder: &str, root: &Value, depth: usize) -> Result<Vec<Value>, String> {
    let named = ["resources", "bases"].map(|field| root[field].as_array().cloned().unwrap_or_default());
    let mut objects = Vec::new();
    for path in named.iter().flatten() {
        let path = path.as_str().unwrap_or_default();
        let more = resource(tree, folder, path, depth)
            .map_err(|error| format!("accumulating resources: {error}"))?;
        for object in more {
            let identity = naming::identity(&object);
            if objects.iter().any(|one| naming::identity(one) == identity) {
                return Err(format!(
                    "accumulating resources: accumulating resources from '{path}': may not add resource with an \
                     already registered id: {identity}"
                ));
            }
            objects.push(object);
        }
    }
    patches::patch(tree, folder, root, &mut objects)?;
    overlay::lay(objects, root)
}

/// The objects of one entry: of a file, or of a base.
fn resource(tree: Tree<'_>, folder: &str, path: &str, depth: usize) -> Result<Vec<Value>, String> {
    if path.contains("://") || path.starts_with("github.com") || path.starts_with("git@") {
        return Err(format!("the lab does not fetch {path}"));
    }
    let place = join(folder, path);
    let as_file = |why: String| format!("accumulating resources from '{path}': {why}");
    if let Some(content) = tree.file(&place) {
        return manifests::read(content).map_err(|error| match error.starts_with("yaml: ") {
            true => as_file(format!("MalformedYAMLError: {error} in File: {path}")),
            false => as_file(error),
        });
    }
    let told = tree.told(&place);
    if !tree.is_folder(&place) {
        let missing = "no such file or directory";
        let as_file = as_file(format!("open {told}: {missing}"));
        return Err(format!(
            "accumulation err='{as_file}': must build at directory: not a valid directory: evalsymlink failure on \
             '{told}' : lstat {told}: {missing}"
        ));
    }
    let within = |error: String| {
        let as_file = as_file(format!("read {told}: is a directory"));
        format!("accumulation err='{as_file}': {error}")
    };
    if depth == DEEPEST {
        return Err(within(format!("cycle detected: candidate root '{told}' contains visited roots")));
    }
    let Some(file) = kustomization::find(tree, &place) else {
        return Err(within(format!(
            "couldn't make target for path '{told}': unable to find one of 'kustomization.yaml', \
             'kustomization.yml' or 'Kustomization' in directory '{told}'"
        )));
    };
    let root = kustomization::read(tree, &file, false)
        .map_err(|error| within(format!("couldn't make target for path '{told}': {error}")))?;
    accumulate(tree, &place, &root, depth + 1)
        .map_err(|error| within(format!("recursed accumulation of path '{told}': {error}")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::folders::Tree;
    use super::build;
    use crate::flux::remote::Files;

    const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ";

    fn built(files: &[(&str, &str)], folder: &str, spec: Value) -> Result<Vec<String>, String> {
        let files: Files =
            files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        let objects = build(Tree { files: &files, root: "/tmp/k" }, folder, &spec)?;
        Ok(objects.iter().map(|object| object["metadata"]["name"].as_str().unwrap().to_owned()).collect())
    }

    #[test]
    fn a_folder_without_a_file_is_built_as_if_it_had_one() {
        let (a, b, c) = (format!("{MAP}a"), format!("{MAP}b"), format!("{MAP}c"));
        let files = [
            ("dev/a.yaml", a.as_str()),
            ("dev/base/kustomization.yaml", "resources: [inner/b.yaml]"),
            ("dev/base/inner/b.yaml", b.as_str()),
            ("dev/base/unused.yaml", "not: [read"),
            ("dev/deep/c.yml", c.as_str()),
            ("dev/notes.txt", "x"),
            ("qa/d.yaml", "x: y"),
        ];
        assert_eq!(
            built(&files, "/dev", json!({})),
            Ok(vec!["a".to_owned(), "b".to_owned(), "c".to_owned()])
        );
        let prefixed = built(&files, "/dev", json!({"namePrefix": "x-"}));
        assert_eq!(prefixed, Ok(vec!["x-a".to_owned(), "x-b".to_owned(), "x-c".to_owned()]));
    }

    #[test]
    fn bases_are_found_beside_and_their_errors_say_where() {
        let a = format!("{MAP}a");
        let top = ("dev/kustomization.yaml", "resources: [../base]");
        let well = [top, ("base/kustomization.yaml", "resources: [a.yaml]"), ("base/a.yaml", a.as_str())];
        assert_eq!(built(&well, "/dev", json!({})), Ok(vec!["a".to_owned()]));
        let read =
            "accumulation err='accumulating resources from '../base': read /tmp/k/base: is a directory'";
        for (files, told) in [
            (
                vec![top, ("base/a.yaml", a.as_str())],
                format!(
                    "{read}: couldn't make target for path '/tmp/k/base': unable to find one of \
                     'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '/tmp/k/base'"
                ),
            ),
            (vec![top, ("base/kustomization.yaml", "resources: [../dev]")], "cycle detected".to_owned()),
            (
                vec![top, ("base/kustomization.yaml", "odd: 1")],
                "invalid Kustomization: json: unknown field \"odd\"".to_owned(),
            ),
            (
                vec![top, ("base/kustomization.yaml", "configMapGenerator: []")],
                "the lab does not have kustomize's configMapGenerator".to_owned(),
            ),
        ] {
            let error = built(&files, "/dev", json!({})).unwrap_err();
            assert!(error.starts_with("kustomize build failed: accumulating resources: "), "{error}");
            assert!(error.contains(&told), "{error}");
        }
    }

    #[test]
    fn the_same_object_twice_is_an_error() {
        let a = format!("{MAP}a");
        let files = [
            ("kustomization.yaml", "resources: [a.yaml, b.yaml]"),
            ("a.yaml", a.as_str()),
            ("b.yaml", a.as_str()),
        ];
        let error = built(&files, "", json!({})).unwrap_err();
        assert!(error.ends_with("already registered id: ConfigMap.v1.[noGrp]/a.[noNs]"), "{error}");
    }
}
