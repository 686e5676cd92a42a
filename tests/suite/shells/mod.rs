//! Shells, driven as a person drives them: a line, TAB, and what stands on the line then.

mod interactive;
mod kubectl;
mod live;
mod machine;
mod native;
mod protocol;
mod scripts;
mod shell;
