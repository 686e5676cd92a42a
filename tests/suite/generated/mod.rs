//! What is generated from the command line: that it is up to date, says everything once, and can be read.

mod files;
mod help_sections;
mod help_words;
mod links;
mod man_pages;
mod reference;
