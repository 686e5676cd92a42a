//! The workflow files that set-up writes, as others read them: the programs that check workflows, the lab, the shell that
//! runs their scripts, and the commands that they call. What the files hold is tested beside what makes them.

mod checkers;
mod commands;
mod install;
mod lab;
mod record;
mod rendered;
