//! What `status` says of pipelines, all three worlds the lab's.

mod described;
mod scenarios;
mod scene;
mod words;
