//! Man pages of the commands.

mod page;
mod text;

pub(crate) use page::man_page;
