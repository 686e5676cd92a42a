//! The workflow files that set-up writes and the application that it deploys, as others read them: the programs that check
//! workflows, Helm, the lab, the shell that runs their scripts, and the commands that they call. What they hold is tested
//! beside what makes them.

mod application;
mod checkers;
mod commands;
mod install;
mod lab;
mod record;
mod rendered;
