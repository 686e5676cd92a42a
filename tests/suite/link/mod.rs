//! `link`: the names under which kubectl finds the commands, made and removed by the real program in folders of the
//! test's own.

mod folders;
mod installed;
mod interruptions;
mod krew;
mod refusals;

pub(crate) use installed::Installed;
