//! What each operating system does its own way: files that only their owner may read, one program under several
//! names, and how a process is interrupted and has ended. Every system offers the same functions.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{
    create_private_file, create_private_folder, exit_of, interrupt, link_program, open_private_file,
    private_temporary_folder,
};
#[cfg(windows)]
pub(crate) use windows::{
    create_private_file, create_private_folder, exit_of, interrupt, link_program, open_private_file,
    private_temporary_folder,
};
