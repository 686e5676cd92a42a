//! The archive, and what real Krew and stock kubectl do with it: install, run, upgrade, uninstall.

mod archive;
mod downloads;
mod install;
mod krew_home;
mod manifest;
mod packed;
mod upgrade;
