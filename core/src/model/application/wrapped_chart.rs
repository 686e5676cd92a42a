//! The chart around plain manifests.

use std::collections::BTreeSet;

use super::files::ApplicationFile;
use super::layout::CHART;
use super::manifest::{is_manifest, template};
use super::{ApplicationError, FolderEntry, FolderEntryContent};

/// Below these nothing is deployed: tests are run, and what is hidden belongs to tools.
fn is_deployed(path: &str) -> bool {
    !path.starts_with("tests/") && !path.split('/').any(|part| part.starts_with('.'))
}

/// The files that are manifests.
///
/// # Errors
/// One is a kustomization.
pub(super) fn manifests<'a>(entries: &[&'a FolderEntry]) -> Result<BTreeSet<&'a str>, ApplicationError> {
    let mut found = BTreeSet::new();
    for entry in entries.iter().filter(|entry| is_deployed(&entry.path)) {
        if let FolderEntryContent::File { content, .. } = &entry.content
            && let Ok(text) = std::str::from_utf8(content)
            && is_manifest(&entry.path, text)?
        {
            found.insert(entry.path.as_str());
        }
    }
    Ok(found)
}

/// A manifest as a template of the chart.
///
/// # Errors
/// An object of it has no place for its namespace.
pub(super) fn template_of(path: &str, content: &[u8]) -> Result<(String, Vec<u8>), ApplicationError> {
    let text = String::from_utf8_lossy(content);
    Ok((format!("{CHART}/templates/{path}"), template(path, &text)?.into_bytes()))
}

/// The files that make a chart of templates.
pub(super) fn chart_files(name: &str) -> [ApplicationFile; 2] {
    let chart = format!(
        "apiVersion: v2\nname: {name}\ndescription: Made by set-up around plain manifests\ntype: application\nversion: 0.1.0\n"
    );
    let values = "# What an environment does not say. Its own values are in its branch of the configs repository.\n\
         namespace: default\n";
    [("Chart.yaml", chart), ("values.yaml", values.to_owned())].map(|(file, text)| ApplicationFile {
        path: format!("{CHART}/{file}"),
        content: text.into_bytes(),
        is_executable: false,
    })
}
