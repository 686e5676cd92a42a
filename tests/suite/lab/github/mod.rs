//! The lab's GitHub as its clients meet it, over HTTPS.

mod content;
mod objects;
mod people;
mod repositories;
mod scene;
