//! The files of a source repository, of what a folder holds.

use std::collections::{BTreeMap, BTreeSet};

use super::chart_folder::chart_folder;
use super::layout::{Layout, SERVICE, require_path};
use super::left_out::why_left_out;
use super::wrapped_chart::{chart_files, manifests, template_of};
use super::{ApplicationError, FolderEntry, FolderEntryContent, LARGEST_FILE};
use crate::model::contract::{CI_WORKFLOW, DEPLOY_WORKFLOW, POST_DEPLOYMENT_WORKFLOW};

/// An application, as its source repository has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its files, in the order of their paths.
    pub files: Vec<ApplicationFile>,
    /// Where its chart is from.
    pub chart: ChartOrigin,
    /// What of the folder is not in it, in the order of paths.
    pub skipped: Vec<SkippedFile>,
}

/// A file of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationFile {
    /// Where it is in the source repository.
    pub path: String,
    /// What is in it: no text, maybe.
    pub content: Vec<u8>,
    /// Whether it may be run.
    pub is_executable: bool,
}

/// Where a chart is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChartOrigin {
    /// It was in this folder; empty where it was the whole.
    Folder(String),
    /// It was made around these manifests.
    Manifests(Vec<String>),
}

/// A file, or a folder with all that is in it, that is left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SkippedFile {
    /// What it is called in the folder.
    pub path: String,
    /// Why.
    pub why: String,
}

impl Application {
    /// Whether there is an image to build.
    pub fn has_dockerfile(&self) -> bool {
        self.files.iter().any(|file| file.path == "Dockerfile")
    }
}

impl ApplicationFile {
    /// Its text; nothing where it is none.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.content).ok()
    }
}

/// The application that a folder holds. A chart that has to be made gets this name.
///
/// # Errors
/// There is nothing to deploy, or something that cannot be taken as it is.
pub fn application(folder: &[FolderEntry], name: &str) -> Result<Application, ApplicationError> {
    let (entries, mut skipped) = without_leftovers(folder)?;
    let paths: BTreeSet<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
    let chart = chart_folder(&paths)?;
    let manifests = match chart {
        Some(_) => BTreeSet::new(),
        None => manifests(&entries)?,
    };
    if chart.is_none() && manifests.is_empty() {
        return Err(ApplicationError::NothingToDeploy);
    }
    let service = format!("{SERVICE}/");
    let layout = Layout::new(chart.clone(), paths.iter().any(|path| path.starts_with(&service)));
    let mut files = Files::default();
    // What the application is made of comes first, and has its places.
    for is_part in [true, false] {
        for entry in &entries {
            let place = layout.place(&entry.path);
            if place.1 == is_part {
                let wrapped = manifests.contains(entry.path.as_str());
                skipped.extend(files.add(entry, place, wrapped)?);
            }
        }
    }
    let origin = match chart {
        Some(folder) => ChartOrigin::Folder(folder),
        None => {
            files.add_made(chart_files(name))?;
            ChartOrigin::Manifests(manifests.into_iter().map(str::to_owned).collect())
        }
    };
    skipped.sort();
    Ok(Application { files: files.in_order()?, chart: origin, skipped })
}

/// The entries that count, and those that are left out.
fn without_leftovers(
    folder: &[FolderEntry],
) -> Result<(Vec<&FolderEntry>, Vec<SkippedFile>), ApplicationError> {
    let all: BTreeSet<&str> = folder.iter().map(|entry| entry.path.as_str()).collect();
    let (mut entries, mut skipped) = (Vec::new(), BTreeSet::new());
    for entry in folder {
        require_path(&entry.path)?;
        match leftover(&entry.path, matches!(entry.content, FolderEntryContent::UnreadFolder), &all) {
            Some(left_out) => {
                skipped.insert(left_out);
            }
            None => entries.push(entry),
        }
    }
    Ok((entries, skipped.into_iter().collect()))
}

