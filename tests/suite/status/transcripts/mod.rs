//! What `status` says of pipelines, all three worlds the lab's.

mod scenarios;
mod scene;
