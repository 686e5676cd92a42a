//! What a contributor and the release do to this repository: run the demo, generate what comes from the command
//! line, pack what is shipped. A library, so that tests compare what is checked in with what it generates.

mod archive;
mod args;
mod azure_cli;
mod build_cache;
mod cargo;
mod commit;
mod demo;
mod error;
mod generated;
mod guide;
mod krew_manifest;
mod man_page;
mod manual;
mod reference;
mod rehearsal;
mod rust_compiler;
mod stdout;
mod suite;

pub use archive::contents::Programs;
pub use archive::platform::Platform;
pub use archive::release_build::path_inside;
pub use archive::tarball::{Archive, pack};
pub use args::main;
pub use error::XtaskError;
pub use generated::{Difference, Files, differences, generated};
pub use guide::Guide;
pub use krew_manifest::{MANIFEST, Release, krew_manifest};
pub use manual::{CommandPage, Example, Flag, Manual, ManualError, Section, SectionError, help_sections};
pub use reference::anchor;
pub use suite::{command, plugins};