/// What leaves a path out: itself, or a folder above it.
fn leftover(path: &str, is_folder: bool, all: &BTreeSet<&str>) -> Option<SkippedFile> {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    ends.into_iter().find_map(|end| {
        let (parent, name) = path[..end].rsplit_once('/').unwrap_or(("", &path[..end]));
        let is_beside = |file: &str| {
            let beside = if parent.is_empty() { file.to_owned() } else { format!("{parent}/{file}") };
            all.contains(beside.as_str())
        };
        let why = why_left_out(name, end < path.len() || is_folder, is_beside)?;
        let shown =
            if end < path.len() || is_folder { format!("{}/", &path[..end]) } else { path.to_owned() };
        Some(SkippedFile { path: shown, why: why.to_owned() })
    })
}

/// Files by their places, with where each was in the folder.
#[derive(Default)]
struct Files {
    taken: BTreeMap<String, (String, ApplicationFile)>,
}

impl Files {
    /// Takes an entry to a place; the answer is why it is left out instead.
    fn add(
        &mut self,
        entry: &FolderEntry,
        (place, is_part): (String, bool),
        is_wrapped: bool,
    ) -> Result<Option<SkippedFile>, ApplicationError> {
        let path = entry.path.clone();
        let (content, is_executable) = match &entry.content {
            FolderEntryContent::File { content, is_executable } => (content, *is_executable),
            FolderEntryContent::LargeFile { size } => {
                return Err(ApplicationError::LargeFile { path, size: *size, most: LARGEST_FILE });
            }
            FolderEntryContent::Link => return Err(ApplicationError::Link { path }),
            FolderEntryContent::Special | FolderEntryContent::UnreadFolder => {
                return Err(ApplicationError::Special { path });
            }
        };
        let size = content.len() as u64;
        if size > LARGEST_FILE {
            return Err(ApplicationError::LargeFile { path, size, most: LARGEST_FILE });
        }
        if let Some(why) = workflow_in_the_way(&place, content) {
            return why
                .map(|why| Some(SkippedFile { path: path.clone(), why: why.to_owned() }))
                .ok_or(ApplicationError::Workflow { path });
        }
        let (place, content) =
            if is_wrapped { template_of(&path, content)? } else { (place, content.clone()) };
        let file = ApplicationFile { path: place.clone(), content, is_executable };
        match self.taken.get(&place) {
            None => {
                self.taken.insert(place, (path, file));
                Ok(None)
            }
            Some((other, _)) if !is_part => {
                Ok(Some(SkippedFile { path, why: format!("{other} has its place") }))
            }
            Some((other, _)) => {
                Err(ApplicationError::Collision { path: place, first: other.clone(), second: path })
            }
        }
    }

    /// Takes files that no entry has.
    fn add_made(&mut self, files: impl IntoIterator<Item = ApplicationFile>) -> Result<(), ApplicationError> {
        for file in files {
            let path = file.path.clone();
            if let Some((other, _)) =
                self.taken.insert(path.clone(), ("the chart that is made".to_owned(), file))
            {
                let first = "the chart that is made".to_owned();
                return Err(ApplicationError::Collision { path, first, second: other });
            }
        }
        Ok(())
    }

    /// All of them. One cannot have the place of a folder that another is in.
    fn in_order(self) -> Result<Vec<ApplicationFile>, ApplicationError> {
        for (place, (path, _)) in &self.taken {
            let above = place.match_indices('/').map(|(at, _)| &place[..at]);
            if let Some((other, _)) = above.filter_map(|folder| self.taken.get(folder)).next() {
                let (first, second) = (other.clone(), path.clone());
                return Err(ApplicationError::Collision { path: place.clone(), first, second });
            }
        }
        Ok(self.taken.into_values().map(|(_, file)| file).collect())
    }
}

/// How a file that is in the way of a workflow of set-up's is dealt with: why it is left out, or nothing where it cannot
/// be. Nothing at all where it is not in the way. A workflow is known by its file's name, so that `.yaml` is in the way too.
fn workflow_in_the_way(place: &str, content: &[u8]) -> Option<Option<&'static str>> {
    const WRITTEN: &str = "`kubectl gitops setup` wrote this file";
    let name = place.to_ascii_lowercase();
    let name = name.strip_prefix(".github/workflows/")?;
    let name = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"))?;
    if ![CI_WORKFLOW, DEPLOY_WORKFLOW, POST_DEPLOYMENT_WORKFLOW].contains(&name) {
        return None;
    }
    let is_own = String::from_utf8_lossy(content).lines().take(4).any(|line| line.contains(WRITTEN));
    Some(is_own.then_some("set-up writes it anew"))
}
